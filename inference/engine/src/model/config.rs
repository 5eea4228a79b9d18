//! What a model's own configuration says: `config.json` (Hugging Face, optimum) and `genai_config.json`
//! (onnxruntime-genai).

use camino::Utf8Path;
use serde_json::Value;

use super::ModelError;
use crate::token::Token;

/// The sizes of a model and its special tokens.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ModelConfig {
    /// The kind of model, for people: `qwen2`, `llama`.
    pub architecture: String,
    /// Layers, each with keys and values.
    pub layers: usize,
    /// Heads of keys and values.
    pub key_value_heads: usize,
    /// The numbers in a head.
    pub head_size: usize,
    /// Tokens of the vocabulary, padding included.
    pub vocabulary: usize,
    /// The most tokens that the model was made for.
    pub context_length: usize,
    /// Tokens that end a text.
    pub end_tokens: Vec<Token>,
    /// The graph, if the configuration names it.
    pub graph: Option<String>,
}

impl ModelConfig {
    /// Reads the configuration of a folder: of `genai_config.json` what it says, of `config.json` the rest.
    ///
    /// # Errors
    /// [`ModelError::Missing`] if there is neither, [`ModelError::File`] if one cannot be understood or is not that of a
    /// decoder.
    pub fn read(folder: &Utf8Path) -> Result<Self, ModelError> {
        let (genai_path, path) = (folder.join("genai_config.json"), folder.join("config.json"));
        let genai = json(&genai_path)?;
        let plain = json(&path)?;
        let mut config = Self::default();
        if let Some(document) = &genai {
            config.add_genai(&document["model"]);
        }
        if let Some(document) = &plain {
            config.add_plain(document);
        }
        let path = match (genai, plain) {
            (None, None) => {
                let advice = "a model comes with config.json or genai_config.json";
                return Err(ModelError::Missing { folder: folder.to_owned(), file: "config.json".to_owned(), advice });
            }
            (Some(_), _) => genai_path,
            (None, Some(_)) => path,
        };
        let sizes = [
            ("layers", config.layers),
            ("heads of keys and values", config.key_value_heads),
            ("the size of a head", config.head_size),
            ("the size of the vocabulary", config.vocabulary),
            ("the length of the context", config.context_length),
        ];
        match sizes.iter().find(|(_, size)| *size == 0) {
            Some((what, _)) => {
                let reason = format!("it does not say {what}: it is not the configuration of a decoder");
                Err(ModelError::File { path, reason })
            }
            None => Ok(config),
        }
    }

    fn add_genai(&mut self, model: &Value) {
        let decoder = &model["decoder"];
        self.architecture = model["type"].as_str().unwrap_or_default().to_owned();
        self.layers = size(&decoder["num_hidden_layers"]);
        self.key_value_heads = size(&decoder["num_key_value_heads"]);
        self.head_size = size(&decoder["head_size"]);
        self.vocabulary = size(&model["vocab_size"]);
        self.context_length = size(&model["context_length"]);
        self.end_tokens = tokens(&model["eos_token_id"]);
        self.graph = decoder["filename"].as_str().map(str::to_owned);
    }

    fn add_plain(&mut self, document: &Value) {
        let or = |known: usize, found: usize| if known == 0 { found } else { known };
        if self.architecture.is_empty() {
            self.architecture = document["model_type"].as_str().unwrap_or_default().to_owned();
        }
        let heads = size(&document["num_attention_heads"]).max(size(&document["n_head"]));
        let hidden = size(&document["hidden_size"]).max(size(&document["n_embd"]));
        let own = or(size(&document["head_dim"]), hidden.checked_div(heads).unwrap_or(0));
        self.layers = or(self.layers, size(&document["num_hidden_layers"]).max(size(&document["n_layer"])));
        let key_value_heads = or(size(&document["num_key_value_heads"]), heads);
        self.key_value_heads = or(self.key_value_heads, key_value_heads);
        self.head_size = or(self.head_size, own);
        self.vocabulary = or(self.vocabulary, size(&document["vocab_size"]));
        let context = size(&document["max_position_embeddings"]).max(size(&document["n_positions"]));
        self.context_length = or(self.context_length, context);
        self.end_tokens.extend(tokens(&document["eos_token_id"]));
        self.end_tokens.sort_unstable();
        self.end_tokens.dedup();
    }
}

fn json(path: &Utf8Path) -> Result<Option<Value>, ModelError> {
    let fault = |reason: String| ModelError::File { path: path.to_owned(), reason };
    match std::fs::read(path) {
        Ok(bytes) => serde_json::from_slice(&bytes).map(Some).map_err(|error| fault(error.to_string())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(fault(error.to_string())),
    }
}

/// A size. What is larger than any model counts as none, so that nothing overflows.
fn size(value: &Value) -> usize {
    value.as_u64().and_then(|size| usize::try_from(size).ok()).filter(|&size| size < 1 << 32).unwrap_or(0)
}

/// One token, or several.
fn tokens(value: &Value) -> Vec<Token> {
    let one = |value: &Value| value.as_u64().and_then(|token| Token::try_from(token).ok());
    match value {
        Value::Array(values) => values.iter().filter_map(one).collect(),
        value => one(value).into_iter().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(files: &[(&str, &str)]) -> Result<ModelConfig, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = Utf8Path::from_path(folder.path()).unwrap();
        for (name, text) in files {
            std::fs::write(path.join(name), text).unwrap();
        }
        ModelConfig::read(path).map_err(|error| error.to_string())
    }

    #[test]
    fn both_forms_are_read() {
        // What the configuration of Qwen2.5-Coder 0.5 B says of its sizes.
        let plain = r#"{ "model_type": "qwen2", "hidden_size": 896, "num_attention_heads": 14, "num_key_value_heads": 2,
            "num_hidden_layers": 24, "vocab_size": 151936, "max_position_embeddings": 32768, "eos_token_id": 151643 }"#;
        let genai = r#"{ "model": { "type": "qwen2", "context_length": 4096, "eos_token_id": [7, 8], "vocab_size": 151936,
            "decoder": { "filename": "model_q4.onnx", "head_size": 64, "num_key_value_heads": 2, "num_hidden_layers": 24 } } }"#;
        let expected = ModelConfig {
            architecture: "qwen2".to_owned(),
            layers: 24,
            key_value_heads: 2,
            head_size: 64,
            vocabulary: 151_936,
            context_length: 32_768,
            end_tokens: vec![151_643],
            graph: None,
        };
        assert_eq!(read(&[("config.json", plain)]).unwrap(), expected);
        let both = read(&[("config.json", plain), ("genai_config.json", genai)]).unwrap();
        let graph = Some("model_q4.onnx".to_owned());
        assert_eq!(both, ModelConfig { context_length: 4096, end_tokens: vec![7, 8, 151_643], graph, ..expected });
    }

    #[test]
    fn what_is_no_decoder_is_said() {
        assert!(read(&[]).unwrap_err().contains("has no config.json"));
        assert!(read(&[("config.json", "{")]).unwrap_err().contains("config.json: EOF"));
        let bert = r#"{ "model_type": "bert", "num_hidden_layers": 2, "vocab_size": -4 }"#;
        assert!(read(&[("config.json", bert)]).unwrap_err().contains("does not say heads of keys and values"));
        let huge = r#"{ "num_hidden_layers": 99999999999999, "vocab_size": 1e300 }"#;
        assert!(read(&[("config.json", huge)]).unwrap_err().contains("does not say layers"));
    }
}
