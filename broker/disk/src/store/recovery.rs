//! What happens at start: the journal says what was made, deleted, cut and written since the last
//! checkpoint; the folders say what is there; both are brought together.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use kavka_core::config::Durability;
use kavka_core::log::LogSettings;
use kavka_core::types::{Lsn, Offset};
use kavka_protocol::records::BatchHeader;

use super::{Checkpoint, Shared, StoreError};
use crate::disk::{Disk, EntryKind};
use crate::journal::{Address, Replay, ReplayTarget, Replayed, ReplayedContent, ScannedBatch};
use crate::parallel::side_by_side;
use crate::partition::{
    OpenFault, PartitionId, PartitionLog, Trust, Unsynced, folder_name, is_deleted_name, log_bytes,
    parse_deleted_name, parse_folder_name, read_metadata, remove_folder, stray_path,
};

/// A partition that is not opened because something that was synced is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DamagedPartition {
    /// Which one.
    pub id: PartitionId,
    /// Its folder.
    pub folder: PathBuf,
    /// What is wrong.
    pub reason: String,
}

/// What recovery did and found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RecoveryReport {
    /// Batches of the journal that were looked at.
    pub replayed: u64,
    /// Batches of partitions that are gone.
    pub skipped: u64,
    /// Partitions that were not opened. Nothing of them was changed.
    pub damaged: Vec<DamagedPartition>,
    /// Partitions that held records and whose folders are gone.
    pub missing: Vec<Address>,
    /// Folders of no known topic that hold something and were given another name.
    pub strays: Vec<PathBuf>,
    /// The checkpoint file was missing or damaged: logs may begin earlier than they did, and what
    /// was cut off them is not noticed.
    pub checkpoint_lost: bool,
    /// Damaged places of the journal.
    pub journal_damage: Vec<String>,
}

/// What the journal says of one partition as a whole.
#[derive(Debug, Default)]
struct Fate {
    topic: Option<String>,
    deleted: bool,
    /// Truncations, with their places in the journal.
    cuts: Vec<(Lsn, Offset)>,
    start: Offset,
}

impl Fate {
    fn lowest_cut(&self) -> Option<Offset> {
        self.cuts.iter().map(|(_, end)| *end).min()
    }

    /// Whether a truncation behind it takes this batch: then the segments need not have room for it,
    /// as what came after the truncation may lie there.
    fn takes(&self, record: &Replayed) -> bool {
        let ReplayedContent::Batch(batch) = &record.content else {
            return false;
        };
        let mut later = self.cuts.iter().filter(|(lsn, _)| *lsn > record.end);
        let Some((_, first)) = later.next() else {
            return false;
        };
        let lowest = later.fold(*first, |lowest, (_, end)| lowest.min(*end));
        BatchHeader::parse(batch).is_ok_and(|header| header.last_offset() >= lowest.0)
    }
}

/// Bytes of batches that a start puts into the journal; it syncs segments that hold more.
const SURVIVORS_MAX: usize = 16 << 20;

pub(super) struct Recovery<'a, D: Disk> {
    shared: &'a Arc<Shared<D>>,
    replay: &'a Replay<D>,
    checkpoint: &'a Checkpoint,
    fates: BTreeMap<Address, Fate>,
    report: RecoveryReport,
}

/// A log to open.
struct Opening {
    id: PartitionId,
    /// Its folder says so.
    is_named: bool,
    settings: LogSettings,
    trust: Trust,
    was_cut: bool,
}

impl Opening {
    fn open<D: Disk>(&self, shared: &Arc<Shared<D>>) -> Result<PartitionLog<D>, OpenFault> {
        shared.reserve.with_room(|| {
            let (id, settings) = (self.id.clone(), self.settings.clone());
            let known = (self.trust, self.was_cut);
            if self.is_named {
                PartitionLog::open(shared, id, settings, known)
            } else {
                PartitionLog::remake(shared, id, settings, known)
            }
        })
    }
}

