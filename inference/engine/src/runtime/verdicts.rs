//! What was found out about libraries, until their files change.

use std::collections::BTreeMap;
use std::time::UNIX_EPOCH;

use camino::{Utf8Path, Utf8PathBuf};

use super::places::data_folder;
use crate::load::Provider;

type Verdicts = BTreeMap<String, Result<String, String>>;

/// The most that are remembered.
const MOST: usize = 64;

fn file() -> Option<Utf8PathBuf> {
    Some(data_folder()?.join("runtime-verdicts.json"))
}

/// What identifies a library as it is now: path, size, time, provider, and this program's version.
pub(super) fn key(path: &Utf8Path, provider: Provider) -> Option<String> {
    let data = std::fs::metadata(path).ok()?;
    let time = data.modified().ok()?.duration_since(UNIX_EPOCH).ok()?.as_nanos();
    Some(format!("{} {path} {} {time} {}", env!("CARGO_PKG_VERSION"), data.len(), provider.name()))
}

/// What is known.
pub(super) fn read(key: &str) -> Option<Result<String, String>> {
    all()?.remove(key)
}

fn all() -> Option<Verdicts> {
    serde_json::from_slice(&std::fs::read(file()?).ok()?).ok()
}

/// Remembers. Where that cannot be, the library is tried again next time.
pub(super) fn write(key: &str, verdict: &Result<String, String>) {
    let store = || -> Option<()> {
        let path = file()?;
        let folder = path.parent()?;
        std::fs::create_dir_all(folder).ok()?;
        let mut verdicts = all().filter(|verdicts| verdicts.len() < MOST).unwrap_or_default();
        verdicts.insert(key.to_owned(), verdict.clone());
        let mut file = tempfile::NamedTempFile::new_in(folder).ok()?;
        serde_json::to_writer(&mut file, &verdicts).ok()?;
        file.persist(path).ok()?;
        Some(())
    };
    if store().is_none() {
        tracing::debug!("what was found out about a library of ONNX Runtime cannot be kept");
    }
}
