//! The thread that follows a source's files.
//!
//! It reads each stream in turn, one chunk at a time, and waits where the sinks are slow. While
//! it waits it goes on looking for new files, so that a file that is rotated away meanwhile is
//! held open and read later.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs::{self, File};
use std::future::Future;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use kavka_pipeline::ReadFrom;
use tokio::runtime::Handle;

use super::checkpoint::{Checkpoint, Checkpoints};
use super::ledger::{BatchId, FileKey, Ledger};
use super::line::Line;
use super::tailed::{Progress, Tailed};
use super::{Decoded, Decoder, Format, Found, Inode, TailOptions};
use crate::event::{Event, Metadata, now};
use crate::receipt::{Outcome, Receipt};
use crate::source::SourceContext;

/// Between two looks at files that do not grow; more when there are very many.
const IDLE: Duration = Duration::from_millis(100);
/// Between two writes of the checkpoints.
const SAVE_INTERVAL: Duration = Duration::from_secs(1);
/// How long a source that was asked to stop waits for receipts.
const DRAIN: Duration = Duration::from_secs(10);

struct Stream {
    decoder: Box<dyn Decoder>,
    /// In reading order.
    files: Vec<FileKey>,
}

/// Follows the files of one source.
pub(crate) struct Follower<F> {
    format: F,
    options: TailOptions,
    context: SourceContext,
    runtime: Handle,
    checkpoints: Checkpoints,
    ledger: Ledger,
    files: BTreeMap<FileKey, Tailed>,
    inodes: HashMap<Inode, FileKey>,
    streams: BTreeMap<String, Stream>,
    next_key: u64,
    /// Bounded by the source's budget: each entry stands for a batch that held bytes of it.
    receipts: mpsc::Receiver<(BatchId, Outcome)>,
    receipt_sender: mpsc::Sender<(BatchId, Outcome)>,
    started: bool,
    looked: Instant,
    saved: Instant,
    complained: HashSet<PathBuf>,
    buffer: Vec<u8>,
}

/// What one chunk of a file came to.
#[derive(Default)]
struct Chunk {
    decoded: Vec<Decoded>,
    broken: usize,
    problem: Option<(&'static str, u64)>,
}

impl<F: Format + 'static> Follower<F> {
    /// Begins where the checkpoints in `folder` say.
    ///
    /// # Errors
    /// The checkpoints cannot be read.
    pub(crate) fn new(
        format: F,
        options: TailOptions,
        context: SourceContext,
        folder: &Path,
    ) -> io::Result<Self> {
        let (receipt_sender, receipts) = mpsc::channel();
        Ok(Self {
            format,
            options,
            context,
            runtime: Handle::current(),
            checkpoints: Checkpoints::load(folder)?,
            ledger: Ledger::default(),
            files: BTreeMap::new(),
            inodes: HashMap::new(),
            streams: BTreeMap::new(),
            next_key: 0,
            receipts,
            receipt_sender,
            started: false,
            looked: Instant::now(),
            saved: Instant::now(),
            complained: HashSet::new(),
            buffer: Vec::new(),
        })
    }

    /// Follows until it is asked to stop.
    pub(crate) fn run(mut self) {
        self.look();
        while !self.stopping() {
            let mut busy = false;
            let streams: Vec<String> = self.streams.keys().cloned().collect();
            for stream in streams {
                busy |= self.read_stream(&stream);
                if self.stopping() {
                    break;
                }
            }
            let idle = IDLE
                * u32::try_from(1 + self.files.len() / 500)
                    .unwrap_or(20)
                    .min(20);
            self.take_receipts(if busy { Duration::ZERO } else { idle });
            if self.looked.elapsed() >= self.options.glob_interval {
                self.look();
                self.retire();
            }
            self.save_when_due();
        }
        let deadline = Instant::now() + DRAIN;
        while !self.ledger.is_settled() && Instant::now() < deadline {
            self.take_receipts(IDLE);
        }
        self.save();
    }

    fn stopping(&self) -> bool {
        self.context.stop.is_cancelled()
    }

    /// Looks for files, opens new ones, notices which are gone.
    fn look(&mut self) {
        self.looked = Instant::now();
        let mut seen = HashSet::new();
        for found in self.format.discover() {
            match self.meet(&found) {
                Ok(inode) => {
                    seen.insert(inode);
                    self.complained.remove(&found.path);
                }
                Err(error) => self.complain(&found.path, &error),
            }
        }
        self.started = true;
        for file in self.files.values_mut() {
            file.linked = seen.contains(&file.inode);
        }
        let lag = self.files.values().map(Tailed::lag).sum();
        self.context.metrics.files(self.files.len(), lag);
        self.context.metrics.buffered(self.context.budget.used());
    }

