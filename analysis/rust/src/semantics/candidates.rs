//! The names that can stand at a place.
//!
//! The engine's own completion knows them, with visibility, `cfg` and traits in scope taken into
//! account. What completion adds for people is left out here: imports, snippets, keywords.

use montuno_base::FilePosition;
use montuno_semantic::SymbolKind;
use montuno_semantic::cancel::Cancellable;
use montuno_semantic::completion::{Candidate, Candidates};
use ra_ap_hir::Semantics;
use ra_ap_ide::{CompletionItem, CompletionItemKind};
use ra_ap_syntax::{AstNode, SyntaxKind, T, ast};

use crate::configuration;
use crate::features::completion::kind;
use crate::snapshot::RustSnapshot;

impl RustSnapshot {
    /// The names that can follow the `receiver.` before a place; `None` if there is none.
    pub(crate) fn member_candidates(&self, position: FilePosition) -> Cancellable<Option<Candidates>> {
        let Some(place) = self.position(position)? else { return Ok(None) };
        let receiver = self.read(|database| {
            let sema = Semantics::new(database);
            let file = sema.parse_guess_edition(place.file_id);
            let token = file.syntax().token_at_offset(place.offset).left_biased()?;
            // Before what is typed of the name there is the dot.
            let dot = if token.kind() == SyntaxKind::IDENT { token.prev_token()? } else { token };
            if dot.kind() != T![.] {
                return None;
            }
            let access = dot.parent()?;
            let receiver = ast::FieldExpr::cast(access.clone()).and_then(|it| it.expr());
            let receiver = receiver.or_else(|| ast::MethodCallExpr::cast(access).and_then(|it| it.receiver()));
            let Some(receiver) = receiver else { return Some(false) };
            let ty = sema.type_of_expr(&receiver)?.original;
            Some(!ty.contains_unknown() && !may_have_unknown_members(&sema, &ty))
        })?;
        let Some(is_known) = receiver else { return Ok(None) };
        let names = self.names_at(place, |kind| matches!(kind, SymbolKind::Field | SymbolKind::Method))?;
        Ok(Some(Candidates { exhaustive: is_known && !names.is_empty(), names }))
    }

    /// The names that can stand at a place by themselves.
    pub(crate) fn scope_candidates(&self, position: FilePosition) -> Cancellable<Candidates> {
        let Some(place) = self.position(position)? else { return Ok(Candidates::default()) };
        let is_known = self.read(|database| {
            let sema = Semantics::new(database);
            let file = sema.parse_guess_edition(place.file_id);
            let token = file.syntax().token_at_offset(place.offset).left_biased()?;
            let is_in_macro = token.parent_ancestors().any(|node| ast::TokenTree::can_cast(node.kind()));
            let module = sema.scope(&token.parent()?)?.module();
            let map = ra_ap_hir::crate_def_map(database, module.krate(database).base());
            // An import or macro that the engine cannot follow may bring any name.
            Some(!is_in_macro && map.diagnostics().is_empty())
        })?;
        let is_name =
            |kind| !matches!(kind, SymbolKind::Keyword | SymbolKind::Snippet | SymbolKind::Field | SymbolKind::Method);
        let names = self.names_at(place, is_name)?;
        Ok(Candidates { exhaustive: is_known.unwrap_or(false) && !names.is_empty(), names })
    }

    fn names_at(
        &self,
        place: ra_ap_ide::FilePosition,
        wanted: impl Fn(SymbolKind) -> bool,
    ) -> Cancellable<Vec<Candidate>> {
        let mut config = configuration::completion(&self.context.inputs.settings, false);
        config.enable_imports_on_the_fly = false;
        config.enable_postfix_completions = false;
        config.enable_auto_await = false;
        config.enable_auto_iter = false;
        config.callable = None;
        config.snippet_cap = None;
        config.fields_to_resolve.resolve_documentation = true;
        let found = self.ask(|analysis| analysis.completions(&config, place, None))?.unwrap_or_default();
        let mut names: Vec<Candidate> = Vec::new();
        for found in found {
            let kind = kind(found.kind);
            let candidate = candidate(found, kind);
            if wanted(kind) && !names.iter().any(|known| known.name == candidate.name && known.kind == kind) {
                names.push(candidate);
            }
        }
        Ok(names)
    }
}

fn candidate(found: CompletionItem, kind: SymbolKind) -> Candidate {
    let relevance = found.relevance;
    let distance = match found.kind {
        _ if relevance.is_local => 0,
        CompletionItemKind::BuiltinType => 3,
        // Methods of a trait are further away than the type's own.
        _ => u32::from(relevance.trait_.is_some()) + u32::from(relevance.requires_import),
    };
    Candidate {
        name: found.label.primary.trim_end_matches(['!', '(', ')', '…']).to_owned(),
        kind,
        detail: found.detail,
        distance: if matches!(kind, SymbolKind::Local | SymbolKind::Parameter) { 0 } else { distance },
        deprecated: found.deprecated,
        takes_arguments: relevance.function.map(|function| function.has_params),
    }
}

/// Whether macros that nobody runs here may have added members to a type of the user's own.
fn may_have_unknown_members(sema: &Semantics<'_, ra_ap_ide_db::RootDatabase>, ty: &ra_ap_hir::Type<'_>) -> bool {
    ty.autoderef(sema.db).filter_map(|ty| ty.as_adt()).any(|adt| {
        let Some(source) = sema.source(adt) else { return true };
        ast::HasAttrs::attrs(&source.value).any(|attribute| is_unknown_attribute(sema, &attribute))
    })
}

/// Whether an attribute is, or derives by, a procedural macro.
fn is_unknown_attribute(sema: &Semantics<'_, ra_ap_ide_db::RootDatabase>, attribute: &ast::Attr) -> bool {
    let Some(meta) = attribute.meta() else { return true };
    match sema.resolve_derive_macro(&meta) {
        Some(derived) => derived.iter().any(|derived| derived.is_none_or(|derived| derived.is_proc_macro())),
        None => attribute.path().and_then(|path| sema.resolve_path(&path)).is_some_and(|found| {
            matches!(found, ra_ap_hir::PathResolution::Def(ra_ap_hir::ModuleDef::Macro(found)) if found.is_proc_macro())
        }),
    }
}
