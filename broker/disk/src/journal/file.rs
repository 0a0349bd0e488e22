//! The journal's files: their names, their headers, and the count of incarnations.

use std::io;
use std::path::{Path, PathBuf};

use bytes::Bytes;

use crate::disk::{self, Disk, DiskFile, OpenMode};
use crate::width::array;

/// Bytes before the first record of a file.
pub(super) const HEADER_LEN: u64 = 64;
const HEADER_SIZE: usize = 64;
const MAGIC: [u8; 8] = *b"KAVKAJ01";
const LIVE_ENDING: &str = ".journal";
const FREE_ENDING: &str = ".free";
const INCARNATION: &str = "incarnation";

/// What a journal file says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FileHeader {
    /// LSN of its first byte.
    pub(super) start: u64,
    /// Its length in bytes.
    pub(super) capacity: u64,
    /// Where the journal ended in the file before; whatever lies behind there does not count.
    pub(super) previous_end: u64,
    /// Number of the journal's opening that wrote it.
    pub(super) incarnation: u64,
}

impl FileHeader {
    pub(super) fn encode(&self) -> Bytes {
        let mut bytes = MAGIC.to_vec();
        for field in [
            self.start,
            self.capacity,
            self.previous_end,
            self.incarnation,
        ] {
            bytes.extend_from_slice(&field.to_be_bytes());
        }
        bytes.extend_from_slice(&crc32c::crc32c(&bytes).to_be_bytes());
        bytes.resize(HEADER_SIZE, 0);
        Bytes::from(bytes)
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        let field = |at| array(bytes, at).map(u64::from_be_bytes);
        let header = Self {
            start: field(8)?,
            capacity: field(16)?,
            previous_end: field(24)?,
            incarnation: field(32)?,
        };
        let checksum = array(bytes, 40).map(u32::from_be_bytes)?;
        let sound = bytes.starts_with(&MAGIC) && crc32c::crc32c(bytes.get(..40)?) == checksum;
        sound.then_some(header)
    }
}

pub(super) fn live_name(start: u64) -> String {
    format!("{start:020}{LIVE_ENDING}")
}

pub(super) fn free_name(number: u64) -> String {
    format!("{number:020}{FREE_ENDING}")
}

/// What lies in the journal's directory.
pub(super) struct Found {
    pub(super) live: Vec<(PathBuf, FileHeader)>,
    pub(super) free: Vec<PathBuf>,
    pub(super) next_free: u64,
}

/// Lists the files, the live ones in the order of their LSNs. A live file whose header is not its
/// own was begun and never synced: it can be used again.
pub(super) fn list<D: Disk>(disk: &D, directory: &Path) -> io::Result<Found> {
    let mut found = Found {
        live: Vec::new(),
        free: Vec::new(),
        next_free: 0,
    };
    let mut unused = Vec::new();
    for entry in disk.read_dir(directory)? {
        let path = directory.join(&entry.name);
        if let Some(number) = entry.name.strip_suffix(FREE_ENDING) {
            found.next_free = found.next_free.max(number.parse().unwrap_or(0));
            found.free.push(path);
        } else if let Some(start) = entry.name.strip_suffix(LIVE_ENDING) {
            let header =
                FileHeader::decode(&disk.open(&path, OpenMode::Read)?.read_at(0, HEADER_SIZE)?);
            match header.filter(|header| start.parse() == Ok(header.start)) {
                Some(header) => found.live.push((path, header)),
                None => unused.push(path),
            }
        }
    }
    // Under its own name it could be taken for a part of the journal by a later start.
    for path in unused {
        found.next_free += 1;
        let free = directory.join(free_name(found.next_free));
        disk.rename(&path, &free)?;
        disk.sync_dir(directory)?;
        found.free.push(free);
    }
    found.live.sort_by_key(|(_, header)| header.start);
    Ok(found)
}

/// Brings the files of earlier incarnations to the disk.
pub(super) fn sync_all<D: Disk>(
    disk: &D,
    directory: &Path,
    live: &[(PathBuf, FileHeader)],
) -> io::Result<()> {
    for (path, _) in live {
        disk.open(path, OpenMode::Write)?.sync_data()?;
    }
    disk.sync_dir(directory)
}

/// Counts the opening and makes the count durable before anything is written with it: no two
/// incarnations write under the same number, even when one lost everything that it wrote.
pub(super) fn next_incarnation<D: Disk>(disk: &D, directory: &Path) -> io::Result<u64> {
    let path = directory.join(INCARNATION);
    let last = match disk::read_small(disk, &path, 1024)? {
        None => 0,
        Some(content) => std::str::from_utf8(&content)
            .ok()
            .and_then(|text| text.trim_end().parse::<u64>().ok())
            .ok_or_else(|| {
                let message = format!(
                    "{} holds no number: restore it, or give a number above \
                    all before",
                    path.display()
                );
                io::Error::new(io::ErrorKind::InvalidData, message)
            })?,
    };
    let next = last.saturating_add(1);
    disk::replace(disk, &path, format!("{next}\n").as_bytes())?;
    Ok(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_survives_its_bytes_and_notices_every_flipped_bit() {
        let header = FileHeader {
            start: 1,
            capacity: 2,
            previous_end: 3,
            incarnation: 4,
        };
        let bytes = header.encode().to_vec();
        assert_eq!(FileHeader::decode(&bytes), Some(header));
        for bit in 0..44 * 8 {
            let mut damaged = bytes.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(FileHeader::decode(&damaged), None, "bit {bit}");
        }
    }
}
