//! What can be folded.

use montuno_base::{TextRange, TextSize};
use tree_sitter::Node;

use crate::tree::{Descend, SyntaxTree, range_of, walk};

/// A range that can be folded away.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FoldingRange {
    /// From the end of what stays visible to the end of what is folded.
    pub range: TextRange,
    /// What it holds.
    pub kind: FoldingKind,
}

/// What a fold holds.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum FoldingKind {
    /// Code.
    Code,
    /// A comment or a documentation string.
    Comment,
    /// Imports.
    Imports,
    /// A region that the author marked.
    Region,
}

/// What can be folded in a text, sorted by place. Everything here goes over more than one line.
pub fn folding_ranges(tree: &SyntaxTree) -> Vec<FoldingRange> {
    let mut found = Vec::new();
    let mut regions = Vec::new();
    let mut run: Option<(FoldingKind, Node<'_>, Node<'_>)> = None;
    walk(tree.root(), |node| {
        let kind = tree.grammar().fold_run(node);
        // Neighbours of one kind fold together: comments, imports.
        if let Some(kind) = kind {
            let comment = tree.node_text(node).trim_start_matches(['#', '/', ' ']);
            if comment.starts_with("region") {
                regions.push(node);
            } else if comment.starts_with("endregion")
                && let Some(start) = regions.pop()
            {
                push(&mut found, tree, line_end(tree, start), node.end_byte(), FoldingKind::Region);
            }
            run = match run.take() {
                Some((last_kind, first, last)) if last_kind == kind && adjoin(tree, last, node) => {
                    Some((kind, first, node))
                }
                ended => {
                    finish(&mut found, tree, ended);
                    Some((kind, node, node))
                }
            };
            return Descend::Over;
        }
        if let Some(kind) = tree.grammar().fold(node) {
            let start = if kind == FoldingKind::Comment || !tree.grammar().folds_from_line_before() {
                line_end(tree, node).min(node.end_byte())
            } else {
                // A block without a bracket folds from the end of the line that opens it.
                tree.text()[..node.start_byte()].trim_end().len()
            };
            push(&mut found, tree, start, node.end_byte(), kind);
        }
        Descend::Into
    });
    finish(&mut found, tree, run);
    found.sort_by_key(|fold| (fold.range.start(), std::cmp::Reverse(fold.range.end())));
    found.dedup_by_key(|fold| fold.range);
    found
}

fn finish(found: &mut Vec<FoldingRange>, tree: &SyntaxTree, run: Option<(FoldingKind, Node<'_>, Node<'_>)>) {
    if let Some((kind, first, last)) = run {
        push(found, tree, line_end(tree, first), last.end_byte(), kind);
    }
}

fn push(found: &mut Vec<FoldingRange>, tree: &SyntaxTree, start: usize, end: usize, kind: FoldingKind) {
    // A node may end with the line end behind it.
    let end = tree.text()[..end].trim_end().len();
    if start < end && tree.text()[start..end].contains('\n') {
        let offset = |at: usize| TextSize::try_from(at).expect("files are below 4 GB");
        found.push(FoldingRange { range: TextRange::new(offset(start), offset(end)), kind });
    }
}

/// The end of the line that a node begins on.
fn line_end(tree: &SyntaxTree, node: Node<'_>) -> usize {
    let rest = &tree.text()[node.start_byte()..];
    let length = rest.find('\n').unwrap_or(rest.len());
    node.start_byte() + rest[..length].trim_end_matches('\r').len()
}

/// Whether nothing but one line end stands between two nodes.
fn adjoin(tree: &SyntaxTree, first: Node<'_>, second: Node<'_>) -> bool {
    let Some(between) = tree.text().get(usize::from(range_of(first).end())..second.start_byte()) else { return false };
    between.trim().is_empty() && between.matches('\n').count() <= 1
}
