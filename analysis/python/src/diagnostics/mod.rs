//! What is wrong in a file, and how sure that is.

pub(crate) mod rules;
