//! Types.

use montuno_base::TextRange;
use tree_sitter::Node;

use super::{DEEPEST, Lowering, ParameterGroup, children, in_field, parameter_groups};
use crate::ir::body::UseOf;
use crate::ir::items::{Generic, ItemData, ItemKind, Place};
use crate::ir::type_ref::{Constructor, Parameter, Signature, TypeRef};
use crate::name::Name;

impl Lowering<'_> {
    /// A type in a field of a node.
    pub(super) fn type_in(&mut self, node: Node<'_>, field: &str) -> TypeRef {
        node.child_by_field_name(field).map(|node| self.type_ref(node)).unwrap_or_default()
    }

    /// A type, or what an expression means as one.
    pub(super) fn type_ref(&mut self, node: Node<'_>) -> TypeRef {
        if self.depth > DEEPEST {
            return TypeRef::Missing;
        }
        self.depth += 1;
        let ty = self.type_ref_inside(node);
        self.depth -= 1;
        ty
    }

    fn type_ref_inside(&mut self, node: Node<'_>) -> TypeRef {
        let one = |constructor, of| TypeRef::Built(constructor, Box::new([of]));
        match node.kind() {
            "type_identifier" | "identifier" => self.named_type(node, Box::default()),
            "qualified_type" => self.qualified_type(node, "package", "name", Box::default()),
            "selector_expression" => self.qualified_type(node, "operand", "field", Box::default()),
            "generic_type" => {
                let arguments = node.child_by_field_name("type_arguments");
                let arguments = arguments.map(|arguments| self.types_of(arguments)).unwrap_or_default();
                match node.child_by_field_name("type") {
                    Some(of) if of.kind() == "qualified_type" => self.qualified_type(of, "package", "name", arguments),
                    Some(of) => self.named_type(of, arguments),
                    None => TypeRef::Missing,
                }
            }
            "index_expression" => {
                let argument = self.type_in(node, "index");
                let arguments: Box<[TypeRef]> = Box::new([argument]);
                match node.child_by_field_name("operand") {
                    Some(of) if of.kind() == "selector_expression" => {
                        self.qualified_type(of, "operand", "field", arguments)
                    }
                    Some(of) => self.named_type(of, arguments),
                    None => TypeRef::Missing,
                }
            }
            "type_instantiation_expression" => {
                let mut types = children(node).into_iter();
                let Some(of) = types.next() else { return TypeRef::Missing };
                let arguments = types.map(|node| self.type_ref(node)).collect();
                match of.kind() {
                    "qualified_type" => self.qualified_type(of, "package", "name", arguments),
                    "selector_expression" => self.qualified_type(of, "operand", "field", arguments),
                    _ => self.named_type(of, arguments),
                }
            }
            "pointer_type" => one(Constructor::Pointer, self.first_type(node)),
            "unary_expression" => one(Constructor::Pointer, self.type_in(node, "operand")),
            "slice_type" => one(Constructor::Slice, self.type_in(node, "element")),
            "implicit_length_array_type" => one(Constructor::Array(Name::new("...")), self.type_in(node, "element")),
            "array_type" => {
                let length = node.child_by_field_name("length");
                if let Some(length) = length {
                    self.names_of_constant(length);
                }
                let length = Name::new(length.map(|length| self.str(length)).unwrap_or_default());
                one(Constructor::Array(length), self.type_in(node, "element"))
            }
            "map_type" => {
                let (key, value) = (self.type_in(node, "key"), self.type_in(node, "value"));
                TypeRef::Built(Constructor::Map, Box::new([key, value]))
            }
            "channel_type" => {
                let text: String = self.str(node).chars().take(6).filter(|c| !c.is_whitespace()).collect();
                let receive_only = text.starts_with("<-");
                let send_only = text.starts_with("chan<-");
                let constructor = Constructor::Channel { receive: !send_only, send: !receive_only };
                one(constructor, self.type_in(node, "value"))
            }
            "function_type" => TypeRef::Function(Box::new(self.signature(node, true))),
            "struct_type" => {
                let index = self.add_item(ItemData::new(ItemKind::Struct, Name::new(""), self.scope), node, None);
                self.fields(node, index);
                TypeRef::Anonymous(index)
            }
            "interface_type" => {
                let index = self.add_item(ItemData::new(ItemKind::Interface, Name::new(""), self.scope), node, None);
                self.interface_elements(node, index);
                TypeRef::Anonymous(index)
            }
            "negated_type" => one(Constructor::Approximately, self.first_type(node)),
            "type_elem" | "type_constraint" => {
                let mut types = self.types_of(node).into_vec();
                match types.len() {
                    1 => types.remove(0),
                    _ => TypeRef::Built(Constructor::Union, types.into()),
                }
            }
            "binary_expression" => {
                let sides = [self.type_in(node, "left"), self.type_in(node, "right")];
                TypeRef::Built(Constructor::Union, Box::new(sides))
            }
            "parenthesized_type" | "parenthesized_expression" => self.first_type(node),
            "parameter_list" => {
                let parameters = self.parameters(node, true);
                TypeRef::Built(Constructor::Tuple, parameters.into_iter().map(|parameter| parameter.ty).collect())
            }
            _ => TypeRef::Missing,
        }
    }

    fn first_type(&mut self, node: Node<'_>) -> TypeRef {
        children(node).first().map(|node| self.type_ref(*node)).unwrap_or_default()
    }

    fn types_of(&mut self, node: Node<'_>) -> Box<[TypeRef]> {
        children(node).into_iter().map(|node| self.type_ref(node)).collect()
    }

    fn named_type(&mut self, node: Node<'_>, arguments: Box<[TypeRef]>) -> TypeRef {
        let name = self.name(node);
        let meaning = self.lookup(name);
        self.use_name(node, None, meaning);
        match meaning {
            Some(UseOf::Item(index)) => TypeRef::Local(index, arguments),
            Some(UseOf::Local(_)) => TypeRef::Missing,
            None => TypeRef::Path(Box::new([name]), arguments),
        }
    }

    fn qualified_type(&mut self, node: Node<'_>, package: &str, name: &str, arguments: Box<[TypeRef]>) -> TypeRef {
        let (Some(package), Some(name)) = (node.child_by_field_name(package), node.child_by_field_name(name)) else {
            return TypeRef::Missing;
        };
        let qualifier = self.name(package);
        let meaning = self.lookup(qualifier);
        self.use_name(package, None, meaning);
        self.use_name(name, Some(qualifier), None);
        match meaning {
            None => TypeRef::Path(Box::new([qualifier, self.name(name)]), arguments),
            Some(_) => TypeRef::Missing,
        }
    }

    /// The names in the length of an array.
    fn names_of_constant(&mut self, node: Node<'_>) {
        match node.kind() {
            "identifier" => {
                let meaning = self.lookup(self.name(node));
                self.use_name(node, None, meaning);
            }
            "selector_expression" => {
                let (Some(package), Some(name)) =
                    (node.child_by_field_name("operand"), node.child_by_field_name("field"))
                else {
                    return;
                };
                if package.kind() == "identifier" {
                    let qualifier = self.name(package);
                    let meaning = self.lookup(qualifier);
                    self.use_name(package, None, meaning);
                    if meaning.is_none() {
                        self.use_name(name, Some(qualifier), None);
                    }
                } else {
                    self.names_of_constant(package);
                }
            }
            _ if self.depth < DEEPEST => {
                self.depth += 1;
                for child in children(node) {
                    self.names_of_constant(child);
                }
                self.depth -= 1;
            }
            _ => {}
        }
    }

    /// The parameters and results of a function. `unused` if no body can use their names.
    pub(super) fn signature(&mut self, node: Node<'_>, unused: bool) -> Signature {
        let list = node.child_by_field_name("parameters");
        let parameters = list.map(|list| self.parameters(list, unused)).unwrap_or_default();
        let variadic = list.is_some_and(|list| {
            children(list).last().is_some_and(|last| last.kind() == "variadic_parameter_declaration")
        });
        let results = match node.child_by_field_name("result") {
            Some(result) if result.kind() == "parameter_list" => self.parameters(result, unused),
            Some(result) => vec![Parameter { name: None, ty: self.type_ref(result) }],
            None => Vec::new(),
        };
        Signature { parameters: parameters.into(), results: results.into(), variadic }
    }

    fn parameters(&mut self, list: Node<'_>, unused: bool) -> Vec<Parameter> {
        let mut parameters = Vec::new();
        for ParameterGroup { names, ty } in parameter_groups(list) {
            if unused {
                for name in &names {
                    self.place(*name, Place::Parameter);
                }
            }
            let ty = ty.map(|ty| self.type_ref(ty)).unwrap_or_default();
            if names.is_empty() {
                parameters.push(Parameter { name: None, ty });
                continue;
            }
            for name in names {
                parameters.push(Parameter { name: Some(self.name(name)), ty: ty.clone() });
            }
        }
        parameters
    }

    /// The type parameters of a declaration.
    pub(super) fn generics(&mut self, node: Node<'_>, item: u32) {
        let Some(list) = node.child_by_field_name("type_parameters") else { return };
        let mut generics = Vec::new();
        let mut ranges: Vec<TextRange> = Vec::new();
        let mut constraints = Vec::new();
        for declaration in children(list) {
            for name in in_field(declaration, "name") {
                let index = u32::try_from(generics.len()).unwrap_or(u32::MAX);
                self.place(name, Place::Generic(item, index));
                ranges.push(self.range(name));
                generics.push(Generic { name: self.name(name), constraint: TypeRef::Missing });
                constraints.push(declaration.child_by_field_name("type"));
            }
        }
        let mut known: Option<(usize, TypeRef)> = None;
        for (generic, node) in generics.iter_mut().zip(constraints) {
            let Some(node) = node else { continue };
            // Several names share one constraint, which is read once.
            generic.constraint = match &known {
                Some((id, constraint)) if *id == node.id() => constraint.clone(),
                _ => {
                    let constraint = self.type_ref(node);
                    known = Some((node.id(), constraint.clone()));
                    constraint
                }
            };
        }
        self.items[item as usize].generics = generics.into();
        self.spans[item as usize].generics = ranges.into();
    }

    /// The fields of a struct.
    pub(super) fn fields(&mut self, node: Node<'_>, parent: u32) {
        let outer = self.scope.replace(parent);
        let lists = children(node).into_iter().filter(|list| list.kind() == "field_declaration_list");
        for declaration in lists.flat_map(children) {
            if declaration.kind() != "field_declaration" {
                continue;
            }
            let names = in_field(declaration, "name");
            let Some(type_node) = declaration.child_by_field_name("type") else { continue };
            if names.is_empty() {
                // The star of an embedded pointer is no part of the type's node.
                let is_pointer = declaration.child(0).is_some_and(|first| first.kind() == "*");
                let name_node = last_name(type_node);
                let data = ItemData::new(ItemKind::Field, self.name(name_node), Some(parent));
                let index = self.add_embedded(data, declaration, name_node);
                let ty = self.type_ref(type_node);
                let ty = if is_pointer { TypeRef::Built(Constructor::Pointer, Box::new([ty])) } else { ty };
                self.items[index as usize].ty = Some(ty);
                self.document(index, declaration);
                continue;
            }
            let mut indices = Vec::new();
            for name in names {
                let data = ItemData::new(ItemKind::Field, self.name(name), Some(parent));
                let index = self.add_item(data, declaration, Some(name));
                self.document(index, declaration);
                indices.push(index);
            }
            let ty = self.type_ref(type_node);
            for index in indices {
                self.items[index as usize].ty = Some(ty.clone());
            }
        }
        self.scope = outer;
    }

    /// The methods and the embedded types of an interface.
    pub(super) fn interface_elements(&mut self, node: Node<'_>, parent: u32) {
        let outer = self.scope.replace(parent);
        for element in children(node) {
            match element.kind() {
                "method_elem" => {
                    let Some(name) = element.child_by_field_name("name") else { continue };
                    let data = ItemData::new(ItemKind::InterfaceMethod, self.name(name), Some(parent));
                    let index = self.add_item(data, element, Some(name));
                    self.document(index, element);
                    self.items[index as usize].signature = Some(self.signature(element, true));
                }
                "type_elem" => {
                    let name = last_name(element);
                    let data = ItemData::new(ItemKind::Embedded, self.name(name), Some(parent));
                    let index = self.add_embedded(data, element, name);
                    self.items[index as usize].ty = Some(self.type_ref(element));
                }
                _ => {}
            }
        }
        self.scope = outer;
    }

    /// An item that is named by its type: the name there is a use of the type.
    fn add_embedded(&mut self, mut data: ItemData, full: Node<'_>, name: Node<'_>) -> u32 {
        data.embedded = true;
        let index = self.add_item(data, full, None);
        self.spans[index as usize].name = self.range(name);
        index
    }
}

/// The node of the name that a type ends with, behind pointers, packages and arguments.
fn last_name(mut node: Node<'_>) -> Node<'_> {
    loop {
        let next = match node.kind() {
            "qualified_type" => node.child_by_field_name("name"),
            "generic_type" => node.child_by_field_name("type"),
            "pointer_type" | "parenthesized_type" | "type_elem" | "negated_type" => node.named_child(0),
            _ => None,
        };
        match next {
            Some(next) => node = next,
            None => return node,
        }
    }
}
