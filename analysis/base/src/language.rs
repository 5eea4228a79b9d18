//! Which language a file is written in.

use camino::Utf8Path;

macro_rules! languages {
    ($(
        $(#[$doc:meta])* $language:ident {
            name: $name:literal,
            id: $id:literal,
            other_ids: [$($other:literal),*],
            extensions: [$($extension:literal),*],
            file_names: [$($file:literal),*],
        }
    )*) => {
        /// A language that some part of Montuno knows.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize, serde::Deserialize)]
        pub enum Language {
            $($(#[$doc])* #[serde(rename = $id $(, alias = $other)*)] $language,)*
        }

        impl Language {
            /// Every language, in the order in which they are listed to users.
            pub const ALL: [Self; [$($name),*].len()] = [$(Self::$language),*];

            /// The language that an editor names by this id (LSP's `languageId`).
            pub fn of_id(id: &str) -> Option<Self> {
                match id {
                    $($id $(| $other)* => Some(Self::$language),)*
                    _ => None,
                }
            }

            /// LSP's `languageId`, which is also the name in settings and reports.
            pub fn id(self) -> &'static str {
                match self { $(Self::$language => $id,)* }
            }

            /// Every id by which editors name the language; the first is [`Language::id`].
            pub fn ids(self) -> &'static [&'static str] {
                match self { $(Self::$language => &[$id $(, $other)*],)* }
            }

            /// The name as people write it.
            pub fn name(self) -> &'static str {
                match self { $(Self::$language => $name,)* }
            }

            /// The endings of its files, without the dot.
            pub fn extensions(self) -> &'static [&'static str] {
                match self { $(Self::$language => &[$($extension),*],)* }
            }

            /// The whole names of files that are written in it, whatever their ending says.
            pub fn file_names(self) -> &'static [&'static str] {
                match self { $(Self::$language => &[$($file),*],)* }
            }

            /// The language of a path, by its name, else by its ending.
            pub fn of_path(path: &Utf8Path) -> Option<Self> {
                match path.file_name()? {
                    $($($file => return Some(Self::$language),)*)*
                    _ => {}
                }
                match path.extension()? {
                    $($($extension => Some(Self::$language),)*)*
                    _ => None,
                }
            }
        }
    };
}

