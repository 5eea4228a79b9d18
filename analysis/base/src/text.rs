//! Reading a file's text.

use std::io::Read;
use std::sync::Arc;

use camino::Utf8Path;

/// The largest file that is analysed, in bytes. Larger ones are data, not source: they are reported
/// and left alone.
pub const LARGEST_FILE: u64 = 16 << 20;

/// How much of a file is searched for a NUL byte, the mark of a binary file.
const BINARY_PROBE: usize = 8 << 10;

/// The text of a file, as it is analysed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SourceText {
    /// Valid UTF-8 without a byte order mark.
    pub text: Arc<str>,
    /// True if bytes that are not UTF-8 were replaced by U+FFFD: offsets then differ from the file's.
    pub lossy: bool,
}

/// Why a file has no text.
#[derive(thiserror::Error, Debug, Clone, PartialEq, Eq)]
pub enum ReadError {
    /// There is no such file (any more).
    #[error("no such file")]
    Missing,
    /// It is there, and the system does not let us read it.
    #[error("cannot be read: {0}")]
    Unreadable(String),
    /// It holds a NUL byte near its start.
    #[error("is a binary file")]
    Binary,
    /// It is larger than [`LARGEST_FILE`].
    #[error("is too large to analyse ({} MB, the limit is {} MB)", .0 >> 20, LARGEST_FILE >> 20)]
    TooLarge(u64),
}

/// The text of the file at `path` on disk.
///
/// # Errors
/// Every [`ReadError`]. A directory, a socket or a device is [`ReadError::Unreadable`]: reading a
/// pipe could wait for ever.
pub fn read(path: &Utf8Path) -> Result<SourceText, ReadError> {
    let metadata = std::fs::metadata(path).map_err(|error| from_io(&error))?;
    if !metadata.is_file() {
        return Err(ReadError::Unreadable("not a regular file".to_owned()));
    }
    if metadata.len() > LARGEST_FILE {
        return Err(ReadError::TooLarge(metadata.len()));
    }
    let file = std::fs::File::open(path).map_err(|error| from_io(&error))?;
    let mut bytes = Vec::with_capacity(metadata.len() as usize + 1);
    // The file may grow while it is read.
    file.take(LARGEST_FILE + 1).read_to_end(&mut bytes).map_err(|error| from_io(&error))?;
    if bytes.len() as u64 > LARGEST_FILE {
        return Err(ReadError::TooLarge(bytes.len() as u64));
    }
    decode(bytes)
}

/// Text from a file's bytes.
///
/// # Errors
/// [`ReadError::Binary`].
pub fn decode(mut bytes: Vec<u8>) -> Result<SourceText, ReadError> {
    if memchr::memchr(0, &bytes[..bytes.len().min(BINARY_PROBE)]).is_some() {
        return Err(ReadError::Binary);
    }
    if bytes.starts_with(b"\xEF\xBB\xBF") {
        bytes.drain(..3);
    }
    Ok(match String::from_utf8(bytes) {
        Ok(text) => SourceText { text: text.into(), lossy: false },
        Err(error) => {
            let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
            SourceText { text: text.into(), lossy: true }
        }
    })
}

fn from_io(error: &std::io::Error) -> ReadError {
    match error.kind() {
        std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory => ReadError::Missing,
        _ => ReadError::Unreadable(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broken_utf8_is_replaced_and_said() {
        let source = decode(b"a = '\xff'".to_vec()).unwrap();
        assert_eq!(&*source.text, "a = '\u{fffd}'");
        assert!(source.lossy);
    }

    #[test]
    fn a_nul_byte_means_binary() {
        assert_eq!(decode(b"\x7fELF\0\0".to_vec()), Err(ReadError::Binary));
    }

    #[test]
    fn a_byte_order_mark_is_no_text() {
        assert_eq!(&*decode(b"\xEF\xBB\xBFx".to_vec()).unwrap().text, "x");
    }

    #[test]
    fn a_directory_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = Utf8Path::from_path(folder.path()).unwrap();
        assert!(matches!(read(path), Err(ReadError::Unreadable(_))));
        assert_eq!(read(&path.join("missing.py")), Err(ReadError::Missing));
    }
}
