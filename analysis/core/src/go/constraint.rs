//! Which files a build takes: `//go:build`, `// +build`, and what file names say.

use montuno_base::name_index::is_word;

use crate::name::Name;

/// What can be told of a file without parsing it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Header {
    /// The package that it says it is part of.
    pub package: Option<Name>,
    /// The condition under which a build takes it.
    pub constraint: Option<Condition>,
    /// The paths that it imports.
    pub imports: Box<[Name]>,
}

impl Header {
    /// Whether it imports C: what comes from there is not written in Go.
    pub(crate) fn uses_c(&self) -> bool {
        self.imports.iter().any(|path| *path == "C")
    }
}

/// A condition over tags.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Condition {
    /// A tag is set.
    Tag(Name),
    /// It does not hold.
    Not(Box<Condition>),
    /// All of them hold.
    All(Vec<Condition>),
    /// Any of them holds.
    Any(Vec<Condition>),
}

impl Condition {
    /// Whether it holds, given which tags are set.
    pub(crate) fn holds(&self, is_set: &dyn Fn(Name) -> bool) -> bool {
        match self {
            Self::Tag(tag) => is_set(*tag),
            Self::Not(of) => !of.holds(is_set),
            Self::All(of) => of.iter().all(|of| of.holds(is_set)),
            Self::Any(of) => of.iter().any(|of| of.holds(is_set)),
        }
    }
}

/// The operating systems that Go knows.
pub(crate) const SYSTEMS: &[&str] = &[
    "aix",
    "android",
    "darwin",
    "dragonfly",
    "freebsd",
    "hurd",
    "illumos",
    "ios",
    "js",
    "linux",
    "nacl",
    "netbsd",
    "openbsd",
    "plan9",
    "solaris",
    "wasip1",
    "windows",
    "zos",
];

/// The architectures that Go knows.
pub(crate) const ARCHITECTURES: &[&str] = &[
    "386",
    "amd64",
    "amd64p32",
    "arm",
    "armbe",
    "arm64",
    "arm64be",
    "loong64",
    "mips",
    "mipsle",
    "mips64",
    "mips64le",
    "mips64p32",
    "mips64p32le",
    "ppc",
    "ppc64",
    "ppc64le",
    "riscv",
    "riscv64",
    "s390",
    "s390x",
    "sparc",
    "sparc64",
    "wasm",
];

/// Which architectures each system runs on.
pub(crate) const PORTS: &[(&str, &[&str])] = &[
    (
        "linux",
        &[
            "amd64", "386", "arm", "arm64", "loong64", "mips", "mipsle", "mips64", "mips64le", "ppc64", "ppc64le",
            "riscv64", "s390x",
        ],
    ),
    ("darwin", &["amd64", "arm64"]),
    ("windows", &["amd64", "386", "arm", "arm64"]),
    ("freebsd", &["amd64", "386", "arm", "arm64", "riscv64"]),
    ("openbsd", &["amd64", "386", "arm", "arm64", "mips64", "ppc64", "riscv64"]),
    ("netbsd", &["amd64", "386", "arm", "arm64"]),
    ("dragonfly", &["amd64"]),
    ("solaris", &["amd64"]),
    ("illumos", &["amd64"]),
    ("aix", &["ppc64"]),
    ("plan9", &["amd64", "386", "arm"]),
    ("js", &["wasm"]),
    ("wasip1", &["wasm"]),
    ("android", &["amd64", "386", "arm", "arm64"]),
    ("ios", &["amd64", "arm64"]),
];

/// The systems that the tag `unix` stands for.
pub(crate) const UNIX: &[&str] = &[
    "aix",
    "android",
    "darwin",
    "dragonfly",
    "freebsd",
    "hurd",
    "illumos",
    "ios",
    "linux",
    "netbsd",
    "openbsd",
    "solaris",
];

/// The system and the architecture that a file name asks for.
pub(crate) fn of_file_name(name: &str) -> (Option<&'static str>, Option<&'static str>) {
    let stem = name.strip_suffix(".go").unwrap_or(name);
    let stem = stem.strip_suffix("_test").unwrap_or(stem);
    // What stands before the first underscore is a name of its own.
    let Some((_, rest)) = stem.split_once('_') else { return (None, None) };
    let parts: Vec<&str> = rest.split('_').collect();
    let known = |list: &'static [&'static str], part: Option<&&str>| {
        part.and_then(|part| list.iter().find(|known| *known == part).copied())
    };
    let last = parts.last();
    if let Some(architecture) = known(ARCHITECTURES, last) {
        let before = parts.len().checked_sub(2).and_then(|at| parts.get(at));
        return (known(SYSTEMS, before), Some(architecture));
    }
    (known(SYSTEMS, last), None)
}

/// Reads what stands before the declarations of a text.
pub(crate) fn header(text: &str) -> Header {
    let mut header = Header::default();
    let mut old: Vec<Condition> = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        if let Some(comment) = rest.strip_prefix("//") {
            let (line, after) = comment.split_once('\n').unwrap_or((comment, ""));
            if let Some(condition) = line.strip_prefix("go:build ") {
                header.constraint = parse(condition);
            } else if let Some(condition) = line.trim_start().strip_prefix("+build ") {
                old.push(old_style(condition));
            }
            rest = after;
        } else if let Some(comment) = rest.strip_prefix("/*") {
            rest = comment.split_once("*/").map_or("", |(_, after)| after);
        } else {
            break;
        }
    }
    if header.constraint.is_none() && !old.is_empty() {
        header.constraint = Some(Condition::All(old));
    }
    if let Some(clause) = rest.strip_prefix("package") {
        let clause = clause.trim_start();
        let end = clause.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(clause.len());
        header.package = (end > 0).then(|| Name::new(&clause[..end]));
        header.imports = imports(&clause[end..]);
    }
    header
}

