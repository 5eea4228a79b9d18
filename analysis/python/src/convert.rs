//! Offsets: the engine has types of its own for them, with the same meaning.

use montuno_base as ours;
use ruff_text_size as theirs;

/// From the engine's offsets to ours.
pub(crate) trait ToOurs {
    /// The same of ours.
    type Ours;

    /// The same, of ours.
    fn ours(self) -> Self::Ours;
}

/// From our offsets to the engine's.
pub(crate) trait ToTheirs {
    /// The same of the engine's.
    type Theirs;

    /// The same, of the engine's.
    fn theirs(self) -> Self::Theirs;
}

impl ToOurs for theirs::TextSize {
    type Ours = ours::TextSize;

    fn ours(self) -> ours::TextSize {
        u32::from(self).into()
    }
}

impl ToOurs for theirs::TextRange {
    type Ours = ours::TextRange;

    fn ours(self) -> ours::TextRange {
        ours::TextRange::new(self.start().ours(), self.end().ours())
    }
}

impl ToTheirs for ours::TextSize {
    type Theirs = theirs::TextSize;

    fn theirs(self) -> theirs::TextSize {
        u32::from(self).into()
    }
}

impl ToTheirs for ours::TextRange {
    type Theirs = theirs::TextRange;

    fn theirs(self) -> theirs::TextRange {
        theirs::TextRange::new(self.start().theirs(), self.end().theirs())
    }
}
