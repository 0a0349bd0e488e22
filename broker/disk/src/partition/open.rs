//! Opening a partition's log: what was synced is believed, the rest is verified, and what a crash
//! left torn is cut off. The journal's records are put behind it afterwards.

mod replay;
mod seen;

pub(super) use seen::Seen;

use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use kavka_core::log::{LeaderEpochs, LogSettings, ProducerStates, Unsettled};
use kavka_core::types::{LeaderEpoch, Lsn, Offset};

use super::files::{EPOCHS, METADATA, write_metadata};
use super::unsynced::remove_if_there;
use super::{AppendError, PartitionId, PartitionLog, Unsynced, folder_name, swap};
use crate::disk::{self, Disk, DiskFile, Entry, EntryKind, OpenMode};
use crate::reserve::MayBeFull;
use crate::segment::{Active, CLEANED, LOG, Sealed, parse_name};
use crate::store::Shared;

/// What is known to be on disk, from the last checkpoint and from the journal.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Trust {
    /// Everything before was synced.
    pub(crate) recovery_point: Offset,
    /// Everything before may be gone.
    pub(crate) start: Offset,
    /// Nothing is known of the start, as the checkpoint was lost: the first segment tells. Nor is
    /// it known what was compacted.
    pub(crate) start_unknown: bool,
    /// Where the part begins that no compaction has read.
    pub(crate) first_dirty: Offset,
    /// Before this offset a compaction may have left gaps.
    pub(crate) gaps_before: Offset,
}

/// A log cannot be opened.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OpenFault {
    /// The disk failed.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// Something that was synced is not there any more.
    #[error("{0}")]
    Damaged(String),
}

impl MayBeFull for OpenFault {
    fn is_full(&self) -> bool {
        matches!(self, Self::Io(error) if disk::is_full(error))
    }
}

impl From<AppendError> for OpenFault {
    fn from(error: AppendError) -> Self {
        match error {
            AppendError::DiskFull { .. } => Self::Io(io::ErrorKind::StorageFull.into()),
            AppendError::Io { source, .. } => Self::Io(source),
            other => Self::Damaged(other.to_string()),
        }
    }
}

/// The segments that were found.
struct Loaded<D: Disk> {
    sealed: VecDeque<Sealed>,
    active: Active<D>,
    end: Offset,
    epochs: Vec<(LeaderEpoch, Offset)>,
    /// Segments that were not trusted, and whether they have control batches.
    untrusted: BTreeMap<Offset, bool>,
    seen: Seen,
}

impl<D: Disk> PartitionLog<D> {
    /// Makes the files of a new partition; nothing of it is durable before the journal's record.
    pub(crate) fn create(
        shared: &Arc<Shared<D>>,
        id: PartitionId,
        settings: LogSettings,
    ) -> io::Result<Self> {
        let folder = shared.root.join(folder_name(&id));
        shared.disk.create_dir_all(&folder)?;
        let metadata = write_metadata(&shared.disk, &folder, id.topic_id)?;
        let active = Active::create(&shared.disk, &folder, Offset(0))?;
        let loaded = Loaded {
            sealed: VecDeque::new(),
            active,
            end: Offset(0),
            epochs: Vec::new(),
            untrusted: BTreeMap::new(),
            seen: Seen::default(),
        };
        let unsynced = Arc::new(Unsynced::new(id.clone(), folder.clone(), Offset(0)));
        unsynced.metadata_written(metadata);
        Ok(Self::assemble(
            shared,
            id,
            settings,
            (folder, unsynced),
            loaded,
            Offset(0),
        ))
    }

