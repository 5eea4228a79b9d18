//! What could be written at a place.

mod auto_import;
pub(crate) mod candidates;
mod keywords;
mod modules;
mod place;

use montuno_base::{FilePosition, TextRange};
use montuno_semantic::SymbolKind;
use montuno_semantic::completion::{CompletionItem, Completions};
use montuno_semantic::features::completions::{items, sort, typed};
use montuno_semantic::features::postfix;
use montuno_semantic::features::ranking::Usage;
use ruff_python_ast::token::Tokens;
use ruff_python_ast::{self as ast, AnyNodeRef};
use ruff_text_size::TextSize;
use rustc_hash::FxHashSet;
use ty_python_semantic::SemanticModel;
use ty_python_semantic::types::ide_support::call_signature_details;

use crate::convert::{ToOurs, ToTheirs};
use crate::hover::documentation_of_type;
use crate::signatures::call_around;
use crate::view::View;
use candidates::{Found, member_candidates, scope_candidates};
use place::Place;

/// What is likelier than any name: the arguments of the call that is being written, the values that a
/// string can have.
const EXPECTED: u32 = 5500;

impl<'db> View<'db> {
    /// What could be written at a place, the likeliest first.
    pub(crate) fn completions(&self, position: FilePosition, trigger: Option<char>) -> Completions {
        let Some((model, offset)) = self.place(position) else { return Completions::default() };
        let parsed = self.parsed(&model);
        let text = self.text(&model);
        let root = AnyNodeRef::from(parsed.syntax());
        let replace = typed(&text, position.offset);
        let place = Place::at(root, parsed.tokens(), &text, replace.theirs(), offset);
        // A space asks only for the word that must follow it.
        if trigger == Some(' ')
            && !matches!(place, Place::ImportKeyword | Place::Imported { .. } | Place::Module { .. })
        {
            return Completions::default();
        }
        let usage = Usage::around(&text, position.offset);
        let mut found = Completions::default();
        match place {
            Place::Nothing => {}
            Place::Member(attribute) => {
                let members = member_candidates(&model, attribute);
                if !members.exhaustive {
                    found.items.extend(guesses(&members, replace, &usage));
                }
                found.items.extend(items(&members.names(), replace, &usage));
                found.items.extend(postfix::offers(self.context, position, &text));
            }
            Place::Name => {
                found.items = items(&scope_candidates(&model, parsed.syntax(), &text, offset).names(), replace, &usage);
                found.items.extend(keywords::items(parsed.tokens(), replace, &usage));
                found.items.extend(argument_names(&model, root, parsed.tokens(), offset, replace));
                self.add_importable(&model, parsed.suite(), replace, &usage, &mut found);
            }
            Place::String(string) => found.items = string_values(&model, string),
            Place::ImportKeyword => {
                found.items.push(CompletionItem::new("import", SymbolKind::Keyword, replace));
            }
            Place::Module { parent, level } => found.items = self.modules(&model, &parent, level, replace),
            Place::Imported { module, level, taken } => {
                found.items = self.imported(&model, &module, level, &taken, replace);
            }
        }
        sort(&mut found.items);
        found
    }

    /// The same item with its type and documentation.
    pub(crate) fn resolve_completion(&self, position: FilePosition, mut item: CompletionItem) -> CompletionItem {
        let Some((model, offset)) = self.place(position) else { return item };
        let parsed = self.parsed(&model);
        let text = self.text(&model);
        let place =
            Place::at(parsed.syntax().into(), parsed.tokens(), &text, typed(&text, position.offset).theirs(), offset);
        let found: Found<'db> = match place {
            Place::Member(attribute) => member_candidates(&model, attribute),
            Place::Name => scope_candidates(&model, parsed.syntax(), &text, offset),
            _ => return item,
        };
        let named = found.candidates.into_iter().find(|(candidate, _)| candidate.name == item.label);
        if let Some(ty) = named.and_then(|(_, ty)| ty) {
            item.detail = Some(ty.display(self.db, &model.program_environment()).to_string());
            item.documentation = documentation_of_type(&model, ty).map(|doc| doc.to_markdown());
        }
        item
    }
}

/// Members of a receiver of which not everything is known: what other receivers in the file have.
fn guesses(members: &Found<'_>, replace: TextRange, usage: &Usage<'_>) -> Vec<CompletionItem> {
    let known: FxHashSet<&str> = members.candidates.iter().map(|(candidate, _)| candidate.name.as_str()).collect();
    let names = usage.members().filter(|name| !known.contains(name) && !name.starts_with(|c: char| c.is_ascii_digit()));
    names
        .map(|name| CompletionItem {
            relevance: usage.weight(name),
            ..CompletionItem::new(name, SymbolKind::Field, replace)
        })
        .collect()
}

/// The names of the arguments that the call around a place can still be given.
fn argument_names(
    model: &SemanticModel<'_>,
    root: AnyNodeRef<'_>,
    tokens: &Tokens,
    offset: TextSize,
    replace: TextRange,
) -> Vec<CompletionItem> {
    let Some(call) = call_around(root, tokens, offset) else { return Vec::new() };
    // Behind the `=` of an argument stands its value.
    let is_value = call.arguments.keywords.iter().any(|keyword| {
        keyword.arg.as_ref().is_some_and(|name| name.range.end() < offset)
            && ruff_text_size::Ranged::range(keyword).contains_inclusive(offset)
    });
    if is_value {
        return Vec::new();
    }
    let given: Vec<&str> = call.arguments.keywords.iter().filter_map(|keyword| keyword.arg.as_deref()).collect();
    let mut found: Vec<CompletionItem> = Vec::new();
    for signature in call_signature_details(model, call) {
        for parameter in &signature.parameters {
            let name = parameter.name.as_str();
            let is_named = !parameter.is_positional_only && !parameter.is_variadic && !parameter.is_keyword_variadic;
            let label = format!("{name}=");
            if is_named && !name.is_empty() && !given.contains(&name) && !found.iter().any(|item| item.label == label) {
                found.push(CompletionItem {
                    relevance: EXPECTED,
                    detail: Some(parameter.label.clone()),
                    ..CompletionItem::new(label, SymbolKind::Parameter, replace)
                });
            }
        }
    }
    found
}

/// The values that a string can have where it stands.
fn string_values(model: &SemanticModel<'_>, string: &ast::ExprStringLiteral) -> Vec<CompletionItem> {
    let Some(literal) = string.as_single_part_string() else { return Vec::new() };
    let replace = ast::StringLikePart::String(literal).content_range().ours();
    let values = model.expected_string_literal_completions(string).into_iter();
    values
        .map(|value| CompletionItem {
            relevance: EXPECTED,
            ..CompletionItem::new(value.value, SymbolKind::Constant, replace)
        })
        .collect()
}