    fn meet(&mut self, found: &Found) -> io::Result<Inode> {
        let metadata = fs::metadata(&found.path)?;
        let inode = (metadata.dev(), metadata.ino());
        if let Some(file) = self
            .inodes
            .get(&inode)
            .and_then(|key| self.files.get_mut(key))
        {
            if file.path != found.path {
                file.path.clone_from(&found.path);
            }
            return Ok(inode);
        }
        if !metadata.is_file() {
            return Ok(inode);
        }
        let handle = File::open(&found.path)?;
        let metadata = handle.metadata()?;
        let inode = (metadata.dev(), metadata.ino());
        if self.inodes.contains_key(&inode) {
            return Ok(inode);
        }
        let mut file = Tailed::new(
            found.path.clone(),
            found.stream.clone(),
            handle.try_clone()?,
            inode,
            0,
            self.options.max_line_bytes,
        )?;
        let known = self.checkpoints.find(inode, file.fingerprint);
        let offset = match known {
            Some(known)
                if known.offset <= metadata.len() && known.fingerprint.matches(&handle)? =>
            {
                known.offset
            }
            None if self.begins_at_end() => last_line_start(&handle, metadata.len())?,
            Some(_) | None => 0,
        };
        file.rewind(offset);
        tracing::info!(
            component = &*self.context.name,
            file = %found.path.display(),
            offset,
            "following a file"
        );
        if !self.streams.contains_key(&found.stream) {
            let stream = Stream {
                decoder: self.format.decoder(found),
                files: Vec::new(),
            };
            self.streams.insert(found.stream.clone(), stream);
        }
        let key = self.adopt(file, offset);
        if let Some(stream) = self.streams.get_mut(&found.stream) {
            stream.decoder.opened(key, &found.path);
            stream.files.push(key);
        }
        Ok(inode)
    }

    /// Only files that are there at the very first start are begun at their end.
    fn begins_at_end(&self) -> bool {
        self.options.read_from == ReadFrom::End && !self.started && !self.checkpoints.existed()
    }

    fn adopt(&mut self, file: Tailed, offset: u64) -> FileKey {
        let key = FileKey(self.next_key);
        self.next_key += 1;
        self.ledger.open(key, offset);
        self.inodes.insert(file.inode, key);
        self.files.insert(key, file);
        key
    }

    /// One chunk of one stream. A newer file waits until the older ones were read to their end.
    fn read_stream(&mut self, name: &str) -> bool {
        let Some(stream) = self.streams.get(name) else {
            return false;
        };
        for key in stream.files.clone() {
            match self.read_file(name, key) {
                Ok(Progress::AtEnd) => {}
                Ok(Progress::More | Progress::Truncated) => return true,
                Err(error) => {
                    let path = self.files.get(&key).map(|file| file.path.clone());
                    self.complain(&path.unwrap_or_default(), &error);
                    return false;
                }
            }
        }
        false
    }

    fn read_file(&mut self, name: &str, key: FileKey) -> io::Result<Progress> {
        let mut chunk = Chunk::default();
        let mut buffer = std::mem::take(&mut self.buffer);
        let (Some(stream), Some(file)) = (self.streams.get_mut(name), self.files.get_mut(&key))
        else {
            return Ok(Progress::AtEnd);
        };
        let decoder = &mut stream.decoder;
        let progress = file.read(&mut buffer, |line| chunk.take(&mut **decoder, key, line));
        self.buffer = buffer;
        match progress? {
            Progress::AtEnd => Ok(Progress::AtEnd),
            Progress::More => {
                self.note_faults(name, key, &chunk);
                self.send(name, chunk.decoded);
                Ok(Progress::More)
            }
            Progress::Truncated => {
                self.begin_again(name, key)?;
                Ok(Progress::Truncated)
            }
        }
    }

    fn note_faults(&mut self, name: &str, key: FileKey, chunk: &Chunk) {
        let metrics = &self.context.metrics;
        let path = self
            .files
            .get(&key)
            .map(|file| file.path.display().to_string());
        let cut = self
            .streams
            .get_mut(name)
            .map_or(0, |stream| stream.decoder.take_cut_bytes());
        if cut > 0 {
            metrics.error("line too long");
            tracing::warn!(
                component = &*self.context.name,
                file = path,
                offset = self.files.get(&key).map(|file| file.splitter.line_start()),
                bytes_cut = cut,
                "a line before this offset is longer than max_line_bytes and was cut"
            );
        }
        for _ in 0..chunk.broken {
            metrics.error("broken line");
        }
        if let Some((problem, offset)) = chunk.problem
            && metrics.may_warn()
        {
            tracing::warn!(
                component = &*self.context.name,
                file = path,
                offset,
                problem,
                "a broken line is passed on as it is"
            );
        }
    }

