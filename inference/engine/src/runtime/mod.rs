//! The library of ONNX Runtime: where it is, whether it can be loaded, and how it gets there.

/// Why there is no library.
#[derive(Clone, Debug, thiserror::Error)]
pub enum LibraryError {
    /// None was found.
    #[error("no library of ONNX Runtime was found: `montuno runtime install` gets one")]
    NotFound,
}
