//! Producer state at start: the newest snapshot and the log behind it. The index of aborted
//! transactions follows from the same, where it is not to be trusted.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;

use bytes::Bytes;
use kavka_core::log::{Aborted, Outcome, ProducerEvent, ProducerSnapshot};
use kavka_core::types::{Offset, Timestamp};
use kavka_protocol::records::{Batch, BatchHeader};

use super::unsynced::remove_if_there;
use super::{OpenFault, PartitionLog};
use crate::disk::{self, Disk, DiskFile, Entry};
use crate::segment::{ABORTED_INDEX, AbortedFile, SNAPSHOT, parse_name, path_of};

/// Largest snapshot file that is read: about five million producers.
const SNAPSHOT_MAX: u64 = 1 << 30;

/// The offsets of all files with an ending, oldest first.
fn offsets<'a>(entries: &'a [Entry], wanted: &'a str) -> impl Iterator<Item = Offset> + 'a {
    let names = entries.iter().filter_map(|entry| parse_name(&entry.name));
    let wanted = names.filter(move |(_, ending)| *ending == wanted);
    wanted.map(|(offset, _)| offset)
}

/// Removes snapshots and makes that durable: one that came back would be taken for the state of
/// other records with the same offsets.
pub(super) fn remove<D: Disk>(disk: &D, folder: &Path, gone: &[Offset]) -> io::Result<()> {
    for offset in gone {
        remove_if_there(disk, &path_of(folder, *offset, SNAPSHOT))?;
    }
    if gone.is_empty() {
        Ok(())
    } else {
        disk.sync_dir(folder)
    }
}

impl<D: Disk> PartitionLog<D> {
    /// Builds the producer state of the log as it is now. `entries` are what its folder holds,
    /// `untrusted` the segments that may not have been synced, and whether each has control batches.
    pub(super) fn load_producers(
        &mut self,
        entries: &[Entry],
        untrusted: &BTreeMap<Offset, bool>,
    ) -> Result<(), OpenFault> {
        let disk = &self.shared.disk.clone();
        let (kept, beyond): (Vec<Offset>, Vec<Offset>) =
            offsets(entries, SNAPSHOT).partition(|offset| *offset <= self.end);
        remove(disk, &self.folder, &beyond)?;
        let suspects = self.check_aborted(entries, untrusted)?;
        let limit = suspects.keys().next().copied().unwrap_or(self.end);
        let (mut from, mut snapshot) = (self.start, ProducerSnapshot::default());
        // Of a transaction that was open in the middle of what is compacted now the marker may be
        // gone.
        let usable = self.start.max(self.unsynced.gaps_before());
        for offset in kept.iter().rev() {
            if *offset < usable || *offset > limit {
                continue;
            }
            let path = path_of(&self.folder, *offset, SNAPSHOT);
            let content = disk::read_small(disk, &path, SNAPSHOT_MAX)?.unwrap_or_default();
            match ProducerSnapshot::parse(&content) {
                Ok(usable) => {
                    (from, snapshot) = (*offset, usable);
                    break;
                }
                Err(error) => {
                    tracing::warn!(path = %path.display(), %error, "producer snapshot not usable");
                }
            }
        }
        self.unsynced.set_stored_snapshots(kept);
        // One at the end serves the next start, too.
        self.bytes_since_snapshot = u64::from(from < self.end);
        let ProducerSnapshot { states, aborted } = self.replay_producers(from, snapshot)?;
        self.producers = states;
        self.repair_aborted(&suspects, &aborted)?;
        let base = self.active.base;
        let of_active = aborted.into_iter().filter(|entry| entry.last >= base);
        self.active.aborted.replace(of_active.collect());
        self.store_aborted();
        Ok(())
    }

    /// Reads the indexes of all sealed segments. Returns the segments whose index has to be made
    /// anew, and where each ends.
    fn check_aborted(
        &mut self,
        entries: &[Entry],
        untrusted: &BTreeMap<Offset, bool>,
    ) -> io::Result<BTreeMap<Offset, Offset>> {
        let (disk, folder) = (&self.shared.disk, &self.folder);
        let files: BTreeSet<Offset> = offsets(entries, ABORTED_INDEX).collect();
        let mut suspects = BTreeMap::new();
        for segment in &mut self.sealed {
            segment.aborted = 0;
            let found = if files.contains(&segment.base) {
                AbortedFile::read(disk, folder, segment.base)?
            } else {
                AbortedFile::Missing
            };
            // A file that looks right may be of an earlier moment of a segment that went on.
            match (found, untrusted.get(&segment.base)) {
                (AbortedFile::Whole(entries), None) => {
                    segment.aborted = u32::try_from(entries.len()).unwrap_or(u32::MAX);
                }
                (AbortedFile::Missing, None | Some(false)) => {}
                (AbortedFile::Whole(_) | AbortedFile::Missing, Some(_)) => {
                    suspects.insert(segment.base, segment.end);
                }
                (AbortedFile::Damaged(error), _) => {
                    let path = path_of(folder, segment.base, ABORTED_INDEX);
                    tracing::warn!(path = %path.display(), %error, "made anew from the log");
                    suspects.insert(segment.base, segment.end);
                }
            }
        }
        Ok(suspects)
    }