/// Logs by how the journal names them.
type Logs<D> = BTreeMap<Address, (PartitionLog<D>, Trust)>;

impl<'a, D: Disk> Recovery<'a, D> {
    pub(super) fn new(
        shared: &'a Arc<Shared<D>>,
        replay: &'a Replay<D>,
        checkpoint: &'a Checkpoint,
    ) -> Self {
        let report = RecoveryReport {
            checkpoint_lost: checkpoint.is_lost(),
            ..RecoveryReport::default()
        };
        Self {
            shared,
            replay,
            checkpoint,
            fates: BTreeMap::new(),
            report,
        }
    }

    /// Opens everything with so many threads.
    pub(super) fn run(
        mut self,
        threads: usize,
        mut settings: impl FnMut(&PartitionId) -> LogSettings,
    ) -> Result<(Vec<PartitionLog<D>>, RecoveryReport), StoreError> {
        let root = self.shared.root.clone();
        let fault = |source| StoreError::Io {
            path: root.clone(),
            source,
        };
        let damage = self.replay.damage().map(ToString::to_string);
        self.report.journal_damage = damage.collect();
        self.read_fates();
        let ids = self.folders().map_err(fault)?;
        self.note_missing(&ids);
        let mut logs = self.open_all(ids, threads, &mut settings)?;
        self.replay_all(&mut logs).map_err(fault)?;
        self.check_ends(&mut logs);
        self.secure_survivors(&logs, threads)?;
        let mut logs: Vec<_> = logs.into_values().map(|(log, _)| log).collect();
        logs.iter_mut().for_each(PartitionLog::replay_ends);
        logs.sort_by(|left, right| left.id().cmp(right.id()));
        Ok((logs, self.report))
    }

    fn read_fates(&mut self) {
        for record in self.replay.controls() {
            let fate = self.fates.entry(record.address).or_default();
            match &record.content {
                ReplayedContent::Created(topic) => fate.topic = Some(topic.clone()),
                ReplayedContent::Deleted => fate.deleted = true,
                ReplayedContent::Truncated(end) => {
                    fate.cuts.push((record.end, *end));
                }
                ReplayedContent::StartOffset(start) => fate.start = fate.start.max(*start),
                ReplayedContent::Batch(_) | ReplayedContent::Checkpoint(_) => {}
            }
        }
    }

    /// Whether the checkpoint or the journal has heard of the partition.
    fn is_known(&self, address: &Address) -> bool {
        self.checkpoint.is_lost()
            || self.checkpoint.partitions.contains_key(address)
            || self
                .fates
                .get(address)
                .is_some_and(|fate| fate.topic.is_some())
    }

    fn is_deleted(&self, address: &Address) -> bool {
        self.fates.get(address).is_some_and(|fate| fate.deleted)
    }

