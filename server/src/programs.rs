//! Other programs of the user's: where they are found, and how one is run so that it can do no harm.
//!
//! A repository must not get anything run by being opened. So a program is taken from the user's own `PATH`
//! alone; one that lies in the workspace (an environment that was activated, `node_modules/.bin`) only where
//! the workspace is trusted. It runs in a folder without anything in it unless the workspace is trusted,
//! because many programs obey files of the folder that they are started in.

use std::io::{Read, Write as _};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use montuno_base::{Utf8Path, Utf8PathBuf};

/// The most that a program may write, in bytes.
const LONGEST_OUTPUT: u64 = 64 << 20;

/// What a program may do.
#[derive(Clone, Debug)]
pub(crate) struct Permission {
    /// The workspace folders.
    pub roots: Vec<Utf8PathBuf>,
    /// Whether the user trusts them.
    pub trusted: bool,
}

/// The program of this name on the user's `PATH`. `None` if there is none that may be run.
pub(crate) fn find(name: &str, permission: &Permission) -> Option<Utf8PathBuf> {
    let path = std::env::var_os("PATH")?;
    find_in(name, &path, permission)
}

fn find_in(name: &str, path: &std::ffi::OsStr, permission: &Permission) -> Option<Utf8PathBuf> {
    if name.is_empty() {
        return None;
    }
    let given = Utf8Path::new(name);
    let folders = std::env::split_paths(path).filter_map(|folder| Utf8PathBuf::from_path_buf(folder).ok());
    let candidates: Vec<Utf8PathBuf> = if given.is_absolute() {
        vec![given.to_owned()]
    } else if given.components().count() > 1 {
        // A path relative to no folder in particular: whoever sets it means the workspace.
        permission.roots.iter().map(|root| root.join(given)).collect()
    } else {
        // A relative entry of `PATH` means the folder that happens to be current.
        folders.filter(|folder| folder.is_absolute()).map(|folder| folder.join(name)).collect()
    };
    let endings: &[&str] = if cfg!(windows) { &[".exe", ".cmd", ".bat", ""] } else { &[""] };
    let all = candidates
        .iter()
        .flat_map(|candidate| endings.iter().map(move |ending| Utf8PathBuf::from(format!("{candidate}{ending}"))));
    all.into_iter().find(|program| is_executable(program) && may_run(program, permission))
}

fn may_run(program: &Utf8Path, permission: &Permission) -> bool {
    if permission.trusted {
        return true;
    }
    // Neither the path nor what it stands for may lie in the workspace.
    let real = program.canonicalize_utf8().unwrap_or_else(|_| program.to_owned());
    let roots = permission
        .roots
        .iter()
        .flat_map(|root| [root.clone(), root.canonicalize_utf8().unwrap_or_else(|_| root.clone())]);
    let written = montuno_base::files::normalize(program).unwrap_or_else(|_| program.to_owned());
    !roots.into_iter().any(|root| written.starts_with(&root) || real.starts_with(&root))
}

#[cfg(unix)]
fn is_executable(path: &Utf8Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(path).is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_executable(path: &Utf8Path) -> bool {
    std::fs::metadata(path).is_ok_and(|file| file.is_file())
}

/// What a program said.
#[derive(Debug)]
pub(crate) struct Output {
    pub succeeded: bool,
    pub stdout: Vec<u8>,
    pub stderr: String,
}

/// Runs a program with a text on its standard input.
///
/// # Errors
/// Why there is no output, in a sentence: it does not start, takes longer than `patience`, writes too much. It is
/// ended then.
pub(crate) fn run(
    program: &Utf8Path,
    arguments: &[String],
    folder: &Utf8Path,
    input: &str,
    patience: Duration,
) -> Result<Output, String> {
    let name = program.file_name().unwrap_or("the program");
    let begun = Instant::now();
    let mut child = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("{program} does not start: {error}"))?;
    let (send, received) = channel();
    // Threads of their own: a program may write before it has read everything, and one that was ended may have
    // left another behind that keeps its pipes open, so nobody waits for these.
    if let Some(mut stdin) = child.stdin.take() {
        let input = input.to_owned();
        std::thread::spawn(move || _ = stdin.write_all(input.as_bytes()));
    }
    let stdout = child.stdout.take().map(|pipe| (0, Box::new(pipe) as Box<dyn Read + Send>));
    let stderr = child.stderr.take().map(|pipe| (1, Box::new(pipe) as Box<dyn Read + Send>));
    for (which, pipe) in [stdout, stderr].into_iter().flatten() {
        let send = send.clone();
        std::thread::spawn(move || {
            let mut bytes = Vec::new();
            let read = pipe.take(LONGEST_OUTPUT + 1).read_to_end(&mut bytes);
            let _ = send.send((which, read.map(|_| bytes)));
        });
    }
    drop(send);
    let mut outputs = [Vec::new(), Vec::new()];
    for _ in 0..2 {
        match received.recv_timeout(patience.saturating_sub(begun.elapsed())) {
            Ok((which, Ok(bytes))) if bytes.len() as u64 <= LONGEST_OUTPUT => outputs[which] = bytes,
            Ok((_, Ok(_))) => {
                end(&mut child);
                return Err(format!("{name} writes without end"));
            }
            Ok((_, Err(error))) => {
                end(&mut child);
                return Err(format!("{name} cannot be read: {error}"));
            }
            Err(RecvTimeoutError::Timeout) => {
                end(&mut child);
                return Err(format!("{name} took longer than {} s and was ended", patience.as_secs()));
            }
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) if begun.elapsed() < patience => std::thread::sleep(Duration::from_millis(5)),
            Ok(None) => {
                end(&mut child);
                return Err(format!("{name} took longer than {} s and was ended", patience.as_secs()));
            }
            Err(error) => return Err(format!("{name} cannot be waited for: {error}")),
        }
    };
    let [stdout, stderr] = outputs;
    Ok(Output { succeeded: status.success(), stdout, stderr: String::from_utf8_lossy(&stderr).into_owned() })
}

