//! SHA-256 of files.

use std::io::Read as _;

use camino::Utf8Path;
use sha2::{Digest as _, Sha256};

/// A SHA-256 that is computed as bytes come.
#[derive(Clone, Default, Debug)]
pub struct Checksum(Sha256);

impl Checksum {
    /// Adds bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The checksum, in lowercase hexadecimal digits.
    pub fn finish(self) -> String {
        self.0.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// The SHA-256 of a file. `progress` is told how many bytes were read since it was last told.
///
/// # Errors
/// Those of the file system.
pub fn sha256(path: &Utf8Path, progress: &mut dyn FnMut(u64)) -> std::io::Result<String> {
    let mut file = std::fs::File::open(path)?;
    let mut buffer = vec![0; 1 << 20];
    let mut checksum = Checksum::default();
    loop {
        let count = file.read(&mut buffer)?;
        if count == 0 {
            return Ok(checksum.finish());
        }
        checksum.update(&buffer[..count]);
        progress(count as u64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_standard() {
        let mut checksum = Checksum::default();
        checksum.update(b"a");
        checksum.update(b"bc");
        assert_eq!(checksum.finish(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
