//! What each word of a file is.

use montuno_base::{FileId, TextRange};
use montuno_semantic::tokens::{Token, TokenKind, TokenModifiers};
use ruff_python_ast::token::{TokenKind as Lexeme, Tokens};
use ruff_python_ast::visitor::source_order::{SourceOrderVisitor, TraversalSignal};
use ruff_python_ast::{self as ast, AnyNodeRef, Expr, ExprContext, ExprRef};
use ruff_text_size::{Ranged, TextSize};
use ty_module_resolver::file_to_module;
use ty_python_core::definition::{Definition, DefinitionKind};
use ty_python_semantic::types::{Type, TypeDefinition};
use ty_python_semantic::{HasType, ImportAliasResolution, ResolvedDefinition, SemanticModel, definitions_for_name};

use crate::convert::{ToOurs, ToTheirs};
use crate::target::is_constant;
use crate::view::View;

impl<'db> View<'db> {
    /// What each word is; in `range` alone, if it is given.
    pub(crate) fn semantic_tokens(&self, file: FileId, range: Option<TextRange>) -> Vec<Token> {
        let model = self.model(file);
        let parsed = self.parsed(&model);
        let text = self.text(&model);
        let whole = parsed.syntax().range;
        let within = range.map_or(whole, |range| range.theirs().intersect(whole).unwrap_or_default());
        let mut names = Names { model: &model, within, found: Vec::new(), functions: Vec::new() };
        AnyNodeRef::from(parsed.syntax()).visit_source_order(&mut names);
        let mut found = names.found;
        found.extend(lexical(parsed.tokens(), &text, within));
        // A name is more than the lexer knows of it.
        found.sort_by_key(|token| (token.range.start(), token.kind == TokenKind::Variable));
        found.dedup_by(|later, earlier| earlier.range.end() > later.range.start());
        found
    }
}

/// Keywords, literals, comments and operators.
fn lexical(tokens: &Tokens, text: &str, within: ruff_text_size::TextRange) -> Vec<Token> {
    let none = TokenModifiers::default();
    let mut previous = Lexeme::Newline;
    let mut found = Vec::new();
    for token in tokens {
        let range = token.range();
        let begins_line = matches!(previous, Lexeme::Newline | Lexeme::Indent | Lexeme::Dedent);
        if !token.kind().is_trivia() {
            previous = token.kind();
        }
        if within.intersect(range).is_none() || range.is_empty() {
            continue;
        }
        let (kind, modifiers) = match token.kind() {
            Lexeme::Comment => (TokenKind::Comment, none),
            // A statement that is a string is documentation.
            Lexeme::String if begins_line && ends_line(text, range.end()) => {
                (TokenKind::String, TokenModifiers::DOCUMENTATION)
            }
            Lexeme::String
            | Lexeme::FStringStart
            | Lexeme::FStringMiddle
            | Lexeme::FStringEnd
            | Lexeme::TStringStart
            | Lexeme::TStringMiddle
            | Lexeme::TStringEnd => (TokenKind::String, none),
            Lexeme::Int | Lexeme::Float | Lexeme::Complex => (TokenKind::Number, none),
            Lexeme::True | Lexeme::False => (TokenKind::Boolean, none),
            Lexeme::None => (TokenKind::BuiltinConstant, none),
            // Soft keywords are names where they stand as names; those come from the tree.
            kind if kind.is_keyword() => (TokenKind::Keyword, control_flow(kind)),
            kind if kind.is_operator() => (TokenKind::Operator, none),
            _ => continue,
        };
        found.push(Token { range: range.ours(), kind, modifiers });
    }
    found
}

fn ends_line(text: &str, end: TextSize) -> bool {
    let rest = &text[end.to_usize()..];
    rest.lines().next().unwrap_or_default().trim().is_empty()
}

fn control_flow(kind: Lexeme) -> TokenModifiers {
    match kind {
        Lexeme::Return
        | Lexeme::Raise
        | Lexeme::Break
        | Lexeme::Continue
        | Lexeme::Yield
        | Lexeme::If
        | Lexeme::Elif
        | Lexeme::Else
        | Lexeme::For
        | Lexeme::While
        | Lexeme::Try
        | Lexeme::Except
        | Lexeme::Finally
        | Lexeme::With
        | Lexeme::Match
        | Lexeme::Case => TokenModifiers::CONTROL_FLOW,
        _ => TokenModifiers::default(),
    }
}

/// Collects the names of a tree.
struct Names<'a, 'db> {
    model: &'a SemanticModel<'db>,
    within: ruff_text_size::TextRange,
    found: Vec<Token>,
    /// For each function around the place: what its first parameter is called, if it is a method.
    functions: Vec<Option<&'a str>>,
}

