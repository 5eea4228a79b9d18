//! What is known of a name: its declaration or type, and its documentation.

use montuno_base::FilePosition;
use montuno_semantic::presentation::Hover;
use ruff_python_ast::{self as ast, ExprRef};
use ty_python_core::definition::Definition;
use ty_python_semantic::types::ide_support::{
    call_type_simplified_by_overloads, constructor_signature, resolved_call_signature, typed_dict_key_hover,
};
use ty_python_semantic::types::{KnownInstanceType, Type};
use ty_python_semantic::{ImportAliasResolution, ResolvedDefinition, SemanticModel, TypeQualifiers};

use crate::convert::ToOurs;
use crate::cursor::{self, Cursor, Subject};
use crate::docstring::Docstring;
use crate::navigation;
use crate::view::View;

impl<'db> View<'db> {
    /// What is known of the symbol at a place.
    pub(crate) fn describe(&self, position: FilePosition) -> Option<Hover> {
        let (model, offset) = self.place(position)?;
        cursor::at(&model, &self.parsed(&model), offset, |model, cursor| {
            let headline = headline(model, cursor).map(|shown| in_one_line(&shown).unwrap_or(shown));
            let documentation = documentation_at(model, cursor).map(|doc| doc.to_markdown());
            let code = headline.map(|code| format!("```python\n{code}\n```"));
            let parts: Vec<String> = code.into_iter().chain(documentation).collect();
            let markdown = parts.join("\n\n---\n\n");
            (!markdown.is_empty()).then(|| Hover { range: cursor.range.ours(), markdown })
        })
    }

    /// The type of the expression at a place, in one line.
    pub(crate) fn type_at(&self, position: FilePosition) -> Option<String> {
        let (model, offset) = self.place(position)?;
        cursor::at(&model, &self.parsed(&model), offset, |model, cursor| {
            let ty = cursor.inferred_type(model)?;
            Some(ty.display(model.db(), &model.program_environment()).to_string())
        })
    }
}

/// More than this does not fit beside a margin.
const LONGEST_LINE: usize = 88;

/// A signature with a line for each parameter in one line; `None` if it is too long, or something else.
fn in_one_line(shown: &str) -> Option<String> {
    let lines: Vec<&str> = shown.lines().map(str::trim).collect();
    let [first, parameters @ .., last] = lines.as_slice() else { return None };
    let is_signature = first.ends_with('(') && last.starts_with(')') && !parameters.is_empty();
    let line = format!("{first}{}{last}", parameters.join(" ").trim_end_matches(','));
    (is_signature && line.len() <= LONGEST_LINE).then_some(line)
}

/// The declaration of what stands at the cursor, or its type, as code.
fn headline<'db>(model: &SemanticModel<'db>, cursor: &Cursor<'_>) -> Option<String> {
    let environment = model.program_environment();
    let db = model.db();
    match cursor.subject {
        // A literal says itself what it is.
        Subject::Expression(expression) if is_literal(expression) => return None,
        Subject::Callee(_, call) => {
            let signature =
                constructor_signature(model, call).or_else(|| call_type_simplified_by_overloads(model, call));
            if signature.is_some() {
                return signature;
            }
        }
        Subject::Keyword(keyword, call) => {
            if let Some(label) = parameter_label(model, keyword, call) {
                return Some(format!("(parameter) {label}"));
            }
        }
        Subject::Key(subscript, _) => {
            if let Some(field) = typed_dict_key_hover(model, subscript) {
                let ty = field.declared_ty.display(db, &environment);
                return Some(format!("(key of {}) {}: {ty}", field.owner, field.key));
            }
        }
        Subject::Module(name, level) => return Some(format!("module {}{name}", ".".repeat(level as usize))),
        _ => {}
    }
    let ty = match cursor.inferred_type(model) {
        Some(ty) => ty,
        None => type_of_definition(model, cursor)?,
    };
    let shown = ty.display(db, &environment).multiline().to_string();
    Some(match (ty, cursor.name()) {
        (Type::ModuleLiteral(module), _) => format!("module {}", module.module(db).name(db)),
        (Type::KnownInstance(KnownInstanceType::TypeAliasType(alias)) | Type::TypeAlias(alias), _) => {
            alias.display_declaration(db, &environment).to_string()
        }
        // The engine shows it as `<class 'Name'>`.
        (Type::ClassLiteral(_), _) => shown
            .strip_prefix("<class '")
            .and_then(|name| name.strip_suffix("'>"))
            .map_or(shown.clone(), |name| format!("class {name}")),
        (Type::FunctionLiteral(_) | Type::BoundMethod(_), _) => shown,
        (_, Some(name)) if !shown.starts_with('<') => format!("{name}: {shown}{}", qualifiers(model, cursor)),
        _ => shown,
    })
}

