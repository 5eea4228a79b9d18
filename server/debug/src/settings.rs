//! What a user can set for debugging.

use montuno_base::settings::{Debug, NativeDebugger};

use crate::backend::Backend;

/// The settings of debugging, as everything in this crate asks for them.
#[derive(Clone, Debug, Default)]
pub struct DebugSettings {
    /// As they are written.
    pub written: Debug,
}

impl From<Debug> for DebugSettings {
    fn from(written: Debug) -> Self {
        Self { written }
    }
}

impl DebugSettings {
    /// The command that is set for a debugger.
    pub fn command(&self, backend: Backend) -> Option<&[String]> {
        self.written.backends.get(backend.name()).map(Vec::as_slice)
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
