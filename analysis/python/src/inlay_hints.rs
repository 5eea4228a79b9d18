//! Hints inside the text: types that are not written, names of parameters.

use montuno_base::FileRange;
use montuno_semantic::TextEdit;
use montuno_semantic::presentation::{InlayHint, InlayHintKind, InlayHintPart};
use ruff_python_ast::visitor::source_order::{SourceOrderVisitor, TraversalSignal};
use ruff_python_ast::{self as ast, AnyNodeRef, Expr};
use ruff_text_size::{Ranged, TextRange};
use ty_python_semantic::types::ide_support::inlay_hint_call_argument_details;
use ty_python_semantic::types::{Type, TypeDetail};
use ty_python_semantic::{HasType, SemanticModel};

use crate::convert::{ToOurs, ToTheirs};
use crate::view::View;

/// Longer types say more than anybody reads in passing.
const LONGEST: usize = 60;

impl<'db> View<'db> {
    /// The hints in a range.
    pub(crate) fn inlay_hints(&self, range: FileRange) -> Vec<InlayHint> {
        let settings = &self.context.inputs.settings.inlay_hints;
        let model = self.model(range.file);
        let parsed = self.parsed(&model);
        let mut hints = Hints {
            view: self,
            model: &model,
            within: range.range.theirs(),
            types: settings.variable_types,
            names: settings.parameter_names,
            found: Vec::new(),
        };
        AnyNodeRef::from(parsed.syntax()).visit_source_order(&mut hints);
        hints.found.sort_by_key(|hint| hint.offset);
        hints.found
    }
}

struct Hints<'a, 'db> {
    view: &'a View<'db>,
    model: &'a SemanticModel<'db>,
    within: TextRange,
    types: bool,
    names: bool,
    found: Vec<InlayHint>,
}

impl<'a> SourceOrderVisitor<'a> for Hints<'a, '_> {
    fn enter_node(&mut self, node: AnyNodeRef<'a>) -> TraversalSignal {
        if node.range().intersect(self.within).is_none() {
            return TraversalSignal::Skip;
        }
        match node {
            AnyNodeRef::StmtAssign(assign) if self.types => {
                let has_one_target = assign.targets.len() == 1;
                for target in &assign.targets {
                    self.target(target, Some(&assign.value), has_one_target);
                }
            }
            AnyNodeRef::StmtFor(statement) if self.types => self.target(&statement.target, None, false),
            AnyNodeRef::ExprCall(call) if self.names => self.arguments(call),
            _ => {}
        }
        TraversalSignal::Traverse
    }
}

impl Hints<'_, '_> {
    /// The type of a variable that is assigned. `may_be_written` if an annotation could stand there.
    fn target(&mut self, target: &Expr, value: Option<&Expr>, may_be_written: bool) {
        match target {
            Expr::Name(name) if !name.id.starts_with('_') => {
                if let Some(ty) = target.inferred_type(self.model)
                    && !value.is_some_and(|value| says_type(value, ty))
                {
                    self.add_type(target, ty, may_be_written);
                }
            }
            Expr::Tuple(tuple) => tuple.elts.iter().for_each(|target| self.target(target, None, false)),
            Expr::List(list) => list.elts.iter().for_each(|target| self.target(target, None, false)),
            _ => {}
        }
    }

