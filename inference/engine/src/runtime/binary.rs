//! Whether the file of a library is whole and for this machine: what can be told from its headers.
//!
//! A library whose file ends too early is mapped all the same, and the first access behind its end is a signal
//! that no process survives. So each part that a loader maps must lie within the file. ELF (Linux), PE (Windows)
//! and Mach-O (macOS), 64 bits.

use std::io::Read as _;

use camino::Utf8Path;

/// The most of a file that is read: headers are near its beginning, only ELF's sections at its end.
const HEAD: u64 = 1 << 20;

/// Says whether a file looks like a library that this machine can load.
///
/// # Errors
/// What is wrong with it, for people.
pub fn check_file(path: &Utf8Path) -> Result<(), String> {
    let metadata = std::fs::metadata(path).map_err(|error| error.to_string())?;
    if !metadata.is_file() {
        return Err("it is not a file".to_owned());
    }
    let file = std::fs::File::open(path).map_err(|error| error.to_string())?;
    let mut head = Vec::new();
    file.take(HEAD).read_to_end(&mut head).map_err(|error| error.to_string())?;
    check(&head, metadata.len(), Machine::HERE)
}

/// A kind of processor.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Machine {
    X86,
    Arm,
    Other,
}

impl Machine {
    const HERE: Self = match () {
        () if cfg!(target_arch = "x86_64") => Self::X86,
        () if cfg!(target_arch = "aarch64") => Self::Arm,
        () => Self::Other,
    };
}

/// As [`check_file`], of the beginning of a file of `size` bytes.
pub(crate) fn check(head: &[u8], size: u64, here: Machine) -> Result<(), String> {
    if head.is_empty() {
        return Err("the file is empty".to_owned());
    }
    let bytes = Bytes { head, size };
    let machine = if head.starts_with(b"\x7fELF") {
        elf(bytes)?
    } else if head.starts_with(b"MZ") {
        pe(bytes)?
    } else if matches!(head.get(..4), Some(b"\xcf\xfa\xed\xfe")) {
        macho(bytes, 0)?
    } else if matches!(head.get(..4), Some(b"\xca\xfe\xba\xbe")) {
        return fat(bytes, here);
    } else {
        return Err("it is not a library".to_owned());
    };
    fits(machine, here)
}

fn fits(machine: Machine, here: Machine) -> Result<(), String> {
    match machine == here || here == Machine::Other {
        true => Ok(()),
        false => Err("it is for another kind of processor".to_owned()),
    }
}

/// The beginning of a file.
#[derive(Clone, Copy)]
struct Bytes<'a> {
    head: &'a [u8],
    size: u64,
}

impl Bytes<'_> {
    fn take<const N: usize>(self, offset: u64) -> Result<[u8; N], String> {
        let start = usize::try_from(offset).unwrap_or(usize::MAX);
        let part = self.head.get(start..).and_then(|rest| rest.first_chunk());
        part.copied().ok_or_else(|| "its header is cut off".to_owned())
    }

    fn u16(self, offset: u64) -> Result<u64, String> {
        Ok(u16::from_le_bytes(self.take(offset)?).into())
    }

    fn u32(self, offset: u64) -> Result<u64, String> {
        Ok(u32::from_le_bytes(self.take(offset)?).into())
    }

    fn u64(self, offset: u64) -> Result<u64, String> {
        Ok(u64::from_le_bytes(self.take(offset)?))
    }

    /// Whether a part lies within the file.
    fn holds(self, what: &str, offset: u64, length: u64) -> Result<(), String> {
        match offset.checked_add(length) {
            Some(end) if end <= self.size => Ok(()),
            _ => Err(format!("it is cut off: {what} ends behind the {} bytes of the file", self.size)),
        }
    }
}

