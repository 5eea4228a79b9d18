//! The names that can stand at a place.

use montuno_base::FilePosition;
use montuno_semantic::SymbolKind;
use montuno_semantic::completion::{Candidate, Candidates};
use ruff_python_ast::find_node::covering_node;
use ruff_python_ast::visitor::source_order::{SourceOrderVisitor, TraversalSignal};
use ruff_python_ast::{self as ast, AnyNodeRef, ExprRef};
use ruff_text_size::{Ranged, TextRange, TextSize};
use ty_python_core::scope::FileScopeId;
use ty_python_core::semantic_index;
use ty_python_semantic::types::Type;
use ty_python_semantic::{Completion, HasType, SemanticModel};

use super::place::Place;
use crate::convert::ToTheirs;
use crate::target::is_constant;
use crate::view::View;

/// How far away names are that every module has.
const BUILTIN_DISTANCE: u32 = 5;

impl<'db> View<'db> {
    /// The names that can follow the receiver before a place.
    pub(crate) fn members(&self, position: FilePosition) -> Option<Candidates> {
        let (model, offset) = self.place(position)?;
        let parsed = self.parsed(&model);
        let text = self.text(&model);
        let typed = montuno_semantic::features::completions::typed(&text, position.offset).theirs();
        match Place::at(parsed.syntax().into(), parsed.tokens(), &text, typed, offset) {
            Place::Member(attribute) => Some(self.with_details(&model, member_candidates(&model, attribute))),
            _ => None,
        }
    }

    /// The names that can stand at a place by themselves.
    pub(crate) fn scope(&self, position: FilePosition) -> Candidates {
        let Some((model, offset)) = self.place(position) else { return Candidates::default() };
        let found = scope_candidates(&model, self.parsed(&model).syntax(), &self.text(&model), offset);
        self.with_details(&model, found)
    }

    /// Candidates with their types, as far as those are short.
    fn with_details(&self, model: &SemanticModel<'db>, found: Found<'db>) -> Candidates {
        const LONGEST: usize = 120;
        let environment = model.program_environment();
        let names = found.candidates.into_iter().map(|(mut candidate, ty)| {
            let shown = ty.map(|ty| ty.display(self.db, &environment).to_string());
            candidate.detail = shown.filter(|shown| shown.len() <= LONGEST);
            candidate
        });
        Candidates { names: names.collect(), exhaustive: found.exhaustive }
    }
}

/// Candidates with their types.
pub(crate) struct Found<'db> {
    pub candidates: Vec<(Candidate, Option<Type<'db>>)>,
    /// Whether no other name is valid.
    pub exhaustive: bool,
}

impl Found<'_> {
    /// The candidates without their types.
    pub(crate) fn names(self) -> Candidates {
        let names = self.candidates.into_iter().map(|(candidate, _)| candidate).collect();
        Candidates { names, exhaustive: self.exhaustive }
    }
}

/// The members of the value before a dot.
pub(crate) fn member_candidates<'db>(model: &SemanticModel<'db>, attribute: &ast::ExprAttribute) -> Found<'db> {
    let receiver = attribute.value.inferred_type(model);
    let mut found = model.attribute_completions(attribute);
    // A module's submodules are there once they are imported.
    found.retain(|member| !member.is_type_check_only);
    let is_object = |name: &str| name.starts_with("__") && name.ends_with("__");
    let candidates = found.into_iter().map(|member| {
        let distance = u32::from(is_object(&member.name)) * 2;
        (candidate(&member, distance), member.ty)
    });
    Found { candidates: candidates.collect(), exhaustive: receiver.is_some_and(|ty| is_closed(model, ty)) }
}

/// Whether what is not among the members of a type is certainly no member of it.
fn is_closed<'db>(model: &SemanticModel<'db>, ty: Type<'db>) -> bool {
    let shown = ty.display(model.db(), &model.program_environment()).to_string();
    !["Unknown", "Any", "Todo", "Divergent"].iter().any(|dynamic| shown.contains(dynamic))
}

/// The names that can stand at `offset` by themselves.
pub(crate) fn scope_candidates<'db>(
    model: &SemanticModel<'db>,
    module: &ast::ModModule,
    text: &str,
    offset: TextSize,
) -> Found<'db> {
    let index = semantic_index(model.db(), model.program_file());
    let witness = witness(model, module, text, offset);
    let scope = model.scope(witness).unwrap_or_else(FileScopeId::global);
    let scopes: Vec<_> = index.visible_ancestor_scopes(scope).map(|(scope, _)| scope).collect();
    let distance = |name: &str| {
        let found = scopes.iter().position(|&scope| {
            let table = index.place_table(scope);
            table.symbol_id(name).is_some_and(|symbol| table.symbol(symbol).is_bound())
        });
        found.and_then(|at| u32::try_from(at).ok())
    };
    let found = model.scoped_completions(witness).into_iter();
    let candidates = found.filter(|name| !name.is_type_check_only).map(|name| {
        let distance = distance(&name.name).unwrap_or(BUILTIN_DISTANCE);
        (candidate(&name, distance), name.ty)
    });
    // What another module's `*` brings, or what is put into `globals()`, is not known.
    Found { candidates: candidates.collect(), exhaustive: true }
}

