//! Where a name leads.

use montuno_base::{FileId, TextRange};
use montuno_semantic::{Confidence, Resolution, SymbolKind, Target};
use ra_ap_ide::{NavigationTarget, RangeInfo};

use super::symbol;

/// A target.
pub(crate) fn target(target: NavigationTarget) -> Target {
    let kind = target.kind.map_or(SymbolKind::Variable, symbol::kind);
    let name_range = match (target.focus_range, kind) {
        (Some(name), _) => name,
        // A module that is a file of its own is named by that file, not by anything in it.
        (None, SymbolKind::Module) => TextRange::empty(target.full_range.start()),
        (None, _) => target.full_range,
    };
    Target {
        file: FileId(target.file_id.index()),
        full_range: target.full_range,
        name_range,
        name: target.name.as_str().to_owned(),
        kind,
        container: target.container_name.map(|name| name.as_str().to_owned()),
    }
}

/// What a name leads to; `None` if that is nothing.
pub(crate) fn resolution(found: Option<RangeInfo<Vec<NavigationTarget>>>) -> Option<Resolution> {
    let found = found?;
    let mut targets: Vec<Target> = Vec::new();
    for found in found.info.into_iter().map(target) {
        if !targets.contains(&found) {
            targets.push(found);
        }
    }
    (!targets.is_empty()).then_some(Resolution { origin: found.range, targets, confidence: Confidence::Exact })
}
