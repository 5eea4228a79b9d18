//! Inputs of the analysis: what there is to know before anything is analysed.
//!
//! Everything here is plain data behind cheap clones. Engines read it; nothing here knows an engine, a
//! grammar or a protocol.
//!
//! | module | subject |
//! | --- | --- |
//! | [`files`] | paths and the small ids that stand for them |
//! | [`text`] | reading a file: size limits, binary files, broken UTF-8 |
//! | [`documents`] | open buffers, which hide the file on disk |
//! | [`language`] | which language a file is written in |
//! | [`feature`] | what an editor can ask for |
//! | [`settings`] | everything a user can set |
//! | [`inputs`] | all of the above at one revision |
//! | [`walk`] | finding the files of a workspace |
//! | [`name_index`] | which files mention a name |
//! | [`cache`] | files of ours on disk: atomic, versioned, checked |
//! | [`memory`] | what the allocator of this process keeps |
//! | [`nesting`] | bounding how deep a text is nested before an engine sees it |

pub mod cache;
pub mod documents;
pub mod feature;
pub mod files;
pub mod inputs;
pub mod language;
pub mod memory;
pub mod name_index;
pub mod nesting;
pub mod settings;
pub mod text;
pub mod walk;

pub use camino::{Utf8Path, Utf8PathBuf};
pub use documents::{Document, Documents};
pub use feature::{Feature, FeatureSwitch};
pub use files::{FileId, FilePosition, FileRange, FileTable};
pub use inputs::{Change, FileEvent, FileEventKind, Inputs, Revision};
pub use language::Language;
pub use line_index::{LineCol, LineIndex, WideEncoding, WideLineCol};
pub use name_index::NameIndex;
pub use settings::Settings;
pub use text::{ReadError, SourceText};
pub use text_size::{TextRange, TextSize};
