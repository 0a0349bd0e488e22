//! What of a partition is not on disk yet: filled by the log's thread, emptied by the flusher.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use kavka_core::types::Offset;

use super::PartitionId;
use super::files::{EPOCHS, metadata_text};
use crate::disk::pooled::has_failed_at_closing;
use crate::disk::{Disk, DiskFile, OpenMode};
use crate::journal::locked;
use crate::reserve::Reserve;
use crate::segment::{Found, SNAPSHOT, SegmentFiles, path_of, verified_in};
use crate::width::{narrow, wide};
use crate::window::Window;

/// Newest producer snapshots that are kept in any case.
const SNAPSHOTS: usize = 2;

/// The written and not yet synced part of a segment.
#[derive(Debug)]
struct Written<D: Disk> {
    files: SegmentFiles<D>,
    /// The index of aborted transactions, once the segment is sealed.
    aborted: Option<Arc<D::File>>,
    from: u64,
    to: u64,
    /// A sync has failed: the kernel may have dropped the pages.
    rewrite: bool,
}

/// The file that names the topic, not synced yet.
#[derive(Debug)]
struct Metadata<D: Disk> {
    file: D::File,
    /// A sync has failed: the kernel may have dropped the page.
    rewrite: bool,
}

#[derive(Debug)]
struct State<D: Disk> {
    /// By base offset.
    segments: BTreeMap<i64, Written<D>>,
    metadata: Option<Metadata<D>>,
    /// The folder's entries have changed.
    folder: bool,
    /// Segments that went while a flush had them in hand.
    forgotten: Vec<i64>,
    epochs: Option<String>,
    snapshots: BTreeMap<i64, Vec<u8>>,
    /// Snapshot files that exist.
    stored_snapshots: Vec<Offset>,
    /// The recovery point does not pass it.
    held_back: Option<Offset>,
    needed: Needed,
}

/// The first segments that a start may have to look through again: the snapshots before them are
/// kept, however many come after them. Where only one in the middle of a segment is left, no start
/// can use it that has to find all that was aborted in the segment.
#[derive(Debug, Clone, Copy, Default)]
struct Needed {
    /// After a crash now: its base offset.
    now: Option<i64>,
    /// Once a checkpoint has what was flushed last.
    then: Option<i64>,
}

impl Needed {
    /// Segments from `first` to `last` are being flushed.
    fn flushes(&mut self, first: i64, last: i64) {
        self.now = Some(self.now.map_or(first, |now| now.min(first)));
        self.then = Some(last);
    }

    /// Which of all snapshots, in order, are kept.
    fn kept(self, all: &[i64]) -> Vec<i64> {
        let newest = all.len().saturating_sub(SNAPSHOTS);
        let before = |segment: Option<i64>| {
            let count = all.partition_point(|offset| Some(*offset) <= segment);
            count.checked_sub(1)
        };
        let needed = [before(self.now), before(self.then)];
        let kept = all
            .iter()
            .enumerate()
            .filter(|(number, _)| *number >= newest || needed.contains(&Some(*number)));
        kept.map(|(_, offset)| *offset).collect()
    }
}

impl<D: Disk> State<D> {
    fn wrote(
        &mut self,
        base: Offset,
        from: u64,
        to: u64,
        files: impl Fn() -> SegmentFiles<D>,
    ) -> &mut Written<D> {
        let written = self.segments.entry(base.0).or_insert_with(|| Written {
            files: files(),
            aborted: None,
            from,
            to,
            rewrite: false,
        });
        written.from = written.from.min(from);
        written.to = written.to.max(to);
        written
    }
}

