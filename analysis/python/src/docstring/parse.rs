//! Documentation strings as blocks.

/// A documentation string, read.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Docstring {
    pub(super) blocks: Vec<Block>,
}

/// A part of a documentation string.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Block {
    /// Running text, by line.
    Text(Vec<String>),
    /// Code, and its language.
    Code(&'static str, Vec<String>),
    /// A section with a title: parameters, results, errors.
    Section(String, Vec<Entry>),
}

/// What a section says of one thing.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct Entry {
    pub name: String,
    pub ty: Option<String>,
    pub text: Vec<String>,
}

/// Titles of sections whose entries are names with a description.
const OF_NAMES: [&str; 19] = [
    "Args",
    "Arguments",
    "Parameters",
    "Params",
    "Other Parameters",
    "Keyword Args",
    "Keyword Arguments",
    "Attributes",
    "Raises",
    "Exceptions",
    "Warns",
    "Methods",
    "Returns",
    "Return",
    "Yields",
    "Receives",
    "Fields",
    "Members",
    "Options",
];

/// Titles of sections that are text.
const OF_TEXT: [&str; 12] = [
    "Example",
    "Examples",
    "Note",
    "Notes",
    "Warning",
    "Warnings",
    "See Also",
    "References",
    "Todo",
    "Usage",
    "Tip",
    "Important",
];

/// Whether a section is about parameters.
pub(super) fn is_of_parameters(title: &str) -> bool {
    OF_NAMES[..7].contains(&title)
}

impl Docstring {
    /// Reads the value of a documentation string. Never fails: what means nothing is text.
    pub(crate) fn parse(value: &str) -> Self {
        let lines = dedent(value);
        let mut reader = Reader { lines: &lines, at: 0, blocks: Vec::new(), text: Vec::new() };
        while reader.at < reader.lines.len() {
            reader.block();
        }
        reader.end_text();
        Self { blocks: reader.blocks }
    }
}

/// The lines without the indentation that all but the first have in common, and without empty ones at
/// the ends (PEP 257).
fn dedent(value: &str) -> Vec<String> {
    let expanded = value.replace('\t', "        ");
    let indent = expanded.lines().skip(1).filter(|line| !line.trim().is_empty()).map(indent_of).min().unwrap_or(0);
    let mut lines: Vec<String> = expanded
        .lines()
        .enumerate()
        .map(|(number, line)| {
            let cut = if number == 0 { indent_of(line) } else { indent.min(indent_of(line)) };
            line[cut..].trim_end().to_owned()
        })
        .collect();
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    let leading = lines.iter().take_while(|line| line.is_empty()).count();
    lines.drain(..leading);
    lines
}

fn indent_of(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

struct Reader<'a> {
    lines: &'a [String],
    at: usize,
    blocks: Vec<Block>,
    /// Lines of running text that are not in a block yet.
    text: Vec<String>,
}

