//! Fill in the middle: how a model was taught to see what stands before and behind the cursor.

use serde::{Deserialize, Serialize};

use crate::token::Token;
use crate::tokenizer::{Tokenizer, TokenizerError};

/// In which order the parts of a prompt come.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FimOrder {
    /// `PREFIX before SUFFIX behind MIDDLE`: PSM. Typing changes the prompt in its middle.
    PrefixSuffixMiddle,
    /// `SUFFIX behind PREFIX before MIDDLE`. Typing changes the prompt near its end.
    SuffixPrefixMiddle,
    /// `PREFIX SUFFIX behind MIDDLE before`: SPM. Typing changes the prompt at its end.
    SuffixMiddlePrefix,
}

/// How files of the repository are put before the file that is written.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RepositoryTokens {
    /// Stands before the repository's name. Empty: the name is not said.
    #[serde(default)]
    pub repository: String,
    /// Stands before each path. Empty: the path is a comment instead.
    #[serde(default)]
    pub file: String,
}

/// A way to write a fill-in-the-middle prompt. The strings are names of special tokens.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct FimTemplate {
    /// What it is called, for people.
    #[serde(default)]
    pub name: String,
    /// Stands before the text before the cursor.
    pub prefix: String,
    /// Stands before the text behind the cursor.
    pub suffix: String,
    /// Stands before what the model writes.
    pub middle: String,
    /// The orders that the model knows, the one to be used first.
    pub orders: Vec<FimOrder>,
    /// Stands at the very beginning.
    #[serde(default)]
    pub beginning: Option<String>,
    /// End what the model writes, besides the tokens above.
    #[serde(default)]
    pub ends: Vec<String>,
    /// How files of the repository are shown. `None`: the model knows no such thing; they are shown as comments.
    #[serde(default)]
    pub repository: Option<RepositoryTokens>,
}

/// A file, or a part of one, that helps to write another.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ContextFile {
    /// Its path in the repository, with `/`.
    pub path: String,
    /// The text.
    pub text: String,
}

/// What a prompt is made of.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct FimParts {
    /// The repository's name.
    pub repository: String,
    /// What helps, the most stable first: what stands first is computed once and kept.
    pub context: Vec<ContextFile>,
    /// The path of the file that is written.
    pub path: String,
    /// What begins a comment in its language, for models without tokens for paths.
    pub comment: String,
    /// The text before the cursor.
    pub before: String,
    /// The text behind the cursor.
    pub behind: String,
}