fn elf(bytes: Bytes<'_>) -> Result<Machine, String> {
    let [class, order] = bytes.take::<2>(4)?;
    if class != 2 || order != 1 {
        return Err("it is a library for another kind of processor".to_owned());
    }
    if bytes.u16(16)? != 3 {
        return Err("it is no shared library".to_owned());
    }
    let machine = match bytes.u16(18)? {
        62 => Machine::X86,
        183 => Machine::Arm,
        _ => Machine::Other,
    };
    let (segments, sections) = (bytes.u64(32)?, bytes.u64(40)?);
    let (segment_size, segment_count) = (bytes.u16(54)?, bytes.u16(56)?);
    let (section_size, section_count) = (bytes.u16(58)?, bytes.u16(60)?);
    bytes.holds("its table of sections", sections, section_size * section_count)?;
    bytes.holds("its table of segments", segments, segment_size * segment_count)?;
    if segment_size != 56 || segment_count == 0 {
        return Err("it has no segments to load".to_owned());
    }
    for index in 0..segment_count {
        let at = segments.saturating_add(index * segment_size);
        // PT_LOAD.
        if bytes.u32(at)? == 1 {
            bytes.holds("a segment", bytes.u64(at + 8)?, bytes.u64(at + 32)?)?;
        }
    }
    Ok(machine)
}

fn pe(bytes: Bytes<'_>) -> Result<Machine, String> {
    let header = bytes.u32(0x3c)?;
    if bytes.take::<4>(header)? != *b"PE\0\0" {
        return Err("it is not a library".to_owned());
    }
    let machine = match bytes.u16(header + 4)? {
        0x8664 => Machine::X86,
        0xaa64 => Machine::Arm,
        _ => Machine::Other,
    };
    // IMAGE_FILE_DLL.
    if bytes.u16(header + 22)? & 0x2000 == 0 {
        return Err("it is no shared library".to_owned());
    }
    let sections = header + 24 + bytes.u16(header + 20)?;
    for index in 0..bytes.u16(header + 6)? {
        let at = sections + 40 * index;
        bytes.holds("a section", bytes.u32(at + 20)?, bytes.u32(at + 16)?)?;
    }
    Ok(machine)
}

/// Mach-O that begins at `start`: alone, or one of several in a file.
fn macho(bytes: Bytes<'_>, start: u64) -> Result<Machine, String> {
    let machine = match bytes.u32(start + 4)? {
        0x0100_0007 => Machine::X86,
        0x0100_000c => Machine::Arm,
        _ => Machine::Other,
    };
    // MH_DYLIB.
    if bytes.u32(start + 12)? != 6 {
        return Err("it is no shared library".to_owned());
    }
    let mut at = start + 32;
    for _ in 0..bytes.u32(start + 16)? {
        let (command, length) = (bytes.u32(at)?, bytes.u32(at + 4)?);
        // LC_SEGMENT_64.
        if command == 0x19 {
            bytes.holds("a segment", start.saturating_add(bytes.u64(at + 40)?), bytes.u64(at + 48)?)?;
        }
        if length < 8 {
            return Err("its header is damaged".to_owned());
        }
        at += length;
    }
    Ok(machine)
}

