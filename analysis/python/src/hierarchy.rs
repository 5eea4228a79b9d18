//! Classes above and below a class, what implements a member, and whom a function calls.

use montuno_base::{FileId, FilePosition, FileRange};
use montuno_semantic::cancel::Cancellable;
use montuno_semantic::features::parallel::ask_files;
use montuno_semantic::features::references::files_that_mention;
use montuno_semantic::hierarchy::Call;
use montuno_semantic::symbol::Symbol;
use montuno_semantic::{Confidence, Resolution, Semantics, SymbolKind, Target};
use ruff_python_ast::visitor::source_order::{SourceOrderVisitor, TraversalSignal};
use ruff_python_ast::{self as ast, AnyNodeRef, ExprRef};
use ruff_text_size::{Ranged, TextRange};
use ty_python_core::ProgramFile;
use ty_python_semantic::{
    HasDefinition, ImplementationsFinder, ImportAliasResolution, ResolvedDefinition, SemanticModel,
    type_hierarchy_supertypes,
};

use crate::convert::{ToOurs, ToTheirs};
use crate::cursor::{self, Cursor, Subject};
use crate::navigation;
use crate::snapshot::PythonSnapshot;
use crate::view::View;

/// The classes that name the class at a place as a base.
pub(crate) fn subtypes(snapshot: &PythonSnapshot, position: FilePosition) -> Cancellable<Vec<Target>> {
    match snapshot.symbol(position, false)? {
        Some(symbol) => subclasses(snapshot, &symbol),
        None => Ok(Vec::new()),
    }
}

fn subclasses(snapshot: &PythonSnapshot, symbol: &Symbol) -> Cancellable<Vec<Target>> {
    let files = files_that_mention(snapshot, &symbol.name)?;
    let fork = || snapshot.fork_handle();
    ask_files(&files, fork, |snapshot, file| snapshot.ask(|view| view.subclasses_in(symbol, file)))
}

/// What implements or overrides the symbol at a place: of a class all classes below it, of a member
/// what they have instead.
pub(crate) fn implementations(snapshot: &PythonSnapshot, position: FilePosition) -> Cancellable<Option<Resolution>> {
    let Some(start) = snapshot.ask(|view| view.family(position))? else { return Ok(None) };
    let mut targets = start.found;
    match start.member {
        Some(name) => {
            let files = files_that_mention(snapshot, &name)?;
            let overriding = |snapshot: &PythonSnapshot, file| snapshot.ask(|view| view.overrides_in(position, file));
            targets.extend(ask_files(&files, || snapshot.fork_handle(), overriding)?);
        }
        None => {
            // Classes below classes below it, each once.
            let mut next = 0;
            while next < targets.len() {
                let position = FilePosition { file: targets[next].file, offset: targets[next].name_range.start() };
                for class in subtypes(snapshot, position)? {
                    if !targets.contains(&class) {
                        targets.push(class);
                    }
                }
                next += 1;
            }
        }
    }
    targets.sort_by_key(|target| (target.file, target.name_range.start()));
    targets.dedup();
    Ok((!targets.is_empty()).then_some(Resolution { origin: start.origin, targets, confidence: Confidence::Exact }))
}

/// What a search for implementations begins with.
pub(crate) struct Family {
    origin: montuno_base::TextRange,
    /// The implementations that need no search.
    found: Vec<Target>,
    /// The member whose overrides are searched; else classes are.
    member: Option<String>,
}

impl<'db> View<'db> {
    /// The classes that the class at a place names as its bases.
    pub(crate) fn supertypes(&self, position: FilePosition) -> Vec<Target> {
        let Some((model, offset)) = self.place(position) else { return Vec::new() };
        let found = cursor::at(&model, &self.parsed(&model), offset, |model, cursor| {
            let ty = cursor.inferred_type(model)?;
            let classes = type_hierarchy_supertypes(self.db, &model.program_environment(), ty);
            let targets = classes.into_iter().map(|class| Target {
                file: self.file_id(class.file.file(self.db)),
                full_range: class.full_range.ours(),
                name_range: class.selection_range.ours(),
                name: class.name.to_string(),
                kind: SymbolKind::Class,
                container: None,
            });
            Some(targets.collect())
        });
        found.unwrap_or_default()
    }

    /// The classes of a file that name a class as a base.
    fn subclasses_in(&self, symbol: &Symbol, file: FileId) -> Vec<Target> {
        let mut found = Vec::new();
        self.each_use(symbol, file, |model, cursor| {
            let mut around = cursor.ancestors.iter().rev();
            let Some(class) = around.find_map(|node| node.stmt_class_def()) else { return };
            // `Base`, `module.Base`, `Base[int]`
            let is_base = |base: &ast::Expr| match base {
                ast::Expr::Subscript(generic) => generic.value.end() == cursor.range.end(),
                base => base.end() == cursor.range.end(),
            };
            if class.bases().iter().any(is_base) {
                found.push(self.target_of(class.definition(model)));
            }
        });
        found
    }

