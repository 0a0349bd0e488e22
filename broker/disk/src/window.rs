//! Reading a file from one end to the other in pieces of any size with few accesses to it.

use std::io;
use std::ops::Deref;

use bytes::Bytes;

use crate::disk::DiskFile;
use crate::width::{narrow, wide};

/// Bytes that are read at a time where all of them are wanted.
const LENGTH: usize = 256 << 10;
/// And where only a few between many are.
const SPARSE: usize = 4 << 10;

/// A part of a file in memory that follows what is asked for.
#[derive(Debug)]
pub(crate) struct Window<F> {
    file: F,
    limit: u64,
    length: usize,
    start: u64,
    bytes: Bytes,
}

impl<F: Deref<Target: DiskFile>> Window<F> {
    /// For all bytes of `file` that lie before `limit`.
    pub(crate) fn new(file: F, limit: u64) -> Self {
        Self::of_length(file, limit, LENGTH)
    }

    /// For a few of them with others between that nobody wants.
    pub(crate) fn sparse(file: F, limit: u64) -> Self {
        Self::of_length(file, limit, SPARSE)
    }

    fn of_length(file: F, limit: u64, length: usize) -> Self {
        Self {
            file,
            limit,
            length,
            start: 0,
            bytes: Bytes::new(),
        }
    }

    /// What nothing is read beyond.
    pub(crate) fn limit(&self) -> u64 {
        self.limit
    }

    /// `length` bytes at `position`, or fewer at the limit and at the end of the file.
    pub(crate) fn read(&mut self, position: u64, length: usize) -> io::Result<Bytes> {
        let left = narrow(self.limit.saturating_sub(position));
        let length = length.min(left);
        let end = self.start + wide(self.bytes.len());
        if position < self.start || position.saturating_add(wide(length)) > end {
            self.bytes = self
                .file
                .read_at(position, self.length.max(length).min(left))?;
            self.start = position;
        }
        let from = narrow(position - self.start);
        let to = (from + length).min(self.bytes.len());
        Ok(self.bytes.slice(from..to))
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;

    use super::*;
    use crate::disk::{Disk, OpenMode};

    #[test]
    fn pieces_are_the_file_s_wherever_they_lie() {
        let disk = crate::SimDisk::new();
        let content: Vec<u8> = (0..=250).cycle().take(LENGTH * 3).collect();
        let file = Arc::new(disk.open(Path::new("/file"), OpenMode::Create).unwrap());
        file.write_at(0, &[&content]).unwrap();
        let limit = content.len() - 100;
        let mut window = Window::new(&*file, wide(limit));
        for (position, length) in [
            (0, 61),
            (61, LENGTH),
            (LENGTH - 1, 2),
            (LENGTH / 2, LENGTH * 2),
            (limit - 1, 50),
            (5, 0),
            (limit, 1),
            (limit + 1, 1),
            (0, usize::MAX),
        ] {
            let expected = &content[position.min(limit)
                ..position
                    .saturating_add(length)
                    .min(limit)
                    .max(position.min(limit))];
            let read = window.read(wide(position), length).unwrap();
            assert_eq!(read, expected, "{length} bytes at {position}");
        }
    }

    #[test]
    fn small_pieces_that_follow_each_other_are_read_at_once() {
        let disk = crate::SimDisk::new();
        let file = disk.open(Path::new("/file"), OpenMode::Create).unwrap();
        file.write_at(0, &[&[1; 4 * 1000]]).unwrap();
        let mut window = Window::new(&file, 4000);
        assert_eq!(window.read(0, 10).unwrap(), [1; 10][..]);
        // What was read stays as it was then.
        file.write_at(0, &[&[2; 4 * 1000]]).unwrap();
        assert_eq!(window.read(3990, 10).unwrap(), [1; 10][..]);
    }
}
