//! The signatures of the call around a place, and what it expects there.

use montuno_base::FilePosition;
use montuno_semantic::presentation::{Signature, SignatureHelp, SignatureParameter};
use ruff_python_ast::find_node::covering_node;
use ruff_python_ast::token::{TokenKind, Tokens};
use ruff_python_ast::{self as ast, AnyNodeRef};
use ruff_text_size::{Ranged, TextRange, TextSize};
use ty_python_semantic::SemanticModel;
use ty_python_semantic::types::ide_support::{
    CallSignatureDetails, call_signature_details, find_active_signature_from_details,
};

use crate::convert::ToOurs;
use crate::cursor::tokens_in;
use crate::hover::documentation_of;
use crate::view::View;

impl<'db> View<'db> {
    /// The signatures of the innermost call around a place.
    pub(crate) fn signatures(&self, position: FilePosition) -> Option<SignatureHelp> {
        let (model, offset) = self.place(position)?;
        let parsed = self.parsed(&model);
        let call = call_around(parsed.syntax().into(), parsed.tokens(), offset)?;
        // Inside of a string a comma is no comma, but the call is still the call; inside of a comment
        // nobody writes arguments.
        if parsed.tokens().at_offset(offset).any(|token| token.kind() == TokenKind::Comment) {
            return None;
        }
        let details = call_signature_details(&model, call);
        let active_signature = find_active_signature_from_details(&details)?;
        let argument = argument_at(call, parsed.tokens(), offset);
        let signatures = details.iter().map(|details| signature(&model, details, call, argument)).collect();
        Some(SignatureHelp { signatures, active_signature })
    }

    /// The type that is expected of what is written at a place, as the language writes it.
    pub(crate) fn expected_type(&self, position: FilePosition) -> Option<String> {
        let (model, offset) = self.place(position)?;
        let parsed = self.parsed(&model);
        let text = self.text(&model);
        let written = |annotation: &ast::Expr| text.get(annotation.range().to_std_range()).map(str::to_owned);
        let root: AnyNodeRef<'_> = parsed.syntax().into();
        let covering = covering_node(root, TextRange::empty(offset.min(root.end())));
        for node in covering.ancestors() {
            match node {
                AnyNodeRef::ExprCall(call) if call.arguments.range().contains(offset) => {
                    let details = call_signature_details(&model, call);
                    let active = details.get(find_active_signature_from_details(&details)?)?;
                    let argument = argument_at(call, parsed.tokens(), offset);
                    let parameter = active.parameters.get(active_parameter(active, call, argument)?)?;
                    let shown = parameter.ty.display(model.db(), &model.program_environment()).to_string();
                    return (shown != "Unknown").then_some(shown);
                }
                AnyNodeRef::StmtAnnAssign(assign) if offset > assign.annotation.end() => {
                    return written(&assign.annotation);
                }
                AnyNodeRef::StmtReturn(_) => {
                    let function = covering.ancestors().find_map(|node| node.stmt_function_def())?;
                    return written(function.returns.as_deref()?);
                }
                AnyNodeRef::ParameterWithDefault(parameter) => {
                    return written(parameter.parameter.annotation.as_deref()?);
                }
                node if node.is_statement() => return None,
                _ => {}
            }
        }
        None
    }
}

/// The innermost call whose parentheses are around a place.
pub(crate) fn call_around<'a>(root: AnyNodeRef<'a>, tokens: &Tokens, offset: TextSize) -> Option<&'a ast::ExprCall> {
    if offset > root.end() {
        return None;
    }
    let covering = covering_node(root, TextRange::empty(offset));
    let mut calls = covering.ancestors().take_while(|node| !is_own_scope(*node)).filter_map(AnyNodeRef::expr_call);
    calls.find(|call| {
        // Behind the closing parenthesis the call is over, unless there is none.
        let arguments = call.arguments.range();
        let is_closed = tokens_in(tokens, arguments).next_back().is_some_and(|token| token.kind() == TokenKind::Rpar);
        arguments.start() < offset && (offset < arguments.end() || (offset == arguments.end() && !is_closed))
    })
}

/// Whether a call around a node has nothing to do with what is written inside of it.
fn is_own_scope(node: AnyNodeRef<'_>) -> bool {
    matches!(node, AnyNodeRef::StmtFunctionDef(_) | AnyNodeRef::StmtClassDef(_) | AnyNodeRef::ExprLambda(_))
}

/// Which argument of a call a place is in: the number of commas before it, at the call's own level.
fn argument_at(call: &ast::ExprCall, tokens: &Tokens, offset: TextSize) -> usize {
    let inside = TextRange::new(
        call.arguments.start() + TextSize::from(1),
        offset.max(call.arguments.start() + TextSize::from(1)),
    );
    let mut depth = 0usize;
    let mut commas = 0;
    for token in tokens_in(tokens, inside) {
        match token.kind() {
            TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace => depth += 1,
            TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace => depth = depth.saturating_sub(1),
            TokenKind::Comma if depth == 0 => commas += 1,
            _ => {}
        }
    }
    commas
}

/// The parameter that the argument of this number is for.
fn active_parameter(details: &CallSignatureDetails<'_>, call: &ast::ExprCall, argument: usize) -> Option<usize> {
    if let Some(&mapped) = details.argument_to_displayed_parameter_mapping.get(argument) {
        return mapped;
    }
    // An argument that is not written yet: the next one by position, unless keywords have begun.
    if call.arguments.keywords.iter().any(|keyword| keyword.arg.is_some()) {
        return None;
    }
    let variadic = details.parameters.iter().position(|parameter| parameter.is_variadic);
    match variadic {
        Some(variadic) if argument >= variadic => Some(variadic),
        _ => (argument < details.parameters.len()).then_some(argument),
    }
}

fn signature<'db>(
    model: &SemanticModel<'db>,
    details: &CallSignatureDetails<'db>,
    call: &ast::ExprCall,
    argument: usize,
) -> Signature {
    let documentation = details.definition.and_then(|definition| documentation_of(model, definition));
    let mut searched = 0;
    let parameters = details.parameters.iter().map(|parameter| {
        let start = details.label[searched..].find(&parameter.label).map_or(searched, |at| searched + at);
        let end = start + parameter.label.len();
        searched = end.min(details.label.len());
        SignatureParameter {
            label_range: range(start, searched),
            documentation: documentation.as_ref().and_then(|doc| doc.parameter(&parameter.name)),
        }
    });
    Signature {
        parameters: parameters.collect(),
        label: details.label.clone(),
        documentation: documentation.as_ref().map(|doc| doc.to_markdown()),
        active_parameter: active_parameter(details, call, argument),
    }
}

fn range(start: usize, end: usize) -> montuno_base::TextRange {
    let offset = |at: usize| TextSize::try_from(at).unwrap_or_default();
    TextRange::new(offset(start), offset(end)).ours()
}
