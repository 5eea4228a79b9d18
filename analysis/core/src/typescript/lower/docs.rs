//! Types in documentation comments: JavaScript's way to say them.

use oxc_allocator::Allocator;
use oxc_ast::ast;
use oxc_parser::Parser;
use oxc_span::{SourceType, Span};

use super::super::tree::{Kind, NONE, NodeId, Tree, flags};
use super::Lowering;

/// One tag of a comment: its word, and the text behind it up to the next.
struct Tag<'a> {
    word: &'a str,
    rest: &'a str,
    /// Where `rest` begins in the file.
    at: u32,
}

/// The tags of a comment that begins at `start` in the file.
fn tags(comment: &str, start: u32) -> Vec<Tag<'_>> {
    let mut places = Vec::new();
    let bytes = comment.as_bytes();
    let mut depth = 0_u32;
    for (at, &byte) in bytes.iter().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            b'@' if depth == 0 => {
                let before = comment[..at].trim_end_matches([' ', '\t', '*', '/']);
                if before.is_empty() || before.ends_with('\n') {
                    places.push(at);
                }
            }
            _ => {}
        }
    }
    let mut found = Vec::with_capacity(places.len());
    for (index, &at) in places.iter().enumerate() {
        let end = places.get(index + 1).copied().unwrap_or(comment.len().saturating_sub(2));
        let Some(text) = comment.get(at + 1..end.max(at + 1)) else { continue };
        let word = text.find(|c: char| !c.is_ascii_alphanumeric()).map_or(text, |end| &text[..end]);
        found.push(Tag { word, rest: &text[word.len()..], at: start + (at + 1 + word.len()) as u32 });
    }
    found
}

/// What stands between braces at the start of a text, with its offset; and what follows.
fn braced(text: &str) -> (Option<(&str, usize)>, usize) {
    let begin = text.len() - text.trim_start().len();
    if !text[begin..].starts_with('{') {
        return (None, begin);
    }
    let mut depth = 0_u32;
    for (at, byte) in text.bytes().enumerate().skip(begin) {
        match byte {
            b'{' => depth += 1,
            b'}' => {
                depth -= 1;
                if depth == 0 {
                    return (Some((&text[begin + 1..at], begin + 1)), at + 1);
                }
            }
            _ => {}
        }
    }
    (None, begin)
}

/// A parameter's or property's name behind its type: with its offset, and whether it may be absent.
fn named(text: &str) -> Option<(&str, usize, bool)> {
    let begin = text.len() - text.trim_start().len();
    let rest = &text[begin..];
    let (rest, begin, optional) = match rest.strip_prefix('[') {
        Some(inner) => (inner, begin + 1, true),
        None => (rest, begin, false),
    };
    let end = rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '$' | '.' | '[' | ']' | '#')));
    let name = &rest[..end.unwrap_or(rest.len())];
    let name = name.split("[]").next().unwrap_or(name).trim_end_matches(']');
    (!name.is_empty()).then_some((name, begin, optional))
}

impl Lowering<'_, '_> {
    /// Reads the documentation that stands before `start`, if types are read from there.
    pub(super) fn document(&mut self, id: NodeId, start: u32) {
        let Some(&(from, to)) = self.comments.get(&start) else { return };
        if from == to {
            return;
        }
        if let Some(&known) = self.tree.docs.get(&(NONE - start)) {
            self.tree.docs.insert(id, known);
            return;
        }
        let text = self.text;
        let Some(comment) = text.get(from as usize..to as usize) else { return };
        let mut parts = Vec::new();
        let mut type_parameters = Vec::new();
        for tag in tags(comment, from) {
            match tag.word {
                "type" => parts.extend(self.type_tag(Kind::DocType, &tag)),
                "returns" | "return" => parts.extend(self.type_tag(Kind::DocReturns, &tag)),
                "this" => parts.extend(self.type_tag(Kind::DocThis, &tag)),
                "extends" | "augments" => parts.extend(self.type_tag(Kind::DocExtends, &tag)),
                "param" | "arg" | "argument" => parts.extend(self.parameter_tag(&tag)),
                "template" => type_parameters.extend(self.template_tag(&tag)),
                _ => {}
            }
        }
        if parts.is_empty() && type_parameters.is_empty() {
            return;
        }
        parts = self.with_parts(parts);
        let templates = self.add(Kind::DocTemplate, Span::new(from, from), &type_parameters);
        parts.push(templates);
        let doc = self.add(Kind::Doc, Span::new(from, to), &parts);
        self.tree.node_mut(doc).parent = id;
        self.tree.docs.insert(id, doc);
        self.tree.docs.insert(NONE - start, doc);
    }

    /// What was said in brackets before an expression: `/** @type {T} */ (x)`.
    pub(super) fn cast(&mut self, inner: NodeId, span: Span) -> NodeId {
        let Some(&(from, to)) = self.comments.get(&span.start) else { return inner };
        let text = self.text;
        let Some(comment) = text.get(from as usize..to as usize) else { return inner };
        for tag in tags(comment, from) {
            if tag.word == "type"
                && let (Some((type_text, at)), _) = braced(tag.rest)
                && let Some((annotation, ..)) = self.type_text(type_text, tag.at + at as u32)
            {
                return self.add(Kind::As, span, &[inner, annotation]);
            }
        }
        inner
    }

