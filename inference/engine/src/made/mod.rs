//! Models that the project makes itself, so that tests and measurements need none from elsewhere: decoders of
//! LLaMA's kind with grouped-query attention and weights from a random generator, written as whole folders.
//!
//! [`Recipe`] says what is made; [`Recipe::write`] makes it; [`reference`] computes the same model plainly, to compare
//! with.

mod decoder;
mod graph;
mod protobuf;
pub mod reference;
mod saying;
mod tokenizer;
mod weights;

use std::collections::BTreeMap;

use camino::Utf8Path;
use serde_json::json;

use crate::model::{Manifest, SelfTest, sha256};

pub use tokenizer::SPECIAL;
pub use weights::Weights;

use weights::ROTARY_BASE;

/// The sizes of a decoder.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Shape {
    /// Layers.
    pub layers: usize,
    /// Numbers for each token between layers. A multiple of 32 for [`Precision::Int4`].
    pub hidden: usize,
    /// Heads of queries.
    pub heads: usize,
    /// Heads of keys and values.
    pub key_value_heads: usize,
    /// Numbers in a head.
    pub head_size: usize,
    /// Numbers inside the feed-forward part. A multiple of 32 for [`Precision::Int4`].
    pub inner: usize,
    /// Tokens.
    pub vocabulary: usize,
    /// The longest text.
    pub context: usize,
    /// Whether queries, keys and values have a bias, as Qwen2's do.
    pub has_bias: bool,
    /// Whether the embedding is the head as well, as in the smaller ones of Qwen2.5.
    pub is_tied: bool,
    /// The base of rotary positions.
    pub rotary_base: f32,
}

impl Shape {
    /// So small that a debug build runs it in no time.
    pub const TINY: Self = Self {
        layers: 2,
        hidden: 64,
        heads: 4,
        key_value_heads: 2,
        head_size: 16,
        inner: 96,
        vocabulary: 384,
        context: 512,
        has_bias: false,
        is_tied: false,
        rotary_base: ROTARY_BASE,
    };

    /// 22 million parameters.
    pub const M22: Self = Self::decoder(8, 384, 6, 2, 1024);

    /// 58 million parameters.
    pub const M58: Self = Self::decoder(12, 576, 9, 3, 1536);

    /// 113 million parameters.
    pub const M113: Self = Self::decoder(12, 768, 12, 4, 2560);

    /// Qwen2.5-Coder's in everything but its size: many heads of queries for two of keys and values, a bias, the embedding
    /// as the head.
    pub const SMALL_QWEN: Self = Self {
        layers: 3,
        hidden: 224,
        heads: 14,
        key_value_heads: 2,
        head_size: 16,
        inner: 320,
        vocabulary: 640,
        context: 512,
        ..Self::QWEN_HALF_BILLION
    };

    /// That of Qwen2.5-Coder 0.5 B.
    pub const QWEN_HALF_BILLION: Self = Self {
        layers: 24,
        hidden: 896,
        heads: 14,
        key_value_heads: 2,
        head_size: 64,
        inner: 4864,
        vocabulary: 151_936,
        context: 4096,
        has_bias: true,
        is_tied: true,
        rotary_base: 1_000_000.0,
    };

    const fn decoder(layers: usize, hidden: usize, heads: usize, key_value_heads: usize, inner: usize) -> Self {
        let (head_size, vocabulary, context) = (64, 16_384, 2048);
        Self {
            layers,
            hidden,
            heads,
            key_value_heads,
            head_size,
            inner,
            vocabulary,
            context,
            has_bias: false,
            is_tied: false,
            rotary_base: ROTARY_BASE,
        }
    }

    /// The number of weights.
    pub fn parameters(&self) -> usize {
        let attention = self.hidden * self.packed() + self.heads * self.head_size * self.hidden;
        let layer = attention + 3 * self.hidden * self.inner + 2 * self.hidden;
        let tables = if self.is_tied { 1 } else { 2 };
        self.layers * layer + tables * self.vocabulary * self.hidden + self.hidden
    }

    /// The width of queries, keys and values together.
    pub(crate) fn packed(&self) -> usize {
        (self.heads + 2 * self.key_value_heads) * self.head_size
    }
}

/// How a graph treats keys and values.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Layout {
    /// As optimum exports it: plain operators, keys and values that grow, positions as an input.
    Optimum,
    /// As onnxruntime-genai exports it: one operator for attention, which can write into a shared buffer.
    GenAi,
}

/// How weights are kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Precision {
    /// 32 bits.
    Float32,
    /// 4 bits, symmetric, in blocks of 32 with a scale each; the embedding in 8 bits.
    Int4,
}

/// Which rows of logits the graph gives.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rows {
    /// One for each token.
    All,
    /// That of the last token.
    Last,
    /// As many of the last as its input `num_logits_to_keep` says.
    Asked,
}