    /// Opens the log of an existing partition. `was_cut` says that it was cut since the last flush.
    pub(crate) fn open(
        shared: &Arc<Shared<D>>,
        id: PartitionId,
        settings: LogSettings,
        (trust, was_cut): (Trust, bool),
    ) -> Result<Self, OpenFault> {
        let folder = shared.root.join(folder_name(&id));
        let unsynced = Arc::new(Unsynced::new(
            id.clone(),
            folder.clone(),
            trust.recovery_point,
        ));
        let mut entries = shared.disk.read_dir(&folder)?;
        if entries.iter().any(|entry| entry.name == swap::MARKER) {
            swap::finish(&shared.disk, &folder)?;
            entries = shared.disk.read_dir(&folder)?;
        }
        let loader = Loader {
            disk: &shared.disk,
            folder: &folder,
            entries: &entries,
            trust,
            was_cut,
            settings: &settings,
        };
        let mut found = loader.load(&unsynced)?;
        // Whatever is written from now on follows without gaps.
        found.active.gaps_before = found.active.gaps_before.min(found.end);
        unsynced.set_compacted(
            trust.first_dirty.min(found.end),
            loader.gaps_before().min(found.end),
        );
        if found.end < trust.start {
            // All that is left is expired; what comes behind it is in the journal.
            found = loader.begin_anew(&unsynced, &found)?;
        }
        let first = found
            .sealed
            .front()
            .map_or(found.active.base, |segment| segment.base);
        let start = first.max(trust.start);
        let scanned = found.epochs.clone();
        let untrusted = std::mem::take(&mut found.untrusted);
        let mut log = Self::assemble(shared, id, settings, (folder, unsynced), found, start);
        log.load_epochs(&scanned)?;
        log.load_producers(&entries, &untrusted)?;
        Ok(log)
    }

    fn assemble(
        shared: &Arc<Shared<D>>,
        id: PartitionId,
        settings: LogSettings,
        (folder, unsynced): (PathBuf, Arc<Unsynced<D>>),
        loaded: Loaded<D>,
        start: Offset,
    ) -> Self {
        unsynced.set_end(loaded.end);
        unsynced.set_start(start);
        Self {
            id,
            folder,
            settings,
            shared: shared.clone(),
            unsynced,
            sealed: loaded.sealed,
            active: loaded.active,
            start,
            end: loaded.end,
            producers: ProducerStates::default(),
            unsettled: Unsettled::default(),
            epochs: LeaderEpochs::default(),
            waiting: VecDeque::new(),
            seen: loaded.seen,
            durable_end: loaded.end,
            last_lsn: Lsn(0),
            truncated: Lsn(0),
            is_stuck: false,
            bytes_since_snapshot: 0,
        }
    }

    pub(crate) fn unsynced(&self) -> &Arc<Unsynced<D>> {
        &self.unsynced
    }

    fn load_epochs(&mut self, scanned: &[(LeaderEpoch, Offset)]) -> Result<(), OpenFault> {
        let path = self.folder.join(EPOCHS);
        let stored = disk::read_small(&self.shared.disk, &path, 64 << 20)?;
        let text = stored.as_deref().map(String::from_utf8_lossy);
        match text.map(|text| LeaderEpochs::parse(&text)) {
            Some(Ok(epochs)) => self.epochs = epochs,
            Some(Err(error)) => {
                tracing::warn!(path = %path.display(), %error, "made anew from the segments");
                self.epochs_from_segments()?;
            }
            None => self.epochs_from_segments()?,
        }
        let cut = self.epochs.truncate_to(self.end);
        let moved = self.epochs.advance_start(self.start);
        let mut changed = cut | moved;
        for (epoch, offset) in scanned {
            changed |= self.epochs.assign(*epoch, *offset);
        }
        if changed {
            self.unsynced.epochs_changed(self.epochs.to_text());
        }
        Ok(())
    }

    fn epochs_from_segments(&mut self) -> Result<(), OpenFault> {
        let mut epochs = LeaderEpochs::default();
        for number in 0..=self.sealed.len() {
            let view = self.segment(number)?;
            let mut batches = view.batches(view.start());
            while let Some((_, header)) = batches.next().map_err(|error| self.fault(&error))? {
                let epoch = LeaderEpoch(header.partition_leader_epoch);
                epochs.assign(epoch, Offset(header.base_offset));
            }
        }
        self.epochs = epochs;
        self.unsynced.epochs_changed(self.epochs.to_text());
        Ok(())
    }
}

/// Finds and checks the segments of a folder.
struct Loader<'a, D: Disk> {
    disk: &'a D,
    folder: &'a Path,
    /// What the folder holds.
    entries: &'a [Entry],
    trust: Trust,
    /// The log was cut since the last flush: where it ends may not be on the disk.
    was_cut: bool,
    settings: &'a LogSettings,
}

