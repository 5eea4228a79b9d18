//! One look over a source file, before any engine sees it: which other files it is made of, and which
//! parts of it nobody outside can see.

use std::ops::Range;

use super::words::{Piece, Words};

/// What a look over a file finds.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Scan {
    /// Its `mod name;`, in the order of the text. Those inside macros are among them, and also those
    /// that an option turns off.
    pub modules: Vec<ModuleDeclaration>,
    /// The files of its `include!("…")`.
    pub includes: Vec<String>,
    /// What is between the braces of its functions and of its test modules, sorted. Not of those in
    /// macros, which may look at every word of it.
    pub hidden: Vec<Range<usize>>,
}

/// A module that is in another file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct ModuleDeclaration {
    /// Its name.
    pub name: String,
    /// The modules in the same file that it is declared in, the outermost first.
    pub inside: Vec<InlineModule>,
    /// What `#[path]` says, also under an option.
    pub paths: Vec<String>,
    /// Whether its name may say where it is: it does not if there is an unconditional `#[path]`.
    pub by_name: bool,
    /// Whether it is declared inside of a macro, which may be called in another file: then that is
    /// where it is looked for.
    pub in_macro: bool,
}

/// A module that is written out in the same file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct InlineModule {
    /// Its name.
    pub name: String,
    /// What `#[path]` says.
    pub path: Option<String>,
}

/// Looks over a file. Only in a file that is finished can anything be hidden: in one that is being
/// written a brace may be missing, and `hide` must be false.
pub(crate) fn scan(text: &str, hide: bool) -> Scan {
    let mut scanner = Scanner {
        words: Words::new(text),
        hide,
        found: Scan::default(),
        levels: Vec::new(),
        pending: Attributes::default(),
    };
    scanner.run();
    scanner.found
}

/// The same text with blanks in place of what is hidden: as long, with the same lines.
pub(crate) fn blank(mut text: String, hidden: &[Range<usize>]) -> String {
    if hidden.is_empty() {
        return text;
    }
    let mut bytes = std::mem::take(&mut text).into_bytes();
    for range in hidden {
        for byte in &mut bytes[range.clone()] {
            if !matches!(byte, b'\n' | b'\r') {
                *byte = b' ';
            }
        }
    }
    String::from_utf8(bytes).expect("hidden ranges lie between two braces, which are ASCII")
}

struct Scanner<'a> {
    words: Words<'a>,
    hide: bool,
    found: Scan,
    /// The open brackets.
    levels: Vec<Level>,
    /// The attributes before the item that comes next.
    pending: Attributes,
}

/// What an open bracket belongs to.
enum Level {
    Module(InlineModule),
    /// What a macro is called with.
    Macro,
    Other,
}

#[derive(Default)]
struct Attributes {
    paths: Vec<String>,
    by_path: bool,
    is_test: bool,
}

impl<'a> Scanner<'a> {
    fn run(&mut self) {
        let mut last = Piece::Other;
        while let Some((piece, _)) = self.words.next() {
            match piece {
                Piece::Mark(b'#') => self.attribute(),
                Piece::Word("mod") => self.module(),
                Piece::Word("fn") if self.hide && !self.in_macro() => self.function(),
                Piece::Word("include") => self.include(),
                Piece::Mark(b'{' | b'(' | b'[') => {
                    // `name! {`, and `macro_rules! name {`.
                    let level = if last == Piece::Mark(b'!') { Level::Macro } else { Level::Other };
                    self.open(level);
                }
                Piece::Mark(b'}' | b')' | b']') => {
                    self.levels.pop();
                    if piece == Piece::Mark(b'}') {
                        self.pending = Attributes::default();
                    }
                }
                Piece::Mark(b';') => self.pending = Attributes::default(),
                // `macro name {` and `macro name($a:expr) {`, of which the library makes its own.
                Piece::Word("macro") => {
                    let mut ahead = self.words.clone();
                    let is_named = matches!(ahead.next(), Some((Piece::Word(_), _)));
                    if is_named && matches!(ahead.next(), Some((Piece::Mark(b'{' | b'('), _))) {
                        self.words.next();
                        self.macro_definition();
                    }
                }
                Piece::Word("macro_rules") => {
                    // To the opening bracket: `! name {`.
                    self.words.next();
                    self.words.next();
                    last = Piece::Mark(b'!');
                    continue;
                }
                _ => {}
            }
            last = piece;
        }
    }

    /// Behind the name of a macro: passes over its parameters, if they stand apart, and opens what it writes.
    fn macro_definition(&mut self) {
        let mut depth = 0_usize;
        while let Some((piece, _)) = self.words.next() {
            match piece {
                Piece::Mark(b'(') => depth += 1,
                Piece::Mark(b')') => depth = depth.saturating_sub(1),
                Piece::Mark(b'{') if depth == 0 => return self.open(Level::Macro),
                Piece::Mark(b';' | b'}') if depth == 0 => return,
                _ => {}
            }
        }
    }

    fn open(&mut self, level: Level) {
        self.levels.push(level);
        self.pending = Attributes::default();
    }

