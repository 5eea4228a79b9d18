//! What a caller that knows more than the model lets it say.

use crate::token::TokenMask;
use crate::vocabulary::Vocabulary;

/// What a constraint says of the next token.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Allowed {
    /// It does not know: every token may come. The mask is not looked at.
    Everything,
    /// Those of the mask, and no end. If there are none, the text ends all the same.
    Masked,
    /// Those of the mask, or the end of the text.
    MaskedOrEnd,
    /// The text ends here.
    End,
}

/// Decides which tokens may come next.
///
/// The answer must depend on `text` alone: a text of which several tokens are computed at once is asked about in
/// the same order, but a draft that was rejected may have been asked about before.
pub trait Constraint: Send {
    /// Says what may follow `text`: the bytes generated so far, with the request's
    /// [`required_start`](crate::Request::required_start) if there is one (it is required besides, so it needs no
    /// check here). A character may be cut at the end of `text`. `mask` is empty when this is called.
    fn allow(&mut self, text: &[u8], vocabulary: &Vocabulary, mask: &mut TokenMask) -> Allowed;
}

/// Lets the model say whatever it wants.
#[derive(Clone, Copy, Default, Debug)]
pub struct Unconstrained;

impl Constraint for Unconstrained {
    fn allow(&mut self, _text: &[u8], _vocabulary: &Vocabulary, _mask: &mut TokenMask) -> Allowed {
        Allowed::Everything
    }
}
