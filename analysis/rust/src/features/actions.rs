//! Changes that the engine proposes: assists, and fixes of findings.

use montuno_base::FileRange;
use montuno_semantic::cancel::Cancellable;
use montuno_semantic::presentation::{CodeAction, CodeActionKind};
use ra_ap_ide::{Assist, AssistId, AssistKind, AssistResolveStrategy, SingleResolve};

use crate::configuration;
use crate::convert::edit;
use crate::diagnostics::rules;
use crate::snapshot::RustSnapshot;

/// The assist that an editor's "organize imports" stands for.
const UNUSED_IMPORTS: &str = "remove_unused_imports";
const ORGANIZE_IMPORTS: &str = "organize-imports";

impl RustSnapshot {
    pub(crate) fn actions(&self, range: FileRange, kinds: &[CodeActionKind]) -> Cancellable<Vec<CodeAction>> {
        let wants = |kind| kinds.is_empty() || kinds.iter().any(|&wanted| covers(wanted, kind));
        let mut actions = self.proposals(range, &AssistResolveStrategy::None, wants)?;
        if wants(CodeActionKind::SourceOrganizeImports) && kinds.contains(&CodeActionKind::SourceOrganizeImports) {
            actions.extend(self.organize_imports(range)?);
        }
        Ok(actions)
    }

    pub(crate) fn complete_action(&self, range: FileRange, id: &str) -> Cancellable<Option<CodeAction>> {
        if id == ORGANIZE_IMPORTS {
            return self.organize_imports(range);
        }
        let Some(key) = Key::parse(id) else { return Ok(None) };
        let single =
            SingleResolve { assist_id: key.name.to_owned(), assist_kind: key.kind, assist_subtype: key.subtype };
        let actions = self.proposals(range, &AssistResolveStrategy::Single(single), |_| true)?;
        Ok(actions.into_iter().find(|action| action.id == id))
    }

    /// The fixes of findings and the assists at a place, those resolved that the strategy names.
    fn proposals(
        &self,
        range: FileRange,
        strategy: &AssistResolveStrategy,
        wants: impl Fn(CodeActionKind) -> bool,
    ) -> Cancellable<Vec<CodeAction>> {
        let Some(place) = self.range(range.file, range.range)? else { return Ok(Vec::new()) };
        let mut found: Vec<(Assist, Option<String>)> = Vec::new();
        if wants(CodeActionKind::QuickFix) {
            let config = configuration::diagnostics();
            let diagnostics =
                self.ask(|analysis| analysis.full_diagnostics(&config, again(strategy), place.file_id))?;
            for diagnostic in diagnostics {
                let rule = rules::rule(&diagnostic.code);
                let fixes = diagnostic.fixes.into_iter().flatten();
                let here = fixes.filter(|fix| fix.target.intersect(place.range).is_some());
                found.extend(here.map(|fix| (fix, rule.clone())));
            }
        }
        let config = configuration::assists(None);
        let mut silent = configuration::diagnostics();
        silent.enabled = false;
        let assists = self.ask(|analysis| analysis.assists_with_fixes(&config, &silent, again(strategy), place))?;
        found.extend(assists.into_iter().map(|assist| (assist, None)));
        let mut seen: Vec<(AssistId, usize)> = Vec::new();
        let mut actions = Vec::new();
        for (assist, mends) in found {
            // Several assists may have the same name: they are told apart by their place in the list.
            let count = match seen.iter_mut().find(|(id, _)| *id == assist.id) {
                Some((_, count)) => {
                    *count += 1;
                    *count
                }
                None => {
                    seen.push((assist.id, 0));
                    0
                }
            };
            let kind = action_kind(assist.id.1);
            if !wants(kind) {
                continue;
            }
            let key = Key { name: assist.id.0, kind: assist.id.1, subtype: assist.id.2, count };
            actions.push(CodeAction {
                id: key.to_string(),
                title: assist.label.to_string(),
                kind,
                is_preferred: mends.is_some(),
                mends,
                edit: assist.source_change.map(|change| edit::workspace_edit(change, &self.context.inputs.files)),
            });
        }
        Ok(actions)
    }