impl<'a> SourceOrderVisitor<'a> for Names<'a, '_> {
    fn enter_node(&mut self, node: AnyNodeRef<'a>) -> TraversalSignal {
        if node.range().intersect(self.within).is_none() {
            return TraversalSignal::Skip;
        }
        let none = TokenModifiers::default();
        match node {
            AnyNodeRef::StmtClassDef(class) => {
                self.add(class.name.range, TokenKind::Class, TokenModifiers::DEFINITION);
            }
            AnyNodeRef::StmtFunctionDef(function) => self.function(function),
            AnyNodeRef::Parameter(parameter) => {
                let is_self = self.functions.last().copied().flatten() == Some(parameter.name.as_str());
                let kind = if is_self { TokenKind::SelfParameter } else { TokenKind::Parameter };
                self.add(parameter.name.range, kind, TokenModifiers::DECLARATION);
            }
            AnyNodeRef::ExprName(name) => self.name(name),
            AnyNodeRef::ExprAttribute(attribute) => self.attribute(attribute),
            AnyNodeRef::Keyword(keyword) => {
                if let Some(name) = &keyword.arg {
                    self.add(name.range, TokenKind::Parameter, none);
                }
            }
            AnyNodeRef::Alias(alias) => self.alias(alias),
            AnyNodeRef::StmtImportFrom(import) => {
                if let Some(module) = &import.module {
                    self.add(module.range, TokenKind::Namespace, none);
                }
            }
            AnyNodeRef::Decorator(decorator) => self.decorator(decorator),
            AnyNodeRef::TypeParamTypeVar(parameter) => self.type_parameter(&parameter.name),
            AnyNodeRef::TypeParamParamSpec(parameter) => self.type_parameter(&parameter.name),
            AnyNodeRef::TypeParamTypeVarTuple(parameter) => self.type_parameter(&parameter.name),
            AnyNodeRef::ExceptHandlerExceptHandler(handler) => {
                if let Some(name) = &handler.name {
                    self.add(name.range, TokenKind::Variable, TokenModifiers::DECLARATION);
                }
            }
            AnyNodeRef::PatternMatchAs(pattern) => {
                if let Some(name) = &pattern.name {
                    self.add(name.range, TokenKind::Variable, TokenModifiers::DECLARATION);
                }
            }
            _ => {}
        }
        TraversalSignal::Traverse
    }

    fn leave_node(&mut self, node: AnyNodeRef<'a>) {
        if node.is_stmt_function_def() && node.range().intersect(self.within).is_some() {
            self.functions.pop();
        }
    }
}

impl<'a, 'db> Names<'a, 'db> {
    fn add(&mut self, range: ruff_text_size::TextRange, kind: TokenKind, modifiers: TokenModifiers) {
        if !range.is_empty() && self.within.intersect(range).is_some_and(|inside| !inside.is_empty()) {
            self.found.push(Token { range: range.ours(), kind, modifiers });
        }
    }

    fn function(&mut self, function: &'a ast::StmtFunctionDef) {
        let ty = function.inferred_type(self.model);
        let first = function.parameters.iter_non_variadic_params().next().map(|first| first.parameter.name.as_str());
        let is_method = self.is_in_class(function);
        self.functions.push(first.filter(|_| is_method));
        let kind = match ty {
            Some(Type::PropertyInstance(_)) => TokenKind::Property,
            _ if is_method => TokenKind::Method,
            _ => TokenKind::Function,
        };
        let mut modifiers = TokenModifiers::DEFINITION;
        if function.is_async {
            modifiers |= TokenModifiers::ASYNC;
        }
        self.add(function.name.range, kind, modifiers);
    }

    fn is_in_class(&self, function: &ast::StmtFunctionDef) -> bool {
        let definition = ty_python_semantic::HasDefinition::definition(function, self.model);
        definition.scope(self.model.db()).node(self.model.db()).as_class().is_some()
    }

    fn type_parameter(&mut self, name: &ast::Identifier) {
        self.add(name.range, TokenKind::TypeParameter, TokenModifiers::DECLARATION);
    }

    /// `@name`, `@module.name(…)`: the last name is the decorator.
    fn decorator(&mut self, decorator: &ast::Decorator) {
        let called = match &decorator.expression {
            Expr::Call(call) => &*call.func,
            expression => expression,
        };
        let range = match called {
            Expr::Name(name) => name.range,
            Expr::Attribute(attribute) => attribute.attr.range,
            _ => return,
        };
        self.add(range, TokenKind::Decorator, TokenModifiers::default());
    }