fn is_literal(expression: ExprRef<'_>) -> bool {
    expression.is_literal_expr() || matches!(expression, ExprRef::FString(_) | ExprRef::TString(_))
}

/// `Final`, `ClassVar` and their like, as the declaration says them.
fn qualifiers(model: &SemanticModel<'_>, cursor: &Cursor<'_>) -> String {
    let Subject::Expression(expression) = cursor.subject else { return String::new() };
    let qualifiers = model.type_qualifiers(expression);
    let names: Vec<_> = qualifiers.iter().filter(|one| !one.is_non_standard()).map(TypeQualifiers::name).collect();
    if names.is_empty() { String::new() } else { format!(" ({})", names.join(", ")) }
}

/// The type of what a name leads to, where the name itself has none.
fn type_of_definition<'db>(model: &SemanticModel<'db>, cursor: &Cursor<'_>) -> Option<Type<'db>> {
    let name = cursor.name()?;
    let node = cursor.ancestors.last().copied()?;
    let in_scope = model.members_in_scope_at(node);
    in_scope.iter().find(|(known, _)| known.as_str() == name).map(|(_, member)| member.ty)
}

/// The parameter that a keyword argument is for, with its type.
fn parameter_label(model: &SemanticModel<'_>, keyword: &ast::Keyword, call: &ast::ExprCall) -> Option<String> {
    let signature = resolved_call_signature(model, call)?;
    let index = call.arguments.iter_source_order().position(|argument| match argument {
        ast::ArgOrKeyword::Keyword(candidate) => candidate.range == keyword.range,
        ast::ArgOrKeyword::Arg(_) => false,
    })?;
    let parameter = signature.argument_to_displayed_parameter_mapping.get(index).copied().flatten()?;
    Some(signature.parameters.get(parameter)?.label.clone())
}

/// The documentation of what stands at the cursor.
fn documentation_at(model: &SemanticModel<'_>, cursor: &Cursor<'_>) -> Option<Docstring> {
    if let Subject::Keyword(keyword, call) = cursor.subject {
        let definition = resolved_call_signature(model, call)?.definition?;
        let documentation = documentation(model, &[ResolvedDefinition::Definition(definition)])?;
        return documentation.parameter(keyword.arg.as_ref()?.as_str()).map(|text| Docstring::parse(&text));
    }
    if let Subject::Callee(_, call) = cursor.subject
        && let Some(found) = resolved_call_signature(model, call)
            .and_then(|signature| documentation(model, &[ResolvedDefinition::Definition(signature.definition?)]))
    {
        return Some(found);
    }
    let definitions = navigation::declarations(model, cursor, ImportAliasResolution::ResolveAliases);
    documentation(model, &definitions)
}

/// The first documentation of these definitions: their own, that of the source where they are stubs, or
/// that of the implementation where they are overloads.
pub(crate) fn documentation<'db>(
    model: &SemanticModel<'db>,
    definitions: &[ResolvedDefinition<'db>],
) -> Option<Docstring> {
    let db = model.db();
    let of_sources = || {
        let sources = definitions.iter().flat_map(|definition| navigation::to_source(model, definition.clone()));
        sources.into_iter().find_map(|source| source.docstring(db))
    };
    let text = definitions
        .iter()
        .find_map(|definition| definition.docstring(db).or_else(|| definition.implementation_docstring(db)))
        .or_else(of_sources)?;
    Some(Docstring::parse(&text))
}

/// The documentation of a type: of a function, a class, a module.
pub(crate) fn documentation_of_type<'db>(model: &SemanticModel<'db>, ty: Type<'db>) -> Option<Docstring> {
    documentation(model, &[navigation::of_type(model, ty)?])
}

/// The documentation of a definition.
pub(crate) fn documentation_of<'db>(model: &SemanticModel<'db>, definition: Definition<'db>) -> Option<Docstring> {
    documentation(model, &[ResolvedDefinition::Definition(definition)])
}
