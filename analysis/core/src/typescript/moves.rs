//! Imports that follow files and folders to other paths.
//!
//! A module is named as it was named before, as far as that can be: with the ending that stood there or without one,
//! by a pattern of `tsconfig.json` or by a path, and without `index` where that is left out.

use montuno_base::{FileId, TextRange, TextSize, Utf8Path};
use montuno_semantic::moving::relative;
use montuno_semantic::{Moves, TextEdit};

use super::plugin::checker;
use super::project::config::Config;
use super::project::resolve::join;
use super::tree::{Kind, NONE};
use crate::view::View;

/// Endings of modules that are left out, the longest first.
const ENDINGS: [&str; 12] =
    [".d.mts", ".d.cts", ".d.ts", ".tsx", ".mts", ".cts", ".jsx", ".mjs", ".cjs", ".ts", ".js", ".json"];

/// The edits of one file that keep its imports right.
pub(super) fn edits(view: &View<'_>, file: FileId, moves: &Moves) -> Vec<TextEdit> {
    let checker = checker(view);
    let file = view.file(file);
    let here = file.path(view.db);
    let tree = checker.tree(file);
    let mut edits = Vec::new();
    for &(name, node) in &tree.requests {
        let written = name.text();
        let call = tree.parent(tree.parent(node));
        let is_require = call != NONE && tree.kind(call) == Kind::Call;
        let is_relative = is_path(written);
        // What is named by a package is where it was, unless it lies in the workspace.
        let target = match checker.module_file(file, name, is_require) {
            Some(target) => target.path(view.db).to_path_buf(),
            // Styles, pictures, data: named with their endings.
            None if is_relative => match here.parent().map(|folder| join(folder, written)) {
                Some(path) if path.is_file() => path,
                _ => continue,
            },
            None => continue,
        };
        if !(moves.moves(&target) || is_relative && moves.moves(here)) {
            continue;
        }
        let (importer, after) = (moves.after(here), moves.after(&target));
        let Some(folder) = importer.parent() else { continue };
        let new = if is_relative {
            here.parent().map(|before| by_path(folder, &join(before, written), &target, &after, written))
        } else {
            let config = checker.config(file);
            by_settings(config, written, &after).or_else(|| Some(dotted(relative(folder, without_ending(&after)))))
        };
        let inside = inside_quotes(tree.range(node));
        if let Some(new) = new.filter(|new| new != written) {
            edits.push(TextEdit::replace(inside, new));
        }
    }
    edits
}

fn is_path(written: &str) -> bool {
    written.starts_with("./") || written.starts_with("../") || written == "." || written == ".."
}

fn inside_quotes(range: TextRange) -> TextRange {
    let one = TextSize::from(1);
    if range.len() < 2.into() { range } else { TextRange::new(range.start() + one, range.end() - one) }
}

/// The path from a folder to where a module will be. `named` is what was written, as a path.
fn by_path(folder: &Utf8Path, named: &Utf8Path, target: &Utf8Path, after: &Utf8Path, written: &str) -> String {
    // What was left out of the name: an ending, or `index` with its ending.
    let left_out = target.as_str().strip_prefix(named.as_str());
    let path = match left_out {
        Some("") => after.to_owned(),
        Some(rest) if rest.starts_with('/') => match after.as_str().strip_suffix(rest) {
            Some(whole) => whole.into(),
            None => without_ending(after).to_owned(),
        },
        Some(_) => without_ending(after).to_owned(),
        // The ending is that of what is made from it: `./name.js` for `name.ts`.
        None => {
            let ending = ENDINGS.iter().find(|ending| named.as_str().ends_with(**ending)).unwrap_or(&"");
            format!("{}{ending}", without_ending(after)).into()
        }
    };
    let new = dotted(relative(folder, &path));
    if written.ends_with('/') && !new.ends_with('/') { format!("{new}/") } else { new }
}

fn dotted(path: String) -> String {
    match path.as_str() {
        "" => ".".to_owned(),
        _ if path.starts_with("..") => path,
        _ => format!("./{path}"),
    }
}

fn without_ending(path: &Utf8Path) -> &Utf8Path {
    let text = path.as_str();
    Utf8Path::new(ENDINGS.iter().find_map(|ending| text.strip_suffix(ending)).unwrap_or(text))
}

/// The name by a pattern of the settings, or from the folder that modules are looked for in first.
fn by_settings(config: &Config, written: &str, after: &Utf8Path) -> Option<String> {
    let plain = without_ending(after);
    let has_ending = ENDINGS.iter().any(|ending| written.ends_with(ending));
    let path = if has_ending { after } else { plain };
    let path = match path.as_str().strip_suffix("/index") {
        Some(folder) if !written.ends_with("/index") => Utf8Path::new(folder),
        _ => path,
    };
    let base = config.base_url.as_ref().or(config.paths_base.as_ref())?;
    let by_pattern = config.paths.iter().find_map(|(pattern, targets)| {
        let (start, end) = pattern.split_once('*')?;
        if !(written.starts_with(start) && written.ends_with(end)) {
            return None;
        }
        targets.iter().find_map(|target| {
            let (before, behind) = target.split_once('*')?;
            let folder = format!("{}/", join(base, before).as_str().trim_end_matches('/'));
            let middle = path.as_str().strip_prefix(&folder)?.strip_suffix(behind)?;
            Some(format!("{start}{middle}{end}"))
        })
    });
    by_pattern.or_else(|| {
        let below = path.strip_prefix(config.base_url.as_ref()?).ok()?;
        Some(below.as_str().to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_is_named_as_it_was() {
        let path = |written: &str, target: &str, after: &str| {
            let (folder, target, after) = (Utf8Path::new("/p/src"), Utf8Path::new(target), Utf8Path::new(after));
            by_path(folder, &join(folder, written), target, after, written)
        };
        assert_eq!(path("./a", "/p/src/a.ts", "/p/src/b.ts"), "./b");
        assert_eq!(path("./a.js", "/p/src/a.ts", "/p/lib/b.ts"), "../lib/b.js");
        assert_eq!(path("./a.css", "/p/src/a.css", "/p/b.css"), "../b.css");
        assert_eq!(path("./a", "/p/src/a/index.ts", "/p/src/b/index.ts"), "./b");
        assert_eq!(path("./a", "/p/src/a/index.ts", "/p/src/a/main.ts"), "./a/main");
        assert_eq!(path("./a/index", "/p/src/a/index.ts", "/p/src/b/index.ts"), "./b/index");
        assert_eq!(path(".", "/p/src/index.ts", "/p/index.ts"), "..");
    }

    #[test]
    fn a_pattern_stays_one_if_it_can() {
        let config = Config {
            base_url: Some("/p".into()),
            paths: vec![("@/*".to_owned(), vec!["src/*".to_owned()])],
            ..Config::default()
        };
        let named = |written, after| by_settings(&config, written, Utf8Path::new(after));
        assert_eq!(named("@/a", "/p/src/b/c.ts").as_deref(), Some("@/b/c"));
        assert_eq!(named("@/a", "/p/src/b/index.ts").as_deref(), Some("@/b"));
        assert_eq!(named("@/a", "/p/lib/c.ts").as_deref(), Some("lib/c"));
        assert_eq!(named("@/a", "/q/c.ts"), None);
    }
}
