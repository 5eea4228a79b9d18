//! Secrets never enter a prompt: keys, tokens, passwords, and files that are made of them.

use std::ops::Range;

use regex::Regex;

/// What stands for a secret that was taken out.
pub const REPLACEMENT: &str = "REDACTED";

/// The forms that secrets have, by kind. The first group is what is taken out; without one, all of it.
const PATTERNS: &[(&str, &str)] = &[
    ("private key", r"-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|\z)"),
    ("cloud access key", r"\b(?:AKIA|ASIA|ABIA|ACCA)[0-9A-Z]{16}\b"),
    ("forge token", r"\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{22,}|glpat-[A-Za-z0-9_-]{20,})"),
    ("service key", r"\b(?:sk|pk|rk)[-_](?:live|test|proj|ant|or)[-_][A-Za-z0-9_-]{16,}"),
    ("service key", r"\bsk-[A-Za-z0-9]{32,}\b"),
    ("service key", r"\bAIza[0-9A-Za-z_-]{35}\b"),
    ("chat token", r"\bxox[abposr]-[A-Za-z0-9-]{10,}"),
    ("signed token", r"\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}"),
    ("password in an address", r"\b[a-z][a-z0-9+.-]*://[^\s:/@]+:([^\s@/]{3,})@"),
    (
        "named secret",
        r#"(?i)\b[a-z0-9_]*(?:passwo?r?d|passphrase|secret|api_?key|access_?key|auth_?token|private_?key|client_?secret)[a-z0-9_]*["']?\s*(?::=|=>|=|:)\s*["']([^"'\s]{8,})["']"#,
    ),
];

/// Finds secrets.
#[derive(Debug)]
pub struct Secrets {
    patterns: Vec<(String, Regex)>,
}

impl Default for Secrets {
    fn default() -> Self {
        Self::new(&[]).0
    }
}

impl Secrets {
    /// The forms that are known, and the user's own patterns. Also what is wrong with those that cannot be used.
    pub fn new(own: &[String]) -> (Self, Vec<String>) {
        let known = PATTERNS.iter().map(|(kind, pattern)| ((*kind).to_owned(), Regex::new(pattern)));
        let own = own.iter().map(|pattern| ("pattern of the settings".to_owned(), Regex::new(pattern)));
        let mut patterns = Vec::new();
        let mut complaints = Vec::new();
        for (kind, pattern) in known.chain(own) {
            match pattern {
                Ok(pattern) => patterns.push((kind, pattern)),
                Err(error) => complaints.push(format!("a pattern of `ai.secrets` is left out: {error}")),
            }
        }
        (Self { patterns }, complaints)
    }

    /// Whether a file is made of secrets: nothing of it is ever shown to a model.
    pub fn is_secret_file(path: &str) -> bool {
        let name = path.rsplit(['/', '\\']).next().unwrap_or(path).to_ascii_lowercase();
        let is_environment = name == ".env" || name.starts_with(".env.") || name.ends_with(".env");
        let is_example = ["example", "sample", "template", "dist"].iter().any(|word| name.ends_with(word));
        let endings = [".pem", ".key", ".p12", ".pfx", ".jks", ".keystore", ".kdbx", ".ovpn"];
        let names =
            ["id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", ".netrc", ".npmrc", ".pypirc", ".pgpass", "credentials"];
        (is_environment && !is_example)
            || endings.iter().any(|ending| name.ends_with(ending))
            || names.contains(&name.as_str())
    }

    /// Where secrets stand in a text, in order, and of which kind each is. Those that overlap are one.
    pub fn find(&self, text: &str) -> Vec<(Range<usize>, &str)> {
        let mut found: Vec<(Range<usize>, &str)> = Vec::new();
        for (kind, pattern) in &self.patterns {
            // Most texts have none of a kind, and that is found out faster.
            if pattern.is_match(text) {
                let all =
                    pattern.captures_iter(text).filter_map(|captures| captures.get(1).or_else(|| captures.get(0)));
                found.extend(all.map(|part| (part.range(), kind.as_str())));
            }
        }
        found.sort_by_key(|(range, _)| (range.start, std::cmp::Reverse(range.end)));
        let mut merged: Vec<(Range<usize>, &str)> = Vec::new();
        for (range, kind) in found {
            match merged.last_mut() {
                Some((last, _)) if range.start < last.end => last.end = last.end.max(range.end),
                _ => merged.push((range, kind)),
            }
        }
        merged
    }