/// Several Mach-O libraries in a file: the one for this machine is looked at.
fn fat(bytes: Bytes<'_>, here: Machine) -> Result<(), String> {
    let big = |offset| Ok::<u64, String>(u32::from_be_bytes(bytes.take(offset)?).into());
    for index in 0..big(4)?.min(16) {
        let at = 8 + 20 * index;
        let (offset, length) = (big(at + 8)?, big(at + 12)?);
        let machine = match big(at)? {
            0x0100_0007 => Machine::X86,
            0x0100_000c => Machine::Arm,
            _ => Machine::Other,
        };
        if machine == here {
            // What lies behind the part of the file that was read can only be measured.
            bytes.holds("the part for this processor", offset, length)?;
            return match offset < bytes.head.len() as u64 {
                true => macho(bytes, offset).map(|_| ()),
                false => Ok(()),
            };
        }
    }
    Err("it is for another kind of processor".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(bytes: &mut Vec<u8>, at: usize, part: &[u8]) {
        bytes.resize(bytes.len().max(at + part.len()), 0);
        bytes[at..at + part.len()].copy_from_slice(part);
    }

    /// An ELF library with one segment of 100 bytes at 64 + 56, and a table of two sections behind it.
    fn small_elf() -> Vec<u8> {
        let mut bytes = b"\x7fELF\x02\x01\x01".to_vec();
        put(&mut bytes, 16, &3_u16.to_le_bytes());
        put(&mut bytes, 18, &62_u16.to_le_bytes());
        put(&mut bytes, 32, &64_u64.to_le_bytes());
        put(&mut bytes, 40, &220_u64.to_le_bytes());
        for (at, value) in [(54, 56_u16), (56, 1), (58, 64), (60, 2)] {
            put(&mut bytes, at, &value.to_le_bytes());
        }
        put(&mut bytes, 64, &1_u32.to_le_bytes());
        put(&mut bytes, 64 + 8, &120_u64.to_le_bytes());
        put(&mut bytes, 64 + 32, &100_u64.to_le_bytes());
        put(&mut bytes, 220 + 128 - 1, &[0]);
        bytes
    }

    fn small_pe() -> Vec<u8> {
        let mut bytes = b"MZ".to_vec();
        put(&mut bytes, 0x3c, &0x80_u32.to_le_bytes());
        put(&mut bytes, 0x80, b"PE\0\0");
        put(&mut bytes, 0x84, &0x8664_u16.to_le_bytes());
        put(&mut bytes, 0x86, &1_u16.to_le_bytes());
        put(&mut bytes, 0x80 + 20, &16_u16.to_le_bytes());
        put(&mut bytes, 0x80 + 22, &0x2000_u16.to_le_bytes());
        let section = 0x80 + 24 + 16;
        put(&mut bytes, section + 16, &50_u32.to_le_bytes());
        put(&mut bytes, section + 20, &300_u32.to_le_bytes());
        put(&mut bytes, 349, &[0]);
        bytes
    }

    fn small_macho() -> Vec<u8> {
        let mut bytes = b"\xcf\xfa\xed\xfe".to_vec();
        put(&mut bytes, 4, &0x0100_0007_u32.to_le_bytes());
        put(&mut bytes, 12, &6_u32.to_le_bytes());
        put(&mut bytes, 16, &1_u32.to_le_bytes());
        put(&mut bytes, 32, &0x19_u32.to_le_bytes());
        put(&mut bytes, 36, &72_u32.to_le_bytes());
        put(&mut bytes, 32 + 40, &104_u64.to_le_bytes());
        put(&mut bytes, 32 + 48, &60_u64.to_le_bytes());
        put(&mut bytes, 163, &[0]);
        bytes
    }

    fn said(bytes: &[u8]) -> String {
        check(bytes, bytes.len() as u64, Machine::X86).err().unwrap_or_default()
    }

    #[test]
    fn a_library_is_whole_or_it_is_refused_however_it_was_cut() {
        for (name, whole) in [("ELF", small_elf()), ("PE", small_pe()), ("Mach-O", small_macho())] {
            assert_eq!(said(&whole), "", "{name}");
            for length in 0..whole.len() {
                assert_ne!(said(&whole[..length]), "", "{name} cut to {length} bytes");
            }
        }
    }

    #[test]
    fn what_is_no_library_for_this_machine_is_said() {
        assert_eq!(said(b"#!/bin/sh\n"), "it is not a library");
        assert_eq!(said(b""), "the file is empty");
        let mut elf = small_elf();
        put(&mut elf, 18, &183_u16.to_le_bytes());
        assert_eq!(said(&elf), "it is for another kind of processor");
        put(&mut elf, 16, &2_u16.to_le_bytes());
        assert_eq!(said(&elf), "it is no shared library");
        let mut fat = b"\xca\xfe\xba\xbe\0\0\0\x01".to_vec();
        put(&mut fat, 8, &0x0100_000c_u32.to_be_bytes());
        put(&mut fat, 27, &[0]);
        assert_eq!(said(&fat), "it is for another kind of processor");
    }

    #[test]
    fn no_number_in_a_header_makes_it_fail() {
        for whole in [small_elf(), small_pe(), small_macho()] {
            for at in 0..whole.len() {
                for value in [0, 0x7f, 0x80, 0xff] {
                    let mut bytes = whole.clone();
                    bytes[at] = value;
                    let _ = said(&bytes);
                    bytes[at..].iter_mut().take(8).for_each(|byte| *byte = value);
                    let _ = said(&bytes);
                }
            }
        }
    }

    #[test]
    fn a_folder_is_no_library() {
        let folder = tempfile::tempdir().unwrap();
        let path = Utf8Path::from_path(folder.path()).unwrap();
        assert_eq!(check_file(path).unwrap_err(), "it is not a file");
        assert!(check_file(&path.join("none")).is_err());
    }
}
