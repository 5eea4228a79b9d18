//! Imports that follow files and folders to other paths.
//!
//! A module is where its file is, without the ending; a package is its folder. An import that was relative stays
//! relative as long as both sides have a package in common.

use montuno_base::{FileId, FilePosition, Utf8Path, Utf8PathBuf};
use montuno_semantic::{Moves, TextEdit};
use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{self as ast, Expr, Stmt};
use ruff_python_stdlib::identifiers::is_identifier;
use ruff_text_size::{Ranged, TextRange, TextSize};

use crate::convert::ToOurs;
use crate::exports::SearchPath;
use crate::importing::without;
use crate::view::View;

impl View<'_> {
    /// The edits of one file that keep its imports right.
    pub(crate) fn edits_for_moves(&self, file: FileId, moves: &Moves) -> Vec<TextEdit> {
        let model = self.model(file);
        let (text, parsed) = (self.text(&model), self.parsed(&model));
        let roots = self.search_paths(&model).into_iter().filter_map(|path| match path {
            SearchPath::Own(folder) => Some(folder),
            SearchPath::Packages(_) | SearchPath::StandardLibrary => None,
        });
        let mut mentions = Mentions::default();
        mentions.visit_body(parsed.suite());
        let importer = self.context.inputs.files.path(file);
        let roots = roots.collect();
        let mut rewrite =
            Rewrite { view: self, file, importer: &importer, text: &text, roots, moves, mentions, edits: Vec::new() };
        for statement in std::mem::take(&mut rewrite.mentions.imports) {
            match statement {
                Stmt::Import(import) => import.names.iter().for_each(|alias| rewrite.module(alias)),
                Stmt::ImportFrom(import) => rewrite.names(statement, import),
                _ => {}
            }
        }
        rewrite.edits
    }
}

/// The imports of a file, and the names that may be modules.
#[derive(Default)]
struct Mentions<'a> {
    imports: Vec<&'a Stmt>,
    names: Vec<&'a ast::ExprName>,
    members: Vec<&'a ast::ExprAttribute>,
}

impl<'a> Visitor<'a> for Mentions<'a> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        if matches!(statement, Stmt::Import(_) | Stmt::ImportFrom(_)) {
            self.imports.push(statement);
        }
        walk_stmt(self, statement);
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        match expression {
            Expr::Name(name) => self.names.push(name),
            Expr::Attribute(member) => self.members.push(member),
            _ => {}
        }
        walk_expr(self, expression);
    }
}

struct Rewrite<'a> {
    view: &'a View<'a>,
    file: FileId,
    importer: &'a Utf8Path,
    text: &'a str,
    /// Where the project's own modules are searched.
    roots: Vec<Utf8PathBuf>,
    moves: &'a Moves,
    mentions: Mentions<'a>,
    edits: Vec<TextEdit>,
}