    /// Types that a comment declares: `@typedef`, `@callback`.
    pub(super) fn declarations_in_comment(&mut self, start: u32, end: u32, into: &mut Vec<NodeId>) {
        let text = self.text;
        let Some(comment) = text.get(start as usize..end as usize) else { return };
        if !comment.starts_with("/**") || !(comment.contains("@typedef") || comment.contains("@callback")) {
            return;
        }
        let all = tags(comment, start);
        let mut type_parameters = Vec::new();
        for tag in all.iter().filter(|tag| tag.word == "template") {
            type_parameters.extend(self.template_tag(tag));
        }
        let mut at = 0;
        while at < all.len() {
            let tag = &all[at];
            at += 1;
            let is_callback = tag.word == "callback";
            if tag.word != "typedef" && !is_callback {
                continue;
            }
            let (type_text, behind) = braced(tag.rest);
            let Some((name, name_at, _)) = named(&tag.rest[behind..]) else { continue };
            let name_start = tag.at + (behind + name_at) as u32;
            let span = Span::new(start, end);
            let mut members = Vec::new();
            let mut result = NONE;
            while let Some(part) = all.get(at) {
                match part.word {
                    "property" | "prop" if !is_callback => members.extend(self.property_tag(part)),
                    "param" | "arg" | "argument" if is_callback => members.extend(self.parameter_tag(part)),
                    "returns" | "return" if is_callback => {
                        let (returned, _) = braced(part.rest);
                        if let Some((returned, offset)) = returned
                            && let Some((id, ..)) = self.type_text(returned, part.at + offset as u32)
                        {
                            result = id;
                        }
                    }
                    "typedef" | "callback" => break,
                    _ => {}
                }
                at += 1;
            }
            let aliased = if is_callback {
                let mut parameters = Vec::new();
                for member in self.with_parts(members) {
                    let node = *self.tree.node(member);
                    let annotation = self.tree.child(member, 0);
                    let at = Span::new(node.name_start, node.name_end);
                    let pattern = self.named(Kind::Binding, at, node.name.text(), at, &[]);
                    let parameter = self.add(Kind::Parameter, at, &[pattern, annotation, NONE]);
                    self.tree.node_mut(parameter).flags = node.flags;
                    parameters.push(parameter);
                }
                let parameters = self.list(span, &parameters);
                self.add(Kind::FunctionType, span, &[NONE, parameters, result, NONE, NONE, NONE])
            } else if members.is_empty() {
                let Some((type_text, offset)) = type_text else { continue };
                let Some((id, ..)) = self.type_text(type_text, tag.at + offset as u32) else { continue };
                id
            } else {
                let members = self.with_parts(members);
                self.add(Kind::ObjectType, span, &members)
            };
            let list = if type_parameters.is_empty() { NONE } else { self.list(span, &type_parameters) };
            let name_span = Span::new(name_start, name_start + name.len() as u32);
            let id = self.named(Kind::Alias, span, name, name_span, &[list, aliased]);
            self.flag(id, flags::EXPORTED, true);
            into.push(id);
        }
    }

    fn type_tag(&mut self, kind: Kind, tag: &Tag<'_>) -> Option<NodeId> {
        let (type_text, at) = braced(tag.rest).0?;
        let (id, ..) = self.type_text(type_text, tag.at + at as u32)?;
        Some(self.add(kind, Span::new(tag.at, tag.at + tag.rest.len() as u32), &[id]))
    }

    fn parameter_tag(&mut self, tag: &Tag<'_>) -> Option<NodeId> {
        self.typed_name(Kind::DocParameter, tag)
    }

    fn property_tag(&mut self, tag: &Tag<'_>) -> Option<NodeId> {
        self.typed_name(Kind::Property, tag)
    }

    fn typed_name(&mut self, kind: Kind, tag: &Tag<'_>) -> Option<NodeId> {
        let (type_text, behind) = braced(tag.rest);
        let (name, at, mut optional) = named(&tag.rest[behind..])?;
        let mut rest = false;
        let mut annotation = NONE;
        if let Some((text, offset)) = type_text
            && let Some((id, may_be_absent, is_rest)) = self.type_text(text, tag.at + offset as u32)
        {
            annotation = id;
            optional |= may_be_absent;
            rest = is_rest;
        }
        let start = tag.at + (behind + at) as u32;
        let name_span = Span::new(start, start + name.len() as u32);
        let whole = Span::new(tag.at, tag.at + tag.rest.trim_end().len() as u32);
        let id = self.named(kind, whole, name, name_span, &[annotation]);
        self.flag(id, flags::OPTIONAL, optional);
        self.flag(id, flags::REST, rest);
        Some(id)
    }

