//! The libraries out of the archive of a package: a wheel is a zip, Node's packages are tar files.

use std::io::{Read, Write as _};

use camino::Utf8Path;

use super::{InstallError, Package};

/// The largest file that is taken out of an archive.
const LARGEST: u64 = 4 << 30;

/// Takes the libraries of this machine, and the terms that they come under, out of an archive. A library by itself is
/// copied.
pub(super) fn unpack(file: &Utf8Path, package: &Package, target: &Utf8Path) -> Result<(), InstallError> {
    let name = file.file_name().unwrap_or_default();
    let io = |error| InstallError::Io { path: file.to_owned(), error };
    let mut opened = std::fs::File::open(file).map_err(io)?;
    match file.extension() {
        Some("whl" | "zip") => wheel(opened, name, package, target),
        Some("tgz" | "gz") => tarball(opened, name, package, target),
        _ if crate::runtime::places::is_library(name) => keep(&mut opened, target, name),
        _ => {
            let reason = "it is neither a wheel (.whl), nor a package of npm (.tgz), nor a library of ONNX Runtime";
            Err(InstallError::Archive { file: name.to_owned(), reason: reason.to_owned() })
        }
    }
}

fn wheel(file: std::fs::File, name: &str, package: &Package, target: &Utf8Path) -> Result<(), InstallError> {
    let broken = |error: zip::result::ZipError| InstallError::Archive {
        file: name.to_owned(),
        reason: format!("it is no whole wheel: {error}"),
    };
    let mut archive = zip::ZipArchive::new(file).map_err(broken)?;
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).map_err(broken)?;
        let path = entry.name().to_owned();
        if let Some(kept) = wanted(package, &path) {
            keep(&mut entry, target, kept).map_err(|error| named(error, name))?;
        }
    }
    Ok(())
}

fn tarball(file: std::fs::File, name: &str, package: &Package, target: &Utf8Path) -> Result<(), InstallError> {
    let broken = |error: std::io::Error| InstallError::Archive {
        file: name.to_owned(),
        reason: format!("it is no whole package: {error}"),
    };
    let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(file));
    for entry in archive.entries().map_err(broken)? {
        let mut entry = entry.map_err(broken)?;
        let path = entry.path().map_err(broken)?.to_string_lossy().replace('\\', "/");
        let is_file = entry.header().entry_type().is_file();
        if let Some(kept) = wanted(package, &path).filter(|_| is_file) {
            keep(&mut entry, target, kept).map_err(|error| named(error, name))?;
        }
    }
    Ok(())
}

/// The name under which a file of an archive is kept, if it is.
fn wanted<'a>(package: &Package, path: &'a str) -> Option<&'a str> {
    let kept = package.library_name(path);
    kept.or_else(|| Package::is_licence(path).then(|| path.rsplit('/').next().unwrap_or(path)))
}

/// An archive that cannot be read to its end is broken; what cannot be written is not its fault.
fn named(error: InstallError, name: &str) -> InstallError {
    match error {
        InstallError::Archive { reason, .. } => InstallError::Archive { file: name.to_owned(), reason },
        other => other,
    }
}

/// Writes a file and waits until it is on the disk: after the renaming it counts as whole.
fn keep(from: &mut impl Read, target: &Utf8Path, name: &str) -> Result<(), InstallError> {
    let path = target.join(name);
    let io = |error| InstallError::Io { path: path.clone(), error };
    let mut file = std::fs::File::create(&path).map_err(io)?;
    let mut buffer = vec![0; 1 << 18];
    let mut from = from.take(LARGEST);
    loop {
        let count = from.read(&mut buffer).map_err(|error| InstallError::Archive {
            file: String::new(),
            reason: format!("{name} in it cannot be read: {error}"),
        })?;
        if count == 0 {
            break;
        }
        file.write_all(&buffer[..count]).map_err(io)?;
    }
    file.sync_all().map_err(io)
}