    fn add_type(&mut self, target: &Expr, ty: Type<'_>, may_be_written: bool) {
        let environment = self.model.program_environment();
        let details = ty.display(self.model.db(), &environment).to_string_parts();
        let label = details.label.as_str();
        if label.len() > LONGEST || ["Unknown", "Never", "<"].iter().any(|dull| label.starts_with(dull)) {
            return;
        }
        let mut parts = vec![InlayHintPart { text: ": ".to_owned(), target: None }];
        let mut at = 0;
        for (range, detail) in details.targets.iter().zip(&details.details) {
            let (start, end) = (range.start().to_usize(), range.end().to_usize());
            // The types inside of a type come before it, and have its words already.
            if start < at {
                continue;
            }
            if start > at {
                parts.push(InlayHintPart { text: label[at..start].to_owned(), target: None });
            }
            let target = match detail {
                TypeDetail::Type(ty) => self.place_of(*ty),
                _ => None,
            };
            parts.push(InlayHintPart { text: label[start..end].to_owned(), target });
            at = end;
        }
        if at < label.len() {
            parts.push(InlayHintPart { text: label[at..].to_owned(), target: None });
        }
        let can_be_written = may_be_written && details.is_valid_syntax;
        let edit = TextEdit::insert(target.end().ours(), format!(": {label}"));
        self.found.push(InlayHint {
            offset: target.end().ours(),
            label: parts,
            kind: InlayHintKind::Type,
            padding_left: false,
            padding_right: false,
            edits: if can_be_written { vec![edit] } else { Vec::new() },
        });
    }

    /// Where a type is defined: a stub is not written to disk only for a hint.
    fn place_of(&self, ty: Type<'_>) -> Option<(montuno_base::FileId, montuno_base::TextRange)> {
        let definition = ty.definition(self.model.db(), &self.model.program_environment())?;
        let place = definition.focus_range(self.model.db())?;
        Some((self.view.known_file_id(place.file())?, place.range().ours()))
    }

    /// The names of the parameters that positional arguments are for, where the argument does not say it.
    fn arguments(&mut self, call: &ast::ExprCall) {
        let Some(details) = inlay_hint_call_argument_details(self.model.db(), self.model, call) else { return };
        for (index, argument) in call.arguments.args.iter().enumerate() {
            let Some((name, place)) = details.argument_names.get(&index) else { continue };
            if name.starts_with('_') || says_name(argument, name) || self.within.intersect(argument.range()).is_none() {
                continue;
            }
            let target = place.and_then(|place| Some((self.view.known_file_id(place.file())?, place.range().ours())));
            let label = vec![
                InlayHintPart { text: name.clone(), target },
                InlayHintPart { text: "=".to_owned(), target: None },
            ];
            self.found.push(InlayHint {
                offset: argument.start().ours(),
                label,
                kind: InlayHintKind::Parameter,
                padding_left: false,
                padding_right: false,
                edits: vec![TextEdit::insert(argument.start().ours(), format!("{name}="))],
            });
        }
    }
}

/// Whether a value says itself of what type it is: a literal, a call of a class.
fn says_type(value: &Expr, ty: Type<'_>) -> bool {
    match value {
        Expr::NumberLiteral(_)
        | Expr::StringLiteral(_)
        | Expr::BytesLiteral(_)
        | Expr::BooleanLiteral(_)
        | Expr::NoneLiteral(_)
        | Expr::EllipsisLiteral(_)
        | Expr::FString(_)
        | Expr::TString(_)
        | Expr::Lambda(_) => true,
        Expr::Call(call) => {
            let name = match &*call.func {
                Expr::Name(name) => name.id.as_str(),
                Expr::Attribute(attribute) => attribute.attr.as_str(),
                _ => return false,
            };
            // By custom classes begin with an upper case letter.
            name.starts_with(|c: char| c.is_uppercase())
        }
        Expr::Name(_) | Expr::Attribute(_) => matches!(
            ty,
            Type::ClassLiteral(_) | Type::FunctionLiteral(_) | Type::BoundMethod(_) | Type::ModuleLiteral(_)
        ),
        _ => false,
    }
}

/// Whether an argument says itself what it is for: by a name that holds the parameter's.
fn says_name(argument: &Expr, parameter: &str) -> bool {
    let name = match argument {
        Expr::Name(name) => name.id.as_str(),
        Expr::Attribute(attribute) => attribute.attr.as_str(),
        Expr::Call(call) => return says_name(&call.func, parameter),
        Expr::Starred(_) => return true,
        _ => return false,
    };
    let (name, parameter) = (name.trim_matches('_').to_lowercase(), parameter.trim_matches('_').to_lowercase());
    name == parameter || name.starts_with(&format!("{parameter}_")) || name.ends_with(&format!("_{parameter}"))
}