/// A part of a prompt.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Segment<'a> {
    /// A special token, by name.
    Special(&'a str),
    /// Text.
    Text(std::borrow::Cow<'a, str>),
}

/// Why a template cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    /// A special token is not in the vocabulary.
    #[error("the FIM template `{template}` needs the token `{token}`, which the model's tokenizer does not have")]
    Token {
        /// The template's name.
        template: String,
        /// The token's name.
        token: String,
    },
    /// There is no order.
    #[error("the FIM template `{template}` names no order: give `orders`, for example [\"prefix-suffix-middle\"]")]
    Order {
        /// The template's name.
        template: String,
    },
    /// A text could not be split.
    #[error(transparent)]
    Tokenizer(#[from] TokenizerError),
}

impl FimTemplate {
    /// The templates of known models.
    pub fn known() -> Vec<Self> {
        use FimOrder::{PrefixSuffixMiddle as Psm, SuffixMiddlePrefix as Spm, SuffixPrefixMiddle as Sfm};
        let make = |name: &str, [prefix, suffix, middle]: [&str; 3], orders: &[FimOrder]| Self {
            name: name.to_owned(),
            prefix: prefix.to_owned(),
            suffix: suffix.to_owned(),
            middle: middle.to_owned(),
            orders: orders.to_vec(),
            beginning: None,
            ends: Vec::new(),
            repository: None,
        };
        let tokens = |repository: &str, file: &str| {
            Some(RepositoryTokens { repository: repository.to_owned(), file: file.to_owned() })
        };
        let ends = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        let piped = ["<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>"];
        let plain = ["<fim_prefix>", "<fim_suffix>", "<fim_middle>"];
        vec![
            Self {
                repository: tokens("<|repo_name|>", "<|file_sep|>"),
                ends: ends(&["<|endoftext|>", "<|fim_pad|>", "<|im_end|>"]),
                ..make("qwen2.5-coder", piped, &[Psm])
            },
            Self {
                repository: tokens("<repo_name>", "<file_sep>"),
                ends: ends(&["<|endoftext|>"]),
                ..make("starcoder2", plain, &[Psm, Spm])
            },
            Self {
                beginning: Some("<｜begin▁of▁sentence｜>".to_owned()),
                ends: ends(&["<｜end▁of▁sentence｜>"]),
                ..make("deepseek-coder", ["<｜fim▁begin｜>", "<｜fim▁hole｜>", "<｜fim▁end｜>"], &[Psm])
            },
            Self {
                beginning: Some("<s>".to_owned()),
                ends: ends(&["▁<EOT>", "</s>"]),
                ..make("codellama", ["▁<PRE>", "▁<SUF>", "▁<MID>"], &[Spm, Psm])
            },
            Self {
                beginning: Some("<bos>".to_owned()),
                ends: ends(&["<eos>"]),
                repository: tokens("", "<|file_separator|>"),
                ..make("codegemma", piped, &[Sfm, Psm])
            },
            Self {
                repository: tokens("<reponame>", "<filename>"),
                ends: ends(&["<|endoftext|>", "<fim_pad>"]),
                ..make("granite", plain, &[Psm])
            },
            Self {
                ends: ends(&["<|end_of_text|>", "<|fim_pad|>"]),
                repository: tokens("<|reponame|>", "<|filename|>"),
                ..make("granite4", piped, &[Psm])
            },
            Self {
                repository: tokens("<reponame>", "<filename>"),
                ends: ends(&["<|endoftext|>"]),
                ..make("mellum", plain, &[Sfm])
            },
        ]
    }

    /// A known template by name.
    pub fn named(name: &str) -> Option<Self> {
        Self::known().into_iter().find(|template| template.name == name)
    }

    /// The known template whose tokens the tokenizer has all of. Where several fit (Granite and Mellum use the
    /// same names), the model's own name in `hint` decides, then the first.
    pub fn detect(tokenizer: &dyn Tokenizer, hint: &str) -> Option<Self> {
        let hint = hint.to_lowercase();
        let known = Self::known();
        let fits = |template: &&Self| {
            template
                .names()
                .all(|name| tokenizer.special(name).is_some() || template.ends.iter().any(|end| end == name))
        };
        let mut fitting: Vec<&Self> = known.iter().filter(fits).collect();
        fitting.sort_by_key(|template| !hint.contains(template.name.trim_end_matches(|c: char| c.is_ascii_digit())));
        fitting.first().map(|&template| template.clone())
    }

    /// The special tokens that it names.
    fn names(&self) -> impl Iterator<Item = &str> {
        let repository = self.repository.iter().flat_map(|tokens| [&tokens.repository, &tokens.file]);
        let all = [&self.prefix, &self.suffix, &self.middle].into_iter().chain(&self.beginning).chain(&self.ends);
        all.chain(repository).map(String::as_str).filter(|name| !name.is_empty())
    }

    /// Says whether the tokenizer has all that a prompt needs.
    ///
    /// # Errors
    /// [`TemplateError::Token`], [`TemplateError::Order`].
    pub fn check(&self, tokenizer: &dyn Tokenizer) -> Result<(), TemplateError> {
        if self.orders.is_empty() {
            return Err(TemplateError::Order { template: self.name.clone() });
        }
        let missing =
            self.names().find(|&name| tokenizer.special(name).is_none() && !self.ends.iter().any(|end| end == name));
        match missing {
            Some(token) => Err(TemplateError::Token { template: self.name.clone(), token: token.to_owned() }),
            None => Ok(()),
        }
    }

    /// The order that is best where the text before the cursor changes with each key, among those that the model
    /// knows.
    pub fn order(&self) -> FimOrder {
        self.orders.first().copied().unwrap_or(FimOrder::PrefixSuffixMiddle)
    }

    /// The tokens that end what the model writes.
    pub fn end_tokens(&self, tokenizer: &dyn Tokenizer) -> Vec<Token> {
        self.names().filter_map(|name| tokenizer.special(name)).collect()
    }

    /// The parts of a prompt, in order.
    pub fn segments<'a>(&'a self, parts: &'a FimParts, order: FimOrder) -> Vec<Segment<'a>> {
        let mut segments = Vec::new();
        segments.extend(self.beginning.as_deref().map(Segment::Special));
        self.push_context(parts, &mut segments);
        let before = Segment::Text(parts.before.as_str().into());
        let behind = Segment::Text(parts.behind.as_str().into());
        let [prefix, suffix, middle] = [&self.prefix, &self.suffix, &self.middle].map(|name| Segment::Special(name));
        segments.extend(match order {
            FimOrder::PrefixSuffixMiddle => [prefix, before, suffix, behind, middle],
            FimOrder::SuffixPrefixMiddle => [suffix, behind, prefix, before, middle],
            FimOrder::SuffixMiddlePrefix => [prefix, suffix, behind, middle, before],
        });
        segments
    }

    fn push_context<'a>(&'a self, parts: &'a FimParts, segments: &mut Vec<Segment<'a>>) {
        let (repository, file) = match &self.repository {
            Some(tokens) => (tokens.repository.as_str(), tokens.file.as_str()),
            None => ("", ""),
        };
        // A model that was taught whole repositories sees the name of one before anything else; without
        // context and name there is nothing to say.
        let speaks = !parts.context.is_empty() || (!file.is_empty() && !parts.path.is_empty());
        if !repository.is_empty() && !parts.repository.is_empty() && speaks {
            segments.push(Segment::Special(repository));
            segments.push(Segment::Text(format!("{}\n", parts.repository).into()));
        }
        for item in &parts.context {
            self.push_header(file, &item.path, &parts.comment, segments);
            segments.push(Segment::Text(item.text.as_str().into()));
            if !item.text.ends_with('\n') {
                segments.push(Segment::Text("\n".into()));
            }
        }
        if !parts.path.is_empty() && (!file.is_empty() || !parts.context.is_empty()) {
            self.push_header(file, &parts.path, &parts.comment, segments);
        }
    }

    fn push_header<'a>(&'a self, file: &'a str, path: &str, comment: &str, segments: &mut Vec<Segment<'a>>) {
        if file.is_empty() {
            let comment = if comment.is_empty() { "#" } else { comment };
            segments.push(Segment::Text(format!("{comment} {path}\n").into()));
        } else {
            segments.push(Segment::Special(file));
            segments.push(Segment::Text(format!("{path}\n").into()));
        }
    }

    /// The tokens of a prompt.
    ///
    /// # Errors
    /// [`TemplateError::Token`] if the tokenizer lacks one, [`TemplateError::Tokenizer`].
    pub fn prompt(
        &self,
        tokenizer: &dyn Tokenizer,
        parts: &FimParts,
        order: FimOrder,
    ) -> Result<Vec<Token>, TemplateError> {
        let mut tokens = Vec::new();
        for segment in self.segments(parts, order) {
            match segment {
                Segment::Text(text) => tokens.extend(tokenizer.encode(&text)?),
                Segment::Special(name) => tokens.push(
                    tokenizer
                        .special(name)
                        .ok_or_else(|| TemplateError::Token { template: self.name.clone(), token: name.to_owned() })?,
                ),
            }
        }
        Ok(tokens)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(template: &FimTemplate, parts: &FimParts) -> String {
        let segments = template.segments(parts, template.order());
        segments
            .iter()
            .map(|segment| match segment {
                Segment::Special(name) => (*name).to_owned(),
                Segment::Text(text) => text.to_string(),
            })
            .collect()
    }

    fn parts() -> FimParts {
        FimParts {
            repository: "salsa".to_owned(),
            context: vec![ContextFile { path: "a.py".to_owned(), text: "A = 1".to_owned() }],
            path: "b.py".to_owned(),
            comment: "#".to_owned(),
            before: "x = ".to_owned(),
            behind: "\ny".to_owned(),
        }
    }

    #[test]
    fn each_model_sees_what_it_was_taught() {
        let expected = [
            (
                "qwen2.5-coder",
                "<|repo_name|>salsa\n<|file_sep|>a.py\nA = 1\n<|file_sep|>b.py\n<|fim_prefix|>x = <|fim_suffix|>\ny<|fim_middle|>",
            ),
            (
                "starcoder2",
                "<repo_name>salsa\n<file_sep>a.py\nA = 1\n<file_sep>b.py\n<fim_prefix>x = <fim_suffix>\ny<fim_middle>",
            ),
            (
                "deepseek-coder",
                "<｜begin▁of▁sentence｜># a.py\nA = 1\n# b.py\n<｜fim▁begin｜>x = <｜fim▁hole｜>\ny<｜fim▁end｜>",
            ),
            ("codellama", "<s># a.py\nA = 1\n# b.py\n▁<PRE>▁<SUF>\ny▁<MID>x = "),
            (
                "codegemma",
                "<bos><|file_separator|>a.py\nA = 1\n<|file_separator|>b.py\n<|fim_suffix|>\ny<|fim_prefix|>x = <|fim_middle|>",
            ),
            (
                "granite",
                "<reponame>salsa\n<filename>a.py\nA = 1\n<filename>b.py\n<fim_prefix>x = <fim_suffix>\ny<fim_middle>",
            ),
            (
                "granite4",
                "<|reponame|>salsa\n<|filename|>a.py\nA = 1\n<|filename|>b.py\n<|fim_prefix|>x = <|fim_suffix|>\ny<|fim_middle|>",
            ),
            (
                "mellum",
                "<reponame>salsa\n<filename>a.py\nA = 1\n<filename>b.py\n<fim_suffix>\ny<fim_prefix>x = <fim_middle>",
            ),
        ];
        assert_eq!(FimTemplate::known().len(), expected.len());
        for (name, prompt) in expected {
            assert_eq!(written(&FimTemplate::named(name).unwrap(), &parts()), prompt, "{name}");
        }
    }

    #[test]
    fn without_context_there_is_no_header_in_a_comment() {
        let parts = FimParts { context: Vec::new(), ..parts() };
        let prompt = written(&FimTemplate::named("deepseek-coder").unwrap(), &parts);
        assert_eq!(prompt, "<｜begin▁of▁sentence｜><｜fim▁begin｜>x = <｜fim▁hole｜>\ny<｜fim▁end｜>");
    }
}
