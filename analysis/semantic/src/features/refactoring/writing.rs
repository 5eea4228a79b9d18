//! How each language writes declarations.

use montuno_base::Language;

/// How a language writes what a restructuring adds.
#[derive(Clone, Copy)]
pub(super) enum Writing {
    Python,
    JavaScript { types: bool },
    Go,
}

/// How a language writes. Of the languages that have restructurings.
pub(super) fn of(language: Language) -> Writing {
    match language {
        Language::Go => Writing::Go,
        Language::TypeScript => Writing::JavaScript { types: true },
        Language::JavaScript => Writing::JavaScript { types: false },
        _ => Writing::Python,
    }
}

/// A function that is made out of statements.
pub(super) struct NewFunction<'a> {
    pub name: &'a str,
    /// Name and type, where types are known.
    pub parameters: &'a [(String, Option<String>)],
    /// What it gives back: the same.
    pub results: &'a [(String, Option<String>)],
    /// The type of what its last statement returns.
    pub returned: Option<&'a str>,
    pub is_async: bool,
    /// Its statements, indented as deep as a body is.
    pub body: &'a str,
    /// One step of indentation.
    pub step: &'a str,
}

impl Writing {
    /// A name for what another name gives: of `get_user` `user`, of `Path` `path`.
    pub(super) fn name_for(self, of: &str) -> String {
        let plain = of.trim_start_matches(['_', '$', '#']);
        let verbs = [
            "get_", "make_", "create_", "build_", "load_", "read_", "find_", "get", "make", "create", "build", "load",
            "read", "find", "new", "New", "Get",
        ];
        let noun = verbs.iter().find_map(|verb| {
            let rest = plain.strip_prefix(verb)?;
            let begins_word = verb.ends_with('_') || rest.starts_with(char::is_uppercase);
            (begins_word && !rest.is_empty()).then_some(rest)
        });
        let name = noun.unwrap_or(plain);
        let all_upper = name.chars().all(|c| !c.is_lowercase());
        let mut letters = name.chars();
        let lowered = match letters.next() {
            Some(first) if !all_upper => first.to_lowercase().chain(letters).collect::<String>(),
            _ => name.to_lowercase(),
        };
        let is_taken = lowered.is_empty() || lowered == of || lowered.starts_with(|c: char| c.is_ascii_digit());
        if is_taken || is_keyword(&lowered) { "value".to_owned() } else { lowered }
    }

    /// A variable with a value.
    pub(super) fn declaration(self, name: &str, value: &str) -> String {
        match self {
            Self::Python => format!("{name} = {value}"),
            Self::JavaScript { .. } => format!("const {name} = {value};"),
            Self::Go => format!("{name} := {value}"),
        }
    }

    /// Whether parameters cannot be written without types.
    pub(super) fn needs_types(self) -> bool {
        matches!(self, Self::Go)
    }

    /// A declaration of a function at the top of a file.
    pub(super) fn function(self, new: &NewFunction<'_>) -> String {
        let NewFunction { name, body, step, .. } = new;
        let names: Vec<&str> = new.results.iter().map(|(name, _)| name.as_str()).collect();
        let list = names.join(", ");
        match self {
            Self::Python => {
                let parameters: Vec<&str> = new.parameters.iter().map(|(name, _)| name.as_str()).collect();
                let given = if names.is_empty() { String::new() } else { format!("\n{step}return {list}") };
                let prefix = if new.is_async { "async " } else { "" };
                format!("{prefix}def {name}({}):\n{body}{given}\n", parameters.join(", "))
            }
            Self::JavaScript { types } => {
                let parameters = new.parameters.iter().map(|(name, ty)| match ty {
                    Some(ty) if types => format!("{name}: {ty}"),
                    _ => name.clone(),
                });
                let given = match names.as_slice() {
                    [] => String::new(),
                    [one] => format!("\n{step}return {one};"),
                    _ => format!("\n{step}return {{ {list} }};"),
                };
                let prefix = if new.is_async { "async " } else { "" };
                format!(
                    "{prefix}function {name}({}) {{\n{body}{given}\n}}\n",
                    parameters.collect::<Vec<_>>().join(", ")
                )
            }
            Self::Go => {
                let written = |(name, ty): &(String, Option<String>)| match ty {
                    Some(ty) => format!("{name} {ty}"),
                    None => name.clone(),
                };
                let parameters: Vec<String> = new.parameters.iter().map(written).collect();
                let types: Vec<&str> =
                    new.results.iter().filter_map(|(_, ty)| ty.as_deref()).chain(new.returned).collect();
                let result = match types.as_slice() {
                    [] => String::new(),
                    [one] => format!(" {one}"),
                    many => format!(" ({})", many.join(", ")),
                };
                let given = if names.is_empty() { String::new() } else { format!("\n{step}return {list}") };
                format!("func {name}({}){result} {{\n{body}{given}\n}}\n", parameters.join(", "))
            }
        }
    }

    /// The statement that calls such a function. `are_new` says whether its results are declared here.
    pub(super) fn call(self, new: &NewFunction<'_>, are_new: bool, returns: bool) -> String {
        let arguments: Vec<&str> = new.parameters.iter().map(|(name, _)| name.as_str()).collect();
        let waits = if new.is_async { "await " } else { "" };
        let call = format!("{waits}{}({})", new.name, arguments.join(", "));
        let names: Vec<&str> = new.results.iter().map(|(name, _)| name.as_str()).collect();
        let list = names.join(", ");
        let end = if matches!(self, Self::JavaScript { .. }) { ";" } else { "" };
        if returns {
            return format!("return {call}{end}");
        }
        match (self, names.as_slice()) {
            (_, []) => format!("{call}{end}"),
            (Self::Python, _) => format!("{list} = {call}"),
            (Self::Go, _) => format!("{list} {} {call}", if are_new { ":=" } else { "=" }),
            (Self::JavaScript { .. }, [one]) => format!("{}{one} = {call};", if are_new { "let " } else { "" }),
            (Self::JavaScript { .. }, _) if are_new => format!("let {{ {list} }} = {call};"),
            (Self::JavaScript { .. }, _) => format!("({{ {list} }} = {call});"),
        }
    }
}

/// Words that are no names in one of the languages.
fn is_keyword(word: &str) -> bool {
    const WORDS: [&str; 60] = [
        "and",
        "as",
        "assert",
        "async",
        "await",
        "break",
        "case",
        "catch",
        "chan",
        "class",
        "const",
        "continue",
        "def",
        "default",
        "defer",
        "del",
        "delete",
        "do",
        "elif",
        "else",
        "enum",
        "except",
        "export",
        "extends",
        "finally",
        "for",
        "from",
        "func",
        "function",
        "global",
        "go",
        "goto",
        "if",
        "import",
        "in",
        "interface",
        "is",
        "lambda",
        "let",
        "map",
        "new",
        "nonlocal",
        "not",
        "or",
        "package",
        "pass",
        "raise",
        "range",
        "return",
        "select",
        "struct",
        "super",
        "switch",
        "this",
        "throw",
        "try",
        "type",
        "typeof",
        "var",
        "while",
    ];
    WORDS.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_what_it_gives() {
        let name = |of: &str| Writing::Python.name_for(of);
        assert_eq!(name("get_user"), "user");
        assert_eq!(name("getUser"), "user");
        assert_eq!(name("getter"), "value", "it would be the same name");
        assert_eq!(name("Path"), "path");
        assert_eq!(name("URL"), "url");
        assert_eq!(name("newClass"), "value", "a keyword");
    }
}
