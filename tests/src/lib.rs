//! Tests of the whole binary, through its protocols.
//!
//! | module | subject |
//! | --- | --- |
//! | [`answers`] | reading answers |
//! | [`binary`] | the binary under test |
//! | [`client`] | a small LSP client that sees every message |
//! | [`documentation`] | pages that are made from the code |
//! | [`fixture`] | folders with files, and cursors in them |
//! | [`http`] | a small HTTP client that sees everything |
//! | [`markdown`] | tests that read as documentation |
//! | `outcome` | what becomes of a file, on a page of tests |
//! | [`numbers`] | numbers that look random and are the same at every run |

pub mod answers;
pub mod binary;
pub mod client;
pub mod documentation;
pub mod fixture;
pub mod http;
pub mod markdown;
pub mod numbers;
mod offers;
mod outcome;