/// What of a partition is not on disk yet.
#[derive(Debug)]
pub(crate) struct Unsynced<D: Disk> {
    pub(crate) id: PartitionId,
    folder: PathBuf,
    state: Mutex<State<D>>,
    end: AtomicI64,
    start: AtomicI64,
    /// Everything before is in synced segments.
    recovery_point: AtomicI64,
    /// Where the part begins that no compaction has read.
    first_dirty: AtomicI64,
    /// Before this offset a compaction may have left gaps.
    gaps_before: AtomicI64,
    deleted: AtomicBool,
    /// Held while files are synced or the folder is moved.
    busy: Mutex<()>,
}

impl<D: Disk> Unsynced<D> {
    pub(crate) fn new(id: PartitionId, folder: PathBuf, recovery_point: Offset) -> Self {
        Self {
            id,
            folder,
            state: Mutex::new(State {
                segments: BTreeMap::new(),
                metadata: None,
                folder: false,
                forgotten: Vec::new(),
                epochs: None,
                snapshots: BTreeMap::new(),
                stored_snapshots: Vec::new(),
                held_back: None,
                needed: Needed::default(),
            }),
            end: AtomicI64::new(recovery_point.0),
            start: AtomicI64::new(0),
            recovery_point: AtomicI64::new(recovery_point.0),
            first_dirty: AtomicI64::new(0),
            gaps_before: AtomicI64::new(0),
            deleted: AtomicBool::new(false),
            busy: Mutex::new(()),
        }
    }

    /// Notes that a segment was written up to `to`. Comes before the journal's record, so that a
    /// flush that began after a record always sees its segment.
    pub(crate) fn wrote(
        &self,
        base: Offset,
        from: u64,
        to: u64,
        files: impl Fn() -> SegmentFiles<D>,
    ) {
        locked(&self.state).wrote(base, from, to, files);
    }

    /// A segment of `size` bytes was sealed and its index of aborted transactions written.
    pub(crate) fn aborted_sealed(
        &self,
        base: Offset,
        size: u64,
        file: Arc<D::File>,
        files: impl Fn() -> SegmentFiles<D>,
    ) {
        locked(&self.state).wrote(base, size, size, files).aborted = Some(file);
    }

    /// Notes what a start has found of a segment without knowing whether it was synced. The process
    /// before may have seen a sync of it fail: it is written again before it is synced.
    pub(crate) fn found(&self, base: Offset, from: u64, to: u64, files: SegmentFiles<D>) {
        let written = Written {
            files,
            // Start makes it anew where it is not to be trusted.
            aborted: None,
            from,
            to,
            rewrite: true,
        };
        locked(&self.state).segments.insert(base.0, written);
    }

    /// Notes that a start has found the last segment as the last flush has left it.
    pub(crate) fn found_synced(&self, base: Offset) {
        let needed = Some(base.0);
        locked(&self.state).needed = Needed {
            now: needed,
            then: needed,
        };
    }

    /// The segment was cut to `size` and its files were opened anew. What the former ones knew of
    /// failed syncs went with them: what is not synced is written again.
    pub(crate) fn replaced(&self, base: Offset, size: u64, files: SegmentFiles<D>) {
        let mut state = locked(&self.state);
        let written = Written {
            files,
            aborted: None,
            from: size,
            to: size,
            rewrite: false,
        };
        if let Some(old) = state.segments.insert(base.0, written)
            && let Some(new) = state.segments.get_mut(&base.0)
        {
            new.from = old.from.min(size);
            new.rewrite = new.from < size;
        }
    }

    /// What was written behind `to` does not count.
    pub(crate) fn took_back(&self, base: Offset, to: u64) {
        if let Some(written) = locked(&self.state).segments.get_mut(&base.0) {
            written.to = written.to.min(to);
            written.from = written.from.min(to);
        }
    }

    pub(crate) fn folder_changed(&self) {
        locked(&self.state).folder = true;
    }

    /// The recovery point does not pass `offset` until told otherwise. Comes before the record
    /// there counts for the log's end.
    pub(crate) fn hold_back(&self, offset: Option<Offset>) {
        locked(&self.state).held_back = offset;
    }