/// What a model is made of.
#[derive(Clone, PartialEq, Debug)]
pub struct Recipe {
    /// Its sizes.
    pub shape: Shape,
    /// How it treats keys and values.
    pub layout: Layout,
    /// How its weights are kept.
    pub precision: Precision,
    /// Which rows of logits it gives.
    pub rows: Rows,
    /// The same seed makes the same weights.
    pub seed: u64,
}

impl Recipe {
    /// A tiny model for tests.
    pub fn tiny(layout: Layout, precision: Precision) -> Self {
        Self { shape: Shape::TINY, layout, precision, rows: Rows::Asked, seed: 1 }
    }

    /// The weights, as floats: what a quantised model really computes with.
    pub fn weights(&self) -> Weights {
        Weights::new(self.shape, self.precision, self.seed)
    }

    /// Writes the model's folder: graph, configuration in both forms, tokenizer, manifest with checksums.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn write(&self, folder: &Utf8Path) -> std::io::Result<()> {
        self.write_with(folder, &self.weights(), &[])
    }

    /// The same with other weights, and with words that are tokens.
    fn write_with(&self, folder: &Utf8Path, weights: &Weights, words: &[&str]) -> std::io::Result<()> {
        std::fs::create_dir_all(folder)?;
        std::fs::write(folder.join("model.onnx"), decoder::model(self, weights))?;
        std::fs::write(folder.join("tokenizer.json"), tokenizer::document(self.shape.vocabulary, words))?;
        let end = tokenizer::special("<|endoftext|>").unwrap_or_default();
        std::fs::write(folder.join("config.json"), self.config(end).to_string())?;
        if self.layout == Layout::GenAi {
            std::fs::write(folder.join("genai_config.json"), self.genai_config(end).to_string())?;
        }
        let mut sha256s = BTreeMap::new();
        for name in ["model.onnx", "tokenizer.json"] {
            sha256s.insert(name.to_owned(), sha256(&folder.join(name), &mut |_| {})?);
        }
        let manifest = Manifest {
            name: format!("made-{}m-{}", self.shape.parameters() / 1_000_000, self.seed),
            license: Some("MIT OR Apache-2.0".to_owned()),
            source: Some("made by Montuno from random numbers".to_owned()),
            sha256: sha256s,
            ..Manifest::default()
        };
        manifest.write(folder)
    }

    /// Gives a model that was written a self-test: what it says now is what it must say.
    ///
    /// # Errors
    /// Those of the file system, and why the model cannot be run.
    pub fn add_self_test(
        folder: &Utf8Path,
        prompt: &str,
        options: &crate::LoadOptions,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        use crate::{Control, Model, Request, Unconstrained};
        let model = Model::open(folder)?;
        let mut generator = crate::load(&model, options)?;
        let request = Request::new(model.tokenizer.encode(prompt)?, 12);
        let answer = generator.generate(&request, &mut Unconstrained, &Control::default(), &mut ())?;
        let test = SelfTest { prompt: prompt.to_owned(), expected: answer.text };
        Manifest { self_test: Some(test), ..model.manifest }.write(folder)?;
        Ok(())
    }

    fn config(&self, end: u32) -> serde_json::Value {
        let shape = &self.shape;
        json!({
            "model_type": if shape.has_bias { "qwen2" } else { "llama" },
            "hidden_size": shape.hidden,
            "num_attention_heads": shape.heads,
            "num_key_value_heads": shape.key_value_heads,
            "head_dim": shape.head_size,
            "num_hidden_layers": shape.layers,
            "intermediate_size": shape.inner,
            "vocab_size": shape.vocabulary,
            "max_position_embeddings": shape.context,
            "rms_norm_eps": weights::EPSILON,
            "rope_theta": shape.rotary_base,
            "tie_word_embeddings": shape.is_tied,
            "eos_token_id": end,
        })
    }

    fn genai_config(&self, end: u32) -> serde_json::Value {
        let shape = &self.shape;
        json!({
            "model": {
                "type": if shape.has_bias { "qwen2" } else { "llama" },
                "bos_token_id": end, "eos_token_id": end, "pad_token_id": end,
                "context_length": shape.context,
                "vocab_size": shape.vocabulary,
                "decoder": {
                    "filename": "model.onnx",
                    "session_options": { "log_id": "onnxruntime-genai", "provider_options": [] },
                    "head_size": shape.head_size,
                    "hidden_size": shape.hidden,
                    "num_attention_heads": shape.heads,
                    "num_key_value_heads": shape.key_value_heads,
                    "num_hidden_layers": shape.layers,
                    "inputs": {
                        "input_ids": "input_ids",
                        "attention_mask": "attention_mask",
                        "past_key_names": "past_key_values.%d.key",
                        "past_value_names": "past_key_values.%d.value",
                    },
                    "outputs": {
                        "logits": "logits",
                        "present_key_names": "present.%d.key",
                        "present_value_names": "present.%d.value",
                    },
                },
            },
            "search": {
                "max_length": shape.context, "past_present_share_buffer": true,
                "do_sample": false, "num_beams": 1, "top_k": 1,
            },
        })
    }
}
