//! From the parser's tree to ours.

mod docs;
mod expressions;
mod patterns;
mod statements;
mod types;

pub(crate) use docs::doc_tag;

use std::collections::VecDeque;

use oxc_ast::ast;
use oxc_span::{GetSpan, Span};
use rustc_hash::FxHashMap;

pub(crate) use super::name::Name;
use super::tree::{Kind, NONE, NodeId, Tree, flags, slot};

/// Lowers a whole file. `is_script`: types are read from documentation comments.
pub(crate) fn lower<'a>(program: &'a ast::Program<'a>, text: &'a str, is_script: bool) -> Tree {
    let mut tree = Tree::new(is_script);
    let root = tree.add(Kind::Module, (0, text.len() as u32), &[]);
    let mut comments = FxHashMap::default();
    if is_script {
        for comment in &program.comments {
            let span = comment.span;
            if text.get(span.start as usize..).is_some_and(|rest| rest.starts_with("/**")) {
                comments.insert(comment.attached_to, (span.start, span.end));
            }
        }
    }
    let all_comments: Vec<_> = if is_script {
        program.comments.iter().map(|comment| (comment.span.start, comment.span.end)).collect()
    } else {
        Vec::new()
    };
    let mut lowering = Lowering { tree: &mut tree, text, comments, bodies: VecDeque::new(), shift: 0 };
    let mut statements: Vec<NodeId> = Vec::with_capacity(program.body.len());
    for directive in &program.directives {
        let inner = lowering.add(Kind::String, directive.expression.span, &[]);
        let id = lowering.add(Kind::Expression, directive.span, &[inner]);
        statements.push(id);
    }
    lowering.statements(&program.body, &mut statements);
    if is_script {
        for (start, end) in all_comments {
            lowering.declarations_in_comment(start, end, &mut statements);
        }
    }
    lowering.tree.set_children(root, &statements);
    lowering.tree.first_in_body = lowering.tree.len();
    let mut surface = Surface::new(text);
    while let Some((function, body)) = lowering.bodies.pop_front() {
        surface.skip(body.span());
        let id = match body {
            Body::Statements(body) => {
                let mut statements = Vec::with_capacity(body.statements.len());
                lowering.statements(&body.statements, &mut statements);
                lowering.add(Kind::Block, body.span, &statements)
            }
            Body::Expression(expression) => lowering.expression(expression),
        };
        lowering.tree.set_child(function, slot::BODY, id);
    }
    tree.surface = surface.finish();
    tree
}

/// What a function does, to be lowered after all else.
enum Body<'a> {
    Statements(&'a ast::FunctionBody<'a>),
    Expression(&'a ast::Expression<'a>),
}

impl Body<'_> {
    fn span(&self) -> Span {
        match self {
            Self::Statements(body) => body.span,
            Self::Expression(expression) => expression.span(),
        }
    }
}

pub(crate) struct Lowering<'t, 'a> {
    tree: &'t mut Tree,
    text: &'a str,
    /// Documentation comments by the place of what they stand before.
    comments: FxHashMap<u32, (u32, u32)>,
    bodies: VecDeque<(NodeId, Body<'a>)>,
    /// Added to all places: where the text begins that is lowered.
    shift: u32,
}

impl<'a> Lowering<'_, 'a> {
    fn add(&mut self, kind: Kind, span: Span, children: &[NodeId]) -> NodeId {
        self.tree.add(kind, (span.start.wrapping_add(self.shift), span.end.wrapping_add(self.shift)), children)
    }

    fn named(&mut self, kind: Kind, span: Span, name: &str, at: Span, children: &[NodeId]) -> NodeId {
        let id = self.add(kind, span, children);
        self.set_name(id, name, at);
        id
    }

    fn set_name(&mut self, id: NodeId, name: &str, at: Span) {
        let shift = self.shift;
        let node = self.tree.node_mut(id);
        node.name = Name::new(name);
        node.name_start = at.start.wrapping_add(shift);
        node.name_end = at.end.wrapping_add(shift);
        self.tree.names.push((at.start.wrapping_add(shift), id));
    }

    fn flag(&mut self, id: NodeId, flag: u32, is_set: bool) {
        if is_set {
            self.tree.node_mut(id).flags |= flag;
        }
    }

    fn word(&mut self, name: &str, at: Span) -> NodeId {
        self.named(Kind::Word, at, name, at, &[])
    }

    fn list(&mut self, span: Span, children: &[NodeId]) -> NodeId {
        self.add(Kind::List, span, children)
    }

    /// The name of a key, with its place; and the expression of one that is computed.
    fn key(&mut self, key: &'a ast::PropertyKey<'a>, computed: bool) -> (String, Span, NodeId) {
        match key {
            ast::PropertyKey::StaticIdentifier(name) => (name.name.as_str().to_owned(), name.span, NONE),
            ast::PropertyKey::PrivateIdentifier(name) => (format!("#{}", name.name.as_str()), name.span, NONE),
            ast::PropertyKey::StringLiteral(string) => (string.value.as_str().to_owned(), string.span, NONE),
            ast::PropertyKey::NumericLiteral(number) => (number_name(number.value), number.span, NONE),
            other => {
                let Some(expression) = other.as_expression() else { return (String::new(), key.span(), NONE) };
                let name = if computed { computed_name(expression) } else { String::new() };
                let id = self.expression(expression);
                (name, key.span(), id)
            }
        }
    }

    fn type_parameters(&mut self, list: Option<&'a ast::TSTypeParameterDeclaration<'a>>) -> NodeId {
        let Some(list) = list else { return NONE };
        let parameters: Vec<_> = list.params.iter().map(|parameter| self.type_parameter(parameter)).collect();
        self.list(list.span, &parameters)
    }