    /// The file was truncated, or another was written into it: everything in it is new.
    fn begin_again(&mut self, name: &str, key: FileKey) -> io::Result<()> {
        let Some(old) = self.files.get(&key) else {
            return Ok(());
        };
        tracing::info!(
            component = &*self.context.name,
            file = %old.path.display(),
            offset = old.splitter.position(),
            "the file was truncated and is read from its start"
        );
        let again = old.begin_again()?;
        self.ledger.close(key);
        self.files.remove(&key);
        let path = again.path.clone();
        let new = self.adopt(again, 0);
        if let Some(stream) = self.streams.get_mut(name) {
            stream.decoder.opened(new, &path);
            stream
                .files
                .iter_mut()
                .filter(|file| **file == key)
                .for_each(|file| *file = new);
        }
        Ok(())
    }

    /// Sends what a chunk of a stream came to, and notes how far its files are done with it.
    fn send(&mut self, name: &str, decoded: Vec<Decoded>) {
        let upto = self.reached(name);
        if decoded.is_empty() {
            if !upto.is_empty() {
                let batch = self.ledger.begin(&upto);
                self.ledger.accept(batch);
            }
            return;
        }
        let Some(stream) = self.streams.get(name) else {
            return;
        };
        let tag = stream.decoder.tag();
        let bytes = decoded.iter().map(|decoded| decoded.bytes).sum();
        let budget = Arc::clone(&self.context.budget);
        let count = decoded.len();
        let Some(permit) = self.wait(async move { budget.acquire(count, bytes).await }) else {
            return;
        };
        let batch = self.ledger.begin(&upto);
        let receipts = self.receipt_sender.clone();
        let receipt = Receipt::new(permit, move |outcome| {
            let _ = receipts.send((batch, outcome));
        });
        let (source, key) = (Arc::clone(&self.context.name), Arc::<str>::from(name));
        let read = now();
        let events = decoded
            .into_iter()
            .map(|decoded| Event {
                value: decoded.value,
                metadata: Metadata {
                    tag: Arc::clone(&tag),
                    source: Arc::clone(&source),
                    stream: Some(Arc::clone(&key)),
                    timestamp: decoded.timestamp.unwrap_or(read),
                },
                receipt: receipt.clone(),
            })
            .collect();
        receipt.accept();
        let context = self.context.clone();
        self.wait(async move { context.send(events, bytes).await });
    }

    /// Up to where each file of a stream was given out, where that is further than before.
    fn reached(&mut self, name: &str) -> Vec<(FileKey, u64)> {
        let Some(stream) = self.streams.get(name) else {
            return Vec::new();
        };
        let mut upto = Vec::new();
        for key in &stream.files {
            let Some(file) = self.files.get_mut(key) else {
                continue;
            };
            let line = file.splitter.line_start();
            let reached = stream
                .decoder
                .held_since(*key)
                .map_or(line, |held| held.min(line));
            if reached > file.promised {
                file.promised = reached;
                upto.push((*key, reached));
            }
        }
        upto
    }

    /// Waits for a future, and looks for files meanwhile. `None`: the source is to stop.
    fn wait<T>(&mut self, future: impl Future<Output = T>) -> Option<T> {
        let mut future = pin!(future);
        let (stop, runtime) = (self.context.stop.clone(), self.runtime.clone());
        let interval = self.options.glob_interval;
        loop {
            let woken = runtime.block_on(async {
                tokio::select! {
                    biased;
                    done = &mut future => Some(Some(done)),
                    () = stop.cancelled() => Some(None),
                    () = tokio::time::sleep(interval) => None,
                }
            });
            match woken {
                Some(done) => return done,
                None => self.look(),
            }
        }
    }

    /// Takes the receipts that have come back; waits for one at most `patience`.
    fn take_receipts(&mut self, patience: Duration) {
        let mut next = self.receipts.recv_timeout(patience).ok();
        let mut lost = false;
        while let Some((batch, outcome)) = next {
            match outcome {
                // What can never be delivered must not keep what follows it.
                Outcome::Accepted | Outcome::Refused => {
                    self.ledger.accept(batch);
                }
                Outcome::Lost => lost |= self.ledger.knows(batch),
            }
            next = self.receipts.try_recv().ok();
        }
        if lost && !self.stopping() {
            self.rewind();
        }
    }

    /// Some events did not arrive: everything after the committed offsets is read again.
    fn rewind(&mut self) {
        tracing::warn!(
            component = &*self.context.name,
            "events were lost on their way and are read again"
        );
        self.context.metrics.error("read again");
        self.ledger.rewind();
        for (key, file) in &mut self.files {
            file.rewind(self.ledger.committed(*key));
        }
        self.streams
            .values_mut()
            .for_each(|stream| stream.decoder.reset());
        std::thread::sleep(Duration::from_millis(200));
    }

