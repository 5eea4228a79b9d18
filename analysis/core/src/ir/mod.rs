//! What a language's source is lowered to: plain data without a tree.
//!
//! | module | subject |
//! | --- | --- |
//! | [`items`] | the summary of a file: what others may depend on, without offsets; and where it all stands |
//! | [`body`] | the inside of a function or an initialiser: expressions, statements, locals |
//! | [`type_ref`] | types as they are written, names not yet looked up |

pub(crate) mod body;
pub(crate) mod items;
pub(crate) mod type_ref;