    fn type_parameter(&mut self, parameter: &'a ast::TSTypeParameter<'a>) -> NodeId {
        let constraint = parameter.constraint.as_ref().map_or(NONE, |constraint| self.type_(constraint));
        let default = parameter.default.as_ref().map_or(NONE, |default| self.type_(default));
        let name = &parameter.name;
        let id = self.named(Kind::TypeParameter, parameter.span, name.name.as_str(), name.span, &[constraint, default]);
        self.flag(id, flags::CONST, parameter.r#const);
        id
    }

    fn type_arguments(&mut self, list: Option<&'a ast::TSTypeParameterInstantiation<'a>>) -> NodeId {
        let Some(list) = list else { return NONE };
        let arguments: Vec<_> = list.params.iter().map(|argument| self.type_(argument)).collect();
        self.list(list.span, &arguments)
    }

    fn annotation(&mut self, annotation: Option<&'a ast::TSTypeAnnotation<'a>>) -> NodeId {
        annotation.map_or(NONE, |annotation| self.type_(&annotation.type_annotation))
    }

    fn this_type(&mut self, parameter: Option<&'a ast::TSThisParameter<'a>>) -> NodeId {
        parameter.map_or(NONE, |parameter| self.annotation(parameter.type_annotation.as_deref()))
    }

    fn parameters(&mut self, list: &'a ast::FormalParameters<'a>) -> NodeId {
        let mut parameters = Vec::with_capacity(list.items.len() + 1);
        for item in &list.items {
            for decorator in &item.decorators {
                let id = self.expression(&decorator.expression);
                parameters.push(id);
            }
        }
        let decorators = std::mem::take(&mut parameters);
        for item in &list.items {
            let pattern = self.pattern(&item.pattern);
            let annotation = self.annotation(item.type_annotation.as_deref());
            let value = item.initializer.as_ref().map_or(NONE, |value| self.expression(value));
            let mut children = vec![pattern, annotation, value];
            if parameters.is_empty() {
                children.extend_from_slice(&decorators);
            }
            let id = self.add(Kind::Parameter, item.span, &children);
            self.flag(id, flags::OPTIONAL, item.optional);
            let is_property = item.accessibility.is_some() || item.readonly || item.r#override;
            self.flag(id, flags::PARAMETER_PROPERTY, is_property);
            self.flag(id, flags::READONLY, item.readonly);
            self.flag(id, flags::PRIVATE, item.accessibility == Some(ast::TSAccessibility::Private));
            self.document(id, item.span.start);
            parameters.push(id);
        }
        if let Some(rest) = &list.rest {
            let pattern = self.pattern(&rest.rest.argument);
            let annotation = self.annotation(rest.type_annotation.as_deref());
            let id = self.add(Kind::Parameter, rest.span, &[pattern, annotation, NONE]);
            self.flag(id, flags::REST, true);
            parameters.push(id);
        }
        self.list(list.span, &parameters)
    }

    /// A function with its body, whatever its kind.
    fn function(&mut self, kind: Kind, span: Span, function: &'a ast::Function<'a>, key: NodeId) -> NodeId {
        let type_parameters = self.type_parameters(function.type_parameters.as_deref());
        let parameters = self.parameters(&function.params);
        let result = self.annotation(function.return_type.as_deref());
        let this = self.this_type(function.this_param.as_deref());
        let id = self.add(kind, span, &[type_parameters, parameters, result, NONE, this, key]);
        if let Some(name) = &function.id {
            self.set_name(id, name.name.as_str(), name.span);
        }
        self.flag(id, flags::ASYNC, function.r#async);
        self.flag(id, flags::GENERATOR, function.generator);
        self.flag(id, flags::DECLARE, function.declare);
        if let Some(body) = &function.body {
            self.bodies.push_back((id, Body::Statements(body)));
        }
        id
    }
}

/// How a number is written as a key.
pub(crate) fn number_name(value: f64) -> String {
    format!("{value}")
}

/// The name of a computed key whose value is plain: a string, `Symbol.iterator`.
fn computed_name(key: &ast::Expression<'_>) -> String {
    match key {
        ast::Expression::StringLiteral(string) => string.value.as_str().to_owned(),
        ast::Expression::NumericLiteral(number) => number_name(number.value),
        ast::Expression::StaticMemberExpression(member) => match &member.object {
            ast::Expression::Identifier(object) if object.name.as_str() == "Symbol" => {
                format!("@@{}", member.property.name.as_str())
            }
            _ => String::new(),
        },
        _ => String::new(),
    }
}

/// A hash of the text outside of bodies.
struct Surface<'a> {
    text: &'a str,
    skipped: Vec<Span>,
}

impl<'a> Surface<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, skipped: Vec::new() }
    }

    fn skip(&mut self, span: Span) {
        self.skipped.push(span);
    }

    fn finish(mut self) -> u64 {
        use std::hash::Hasher;
        self.skipped.sort_by_key(|span| (span.start, std::cmp::Reverse(span.end)));
        let mut hasher = rustc_hash::FxHasher::default();
        let mut at = 0;
        for span in self.skipped {
            if (span.start as usize) < at {
                continue;
            }
            hasher.write(self.text.get(at..span.start as usize).unwrap_or_default().as_bytes());
            hasher.write_u8(1);
            at = span.end as usize;
        }
        hasher.write(self.text.get(at..).unwrap_or_default().as_bytes());
        hasher.finish()
    }
}
