//! Installing with a client that was made for the test: no package is fetched.

use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;

use super::*;

/// The name that a library has on this machine.
const LIBRARY: &str = if cfg!(target_os = "macos") { "libonnxruntime.1.dylib" } else { "libonnxruntime.so.1" };

struct Place {
    _folder: tempfile::TempDir,
    path: Utf8PathBuf,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = Utf8PathBuf::from_path_buf(folder.path().to_owned()).unwrap();
        Self { _folder: folder, path }
    }

    /// A wheel with these files.
    fn wheel(&self, files: &[(&str, &[u8])]) -> Utf8PathBuf {
        let path = self.path.join("onnxruntime-0.0.1-x.whl");
        let mut writer = zip::ZipWriter::new(std::fs::File::create(&path).unwrap());
        for (name, content) in files {
            writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            writer.write_all(content).unwrap();
        }
        writer.finish().unwrap();
        path
    }

    /// A client that runs this script: `$TO` is the folder that files are wanted in.
    fn client(&self, script: &str) -> Client {
        let program = self.path.join("client");
        let text = format!("#!/bin/sh\nfor last; do :; done\nTO=$(pwd)\n{script}\n");
        std::fs::write(&program, text).unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
        Client { kind: ClientKind::Pip, program }
    }

    /// What is in the folder of runtimes.
    fn left(&self) -> Vec<String> {
        let entries = folder(&self.path).read_dir_utf8().unwrap();
        entries.flatten().map(|entry| entry.file_name().to_owned()).collect()
    }
}

/// A package whose file has this checksum.
fn package(sha256: &str) -> Package {
    Package { version: "0.0.1", size: 100, sha256: sha256.to_owned().leak(), ..PACKAGES[0] }
}

/// A library that can be loaded: this test's own C library.
fn real_library() -> Option<Vec<u8>> {
    let maps = std::fs::read_to_string("/proc/self/maps").ok()?;
    let path = maps.lines().filter_map(|line| line.split_whitespace().last()).find(|path| path.contains("libc.so"))?;
    std::fs::read(path).ok()
}

fn install_with(place: &Place, wheel: &Utf8Path, script: &str) -> Result<Installed, InstallError> {
    let package = package(&sha256(wheel, &mut |_| {}).unwrap());
    install(&package, &place.client(script), &place.path, &mut |_| {})
}

#[test]
fn a_package_is_fetched_checked_unpacked_and_put_into_its_place() {
    let Some(library) = real_library() else { return };
    let place = Place::new();
    let inside = format!("onnxruntime/capi/{LIBRARY}");
    let wheel = place.wheel(&[(&inside, &library), ("onnxruntime/LICENSE", b"terms"), ("onnxruntime/a.py", b"code")]);
    let mut steps = Vec::new();
    let package = package(&sha256(&wheel, &mut |_| {}).unwrap());
    let client = place.client(&format!("cp {wheel} $TO/"));
    let installed = install(&package, &client, &place.path, &mut |step| steps.push(step)).unwrap();
    assert_eq!(place.left(), ["onnxruntime-0.0.1"]);
    let folder = installed.library.parent().unwrap();
    assert_eq!(std::fs::read(&installed.library).unwrap(), library);
    assert!(folder.join("LICENSE").is_file() && !folder.join("a.py").exists());
    assert!(matches!(steps[..], [.., Step::Checking, Step::Unpacking, Step::Trying]), "{steps:?}");
    // Once more: what is there is replaced, and nothing else is left.
    install(&package, &client, &place.path, &mut |_| {}).unwrap();
    assert_eq!(place.left(), ["onnxruntime-0.0.1"]);
    assert_eq!(remove(&place.path, Some("other")).unwrap(), Vec::<String>::new());
    assert_eq!(remove(&place.path, None).unwrap(), ["onnxruntime-0.0.1"]);
}

