//! Completion by a language model: what binds `inference/complete` to the host.
//!
//! | module | subject |
//! | --- | --- |
//! | [`oracle`] | what completion is told of the code |
//! | [`models`] | models on this machine |
//! | [`assistant`] | the completion of one session |

pub(crate) mod assistant;
pub(crate) mod models;
pub(crate) mod oracle;

pub(crate) use assistant::Assistant;