    fn in_macro(&self) -> bool {
        self.levels.iter().any(|level| matches!(level, Level::Macro))
    }

    /// Behind a `#`: reads `[…]` or `![…]`.
    fn attribute(&mut self) {
        let mut ahead = self.words.clone();
        let mut first = ahead.next();
        let is_inner = matches!(first, Some((Piece::Mark(b'!'), _)));
        if is_inner {
            first = ahead.next();
        }
        if !matches!(first, Some((Piece::Mark(b'['), _))) {
            return;
        }
        let mut depth = 1;
        let mut before = [Piece::Other; 2];
        let (mut is_cfg, mut is_conditional) = (false, false);
        while depth > 0 {
            let Some((piece, _)) = ahead.next() else { break };
            match piece {
                Piece::Mark(b'[' | b'(' | b'{') => depth += 1,
                Piece::Mark(b']' | b')' | b'}') => depth -= 1,
                Piece::Word("cfg") => is_cfg = true,
                Piece::Word("cfg_attr") => is_conditional = true,
                Piece::Word("test") => {
                    // `cfg(test)` alone; `cfg(any(test, …))` may be on.
                    self.pending.is_test |= is_cfg && before == [Piece::Word("cfg"), Piece::Mark(b'(')];
                }
                Piece::Text(path) if before == [Piece::Word("path"), Piece::Mark(b'=')] && !is_inner => {
                    self.pending.paths.push(path.to_owned());
                    self.pending.by_path |= !is_conditional;
                }
                _ => {}
            }
            before = [before[1], piece];
        }
        // `cfg(test, …)` is no form that there is, so the closing bracket need not be looked at.
        self.words = ahead;
    }

    /// Behind `mod`.
    fn module(&mut self) {
        let mut ahead = self.words.clone();
        let Some((Piece::Word(name), _)) = ahead.next() else { return };
        let name = name.strip_prefix("r#").unwrap_or(name).to_owned();
        match ahead.next() {
            Some((Piece::Mark(b';'), _)) => {
                let attributes = std::mem::take(&mut self.pending);
                let in_macro = self.in_macro();
                let inside = self.levels.iter().filter_map(|level| match level {
                    Level::Module(module) => Some(module.clone()),
                    _ => None,
                });
                self.found.modules.push(ModuleDeclaration {
                    name,
                    inside: inside.collect(),
                    by_name: !attributes.by_path,
                    paths: attributes.paths,
                    in_macro,
                });
                self.words = ahead;
            }
            Some((Piece::Mark(b'{'), brace)) => {
                self.words = ahead;
                if self.hide && self.pending.is_test && !self.in_macro() {
                    self.hide(brace.end);
                } else {
                    let path = self.pending.paths.pop();
                    self.open(Level::Module(InlineModule { name, path }));
                }
            }
            _ => {}
        }
    }

    /// Behind `fn`: to the end of the function, if it is one and not a type.
    fn function(&mut self) {
        let mut ahead = self.words.clone();
        let Some((Piece::Word(_), _)) = ahead.next() else { return };
        // Braces inside brackets, round or angle, are constants: `[u8; { N }]`, `Array<{ N }>`.
        let (mut brackets, mut angles) = (0_usize, 0_usize);
        let mut last = Piece::Other;
        while let Some((piece, range)) = ahead.next() {
            match piece {
                Piece::Mark(b'(' | b'[') => brackets += 1,
                Piece::Mark(b')' | b']') => match brackets.checked_sub(1) {
                    Some(fewer) => brackets = fewer,
                    // More brackets end than began: this is no function.
                    None => return,
                },
                Piece::Mark(b'<') if brackets == 0 => angles += 1,
                Piece::Mark(b'>') if brackets == 0 && !matches!(last, Piece::Mark(b'-' | b'=')) => {
                    angles = angles.saturating_sub(1);
                }
                Piece::Mark(b'{') if brackets > 0 || angles > 0 => brackets += 1,
                Piece::Mark(b'}') if brackets > 0 => brackets -= 1,
                Piece::Mark(b'{') => {
                    self.words = ahead;
                    self.hide(range.end);
                    return;
                }
                Piece::Mark(b';') if brackets == 0 => {
                    self.words = ahead;
                    self.pending = Attributes::default();
                    return;
                }
                Piece::Mark(b'}') => return,
                _ => {}
            }
            last = piece;
        }
    }

    /// Behind an opening brace: notes what is between it and its closing one.
    fn hide(&mut self, start: usize) {
        self.pending = Attributes::default();
        let mut depth = 1;
        while let Some((piece, range)) = self.words.next() {
            match piece {
                Piece::Mark(b'{') => depth += 1,
                Piece::Mark(b'}') => {
                    depth -= 1;
                    if depth == 0 {
                        if start < range.start {
                            self.found.hidden.push(start..range.start);
                        }
                        return;
                    }
                }
                _ => {}
            }
        }
        // Without a closing brace nothing says where it ends: all of it stays visible.
    }