    /// A text without its secrets. The kinds of those that were taken out are added to `kinds`.
    pub fn mask(&self, text: &str, kinds: &mut Vec<String>) -> String {
        mask_part(text, 0..text.len(), &self.find(text), kinds)
    }
}

/// A part of a text without the secrets that were found in the whole of it: a part alone may not show that it is one.
pub fn mask_part(text: &str, part: Range<usize>, found: &[(Range<usize>, &str)], kinds: &mut Vec<String>) -> String {
    let mut masked = String::with_capacity(part.len());
    let mut at = part.start;
    for (range, kind) in found.iter().filter(|(range, _)| range.start < part.end && range.end > part.start) {
        masked.push_str(&text[at..range.start.max(at)]);
        masked.push_str(REPLACEMENT);
        kinds.push((*kind).to_owned());
        at = range.end.min(part.end);
    }
    masked.push_str(&text[at..part.end]);
    masked
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Written in parts, so that no scanner takes this file for a leak.
    fn samples() -> Vec<String> {
        vec![
            format!("key = {}{}", "AKIA", "ABCDEFGHIJKLMNOP"),
            format!("{}{}", "ghp_", "a".repeat(36)),
            format!("{}_live_{}", "sk", "b".repeat(24)),
            format!("url = 'postgres://me:{}@host/db'", "hunter22"),
            format!("API_KEY = \"{}\"", "c0ffee00c0ffee00"),
            format!("{{ \"password\": \"{}\" }}", "correct-horse"),
            format!("-----BEGIN RSA {} KEY-----\nMIIE\nabc\n-----END RSA {} KEY-----", "PRIVATE", "PRIVATE"),
            format!("-----BEGIN {} KEY-----\nMIIE cut off", "PRIVATE"),
        ]
    }

    #[test]
    fn secrets_are_taken_out() {
        let secrets = Secrets::default();
        for sample in samples() {
            let mut kinds = Vec::new();
            let masked = secrets.mask(&sample, &mut kinds);
            assert_eq!(kinds.len(), 1, "{sample}");
            assert!(masked.contains(REPLACEMENT), "{masked}");
            for part in ["ABCDEF", "aaaa", "bbbb", "hunter22", "c0ffee", "correct-horse", "MIIE"] {
                assert!(!masked.contains(part), "{masked}");
            }
        }
    }

    #[test]
    fn code_stays_as_it_is() {
        let secrets = Secrets::default();
        for code in [
            "password = input('Password: ')",
            "def check_secret(secret: str) -> bool:",
            "let token = self.next_token();",
            "https://example.org:8080/path@2",
            "api_key = os.environ['API_KEY']",
        ] {
            let mut kinds = Vec::new();
            assert_eq!(secrets.mask(code, &mut kinds), code);
            assert!(kinds.is_empty(), "{code}: {kinds:?}");
        }
    }

    #[test]
    fn patterns_of_the_user_count_and_bad_ones_are_named() {
        let (secrets, complaints) = Secrets::new(&["EMP-[0-9]{6}".to_owned(), "(".to_owned()]);
        assert_eq!(complaints.len(), 1);
        let mut kinds = Vec::new();
        assert_eq!(secrets.mask("EMP-123456 is here", &mut kinds), "REDACTED is here");
        assert_eq!(kinds, ["pattern of the settings"]);
    }

    #[test]
    fn a_part_is_masked_by_what_the_whole_shows() {
        let secrets = Secrets::default();
        let text =
            format!("-----BEGIN {} KEY-----\nMIIEabcdef\nghijkl\n-----END {} KEY-----\nx = 1\n", "PRIVATE", "PRIVATE");
        let found = secrets.find(&text);
        let start = text.find("ghijkl").unwrap();
        let mut kinds = Vec::new();
        assert_eq!(mask_part(&text, start..text.len(), &found, &mut kinds), "REDACTED\nx = 1\n");
        assert_eq!(kinds, ["private key"]);
    }

    #[test]
    fn files_that_are_made_of_secrets() {
        for path in [".env", "a/.env.local", "deploy/prod.env", "tls/server.key", "home/.ssh/id_ed25519"] {
            assert!(Secrets::is_secret_file(path), "{path}");
        }
        for path in ["env.py", ".env.example", "src/key.rs", "environment.ts"] {
            assert!(!Secrets::is_secret_file(path), "{path}");
        }
    }
}
