//! The page of each rule, as it is shown to users. Pages are in `rules/`, beside this crate's source.

/// A rule.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rule {
    /// Its name.
    pub name: &'static str,
    /// Its page, in Markdown.
    pub page: &'static str,
}

macro_rules! rules {
    ($($name:literal,)*) => {
        /// All rules, by name.
        pub const ALL: &[Rule] = &[$(Rule { name: $name, page: include_str!(concat!("../rules/", $name, ".md")) },)*];
    };
}

rules! {
    "import-cycle",
    "invalid-call",
    "syntax-error",
    "too-deeply-nested",
    "unreachable-code",
    "unreadable-file",
    "unresolved-import",
    "unresolved-member",
    "unresolved-name",
    "unused-import",
}

impl Rule {
    /// What the rule says, in one sentence: the first paragraph of its page.
    pub fn summary(&self) -> String {
        let paragraphs = self.page.split("\n\n").map(str::trim);
        let first = paragraphs.into_iter().find(|paragraph| !paragraph.is_empty() && !paragraph.starts_with('#'));
        first.unwrap_or_default().replace('\n', " ")
    }
}

/// The rule of a name.
pub fn find(name: &str) -> Option<&'static Rule> {
    ALL.iter().find(|rule| rule.name == name)
}

/// Where the authors of an engine explain a finding of theirs: of the codes of the Rust compiler, each has a page.
pub fn address(name: &str) -> Option<String> {
    let digits = name.strip_prefix('E')?;
    (digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| format!("https://doc.rust-lang.org/error_codes/{name}.html"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_the_rust_compiler_have_addresses() {
        assert_eq!(address("E0425").as_deref(), Some("https://doc.rust-lang.org/error_codes/E0425.html"));
        for other in ["E425", "E04255", "E04a5", "unresolved-name", "invalid-argument-type"] {
            assert_eq!(address(other), None, "{other}");
        }
    }

    #[test]
    fn every_page_has_its_parts() {
        for rule in ALL {
            assert!(rule.page.starts_with(&format!("# {}\n", rule.name)), "{} begins with its name", rule.name);
            assert!(rule.summary().ends_with('.'), "{} begins with a sentence", rule.name);
            for part in ["## Why", "## Fails", "## Passes", "## Silence"] {
                assert!(rule.page.contains(part), "{} has the part {part}", rule.name);
            }
        }
    }

    #[test]
    fn every_rule_of_the_waist_has_a_page() {
        use montuno_semantic::diagnostic::rules;
        let waist = [
            rules::IMPORT_CYCLE,
            rules::INVALID_CALL,
            rules::SYNTAX_ERROR,
            rules::TOO_DEEPLY_NESTED,
            rules::UNREACHABLE_CODE,
            rules::UNREADABLE_FILE,
            rules::UNRESOLVED_IMPORT,
            rules::UNRESOLVED_MEMBER,
            rules::UNRESOLVED_NAME,
            rules::UNUSED_IMPORT,
        ];
        assert!(waist.iter().all(|name| find(name).is_some()));
    }
}
