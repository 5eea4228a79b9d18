//! Findings of a whole repository.
//!
//! | module | subject |
//! | --- | --- |
//! | [`run`] | checking files, in parallel, in an order that is the same every time |
//! | [`severity`] | how severe a finding is after what the user set |
//! | [`report`] | findings as text, JSON and SARIF |
//! | [`rules`] | the page of each rule |

pub mod report;
pub mod rules;
pub mod run;
pub mod severity;

pub use run::{Finding, Outcome, Place};
pub use severity::severity_of;
