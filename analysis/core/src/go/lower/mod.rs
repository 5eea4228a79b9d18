//! From Go's syntax to plain data.

mod body;
mod errors;
mod expressions;
mod items;
mod statements;
mod types;

use std::collections::VecDeque;
use std::sync::{Arc, OnceLock};

use montuno_base::{Language, TextRange, TextSize, nesting};
use parking_lot::Mutex;
use rustc_hash::FxHashMap;
use tree_sitter::{Node, Parser, Tree};

pub(crate) use body::{body, function_body};
pub(crate) use items::summary_and_spans;

use crate::database::{Db, File, read, source};
use crate::ir::body::{Body, UseOf};
use crate::ir::items::{ItemData, ItemKind, ItemSpan, Place, Spans, Summary, Use};
use crate::name::Name;

/// How deep nodes are followed into each other. What is deeper is as if it were not there.
const DEEPEST: u32 = 1500;

/// A parsed text.
pub(crate) struct Parsed {
    pub(crate) text: Arc<str>,
    pub(crate) tree: Tree,
    lowered: OnceLock<(Arc<Summary>, Arc<Spans>)>,
}

impl Parsed {
    fn lowered(&self) -> &(Arc<Summary>, Arc<Spans>) {
        self.lowered.get_or_init(|| {
            let (summary, spans) = items::summary_and_spans(self);
            (Arc::new(summary), Arc::new(spans))
        })
    }

    /// What the text tells others.
    pub(crate) fn summary(&self) -> &Arc<Summary> {
        &self.lowered().0
    }

    /// Where that stands.
    pub(crate) fn spans(&self) -> &Arc<Spans> {
        &self.lowered().1
    }
}

/// Parses a text. `None` if that takes longer than for any code.
pub(crate) fn parse(text: &Arc<str>) -> Option<Parsed> {
    let text = nesting::bound(text, Language::Go).text;
    let mut parser = Parser::new();
    parser.set_language(&tree_sitter_go::LANGUAGE.into()).expect("the grammar is of the runtime's version");
    let begun = std::time::Instant::now();
    let mut patience = |_: &tree_sitter::ParseState| {
        if begun.elapsed().as_secs() >= 5 {
            std::ops::ControlFlow::Break(())
        } else {
            std::ops::ControlFlow::Continue(())
        }
    };
    let options = tree_sitter::ParseOptions::new().progress_callback(&mut patience);
    let bytes = text.as_bytes();
    let mut chunk = |offset: usize, _| &bytes[offset.min(bytes.len())..];
    let tree = parser.parse_with_options(&mut chunk, None, Some(options))?;
    Some(Parsed { text, tree, lowered: OnceLock::new() })
}

/// The tree of a file. Few are kept, and beside the queries, which would keep all of one revision: a tree takes
/// many times the room of its text.
pub(crate) fn parsed(db: &dyn Db, file: File) -> Option<Arc<Parsed>> {
    parsed_text(source(db, file)?)
}

/// The same, without keeping the text: for what is asked once of each of many files.
pub(crate) fn parsed_once(db: &dyn Db, file: File) -> Option<Arc<Parsed>> {
    parsed_text(read(db, file)?)
}

fn parsed_text(text: Arc<str>) -> Option<Arc<Parsed>> {
    if let Some(known) = TREES.lock().iter().find(|known| known.0 == text).map(|known| known.1.clone()) {
        return Some(known);
    }
    let parsed = Arc::new(parse(&text)?);
    let mut trees = TREES.lock();
    trees.retain(|known| known.0 != text);
    trees.push_front((text, parsed.clone()));
    trees.truncate(KEPT_TREES);
    Some(parsed)
}

/// How many trees are kept.
const KEPT_TREES: usize = 6;

/// The trees that were asked for last, by their texts.
static TREES: Mutex<VecDeque<(Arc<str>, Arc<Parsed>)>> = Mutex::new(VecDeque::new());

/// Collects what one piece of source is lowered to.
pub(super) struct Lowering<'a> {
    text: &'a str,
    /// What offsets count from.
    base: u32,
    items: Vec<ItemData>,
    spans: Vec<ItemSpan>,
    counts: FxHashMap<(Option<u32>, ItemKind, Name), u32>,
    places: Vec<(TextRange, Place)>,
    uses: Vec<(Use, Option<UseOf>)>,
    /// The item that is being lowered.
    scope: Option<u32>,
    /// What names mean inside of a body, the innermost last.
    scopes: Vec<Scope>,
    body: Body,
    depth: u32,
}

