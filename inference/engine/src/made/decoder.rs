//! The graph of a decoder, in both layouts.

use super::graph::Attribute::{Float, Integer, Integers};
use super::graph::{Dimension, Element, Graph};
use super::weights::{BLOCK, Bytes, EPSILON, Matrix, Nibbles, Weights};
use super::{Layout, Precision, Recipe, Rows, Shape};

/// The bytes of the model's file.
pub(super) fn model(recipe: &Recipe, weights: &Weights) -> Vec<u8> {
    let mut builder =
        Builder { graph: Graph::default(), shape: recipe.shape, precision: recipe.precision, table: None };
    builder.declare(recipe);
    let places = builder.places(recipe.layout);
    let mut hidden = builder.embed(&weights.embedding);
    for (index, layer) in weights.layers.iter().enumerate() {
        let normed = builder.norm(&hidden, &layer.attention_norm);
        let mut packed = builder.linear(&normed, &layer.packed);
        if let Some(bias) = &layer.bias {
            let bias = builder.graph.floats(&[bias.len()], bias);
            packed = builder.graph.node("Add", &[&packed, &bias], &[]);
        }
        let attended = match &places {
            Places::GenAi { .. } => builder.attention_in_one(&packed, index, &places),
            Places::Optimum { .. } => builder.attention_in_parts(&packed, index, &places),
        };
        let output = builder.linear(&attended, &layer.output);
        hidden = builder.graph.node("Add", &[&hidden, &output], &[]);
        let normed = builder.norm(&hidden, &layer.inner_norm);
        let inner = builder.feed_forward(&normed, &layer.gate_up, &layer.down);
        hidden = builder.graph.node("Add", &[&hidden, &inner], &[]);
    }
    let kept = builder.keep_rows(&hidden, recipe.rows);
    let normed = builder.norm(&kept, &weights.norm);
    let logits = match builder.table.take() {
        Some(table) => {
            let turned = builder.graph.node("Transpose", &[&table], &[("perm", Integers(vec![1, 0]))]);
            builder.graph.node("MatMul", &[&normed, &turned], &[])
        }
        None => builder.linear(&normed, &weights.head),
    };
    builder.graph.named("Identity", &[&logits], &["logits"], &[]);
    builder.graph.into_model()
}

struct Builder {
    graph: Graph,
    shape: Shape,
    precision: Precision,
    /// The embedding, if it is the head as well.
    table: Option<String>,
}

/// What all layers need to know of positions.
enum Places {
    GenAi { last: String, total: String, cosines: String, sines: String },
    Optimum { cosines: String, sines: String, mask: String },
}

impl Builder {
    fn declare(&mut self, recipe: &Recipe) {
        use Dimension::{Name, Size};
        let Shape { key_value_heads, head_size, vocabulary, layers, .. } = self.shape;
        let graph = &mut self.graph;
        graph.input("input_ids", Element::Int64, &[Name("batch"), Name("sequence")]);
        graph.input("attention_mask", Element::Int64, &[Name("batch"), Name("total")]);
        if recipe.layout == Layout::Optimum {
            graph.input("position_ids", Element::Int64, &[Name("batch"), Name("sequence")]);
        }
        if recipe.rows == Rows::Asked {
            graph.input("num_logits_to_keep", Element::Int64, &[]);
        }
        let rows = match recipe.rows {
            Rows::All => Name("sequence"),
            Rows::Last => Size(1),
            Rows::Asked => Name("rows"),
        };
        graph.output("logits", Element::Float, &[Name("batch"), rows, Size(vocabulary)]);
        for layer in 0..layers {
            for part in ["key", "value"] {
                let held = |name| [Name("batch"), Size(key_value_heads), Name(name), Size(head_size)];
                graph.input(&format!("past_key_values.{layer}.{part}"), Element::Float, &held("past"));
                graph.output(&format!("present.{layer}.{part}"), Element::Float, &held("present"));
            }
        }
    }

    fn places(&mut self, layout: Layout) -> Places {
        let half = self.shape.head_size / 2;
        let (cosines, sines) = rotary(self.shape.context, half, self.shape.rotary_base);
        let cosines = self.graph.floats(&[self.shape.context, half], &cosines);
        let sines = self.graph.floats(&[self.shape.context, half], &sines);
        let graph = &mut self.graph;
        let to_int32 = [("to", Integer(6))];
        match layout {
            Layout::GenAi => {
                let axis = graph.integers(&[1]);
                let one = graph.integer(1);
                let lengths = graph.node("ReduceSum", &["attention_mask", &axis], &[("keepdims", Integer(0))]);
                let last = graph.node("Sub", &[&lengths, &one], &[]);
                let last = graph.node("Cast", &[&last], &to_int32);
                let shape = graph.node("Shape", &["attention_mask"], &[]);
                let total = graph.node("Gather", &[&shape, &one], &[("axis", Integer(0))]);
                let total = graph.node("Cast", &[&total], &to_int32);
                Places::GenAi { last, total, cosines, sines }
            }
            Layout::Optimum => {
                let gathered = |graph: &mut Graph, table: &str| {
                    let rows = graph.node("Gather", &[table, "position_ids"], &[("axis", Integer(0))]);
                    let axis = graph.integers(&[1]);
                    graph.node("Unsqueeze", &[&rows, &axis], &[])
                };
                let (cosines, sines) = (gathered(graph, &cosines), gathered(graph, &sines));
                let (zero, one) = (graph.integer(0), graph.integer(1));
                let shape = graph.node("Shape", &["attention_mask"], &[]);
                let total = graph.node("Gather", &[&shape, &one], &[("axis", Integer(0))]);
                let keys = graph.node("Range", &[&zero, &total, &one], &[]);
                let axes = graph.integers(&[1, 2, 4]);
                // Batch, heads, groups, queries, keys.
                let queries = graph.node("Unsqueeze", &["position_ids", &axes], &[]);
                let hidden = graph.node("Greater", &[&keys, &queries], &[]);
                let (low, none) = (graph.floats(&[], &[-1e9]), graph.floats(&[], &[0.0]));
                let mask = graph.node("Where", &[&hidden, &low, &none], &[]);
                Places::Optimum { cosines, sines, mask }
            }
        }
    }

