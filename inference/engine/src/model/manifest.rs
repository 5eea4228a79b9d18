//! `montuno-model.toml`: what a model's own files do not say.

use std::collections::BTreeMap;

use camino::Utf8Path;
use serde::{Deserialize, Serialize};

use super::ModelError;
use crate::template::FimTemplate;

/// The name of the manifest.
pub const MANIFEST: &str = "montuno-model.toml";

/// What a model's own files do not say. Every field has a default; a folder needs no manifest.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct Manifest {
    /// What it is called.
    pub name: String,
    /// Under which licence it is given, as an SPDX expression.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub license: Option<String>,
    /// Where it comes from, for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The languages that it was made for, by their LSP ids. None: all.
    pub languages: Vec<String>,
    /// The most tokens of prompt and answer together, if not what the model's configuration says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context_length: Option<usize>,
    /// The graph, relative to the folder, if it has no usual name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub graph: Option<String>,
    /// How it fills in the middle, if that cannot be told from its tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fim: Option<FimChoice>,
    /// What it must answer to be used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub self_test: Option<SelfTest>,
    /// The SHA-256 of its files, by their paths in the folder.
    pub sha256: BTreeMap<String, String>,
}

/// A FIM template: a known one by name, or one of its own.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub enum FimChoice {
    /// `fim = "qwen2.5-coder"`.
    Known(String),
    /// `[fim]` with `prefix`, `suffix`, `middle`, `orders` and more.
    Own(Box<FimTemplate>),
}

impl FimChoice {
    /// The template. `path` is the manifest's, for the error.
    pub(super) fn template(&self, path: &Utf8Path) -> Result<FimTemplate, ModelError> {
        match self {
            Self::Own(template) => Ok((**template).clone()),
            Self::Known(name) => FimTemplate::named(name).ok_or_else(|| {
                let known: Vec<String> = FimTemplate::known().into_iter().map(|template| template.name).collect();
                let reason = format!("there is no FIM template `{name}`; known ones are {}", known.join(", "));
                ModelError::File { path: path.to_owned(), reason }
            }),
        }
    }
}

/// A prompt and what a model must answer to it: the likeliest tokens.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SelfTest {
    /// The prompt, as plain text.
    pub prompt: String,
    /// What the answer begins with.
    pub expected: String,
}

impl Manifest {
    /// Reads the manifest of a folder. One that is missing says nothing.
    ///
    /// # Errors
    /// [`ModelError::File`] if it cannot be read or understood.
    pub fn read(folder: &Utf8Path) -> Result<Self, ModelError> {
        let path = folder.join(MANIFEST);
        let fault = |reason: String| ModelError::File { path: path.clone(), reason };
        match std::fs::read_to_string(&path) {
            Ok(text) => toml::from_str(&text).map_err(|error| fault(error.to_string())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(fault(error.to_string())),
        }
    }

    /// Writes it into a folder, in one step.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn write(&self, folder: &Utf8Path) -> std::io::Result<()> {
        let text = toml::to_string_pretty(self).map_err(std::io::Error::other)?;
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        std::io::Write::write_all(&mut file, text.as_bytes())?;
        file.persist(folder.join(MANIFEST)).map_err(|error| error.error)?;
        Ok(())
    }
}