#[test]
fn a_damaged_or_exchanged_file_is_refused_and_leaves_nothing() {
    let place = Place::new();
    let wheel = place.wheel(&[("onnxruntime/LICENSE", b"terms")]);
    let error = install_with(&place, &wheel, &format!("head -c 50 {wheel} > $TO/x.whl")).unwrap_err();
    assert!(matches!(error, InstallError::Checksum { .. }), "{error}");
    assert!(error.to_string().contains("nothing of it was used"), "{error}");
    assert!(place.left().is_empty(), "{:?}", place.left());
}

#[test]
fn a_client_that_fails_is_quoted() {
    let place = Place::new();
    let wheel = place.wheel(&[]);
    let failing = |script: &str| install_with(&place, &wheel, script).unwrap_err().to_string();
    let said = failing("echo 'ERROR: No matching distribution found' >&2; exit 1");
    assert!(said.contains("could not get onnxruntime 0.0.1: ERROR: No matching distribution found"), "{said}");
    let said = failing("echo 'OSError: [Errno 28] No space left on device' >&2; exit 2");
    assert!(said.contains("is full") && said.contains("Nothing of what was begun is kept"), "{said}");
    assert!(failing("true").contains("left no file"));
    assert!(failing("kill -9 $$").contains("signal"));
    assert!(place.left().is_empty(), "{:?}", place.left());
}

#[test]
fn an_archive_without_a_library_or_with_a_broken_one_is_refused() {
    let place = Place::new();
    let inside = format!("onnxruntime/capi/{LIBRARY}");
    for (files, reason) in [
        (vec![("onnxruntime/LICENSE", &b"terms"[..])], "holds no library"),
        (vec![(inside.as_str(), &b"not a library at all"[..])], "it is not a library"),
        (vec![(inside.as_str(), &b"\x7fELF\x02\x01\x01"[..])], "cut off"),
    ] {
        let wheel = place.wheel(&files);
        let error = install_with(&place, &wheel, &format!("cp {wheel} $TO/")).unwrap_err().to_string();
        assert!(error.contains(reason), "{reason}: {error}");
        assert!(place.left().is_empty(), "{:?}", place.left());
    }
    // What the user has may be no archive at all, or be cut off.
    for (name, content) in [("a.whl", &b"PK\x03\x04"[..]), ("a.tgz", b"\x1f\x8b\x08"), ("a.txt", b"")] {
        let file = place.path.join(name);
        std::fs::write(&file, content).unwrap();
        let error = install_file(&file, &place.path, &mut |_| {}).unwrap_err();
        assert!(matches!(error, InstallError::Archive { .. }), "{name}: {error}");
    }
    assert!(place.left().is_empty());
}

#[test]
fn a_package_of_npm_is_taken_apart() {
    let Some(library) = real_library() else { return };
    let place = Place::new();
    let file = place.path.join("own.tgz");
    let mut archive = tar::Builder::new(flate2::write::GzEncoder::new(
        std::fs::File::create(&file).unwrap(),
        flate2::Compression::fast(),
    ));
    let machine = if cfg!(target_arch = "aarch64") { "arm64" } else { "x64" };
    for (path, content) in [
        (format!("package/bin/napi-v6/linux/{machine}/libonnxruntime.so.1"), library.as_slice()),
        ("package/bin/napi-v6/win32/x64/onnxruntime.dll".to_owned(), b"other"),
        ("package/LICENSE".to_owned(), b"terms"),
    ] {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        archive.append_data(&mut header, path, content).unwrap();
    }
    archive.into_inner().unwrap().finish().unwrap();
    if !cfg!(target_os = "linux") {
        return;
    }
    let installed = install_file(&file, &place.path, &mut |_| {}).unwrap();
    let names = crate::model::files(installed.library.parent().unwrap());
    assert_eq!(
        names.iter().filter_map(|path| path.file_name()).collect::<Vec<_>>(),
        ["LICENSE", "libonnxruntime.so.1"]
    );
}
