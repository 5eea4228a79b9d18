//! What stands at a place.

use ruff_db::parsed::ParsedModuleRef;
use ruff_python_ast::find_node::{CoveringNode, covering_node};
use ruff_python_ast::token::{Token, TokenKind, Tokens};
use ruff_python_ast::{self as ast, AnyNodeRef, ExprRef};
use ruff_text_size::{Ranged, TextRange, TextSize};
use ty_python_semantic::types::Type;
use ty_python_semantic::{HasType, SemanticModel};

/// A name or an operator at a place, and what it is there.
#[derive(Clone, Debug)]
pub(crate) struct Cursor<'a> {
    /// The name or operator.
    pub range: TextRange,
    /// What it is.
    pub subject: Subject<'a>,
    /// The nodes around it, the outermost first, itself the last.
    pub ancestors: Vec<AnyNodeRef<'a>>,
}

/// What a name or operator is at its place.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Subject<'a> {
    /// A name or a member that is read or assigned, or any other expression.
    Expression(ExprRef<'a>),
    /// The name or member that is called.
    Callee(ExprRef<'a>, &'a ast::ExprCall),
    /// The name of a function, where it is defined.
    Function(&'a ast::StmtFunctionDef),
    /// The name of a class, where it is defined.
    Class(&'a ast::StmtClassDef),
    /// The name of a parameter, where it is defined.
    Parameter(&'a ast::Parameter),
    /// A part of a module's name in an import: the name up to this part, and the dots before it.
    Module(&'a str, u32),
    /// A name in the list of an `import … from`.
    Imported(&'a ast::Alias, &'a ast::StmtImportFrom),
    /// The name behind the `as` of an import.
    Alias(&'a ast::Alias, &'a ast::Identifier),
    /// A name that a statement, a handler, a pattern or a type parameter mentions or binds.
    Word(&'a ast::Identifier),
    /// The name of a keyword argument.
    Keyword(&'a ast::Keyword, &'a ast::ExprCall),
    /// The name of an attribute in a class pattern.
    PatternKeyword(&'a ast::PatternKeyword, &'a ast::PatternMatchClass),
    /// A binary operator.
    BinaryOperator(&'a ast::ExprBinOp),
    /// A unary operator.
    UnaryOperator(&'a ast::ExprUnaryOp),
    /// A string that is the key of a subscript.
    Key(&'a ast::ExprSubscript, &'a str),
    /// A name in the list `__all__`.
    Exported(&'a ast::StringLiteral),
}

/// Answers a question about what stands at `offset`. `None` where nothing does.
///
/// Inside of an annotation in quotes the model and the cursor are those of the annotation.
pub(crate) fn at<'db, R>(
    model: &SemanticModel<'db>,
    parsed: &ParsedModuleRef,
    offset: TextSize,
    answer: impl FnOnce(&SemanticModel<'db>, &Cursor<'_>) -> Option<R>,
) -> Option<R> {
    in_tree(model, parsed.tokens(), parsed.syntax().into(), offset, Box::new(answer))
}

type Answer<'db, 'x, R> = Box<dyn FnOnce(&SemanticModel<'db>, &Cursor<'_>) -> Option<R> + 'x>;

fn in_tree<'db, R>(
    model: &SemanticModel<'db>,
    tokens: &Tokens,
    root: AnyNodeRef<'_>,
    offset: TextSize,
    answer: Answer<'db, '_, R>,
) -> Option<R> {
    let covering = covering(tokens, root, offset)?;
    if let AnyNodeRef::ExprStringLiteral(string) = covering.node()
        && let Some((annotation, inner)) = model.enter_string_annotation(string)
        && annotation.syntax().range().contains_inclusive(offset)
    {
        return in_tree(&inner, annotation.tokens(), annotation.syntax().into(), offset, answer);
    }
    answer(model, &Cursor::of(&covering, tokens, offset)?)
}

/// The name, expression or import that stands at `offset`.
fn covering<'a>(tokens: &Tokens, root: AnyNodeRef<'a>, offset: TextSize) -> Option<CoveringNode<'a>> {
    let token = tokens.at_offset(offset).max_by_key(|token| match token.kind() {
        TokenKind::Name | TokenKind::String | TokenKind::Int | TokenKind::Float | TokenKind::Complex => 2,
        // Soft keywords are names wherever they are no keywords.
        kind if kind.is_soft_keyword() => 2,
        // Of an operator an editor names the start.
        kind if kind.as_binary_operator().is_some() || kind.as_unary_operator().is_some() => 2,
        TokenKind::Comment => 0,
        _ => 1,
    })?;
    if token.kind().is_comment() || !root.range().contains_range(token.range()) {
        return None;
    }
    let means_something = |node: AnyNodeRef<'_>| {
        node.is_identifier() || node.is_expression() || node.is_stmt_import_from() || node.is_string_literal()
    };
    let found = covering_node(root, token.range()).find_first(means_something).ok()?;
    // A part of a string stands for the string, unless the string is in several parts.
    if found.node().is_string_literal() { found.find_first(|node| node.is_expression()).ok() } else { Some(found) }
}

impl<'a> Cursor<'a> {
    /// The name at the cursor, if it is one.
    pub(crate) fn name(&self) -> Option<&'a str> {
        match self.subject {
            Subject::Expression(expression) | Subject::Callee(expression, _) => match expression {
                ExprRef::Name(name) => Some(name.id.as_str()),
                ExprRef::Attribute(attribute) => Some(attribute.attr.as_str()),
                _ => None,
            },
            Subject::Function(function) => Some(function.name.as_str()),
            Subject::Class(class) => Some(class.name.as_str()),
            Subject::Parameter(parameter) => Some(parameter.name.as_str()),
            Subject::Module(name, _) => name.rsplit('.').next(),
            Subject::Imported(alias, _) => Some(alias.name.as_str()),
            Subject::Alias(_, name) | Subject::Word(name) => Some(name.as_str()),
            Subject::Keyword(keyword, _) => keyword.arg.as_ref().map(|name| name.as_str()),
            Subject::PatternKeyword(keyword, _) => Some(keyword.attr.as_str()),
            Subject::Exported(name) => Some(&name.value),
            Subject::BinaryOperator(_) | Subject::UnaryOperator(_) | Subject::Key(..) => None,
        }
    }

    fn of(covering: &CoveringNode<'a>, tokens: &Tokens, offset: TextSize) -> Option<Self> {
        let ancestors: Vec<_> = covering.ancestors().rev().collect();
        let (subject, range) = match covering.node() {
            AnyNodeRef::Identifier(name) => Self::identifier(covering, name, offset)?,
            AnyNodeRef::StmtImportFrom(import) => {
                let module = import.module.as_ref().filter(|module| module.range.contains_inclusive(offset))?;
                module_part(module, import.level, offset)?
            }
            AnyNodeRef::ExprBinOp(operation) => {
                let between = TextRange::new(operation.left.end(), operation.right.start());
                operator(tokens, between, offset, |kind| kind.as_binary_operator().is_some())
                    .map(|range| (Subject::BinaryOperator(operation), range))?
            }
            AnyNodeRef::ExprUnaryOp(operation) => {
                let before = TextRange::new(operation.start(), operation.operand.start());
                operator(tokens, before, offset, |kind| kind.as_unary_operator().is_some())
                    .map(|range| (Subject::UnaryOperator(operation), range))?
            }
            AnyNodeRef::ExprStringLiteral(string) => Self::string(covering, string)?,
            AnyNodeRef::ExprName(name) => {
                let expression = ExprRef::Name(name);
                match covering.parent() {
                    Some(AnyNodeRef::ExprCall(call)) if ExprRef::from(&call.func) == expression => {
                        (Subject::Callee(expression, call), name.range)
                    }
                    _ => (Subject::Expression(expression), name.range),
                }
            }
            node => {
                let expression = node.as_expr_ref()?;
                (Subject::Expression(expression), expression.range())
            }
        };
        Some(Self { range, subject, ancestors })
    }

    fn identifier(
        covering: &CoveringNode<'a>,
        name: &'a ast::Identifier,
        offset: TextSize,
    ) -> Option<(Subject<'a>, TextRange)> {
        let subject = match covering.parent()? {
            AnyNodeRef::StmtFunctionDef(function) => Subject::Function(function),
            AnyNodeRef::StmtClassDef(class) => Subject::Class(class),
            AnyNodeRef::Parameter(parameter) => Subject::Parameter(parameter),
            AnyNodeRef::ExprAttribute(attribute) => {
                let expression = ExprRef::Attribute(attribute);
                match covering.ancestors().nth(2) {
                    Some(AnyNodeRef::ExprCall(call)) if ExprRef::from(&call.func) == expression => {
                        Subject::Callee(expression, call)
                    }
                    _ => Subject::Expression(expression),
                }
            }
            AnyNodeRef::Alias(alias) => {
                if let Some(bound) = alias.asname.as_ref().filter(|bound| bound.range == name.range) {
                    Subject::Alias(alias, bound)
                } else {
                    match covering.ancestors().nth(2)? {
                        AnyNodeRef::StmtImportFrom(import) => Subject::Imported(alias, import),
                        _ => return module_part(name, 0, offset),
                    }
                }
            }
            AnyNodeRef::StmtImportFrom(import) => return module_part(name, import.level, offset),
            AnyNodeRef::Keyword(keyword) => {
                let call = covering.ancestors().find_map(AnyNodeRef::expr_call)?;
                // The keyword arguments of a class statement belong to no call.
                call.arguments.keywords.contains(keyword).then_some(Subject::Keyword(keyword, call))?
            }
            AnyNodeRef::PatternKeyword(keyword) => {
                let class = covering.ancestors().find_map(AnyNodeRef::pattern_match_class)?;
                Subject::PatternKeyword(keyword, class)
            }
            _ => Subject::Word(name),
        };
        Some((subject, name.range))
    }

    /// A string is something only as a key, or as a name that a module exports.
    fn string(covering: &CoveringNode<'a>, string: &'a ast::ExprStringLiteral) -> Option<(Subject<'a>, TextRange)> {
        if let Some(AnyNodeRef::ExprSubscript(subscript)) = covering.parent()
            && subscript.slice.range() == string.range
        {
            return Some((Subject::Key(subscript, string.value.to_str()), string.range));
        }
        if let Some(literal) = exported(covering, string) {
            return Some((Subject::Exported(literal), ast::StringLikePart::String(literal).content_range()));
        }
        Some((Subject::Expression(string.into()), string.range))
    }
}

/// The string as a name that `__all__` lists: in a list or tuple that is assigned or added to it at the
/// top of a module.
fn exported<'a>(covering: &CoveringNode<'a>, string: &'a ast::ExprStringLiteral) -> Option<&'a ast::StringLiteral> {
    let literal = string.as_single_part_string()?;
    let mut around = covering.ancestors().skip(1);
    let is_all = |target: &ast::Expr| match target {
        ast::Expr::Name(name) => name.id == "__all__",
        // `__all__.extend([…])`, `__all__.append(…)`
        ast::Expr::Attribute(attribute) => attribute.value.as_name_expr().is_some_and(|name| name.id == "__all__"),
        _ => false,
    };
    let found = around.find_map(|node| match node {
        AnyNodeRef::ExprList(_) | AnyNodeRef::ExprTuple(_) | AnyNodeRef::ExprBinOp(_) | AnyNodeRef::Arguments(_) => {
            None
        }
        AnyNodeRef::StmtAssign(assign) => Some(assign.targets.iter().any(is_all)),
        AnyNodeRef::StmtAnnAssign(assign) => Some(is_all(&assign.target)),
        AnyNodeRef::StmtAugAssign(assign) => Some(is_all(&assign.target)),
        AnyNodeRef::ExprCall(call) => Some(is_all(&call.func)),
        _ => Some(false),
    });
    found.unwrap_or(false).then_some(literal)
}

/// The part of a dotted name that `offset` is in, as the name up to its end.
fn module_part(name: &ast::Identifier, level: u32, offset: TextSize) -> Option<(Subject<'_>, TextRange)> {
    let full = name.as_str();
    // Parts may stand apart (`a . b`); then the text is longer than the name, and only the whole is known.
    if usize::from(name.range.len()) != full.len() {
        return Some((Subject::Module(full, level), name.range));
    }
    let at = usize::from(offset.checked_sub(name.range.start())?).min(full.len());
    let start = full[..at].rfind('.').map_or(0, |dot| dot + 1);
    let end = full[at..].find('.').map_or(full.len(), |dot| at + dot);
    let part = |at: usize| name.range.start() + TextSize::try_from(at).expect("files are below 4 GB");
    Some((Subject::Module(&full[..end], level), TextRange::new(part(start), part(end))))
}

/// The tokens that lie in a range whole. The range may begin and end inside of others.
pub(crate) fn tokens_in(tokens: &Tokens, range: TextRange) -> impl DoubleEndedIterator<Item = &Token> {
    let first = tokens.partition_point(|token| token.start() < range.start());
    let behind = tokens.partition_point(|token| token.end() <= range.end());
    tokens[first..behind.max(first)].iter()
}

/// The operator at `offset`, of the tokens in `within`.
fn operator(
    tokens: &Tokens,
    within: TextRange,
    offset: TextSize,
    is_one: impl Fn(TokenKind) -> bool,
) -> Option<TextRange> {
    let mut found = tokens_in(tokens, within).filter(|token| is_one(token.kind())).map(Ranged::range);
    found.find(|range| range.contains_inclusive(offset))
}

impl Cursor<'_> {
    /// The type of what stands at the cursor.
    pub(crate) fn inferred_type<'db>(&self, model: &SemanticModel<'db>) -> Option<Type<'db>> {
        match self.subject {
            Subject::Expression(expression) | Subject::Callee(expression, _) => expression.inferred_type(model),
            Subject::Function(function) => function.inferred_type(model),
            Subject::Class(class) => class.inferred_type(model),
            Subject::Parameter(parameter) => parameter.inferred_type(model),
            Subject::Module(name, level) => model.resolve_module_type(Some(name), level),
            Subject::Imported(alias, _) | Subject::Alias(alias, _) => alias.inferred_type(model),
            Subject::Keyword(keyword, _) => keyword.value.inferred_type(model),
            Subject::BinaryOperator(operation) => operation.inferred_type(model),
            Subject::UnaryOperator(operation) => operation.inferred_type(model),
            Subject::Key(subscript, _) => subscript.inferred_type(model),
            Subject::Word(_) => self.ancestors.iter().rev().nth(1).and_then(|parent| match parent {
                AnyNodeRef::ExceptHandlerExceptHandler(handler) => handler.inferred_type(model),
                AnyNodeRef::TypeParamTypeVar(parameter) => parameter.inferred_type(model),
                AnyNodeRef::TypeParamParamSpec(parameter) => parameter.inferred_type(model),
                AnyNodeRef::TypeParamTypeVarTuple(parameter) => parameter.inferred_type(model),
                _ => None,
            }),
            Subject::PatternKeyword(..) | Subject::Exported(_) => None,
        }
    }
}
