//! The journal's files: their names, their headers, and the count of incarnations.

use std::io;
use std::path::{Path, PathBuf};

use bytes::Bytes;

use crate::disk::{self, Disk, DiskFile, OpenMode};
use crate::width::{array, narrow};

/// Bytes before the first record of a file.
pub(super) const HEADER_LEN: u64 = 64;
const HEADER_SIZE: usize = 64;
const MAGIC: [u8; 8] = *b"KAVKAJ01";
const LIVE_ENDING: &str = ".journal";
const FREE_ENDING: &str = ".free";
const INCARNATION: &str = "incarnation";
/// Bytes of each of the two places that the incarnation is counted in.
const PLACE: u64 = 512;

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
    /// Behind the last position of all files, the free ones included.
    pub(super) next_start: u64,
}

/// Lists the files, the live ones in the order of their LSNs. A live file whose header is not its
/// own was begun and never synced: it can be used again.
///
/// A free file may have been live until a crash took its name, and still say so. When it is used
/// again, a crash may take its new content and leave it the new name: that must not be the old one
/// again, so new files begin behind everything that any file says of itself.
pub(super) fn list<D: Disk>(disk: &D, directory: &Path) -> io::Result<Found> {
    let mut found = Found {
        live: Vec::new(),
        free: Vec::new(),
        next_free: 0,
        next_start: 0,
    };
    let mut unused = Vec::new();
    for entry in disk.read_dir(directory)? {
        let path = directory.join(&entry.name);
        if !entry.name.ends_with(FREE_ENDING) && !entry.name.ends_with(LIVE_ENDING) {
            continue;
        }
        let header =
            FileHeader::decode(&disk.open(&path, OpenMode::Read)?.read_at(0, HEADER_SIZE)?);
        if let Some(header) = &header {
            let end = header.start.saturating_add(header.capacity);
            found.next_start = found.next_start.max(end);
        }
        if let Some(number) = entry.name.strip_suffix(FREE_ENDING) {
            found.next_free = found.next_free.max(number.parse().unwrap_or(0));
            found.free.push(path);
        } else if let Some(start) = entry.name.strip_suffix(LIVE_ENDING) {
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
///
/// The file has two places that are written in turn, each in a sector of its own, so that counting
/// needs no space: a full disk is no reason not to start.
pub(super) fn next_incarnation<D: Disk>(disk: &D, directory: &Path) -> io::Result<u64> {
    let path = directory.join(INCARNATION);
    let Some(content) = disk::read_small(disk, &path, 2 * PLACE)? else {
        let mut both = place(1);
        both.extend(place(0));
        disk::replace(disk, &path, &both)?;
        return Ok(1);
    };
    let numbers: Vec<u64> = content
        .chunks(narrow(PLACE))
        .filter_map(parse_place)
        .collect();
    let last = numbers.iter().max().copied().ok_or_else(|| {
        let message = format!("{} holds no number: restore it", path.display());
        io::Error::new(io::ErrorKind::InvalidData, message)
    })?;
    // A damaged place may have held the number behind the other's.
    let step = if numbers.len() == 2 { 1 } else { 2 };
    let next = last.saturating_add(step);
    // The place of the last number stays as it is until the next one's is on disk.
    let position = if parse_place(content.get(..narrow(PLACE)).unwrap_or_default()) == Some(last) {
        PLACE
    } else {
        0
    };
    let file = disk.open(&path, OpenMode::Write)?;
    file.write_at(position, &[&place(next)])?;
    file.sync_data()?;
    Ok(next)
}

/// A number with its checksum, filled up to the length of a place.
fn place(number: u64) -> Vec<u8> {
    let digits = format!("{number:020}");
    let checksum = crc32c::crc32c(digits.as_bytes());
    let mut text = format!("{digits} {checksum:08x}").into_bytes();
    text.resize(narrow(PLACE) - 1, b' ');
    text.push(b'\n');
    text
}

fn parse_place(bytes: &[u8]) -> Option<u64> {
    let (digits, checksum) = std::str::from_utf8(bytes)
        .ok()?
        .trim_end()
        .split_once(' ')?;
    let sound = u32::from_str_radix(checksum, 16) == Ok(crc32c::crc32c(digits.as_bytes()));
    sound.then(|| digits.parse().ok())?
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

    #[test]
    fn incarnations_are_counted_though_the_last_count_is_torn_or_the_disk_is_full() {
        let disk = crate::SimDisk::new();
        let directory = Path::new("/journal");
        disk.create_dir_all(directory).unwrap();
        let count = || next_incarnation(&disk, directory).unwrap();
        assert_eq!([count(), count(), count()], [1, 2, 3]);
        disk.set_capacity(Some(0));
        assert_eq!(count(), 4);
        disk.set_capacity(None);
        // The fourth lies in the second place; without it the third is the last that is known.
        let path = directory.join(INCARNATION);
        disk.damage(&path, |content| content[600] ^= 1).unwrap();
        disk.damage(&path, |content| content[515] ^= 1).unwrap();
        assert_eq!([count(), count()], [5, 6]);
        disk.damage(&path, |content| content.fill(0)).unwrap();
        assert!(next_incarnation(&disk, directory).is_err());
    }
}