impl Rewrite<'_> {
    fn replace(&mut self, range: TextRange, text: impl Into<String>) {
        self.edits.push(TextEdit::replace(range.ours(), text));
    }

    /// `import a.b`, and what is reached through it.
    fn module(&mut self, alias: &ast::Alias) {
        let old = alias.name.as_str();
        let Some((root, place)) = self.roots.iter().find_map(|root| Some((root.clone(), find(root, old)?))) else {
            return;
        };
        let Some(new) = self.new_place(&place).and_then(|stem| self.dotted(&stem, Some(&root))) else { return };
        if new == old {
            return;
        }
        self.replace(alias.name.range, new.clone());
        if alias.asname.is_none() {
            if old.contains('.') {
                let same = |member: &&&ast::ExprAttribute| dotted_name(member).is_some_and(|name| name == old);
                let ranges: Vec<_> = self.mentions.members.iter().filter(same).map(|member| member.range).collect();
                ranges.into_iter().for_each(|range| self.replace(range, new.clone()));
            } else {
                self.uses(old, &place, &new);
            }
        }
    }

    /// `from a import b`.
    fn names(&mut self, statement: &Stmt, import: &ast::StmtImportFrom) {
        let written = import.module.as_deref().unwrap_or_default();
        let folder = match import.level {
            0 => None,
            level => self.importer.ancestors().nth(level as usize).map(Utf8Path::to_owned),
        };
        let (root, place) = match &folder {
            Some(folder) if written.is_empty() => (None, Place::package(folder)),
            Some(folder) => match find(folder, written) {
                Some(place) => (None, place),
                None => return,
            },
            None if import.level > 0 => return,
            None => match self.roots.iter().find_map(|root| Some((root.clone(), find(root, written)?))) {
                Some((root, place)) => (Some(root), place),
                None => return,
            },
        };
        let stays = place.stem.clone();
        let module = self.new_place(&place).unwrap_or_else(|| stays.clone());
        let leaves = import.level > 0 && self.moves.moves(self.importer);
        if (module != stays || leaves)
            && let Some(new) = self.written(&module, import.level, root.as_deref())
        {
            let range = module_range(self.text, import);
            if self.text[range.to_std_range()] != new {
                self.replace(range, new);
            }
        }
        // Names that are modules themselves.
        let mut elsewhere: Vec<(usize, String)> = Vec::new();
        for (index, alias) in import.names.iter().enumerate() {
            let Some(inner) = find(&place.stem, &alias.name) else { continue };
            let Some(new) = self.new_place(&inner).filter(|new| *new != module.join(alias.name.as_str())) else {
                continue;
            };
            let (Some(parent), Some(name)) = (new.parent(), new.file_name().map(str::to_owned)) else { continue };
            if !is_identifier(&name) {
                continue;
            }
            if parent == module {
                self.replace(alias.name.range, name.clone());
            } else if let Some(parent) = self.written(parent, import.level, root.as_deref()) {
                let asname = alias.asname.as_ref().map(|asname| format!(" as {asname}")).unwrap_or_default();
                elsewhere.push((index, format!("from {parent} import {name}{asname}")));
            }
            if alias.asname.is_none() && name != alias.name.as_str() {
                self.uses(&alias.name, &inner, &name);
            }
        }
        if !elsewhere.is_empty() {
            self.move_names(statement, import, &elsewhere);
        }
    }

    /// Puts names into imports of their own, below the one that they were in.
    fn move_names(&mut self, statement: &Stmt, import: &ast::StmtImportFrom, elsewhere: &[(usize, String)]) {
        let start = self.text[..statement.start().to_usize()].rfind('\n').map_or(0, |at| at + 1);
        let before = &self.text[start..statement.start().to_usize()];
        let indent: String = before.chars().take_while(|c| c.is_whitespace()).collect();
        let lines = elsewhere.iter().map(|(_, line)| line.as_str()).collect::<Vec<_>>().join(&format!("\n{indent}"));
        if elsewhere.len() == import.names.len() {
            // The statement is replaced as a whole; what was said of its module does not count.
            let whole = statement.range().ours();
            self.edits.retain(|edit| !whole.contains_range(edit.range));
            self.replace(statement.range(), lines);
            return;
        }
        let is_unwanted: Vec<bool> =
            (0..import.names.len()).map(|index| elsewhere.iter().any(|(at, _)| *at == index)).collect();
        let Some(removal) = without(self.text, statement, &import.names, &is_unwanted) else { return };
        self.edits.retain(|edit| edit.range.intersect(removal.range).is_none_or(|common| common.is_empty()));
        self.edits.push(removal);
        self.replace(TextRange::empty(statement.end()), format!("\n{indent}{lines}"));
    }

    /// Gives a module its new name wherever the file uses the old one.
    fn uses(&mut self, old: &str, place: &Place, new: &str) {
        let files = &self.view.context.inputs.files;
        let Some(module) = place.file.as_ref().map(|file| files.id(file)) else { return };
        let named = self.mentions.names.iter().filter(|name| name.id == *old).map(|name| name.range);
        let ranges: Vec<_> = named.collect();
        for range in ranges {
            let position = FilePosition { file: self.file, offset: range.start().ours() };
            let found = self.view.definitions(position);
            if found.is_some_and(|found| found.targets.iter().any(|target| target.file == module)) {
                self.replace(range, new);
            }
        }
    }

    /// Where a module will be. `None` if it stays.
    fn new_place(&self, place: &Place) -> Option<Utf8PathBuf> {
        match &place.file {
            Some(file) => self.moves.moves(file).then(|| stem(&self.moves.after(file)).to_owned()),
            None => self.moves.moves(&place.stem).then(|| self.moves.after(&place.stem)),
        }
    }

    /// A module as an import writes it: behind dots if `level` says that it was, else by its name.
    fn written(&self, module: &Utf8Path, level: u32, root: Option<&Utf8Path>) -> Option<String> {
        if level > 0
            && let Some(relative) = self.relative(module)
        {
            return Some(relative);
        }
        self.dotted(module, root)
    }

    /// A module's name from the folder of the importer, dots first. `None` without a package in common.
    fn relative(&self, module: &Utf8Path) -> Option<String> {
        let importer = self.moves.after(self.importer);
        let own = importer.parent()?;
        let common = own.ancestors().find(|above| module.starts_with(above))?;
        let is_package = self.roots.iter().any(|root| common.starts_with(root) && common != root)
            || ["__init__.py", "__init__.pyi"].iter().any(|name| common.join(name).is_file());
        let stayed = self.importer.parent().is_some_and(|folder| common == folder);
        if !is_package && !stayed {
            return None;
        }
        let up = own.strip_prefix(common).ok()?.components().count() + 1;
        let below = module.strip_prefix(common).ok()?;
        let parts: Vec<_> = below.components().map(|part| part.as_str()).collect();
        parts.iter().all(|part| is_identifier(part)).then(|| format!("{}{}", ".".repeat(up), parts.join(".")))
    }

    /// A module's name from a folder that modules are searched in: from `root`, if it is still below it.
    fn dotted(&self, module: &Utf8Path, root: Option<&Utf8Path>) -> Option<String> {
        let moved = root.map(|root| self.moves.after(root));
        let mut roots: Vec<&Utf8Path> = moved.iter().map(Utf8PathBuf::as_path).collect();
        roots.extend(self.roots.iter().map(Utf8PathBuf::as_path));
        roots.into_iter().find_map(|root| {
            let below = module.strip_prefix(root).ok()?;
            let parts: Vec<_> = below.components().map(|part| part.as_str()).collect();
            (!parts.is_empty() && parts.iter().all(|part| is_identifier(part))).then(|| parts.join("."))
        })
    }
}

