//! Tests of the whole binary, through its protocols.
//!
//! | module | subject |
//! | --- | --- |
//! | [`binary`] | the binary under test |
//! | [`client`] | a small LSP client that sees every message |
//! | [`fixture`] | folders with files, and cursors in them |
//! | [`markdown`] | tests that read as documentation |

pub mod binary;
pub mod client;
pub mod fixture;
pub mod markdown;