    /// The partitions that there are, and whether the folder of each says so. Deletions are
    /// finished.
    fn folders(&mut self) -> io::Result<BTreeMap<PartitionId, bool>> {
        let disk = self.shared.disk.clone();
        let mut found = BTreeMap::new();
        for entry in disk.read_dir(&self.shared.root)? {
            let path = self.shared.root.join(&entry.name);
            if entry.kind != EntryKind::Directory {
                continue;
            }
            if is_deleted_name(&entry.name) {
                self.finish_deletion(&entry.name)?;
                remove_folder(&disk, &path)?;
                self.shared.folders_changed();
                continue;
            }
            let Some((topic, partition)) = parse_folder_name(&entry.name) else {
                continue;
            };
            let created = |(address, fate): (&Address, &Fate)| {
                let same = address.partition == partition && fate.topic.as_deref() == Some(topic);
                (same && !fate.deleted).then_some(address.topic_id)
            };
            // A new folder whose metadata did not reach the disk is known from the journal.
            let named = read_metadata(&disk, &path)?;
            let topic_id = named.or_else(|| self.fates.iter().find_map(created));
            let Some(topic_id) = topic_id else {
                self.set_aside(&entry.name)?;
                continue;
            };
            let id = PartitionId {
                topic: topic.into(),
                topic_id,
                partition,
            };
            if self.is_deleted(&id.address()) {
                remove_folder(&disk, &path)?;
                self.shared.folders_changed();
                continue;
            }
            if !self.is_known(&id.address()) {
                // Made right before a crash that took the journal's record, or the id is damaged.
                self.set_aside(&entry.name)?;
                continue;
            }
            found.insert(id, named.is_some());
        }
        let names: BTreeSet<String> = found.keys().map(folder_name).collect();
        for (address, fate) in &self.fates {
            if let (Some(topic), false) = (&fate.topic, fate.deleted) {
                let (topic_id, partition) = (address.topic_id, address.partition);
                let id = PartitionId {
                    topic: topic.as_str().into(),
                    topic_id,
                    partition,
                };
                // A folder of that name with another topic in it came later.
                if !names.contains(&folder_name(&id)) {
                    found.insert(id, false);
                }
            }
        }
        Ok(found)
    }

    /// The folder's last name may have reached the disk without the journal's record of the deletion.
    fn finish_deletion(&mut self, name: &str) -> io::Result<()> {
        let Some((topic_id, partition)) = parse_deleted_name(name) else {
            return Ok(());
        };
        let address = Address {
            topic_id,
            partition,
        };
        if self.is_deleted(&address) || !self.is_known(&address) {
            return Ok(());
        }
        self.fates.entry(address).or_default().deleted = true;
        self.shared.deletion_unwritten(address);
        self.shared.sync_deletions()
    }

    /// A folder with records does not go by itself.
    fn note_missing(&mut self, found: &BTreeMap<PartitionId, bool>) {
        let found: BTreeSet<Address> = found.keys().map(PartitionId::address).collect();
        let known = self.checkpoint.partitions.iter();
        let missing = known
            .filter(|(_, trust)| trust.recovery_point > trust.start)
            .map(|(address, _)| *address)
            .filter(|address| !found.contains(address) && !self.is_deleted(address));
        self.report.missing = missing.collect();
    }

    /// A folder that does not say whose it is, and that the journal does not know, was begun right
    /// before a crash. Nothing in it was acknowledged, but a person may have taken the file away:
    /// unless it is empty it is kept under another name.
    fn set_aside(&mut self, name: &str) -> io::Result<()> {
        let (disk, root) = (&self.shared.disk, &self.shared.root);
        let path = root.join(name);
        self.shared.folders_changed();
        if log_bytes(disk, &path)? == 0 {
            return remove_folder(disk, &path);
        }
        let stray = stray_path(disk, root, name)?;
        disk.rename(&path, &stray)?;
        tracing::error!(
            folder = %path.display(),
            stray = %stray.display(),
            "partition.metadata is missing: set aside"
        );
        self.report.strays.push(stray);
        Ok(())
    }

    fn trust(&self, address: &Address) -> Trust {
        let mut trust = self.checkpoint.trust(address);
        if let Some(fate) = self.fates.get(address) {
            if let Some(cut) = fate.lowest_cut() {
                trust.recovery_point = trust.recovery_point.min(cut);
                trust.first_dirty = trust.first_dirty.min(cut);
            }
            trust.start = trust.start.max(fate.start);
            trust.start_unknown &= fate.topic.is_none() && fate.start == Offset(0);
        }
        trust
    }

