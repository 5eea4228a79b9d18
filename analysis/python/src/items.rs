//! What a file declares.

use std::sync::Arc;

use montuno_base::FileId;
use montuno_semantic::SymbolKind;
use montuno_semantic::hierarchy::Item;
use ruff_python_ast::{self as ast, Expr, Stmt};
use ruff_text_size::{Ranged, TextRange};

use crate::convert::ToOurs;
use crate::target::is_constant;
use crate::view::View;

/// How deep statements are followed into each other. Deeper declarations are left out.
const DEEPEST: usize = 64;

impl View<'_> {
    /// What a file declares, as a tree. Locals of functions are left out; functions and classes inside of
    /// functions are not.
    pub(crate) fn items(&self, file: FileId) -> Arc<[Item]> {
        let model = self.model(file);
        let parsed = self.parsed(&model);
        let text = self.text(&model);
        of_module(parsed.suite(), &text).into()
    }
}

/// What a module declares.
pub(crate) fn of_module(body: &[Stmt], text: &str) -> Vec<Item> {
    let place = Place::Module(exported_names(body));
    let mut outline = Outline { text, items: Vec::new(), place, depth: 0 };
    outline.body(body);
    outline.items
}

/// The names that a module lists in `__all__`, as far as they can be read off; `None` if it has none.
pub(crate) fn exported_names(body: &[Stmt]) -> Option<Vec<String>> {
    let mut names = None;
    for statement in body {
        let (targets, value) = match statement {
            Stmt::Assign(assign) => (assign.targets.iter().collect(), Some(&*assign.value)),
            Stmt::AnnAssign(assign) => (vec![&*assign.target], assign.value.as_deref()),
            Stmt::AugAssign(assign) => (vec![&*assign.target], Some(&*assign.value)),
            _ => continue,
        };
        if !targets.iter().any(|target| target.as_name_expr().is_some_and(|name| name.id == "__all__")) {
            continue;
        }
        let elements = match value {
            Some(Expr::List(list)) => &list.elts,
            Some(Expr::Tuple(tuple)) => &tuple.elts,
            _ => continue,
        };
        let strings = elements.iter().filter_map(Expr::as_string_literal_expr);
        names.get_or_insert_with(Vec::new).extend(strings.map(|string| string.value.to_str().to_owned()));
    }
    names
}

/// What a body belongs to.
#[derive(Clone)]
enum Place {
    /// A module, and what it exports if it says so.
    Module(Option<Vec<String>>),
    /// A class; whether its variables are members of an enum.
    Class(bool),
    Function,
}

struct Outline<'a> {
    text: &'a str,
    items: Vec<Item>,
    place: Place,
    depth: usize,
}