/// The names of one block.
#[derive(Default)]
struct Scope {
    names: FxHashMap<Name, UseOf>,
    end: u32,
}

impl<'a> Lowering<'a> {
    fn new(text: &'a str, base: u32) -> Self {
        Self {
            text,
            base,
            items: Vec::new(),
            spans: Vec::new(),
            counts: FxHashMap::default(),
            places: Vec::new(),
            uses: Vec::new(),
            scope: None,
            scopes: Vec::new(),
            body: Body::default(),
            depth: 0,
        }
    }

    fn str(&self, node: Node<'_>) -> &'a str {
        self.text.get(node.byte_range()).unwrap_or_default()
    }

    fn name(&self, node: Node<'_>) -> Name {
        Name::new(self.str(node))
    }

    /// A node's range, counted from the base.
    fn range(&self, node: Node<'_>) -> TextRange {
        let offset = |byte: usize| TextSize::from(u32::try_from(byte).unwrap_or(u32::MAX).saturating_sub(self.base));
        TextRange::new(offset(node.start_byte()), offset(node.end_byte()))
    }

    fn place(&mut self, node: Node<'_>, place: Place) {
        let range = self.range(node);
        if !range.is_empty() {
            self.places.push((range, place));
        }
    }

    /// Declares an item. Its spans are what is known of it now.
    fn add_item(&mut self, mut data: ItemData, full: Node<'_>, name: Option<Node<'_>>) -> u32 {
        let index = u32::try_from(self.items.len()).expect("files are below 4 GB");
        let count = self.counts.entry((data.parent, data.kind, data.name)).or_default();
        data.nth = *count;
        *count += 1;
        let full_range = self.range(full);
        let name_range = name.map_or(TextRange::empty(full_range.start()), |name| self.range(name));
        self.items.push(data);
        self.spans.push(ItemSpan {
            full: full_range,
            name: name_range,
            body: None,
            documentation: None,
            generics: Box::default(),
        });
        if let Some(name) = name {
            self.place(name, Place::Item(index));
        }
        index
    }

    /// What a name means in the body, if the body says it.
    fn lookup(&self, name: Name) -> Option<UseOf> {
        self.scopes.iter().rev().find_map(|scope| scope.names.get(&name).copied())
    }

    fn use_name(&mut self, node: Node<'_>, qualifier: Option<Name>, meaning: Option<UseOf>) {
        let name = self.name(node);
        let index = u32::try_from(self.uses.len()).expect("files are below 4 GB");
        self.uses.push((Use { qualifier, name, scope: self.scope }, meaning));
        self.place(node, Place::Use(index));
    }
}

/// The named children of a node, without comments.
fn children<'t>(node: Node<'t>) -> Vec<Node<'t>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor).filter(|child| child.kind() != "comment").collect()
}

/// The children of a node in a field.
fn in_field<'t>(node: Node<'t>, field: &str) -> Vec<Node<'t>> {
    let mut cursor = node.walk();
    node.children_by_field_name(field, &mut cursor).filter(|child| child.is_named()).collect()
}

/// Parameters that are declared together.
struct ParameterGroup<'t> {
    /// None, if only the type of one stands there.
    names: Vec<Node<'t>>,
    ty: Option<Node<'t>>,
}

/// The parameters of a list. All have names or none has: where one has, what the grammar took for types before it are
/// names as well. It loses track of long lists.
fn parameter_groups<'t>(list: Node<'t>) -> Vec<ParameterGroup<'t>> {
    let mut groups: Vec<ParameterGroup<'t>> = Vec::new();
    for declaration in children(list) {
        let mut names = in_field(declaration, "name");
        let is_name = |group: &ParameterGroup<'t>| {
            group.names.is_empty() && group.ty.is_some_and(|ty| ty.kind() == "type_identifier")
        };
        if !names.is_empty() {
            let first = groups.iter().rposition(|group| !is_name(group)).map_or(0, |last| last + 1);
            let before = groups.drain(first..).filter_map(|group| group.ty);
            names = before.chain(std::mem::take(&mut names)).collect();
        }
        groups.push(ParameterGroup { names, ty: declaration.child_by_field_name("type") });
    }
    groups
}