/// Ends a program that was started here.
fn end(child: &mut Child) {
    let _ = child.kill();
    let _ = child.wait();
}

/// The folder that a program runs in: the file's own where the workspace is trusted, else one without files that
/// a repository could have put there.
pub(crate) fn folder_for(file: &Utf8Path, permission: &Permission) -> Utf8PathBuf {
    let own = file.parent().filter(|folder| permission.trusted && folder.is_dir());
    own.map_or_else(|| Utf8PathBuf::from(if cfg!(windows) { "C:\\" } else { "/" }), Utf8Path::to_owned)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn script(folder: &Utf8Path, name: &str, text: &str) -> Utf8PathBuf {
        use std::os::unix::fs::PermissionsExt as _;
        let path = folder.join(name);
        std::fs::create_dir_all(folder).unwrap();
        std::fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    fn temporary() -> (tempfile::TempDir, Utf8PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = Utf8PathBuf::from_path_buf(folder.path().canonicalize().unwrap()).unwrap();
        (folder, path)
    }

    #[test]
    fn a_program_of_the_workspace_needs_trust() {
        let (_held, folder) = temporary();
        let root = folder.join("repository");
        script(&root.join("bin"), "fmt", "cat");
        std::fs::create_dir_all(folder.join("links")).unwrap();
        std::os::unix::fs::symlink(root.join("bin/fmt"), folder.join("links/fmt")).unwrap();
        let untrusted = Permission { roots: vec![root.clone()], trusted: false };
        let path = std::env::join_paths([root.join("bin"), folder.join("links")]).unwrap();
        assert_eq!(find_in("fmt", &path, &untrusted), None, "neither it nor a link to it");
        let trusted = Permission { trusted: true, ..untrusted.clone() };
        assert_eq!(find_in("fmt", &path, &trusted), Some(root.join("bin/fmt")));
        let own = script(&folder.join("mine"), "fmt", "cat");
        let path = std::env::join_paths([root.join("bin"), folder.join("mine")]).unwrap();
        assert_eq!(find_in("fmt", &path, &untrusted), Some(own));
        assert_eq!(find_in("bin/fmt", &path, &untrusted), None);
        assert_eq!(find_in("fmt", std::ffi::OsStr::new("bin:.:"), &untrusted), None);
    }

    #[test]
    fn what_it_reads_and_writes_goes_through() {
        let (_held, folder) = temporary();
        let program = script(&folder, "both", "cat; echo why >&2; exit 3");
        let text = "x".repeat(1 << 20);
        let output = run(&program, &[], &folder, &text, Duration::from_secs(60)).unwrap();
        assert_eq!((output.succeeded, output.stdout.len(), output.stderr.as_str()), (false, 1 << 20, "why\n"));
    }

    #[test]
    fn a_program_that_hangs_is_ended() {
        let (_held, folder) = temporary();
        let program = script(&folder, "hang", "exec sleep 600");
        let error = run(&program, &[], &folder, "", Duration::from_millis(100)).unwrap_err();
        assert!(error.contains("was ended"), "{error}");
        let program = script(&folder, "child", "sleep 20 & exit 0");
        let error = run(&program, &[], &folder, "", Duration::from_millis(100)).unwrap_err();
        assert!(error.contains("was ended"), "{error}");
    }
}
