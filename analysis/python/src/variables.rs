//! The user's environment variables.

use std::collections::BTreeMap;
use std::sync::Arc;

/// Where environment variables come from.
#[derive(Clone, Debug, Default)]
pub(crate) enum Variables {
    /// From the process.
    #[default]
    Process,
    /// From here, and nowhere else: answers do not depend on the machine.
    #[cfg_attr(not(test), expect(dead_code, reason = "tests must not depend on the machine"))]
    Fixed(Arc<BTreeMap<String, String>>),
}

impl Variables {
    /// A variable that is set and not empty.
    pub(crate) fn get(&self, name: &str) -> Option<String> {
        let value = match self {
            Self::Process => std::env::var(name).ok(),
            Self::Fixed(values) => values.get(name).cloned(),
        };
        value.filter(|value| !value.is_empty())
    }
}
