//! A decoder computed plainly: no keys and values kept, no parallel work, all from nothing.

use super::decoder::rotary;
use super::weights::{EPSILON, Matrix};
use super::{Shape, Weights};
use crate::token::Token;

/// The logits after each token of a text, a row for each.
pub fn logits(shape: Shape, weights: &Weights, tokens: &[Token]) -> Vec<Vec<f32>> {
    let embedding = |&token: &Token| row(&weights.embedding, token as usize).to_vec();
    let mut hidden: Vec<Vec<f32>> = tokens.iter().map(embedding).collect();
    for layer in &weights.layers {
        let mut packed: Vec<Vec<f32>> =
            hidden.iter().map(|hidden| apply(&layer.packed, &norm(hidden, &layer.attention_norm))).collect();
        if let Some(bias) = &layer.bias {
            packed.iter_mut().for_each(|packed| add(packed, bias));
        }
        for (hidden, attended) in hidden.iter_mut().zip(attention(shape, packed)) {
            add(hidden, &apply(&layer.output, &attended));
            let both = apply(&layer.gate_up, &norm(hidden, &layer.inner_norm));
            let (gate, up) = both.split_at(shape.inner);
            let inner: Vec<f32> = gate.iter().zip(up).map(|(gate, up)| gate / (1.0 + (-gate).exp()) * up).collect();
            add(hidden, &apply(&layer.down, &inner));
        }
    }
    hidden.iter().map(|hidden| apply(&weights.head, &norm(hidden, &weights.norm))).collect()
}

fn attention(shape: Shape, mut packed: Vec<Vec<f32>>) -> Vec<Vec<f32>> {
    let Shape { heads, key_value_heads, head_size, .. } = shape;
    let half = head_size / 2;
    let (cosines, sines) = rotary(packed.len(), half, shape.rotary_base);
    for (position, packed) in packed.iter_mut().enumerate() {
        for head in packed[..(heads + key_value_heads) * head_size].chunks_exact_mut(head_size) {
            for index in 0..half {
                let (cosine, sine) = (cosines[position * half + index], sines[position * half + index]);
                let (first, second) = (head[index], head[half + index]);
                head[index] = first * cosine - second * sine;
                head[half + index] = second * cosine + first * sine;
            }
        }
    }
    let part = |position: usize, head: usize| &packed[position][head * head_size..(head + 1) * head_size];
    let mix = |position: usize, head: usize| {
        let own = head / (heads / key_value_heads);
        let query = part(position, head);
        let scores = (0..=position).map(|other| dot(query, part(other, heads + own)) / (head_size as f32).sqrt());
        let scores: Vec<f32> = scores.collect();
        let highest = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let shares: Vec<f32> = scores.iter().map(|score| (score - highest).exp()).collect();
        let total: f32 = shares.iter().sum();
        let mut mixed = vec![0.0; head_size];
        for (other, share) in shares.iter().enumerate() {
            let value = part(other, heads + key_value_heads + own);
            mixed.iter_mut().zip(value).for_each(|(mixed, value)| *mixed += share / total * value);
        }
        mixed
    };
    (0..packed.len()).map(|position| (0..heads).flat_map(|head| mix(position, head)).collect()).collect()
}

fn row(matrix: &Matrix, index: usize) -> &[f32] {
    &matrix.values[index * matrix.columns..(index + 1) * matrix.columns]
}

fn apply(matrix: &Matrix, input: &[f32]) -> Vec<f32> {
    (0..matrix.rows).map(|index| dot(row(matrix, index), input)).collect()
}

fn dot(left: &[f32], right: &[f32]) -> f32 {
    left.iter().zip(right).map(|(left, right)| left * right).sum()
}

fn add(left: &mut [f32], right: &[f32]) {
    left.iter_mut().zip(right).for_each(|(left, right)| *left += right);
}

/// Divides by the root of the mean square.
fn norm(input: &[f32], weights: &[f32]) -> Vec<f32> {
    let mean = input.iter().map(|value| value * value).sum::<f32>() / input.len() as f32;
    let root = (mean + EPSILON).sqrt();
    input.iter().zip(weights).map(|(value, weight)| value / root * weight).collect()
}