    /// The recovery point of the last flush is in the checkpoint.
    pub(crate) fn checkpointed(&self) {
        let mut state = locked(&self.state);
        state.needed.now = state.needed.then;
    }

    pub(crate) fn metadata_written(&self, file: D::File) {
        let mut state = locked(&self.state);
        state.metadata = Some(Metadata {
            file,
            rewrite: false,
        });
        state.folder = true;
    }

    /// Notes that a start has found the file and nobody is known to have synced it. The process
    /// before may have seen a sync of it fail: it is written again before it is synced.
    pub(crate) fn metadata_found(&self, file: D::File) {
        let mut state = locked(&self.state);
        state.metadata = Some(Metadata {
            file,
            rewrite: true,
        });
        state.folder = true;
    }

    pub(crate) fn epochs_changed(&self, text: String) {
        locked(&self.state).epochs = Some(text);
    }

    pub(crate) fn snapshot_taken(&self, offset: Offset, bytes: Vec<u8>) {
        locked(&self.state).snapshots.insert(offset.0, bytes);
    }

    pub(crate) fn set_stored_snapshots(&self, offsets: Vec<Offset>) {
        locked(&self.state).stored_snapshots = offsets;
    }

    /// Everything before is written.
    pub(crate) fn set_end(&self, end: Offset) {
        self.end.store(end.0, Ordering::Release);
    }

    /// End of what is written.
    pub(crate) fn end(&self) -> Offset {
        Offset(self.end.load(Ordering::Acquire))
    }

    pub(crate) fn set_start(&self, start: Offset) {
        self.start.store(start.0, Ordering::Release);
    }

    pub(crate) fn start(&self) -> Offset {
        Offset(self.start.load(Ordering::Acquire))
    }

    pub(crate) fn recovery_point(&self) -> Offset {
        Offset(self.recovery_point.load(Ordering::Acquire))
    }

    /// What a start knows of compactions.
    pub(crate) fn set_compacted(&self, first_dirty: Offset, gaps_before: Offset) {
        self.set_first_dirty(first_dirty);
        self.gaps_before.store(gaps_before.0, Ordering::Release);
    }

    /// Where the part begins that no compaction has read.
    pub(crate) fn first_dirty(&self) -> Offset {
        Offset(self.first_dirty.load(Ordering::Acquire))
    }

    pub(crate) fn set_first_dirty(&self, offset: Offset) {
        self.first_dirty.store(offset.0, Ordering::Release);
    }

    /// Before this offset a compaction may have left gaps.
    pub(crate) fn gaps_before(&self) -> Offset {
        Offset(self.gaps_before.load(Ordering::Acquire))
    }

    /// From the next checkpoint on gaps before `offset` are no damage.
    pub(crate) fn allow_gaps(&self, offset: Offset) {
        self.gaps_before.fetch_max(offset.0, Ordering::AcqRel);
    }

    /// Runs `action` while the folder is the partition's; nothing once it was deleted.
    pub(crate) fn while_alive<T>(&self, action: impl FnOnce() -> T) -> Option<T> {
        let _busy = locked(&self.busy);
        (!self.is_deleted()).then(action)
    }

    pub(crate) fn is_deleted(&self) -> bool {
        self.deleted.load(Ordering::Acquire)
    }

    /// The log is cut to `end`; snapshots of what came behind are dropped.
    pub(crate) fn truncated(&self, end: Offset) -> Vec<Offset> {
        let _busy = locked(&self.busy);
        self.recovery_point.fetch_min(end.0, Ordering::AcqRel);
        self.first_dirty.fetch_min(end.0, Ordering::AcqRel);
        self.gaps_before.fetch_min(end.0, Ordering::AcqRel);
        self.set_end(end);
        let mut state = locked(&self.state);
        state.segments.retain(|base, _| *base <= end.0);
        state.snapshots.retain(|offset, _| *offset <= end.0);
        let (kept, gone) = state
            .stored_snapshots
            .iter()
            .partition(|offset| **offset <= end);
        state.stored_snapshots = kept;
        gone
    }

