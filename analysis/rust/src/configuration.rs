//! How the engine is asked: its own defaults, and what the user set.

use ra_ap_ide::RaFixtureConfig;

/// Rust inside the strings of rust-analyzer's own tests is left alone.
pub(crate) fn fixtures() -> RaFixtureConfig<'static> {
    RaFixtureConfig { disable_ra_fixture: true, ..RaFixtureConfig::default() }
}
