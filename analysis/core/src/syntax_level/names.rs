//! What a name leads to, and where else it stands.

use montuno_base::{FileId, FilePosition, Language, TextRange, TextSize};
use montuno_semantic::features::parallel::ask_files;
use montuno_semantic::features::references::files_that_mention;
use montuno_semantic::hierarchy::{Access, FilePlace, Item, Reference};
use montuno_semantic::tokens::{Token, TokenKind, TokenModifiers};
use montuno_semantic::{Cancellable, Confidence, Resolution, SymbolKind, Target};
use montuno_syntax::scopes::Binding;
use montuno_syntax::{SyntaxTree, outline, scopes, tokens};

use super::has_navigation;
use super::snapshot::SyntaxSnapshot;

/// A name that more files than this mention is too common to be told apart by itself.
const MOST_FILES: usize = 400;

/// A name in a text.
pub(super) struct NameAt {
    pub(super) file: FileId,
    pub(super) tree: SyntaxTree,
    pub(super) token: Token,
    pub(super) text: String,
}

/// Whether a word can be the name of something.
pub(super) fn is_name(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Namespace
            | TokenKind::Type
            | TokenKind::Class
            | TokenKind::Enum
            | TokenKind::Interface
            | TokenKind::Struct
            | TokenKind::TypeParameter
            | TokenKind::Parameter
            | TokenKind::Variable
            | TokenKind::Property
            | TokenKind::EnumMember
            | TokenKind::Function
            | TokenKind::Method
            | TokenKind::Macro
            | TokenKind::Decorator
            | TokenKind::Label
    )
}

/// The word at a place that is a name, or that stands right before it.
pub(super) fn word_at(tree: &SyntaxTree, offset: TextSize) -> Option<Token> {
    let length = TextSize::of(&**tree.text());
    if offset > length || !tree.text().is_char_boundary(offset.into()) {
        return None;
    }
    let before = tree.text()[..usize::from(offset)].chars().next_back().map_or(0.into(), TextSize::of);
    let after = tree.text()[usize::from(offset)..].chars().next().map_or(0.into(), TextSize::of);
    let around = TextRange::new(offset - before, offset + after);
    let found = tokens::tokens(tree, Some(around));
    let touching = found.into_iter().filter(|token| is_name(token.kind) && token.range.contains_inclusive(offset));
    touching.max_by_key(|token| token.range.start())
}

/// Languages whose files name each other's declarations.
fn family(language: Language) -> &'static [Language] {
    match language {
        Language::C | Language::Cpp => &[Language::C, Language::Cpp],
        Language::Java => &[Language::Java],
        Language::CSharp => &[Language::CSharp],
        Language::Ruby => &[Language::Ruby],
        Language::Php => &[Language::Php],
        Language::Bash => &[Language::Bash],
        Language::Lua => &[Language::Lua],
        _ => &[],
    }
}

impl SyntaxSnapshot {
    /// The name at a place.
    pub(super) fn name_at(&self, position: FilePosition) -> Option<NameAt> {
        let tree = self.tree(position.file)?;
        let token = word_at(&tree, position.offset)?;
        let text = tree.text()[token.range].to_owned();
        Some(NameAt { file: position.file, tree, token, text })
    }

    /// Where the name at a place is declared.
    pub(super) fn resolve(&self, position: FilePosition) -> Cancellable<Option<Resolution>> {
        let Some(name) = self.name_at(position) else { return Ok(None) };
        if !has_navigation(name.tree.language()) {
            return Ok(None);
        }
        if let Some(binding) = self.binding(&name) {
            let target = Target {
                file: name.file,
                full_range: binding.whole,
                name_range: binding.name,
                name: name.text.clone(),
                kind: SymbolKind::Local,
                container: None,
            };
            return Ok(Some(Resolution {
                origin: name.token.range,
                targets: vec![target],
                confidence: Confidence::Exact,
            }));
        }
        let here = declarations(&name);
        let found = match one(here, &name.tree) {
            Found::One(target) => Some(target),
            Found::Several => None,
            Found::None => self.only_one_elsewhere(&name)?,
        };
        Ok(found.map(|target| Resolution {
            origin: name.token.range,
            targets: vec![target],
            confidence: Confidence::Likely,
        }))
    }