    fn open_all(
        &mut self,
        ids: BTreeMap<PartitionId, bool>,
        threads: usize,
        settings: &mut impl FnMut(&PartitionId) -> LogSettings,
    ) -> Result<Logs<D>, StoreError> {
        let of_one = |(id, is_named): (PartitionId, bool)| {
            let address = id.address();
            let fate = self.fates.get(&address);
            Opening {
                trust: self.trust(&address),
                was_cut: fate.is_some_and(|fate| !fate.cuts.is_empty()),
                settings: settings(&id),
                id,
                is_named,
            }
        };
        let openings: Vec<Opening> = ids.into_iter().map(of_one).collect();
        let opened = side_by_side(&openings, threads, |opening| opening.open(self.shared));
        let mut logs = Logs::new();
        for (opening, opened) in openings.into_iter().zip(opened) {
            let address = opening.id.address();
            let folder = self.shared.root.join(folder_name(&opening.id));
            let fault = |source| StoreError::Io {
                path: folder.clone(),
                source,
            };
            let fate = self.fates.get(&address);
            let is_new = fate.is_some_and(|fate| fate.topic.is_some());
            match opened {
                Ok(log) => {
                    if !opening.is_named || is_new {
                        self.shared.folders_changed();
                        let file = log.metadata_file().map_err(fault)?;
                        log.unsynced().metadata_found(file);
                    }
                    logs.insert(address, (log, opening.trust));
                }
                Err(OpenFault::Io(error)) => return Err(fault(error)),
                Err(OpenFault::Damaged(reason)) => self.damaged(opening.id, folder, reason),
            }
        }
        Ok(logs)
    }

    fn replay_all(&mut self, logs: &mut Logs<D>) -> io::Result<()> {
        let replay = self.replay;
        let is_cut = self.fates.values().any(|fate| !fate.cuts.is_empty());
        replay.hand_to(&mut Rebuilding {
            recovery: self,
            logs,
            is_cut,
        })
    }

    fn replay_one(
        &mut self,
        log: &mut PartitionLog<D>,
        record: &Replayed,
    ) -> Result<(), OpenFault> {
        if matches!(record.content, ReplayedContent::Batch(_)) {
            self.report.replayed += 1;
        }
        self.shared.reserve.with_room(|| match &record.content {
            ReplayedContent::Batch(batch) => log.replay_batch(batch),
            ReplayedContent::Truncated(end) => log.replay_truncation(*end),
            ReplayedContent::StartOffset(start) => log.replay_start(*start),
            ReplayedContent::Created(_)
            | ReplayedContent::Deleted
            | ReplayedContent::Checkpoint(_) => Ok(()),
        })
    }

    /// A segment may hold more than the journal: batches whose journal record a crash took. They
    /// are readable from now on, so they must not vanish in the next crash.
    fn secure_survivors(&self, logs: &Logs<D>, threads: usize) -> Result<(), StoreError> {
        let survives =
            |log: &PartitionLog<D>, trust: &Trust| log.end_offset() > trust.recovery_point;
        let survivors: Vec<_> = logs
            .values()
            .filter(|(log, trust)| survives(log, trust))
            .map(|(log, trust)| (log, trust.recovery_point))
            .collect();
        let is_journaled = self.shared.durability == Durability::Disk
            && journal_survivors(&survivors)
                // A full disk, or too much for the journal.
                .inspect_err(|error| tracing::info!(%error, "segments are synced instead"))
                .is_ok();
        // Nor does a folder count that was made right before a mere kill, without its record.
        let is_known = |address: &Address| {
            let fate = self.fates.get(address);
            self.checkpoint.partitions.contains_key(address)
                || fate.is_some_and(|fate| fate.topic.is_some())
        };
        let wanted: Vec<&Arc<Unsynced<D>>> = logs
            .iter()
            .filter(|(address, (log, trust))| {
                survives(log, trust) && !is_journaled || !is_known(address)
            })
            .map(|(_, (log, _))| log.unsynced())
            .collect();
        let flushed = side_by_side(&wanted, threads, |unsynced| {
            unsynced.flush(&self.shared.disk, &self.shared.reserve)
        });
        for (unsynced, flushed) in wanted.iter().zip(flushed) {
            flushed.map_err(|source| StoreError::Io {
                path: self.shared.root.join(folder_name(&unsynced.id)),
                source,
            })?;
        }
        if is_journaled && !survivors.is_empty() {
            self.shared.journal.sync()?;
        }
        if !wanted.is_empty() {
            let folders = self.shared.sync_folders();
            folders.map_err(|source| StoreError::Io {
                path: self.shared.root.clone(),
                source,
            })?;
        }
        Ok(())
    }

