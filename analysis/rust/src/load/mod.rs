//! From crates on disk to the engine's database.
//!
//! | module | subject |
//! | --- | --- |
//! | [`words`], [`scan`] | what a look over a file's text tells |
//! | [`source`] | the files that a crate is made of |
//! | [`database`] | what the engine has been given |
//! | [`prime`] | names resolved before anyone asks |

pub(crate) mod database;
pub(crate) mod prime;
pub(crate) mod scan;
pub(crate) mod source;
mod words;
