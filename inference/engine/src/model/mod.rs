//! A model is a folder: a graph, its configuration, a tokenizer, and a manifest of ours.

mod checksum;
mod config;
mod manifest;
mod store;

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};

use crate::template::{FimTemplate, TemplateError};
use crate::token::Token;
use crate::tokenizer::{HuggingFace, Tokenizer, TokenizerError};

pub use checksum::{Checksum, sha256};
pub use config::ModelConfig;
pub use manifest::{FimChoice, MANIFEST, Manifest, SelfTest};
pub use store::{Store, StoreError};

/// Why a folder is no model that can be used.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// There is no such folder.
    #[error("{folder} is not a folder")]
    NoFolder {
        /// What was given.
        folder: Utf8PathBuf,
    },
    /// A file is missing.
    #[error("{folder} has no {file}: {advice}")]
    Missing {
        /// The model's folder.
        folder: Utf8PathBuf,
        /// The file.
        file: String,
        /// What to do.
        advice: &'static str,
    },
    /// A file says something that cannot be.
    #[error("{path}: {reason}")]
    File {
        /// The file.
        path: Utf8PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// The tokenizer does not belong to the model.
    #[error(
        "the tokenizer in {folder} has {tokens} tokens and the model knows {vocabulary}: they do not belong \
         together. Take `tokenizer.json` from where the model comes from"
    )]
    ForeignTokenizer {
        /// The model's folder.
        folder: Utf8PathBuf,
        /// The tokens of the tokenizer.
        tokens: usize,
        /// The tokens of the model.
        vocabulary: usize,
    },
    /// A file is not what the manifest says it is.
    #[error("{path} is damaged: its SHA-256 is {found}, and the manifest says {expected}. Get the model again")]
    Checksum {
        /// The file.
        path: Utf8PathBuf,
        /// What the manifest says.
        expected: String,
        /// What the file has.
        found: String,
    },
    /// The tokenizer cannot be used.
    #[error(transparent)]
    Tokenizer(#[from] TokenizerError),
    /// The FIM template cannot be used.
    #[error(transparent)]
    Template(#[from] TemplateError),
}

/// A folder that was read and makes sense. Its graph is not in memory yet: see [`crate::load`].
#[derive(Clone)]
pub struct Model {
    /// Where it is.
    pub folder: Utf8PathBuf,
    /// What our manifest says: defaults where there is none.
    pub manifest: Manifest,
    /// What the model's own configuration says.
    pub config: ModelConfig,
    /// The tokenizer.
    pub tokenizer: Arc<dyn Tokenizer>,
    /// How it fills in the middle, if it can.
    pub template: Option<FimTemplate>,
    /// The graph.
    pub graph: Utf8PathBuf,
}

impl Model {
    /// Reads a folder. Large files are not read: [`Model::verify`] does that.
    ///
    /// # Errors
    /// See [`ModelError`].
    pub fn open(folder: &Utf8Path) -> Result<Self, ModelError> {
        if !folder.is_dir() {
            return Err(ModelError::NoFolder { folder: folder.to_owned() });
        }
        let manifest = Manifest::read(folder)?;
        let config = ModelConfig::read(folder)?;
        let graph = graph(folder, &manifest, &config)?;
        let path = folder.join("tokenizer.json");
        if !path.is_file() {
            let advice = "it comes with the model, in Hugging Face's form";
            return Err(ModelError::Missing { folder: folder.to_owned(), file: "tokenizer.json".to_owned(), advice });
        }
        let tokenizer = HuggingFace::open(&path)?;
        let tokens = tokenizer.vocabulary().length();
        // A model's vocabulary is often padded, so it may be the larger one.
        if tokens > config.vocabulary || tokens * 2 < config.vocabulary {
            let vocabulary = config.vocabulary;
            return Err(ModelError::ForeignTokenizer { folder: folder.to_owned(), tokens, vocabulary });
        }
        let hint = format!("{} {} {}", folder.file_name().unwrap_or_default(), manifest.name, config.architecture);
        let template = match &manifest.fim {
            Some(choice) => Some(choice.template(&folder.join(MANIFEST))?),
            None => FimTemplate::detect(&tokenizer, &hint),
        };
        if let Some(template) = &template {
            template.check(&tokenizer)?;
        }
        let folder = folder.to_owned();
        Ok(Self { folder, manifest, config, tokenizer: Arc::new(tokenizer), template, graph })
    }

    /// What it is called: by its manifest, else by its folder.
    pub fn name(&self) -> &str {
        match self.manifest.name.as_str() {
            "" => self.folder.file_name().unwrap_or("model"),
            name => name,
        }
    }

    /// The most tokens of prompt and answer together.
    pub fn context_length(&self) -> usize {
        self.manifest.context_length.unwrap_or(self.config.context_length)
    }

    /// Whether it was made for a language, by its LSP id. One that names no languages is for all.
    pub fn is_for(&self, language: &str) -> bool {
        self.manifest.languages.is_empty() || self.manifest.languages.iter().any(|known| known == language)
    }

    /// The tokens that end a text.
    pub fn end_tokens(&self) -> Vec<Token> {
        let mut ends = self.config.end_tokens.clone();
        if let Some(template) = &self.template {
            ends.extend(template.end_tokens(&*self.tokenizer));
        }
        ends.sort_unstable();
        ends.dedup();
        ends
    }

    /// The bytes of its files on disk.
    pub fn size(&self) -> u64 {
        files(&self.folder).iter().filter_map(|path| Some(path.metadata().ok()?.len())).sum()
    }

    /// The bytes of its graph on disk, with the data beside it.
    pub fn graph_size(&self) -> u64 {
        let beside = self.graph.parent().map(files).unwrap_or_default();
        let name = self.graph.file_name().unwrap_or_default();
        let belongs = |path: &&Utf8PathBuf| path.file_name().is_some_and(|other| other.starts_with(name));
        beside.iter().filter(belongs).filter_map(|path| Some(path.metadata().ok()?.len())).sum()
    }

    /// Compares each file that the manifest names with its SHA-256. `progress` is told how many bytes were read
    /// since it was last told.
    ///
    /// # Errors
    /// [`ModelError::Checksum`], [`ModelError::File`].
    pub fn verify(&self, progress: &mut dyn FnMut(u64)) -> Result<(), ModelError> {
        for (name, expected) in &self.manifest.sha256 {
            let path = self.folder.join(name);
            let found = sha256(&path, progress)
                .map_err(|error| ModelError::File { path: path.clone(), reason: error.to_string() })?;
            if !found.eq_ignore_ascii_case(expected) {
                return Err(ModelError::Checksum { path, expected: expected.clone(), found });
            }
        }
        Ok(())
    }
}

impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Model").field("folder", &self.folder).field("config", &self.config).finish_non_exhaustive()
    }
}