impl<D: Disk> Loader<'_, D> {
    fn load(&self, unsynced: &Unsynced<D>) -> Result<Loaded<D>, OpenFault> {
        let mut bases = self.bases()?;
        if let Some(first) = bases.first().filter(|first| **first > self.trust.start)
            && !self.trust.start_unknown
        {
            if self.trust.recovery_point > self.trust.start {
                let start = self.trust.start;
                return Err(self.damaged(*first, &format!("the log starts at {start}, before it")));
            }
            // The first segment did not reach the disk. The journal holds all of the log.
            for base in bases.drain(..) {
                Sealed::remove(self.disk, self.folder, base)?;
            }
            self.disk.sync_dir(self.folder)?;
        }
        let mut sealed: VecDeque<Sealed> = VecDeque::new();
        let mut epochs = Vec::new();
        let mut untrusted = BTreeMap::new();
        let mut seen = Seen::default();
        let mut bases: VecDeque<Offset> = bases.into();
        while let Some(base) = bases.pop_front() {
            let next = bases.front().copied();
            // A segment that ends right at the recovery point may have got its last time index entry
            // after it.
            if let Some(next) = next.filter(|next| *next < self.trust.recovery_point) {
                let reason =
                    match Sealed::load(self.disk, self.folder, (base, next), self.gaps_before())? {
                        Ok(segment) => {
                            sealed.push_back(segment);
                            continue;
                        }
                        Err(reason) => reason,
                    };
                if !self.undo_roll(base, &mut bases, &mut sealed)? {
                    return Err(self.damaged(base, &reason));
                }
                unsynced.folder_changed();
                continue;
            }
            let is_there = |ending: &str| self.holds(base, ending);
            let mut active = Active::open(self.disk, self.folder, base, is_there)?;
            active.gaps_before = self.gaps_before();
            let mut has_controls = false;
            let scanned = active.load(self.trust.recovery_point, self.settings, |header| {
                let epoch = LeaderEpoch(header.partition_leader_epoch);
                epochs.push((epoch, Offset(header.base_offset)));
                has_controls |= header.is_control();
                seen.note(header);
            })?;
            untrusted.insert(base, has_controls);
            if let Some(reason) = &scanned.broken {
                if scanned.end < self.trust.recovery_point {
                    return Err(self.damaged(base, reason));
                }
                let folder = self.folder.display();
                tracing::info!(%folder, end = %scanned.end, %reason, "cut the torn end off");
            }
            let is_whole = scanned.broken.is_none() && active.size > 0 && next.is_none();
            let is_synced = is_whole && scanned.end <= self.trust.recovery_point && !self.was_cut;
            if is_synced {
                unsynced.found_synced(base);
            } else {
                unsynced.found(base, scanned.from, active.size, active.files());
            }
            let goes_on = scanned.broken.is_none() && next == Some(scanned.end);
            if goes_on {
                if let Err(error) = active.finish() {
                    // It costs a longer walk and nothing else.
                    tracing::warn!(%error, %base, "index entries not written");
                }
                sealed.push_back(active.summary(scanned.end));
                continue;
            }
            self.remove_behind(bases)?;
            if !is_synced {
                unsynced.folder_changed();
            }
            return Ok(Loaded {
                sealed,
                active,
                end: scanned.end,
                epochs,
                untrusted,
                seen,
            });
        }
        let end = sealed
            .back()
            .map_or(self.trust.start, |segment| segment.end);
        let active = Active::create(self.disk, self.folder, end)?;
        unsynced.folder_changed();
        Ok(Loaded {
            sealed,
            active,
            end,
            epochs,
            untrusted,
            seen,
        })
    }

    /// A roll that failed half-way may have left an empty file while its segment grew on. Whether
    /// that is what is wrong with the segment at `base`: then it is read again without the file.
    fn undo_roll(
        &self,
        base: Offset,
        behind: &mut VecDeque<Offset>,
        before: &mut VecDeque<Sealed>,
    ) -> io::Result<bool> {
        if let Some(next) = behind.front().copied()
            && self.is_empty(next)?
        {
            Sealed::remove(self.disk, self.folder, next)?;
            behind.pop_front();
            behind.push_front(base);
        } else if self.is_empty(base)?
            && let Some(previous) = before.pop_back()
        {
            Sealed::remove(self.disk, self.folder, base)?;
            behind.push_front(previous.base);
        } else {
            return Ok(false);
        }
        Ok(true)
    }

    fn holds(&self, base: Offset, ending: &str) -> bool {
        let mut entries = self.entries.iter();
        entries.any(|entry| parse_name(&entry.name) == Some((base, ending)))
    }

    /// Up to where gaps are no damage. What is lost with the checkpoint cannot be told from what
    /// was compacted.
    fn gaps_before(&self) -> Offset {
        if self.trust.start_unknown {
            Offset(i64::MAX)
        } else {
            self.trust.gaps_before
        }
    }

    fn is_empty(&self, base: Offset) -> io::Result<bool> {
        let path = crate::segment::path_of(self.folder, base, LOG);
        self.disk.open(&path, OpenMode::Read)?.is_empty()
    }

    /// Drops all segments for an empty one at the log's start.
    fn begin_anew(&self, unsynced: &Unsynced<D>, old: &Loaded<D>) -> io::Result<Loaded<D>> {
        let bases = old
            .sealed
            .iter()
            .map(|segment| segment.base)
            .chain([old.active.base]);
        for base in bases {
            unsynced.forget_segment(base);
            Sealed::remove(self.disk, self.folder, base)?;
        }
        let active = Active::create(self.disk, self.folder, self.trust.start)?;
        unsynced.folder_changed();
        Ok(Loaded {
            sealed: VecDeque::new(),
            active,
            end: self.trust.start,
            epochs: Vec::new(),
            untrusted: BTreeMap::new(),
            seen: Seen::default(),
        })
    }

    /// The base offsets of all segments that are not wholly expired. Removes what belongs to no
    /// segment.
    fn bases(&self) -> io::Result<Vec<Offset>> {
        let files = self
            .entries
            .iter()
            .filter(|entry| entry.kind == EntryKind::File);
        let mut bases = Vec::new();
        let mut others = Vec::new();
        for entry in files {
            match parse_name(&entry.name) {
                Some((base, LOG)) => bases.push(base),
                // Begun by a compaction and never to be used.
                Some((_, ending)) if ending.ends_with(CLEANED) => {
                    remove_if_there(self.disk, &self.folder.join(&entry.name))?;
                }
                Some((base, ending)) if ending != crate::segment::SNAPSHOT => {
                    others.push((base, &entry.name));
                }
                _ if Path::new(&entry.name).extension() == Some("tmp".as_ref()) => {
                    remove_if_there(self.disk, &self.folder.join(&entry.name))?;
                }
                _ => {}
            }
        }
        for (_, name) in others.iter().filter(|(base, _)| !bases.contains(base)) {
            remove_if_there(self.disk, &self.folder.join(name))?;
        }
        let expired = bases
            .windows(2)
            .take_while(|pair| pair.get(1).is_some_and(|next| *next <= self.trust.start));
        let expired = expired.count();
        for base in bases.drain(..expired) {
            Sealed::remove(self.disk, self.folder, base)?;
        }
        Ok(bases)
    }

    /// Removes segments for good that do not follow the one before.
    fn remove_behind(&self, behind: VecDeque<Offset>) -> io::Result<()> {
        if behind.is_empty() {
            return Ok(());
        }
        for base in behind {
            Sealed::remove(self.disk, self.folder, base)?;
        }
        self.disk.sync_dir(self.folder)
    }

    fn damaged(&self, base: Offset, reason: &str) -> OpenFault {
        let path = crate::segment::path_of(self.folder, base, LOG);
        OpenFault::Damaged(format!(
            "{} was synced and is damaged: {reason}",
            path.display()
        ))
    }
}

impl<D: Disk> PartitionLog<D> {
    /// Makes the files of a partition again that the journal knows and whose folder did not reach
    /// the disk in full.
    pub(crate) fn remake(
        shared: &Arc<Shared<D>>,
        id: PartitionId,
        settings: LogSettings,
        trust: (Trust, bool),
    ) -> Result<Self, OpenFault> {
        let folder = shared.root.join(folder_name(&id));
        shared.disk.create_dir_all(&folder)?;
        write_metadata(&shared.disk, &folder, id.topic_id)?;
        Self::open(shared, id, settings, trust)
    }

    /// The file that names the topic, for whoever syncs it.
    pub(crate) fn metadata_file(&self) -> io::Result<D::File> {
        self.shared
            .disk
            .open_resting(&self.folder.join(METADATA), OpenMode::Write)
    }

    /// The partition's folder.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Writes the rest and leaves a snapshot for the next start.
    pub(crate) fn before_close(&mut self) {
        if let Err(error) = self.write_out() {
            // Nobody was told that it was appended.
            tracing::warn!(%error, partition = %self.id, "the end of the log was not written");
            return;
        }
        if self.bytes_since_snapshot > 0 {
            self.take_snapshot();
        }
    }
}