/// Where a module is.
struct Place {
    /// Its path without an ending; a package's folder.
    stem: Utf8PathBuf,
    /// Its file; none of a folder without `__init__.py`.
    file: Option<Utf8PathBuf>,
}

impl Place {
    fn package(folder: &Utf8Path) -> Self {
        let files = ["__init__.py", "__init__.pyi"].map(|name| folder.join(name));
        Self { stem: folder.to_owned(), file: files.into_iter().find(|file| file.is_file()) }
    }
}

/// The module of a name below a folder, if it is there.
fn find(folder: &Utf8Path, name: &str) -> Option<Place> {
    let stem = name.split('.').fold(folder.to_owned(), |path, part| path.join(part));
    let files =
        ["/__init__.py", "/__init__.pyi", ".py", ".pyi"].map(|ending| Utf8PathBuf::from(format!("{stem}{ending}")));
    let file = files.into_iter().find(|file| file.is_file());
    (file.is_some() || stem.is_dir()).then_some(Place { stem, file })
}

/// A module's path without its ending; a package's folder.
fn stem(file: &Utf8Path) -> &Utf8Path {
    let text = file.as_str();
    let plain = text.strip_suffix(".pyi").or_else(|| text.strip_suffix(".py")).unwrap_or(text);
    Utf8Path::new(plain.strip_suffix("/__init__").unwrap_or(plain))
}

/// `a.b.c`, if it consists of names alone.
fn dotted_name(member: &ast::ExprAttribute) -> Option<String> {
    let base = match &*member.value {
        Expr::Name(name) => name.id.to_string(),
        Expr::Attribute(inner) => dotted_name(inner)?,
        _ => return None,
    };
    Some(format!("{base}.{}", member.attr))
}

/// Where the module of a `from … import` stands, its dots included.
fn module_range(text: &str, import: &ast::StmtImportFrom) -> TextRange {
    let behind = import.range.start().to_usize() + "from".len();
    let rest = &text[behind..];
    let start = behind + rest.len() - rest.trim_start_matches([' ', '\t', '\\', '\r', '\n']).len();
    let size = |at: usize| TextSize::try_from(at).expect("files are below 4 GB");
    let end = match &import.module {
        Some(module) => module.range.end(),
        None => size(start + text[start..].bytes().take_while(|byte| *byte == b'.').count()),
    };
    TextRange::new(size(start), end)
}
