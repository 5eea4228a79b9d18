//! What the inputs and outputs of a decoder's graph are for, told by their names.
//!
//! Both layouts that exist are understood: optimum's, where keys and values grow with each run, and
//! onnxruntime-genai's, where they may lie in a buffer that is written in place. Their names are the same.

use crate::model::ModelConfig;

/// Why a graph is not one of a decoder.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub(crate) enum LayoutError {
    /// An input or output is missing.
    #[error("the graph has no {0}: it was exported without keys and values (`past_key_values`), or is no decoder")]
    Missing(String),
    /// An input has no known meaning.
    #[error("the graph wants `{0}`, which is not known here: export it as a decoder of text with past keys and values")]
    Unknown(String),
}

/// The names of a graph's inputs and outputs by their meaning.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct GraphLayout {
    pub(crate) tokens: String,
    pub(crate) attention_mask: Option<String>,
    pub(crate) positions: Option<String>,
    /// How many of the last rows of logits are wanted. Without it, the graph decides.
    pub(crate) wanted_rows: Option<String>,
    /// Whether keys and values are given: merged exports of optimum.
    pub(crate) has_past: Option<String>,
    pub(crate) logits: String,
    /// Keys and values of each layer: the input, and the output that takes its place.
    pub(crate) past: Vec<(String, String)>,
}

impl GraphLayout {
    /// Reads the names of a graph.
    pub(crate) fn new(inputs: &[String], outputs: &[String], config: &ModelConfig) -> Result<Self, LayoutError> {
        let mut layout = Self::default();
        let mut past = 0;
        for name in inputs {
            match name.as_str() {
                "input_ids" => layout.tokens.clone_from(name),
                "attention_mask" => layout.attention_mask = Some(name.clone()),
                "position_ids" => layout.positions = Some(name.clone()),
                "num_logits_to_keep" => layout.wanted_rows = Some(name.clone()),
                "use_cache_branch" => layout.has_past = Some(name.clone()),
                name if name.starts_with("past_key_values.") => past += 1,
                name => return Err(LayoutError::Unknown(name.to_owned())),
            }
        }
        if layout.tokens.is_empty() {
            return Err(LayoutError::Missing("input `input_ids`".to_owned()));
        }
        for layer in 0..config.layers {
            for part in ["key", "value"] {
                let (input, output) = (format!("past_key_values.{layer}.{part}"), format!("present.{layer}.{part}"));
                if !inputs.contains(&input) {
                    return Err(LayoutError::Missing(format!("input `{input}`")));
                }
                if !outputs.contains(&output) {
                    return Err(LayoutError::Missing(format!("output `{output}`")));
                }
                layout.past.push((input, output));
            }
        }
        if past > layout.past.len() {
            return Err(LayoutError::Unknown(format!("past_key_values of {} layers", past / 2)));
        }
        match outputs.iter().find(|name| *name == "logits") {
            Some(logits) => layout.logits.clone_from(logits),
            None => return Err(LayoutError::Missing("output `logits`".to_owned())),
        }
        Ok(layout)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_graph_is_understood_or_refused() {
        let config = ModelConfig { layers: 1, ..ModelConfig::default() };
        let names = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
        let inputs = names(&["past_key_values.0.key", "input_ids", "past_key_values.0.value", "position_ids"]);
        let outputs = names(&["logits", "present.0.value", "present.0.key"]);
        let layout = GraphLayout::new(&inputs, &outputs, &config).unwrap();
        assert_eq!(layout.past[1], ("past_key_values.0.value".to_owned(), "present.0.value".to_owned()));
        assert_eq!((layout.attention_mask, layout.positions.is_some()), (None, true));
        let fault =
            |inputs: &[String], outputs: &[String]| GraphLayout::new(inputs, outputs, &config).unwrap_err().to_string();
        assert!(fault(&inputs[1..2], &outputs).contains("past_key_values.0.key"));
        assert!(fault(&inputs, &outputs[1..]).contains("output `logits`"));
        assert!(fault(&names(&["input_ids", "pixel_values"]), &outputs).contains("pixel_values"));
    }
}