languages! {
    /// Python and its stubs.
    Python {
        name: "Python",
        id: "python",
        other_ids: [],
        extensions: ["py", "pyi", "pyw"],
        file_names: [],
    }
    /// Rust.
    Rust {
        name: "Rust",
        id: "rust",
        other_ids: [],
        extensions: ["rs"],
        file_names: [],
    }
    /// TypeScript, with JSX and declaration files.
    TypeScript {
        name: "TypeScript",
        id: "typescript",
        other_ids: ["typescriptreact", "tsx"],
        extensions: ["ts", "tsx", "mts", "cts"],
        file_names: [],
    }
    /// JavaScript, with JSX.
    JavaScript {
        name: "JavaScript",
        id: "javascript",
        other_ids: ["javascriptreact", "jsx"],
        extensions: ["js", "jsx", "mjs", "cjs"],
        file_names: [],
    }
    /// Go.
    Go {
        name: "Go",
        id: "go",
        other_ids: [],
        extensions: ["go"],
        file_names: [],
    }
    /// C, and every header that is named as C's are.
    C {
        name: "C",
        id: "c",
        other_ids: [],
        extensions: ["c", "h"],
        file_names: [],
    }
    /// C++.
    Cpp {
        name: "C++",
        id: "cpp",
        other_ids: ["c++"],
        extensions: ["cpp", "cc", "cxx", "c++", "hpp", "hh", "hxx", "h++", "ipp", "tpp", "inl"],
        file_names: [],
    }
    /// Java.
    Java {
        name: "Java",
        id: "java",
        other_ids: [],
        extensions: ["java"],
        file_names: [],
    }
    /// C#.
    CSharp {
        name: "C#",
        id: "csharp",
        other_ids: ["c#"],
        extensions: ["cs", "csx"],
        file_names: [],
    }
    /// Ruby.
    Ruby {
        name: "Ruby",
        id: "ruby",
        other_ids: [],
        extensions: ["rb", "rake", "gemspec", "ru", "rbi"],
        file_names: ["Gemfile", "Rakefile", "Guardfile", "Vagrantfile", "Podfile", "Fastfile", "Brewfile", "Capfile"],
    }
    /// PHP, with the HTML around it.
    Php {
        name: "PHP",
        id: "php",
        other_ids: [],
        extensions: ["php", "phtml"],
        file_names: [],
    }
    /// Bash and the shells whose language it includes.
    Bash {
        name: "Bash",
        id: "shellscript",
        other_ids: ["bash", "sh"],
        extensions: ["sh", "bash"],
        file_names: [
            ".bashrc", ".bash_profile", ".bash_aliases", ".bash_login", ".bash_logout", ".profile", "PKGBUILD", "APKBUILD"
        ],
    }
    /// Lua.
    Lua {
        name: "Lua",
        id: "lua",
        other_ids: [],
        extensions: ["lua", "rockspec"],
        file_names: [".luacheckrc"],
    }
    /// JSON, with comments where a tool allows them.
    Json {
        name: "JSON",
        id: "json",
        other_ids: ["jsonc"],
        extensions: ["json", "jsonc", "geojson", "webmanifest", "code-workspace"],
        file_names: ["composer.lock", "Pipfile.lock", ".babelrc", ".eslintrc", ".jshintrc"],
    }
    /// TOML.
    Toml {
        name: "TOML",
        id: "toml",
        other_ids: [],
        extensions: ["toml"],
        file_names: ["Cargo.lock", "poetry.lock", "uv.lock", "pdm.lock", "Pipfile"],
    }
    /// YAML.
    Yaml {
        name: "YAML",
        id: "yaml",
        other_ids: ["dockercompose"],
        extensions: ["yaml", "yml"],
        file_names: [".clang-format", ".clang-tidy", ".clangd"],
    }
    /// HTML.
    Html {
        name: "HTML",
        id: "html",
        other_ids: [],
        extensions: ["html", "htm", "xhtml"],
        file_names: [],
    }
    /// CSS.
    Css {
        name: "CSS",
        id: "css",
        other_ids: [],
        extensions: ["css"],
        file_names: [],
    }
    /// Markdown.
    Markdown {
        name: "Markdown",
        id: "markdown",
        other_ids: [],
        extensions: ["md", "markdown"],
        file_names: [],
    }
}

impl Language {
    /// Whether its files go into the name index: whether a word in one can be the name of something in
    /// another. The words of data and of prose cannot.
    pub fn has_names(self) -> bool {
        !matches!(self, Self::Json | Self::Toml | Self::Yaml | Self::Html | Self::Markdown)
    }

    /// Those of [`Language::ALL`] with [`Language::has_names`].
    pub fn with_names() -> Vec<Self> {
        Self::ALL.into_iter().filter(|language| language.has_names()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_counts_more_than_an_ending() {
        let of = |path: &str| Language::of_path(Utf8Path::new(path));
        assert_eq!(of("a/Cargo.lock"), Some(Language::Toml));
        assert_eq!(of("a/Gemfile"), Some(Language::Ruby));
        assert_eq!(of(".bashrc"), Some(Language::Bash));
        assert_eq!(of("lib.d.ts"), Some(Language::TypeScript));
        assert_eq!(of("view.jsx"), Some(Language::JavaScript));
        assert_eq!(of("Makefile"), None);
    }

    #[test]
    fn every_language_is_found_by_each_of_its_names() {
        for language in Language::ALL {
            assert!(!language.extensions().is_empty());
            for id in language.ids() {
                assert_eq!(Language::of_id(id), Some(language));
                assert_eq!(serde_json::from_str::<Language>(&format!("\"{id}\"")).unwrap(), language);
            }
            let found = language.extensions().iter().map(|extension| format!("x.{extension}"));
            for path in found.chain(language.file_names().iter().map(ToString::to_string)) {
                assert_eq!(Language::of_path(Utf8Path::new(&path)), Some(language), "{path}");
            }
        }
    }
}