    fn embed(&mut self, embedding: &Matrix) -> String {
        let shape = [embedding.rows, embedding.columns];
        let first = [("axis", Integer(0))];
        if self.precision == Precision::Float32 {
            let table = self.graph.floats(&shape, &embedding.values);
            self.table = self.shape.is_tied.then(|| table.clone());
            return self.graph.node("Gather", &[&table, "input_ids"], &first);
        }
        let Bytes { bytes, scales } = Bytes::new(embedding);
        let table = self.graph.constant(Element::Int8, &shape, &bytes);
        let scales = self.graph.floats(&[embedding.rows, 1], &scales);
        let rows = self.graph.node("Gather", &[&table, "input_ids"], &first);
        let rows = self.graph.node("Cast", &[&rows], &[("to", Integer(Element::Float as i64))]);
        let scales = self.graph.node("Gather", &[&scales, "input_ids"], &first);
        self.graph.node("Mul", &[&rows, &scales], &[])
    }

    fn norm(&mut self, input: &str, weights: &[f32]) -> String {
        let weights = self.graph.floats(&[weights.len()], weights);
        let attributes = [("axis", Integer(-1)), ("epsilon", Float(EPSILON)), ("stash_type", Integer(1))];
        self.graph.node("SimplifiedLayerNormalization", &[input, &weights], &attributes)
    }

    fn linear(&mut self, input: &str, matrix: &Matrix) -> String {
        let Matrix { rows, columns, .. } = *matrix;
        if self.precision == Precision::Float32 {
            // ONNX multiplies from the left: inputs are rows there.
            let turned: Vec<f32> = (0..columns)
                .flat_map(|column| (0..rows).map(move |row| matrix.values[row * columns + column]))
                .collect();
            let weights = self.graph.floats(&[columns, rows], &turned);
            return self.graph.node("MatMul", &[input, &weights], &[]);
        }
        let Nibbles { bytes, scales } = Nibbles::new(matrix);
        let weights = self.graph.constant(Element::Uint8, &[rows, columns / BLOCK, BLOCK / 2], &bytes);
        let scales = self.graph.floats(&[rows * columns / BLOCK], &scales);
        let attributes = [
            ("K", Integer(columns as i64)),
            ("N", Integer(rows as i64)),
            ("bits", Integer(4)),
            ("block_size", Integer(BLOCK as i64)),
            ("accuracy_level", Integer(4)),
        ];
        self.graph.node("microsoft:MatMulNBits", &[input, &weights, &scales], &attributes)
    }

    fn attention_in_one(&mut self, packed: &str, layer: usize, places: &Places) -> String {
        let Places::GenAi { last, total, cosines, sines } = places else { return String::new() };
        let past = ["key", "value"].map(|part| format!("past_key_values.{layer}.{part}"));
        let present = ["key", "value"].map(|part| format!("present.{layer}.{part}"));
        let output = format!("attention_{layer}");
        let attributes = [
            ("num_heads", Integer(self.shape.heads as i64)),
            ("kv_num_heads", Integer(self.shape.key_value_heads as i64)),
            ("do_rotary", Integer(1)),
        ];
        let inputs = [packed, "", "", &past[0], &past[1], last, total, cosines, sines];
        let outputs = [output.as_str(), &present[0], &present[1]];
        self.graph.named("microsoft:GroupQueryAttention", &inputs, &outputs, &attributes);
        output
    }

