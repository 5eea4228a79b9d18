//! VS Code: an extension, which VS Code installs itself.

use super::Plan;

pub(super) fn plan() -> Plan {
    let version = env!("CARGO_PKG_VERSION");
    let lines = [
        "VS Code installs the extension, which has its own copy of the program:".to_owned(),
        String::new(),
        format!("  code --install-extension montuno-{}-{version}.vsix", target()),
        String::new(),
        "`npm ci && npm run package` in editors/vscode makes that file.".to_owned(),
    ];
    Plan { changes: Vec::new(), notes: lines.to_vec() }
}

/// The system, as the names of extensions have it.
fn target() -> String {
    let system = match std::env::consts::OS {
        "macos" => "darwin",
        "windows" => "win32",
        other => other,
    };
    let processor = match std::env::consts::ARCH {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        other => other,
    };
    format!("{system}-{processor}")
}