    /// What a search for implementations of the symbol at a place begins with.
    fn family(&self, position: FilePosition) -> Option<Family> {
        let (model, offset) = self.place(position)?;
        cursor::at(&model, &self.parsed(&model), offset, |model, cursor| {
            let finder = implementations_finder(model, cursor)?;
            let is_member = matches!(cursor.subject, Subject::Function(_))
                || (matches!(expression_of(cursor), Some(ExprRef::Attribute(_))) && !names_class(model, cursor));
            let member = if is_member { cursor.name().map(str::to_owned) } else { None };
            let found = self.sources_of(model, finder.into_initial_definitions());
            Some(Family { origin: cursor.range.ours(), found, member })
        })
    }

    /// The members of classes in a file that override the one at a place.
    fn overrides_in(&self, position: FilePosition, file: FileId) -> Vec<Target> {
        let Some((model, offset)) = self.place(position) else { return Vec::new() };
        let found = cursor::at(&model, &self.parsed(&model), offset, |model, cursor| {
            let finder = implementations_finder(model, cursor)?;
            let file = ProgramFile::new(self.db, self.file(file), model.program());
            Some(self.sources_of(model, finder.implementations_for_file(self.db, file)))
        });
        found.unwrap_or_default()
    }

    /// Definitions as targets; of stubs the sources, and nothing where there are none.
    fn sources_of(&self, model: &SemanticModel<'db>, definitions: Vec<ResolvedDefinition<'db>>) -> Vec<Target> {
        let is_source = |definition: &ResolvedDefinition<'db>| !definition.focus_range(self.db).file().is_stub(self.db);
        let sources = definitions.into_iter().flat_map(|definition| navigation::to_source(model, definition));
        self.targets(sources.filter(is_source).collect())
    }

    /// The functions and classes that a piece of code calls: each once, with the places of its calls.
    pub(crate) fn calls(&self, body: FileRange) -> Vec<Call> {
        let model = self.model(body.file);
        let parsed = self.parsed(&model);
        let mut found = Callees { within: body.range.theirs(), callees: Vec::new() };
        AnyNodeRef::from(parsed.syntax()).visit_source_order(&mut found);
        let mut calls: Vec<Call> = Vec::new();
        for range in found.callees {
            let targets = cursor::at(&model, &parsed, range.start(), |model, cursor| {
                Some(self.targets(navigation::definitions(model, cursor)))
            });
            // An overloaded function is called once, whatever it leads to.
            let Some(target) = targets.and_then(|targets| targets.into_iter().next()) else { continue };
            match calls.iter_mut().find(|call| call.target == target) {
                Some(call) => call.ranges.push(range.ours()),
                None => calls.push(Call { target, ranges: vec![range.ours()] }),
            }
        }
        calls
    }
}

fn implementations_finder<'db>(model: &SemanticModel<'db>, cursor: &Cursor<'_>) -> Option<ImplementationsFinder<'db>> {
    match cursor.subject {
        Subject::Function(function) => ImplementationsFinder::for_method(model, function),
        Subject::Class(class) => ImplementationsFinder::for_class(model, class),
        _ => {
            let definitions = navigation::declarations(model, cursor, ImportAliasResolution::ResolveAliases);
            let environment = model.program_environment();
            let of_class = ImplementationsFinder::for_class_reference(model.db(), &environment, &definitions);
            of_class.or_else(|| match expression_of(cursor)? {
                ExprRef::Attribute(attribute) => ImplementationsFinder::for_attribute(model, attribute),
                _ => None,
            })
        }
    }
}

fn names_class(model: &SemanticModel<'_>, cursor: &Cursor<'_>) -> bool {
    let definitions = navigation::declarations(model, cursor, ImportAliasResolution::ResolveAliases);
    ImplementationsFinder::for_class_reference(model.db(), &model.program_environment(), &definitions).is_some()
}

fn expression_of<'a>(cursor: &Cursor<'a>) -> Option<ExprRef<'a>> {
    match cursor.subject {
        Subject::Expression(expression) | Subject::Callee(expression, _) => Some(expression),
        _ => None,
    }
}

/// Collects the names of what is called in a range.
struct Callees {
    within: TextRange,
    callees: Vec<TextRange>,
}

impl<'a> SourceOrderVisitor<'a> for Callees {
    fn enter_node(&mut self, node: AnyNodeRef<'a>) -> TraversalSignal {
        if node.range().intersect(self.within).is_none() {
            return TraversalSignal::Skip;
        }
        let called = match node {
            AnyNodeRef::ExprCall(call) => Some(&*call.func),
            AnyNodeRef::Decorator(decorator) => Some(&decorator.expression),
            _ => None,
        };
        let name = called.and_then(|called| match called {
            ast::Expr::Name(name) => Some(name.range),
            ast::Expr::Attribute(attribute) => Some(attribute.attr.range),
            _ => None,
        });
        self.callees.extend(name.filter(|name| self.within.contains_range(*name)));
        TraversalSignal::Traverse
    }
}
