//! How Rust's values are shown by LLDB.

use serde_json::Value;

/// The commands that a session of LLDB begins with: ours, then the user's.
pub fn init_commands(own: &Value) -> Value {
    let mut commands: Vec<Value> = Vec::new();
    commands.extend(own.as_array().cloned().unwrap_or_default());
    commands.into()
}