impl Reader<'_> {
    fn block(&mut self) {
        let line = &self.lines[self.at];
        let indent = indent_of(line);
        if line.is_empty() {
            self.end_text();
            self.at += 1;
        } else if line.trim_start().starts_with(">>>") {
            self.session();
        } else if line.trim_start().starts_with("```") {
            self.fence();
        } else if let Some(title) = self.underlined_title() {
            self.at += 2;
            self.section(title, indent, false);
        } else if let Some(title) = google_title(line).filter(|_| self.is_followed_by_indent(indent)) {
            self.at += 1;
            self.section(title, indent + 1, true);
        } else if field(line).is_some() {
            self.fields();
        } else if let Some(language) = directive(line).filter(|_| self.is_followed_by_indent(indent)) {
            self.directive(language, indent);
        } else if line.ends_with("::") && self.is_followed_by_indent(indent) {
            self.text.push(line[..line.len() - 1].to_owned());
            self.at += 1;
            self.code("python", indent + 1);
        } else {
            self.text.push(line.clone());
            self.at += 1;
        }
    }

    fn end_text(&mut self) {
        if !self.text.is_empty() {
            self.blocks.push(Block::Text(std::mem::take(&mut self.text)));
        }
    }

    /// Whether the next line that is not empty is indented deeper.
    fn is_followed_by_indent(&self, indent: usize) -> bool {
        self.lines[self.at + 1..].iter().find(|line| !line.is_empty()).is_some_and(|line| indent_of(line) > indent)
    }

    /// A session with the interpreter: up to an empty line.
    fn session(&mut self) {
        self.end_text();
        let rest = &self.lines[self.at..];
        let length = rest.iter().position(String::is_empty).unwrap_or(rest.len());
        let indent = indent_of(&rest[0]);
        let code = rest[..length].iter().map(|line| line[indent.min(indent_of(line))..].to_owned()).collect();
        self.blocks.push(Block::Code("python", code));
        self.at += length;
    }

    /// A fence that the author put there.
    fn fence(&mut self) {
        self.end_text();
        let rest = &self.lines[self.at + 1..];
        let length = rest.iter().position(|line| line.trim_start().starts_with("```")).unwrap_or(rest.len());
        let language = if self.lines[self.at].trim_start_matches([' ', '`']).is_empty() { "" } else { "python" };
        self.blocks.push(Block::Code(language, rest[..length].to_vec()));
        self.at += length + 2;
        self.at = self.at.min(self.lines.len());
    }

    /// Lines that are indented by `indent` or more.
    fn code(&mut self, language: &'static str, indent: usize) {
        self.end_text();
        let block = self.indented(indent);
        let cut = block.iter().filter(|line| !line.is_empty()).map(|line| indent_of(line)).min().unwrap_or(0);
        let code = block.iter().map(|line| line.get(cut..).unwrap_or_default().to_owned()).collect();
        self.blocks.push(Block::Code(language, code));
    }

    /// Takes the lines that are indented by `indent` or more, without empty ones at the ends.
    fn indented(&mut self, indent: usize) -> Vec<String> {
        let rest = &self.lines[self.at..];
        let end = rest.iter().position(|line| !line.is_empty() && indent_of(line) < indent).unwrap_or(rest.len());
        let mut block = rest[..end].to_vec();
        self.at += end;
        while block.last().is_some_and(String::is_empty) {
            block.pop();
        }
        let leading = block.iter().take_while(|line| line.is_empty()).count();
        block.drain(..leading);
        block
    }

    /// NumPy's titles: a known one, underlined.
    fn underlined_title(&self) -> Option<String> {
        let title = self.lines[self.at].trim();
        let under = self.lines.get(self.at + 1)?.trim();
        let is_line = under.len() >= 3 && under.bytes().all(|byte| matches!(byte, b'-' | b'='));
        (is_line && is_title(title)).then(|| title.to_owned())
    }

    /// The entries of a section whose lines are indented by `indent` or more; NumPy's end with the next
    /// title.
    fn section(&mut self, title: String, indent: usize, is_google: bool) {
        self.end_text();
        if OF_TEXT.contains(&title.as_str()) {
            self.blocks.push(Block::Section(title, Vec::new()));
            if is_google {
                let inner = self.indented(indent);
                self.blocks.extend(Docstring::parse(&inner.join("\n")).blocks);
            }
            return;
        }
        let lines = if is_google { self.indented(indent) } else { self.up_to_title(indent) };
        let base = lines.iter().filter(|line| !line.is_empty()).map(|line| indent_of(line)).min().unwrap_or(0);
        let mut entries: Vec<Entry> = Vec::new();
        for line in &lines {
            let deeper = indent_of(line) > base;
            let text = line.trim_start();
            let start = if deeper || line.is_empty() {
                None
            } else if is_google {
                google_entry(text)
            } else {
                Some(numpy_entry(text, &title))
            };
            match (start, entries.last_mut()) {
                (Some(entry), _) => entries.push(entry),
                (None, Some(last)) => last.text.push(text.to_owned()),
                (None, None) if text.is_empty() => {}
                (None, None) => entries.push(Entry { text: vec![text.to_owned()], ..Entry::default() }),
            }
        }
        for entry in &mut entries {
            while entry.text.last().is_some_and(String::is_empty) {
                entry.text.pop();
            }
        }
        self.blocks.push(Block::Section(title, entries));
    }

    fn up_to_title(&mut self, indent: usize) -> Vec<String> {
        let mut lines = Vec::new();
        while self.at < self.lines.len() && self.underlined_title().is_none() {
            let line = &self.lines[self.at];
            if !line.is_empty() && indent_of(line) < indent {
                break;
            }
            lines.push(line.clone());
            self.at += 1;
        }
        lines
    }

    /// A run of reStructuredText's fields, sorted into sections.
    fn fields(&mut self) {
        self.end_text();
        let mut sections: Vec<(&'static str, Vec<Entry>)> = Vec::new();
        let mut types: Vec<(String, String)> = Vec::new();
        while let Some((kind, argument, text)) = self.lines.get(self.at).and_then(|line| field(line)) {
            let indent = indent_of(&self.lines[self.at]);
            self.at += 1;
            let mut lines = vec![text.to_owned()];
            while self.lines.get(self.at).is_some_and(|line| !line.is_empty() && indent_of(line) > indent) {
                lines.push(self.lines[self.at].trim_start().to_owned());
                self.at += 1;
            }
            let (title, entry) = match kind {
                "type" => {
                    types.push((argument.to_owned(), lines.join(" ")));
                    continue;
                }
                "rtype" => ("Returns", Entry { ty: Some(lines.join(" ")), ..Entry::default() }),
                "return" | "returns" => ("Returns", Entry { text: lines, ..Entry::default() }),
                "raise" | "raises" | "except" | "exception" => {
                    ("Raises", Entry { name: argument.to_owned(), text: lines, ..Entry::default() })
                }
                "ivar" | "cvar" | "var" => ("Attributes", named(argument, lines)),
                _ => ("Parameters", named(argument, lines)),
            };
            match sections.iter_mut().find(|(known, _)| *known == title) {
                Some((_, entries)) if title == "Returns" => {
                    // What is returned, and its type, are two fields of one thing.
                    let Some(last) = entries.last_mut() else { continue };
                    last.ty = last.ty.take().or(entry.ty);
                    last.text.extend(entry.text);
                }
                Some((_, entries)) => entries.push(entry),
                None => sections.push((title, vec![entry])),
            }
        }
        for (name, ty) in types {
            let mut entries = sections.iter_mut().flat_map(|(_, entries)| entries);
            if let Some(entry) = entries.find(|entry| entry.name == name) {
                entry.ty = Some(ty);
            }
        }
        self.blocks.extend(sections.into_iter().map(|(title, entries)| Block::Section(title.to_owned(), entries)));
    }

    /// A directive: code is code, and a note is a section.
    fn directive(&mut self, directive: Directive, indent: usize) {
        self.end_text();
        self.at += 1;
        match directive {
            Directive::Code(language) => self.code(language, indent + 1),
            Directive::Note(title, text) => {
                self.blocks.push(Block::Section(title.to_owned(), Vec::new()));
                if !text.is_empty() {
                    self.blocks.push(Block::Text(vec![text]));
                }
                let inner = self.indented(indent + 1);
                self.blocks.extend(Docstring::parse(&inner.join("\n")).blocks);
            }
        }
    }
}

