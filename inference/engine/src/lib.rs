//! Language models in this process: folders of models, tokenizers, sessions, decoding.
//!
//! | module | subject |
//! | --- | --- |
//! | [`tokenizer`], [`vocabulary`] | text to tokens, and the bytes of each token |
//! | [`template`] | fill-in-the-middle prompts of the models that are known |
//! | [`model`] | folders of models |
//! | `made` | models that the project makes itself, for tests and measurements (feature `made-models`) |
//! | [`session`] | one model in memory that can be run: the seam to the engines |
//! | [`generate`] | from a prompt to a text: [`Generator`], and [`Worker`] for several at once |
//! | [`constraint`], [`healing`], [`speculation`], [`sampling`], [`stop`] | the parts of decoding |
//!
//! However a text is computed (with or without drafts, after whatever was computed before, beside others), its tokens are
//! those of a plain computation from nothing. `generate/tests.rs` proves it.

pub mod constraint;
pub mod control;
pub mod generate;
pub mod healing;
pub mod load;
#[cfg(any(test, feature = "made-models"))]
pub mod made;
pub mod model;
pub mod runtime;
pub mod sampling;
pub mod session;
pub mod speculation;
pub mod stop;
pub mod template;
pub mod token;
pub mod tokenizer;
pub mod vocabulary;

pub use constraint::{Allowed, Constraint, Unconstrained};
pub use control::{Cancel, Control};
pub use generate::{
    Figures, Finish, GenerateError, GeneratedToken, Generation, Generator, Job, Piece, Priority, Request, Sink, Worker,
};
pub use healing::heal;
pub use load::{EngineChoice, LoadError, LoadOptions, Provider, load};
pub use model::{Model, ModelError};
pub use sampling::{Random, Sampling};
pub use session::{Session, SessionFacts};
pub use speculation::Speculation;
pub use stop::Stop;
pub use template::{ContextFile, FimOrder, FimParts, FimTemplate};
pub use token::{Token, TokenMask};
pub use tokenizer::Tokenizer;
pub use vocabulary::Vocabulary;
