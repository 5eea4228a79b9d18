//! What a user can set for debugging.

use montuno_base::Utf8PathBuf;
use montuno_base::settings::{Debug, NativeDebugger};

use crate::backend::{Backend, discovery};

/// The settings of debugging, as everything in this crate asks for them.
#[derive(Clone, Debug, Default)]
pub struct DebugSettings {
    /// As they are written.
    pub written: Debug,
    /// Folders from which no program is taken: a workspace that nobody asked to run. Absolute paths without links.
    pub untrusted: Vec<Utf8PathBuf>,
}

impl From<Debug> for DebugSettings {
    fn from(written: Debug) -> Self {
        Self { written, untrusted: Vec::new() }
    }
}

impl DebugSettings {
    /// The command that is set for a debugger.
    pub fn command(&self, backend: Backend) -> Option<&[String]> {
        self.written.backends.get(backend.name()).map(Vec::as_slice)
    }

    /// The program of this name on `PATH`, or at this path, that comes from no folder that is not trusted.
    pub fn which(&self, name: &str) -> Option<Utf8PathBuf> {
        let is_trusted = |path: &Utf8PathBuf| {
            let real = path.canonicalize_utf8().unwrap_or_else(|_| path.clone());
            !self.untrusted.iter().any(|folder| path.starts_with(folder) || real.starts_with(folder))
        };
        discovery::candidates(name).into_iter().find(is_trusted)
    }

    /// The debuggers for Rust, C and C++, the preferred one first.
    pub fn native(&self) -> [Backend; 2] {
        match self.written.native {
            NativeDebugger::LldbDap => [Backend::LldbDap, Backend::Gdb],
            NativeDebugger::Gdb => [Backend::Gdb, Backend::LldbDap],
        }
    }

    /// How long a debugger may take to show a value.
    pub fn patience(&self) -> std::time::Duration {
        std::time::Duration::from_secs(u64::from(self.written.patience.max(1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_taken_from_a_folder_that_is_not_trusted() {
        let own = Utf8PathBuf::from_path_buf(std::env::current_exe().unwrap()).unwrap();
        let mut settings = DebugSettings::default();
        assert_eq!(settings.which(own.as_str()), Some(own.clone()));
        settings.untrusted.push(own.parent().unwrap().canonicalize_utf8().unwrap());
        assert_eq!(settings.which(own.as_str()), None);
    }
}
