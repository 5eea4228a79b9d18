//! What a file means depends on its project: settings, modules, the platform's declarations.

pub(crate) mod config;
pub(crate) mod json;
pub(crate) mod library;
pub(crate) mod resolve;