/// The files of a model's folder, in order.
pub fn files(folder: &Utf8Path) -> Vec<Utf8PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in folder.read_dir_utf8().into_iter().flatten().flatten() {
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => folders.push(entry.into_path()),
                Ok(kind) if kind.is_file() => found.push(entry.into_path()),
                _ => {}
            }
        }
    }
    found.sort();
    found
}

/// The graph: what the manifest or the configuration names, else the usual names, quantised ones first.
fn graph(folder: &Utf8Path, manifest: &Manifest, config: &ModelConfig) -> Result<Utf8PathBuf, ModelError> {
    let missing = |file: String, advice| ModelError::Missing { folder: folder.to_owned(), file, advice };
    if let Some(named) = manifest.graph.as_ref().or(config.graph.as_ref()) {
        let path = folder.join(named);
        let stays = !Utf8Path::new(named).components().any(|part| !matches!(part, camino::Utf8Component::Normal(_)));
        return match stays && path.is_file() {
            true => Ok(path),
            false => Err(missing(named.clone(), "the configuration names it as the graph")),
        };
    }
    const USUAL: [&str; 6] = [
        "model.onnx",
        "model_q4.onnx",
        "onnx/model_q4.onnx",
        "onnx/model_quantized.onnx",
        "onnx/model.onnx",
        "decoder_model_merged.onnx",
    ];
    let usual = USUAL.iter().map(|name| folder.join(name)).find(|path| path.is_file());
    let only = || {
        let mut graphs = files(folder).into_iter().filter(|path| path.extension() == Some("onnx"));
        graphs.next().filter(|_| graphs.next().is_none())
    };
    let advice = "export the model to ONNX, or name its graph with `graph` in montuno-model.toml";
    usual.or_else(only).ok_or_else(|| missing("graph (*.onnx)".to_owned(), advice))
}