    /// A segment is gone.
    pub(crate) fn forget_segment(&self, base: Offset) {
        let mut state = locked(&self.state);
        state.segments.remove(&base.0);
        state.forgotten.push(base.0);
    }

    /// Runs `action` while nothing of the partition is being synced; later nothing ever is.
    pub(crate) fn end_with<T>(&self, action: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
        let _busy = locked(&self.busy);
        self.deleted.store(true, Ordering::Release);
        action()
    }

    /// Brings everything to the disk that was written before the call.
    pub(crate) fn flush(&self, disk: &D, reserve: &Reserve<D>) -> io::Result<()> {
        let _busy = locked(&self.busy);
        if self.is_deleted() {
            return Ok(());
        }
        let mut end = self.end.load(Ordering::Acquire);
        let (segments, mut metadata, mut folder, epochs) = {
            let mut state = locked(&self.state);
            state.forgotten.clear();
            let segments = std::mem::take(&mut state.segments);
            let folder = std::mem::take(&mut state.folder);
            if let (Some((first, _)), Some((last, _))) =
                (segments.first_key_value(), segments.last_key_value())
            {
                state.needed.flushes(*first, *last);
            }
            end = state.held_back.map_or(end, |held| end.min(held.0));
            (segments, state.metadata.take(), folder, state.epochs.take())
        };
        let mut left = segments;
        // What is only in memory so far needs room.
        let write_out = || {
            left.values()
                .try_for_each(|written| written.files.write_out())
        };
        let result = reserve.with_room(write_out);
        let result =
            result.and_then(|()| self.flush_parts(&mut left, metadata.as_mut(), &mut folder));
        let result = result.and_then(|()| match &epochs {
            Some(text) => reserve.with_room(|| self.store_epochs(disk, text)),
            None => Ok(()),
        });
        let result = result.and_then(|()| {
            if folder || epochs.is_some() {
                disk.sync_dir(&self.folder)?;
            }
            Ok(())
        });
        if result.is_err() {
            let mut state = locked(&self.state);
            let forgotten = std::mem::take(&mut state.forgotten);
            for (base, mut written) in left {
                if forgotten.contains(&base) {
                    continue;
                }
                if let Some(newer) = state.segments.get(&base) {
                    written.to = written.to.max(newer.to);
                    written.from = written.from.min(newer.from);
                    written.aborted = written.aborted.or_else(|| newer.aborted.clone());
                    written.files = newer.files.clone();
                }
                state.segments.insert(base, written);
            }
            state.folder |= folder;
            state.metadata = state.metadata.take().or(metadata);
            state.epochs = state.epochs.take().or(epochs);
        } else {
            self.recovery_point.fetch_max(end, Ordering::AcqRel);
        }
        result?;
        reserve.with_room(|| self.store_snapshots(disk))
    }

    fn flush_parts(
        &self,
        segments: &mut BTreeMap<i64, Written<D>>,
        metadata: Option<&mut Metadata<D>>,
        folder: &mut bool,
    ) -> io::Result<()> {
        while let Some(mut first) = segments.first_entry() {
            let written = first.get_mut();
            again_if_failed_at_closing(|| written.sync().inspect_err(|_| written.rewrite = true))?;
            let files = &written.files;
            *folder |= files.offset_index.was_made() | files.time_index.was_made();
            first.remove();
        }
        let Some(metadata) = metadata else {
            return Ok(());
        };
        again_if_failed_at_closing(|| {
            if metadata.rewrite {
                let text = metadata_text(self.id.topic_id);
                metadata.file.write_at(0, &[text.as_bytes()])?;
            }
            let synced = metadata.file.sync_data();
            synced.inspect_err(|_| metadata.rewrite = true)
        })
    }

