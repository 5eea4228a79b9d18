//! Declarations outside of bodies.

use montuno_base::{TextRange, TextSize};
use tree_sitter::Node;

use super::{DEEPEST, Lowering, Parsed, children, errors, in_field};
use crate::ir::items::{Import, ImportSpan, ItemData, ItemKind, Place, Receiver, Spans, Summary, Value};
use crate::ir::type_ref::TypeRef;
use crate::name::Name;

/// What a text tells others, and where that stands.
pub(crate) fn summary_and_spans(parsed: &Parsed) -> (Summary, Spans) {
    let mut lowering = Lowering::new(&parsed.text, 0);
    let (mut summary, mut spans) = (Summary::default(), Spans::default());
    lowering.file(parsed.tree.root_node(), &mut summary, &mut spans, 0);
    spans.errors = errors::syntax_errors(parsed);
    summary.items = lowering.items;
    spans.items = lowering.spans;
    spans.places = lowering.places;
    spans.places.sort_by_key(|(range, _)| range.start());
    spans.uses = lowering.uses.into_iter().map(|(used, _)| used).collect();
    (summary, spans)
}

impl Lowering<'_> {
    fn file(&mut self, node: Node<'_>, summary: &mut Summary, spans: &mut Spans, depth: u32) {
        if depth > DEEPEST {
            return;
        }
        for child in children(node) {
            match child.kind() {
                "package_clause" => {
                    if let Some(name) = child.named_child(0)
                        && summary.package.is_none()
                    {
                        summary.package = Some(self.name(name));
                        spans.package = Some(self.range(name));
                        self.place(name, Place::Package);
                    }
                }
                "import_declaration" => self.imports(child, summary, spans),
                "function_declaration" | "method_declaration" => self.function(child),
                "type_declaration" => self.type_declaration(child, None),
                "const_declaration" => self.constants(child),
                "var_declaration" => self.variables(child),
                // What is around a defect may be sound.
                "ERROR" => self.file(child, summary, spans, depth + 1),
                _ => {}
            }
        }
    }

    fn imports(&mut self, node: Node<'_>, summary: &mut Summary, spans: &mut Spans) {
        for spec in children(node) {
            match spec.kind() {
                "import_spec_list" => self.imports(spec, summary, spans),
                "import_spec" => {
                    let Some(path) = spec.child_by_field_name("path") else { continue };
                    let alias = spec.child_by_field_name("name");
                    let index = u32::try_from(summary.imports.len()).unwrap_or(u32::MAX);
                    let text = self.str(path).trim_matches(['"', '`']);
                    summary.imports.push(Import { path: Name::new(text), alias: alias.map(|alias| self.name(alias)) });
                    spans.imports.push(ImportSpan {
                        full: self.range(spec),
                        alias: alias.map(|alias| self.range(alias)),
                        path: self.range(path),
                    });
                    if let Some(alias) = alias {
                        self.place(alias, Place::Import(index));
                    }
                    self.place(path, Place::Import(index));
                }
                _ => {}
            }
        }
    }

    fn function(&mut self, node: Node<'_>) {
        let Some(name) = node.child_by_field_name("name") else { return };
        let is_method = node.kind() == "method_declaration";
        let kind = if is_method { ItemKind::Method } else { ItemKind::Function };
        let mut data = ItemData::new(kind, self.name(name), None);
        let receiver = node.child_by_field_name("receiver").filter(|_| is_method);
        data.receiver = receiver.and_then(|list| self.receiver(list));
        // Methods of one name are told apart by their types.
        let index = match &data.receiver {
            Some(receiver) => {
                let marked = Name::new(&format!("{}.{}", receiver.ty, data.name));
                let count = self.counts.entry((None, kind, marked)).or_default();
                let nth = *count;
                *count += 1;
                let index = self.add_item(data, node, Some(name));
                self.items[index as usize].nth = nth;
                index
            }
            None => self.add_item(data, node, Some(name)),
        };
        let outer = self.scope.replace(index);
        if let Some(list) = receiver {
            self.receiver_uses(list, index);
        }
        self.generics(node, index);
        let body = node.child_by_field_name("body");
        self.items[index as usize].signature = Some(self.signature(node, false));
        self.scope = outer;
        self.spans[index as usize].body =
            Some(body.map_or(TextRange::empty(self.range(node).end()), |body| self.range(body)));
        self.document(index, node);
    }

    /// The receiver's type: its name, a star, the names that the method gives its parameters.
    fn receiver(&mut self, list: Node<'_>) -> Option<Receiver> {
        let declaration = *children(list).first()?;
        let mut ty = declaration.child_by_field_name("type")?;
        let mut pointer = false;
        while matches!(ty.kind(), "pointer_type" | "parenthesized_type") {
            pointer |= ty.kind() == "pointer_type";
            ty = ty.named_child(0)?;
        }
        let mut generics = Vec::new();
        if ty.kind() == "generic_type" {
            let arguments = ty.child_by_field_name("type_arguments")?;
            for argument in children(arguments) {
                generics.push(self.name(argument));
            }
            ty = ty.child_by_field_name("type")?;
        }
        let name = declaration.child_by_field_name("name").map(|name| self.name(name));
        Some(Receiver { ty: self.name(ty), pointer, generics: generics.into(), name })
    }

    fn receiver_uses(&mut self, list: Node<'_>, item: u32) {
        let Some(mut ty) = children(list).first().and_then(|first| first.child_by_field_name("type")) else { return };
        while matches!(ty.kind(), "pointer_type" | "parenthesized_type") {
            let Some(inner) = ty.named_child(0) else { return };
            ty = inner;
        }
        if ty.kind() == "generic_type" {
            let mut ranges = Vec::new();
            if let Some(arguments) = ty.child_by_field_name("type_arguments") {
                for (index, argument) in children(arguments).into_iter().enumerate() {
                    self.place(argument, Place::Generic(item, u32::try_from(index).unwrap_or(u32::MAX)));
                    ranges.push(self.range(argument));
                }
            }
            self.spans[item as usize].generics = ranges.into();
            let Some(named) = ty.child_by_field_name("type") else { return };
            ty = named;
        }
        if ty.kind() == "type_identifier" {
            self.use_name(ty, None, None);
        }
    }

    /// Types, in a file or in a body.
    pub(super) fn type_declaration(&mut self, node: Node<'_>, parent: Option<u32>) {
        for spec in children(node) {
            if matches!(spec.kind(), "type_spec" | "type_alias") {
                self.type_spec(spec, parent);
            }
        }
    }

    fn type_spec(&mut self, node: Node<'_>, parent: Option<u32>) {
        let (Some(name), Some(ty)) = (node.child_by_field_name("name"), node.child_by_field_name("type")) else {
            return;
        };
        let kind = match (node.kind(), ty.kind()) {
            ("type_alias", _) => ItemKind::Alias,
            (_, "struct_type") => ItemKind::Struct,
            (_, "interface_type") => ItemKind::Interface,
            _ => ItemKind::Defined,
        };
        let index = self.add_item(ItemData::new(kind, self.name(name), parent), node, Some(name));
        self.declare_type(name, index);
        self.document(index, node);
        let outer = self.scope.replace(index);
        self.generics(node, index);
        match kind {
            ItemKind::Struct => self.fields(ty, index),
            ItemKind::Interface => self.interface_elements(ty, index),
            _ => {
                let ty = self.type_ref(ty);
                self.items[index as usize].ty = Some(ty);
            }
        }
        self.scope = outer;
    }

    fn constants(&mut self, node: Node<'_>) {
        // What a constant without a value repeats: the type, and the items whose values they are.
        let mut last: (Option<TypeRef>, Vec<u32>) = (None, Vec::new());
        for spec in children(node) {
            if spec.kind() != "const_spec" {
                continue;
            }
            let has_value = spec.child_by_field_name("value").is_some();
            let indices = self.value_spec(spec, ItemKind::Constant);
            if has_value {
                last = (indices.first().and_then(|&index| self.items[index as usize].ty.clone()), indices);
                continue;
            }
            for (position, &index) in indices.iter().enumerate() {
                let item = &mut self.items[index as usize];
                item.ty.clone_from(&last.0);
                item.value = last.1.get(position).map(|&repeats| {
                    let index = u32::try_from(position).unwrap_or(u32::MAX);
                    Value { index, of_tuple: false, repeats: Some(repeats) }
                });
            }
        }
    }

    fn variables(&mut self, node: Node<'_>) {
        for spec in children(node) {
            match spec.kind() {
                "var_spec_list" => self.variables(spec),
                "var_spec" => {
                    self.value_spec(spec, ItemKind::Variable);
                }
                _ => {}
            }
        }
    }

    fn value_spec(&mut self, spec: Node<'_>, kind: ItemKind) -> Vec<u32> {
        let names = in_field(spec, "name");
        let mut indices = Vec::new();
        for &name in &names {
            let index = self.add_item(ItemData::new(kind, self.name(name), None), spec, Some(name));
            self.document(index, spec);
            indices.push(index);
        }
        let outer = self.scope;
        self.scope = indices.first().copied();
        let ty = spec.child_by_field_name("type").map(|ty| self.type_ref(ty));
        self.scope = outer;
        let value = spec.child_by_field_name("value");
        let count = value.map_or(0, |value| children(value).len());
        for (position, &index) in indices.iter().enumerate() {
            let item = &mut self.items[index as usize];
            item.ty.clone_from(&ty);
            if count > 0 {
                let of_tuple = count == 1 && names.len() > 1;
                let index = u32::try_from(position).unwrap_or(u32::MAX);
                item.value = Some(Value { index, of_tuple, repeats: None });
            }
            self.spans[index as usize].body = value.map(|value| self.range(value));
        }
        indices
    }

    /// Finds an item's documentation, and makes it part of the item.
    pub(super) fn document(&mut self, item: u32, node: Node<'_>) {
        // A declaration of one is documented before its keyword.
        let outer = node.parent().filter(|parent| {
            matches!(parent.kind(), "type_declaration" | "const_declaration" | "var_declaration")
                && parent.child(1).is_none_or(|second| second.kind() != "(")
        });
        let Some(range) = documentation_of(outer.unwrap_or(node), self.text) else { return };
        let range = TextRange::new(
            range.start() - TextSize::from(self.base.min(range.start().into())),
            range.end() - TextSize::from(self.base.min(range.end().into())),
        );
        let span = &mut self.spans[item as usize];
        span.documentation = Some(range);
        span.full = span.full.cover(range);
    }
}