    fn template_tag(&mut self, tag: &Tag<'_>) -> Vec<NodeId> {
        let (constraint, behind) = braced(tag.rest);
        let constraint =
            constraint.and_then(|(text, at)| self.type_text(text, tag.at + at as u32)).map_or(NONE, |(id, ..)| id);
        let line = tag.rest[behind..].lines().next().unwrap_or_default();
        let mut found = Vec::new();
        let mut at = 0;
        for part in line.split(',') {
            let begin = at + part.len() - part.trim_start().len();
            let name = part.trim().trim_start_matches('[');
            let name = name.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$')).next().unwrap_or("");
            at += part.len() + 1;
            if name.is_empty() {
                break;
            }
            let start = tag.at + (behind + begin) as u32;
            let span = Span::new(start, start + name.len() as u32);
            found.push(self.named(Kind::TypeParameter, span, name, span, &[constraint, NONE]));
            if part.trim().contains(char::is_whitespace) {
                break;
            }
        }
        found
    }

    /// Puts `options.name` below `options`.
    fn with_parts(&mut self, tags: Vec<NodeId>) -> Vec<NodeId> {
        let mut whole: Vec<(NodeId, Vec<NodeId>)> = Vec::new();
        for tag in tags {
            let name = self.tree.name(tag).text();
            if let Some((owner, member)) = name.split_once('.')
                && let Some((_, parts)) = whole.iter_mut().find(|(id, _)| self.tree.name(*id).text() == owner)
            {
                let node = *self.tree.node(tag);
                let annotation = self.tree.child(tag, 0);
                let shift = owner.len() as u32 + 1;
                let span = Span::new(node.start, node.end);
                let at = Span::new(node.name_start + shift, node.name_end.max(node.name_start + shift));
                let part = self.named(Kind::Property, span, member, at, &[annotation, NONE, NONE]);
                self.tree.node_mut(part).flags = node.flags;
                parts.push(part);
            } else {
                whole.push((tag, Vec::new()));
            }
        }
        let mut found = Vec::with_capacity(whole.len());
        for (tag, parts) in whole {
            if !parts.is_empty() {
                let node = *self.tree.node(tag);
                let parts = self.with_parts(parts);
                let object = self.add(Kind::ObjectType, Span::new(node.start, node.end), &parts);
                let old = self.tree.child(tag, 0);
                let is_array = old != NONE && self.tree.kind(old) == Kind::ArrayType;
                let object = if is_array {
                    self.add(Kind::ArrayType, Span::new(node.start, node.end), &[object])
                } else {
                    object
                };
                self.tree.set_children(tag, &[object]);
            }
            found.push(tag);
        }
        found
    }

    /// A type as a comment writes it; whether what has it may be absent, and whether it is a rest.
    fn type_text(&mut self, text: &str, at: u32) -> Option<(NodeId, bool, bool)> {
        let mut text = text.to_owned();
        let mut at = at;
        let trimmed = text.trim_start();
        at += (text.len() - trimmed.len()) as u32;
        text = trimmed.trim_end().to_owned();
        let mut optional = false;
        let mut rest = false;
        if let Some(inner) = text.strip_prefix("...") {
            text = inner.to_owned();
            at += 3;
            rest = true;
        }
        if let Some(inner) = text.strip_suffix('=') {
            text = inner.to_owned();
            optional = true;
        }
        if let Some(inner) = text.strip_prefix(['?', '!']) {
            text = inner.to_owned();
            at += 1;
        }
        if text == "*" || text.is_empty() {
            text = "any".to_owned();
        }
        // Old ways to write arguments and functions, the same length.
        text = text.replace(".<", " <").replace("\n *", "\n  ").replace("\r", " ");
        if text.starts_with("function(") {
            text = if let Some((parameters, result)) = text["function".len()..].split_once("):") {
                let count =
                    parameters.trim_start_matches('(').split(',').filter(|part| !part.trim().is_empty()).count();
                let parameters: Vec<_> = (0..count).map(|index| format!("a{index}: any")).collect();
                format!("({}) => {}", parameters.join(", "), result.trim())
            } else {
                "Function".to_owned()
            };
        }
        let prefix = "type _=";
        let source = format!("{prefix}{text};");
        let allocator = Allocator::default();
        let parsed = Parser::new(&allocator, &source, SourceType::ts()).parse();
        if parsed.panicked || !parsed.diagnostics.is_empty() {
            return None;
        }
        let Some(ast::Statement::TSTypeAliasDeclaration(alias)) = parsed.program.body.first() else { return None };
        let mut inner = Lowering {
            tree: &mut *self.tree,
            text: &source,
            comments: Default::default(),
            bodies: Default::default(),
            shift: at.wrapping_sub(prefix.len() as u32).wrapping_add(self.shift),
        };
        let id = inner.type_(&alias.type_annotation);
        Some((id, optional, rest))
    }
}

/// The documentation tag of one kind, of what `id` is.
pub(crate) fn doc_tag(tree: &Tree, id: NodeId, kind: Kind) -> Option<NodeId> {
    let doc = *tree.docs.get(&id)?;
    tree.present(doc).find(|&tag| tree.kind(tag) == kind)
}