impl Outline<'_> {
    fn body(&mut self, body: &[Stmt]) {
        if self.depth >= DEEPEST {
            return;
        }
        self.depth += 1;
        for statement in body {
            self.statement(statement);
        }
        self.depth -= 1;
    }

    fn statement(&mut self, statement: &Stmt) {
        match statement {
            Stmt::FunctionDef(function) => self.function(function),
            Stmt::ClassDef(class) => self.class(class),
            Stmt::TypeAlias(alias) => {
                let detail = Some(self.one_line(alias.value.range()));
                self.named(&alias.name, SymbolKind::TypeAlias, statement.range(), detail);
            }
            Stmt::Assign(assign) => {
                for target in &assign.targets {
                    self.variable(target, statement.range(), None);
                }
            }
            Stmt::AnnAssign(assign) => {
                let detail = Some(self.one_line(assign.annotation.range()));
                self.variable(&assign.target, statement.range(), detail);
            }
            Stmt::If(branches) => {
                self.body(&branches.body);
                branches.elif_else_clauses.iter().for_each(|clause| self.body(&clause.body));
            }
            Stmt::Try(guarded) => {
                self.body(&guarded.body);
                for ast::ExceptHandler::ExceptHandler(handler) in &guarded.handlers {
                    self.body(&handler.body);
                }
                self.body(&guarded.orelse);
                self.body(&guarded.finalbody);
            }
            Stmt::With(block) => self.body(&block.body),
            Stmt::For(block) => {
                self.body(&block.body);
                self.body(&block.orelse);
            }
            Stmt::While(block) => {
                self.body(&block.body);
                self.body(&block.orelse);
            }
            Stmt::Match(block) => block.cases.iter().for_each(|case| self.body(&case.body)),
            _ => {}
        }
    }

    fn function(&mut self, function: &ast::StmtFunctionDef) {
        let in_class = matches!(self.place, Place::Class(_));
        let decorated = |names: &[&str]| function.decorator_list.iter().any(|decorator| is_named(decorator, names));
        let kind = match function.name.as_str() {
            "__init__" if in_class => SymbolKind::Constructor,
            _ if in_class && decorated(&["property", "cached_property", "setter", "deleter"]) => SymbolKind::Property,
            _ if in_class => SymbolKind::Method,
            _ => SymbolKind::Function,
        };
        let mut detail = self.one_line(function.parameters.range());
        if let Some(result) = &function.returns {
            detail += " -> ";
            detail += &self.one_line(result.range());
        }
        let children = self.inside(Place::Function, &function.body);
        let deprecated = decorated(&["deprecated"]);
        self.add(&function.name, kind, function.range, Some(detail), deprecated, children);
    }

    fn class(&mut self, class: &ast::StmtClassDef) {
        let bases: Vec<&str> = class.bases().iter().filter_map(last_name).collect();
        let is_enum = bases.iter().any(|base| matches!(*base, "Enum" | "IntEnum" | "StrEnum" | "Flag" | "IntFlag"));
        let kind = match () {
            () if is_enum => SymbolKind::Enum,
            () if bases.contains(&"Protocol") => SymbolKind::Interface,
            () => SymbolKind::Class,
        };
        let detail = class.arguments.as_ref().map(|arguments| self.one_line(arguments.range()));
        let children = self.inside(Place::Class(is_enum), &class.body);
        let deprecated = class.decorator_list.iter().any(|decorator| is_named(decorator, &["deprecated"]));
        self.add(&class.name, kind, class.range, detail, deprecated, children);
    }

    fn inside(&mut self, place: Place, body: &[Stmt]) -> Vec<Item> {
        let mut inner = Outline { text: self.text, items: Vec::new(), place, depth: self.depth };
        inner.body(body);
        inner.items
    }

    fn variable(&mut self, target: &Expr, full_range: TextRange, detail: Option<String>) {
        match target {
            Expr::Name(name) => {
                let kind = match self.place {
                    Place::Function => return,
                    Place::Class(true) => SymbolKind::EnumMember,
                    _ if is_constant(&name.id) => SymbolKind::Constant,
                    Place::Class(false) => SymbolKind::Field,
                    Place::Module(_) => SymbolKind::Variable,
                };
                self.named(target, kind, full_range, detail);
            }
            Expr::Tuple(tuple) => tuple.elts.iter().for_each(|target| self.variable(target, full_range, None)),
            Expr::List(list) => list.elts.iter().for_each(|target| self.variable(target, full_range, None)),
            _ => {}
        }
    }

    fn named(&mut self, name: &Expr, kind: SymbolKind, full_range: TextRange, detail: Option<String>) {
        let Expr::Name(name) = name else { return };
        // Assigned again, it is still the same variable.
        if self.items.iter().any(|item| item.name == name.id.as_str() && item.kind == kind) {
            return;
        }
        let identifier = ast::Identifier::new(name.id.clone(), name.range);
        self.add(&identifier, kind, full_range, detail, false, Vec::new());
    }

    fn add(
        &mut self,
        name: &ast::Identifier,
        kind: SymbolKind,
        full_range: TextRange,
        detail: Option<String>,
        deprecated: bool,
        children: Vec<Item>,
    ) {
        let public = match &self.place {
            Place::Module(Some(exported)) => exported.iter().any(|exported| exported == name.as_str()),
            _ => !name.starts_with('_') || (name.starts_with("__") && name.ends_with("__")),
        };
        self.items.push(Item {
            name: name.to_string(),
            kind,
            full_range: full_range.ours(),
            name_range: name.range.ours(),
            detail,
            deprecated,
            public,
            children,
        });
    }

    /// A piece of source in one line, with single spaces.
    fn one_line(&self, range: TextRange) -> String {
        self.text.get(range.to_std_range()).unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

/// Whether a decorator is called so, whatever module it comes from and whatever it is called with.
fn is_named(decorator: &ast::Decorator, names: &[&str]) -> bool {
    let expression = match &decorator.expression {
        Expr::Call(call) => &call.func,
        expression => expression,
    };
    last_name(expression).is_some_and(|name| names.contains(&name))
}

/// The name, or the last part of a dotted one.
fn last_name(expression: &Expr) -> Option<&str> {
    match expression {
        Expr::Name(name) => Some(name.id.as_str()),
        Expr::Attribute(attribute) => Some(attribute.attr.as_str()),
        Expr::Subscript(subscript) => last_name(&subscript.value),
        _ => None,
    }
}
