//! Producer state at start: the newest snapshot and the log behind it.

use std::io;
use std::path::Path;

use kavka_core::log::{ProducerBatch, ProducerStates};
use kavka_core::types::{Offset, Timestamp};

use super::unsynced::remove_if_there;
use super::{OpenFault, PartitionLog};
use crate::disk::{self, Disk};
use crate::segment::{Place, SNAPSHOT, View, parse_name, path_of};

/// Largest snapshot file that is read: about five million producers.
const SNAPSHOT_MAX: u64 = 1 << 30;

/// The offsets of all snapshot files, oldest first.
pub(super) fn list<D: Disk>(disk: &D, folder: &Path) -> io::Result<Vec<Offset>> {
    let entries = disk.read_dir(folder)?;
    let names = entries.iter().filter_map(|entry| parse_name(&entry.name));
    Ok(names
        .filter(|(_, ending)| *ending == SNAPSHOT)
        .map(|(offset, _)| offset)
        .collect())
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
    /// Builds the producer state of the log as it is now.
    pub(super) fn load_producers(&mut self) -> Result<(), OpenFault> {
        let disk = &self.shared.disk;
        let stored = list(disk, &self.folder)?;
        let (kept, beyond): (Vec<Offset>, Vec<Offset>) =
            stored.into_iter().partition(|offset| *offset <= self.end);
        remove(disk, &self.folder, &beyond)?;
        let mut from = self.start;
        self.producers = ProducerStates::default();
        for offset in kept.iter().rev().filter(|offset| **offset >= self.start) {
            let path = path_of(&self.folder, *offset, SNAPSHOT);
            let content = disk::read_small(disk, &path, SNAPSHOT_MAX)?.unwrap_or_default();
            match ProducerStates::from_snapshot(&content) {
                Ok(states) => {
                    self.producers = states;
                    from = *offset;
                    break;
                }
                Err(error) => {
                    tracing::warn!(path = %path.display(), %error, "producer snapshot not usable");
                }
            }
        }
        self.unsynced.set_stored_snapshots(kept);
        self.replay_producers(from)
    }

    fn replay_producers(&mut self, from: Offset) -> Result<(), OpenFault> {
        let first = self.sealed.partition_point(|segment| segment.end <= from);
        let mut batches: Vec<(ProducerBatch, Offset)> = Vec::new();
        for number in first..=self.sealed.len() {
            let view = match self.sealed.get(number) {
                Some(sealed) => View::of_sealed(&self.shared.disk, &self.folder, sealed)?,
                None => View::of_active(&self.active),
            };
            let mut next = view.find(from).map_err(|error| self.fault(&error))?;
            while let Some((position, header)) = next {
                if let Some(producer) = ProducerBatch::of(&header) {
                    batches.push((producer, Offset(header.last_offset())));
                }
                if batches.len() > 4096 {
                    record_all(&mut self.producers, &mut batches);
                }
                next = view
                    .walk(Place::behind(position, &header), |_| true)
                    .map_err(|error| self.fault(&error))?;
            }
            record_all(&mut self.producers, &mut batches);
        }
        Ok(())
    }

    pub(super) fn fault(&self, reason: &impl ToString) -> OpenFault {
        OpenFault::Damaged(format!("{}: {}", self.folder.display(), reason.to_string()))
    }
}

fn record_all(producers: &mut ProducerStates, batches: &mut Vec<(ProducerBatch, Offset)>) {
    for (batch, last) in batches.drain(..) {
        // A batch without a time must not be forgotten at once.
        let seen = Timestamp(batch.timestamp.0.max(0));
        producers.record(&batch, last, seen);
    }
}