    /// Takes the unused imports out of the whole file.
    fn organize_imports(&self, range: FileRange) -> Cancellable<Option<CodeAction>> {
        let change = self.without_unused_imports(range.file)?;
        Ok(change.map(|change| CodeAction {
            id: ORGANIZE_IMPORTS.to_owned(),
            title: "Organize imports".to_owned(),
            kind: CodeActionKind::SourceOrganizeImports,
            mends: None,
            is_preferred: false,
            edit: Some(edit::workspace_edit(change, &self.context.inputs.files)),
        }))
    }

    /// The change that takes the unused imports out of a file; `None` if all are used.
    pub(crate) fn without_unused_imports(
        &self,
        file: montuno_base::FileId,
    ) -> Cancellable<Option<ra_ap_ide::SourceChange>> {
        let Some(text) = self.engine_text(file)? else { return Ok(None) };
        let whole = montuno_base::TextRange::up_to(montuno_base::TextSize::of(&*text));
        let Some(place) = self.range(file, whole)? else { return Ok(None) };
        let single = SingleResolve {
            assist_id: UNUSED_IMPORTS.to_owned(),
            assist_kind: AssistKind::QuickFix,
            assist_subtype: None,
        };
        let config = configuration::assists(Some(vec![AssistKind::QuickFix]));
        let mut silent = configuration::diagnostics();
        silent.enabled = false;
        let strategy = AssistResolveStrategy::Single(single);
        let assists = self.ask(|analysis| analysis.assists_with_fixes(&config, &silent, strategy, place))?;
        Ok(assists.into_iter().find(|assist| assist.id.0 == UNUSED_IMPORTS).and_then(|assist| assist.source_change))
    }
}

/// What tells an assist from the others at a place, as text.
struct Key<'a> {
    name: &'a str,
    kind: AssistKind,
    subtype: Option<usize>,
    /// How many of the same name come before it.
    count: usize,
}

impl std::fmt::Display for Key<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}:", self.name, self.kind.name())?;
        if let Some(subtype) = self.subtype {
            write!(f, "{subtype}")?;
        }
        write!(f, ":{}", self.count)
    }
}

impl<'a> Key<'a> {
    fn parse(id: &'a str) -> Option<Self> {
        let mut parts = id.split(':');
        let (name, kind) = (parts.next()?, parts.next()?.parse().ok()?);
        let subtype = parts.next()?;
        let subtype = if subtype.is_empty() { None } else { Some(subtype.parse().ok()?) };
        let count = parts.next()?.parse().ok()?;
        Some(Self { name, kind, subtype, count })
    }
}

/// The engine takes strategies by value and cannot copy them.
fn again(strategy: &AssistResolveStrategy) -> AssistResolveStrategy {
    match strategy {
        AssistResolveStrategy::None => AssistResolveStrategy::None,
        AssistResolveStrategy::All => AssistResolveStrategy::All,
        AssistResolveStrategy::Single(single) => AssistResolveStrategy::Single(SingleResolve {
            assist_id: single.assist_id.clone(),
            assist_kind: single.assist_kind,
            assist_subtype: single.assist_subtype,
        }),
    }
}

fn action_kind(kind: AssistKind) -> CodeActionKind {
    match kind {
        AssistKind::QuickFix => CodeActionKind::QuickFix,
        AssistKind::Generate | AssistKind::Refactor => CodeActionKind::Refactor,
        AssistKind::RefactorExtract => CodeActionKind::RefactorExtract,
        AssistKind::RefactorInline => CodeActionKind::RefactorInline,
        AssistKind::RefactorRewrite => CodeActionKind::RefactorRewrite,
    }
}

/// Whether whoever wants one kind gets the other as well.
fn covers(wanted: CodeActionKind, kind: CodeActionKind) -> bool {
    use CodeActionKind::{Refactor, RefactorExtract, RefactorInline, RefactorRewrite, Source, SourceOrganizeImports};
    wanted == kind
        || wanted == Refactor && matches!(kind, RefactorExtract | RefactorInline | RefactorRewrite)
        || wanted == Source && kind == SourceOrganizeImports
}
