//! A model that says one text, whatever it is told: for tests that must know what a model says.
//!
//! Its layers add nothing, so that what it says next depends on the last token alone; the head holds which token follows
//! which. A text in which a token is followed by different ones cannot be said.

use camino::Utf8Path;

use super::tokenizer::special;
use super::weights::{Matrix, Weights};
use super::{Layout, Precision, Recipe, Rows, Shape};
use crate::tokenizer::{HuggingFace, Tokenizer as _};

/// How much likelier the token that follows is than all others: its logit is about eight times that.
const CERTAINTY: f32 = 2.0;

impl Recipe {
    /// Writes the folder of a model that says these words, one after the other, behind every prompt of its template, and
    /// ends the text. A token that is none of them is followed by the end. A space belongs to the word behind it.
    ///
    /// # Errors
    /// Those of the file system, and [`std::io::ErrorKind::InvalidInput`] if the words cannot be said.
    pub fn write_saying(folder: &Utf8Path, words: &[&str]) -> std::io::Result<()> {
        let shape = Shape { vocabulary: 2048, context: 4096, layers: 1, ..Shape::TINY };
        let recipe = Self { shape, layout: Layout::Optimum, precision: Precision::Float32, rows: Rows::All, seed: 1 };
        let mut weights = recipe.weights();
        let chain = chain(words, shape.vocabulary)?;
        for layer in &mut weights.layers {
            layer.output.values.fill(0.0);
            layer.down.values.fill(0.0);
        }
        weights.norm.fill(1.0);
        teach(&mut weights, &chain);
        recipe.write_with(folder, &weights, words)
    }
}

/// The tokens of a text, from the one that a prompt ends with to the end.
fn chain(words: &[&str], vocabulary: usize) -> std::io::Result<Vec<u32>> {
    let wrong = |reason: String| std::io::Error::new(std::io::ErrorKind::InvalidInput, reason);
    let tokenizer = HuggingFace::from_bytes(super::tokenizer::document(vocabulary, words).as_bytes()).map_err(wrong)?;
    let mut chain = vec![special("<|fim_middle|>").unwrap_or_default()];
    chain.extend(tokenizer.encode(&words.concat()).map_err(|error| wrong(error.to_string()))?);
    chain.push(special("<|endoftext|>").unwrap_or_default());
    for (index, pair) in chain.windows(2).enumerate() {
        if let Some(other) = chain[..index].windows(2).find(|other| other[0] == pair[0] && other[1] != pair[1]) {
            let said = |token| String::from_utf8_lossy(tokenizer.vocabulary().bytes(token)).into_owned();
            return Err(wrong(format!(
                "the token {:?} is followed by {:?} and by {:?}: write the text in other words",
                said(pair[0]),
                said(other[1]),
                said(pair[1])
            )));
        }
    }
    Ok(chain)
}

/// Makes each token of the chain follow the one before it.
fn teach(weights: &mut Weights, chain: &[u32]) {
    let width = weights.embedding.columns;
    // One number that is the same for all: by it the end is likelier than what was never taught.
    for row in weights.embedding.values.chunks_exact_mut(width) {
        row[0] = 1.0;
    }
    let head: &mut Matrix = &mut weights.head;
    head.values.fill(0.0);
    for pair in chain.windows(2) {
        let from = &weights.embedding.values[pair[0] as usize * width..][..width];
        let length = from.iter().map(|value| value * value).sum::<f32>().sqrt();
        let to = &mut head.values[pair[1] as usize * width..][..width];
        for (value, from) in to.iter_mut().zip(from) {
            *value += CERTAINTY * from / length;
        }
    }
    let end = special("<|endoftext|>").unwrap_or_default() as usize;
    head.values[end * width] += CERTAINTY * 2.5;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_branches_cannot_be_said() {
        assert_eq!(chain(&["total", "(", "other", ")"], 2048).unwrap().len(), 6);
        let error = chain(&["a", "1", "a", "2"], 300).unwrap_err();
        assert!(error.to_string().contains("followed by"), "{error}");
    }
}
