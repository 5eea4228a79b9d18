//! One debug adapter for every language: `montuno dap`.
//!
//! ```text
//!  editor ──▶ codec ──▶ session ──▶ codec ──▶ lldb-dap · gdb · debugpy · delve · js-debug
//!                          │
//!                          ├── launch       what to debug, from a file and a line; building it
//!                          ├── capabilities what a debugger can do, and what is answered for it
//!                          ├── breakpoints  where a breakpoint lands, by the syntax tree
//!                          └── headless     the same without an editor: a report of why a program failed
//! ```
//!
//! # Why the proxy is our own
//!
//! No crate passes messages on without loss. `dap` 0.4.1-alpha1 writes `seq` twice and bytes after the body
//! that its header does not count, and refuses commands that it does not know; the others decode into typed
//! structures, and drop the fields that these do not have. A proxy that does so takes from the user whatever
//! the debugger and the editor agreed on. So a message here is the list of its fields with their text
//! ([`message`]), and only what we begin or change ourselves is looked into.

pub mod backend;
pub mod breakpoints;
pub mod capabilities;
pub mod codec;
pub mod headless;
pub mod launch;
pub mod message;
pub mod serve;
pub mod session;
pub mod settings;
pub mod values;
