//! Weights from a random generator, and how they are quantised.

use super::{Precision, Shape};

/// What is added under the root of a norm.
pub(super) const EPSILON: f32 = 1e-6;

/// The base of rotary positions.
pub(super) const ROTARY_BASE: f32 = 10_000.0;

/// The length of a block that has a scale of its own.
pub(super) const BLOCK: usize = 32;

/// A matrix with `rows` outputs of `columns` inputs each.
#[derive(Clone, Debug)]
pub struct Matrix {
    /// Outputs.
    pub rows: usize,
    /// Inputs.
    pub columns: usize,
    /// Row after row.
    pub values: Vec<f32>,
}

/// The weights of a layer.
#[derive(Clone, Debug)]
pub struct Layer {
    /// Of the norm before attention.
    pub attention_norm: Vec<f32>,
    /// Queries, keys and values.
    pub packed: Matrix,
    /// Their bias, if there is one.
    pub bias: Option<Vec<f32>>,
    /// From heads back.
    pub output: Matrix,
    /// Of the norm before the feed-forward part.
    pub inner_norm: Vec<f32>,
    /// Gate, then up.
    pub gate_up: Matrix,
    /// Back down.
    pub down: Matrix,
}

/// All weights of a model.
#[derive(Clone, Debug)]
pub struct Weights {
    /// A row for each token.
    pub embedding: Matrix,
    /// Layer after layer.
    pub layers: Vec<Layer>,
    /// Of the last norm.
    pub norm: Vec<f32>,
    /// A row for each token.
    pub head: Matrix,
}

impl Weights {
    pub(super) fn new(shape: Shape, precision: Precision, seed: u64) -> Self {
        let mut random = Generator(seed);
        let embedding = random.matrix(shape.vocabulary, shape.hidden, 1.0);
        let embedding =
            if precision == Precision::Int4 { Bytes::new(&embedding).floats(&embedding) } else { embedding };
        let mut matrix = |rows, columns: usize| {
            let made = random.matrix(rows, columns, 1.7 / (columns as f32).sqrt());
            if precision == Precision::Int4 { Nibbles::new(&made).floats(&made) } else { made }
        };
        let mut vectors = Generator(seed ^ 0x5eed);
        let layers = (0..shape.layers).map(|_| Layer {
            attention_norm: vectors.vector(shape.hidden, 1.0),
            packed: matrix(shape.packed(), shape.hidden),
            bias: shape.has_bias.then(|| vectors.vector(shape.packed(), 0.0)),
            output: matrix(shape.hidden, shape.heads * shape.head_size),
            inner_norm: vectors.vector(shape.hidden, 1.0),
            gate_up: matrix(2 * shape.inner, shape.hidden),
            down: matrix(shape.hidden, shape.inner),
        });
        let layers = layers.collect();
        let head = match (shape.is_tied, precision) {
            (false, _) => matrix(shape.vocabulary, shape.hidden),
            (true, Precision::Float32) => embedding.clone(),
            // Each is quantised in its own way, as exports do.
            (true, Precision::Int4) => Nibbles::new(&embedding).floats(&embedding),
        };
        Self { embedding, layers, norm: vectors.vector(shape.hidden, 1.0), head }
    }
}

/// SplitMix64.
struct Generator(u64);

impl Generator {
    /// A number from −1 to 1.
    fn next(&mut self) -> f32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let value = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((value ^ (value >> 31)) >> 40) as f32 / (1 << 23) as f32 - 1.0
    }

    fn matrix(&mut self, rows: usize, columns: usize, scale: f32) -> Matrix {
        Matrix { rows, columns, values: (0..rows * columns).map(|_| self.next() * scale).collect() }
    }

    fn vector(&mut self, length: usize, middle: f32) -> Vec<f32> {
        (0..length).map(|_| middle + 0.1 * self.next()).collect()
    }
}

/// A matrix in 4 bits, as ONNX Runtime's `MatMulNBits` keeps it: blocks of 32 numbers of a row, two numbers in a byte, the
/// first in the low half; 8 stands for zero.
pub(super) struct Nibbles {
    pub(super) bytes: Vec<u8>,
    pub(super) scales: Vec<f32>,
}

impl Nibbles {
    /// # Panics
    /// If rows are not a multiple of 32 long.
    pub(super) fn new(matrix: &Matrix) -> Self {
        assert!(matrix.columns.is_multiple_of(BLOCK), "a row of {} numbers has no whole blocks", matrix.columns);
        let mut made = Self { bytes: Vec::new(), scales: Vec::new() };
        for block in matrix.values.chunks_exact(BLOCK) {
            let largest = block.iter().copied().max_by(|left, right| left.abs().total_cmp(&right.abs())).unwrap_or(0.0);
            // The largest becomes −8, the end of the range that reaches further.
            let scale = largest / -8.0;
            let nibble = |value: f32| match scale {
                0.0 => 8,
                scale => (value / scale + 8.0).round().clamp(0.0, 15.0) as u8,
            };
            made.scales.push(scale);
            made.bytes.extend(block.chunks_exact(2).map(|pair| nibble(pair[0]) | nibble(pair[1]) << 4));
        }
        made
    }

    fn floats(&self, like: &Matrix) -> Matrix {
        let blocks = self.bytes.chunks_exact(BLOCK / 2).zip(&self.scales);
        let value = |nibble: u8, scale: f32| (f32::from(nibble) - 8.0) * scale;
        let values = blocks.flat_map(|(bytes, &scale)| {
            bytes.iter().flat_map(move |&byte| [value(byte & 15, scale), value(byte >> 4, scale)])
        });
        Matrix { values: values.collect(), ..*like }
    }
}

/// A matrix in 8 bits with a scale for each row.
pub(super) struct Bytes {
    pub(super) bytes: Vec<u8>,
    pub(super) scales: Vec<f32>,
}

impl Bytes {
    pub(super) fn new(matrix: &Matrix) -> Self {
        let mut made = Self { bytes: Vec::new(), scales: Vec::new() };
        for row in matrix.values.chunks_exact(matrix.columns) {
            let scale = row.iter().fold(0.0_f32, |largest, value| largest.max(value.abs())) / 127.0;
            made.scales.push(scale);
            made.bytes.extend(row.iter().map(|value| (value / scale.max(f32::MIN_POSITIVE)).round() as i8 as u8));
        }
        made
    }

    fn floats(&self, like: &Matrix) -> Matrix {
        let rows = self.bytes.chunks_exact(like.columns).zip(&self.scales);
        let values = rows.flat_map(|(row, &scale)| row.iter().map(move |&byte| f32::from(byte as i8) * scale));
        Matrix { values: values.collect(), ..*like }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_quantised_once_stays() {
        let matrix = Generator(3).matrix(4, 64, 2.0);
        let once = Nibbles::new(&matrix).floats(&matrix);
        let twice = Nibbles::new(&once).floats(&once);
        assert_eq!(once.values, twice.values);
        let worst =
            matrix.values.iter().zip(&once.values).map(|(left, right)| (left - right).abs()).fold(0.0, f32::max);
        assert!(worst < 2.0 / 7.0, "{worst}");
        let once = Bytes::new(&matrix).floats(&matrix);
        assert_eq!(once.values, Bytes::new(&once).floats(&once).values);
    }
}