    /// The binding that a name means, where the language's scopes are known.
    pub(super) fn binding(&self, name: &NameAt) -> Option<Binding> {
        let bindings = scopes::bindings(&name.tree)?;
        scopes::resolve(&name.tree, &bindings, name.token.range)
    }

    /// The only declaration of a name in the other files of the workspace.
    fn only_one_elsewhere(&self, name: &NameAt) -> Cancellable<Option<Target>> {
        let files = self.files_of(name)?;
        if files.len() > MOST_FILES {
            return Ok(None);
        }
        let is_member = is_member(name.token.kind);
        let mut found = ask_files(
            &files,
            || self.copy(),
            |snapshot, file| {
                snapshot.context.cancel.check()?;
                if file == name.file {
                    return Ok(Vec::new());
                }
                let Some(tree) = snapshot.fresh_tree(file) else { return Ok(Vec::new()) };
                let mut targets = Vec::new();
                add_items(&outline::outline(&tree), None, file, &name.text, is_member, &mut targets);
                Ok(targets.into_iter().map(|target| (is_bodied(&target, &tree), target)).collect())
            },
        )?;
        // Of a function, the declarations in headers lead to the one with a body.
        if found.iter().filter(|(bodied, _)| *bodied).count() == 1 {
            found.retain(|(bodied, _)| *bodied);
        }
        Ok((found.len() == 1).then(|| found.remove(0).1))
    }

    /// The files of the name's own languages that may mention it.
    fn files_of(&self, name: &NameAt) -> Cancellable<Vec<FileId>> {
        let languages = family(name.tree.language());
        let mut files = files_that_mention(&self.copy(), &name.text)?;
        files.retain(|&file| self.context.language(file).is_some_and(|language| languages.contains(&language)));
        Ok(files)
    }

    /// Where the same name stands, sorted: of a name that is bound in a scope, only where it means that.
    pub(super) fn mentions(&self, position: FilePosition, only_here: bool) -> Cancellable<Vec<Reference>> {
        let Some(name) = self.name_at(position) else { return Ok(Vec::new()) };
        if let Some(binding) = self.binding(&name) {
            let bindings = scopes::bindings(&name.tree).unwrap_or_default();
            let same = words(&name.tree, &name.text).into_iter().filter(|token| {
                scopes::resolve(&name.tree, &bindings, token.range).is_some_and(|meant| meant.name == binding.name)
            });
            return Ok(same.map(|token| reference(name.file, &token, token.range == binding.name)).collect());
        }
        let within = local_scope(&name);
        if only_here || within.is_some() || !has_navigation(name.tree.language()) {
            let all = words(&name.tree, &name.text).into_iter();
            let here = all.filter(|token| within.is_none_or(|within| within.contains_range(token.range)));
            let declared = names_of_items(&name.tree);
            return Ok(here.map(|token| reference(name.file, &token, declared.contains(&token.range))).collect());
        }
        let files = self.files_of(&name)?;
        let mut found = ask_files(
            &files,
            || self.copy(),
            |snapshot, file| {
                snapshot.context.cancel.check()?;
                let Some(tree) = snapshot.fresh_tree(file) else { return Ok(Vec::new()) };
                let declared = names_of_items(&tree);
                let words = words(&tree, &name.text).into_iter();
                Ok(words.map(|token| reference(file, &token, declared.contains(&token.range))).collect())
            },
        )?;
        found.sort_unstable();
        Ok(found)
    }
}

/// Whether something is reached through a receiver.
fn is_member(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::Property | TokenKind::Method)
}

fn reference(file: FileId, token: &Token, is_item: bool) -> Reference {
    let is_declaration = is_item || token.modifiers.0 & TokenModifiers::DECLARATION.0 != 0;
    let access = if is_declaration { Access::Write } else { Access::Mention };
    Reference { place: FilePlace::new(file, token.range), access, is_declaration }
}

/// The words of a text that are this name.
fn words(tree: &SyntaxTree, name: &str) -> Vec<Token> {
    let all = tokens::tokens(tree, None).into_iter();
    all.filter(|token| is_name(token.kind) && &tree.text()[token.range] == name).collect()
}

