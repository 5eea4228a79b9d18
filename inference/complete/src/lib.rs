//! Completion that a database keeps honest: the model proposes, the database disposes.
//!
//! ```text
//!   place ──▶ prompt ──▶ writer (a model) ──▶ show ──▶ gate ──▶ answer
//!               ▲            ▲                          ▲
//!               └── context  └── guide: legal names     └── what would be wrong
//!                        \_________  Oracle  __________/
//! ```
//!
//! | module | subject |
//! | --- | --- |
//! | [`oracle`] | what completion asks of whoever knows the code |
//! | [`writer`] | what writes: a model, or in tests a rule |
//! | [`local`] | a writer with a model of this process |
//! | [`remote`] | a writer that asks a server, where the user names one |
//! | [`ladder`] | a writer behind which others stand |
//! | [`language`] | the little that has to be known of each language |
//! | [`prompt`] | what the model is told |
//! | [`secrets`] | what it is never told |
//! | [`guide`] | while it writes: the names that there are |
//! | [`extent`] | how much is written: a line or a block |
//! | [`gate`] | afterwards: what is wrong is cut |
//! | [`show`] | when silence is better |
//! | [`cache`] | what was made before, and still holds |
//! | [`completer`] | all of these in order |
//! | [`scheduler`] | who is completed when |
//! | [`acceptance`] | what became of what was shown |
//! | [`instruct`] | instructions in words |
//! | [`next_edit`] | what follows from what was just edited |
//!
//! Nothing here knows the analysis: the server gives an [`oracle::Oracle`].

pub mod acceptance;
pub mod cache;
pub mod completer;
pub mod extent;
pub mod gate;
pub mod guide;
pub mod instruct;
pub mod ladder;
pub mod language;
pub mod local;
pub mod next_edit;
pub mod oracle;
pub mod prompt;
pub mod remote;
pub mod scheduler;
pub mod secrets;
pub mod show;
#[cfg(test)]
mod testing;
pub mod writer;