fn named(argument: &str, text: Vec<String>) -> Entry {
    // `:param int count:` says the type first.
    match argument.rsplit_once(' ') {
        Some((ty, name)) => Entry { name: name.to_owned(), ty: Some(ty.to_owned()), text },
        None => Entry { name: argument.to_owned(), ty: None, text },
    }
}

fn is_title(text: &str) -> bool {
    OF_NAMES.contains(&text) || OF_TEXT.contains(&text)
}

fn google_title(line: &str) -> Option<String> {
    let title = line.trim_start().strip_suffix(':')?;
    is_title(title).then(|| title.to_owned())
}

/// `name (type): text`, `name: text`, `Error: text`.
fn google_entry(line: &str) -> Option<Entry> {
    let (head, text) = line.split_once(':')?;
    let (name, ty) = match head.split_once(" (") {
        Some((name, ty)) => (name, Some(ty.strip_suffix(')')?.to_owned())),
        None => (head, None),
    };
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '*' | '.' | ',' | ' ' | '[' | ']' | '|');
    if name.is_empty() || !name.chars().all(is_name) || name.split(' ').count() > 3 {
        return None;
    }
    Some(Entry { name: name.to_owned(), ty, text: vec![text.trim_start().to_owned()] })
}

/// `name : type`; in a section of results the type alone.
fn numpy_entry(line: &str, title: &str) -> Entry {
    match line.split_once(" : ").or_else(|| line.split_once(": ")) {
        Some((name, ty)) => Entry { name: name.trim().to_owned(), ty: Some(ty.trim().to_owned()), text: Vec::new() },
        None if matches!(title, "Returns" | "Yields" | "Receives") => {
            Entry { ty: Some(line.to_owned()), ..Entry::default() }
        }
        None => Entry { name: line.trim_end_matches(" :").to_owned(), ..Entry::default() },
    }
}

/// `:kind argument: text`, of the kinds that are known.
fn field(line: &str) -> Option<(&str, &str, &str)> {
    const KINDS: [&str; 20] = [
        "param",
        "parameter",
        "arg",
        "argument",
        "key",
        "keyword",
        "kwarg",
        "type",
        "return",
        "returns",
        "rtype",
        "raise",
        "raises",
        "except",
        "exception",
        "ivar",
        "cvar",
        "var",
        "yield",
        "yields",
    ];
    let (head, text) = line.trim_start().strip_prefix(':')?.split_once(':')?;
    let (kind, argument) = head.split_once(' ').unwrap_or((head, ""));
    KINDS.contains(&kind).then(|| (kind, argument.trim(), text.trim_start()))
}

enum Directive {
    Code(&'static str),
    Note(&'static str, String),
}

/// `.. name:: argument`, of the names that are known.
fn directive(line: &str) -> Option<Directive> {
    let (name, argument) = line.trim_start().strip_prefix(".. ")?.split_once("::")?;
    let argument = argument.trim();
    let version = |verb: &str| format!("{verb} {argument}");
    Some(match name {
        "code" | "code-block" | "sourcecode" | "testcode" | "doctest" => Directive::Code(match argument {
            "" | "python" | "py" | "python3" | "pycon" => "python",
            "console" | "shell" | "bash" | "sh" => "shell",
            "json" => "json",
            "html" | "html+django" | "jinja" => "html",
            _ => "text",
        }),
        "note" => Directive::Note("Note", argument.to_owned()),
        "warning" | "caution" | "danger" => Directive::Note("Warning", argument.to_owned()),
        "tip" | "hint" => Directive::Note("Tip", argument.to_owned()),
        "important" => Directive::Note("Important", argument.to_owned()),
        "seealso" => Directive::Note("See Also", argument.to_owned()),
        "deprecated" => Directive::Note("Deprecated", version("Since")),
        "versionadded" => Directive::Note("Added", version("In")),
        "versionchanged" => Directive::Note("Changed", version("In")),
        _ => return None,
    })
}