    fn attention_in_parts(&mut self, packed: &str, layer: usize, places: &Places) -> String {
        let Places::Optimum { cosines, sines, mask } = places else { return String::new() };
        let Shape { heads, key_value_heads, head_size, .. } = self.shape;
        let (size, own) = (head_size as i64, key_value_heads as i64);
        let groups = (heads / key_value_heads) as i64;
        let graph = &mut self.graph;
        let widths = graph.integers(&[heads as i64 * size, own * size, own * size]);
        let parts = ["query", "key", "value"].map(|part| format!("{part}_{layer}"));
        let names = parts.each_ref().map(String::as_str);
        graph.named("Split", &[packed, &widths], &names, &[("axis", Integer(-1))]);
        let by_head = |graph: &mut Graph, input: &str, count: i64| {
            let shape = graph.integers(&[0, 0, count, size]);
            let split = graph.node("Reshape", &[input, &shape], &[]);
            graph.node("Transpose", &[&split], &[("perm", Integers(vec![0, 2, 1, 3]))])
        };
        let query = by_head(graph, names[0], heads as i64);
        let key = by_head(graph, names[1], own);
        let value = by_head(graph, names[2], own);
        let query = turn(graph, &query, cosines, sines, size / 2);
        let key = turn(graph, &key, cosines, sines, size / 2);
        let held = |graph: &mut Graph, new: &str, part: &str| {
            let (past, present) = (format!("past_key_values.{layer}.{part}"), format!("present.{layer}.{part}"));
            graph.named("Concat", &[&past, new], &[&present], &[("axis", Integer(2))]);
            let axis = graph.integers(&[2]);
            graph.node("Unsqueeze", &[&present, &axis], &[])
        };
        let (key, value) = (held(graph, &key, "key"), held(graph, &value, "value"));
        let grouped = graph.integers(&[0, own, groups, -1, size]);
        let query = graph.node("Reshape", &[&query, &grouped], &[]);
        let key = graph.node("Transpose", &[&key], &[("perm", Integers(vec![0, 1, 2, 4, 3]))]);
        let scores = graph.node("MatMul", &[&query, &key], &[]);
        let scale = graph.floats(&[], &[1.0 / (head_size as f32).sqrt()]);
        let scores = graph.node("Mul", &[&scores, &scale], &[]);
        let scores = graph.node("Add", &[&scores, mask], &[]);
        let shares = graph.node("Softmax", &[&scores], &[("axis", Integer(-1))]);
        let mixed = graph.node("MatMul", &[&shares, &value], &[]);
        let flat = graph.integers(&[0, heads as i64, -1, size]);
        let mixed = graph.node("Reshape", &[&mixed, &flat], &[]);
        let mixed = graph.node("Transpose", &[&mixed], &[("perm", Integers(vec![0, 2, 1, 3]))]);
        let joined = graph.integers(&[0, 0, heads as i64 * size]);
        graph.node("Reshape", &[&mixed, &joined], &[])
    }

    fn feed_forward(&mut self, input: &str, gate_up: &Matrix, down: &Matrix) -> String {
        let both = self.linear(input, gate_up);
        let half = self.shape.inner as i64;
        let widths = self.graph.integers(&[half, half]);
        let (gate, up) = (format!("{both}_gate"), format!("{both}_up"));
        self.graph.named("Split", &[&both, &widths], &[&gate, &up], &[("axis", Integer(-1))]);
        let sigmoid = self.graph.node("Sigmoid", &[&gate], &[]);
        let opened = self.graph.node("Mul", &[&gate, &sigmoid], &[]);
        let inner = self.graph.node("Mul", &[&opened, &up], &[]);
        self.linear(&inner, down)
    }

    fn keep_rows(&mut self, hidden: &str, rows: Rows) -> String {
        let graph = &mut self.graph;
        let start = match rows {
            Rows::All => return hidden.to_owned(),
            Rows::Last => graph.integers(&[-1]),
            Rows::Asked => {
                let negative = graph.node("Neg", &["num_logits_to_keep"], &[]);
                let axis = graph.integers(&[0]);
                graph.node("Unsqueeze", &[&negative, &axis], &[])
            }
        };
        let (end, axis) = (graph.integers(&[i64::from(i32::MAX)]), graph.integers(&[1]));
        graph.node("Slice", &[hidden, &start, &end, &axis], &[])
    }
}

/// Turns heads by their positions: the first half of a head with the second.
fn turn(graph: &mut Graph, input: &str, cosines: &str, sines: &str, half: i64) -> String {
    let widths = graph.integers(&[half, half]);
    let (first, second) = (format!("{input}_first"), format!("{input}_second"));
    graph.named("Split", &[input, &widths], &[&first, &second], &[("axis", Integer(-1))]);
    let mut product = |left: &str, right: &str| graph.node("Mul", &[left, right], &[]);
    let (first_cosine, second_sine) = (product(&first, cosines), product(&second, sines));
    let (second_cosine, first_sine) = (product(&second, cosines), product(&first, sines));
    let left = graph.node("Sub", &[&first_cosine, &second_sine], &[]);
    let right = graph.node("Add", &[&second_cosine, &first_sine], &[]);
    graph.node("Concat", &[&left, &right], &[("axis", Integer(-1))])
}

/// The cosines and sines of `length` positions, `half` numbers each (rotary position embedding, Su et al. 2021).
pub(super) fn rotary(length: usize, half: usize, base: f32) -> (Vec<f32>, Vec<f32>) {
    let angles = (0..length)
        .flat_map(|position| (0..half).map(move |index| position as f32 * base.powf(-(index as f32) / half as f32)));
    angles.map(|angle| (angle.cos(), angle.sin())).unzip()
}