    fn alias(&mut self, alias: &ast::Alias) {
        if &alias.name == "*" {
            return;
        }
        let ty = alias.inferred_type(self.model);
        let kind = ty.and_then(kind_of_type).unwrap_or(TokenKind::Variable);
        self.add(alias.name.range, kind, TokenModifiers::default());
        if let Some(name) = &alias.asname {
            self.add(name.range, kind, TokenModifiers::DECLARATION);
        }
    }

    fn name(&mut self, name: &ast::ExprName) {
        // What a decorator marks as its name is marked already.
        if self.found.last().is_some_and(|last| last.range == name.range.ours()) {
            return;
        }
        let mut modifiers = match name.ctx {
            ExprContext::Store => TokenModifiers::MODIFICATION,
            _ => TokenModifiers::default(),
        };
        if self.functions.iter().flatten().any(|first| *first == name.id.as_str()) {
            self.add(name.range, TokenKind::SelfParameter, modifiers);
            return;
        }
        let expression = ExprRef::from(name);
        let ty = expression.inferred_type(self.model);
        if is_constant(&name.id) {
            modifiers |= TokenModifiers::READONLY;
        }
        let definition = self.definition(name);
        if definition.is_none_or(|definition| self.is_standard(definition)) && ty.is_some() {
            modifiers |= TokenModifiers::DEFAULT_LIBRARY;
        }
        let of_definition = definition.and_then(|definition| match definition.kind(self.model.db()) {
            DefinitionKind::Parameter(_) | DefinitionKind::LambdaParameter(_) => Some(TokenKind::Parameter),
            DefinitionKind::TypeVar(_) => Some(TokenKind::TypeParameter),
            _ => None,
        });
        let kind = of_definition.or_else(|| ty.and_then(kind_of_type));
        self.add(name.range, kind.unwrap_or(TokenKind::Variable), modifiers);
    }

    fn attribute(&mut self, attribute: &'a ast::ExprAttribute) {
        if self.found.last().is_some_and(|last| last.range == attribute.attr.range.ours()) {
            return;
        }
        let mut modifiers = match attribute.ctx {
            ExprContext::Store => TokenModifiers::MODIFICATION,
            _ => TokenModifiers::default(),
        };
        if is_constant(&attribute.attr) {
            modifiers |= TokenModifiers::READONLY;
        }
        let ty = ExprRef::from(attribute).inferred_type(self.model);
        let kind = match ty {
            Some(Type::FunctionLiteral(_) | Type::BoundMethod(_)) => {
                let of_module = matches!(attribute.value.inferred_type(self.model), Some(Type::ModuleLiteral(_)));
                if of_module { TokenKind::Function } else { TokenKind::Method }
            }
            Some(ty) if self.is_enum_member(ty) => TokenKind::EnumMember,
            Some(ty) => kind_of_type(ty).unwrap_or(TokenKind::Property),
            None => TokenKind::Property,
        };
        self.add(attribute.attr.range, kind, modifiers);
    }

    fn is_enum_member(&self, ty: Type<'db>) -> bool {
        let definition = ty.definition(self.model.db(), &self.model.program_environment());
        matches!(ty, Type::LiteralValue(_)) && matches!(definition, Some(TypeDefinition::EnumMember(_)))
    }

    /// What a name is defined as in its file. Names of the language itself are in none.
    fn definition(&self, name: &ast::ExprName) -> Option<Definition<'db>> {
        let definitions =
            definitions_for_name(self.model, &name.id, name.into(), ImportAliasResolution::PreserveAliases);
        definitions.iter().find_map(ResolvedDefinition::definition)
    }

    fn is_standard(&self, definition: Definition<'db>) -> bool {
        let db = self.model.db();
        let module = file_to_module(db, definition.program_file(db).resolver_file(db));
        module.and_then(|module| module.search_path(db)).is_some_and(|path| path.is_standard_library())
    }
}

/// What a name is whose value has a type.
fn kind_of_type(ty: Type<'_>) -> Option<TokenKind> {
    match ty {
        Type::ClassLiteral(_) | Type::GenericAlias(_) => Some(TokenKind::Class),
        Type::SubclassOf(_) => Some(TokenKind::Class),
        Type::FunctionLiteral(_) => Some(TokenKind::Function),
        Type::BoundMethod(_) => Some(TokenKind::Method),
        Type::ModuleLiteral(_) => Some(TokenKind::Namespace),
        Type::SpecialForm(_) | Type::TypeAlias(_) => Some(TokenKind::Type),
        _ => None,
    }
}
