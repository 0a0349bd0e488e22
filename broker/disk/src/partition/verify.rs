//! Reading a whole log and checking everything in it.

use kavka_core::log::index::{OffsetEntry, TimeEntry, relative};
use kavka_core::types::{Offset, Timestamp};

use super::{PartitionLog, ReadError};
use crate::disk::Disk;
use crate::segment::{Found, View, verified_in};
use crate::window::Window;

impl<D: Disk> PartitionLog<D> {
    /// Reads every batch of the log and checks checksums, offsets and index entries. For tests,
    /// tools and a patient background thread. The text says what is wrong.
    pub fn verify(&self) -> Result<(), String> {
        let mut expected = None;
        for number in 0..=self.sealed.len() {
            let view = self
                .view(number)
                .map_err(|error: ReadError| error.to_string())?;
            let end = Self::verify_segment(&view, expected)?;
            let known = self
                .sealed
                .get(number)
                .map_or(self.end, |segment| segment.end);
            if end != known {
                return Err(format!(
                    "segment {} ends at {end} instead of {known}",
                    view.base
                ));
            }
            expected = Some(end);
        }
        Ok(())
    }

    fn verify_segment(view: &View<'_, D>, expected: Option<Offset>) -> Result<Offset, String> {
        let base = view.base;
        if expected.is_some_and(|expected| expected != base) {
            return Err(format!("segment {base} does not follow the one before"));
        }
        let (offsets, times) = view.entries().map_err(|error| error.to_string())?;
        let mut offsets = offsets.into_iter().peekable();
        let mut times = times.into_iter().peekable();
        let (mut end, mut place, mut latest) = (base, view.start(), Timestamp(i64::MIN));
        let mut window = Window::new(view.file.as_ref(), view.size);
        loop {
            let position = place.position;
            let found = verified_in(&mut window, position);
            let header = match found.map_err(|error| error.to_string())?.0 {
                Found::End => break,
                Found::Broken(reason) => {
                    return Err(format!("segment {base}, position {position}: {reason}"));
                }
                Found::Batch(header) => header,
            };
            place
                .check(&header)
                .map_err(|reason| format!("segment {base}: {reason}"))?;
            place = view.behind(position, &header);
            let last = Offset(header.last_offset());
            latest = latest.max(Timestamp(header.max_timestamp));
            while offsets
                .next_if(|entry| promises(*entry, base, last, position))
                .is_some()
            {}
            while times
                .next_if(|entry| covers(entry, base, last, latest))
                .is_some()
            {}
            end = last.plus(1);
        }
        if let Some(entry) = offsets.next() {
            return Err(format!(
                "segment {base}: no batch fits the offset index's {entry:?}"
            ));
        }
        if let Some(entry) = times.next() {
            return Err(format!(
                "segment {base}: no batch fits the time index's {entry:?}"
            ));
        }
        Ok(end)
    }
}

fn promises(entry: OffsetEntry, base: Offset, last: Offset, position: u64) -> bool {
    u64::from(entry.position) == position && relative(base, last) == Some(entry.relative)
}

fn covers(entry: &TimeEntry, base: Offset, last: Offset, latest: Timestamp) -> bool {
    relative(base, last) == Some(entry.relative) && entry.timestamp == latest
}