/// The comments right before a node, else the one behind it on its line.
fn documentation_of(node: Node<'_>, text: &str) -> Option<TextRange> {
    let size = |at: usize| TextSize::try_from(at).unwrap_or_default();
    let gap = |from: usize, to: usize| text.get(from..to).unwrap_or_default().matches('\n').count();
    let mut start = node.start_byte();
    let mut end = None;
    let mut before = node.prev_sibling();
    while let Some(comment) = before.filter(|before| before.kind() == "comment") {
        let own_line = text[..comment.start_byte()].rfind('\n').map_or(0, |at| at + 1);
        let stands_alone = text[own_line..comment.start_byte()].trim().is_empty();
        if gap(comment.end_byte(), start) > 1 || !stands_alone {
            break;
        }
        start = comment.start_byte();
        end.get_or_insert(comment.end_byte());
        before = comment.prev_sibling();
    }
    if let Some(end) = end {
        return Some(TextRange::new(size(start), size(end)));
    }
    let mut after = node.next_sibling();
    while let Some(next) = after.filter(|next| !next.is_named() && matches!(next.kind(), ";" | ",")) {
        after = next.next_sibling();
    }
    let comment = after.filter(|after| after.kind() == "comment" && gap(node.end_byte(), after.start_byte()) == 0)?;
    Some(TextRange::new(size(comment.start_byte()), size(comment.end_byte())))
}