    /// A log that is shorter than what was synced has been cut by someone.
    fn check_ends(&mut self, logs: &mut Logs<D>) {
        let short = logs
            .iter()
            .filter(|(_, (log, trust))| log.end_offset() < trust.recovery_point);
        let short: Vec<Address> = short.map(|(address, _)| *address).collect();
        for address in short {
            if let Some((log, trust)) = logs.remove(&address) {
                let (end, synced) = (log.end_offset(), trust.recovery_point);
                let reason = format!("the log ends at offset {end}; it was synced up to {synced}");
                self.damaged(log.id().clone(), log.folder().to_owned(), reason);
            }
        }
    }

    fn damaged(&mut self, id: PartitionId, folder: PathBuf, reason: String) {
        tracing::error!(folder = %folder.display(), %reason, "partition not opened");
        self.report
            .damaged
            .push(DamagedPartition { id, folder, reason });
    }
}

/// Puts what logs hold from an offset on into the journal, where it would be but for the crash.
fn journal_survivors<D: Disk>(survivors: &[(&PartitionLog<D>, Offset)]) -> io::Result<()> {
    let mut left = SURVIVORS_MAX;
    for (log, from) in survivors {
        left = log.journal_from(*from, left)?;
    }
    Ok(())
}

/// Brings the journal's records into the logs.
struct Rebuilding<'r, 'a, D: Disk> {
    recovery: &'r mut Recovery<'a, D>,
    logs: &'r mut Logs<D>,
    /// The journal has truncations.
    is_cut: bool,
}

impl<D: Disk> ReplayTarget<io::Error> for Rebuilding<'_, '_, D> {
    fn is_done(&mut self, batch: &ScannedBatch) -> bool {
        let Some((log, trust)) = self.logs.get_mut(&batch.address) else {
            self.recovery.report.skipped += 1;
            return true;
        };
        // What was cut off may lie in the segments and is not wanted.
        if self.is_cut {
            return false;
        }
        let Some(last) = log.has_seen(&batch.identity) else {
            return false;
        };
        self.recovery.report.replayed += 1;
        trust.recovery_point = trust.recovery_point.max(last.plus(1));
        true
    }

    fn take(&mut self, record: Replayed) -> io::Result<()> {
        let recovery = &mut *self.recovery;
        let Some((log, trust)) = self.logs.get_mut(&record.address) else {
            if matches!(record.content, ReplayedContent::Batch(_)) {
                recovery.report.skipped += 1;
            }
            return Ok(());
        };
        let fate = recovery.fates.get(&record.address);
        if self.is_cut && fate.is_some_and(|fate| fate.takes(&record)) {
            return Ok(());
        }
        match recovery.replay_one(log, &record) {
            Ok(()) => {
                // What the journal holds is durable.
                trust.recovery_point = durable(trust.recovery_point, &record.content);
                Ok(())
            }
            Err(OpenFault::Io(error)) => Err(error),
            Err(OpenFault::Damaged(reason)) => {
                let folder = log.folder().to_owned();
                recovery.damaged(log.id().clone(), folder, reason);
                self.logs.remove(&record.address);
                Ok(())
            }
        }
    }
}

/// The end of what is durable behind a record of the journal.
fn durable(before: Offset, content: &ReplayedContent) -> Offset {
    match content {
        ReplayedContent::Batch(batch) => BatchHeader::parse(batch).map_or(before, |header| {
            before.max(Offset(header.last_offset()).plus(1))
        }),
        ReplayedContent::Truncated(end) => before.min(*end),
        _ => before,
    }
}
