//! Files and folders that are going to have other paths.

use montuno_base::{Utf8Path, Utf8PathBuf};

/// A file or folder that is going to have another path.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FileMove {
    /// Where it is.
    pub from: Utf8PathBuf,
    /// Where it will be.
    pub to: Utf8PathBuf,
}

/// Files and folders that move at once.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Moves {
    all: Vec<FileMove>,
}

impl Moves {
    /// These moves. What stays where it is is left out.
    pub fn new(moves: impl IntoIterator<Item = FileMove>) -> Self {
        Self { all: moves.into_iter().filter(|one| one.from != one.to).collect() }
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &FileMove> {
        self.all.iter()
    }

    /// Whether nothing moves.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Where what is at a path will be: at the same one, unless it or a folder that it lies in moves.
    pub fn after(&self, path: &Utf8Path) -> Utf8PathBuf {
        let around = self.all.iter().filter(|one| path.starts_with(&one.from));
        let Some(nearest) = around.max_by_key(|one| one.from.as_str().len()) else { return path.to_owned() };
        match path.strip_prefix(&nearest.from) {
            Ok(rest) if rest.as_str().is_empty() => nearest.to.clone(),
            Ok(rest) => nearest.to.join(rest),
            Err(_) => path.to_owned(),
        }
    }

    /// Whether what is at a path will be elsewhere.
    pub fn moves(&self, path: &Utf8Path) -> bool {
        self.all.iter().any(|one| path.starts_with(&one.from))
    }
}

/// A path as it is written from a folder: `..` up to what both have in common, with `/` between the parts.
pub fn relative(folder: &Utf8Path, path: &Utf8Path) -> String {
    let mut here = folder.components().peekable();
    let mut there = path.components().peekable();
    while here.peek().is_some() && here.peek() == there.peek() {
        here.next();
        there.next();
    }
    let up = here.map(|_| "..");
    let down = there.map(|part| part.as_str());
    up.chain(down).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_folder_that_moves_counts() {
        let moves = Moves::new(
            [("/a", "/b"), ("/a/c/d.py", "/e.py"), ("/x", "/x")]
                .map(|(from, to)| FileMove { from: from.into(), to: to.into() }),
        );
        let after = |path: &str| moves.after(Utf8Path::new(path)).into_string();
        assert_eq!(after("/a/c/d.py"), "/e.py");
        assert_eq!(after("/a/c/f.py"), "/b/c/f.py");
        assert_eq!(after("/a"), "/b");
        assert_eq!(after("/ab"), "/ab");
        assert!(moves.moves(Utf8Path::new("/a/z")) && !moves.moves(Utf8Path::new("/x")));
    }

    #[test]
    fn a_path_is_written_from_a_folder() {
        let from = |folder: &str, path: &str| relative(Utf8Path::new(folder), Utf8Path::new(path));
        assert_eq!(from("/a/b", "/a/c/d"), "../c/d");
        assert_eq!(from("/a", "/a/b/c"), "b/c");
        assert_eq!(from("/a/b", "/a"), "..");
        assert_eq!(from("/a", "/a"), "");
    }
}
