//! Which language a file is written in.

use camino::Utf8Path;

/// A language that some part of Montuno knows.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Python and its stubs.
    Python,
    /// Rust.
    Rust,
}

impl Language {
    /// Every language, in the order in which they are listed to users.
    pub const ALL: [Self; 2] = [Self::Python, Self::Rust];

    /// The language of a path, by its extension.
    pub fn of_path(path: &Utf8Path) -> Option<Self> {
        match path.extension()? {
            "py" | "pyi" | "pyw" => Some(Self::Python),
            "rs" => Some(Self::Rust),
            _ => None,
        }
    }

    /// The language that an editor names by this id (LSP's `languageId`).
    pub fn of_id(id: &str) -> Option<Self> {
        match id {
            "python" => Some(Self::Python),
            "rust" => Some(Self::Rust),
            _ => None,
        }
    }

    /// LSP's `languageId`, which is also the name in settings and reports.
    pub fn id(self) -> &'static str {
        match self {
            Self::Python => "python",
            Self::Rust => "rust",
        }
    }

    /// The name as people write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Python => "Python",
            Self::Rust => "Rust",
        }
    }

    /// The endings of its files, without the dot.
    pub fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::Python => &["py", "pyi", "pyw"],
            Self::Rust => &["rs"],
        }
    }
}