    /// Closes files that are gone and done.
    fn retire(&mut self) {
        let streams: Vec<String> = self.streams.keys().cloned().collect();
        for name in streams {
            let Some(stream) = self.streams.get(&name) else {
                continue;
            };
            let keys = stream.files.clone();
            let is_last = keys.len() == 1;
            for key in keys {
                let Some(file) = self.files.get(&key) else {
                    continue;
                };
                let quiet = file.last_growth.elapsed() >= self.options.rotate_wait;
                if file.linked || !quiet || file.lag() > 0 {
                    continue;
                }
                self.finish(&name, key, is_last);
                let Some(file) = self.files.get(&key) else {
                    continue;
                };
                if self.ledger.committed(key) >= file.splitter.position() {
                    self.forget(&name, key);
                }
            }
            if self
                .streams
                .get(&name)
                .is_some_and(|stream| stream.files.is_empty())
            {
                self.streams.remove(&name);
            }
        }
    }

    /// Gives out what was still waiting for its end.
    fn finish(&mut self, name: &str, key: FileKey, is_last: bool) {
        let mut chunk = Chunk::default();
        let (Some(stream), Some(file)) = (self.streams.get_mut(name), self.files.get_mut(&key))
        else {
            return;
        };
        let decoder = &mut stream.decoder;
        file.splitter
            .finish(|line| chunk.take(&mut **decoder, key, line));
        if is_last {
            chunk.decoded.extend(decoder.flush());
        }
        self.note_faults(name, key, &chunk);
        self.send(name, chunk.decoded);
    }

    fn forget(&mut self, name: &str, key: FileKey) {
        self.keep_position(key);
        let Some(file) = self.files.remove(&key) else {
            return;
        };
        self.inodes.remove(&file.inode);
        self.ledger.close(key);
        if file.is_deleted() {
            self.checkpoints.remove(file.inode);
        }
        if let Some(stream) = self.streams.get_mut(name) {
            stream.files.retain(|other| *other != key);
        }
        tracing::info!(
            component = &*self.context.name,
            file = %file.path.display(),
            "a file is gone and was read to its end"
        );
    }

    fn keep_position(&mut self, key: FileKey) {
        let Some(file) = self.files.get(&key) else {
            return;
        };
        let (device, inode) = file.inode;
        self.checkpoints.put(Checkpoint {
            device,
            inode,
            fingerprint: file.fingerprint,
            offset: self.ledger.committed(key),
            path: file.path.clone(),
            seen: now() / 1000,
        });
    }

    fn save_when_due(&mut self) {
        if self.saved.elapsed() >= SAVE_INTERVAL {
            self.save();
        }
    }

    fn save(&mut self) {
        self.saved = Instant::now();
        let keys: Vec<FileKey> = self.files.keys().copied().collect();
        for key in keys {
            self.keep_position(key);
        }
        if let Err(error) = self.checkpoints.save(now() / 1000) {
            self.context.metrics.error("checkpoint");
            if self.context.metrics.may_warn() {
                tracing::error!(
                    component = &*self.context.name,
                    %error,
                    "the positions cannot be written and are kept in memory; free space in, or \
                     give write access to, the data folder"
                );
            }
        }
    }

    /// Says once for each file that it cannot be read.
    fn complain(&mut self, path: &Path, error: &io::Error) {
        let vanished = error.kind() == io::ErrorKind::NotFound;
        if vanished || !self.complained.insert(path.to_owned()) {
            return;
        }
        self.context.metrics.error("unreadable file");
        let remedy = match error.kind() {
            io::ErrorKind::PermissionDenied => "let the collector's user or group read it",
            _ => "it is tried again",
        };
        tracing::warn!(
            component = &*self.context.name,
            file = %path.display(),
            %error,
            remedy,
            "a file cannot be read"
        );
    }
}

impl Chunk {
    fn take(&mut self, decoder: &mut dyn Decoder, key: FileKey, line: &Line<'_>) {
        if let Err(broken) = decoder.line(key, line, &mut self.decoded) {
            self.broken += 1;
            self.problem.get_or_insert((broken.problem, line.start));
            self.decoded.push(broken.instead);
        }
    }
}

/// The beginning of the line in which `size` lies, looked for in the last 64 KiB.
fn last_line_start(file: &File, size: u64) -> io::Result<u64> {
    use std::os::unix::fs::FileExt as _;
    let length = usize::try_from(size).unwrap_or(usize::MAX).min(64 << 10);
    let mut bytes = vec![0_u8; length];
    let start = size - length as u64;
    file.read_exact_at(&mut bytes, start)?;
    Ok(memchr::memrchr(b'\n', &bytes).map_or(size, |end| start + end as u64 + 1))
}