fn candidate(completion: &Completion<'_>, distance: u32) -> Candidate {
    let kind = kind_of(completion.ty, &completion.name, distance);
    Candidate {
        name: completion.name.to_string(),
        kind,
        detail: None,
        distance,
        deprecated: false,
        takes_arguments: kind.is_callable().then_some(true),
    }
}

/// What a value of a type is, seen from its name.
pub(crate) fn kind_of(ty: Option<Type<'_>>, name: &str, distance: u32) -> SymbolKind {
    match ty {
        Some(Type::FunctionLiteral(_) | Type::Callable(_) | Type::WrapperDescriptor(_)) => SymbolKind::Function,
        Some(Type::BoundMethod(_) | Type::KnownBoundMethod(_)) => SymbolKind::Method,
        Some(Type::ClassLiteral(_) | Type::GenericAlias(_) | Type::SubclassOf(_)) => SymbolKind::Class,
        Some(Type::ModuleLiteral(_)) => SymbolKind::Module,
        Some(Type::PropertyInstance(_)) => SymbolKind::Property,
        Some(Type::TypeAlias(_)) => SymbolKind::TypeAlias,
        Some(Type::TypeVar(_)) => SymbolKind::TypeParameter,
        _ if is_constant(name) => SymbolKind::Constant,
        _ if distance == 0 => SymbolKind::Local,
        _ => SymbolKind::Variable,
    }
}

/// A node by which the engine knows the scope that `offset` is in: an expression there, else any of the
/// innermost function or class around it.
fn witness<'a>(
    model: &SemanticModel<'_>,
    module: &'a ast::ModModule,
    text: &'a str,
    offset: TextSize,
) -> AnyNodeRef<'a> {
    let root = AnyNodeRef::from(module);
    let at = TextRange::empty(offset.min(root.end()));
    let covering = covering_node(root, at);
    let index = semantic_index(model.db(), model.program_file());
    let known =
        |node: &AnyNodeRef<'_>| node.as_expr_ref().is_some_and(|expr| index.try_expression_scope_id(&expr).is_some());
    // In annotations, defaults and decorators as well, an expression knows best.
    if let Some(expression) = covering.ancestors().take_while(|node| !node.is_statement()).find(known) {
        return expression;
    }
    let mut around = Around { text, offset, bodies: Vec::new() };
    root.visit_source_order(&mut around);
    around.bodies.into_iter().rev().find_map(representative).unwrap_or(root)
}

/// A node that is in the same scope as the statements of a body: a definition, or an expression.
fn representative(body: &[ast::Stmt]) -> Option<AnyNodeRef<'_>> {
    let mut first = FirstExpression(None);
    for statement in body {
        match statement {
            ast::Stmt::FunctionDef(function) => return Some(function.into()),
            ast::Stmt::ClassDef(class) => return Some(class.into()),
            statement => AnyNodeRef::from(statement).visit_source_order(&mut first),
        }
        if let Some(found) = first.0 {
            return Some(found.into());
        }
    }
    None
}

struct FirstExpression<'a>(Option<ExprRef<'a>>);

impl<'a> SourceOrderVisitor<'a> for FirstExpression<'a> {
    fn enter_node(&mut self, node: AnyNodeRef<'a>) -> TraversalSignal {
        if self.0.is_none() {
            self.0 = node.as_expr_ref();
        }
        let is_own_scope = matches!(node, AnyNodeRef::StmtFunctionDef(_) | AnyNodeRef::StmtClassDef(_));
        if self.0.is_some() || is_own_scope { TraversalSignal::Skip } else { TraversalSignal::Traverse }
    }
}

/// Collects the bodies of the functions and classes around a place, the outermost first. A line that is
/// indented like a body and follows it belongs to it, though nothing stands there yet.
struct Around<'a> {
    text: &'a str,
    offset: TextSize,
    bodies: Vec<&'a [ast::Stmt]>,
}

impl Around<'_> {
    fn is_in(&self, body: &[ast::Stmt], end: TextSize) -> bool {
        let Some(first) = body.first() else { return false };
        if first.start() > self.offset {
            return false;
        }
        if self.offset <= end {
            return true;
        }
        let between = &self.text[TextRange::new(end, self.offset).to_std_range()];
        between.trim().is_empty() && self.column(self.offset) >= self.column(first.start())
    }

    fn column(&self, offset: TextSize) -> usize {
        let before = &self.text[..offset.to_usize()];
        before.len() - before.rfind('\n').map_or(0, |at| at + 1)
    }
}

impl<'a> SourceOrderVisitor<'a> for Around<'a> {
    fn enter_node(&mut self, node: AnyNodeRef<'a>) -> TraversalSignal {
        if node.start() > self.offset {
            return TraversalSignal::Skip;
        }
        let body: Option<&'a [ast::Stmt]> = match node {
            AnyNodeRef::StmtFunctionDef(function) => Some(&function.body),
            AnyNodeRef::StmtClassDef(class) => Some(&class.body),
            AnyNodeRef::ModModule(module) => {
                self.bodies.push(&module.body);
                None
            }
            _ => None,
        };
        if let Some(body) = body
            && self.is_in(body, node.end())
        {
            self.bodies.push(body);
        }
        TraversalSignal::Traverse
    }
}