    fn repair_aborted(
        &mut self,
        suspects: &BTreeMap<Offset, Offset>,
        aborted: &[Aborted],
    ) -> io::Result<()> {
        let (disk, folder) = (&self.shared.disk, &self.folder);
        for segment in &mut self.sealed {
            let Some(end) = suspects.get(&segment.base) else {
                continue;
            };
            let within = |entry: &&Aborted| entry.last >= segment.base && entry.last < *end;
            let entries: Vec<Aborted> = aborted.iter().filter(within).copied().collect();
            segment.aborted = u32::try_from(entries.len()).unwrap_or(u32::MAX);
            if entries.is_empty() {
                AbortedFile::remove(disk, folder, segment.base)?;
            } else {
                AbortedFile::write(disk, folder, segment.base, &entries)?.sync_data()?;
            }
        }
        if suspects.is_empty() {
            Ok(())
        } else {
            disk.sync_dir(folder)
        }
    }

    /// Goes through the log from `from` on, where `snapshot` was taken. What the start has scanned
    /// is not read again.
    fn replay_producers(
        &self,
        from: Offset,
        mut snapshot: ProducerSnapshot,
    ) -> Result<ProducerSnapshot, OpenFault> {
        let scanned = self.seen.up_to(self.end);
        let until = scanned.first().map_or(i64::MAX, |first| first.base_offset);
        let first = self.sealed.partition_point(|segment| segment.end <= from);
        for number in first..=self.sealed.len() {
            let view = self.segment(number)?;
            if view.base.0 >= until {
                break;
            }
            let found = view.find(from).map_err(|error| self.fault(&error))?;
            let Some((position, header)) = found else {
                continue;
            };
            let mut batches = view.batches(view.place_of(position, &header));
            while let Some((position, header)) =
                batches.next().map_err(|error| self.fault(&error))?
            {
                if header.base_offset >= until {
                    break;
                }
                let read = || Ok(view.file.read_at(position, header.total_len())?);
                replay(&mut snapshot, &header, read)?;
            }
        }
        for header in scanned.iter().filter(|seen| seen.last_offset() >= from.0) {
            replay(&mut snapshot, header, || self.read_marker(header))?;
        }
        Ok(snapshot)
    }

    fn read_marker(&self, header: &BatchHeader) -> Result<Bytes, OpenFault> {
        let offset = Offset(header.base_offset);
        let number = self.sealed.partition_point(|segment| segment.end <= offset);
        let view = self.segment(number)?;
        match view.find(offset).map_err(|error| self.fault(&error))? {
            Some((position, found)) if found == *header => {
                Ok(view.file.read_at(position, header.total_len())?)
            }
            _ => Err(self.fault(&format!("the marker at offset {offset} is gone"))),
        }
    }

    pub(super) fn fault(&self, reason: &impl ToString) -> OpenFault {
        OpenFault::Damaged(format!("{}: {}", self.folder.display(), reason.to_string()))
    }
}

/// What a batch does to its producer. Only markers have to be read for it.
fn replay(
    snapshot: &mut ProducerSnapshot,
    header: &BatchHeader,
    read: impl FnOnce() -> Result<Bytes, OpenFault>,
) -> Result<(), OpenFault> {
    if header.producer_id < 0 {
        return Ok(());
    }
    let bytes = if header.is_control() {
        read()?
    } else {
        Bytes::new()
    };
    let last = Offset(header.last_offset());
    // A batch without a time must not be forgotten at once.
    let seen = Timestamp(header.max_timestamp.max(0));
    let header = *header;
    match ProducerEvent::of(&Batch { header, bytes }) {
        Some(ProducerEvent::Batch(batch)) => snapshot.states.record(&batch, last, seen),
        Some(ProducerEvent::Marker(marker)) => {
            if let Some(ended) = snapshot.states.end(&marker, last, seen)
                && ended.outcome == Outcome::Abort
            {
                snapshot.aborted.push(ended.aborted());
            }
        }
        None => {}
    }
    Ok(())
}