    /// Behind `include`.
    fn include(&mut self) {
        let mut ahead = self.words.clone();
        let opens = matches!(ahead.next(), Some((Piece::Mark(b'!'), _)))
            && matches!(ahead.next(), Some((Piece::Mark(b'(' | b'[' | b'{'), _)));
        if opens && let Some((Piece::Text(path), _)) = ahead.next() {
            self.found.includes.push(path.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blanked(text: &str) -> String {
        let hidden = scan(text, true).hidden;
        let blanked = blank(text.to_owned(), &hidden);
        assert_eq!(blanked.len(), text.len());
        assert_eq!(blanked.lines().count(), text.lines().count());
        blanked.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn modules(text: &str) -> Vec<String> {
        let describe = |module: ModuleDeclaration| {
            let mut parts: Vec<_> = module.inside.into_iter().map(|it| it.path.unwrap_or(it.name)).collect();
            parts.push(module.name);
            format!("{}{}{}", parts.join("::"), if module.by_name { "" } else { "!" }, module.paths.join("|"))
        };
        scan(text, true).modules.into_iter().map(describe).collect()
    }

    #[test]
    fn bodies_of_functions_are_hidden() {
        assert_eq!(
            blanked("pub fn f<'a>(x: &'a str) -> u8 { let y = '}'; \"}\" /* } */ }"),
            "pub fn f<'a>(x: &'a str) -> u8 { }"
        );
        assert_eq!(
            blanked("impl A { fn f(&self) -> B<C> where D: E, { if a { b } } const F: u8 = { 1 }; }"),
            "impl A { fn f(&self) -> B<C> where D: E, { } const F: u8 = { 1 }; }"
        );
        assert_eq!(blanked("trait T { fn f(); fn g() { h() } }"), "trait T { fn f(); fn g() { } }");
    }

    #[test]
    fn constants_in_types_are_no_bodies() {
        assert_eq!(blanked("fn f() -> [u8; { 1 + 1 }] { a() }"), "fn f() -> [u8; { 1 + 1 }] { }");
        assert_eq!(
            blanked("fn f<const N: usize = { 1 }>() -> A<{ N }> { a() }"),
            "fn f<const N: usize = { 1 }>() -> A<{ N }> { }"
        );
        assert_eq!(
            blanked("fn f(g: impl Fn(u8) -> A<B>) -> impl Fn() -> C { a() }"),
            "fn f(g: impl Fn(u8) -> A<B>) -> impl Fn() -> C { }"
        );
    }

    #[test]
    fn function_types_and_macros_stay() {
        for text in [
            "struct A { f: fn(u8) -> u8, g: u8 }",
            "macro_rules! m { ($x:ident) => { fn $x() { a() } } }",
            "m! { fn f() { a() } }",
            "pub macro m { ($x:expr) => { fn f() { $x } } }",
            "pub macro m($x:expr) { fn f() { $x } }",
            "type F = unsafe extern \"C\" fn(); static S: A = A { f: || { b } };",
        ] {
            assert_eq!(blanked(text), text);
        }
    }

    #[test]
    fn test_modules_are_hidden() {
        assert_eq!(blanked("#[cfg(test)] mod tests { use super::*; mod inner; }"), "#[cfg(test)] mod tests { }");
        assert_eq!(blanked("#[cfg(any(test, a))] mod b { use c; }"), "#[cfg(any(test, a))] mod b { use c; }");
        assert_eq!(blanked("#[cfg(test)] use x; mod b { use c; }"), "#[cfg(test)] use x; mod b { use c; }");
    }

    #[test]
    fn modules_are_found_wherever_they_are_declared() {
        assert_eq!(modules("mod a; pub(crate) mod b; mod c { mod d; } mod e;"), ["a", "b", "c::d", "e"]);
        assert_eq!(modules("cfg_if! { if #[cfg(unix)] { mod a; } else { mod b; } }"), ["a", "b"]);
        assert_eq!(modules("#[path = \"x.rs\"] mod a; mod b;"), ["a!x.rs", "b"]);
        assert_eq!(
            modules("#[cfg_attr(unix, path = \"x.rs\")] #[cfg_attr(windows, path = \"y.rs\")] mod a;"),
            ["ax.rs|y.rs"]
        );
        assert_eq!(modules("#[path = \"x\"] mod a { mod b; }"), ["x::b"]);
        assert_eq!(modules("fn f() { mod a; } struct S; mod r#fn;"), ["fn"]);
        assert_eq!(scan("include!(\"a.rs\"); include!(concat!(\"b\"));", true).includes, ["a.rs"]);
    }

    #[test]
    fn modules_behind_an_unfinished_function_are_found() {
        assert_eq!(scan("fn f() { mod a; if x {\nmod b;", false).modules.len(), 2);
    }

    #[test]
    fn broken_text_is_borne() {
        for text in [
            "fn",
            "fn f",
            "fn f(",
            "fn f() {",
            "mod",
            "mod a",
            "mod a {",
            "#[",
            "#[path",
            "}",
            ")",
            "fn f() } x",
            "include!(",
        ] {
            scan(text, true);
            scan(text, false);
        }
        assert_eq!(blanked("fn f() { a( fn g() { b }"), "fn f() { a( fn g() { b }", "no end, nothing hidden");
    }
}