/// The paths that the import declarations at the beginning of a text name.
fn imports(text: &str) -> Box<[Name]> {
    let mut found = Vec::new();
    let mut rest = blank(text);
    while let Some(after) = rest.strip_prefix("import").filter(|after| !after.starts_with(is_word)) {
        rest = blank(after);
        let is_list = rest.starts_with('(');
        if is_list {
            rest = blank(&rest[1..]);
        }
        loop {
            // The name that it gets, if it gets one.
            rest = blank(rest.trim_start_matches(|c: char| c == '.' || is_word(c)));
            let Some(quote) = rest.chars().next().filter(|quote| matches!(quote, '"' | '`')) else { break };
            let Some((path, after)) = rest[1..].split_once(quote) else { break };
            found.push(Name::new(path));
            rest = blank(after);
            if !is_list {
                break;
            }
        }
        if is_list {
            let Some(after) = rest.strip_prefix(')') else { break };
            rest = blank(after);
        }
    }
    found.into()
}

/// A text without the blanks, semicolons and comments that it begins with.
fn blank(text: &str) -> &str {
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ';');
        if let Some(comment) = rest.strip_prefix("//") {
            rest = comment.split_once('\n').map_or("", |(_, after)| after);
        } else if let Some(comment) = rest.strip_prefix("/*") {
            rest = comment.split_once("*/").map_or("", |(_, after)| after);
        } else {
            return rest;
        }
    }
}

/// One line of the old style: spaces are "or", commas "and".
fn old_style(line: &str) -> Condition {
    let term = |term: &str| match term.strip_prefix('!') {
        Some(tag) => Condition::Not(Box::new(Condition::Tag(Name::new(tag)))),
        None => Condition::Tag(Name::new(term)),
    };
    Condition::Any(line.split_whitespace().map(|group| Condition::All(group.split(',').map(term).collect())).collect())
}

/// An expression of the new style; `None` if it is none.
fn parse(text: &str) -> Option<Condition> {
    let mut parser = Reader { rest: text.trim(), depth: 0 };
    let condition = parser.any()?;
    parser.rest.is_empty().then_some(condition)
}

struct Reader<'a> {
    rest: &'a str,
    depth: u32,
}

impl Reader<'_> {
    fn eat(&mut self, token: &str) -> bool {
        match self.rest.trim_start().strip_prefix(token) {
            Some(rest) => {
                self.rest = rest.trim_start();
                true
            }
            None => false,
        }
    }

    fn any(&mut self) -> Option<Condition> {
        let mut parts = vec![self.all()?];
        while self.eat("||") {
            parts.push(self.all()?);
        }
        Some(if parts.len() == 1 { parts.remove(0) } else { Condition::Any(parts) })
    }

    fn all(&mut self) -> Option<Condition> {
        let mut parts = vec![self.one()?];
        while self.eat("&&") {
            parts.push(self.one()?);
        }
        Some(if parts.len() == 1 { parts.remove(0) } else { Condition::All(parts) })
    }

    fn one(&mut self) -> Option<Condition> {
        self.depth += 1;
        if self.depth > 100 {
            return None;
        }
        if self.eat("!") {
            return Some(Condition::Not(Box::new(self.one()?)));
        }
        if self.eat("(") {
            let inner = self.any()?;
            return self.eat(")").then_some(inner);
        }
        let end = self.rest.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '.').unwrap_or(self.rest.len());
        let (tag, rest) = self.rest.split_at(end);
        self.rest = rest.trim_start();
        (!tag.is_empty()).then(|| Condition::Tag(Name::new(tag)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(text: &str, tags: &[&str]) -> bool {
        header(text).constraint.is_none_or(|condition| condition.holds(&|tag| tags.contains(&tag.as_str())))
    }

    #[test]
    fn conditions_are_read_as_they_are_written() {
        let text = "// Copyright.\n\n//go:build (linux && !cgo) || darwin\n\npackage a";
        assert!(holds(text, &["linux"]) && holds(text, &["darwin", "cgo"]) && !holds(text, &["linux", "cgo"]));
        let text = "// +build linux,!cgo darwin\n// +build amd64\n\npackage a";
        assert!(holds(text, &["linux", "amd64"]) && !holds(text, &["linux"]));
        assert_eq!(header(text).package, Some(Name::new("a")));
        assert_eq!(header("//go:build ((\npackage a").constraint, None);
    }

    #[test]
    fn imports_are_read_without_a_tree() {
        let text = "package a // import \"no\"\n\nimport \"one\"; import two `b/two`\n\n/* import \"no\" */\nimport (\n\t\"C\"\n\t. \"three\" // why\n\t_ \"four\"\n\n)\nimport ()\nimport x \"five\"\nvar imports = \"no\"\n";
        let names = |text: &str| header(text).imports.iter().map(|name| name.to_string()).collect::<Vec<_>>();
        assert_eq!(names(text), ["one", "b/two", "C", "three", "four", "five"]);
        assert!(header(text).uses_c());
        // Half-typed.
        for end in 0..text.len() {
            names(&text[..end]);
        }
        assert_eq!(names("package a\nimport (\n\t\"one\n"), ["one\n"; 0]);
        assert_eq!(names("package a\nfunc imports() {}\n"), [""; 0]);
    }

    #[test]
    fn file_names_name_systems() {
        assert_eq!(of_file_name("sock_linux.go"), (Some("linux"), None));
        assert_eq!(of_file_name("asm_windows_arm64_test.go"), (Some("windows"), Some("arm64")));
        assert_eq!(of_file_name("linux.go"), (None, None));
        assert_eq!(of_file_name("a_b.go"), (None, None));
    }
}
