//! ONNX graphs, node by node.

use super::protobuf::Message;

/// ONNX's numbers for types of elements.
#[derive(Clone, Copy)]
#[repr(i64)]
pub(super) enum Element {
    Float = 1,
    Uint8 = 2,
    Int8 = 3,
    Int64 = 7,
}

/// An attribute of a node.
pub(super) enum Attribute {
    Integer(i64),
    Integers(Vec<i64>),
    Float(f32),
}

/// A dimension of an input or output.
pub(super) enum Dimension {
    Size(usize),
    Name(&'static str),
}

/// A graph that is being written. Names of values are the builder's business: each node gives its outputs' names.
#[derive(Default)]
pub(super) struct Graph {
    body: Message,
    count: usize,
}

/// The operators of Microsoft's own domain.
const MICROSOFT: &str = "com.microsoft";

impl Graph {
    /// Adds a node with one output and returns the output's name.
    pub(super) fn node(&mut self, operator: &str, inputs: &[&str], attributes: &[(&str, Attribute)]) -> String {
        self.count += 1;
        let output = format!("node_{}", self.count);
        self.named(operator, inputs, &[&output], attributes);
        output
    }

    /// Adds a node with named outputs.
    pub(super) fn named(
        &mut self,
        operator: &str,
        inputs: &[&str],
        outputs: &[&str],
        attributes: &[(&str, Attribute)],
    ) {
        let (domain, operator) = operator.split_once(':').map_or(("", operator), |(_, operator)| (MICROSOFT, operator));
        self.body.message(1, |node| {
            inputs.iter().for_each(|input| node.text(1, input));
            outputs.iter().for_each(|output| node.text(2, output));
            node.text(4, operator);
            for (name, value) in attributes {
                node.message(5, |attribute| {
                    attribute.text(1, name);
                    match value {
                        Attribute::Float(value) => {
                            attribute.float(2, *value);
                            attribute.integer(20, 1);
                        }
                        Attribute::Integer(value) => {
                            attribute.integer(3, *value);
                            attribute.integer(20, 2);
                        }
                        Attribute::Integers(values) => {
                            values.iter().for_each(|&value| attribute.integer(8, value));
                            attribute.integer(20, 7);
                        }
                    }
                });
            }
            if !domain.is_empty() {
                node.text(7, domain);
            }
        });
    }

    /// Adds a constant and returns its name.
    pub(super) fn constant(&mut self, element: Element, shape: &[usize], bytes: &[u8]) -> String {
        self.count += 1;
        let name = format!("constant_{}", self.count);
        self.body.message(5, |tensor| {
            shape.iter().for_each(|&size| tensor.integer(1, size as i64));
            tensor.integer(2, element as i64);
            tensor.text(8, &name);
            tensor.bytes(9, bytes);
        });
        name
    }

    /// Adds a constant of floats.
    pub(super) fn floats(&mut self, shape: &[usize], values: &[f32]) -> String {
        let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        self.constant(Element::Float, shape, &bytes)
    }

    /// Adds a constant vector of integers.
    pub(super) fn integers(&mut self, values: &[i64]) -> String {
        let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        self.constant(Element::Int64, &[values.len()], &bytes)
    }

    /// Adds a constant integer without dimensions.
    pub(super) fn integer(&mut self, value: i64) -> String {
        self.constant(Element::Int64, &[], &value.to_le_bytes())
    }

    /// Declares an input.
    pub(super) fn input(&mut self, name: &str, element: Element, shape: &[Dimension]) {
        self.declare(11, name, element, shape);
    }

    /// Declares an output.
    pub(super) fn output(&mut self, name: &str, element: Element, shape: &[Dimension]) {
        self.declare(12, name, element, shape);
    }

    fn declare(&mut self, field: u32, name: &str, element: Element, shape: &[Dimension]) {
        self.body.message(field, |value| {
            value.text(1, name);
            value.message(2, |kind| {
                kind.message(1, |tensor| {
                    tensor.integer(1, element as i64);
                    tensor.message(2, |dimensions| {
                        for dimension in shape {
                            dimensions.message(1, |message| match dimension {
                                Dimension::Size(size) => message.integer(1, *size as i64),
                                Dimension::Name(name) => message.text(2, name),
                            });
                        }
                    });
                });
            });
        });
    }

    /// The whole model.
    pub(super) fn into_model(mut self) -> Vec<u8> {
        self.body.text(2, "decoder");
        let mut model = Message::default();
        model.integer(1, 8);
        model.text(2, "montuno");
        model.bytes(7, &self.body.into_bytes());
        for (domain, version) in [("", 17), (MICROSOFT, 1)] {
            model.message(8, |opset| {
                opset.text(1, domain);
                opset.integer(2, version);
            });
        }
        model.into_bytes()
    }
}
