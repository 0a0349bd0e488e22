//! Putting a compacted segment in the place of others, so that every crash leaves the old ones or
//! the new one.
//!
//! 1. The new files are written under names that end in `.cleaned`, and synced.
//! 2. A marker file that says which offsets they replace is written, and synced with the folder.
//!    From here on a start finishes what is left to do, which is right at any time: old and new
//!    segments give readers the same.
//! 3. The thread that owns the log renames the files and forgets the old segments.
//! 4. What is left of the old ones is removed, the folder synced, and then the marker is removed.
//!
//! Offsets are never given twice and a marker goes durably before new files are begun, so that one
//! never speaks of other files than it was written for.

use std::io;
use std::path::{Path, PathBuf};

use kavka_core::types::Offset;

use super::OpenFault;
use super::unsynced::remove_if_there;
use crate::disk::{self, Disk, OpenMode};
use crate::segment::{
    ABORTED_INDEX, AbortedFile, CLEANED, Found, LOG, OFFSET_INDEX, Sealed, TIME_INDEX, header_at,
    parse_name, path_of,
};
use crate::width::wide;

/// Name of the marker.
pub(super) const MARKER: &str = "kavka-compaction";
const MARKER_MAX: u64 = 4096;
const VERSION: &str = "1";
/// The indexes of a compacted segment, which has none of aborted transactions: what these wrote is
/// gone.
const INDEXES: [&str; 2] = [OFFSET_INDEX, TIME_INDEX];

/// Which offsets a compacted segment replaces: from `base` up to `end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) base: Offset,
    pub(crate) end: Offset,
}

impl Span {
    fn to_text(self) -> String {
        let body = format!("{VERSION}\n{} {}\n", self.base, self.end);
        let checksum = crc32c::crc32c(body.as_bytes());
        format!("{body}checksum {checksum}\n")
    }

    fn parse(text: &str) -> Option<Self> {
        let (body, checksum) = text.strip_suffix('\n')?.rsplit_once('\n')?;
        let checksum: u32 = checksum.strip_prefix("checksum ")?.parse().ok()?;
        let covered = text.get(..=body.len())?;
        let (version, span) = body.split_once('\n')?;
        if checksum != crc32c::crc32c(covered.as_bytes()) || version != VERSION {
            return None;
        }
        let (base, end) = span.split_once(' ')?;
        let (base, end) = (Offset(base.parse().ok()?), Offset(end.parse().ok()?));
        (base < end).then_some(Self { base, end })
    }
}

/// The path of a new file before it takes its place.
pub(crate) fn cleaned(folder: &Path, base: Offset, ending: &str) -> PathBuf {
    path_of(folder, base, &format!("{ending}{CLEANED}"))
}

/// Decides that the new files count: they and the marker are on the disk afterwards.
pub(crate) fn commit<D: Disk>(disk: &D, folder: &Path, span: Span) -> io::Result<()> {
    disk::replace(disk, &folder.join(MARKER), span.to_text().as_bytes())
}

/// Gives the new segment its name; the owner of the log forgets the old ones at the same moment.
pub(crate) fn take_place<D: Disk>(disk: &D, folder: &Path, base: Offset) -> io::Result<()> {
    disk.rename(&cleaned(folder, base, LOG), &path_of(folder, base, LOG))?;
    for ending in INDEXES {
        let index = cleaned(folder, base, ending);
        if let Err(error) = disk.rename(&index, &path_of(folder, base, ending)) {
            // The old one does not fit, which costs reads time until `finish` has come.
            tracing::warn!(path = %index.display(), %error, "index not in its place yet");
        }
    }
    Ok(())
}

/// Takes back what was decided; the new files go.
pub(crate) fn discard<D: Disk>(disk: &D, folder: &Path, base: Offset) -> io::Result<()> {
    if disk::read_small(disk, &folder.join(MARKER), MARKER_MAX)?.is_some() {
        remove_if_there(disk, &folder.join(MARKER))?;
        disk.sync_dir(folder)?;
    }
    for ending in INDEXES.into_iter().chain([LOG]) {
        remove_if_there(disk, &cleaned(folder, base, ending))?;
    }
    Ok(())
}

/// Finishes what the marker says, if there is one: at start, and when the owner has forgotten the
/// old segments.
pub(crate) fn finish<D: Disk>(disk: &D, folder: &Path) -> Result<(), OpenFault> {
    let path = folder.join(MARKER);
    let content = match disk::read_small(disk, &path, MARKER_MAX) {
        Ok(Some(content)) => content,
        // The folder did not reach the disk.
        Ok(None) => return Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    let damaged = |reason: &str| {
        let path = path.display();
        OpenFault::Damaged(format!("{path} was synced and is damaged: {reason}"))
    };
    let text = String::from_utf8_lossy(&content);
    let span = Span::parse(&text).ok_or_else(|| damaged("the checksum does not match"))?;
    let new = cleaned(folder, span.base, LOG);
    let is_in_place = match disk.open(&new, OpenMode::Read) {
        Ok(file) if reaches(&file, span)? => false,
        Ok(_) => return Err(damaged("the segment that it speaks of is not whole")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => true,
        Err(error) => return Err(error.into()),
    };
    for ending in INDEXES {
        let (from, to) = (
            cleaned(folder, span.base, ending),
            path_of(folder, span.base, ending),
        );
        match disk.rename(&from, &to) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
            // The old one does not fit the new segment.
            Err(_) if !is_in_place => remove_if_there(disk, &to)?,
            _ => {}
        }
    }
    AbortedFile::remove(disk, folder, span.base)?;
    if !is_in_place {
        disk.rename(&new, &path_of(folder, span.base, LOG))?;
    }
    for entry in disk.read_dir(folder)? {
        if let Some((base, ending)) = parse_name(&entry.name)
            && base > span.base
            && base < span.end
            && [LOG, OFFSET_INDEX, TIME_INDEX, ABORTED_INDEX].contains(&ending)
        {
            Sealed::remove(disk, folder, base)?;
        }
    }
    disk.sync_dir(folder)?;
    remove_if_there(disk, &path)?;
    disk.sync_dir(folder)?;
    Ok(())
}

/// Whether the file holds batches up to the span's end and nothing else.
fn reaches(file: &impl crate::disk::DiskFile, span: Span) -> io::Result<bool> {
    let (size, mut position, mut end) = (file.len()?, 0, span.base);
    while let Found::Batch(header) = header_at(file, position, size)? {
        end = Offset(header.last_offset()).plus(1);
        position += wide(header.total_len());
    }
    Ok(position == size && end == span.end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_marker_s_text_brings_it_back_and_damage_is_noticed() {
        let span = Span {
            base: Offset(20),
            end: Offset(310),
        };
        let text = span.to_text();
        assert_eq!(Span::parse(&text), Some(span));
        assert_eq!(Span::parse(&text.replace("310", "300")), None);
        assert_eq!(Span::parse(text.get(..8).unwrap()), None);
        assert_eq!(Span::parse(""), None);
    }
}