fn names_of_items(tree: &SyntaxTree) -> Vec<TextRange> {
    let mut found = Vec::new();
    for item in outline::outline(tree) {
        item.walk(None, &mut |item: &Item, _| found.push(item.name_range));
    }
    found
}

/// The innermost function around a place.
fn function_around(tree: &SyntaxTree, offset: TextSize) -> Option<TextRange> {
    fn search(items: &[Item], offset: TextSize, found: &mut Option<TextRange>) {
        for item in items.iter().filter(|item| item.full_range.contains(offset)) {
            if item.kind.is_callable() && item.name_range.end() < offset {
                *found = Some(item.full_range);
            }
            search(&item.children, offset, found);
        }
    }
    let mut found = None;
    search(&outline::outline(tree), offset, &mut found);
    found
}

/// The places in the function around a name where that name is given to a local or a parameter, the first of them first.
fn locals(name: &NameAt) -> Vec<TextRange> {
    if is_member(name.token.kind) {
        return Vec::new();
    }
    let Some(function) = function_around(&name.tree, name.token.range.start()) else { return Vec::new() };
    let inside = tokens::tokens(&name.tree, Some(function)).into_iter().filter(|token| {
        is_name(token.kind)
            && !is_member(token.kind)
            && function.contains_range(token.range)
            && name.tree.text()[token.range] == name.text
    });
    let language = name.tree.language();
    // A variable of PHP is a function's own, and is there from where it is first named.
    let by_naming = language == Language::Php && name.token.kind == TokenKind::Variable;
    let items = names_of_items(&name.tree);
    let declared: Vec<_> = inside
        .filter(|token| by_naming || token.modifiers.0 & TokenModifiers::DECLARATION.0 != 0)
        .map(|token| token.range)
        .filter(|range| !items.contains(range))
        .collect();
    // Where assigning declares, the first assignment is the declaration.
    let by_assigning = matches!(language, Language::Ruby | Language::Bash | Language::Php);
    if by_assigning { declared.into_iter().take(1).collect() } else { declared }
}

/// The function that a name is local to.
fn local_scope(name: &NameAt) -> Option<TextRange> {
    if locals(name).is_empty() { None } else { function_around(&name.tree, name.token.range.start()) }
}

/// The declarations of a name that its own file has: locals of the function around it, else whatever the file declares.
fn declarations(name: &NameAt) -> Vec<Target> {
    let locals = locals(name);
    if !locals.is_empty() {
        let target = |range| Target {
            file: name.file,
            full_range: range,
            name_range: range,
            name: name.text.clone(),
            kind: SymbolKind::Local,
            container: None,
        };
        return locals.into_iter().map(target).collect();
    }
    let mut found = Vec::new();
    let items = outline::outline(&name.tree);
    add_items(&items, None, name.file, &name.text, is_member(name.token.kind), &mut found);
    found
}

/// Adds the items with a name. A member is not looked for among types and variables of a file.
fn add_items(
    items: &[Item],
    container: Option<&str>,
    file: FileId,
    name: &str,
    is_member: bool,
    found: &mut Vec<Target>,
) {
    for item in items {
        let fits = !is_member
            || matches!(
                item.kind,
                SymbolKind::Method
                    | SymbolKind::Function
                    | SymbolKind::Field
                    | SymbolKind::Property
                    | SymbolKind::EnumMember
                    | SymbolKind::Constant
            );
        if item.name == name && fits {
            found.push(Target {
                file,
                full_range: item.full_range,
                name_range: item.name_range,
                name: item.name.clone(),
                kind: item.kind,
                container: container.map(str::to_owned),
            });
        }
        add_items(&item.children, Some(&item.name), file, name, is_member, found);
    }
}

enum Found {
    None,
    One(Target),
    Several,
}

/// The only one of several declarations: of a function's, the one with a body.
fn one(mut targets: Vec<Target>, tree: &SyntaxTree) -> Found {
    if targets.iter().filter(|target| is_bodied(target, tree)).count() == 1 && targets.len() > 1 {
        targets.retain(|target| is_bodied(target, tree));
    }
    match targets.len() {
        0 => Found::None,
        1 => Found::One(targets.remove(0)),
        _ => Found::Several,
    }
}

fn is_bodied(target: &Target, tree: &SyntaxTree) -> bool {
    target.kind.is_callable() && tree.text()[target.full_range].ends_with('}')
}
