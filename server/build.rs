//! How the program is linked.

use std::process::Command;

/// The first version of the GNU C library whose loader reads packed relocations.
const READS_PACKED: (u32, u32) = (2, 36);

/// The loader writes an address into some 150,000 places of a program of this size, and reads the list of them, 3.5 MB, at
/// each start. Packed, the list is a hundredth of that. A program that is linked so starts nowhere else, so it is done
/// only where the system that builds is one that can.
fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let variable = |name: &str| std::env::var(name).unwrap_or_default();
    let is_own = variable("TARGET") == variable("HOST") && variable("CARGO_CFG_TARGET_ENV") == "gnu";
    if variable("CARGO_CFG_TARGET_OS") == "linux" && is_own && c_library().is_some_and(|own| own >= READS_PACKED) {
        println!("cargo::rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
}

/// The version of the GNU C library of this system.
fn c_library() -> Option<(u32, u32)> {
    let printed = Command::new("getconf").arg("GNU_LIBC_VERSION").output().ok()?.stdout;
    let printed = String::from_utf8(printed).ok()?;
    let (major, minor) = printed.trim().strip_prefix("glibc ")?.split_once('.')?;
    Some((major.parse().ok()?, minor.split('.').next()?.parse().ok()?))
}
