//! A file as it is and as it would be.

use std::io::Write as _;

use anyhow::Context as _;
use montuno_base::{Utf8Path, Utf8PathBuf};

/// A change of one file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Change {
    pub path: Utf8PathBuf,
    /// Its text; `None` if it is not there.
    before: Option<String>,
    /// The text that it is to have, or why it can only be changed by hand.
    after: Result<String, String>,
    /// What is shown of it to who wants to do it by hand; `None` for a file that is wholly ours.
    pub shown: Option<String>,
}

impl Change {
    /// A file of the user's that takes in something of ours. `merge` is given its text, which is empty if there is none.
    pub(super) fn merged(
        path: Utf8PathBuf,
        shown: impl Into<String>,
        merge: impl FnOnce(&str) -> anyhow::Result<String>,
    ) -> anyhow::Result<Self> {
        let before = read(&path)?;
        let after = merge(before.as_deref().unwrap_or_default()).map_err(|error| format!("{path}: {error:#}"));
        Ok(Self { path, before, after, shown: Some(shown.into()) })
    }

    /// A file that is wholly ours.
    pub(super) fn owned(path: Utf8PathBuf, after: impl Into<String>) -> anyhow::Result<Self> {
        Ok(Self { before: read(&path)?, path, after: Ok(after.into()), shown: None })
    }

    /// The text that it is to have.
    pub(super) fn after(&self) -> anyhow::Result<&str> {
        self.after.as_deref().map_err(|reason| anyhow::anyhow!("{reason}"))
    }

    pub(super) fn is_needed(&self) -> bool {
        self.before.as_deref() != self.after.as_deref().ok()
    }

    /// What is different, as `diff -u` has it.
    pub(super) fn difference(&self) -> anyhow::Result<String> {
        let before = self.before.as_deref().unwrap_or_default();
        let difference = similar::TextDiff::from_lines(before, self.after()?);
        let path = self.path.as_str();
        Ok(difference.unified_diff().header(path, path).to_string().trim_end().to_owned())
    }

    /// Writes the file in one step. Returns where what was there is kept, if something was.
    pub(super) fn write(&self) -> anyhow::Result<Option<Utf8PathBuf>> {
        let after = self.after()?;
        // A link stays one: what it leads to is written.
        let path = self.path.canonicalize_utf8().unwrap_or_else(|_| self.path.clone());
        let folder = path.parent().with_context(|| format!("{path} is in no folder"))?;
        std::fs::create_dir_all(folder).with_context(|| format!("{folder} cannot be made"))?;
        let copy = match &self.before {
            // A file that is wholly ours is no loss.
            Some(_) if self.shown.is_some() => Some(copy_of(&path)?),
            _ => None,
        };
        let mut file =
            tempfile::NamedTempFile::new_in(folder).with_context(|| format!("{folder} cannot be written"))?;
        file.write_all(after.as_bytes())?;
        let permissions = std::fs::metadata(&path).map(|metadata| metadata.permissions());
        #[cfg(unix)]
        let permissions = permissions.or_else(|_| {
            use std::os::unix::fs::PermissionsExt as _;
            Ok::<_, std::io::Error>(std::fs::Permissions::from_mode(0o644))
        });
        if let Ok(permissions) = permissions {
            std::fs::set_permissions(file.path(), permissions)?;
        }
        file.persist(&path).with_context(|| format!("{path} cannot be written"))?;
        Ok(copy)
    }
}

fn read(path: &Utf8Path) -> anyhow::Result<Option<String>> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("{path} cannot be read")),
    }
}

/// Copies a file to a name beside it that is free.
fn copy_of(path: &Utf8Path) -> anyhow::Result<Utf8PathBuf> {
    let names = (1..).map(|turn| match turn {
        1 => Utf8PathBuf::from(format!("{path}.before-montuno")),
        _ => Utf8PathBuf::from(format!("{path}.before-montuno-{turn}")),
    });
    let copy = names.take(1000).find(|name| !name.exists()).context("there are a thousand copies already")?;
    std::fs::copy(path, &copy).with_context(|| format!("{copy} cannot be written"))?;
    Ok(copy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_there_is_kept_and_nothing_is_written_twice() {
        let folder = tempfile::tempdir().unwrap();
        let path = Utf8PathBuf::from_path_buf(folder.path().join("deep/config")).unwrap();
        let change = || Change::merged(path.clone(), "b", |before| Ok(format!("{}b\n", before.replace("b\n", ""))));
        assert_eq!(change().unwrap().write().unwrap(), None);
        assert!(!change().unwrap().is_needed());
        std::fs::write(&path, "a\n").unwrap();
        let needed = change().unwrap();
        let difference = needed.difference().unwrap();
        assert!(difference.ends_with(" a\n+b"), "{difference}");
        let copy = needed.write().unwrap().unwrap();
        assert_eq!(std::fs::read_to_string(&copy).unwrap(), "a\n");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "a\nb\n");
        std::fs::write(&path, "c\n").unwrap();
        let other = change().unwrap().write().unwrap().unwrap();
        assert_ne!(copy, other, "a copy is never written over");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_a_link() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("dotfiles");
        std::fs::write(&target, "a\n").unwrap();
        let link = Utf8PathBuf::from_path_buf(folder.path().join("config")).unwrap();
        std::os::unix::fs::symlink(&target, &link).unwrap();
        Change::merged(link.clone(), "b", |before| Ok(format!("{before}b\n"))).unwrap().write().unwrap();
        assert!(std::fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(std::fs::read_to_string(target).unwrap(), "a\nb\n");
    }
}