    /// Replaces the file of leader epochs. Its content needs no sync: a damaged one is made anew
    /// from the segments. That no older one comes back is what the folder's sync is for.
    fn store_epochs(&self, disk: &D, text: &str) -> io::Result<()> {
        let path = self.folder.join(EPOCHS);
        let temporary = path.with_extension("tmp");
        let file = disk.open(&temporary, OpenMode::Create)?;
        file.set_len(0)?;
        file.write_at(0, &[text.as_bytes()])?;
        disk.rename(&temporary, &path)
    }

    /// Writes the snapshots that were taken. They need no sync: a damaged or lost one is replaced
    /// by an older one and the log behind it.
    fn store_snapshots(&self, disk: &D) -> io::Result<()> {
        let (snapshots, stored, needed) = {
            let state = locked(&self.state);
            let stored = state.stored_snapshots.clone();
            (state.snapshots.clone(), stored, state.needed)
        };
        let stored = stored.iter().map(|offset| offset.0);
        let all: BTreeSet<i64> = stored.chain(snapshots.keys().copied()).collect();
        let all: Vec<i64> = all.into_iter().collect();
        let kept = needed.kept(&all);
        for (offset, bytes) in snapshots.iter().filter(|it| kept.contains(it.0)) {
            let path = path_of(&self.folder, Offset(*offset), SNAPSHOT);
            let file = disk.open(&path, OpenMode::Create)?;
            file.set_len(0)?;
            file.write_at(0, &[bytes])?;
        }
        for offset in all.iter().filter(|offset| !kept.contains(offset)) {
            remove_if_there(disk, &path_of(&self.folder, Offset(*offset), SNAPSHOT))?;
        }
        let mut state = locked(&self.state);
        for (offset, _) in snapshots {
            state.snapshots.remove(&offset);
        }
        state.stored_snapshots = kept.into_iter().map(Offset).collect();
        Ok(())
    }
}

/// Syncs, and once more where a failure of long ago is told only now: it says nothing of the disk as
/// it is. A segment has two files of the kind.
fn again_if_failed_at_closing(mut sync: impl FnMut() -> io::Result<()>) -> io::Result<()> {
    for _ in 0..2 {
        match sync() {
            Err(error) if has_failed_at_closing(&error) => {}
            synced => return synced,
        }
    }
    sync()
}

pub(crate) fn remove_if_there<D: Disk>(disk: &D, path: &std::path::Path) -> io::Result<()> {
    match disk.remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

impl<D: Disk> Written<D> {
    fn sync(&self) -> io::Result<()> {
        if self.rewrite {
            self.write_again()?;
        }
        self.files.log.sync_data()?;
        self.files.offset_index.sync()?;
        self.files.time_index.sync()?;
        match &self.aborted {
            Some(aborted) => aborted.sync_data(),
            None => Ok(()),
        }
    }

    /// After a failed sync the pages count as clean though they are not on disk: reads still give
    /// them, and writing them again makes them dirty. What does not verify is not written; then the
    /// sync fails for good and the journal keeps its copy for the next start.
    fn write_again(&self) -> io::Result<()> {
        let log = self.files.log.as_ref();
        let size = self.to.min(log.len()?);
        let mut position = self.from;
        let mut window = Window::new(log, size);
        while position < size {
            let (found, bytes) = verified_in(&mut window, position)?;
            if !matches!(found, Found::Batch(_)) {
                let message = "the segment lost content after a failed sync: restart the broker, \
                    it recovers from the journal";
                return Err(io::Error::new(io::ErrorKind::InvalidData, message));
            }
            log.write_at(position, &[&bytes])?;
            position += wide(bytes.len());
        }
        self.files.offset_index.write_again()?;
        self.files.time_index.write_again()?;
        if let Some(aborted) = &self.aborted {
            let content = aborted.read_at(0, narrow(aborted.len()?))?;
            aborted.write_at(0, &[&content])?;
        }
        Ok(())
    }
}
