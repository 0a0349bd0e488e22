//! Drives the quorum's state machine: writes what it wants written, applies what it has committed.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::Arc;

use bytes::Bytes;
use kavka_core::metadata::{ApplyError, MetadataImage, MetadataRecord, RecordError, bootstrap};
use kavka_core::quorum::{
    DropReason, PersistRequest, Quorum, QuorumConfig, QuorumInput, QuorumOutput, QuorumStatus,
    Restored,
};
use kavka_core::types::{ReplyToken, TopicId};
use kavka_disk::{QuorumLog, QuorumLogError, RealDisk, StoredQuorum};
use kavka_protocol::ErrorCode;

/// Why the metadata cannot be read, or a change not be made.
#[derive(Debug, thiserror::Error)]
pub enum QuorumError {
    /// The state machine refuses what the disk holds.
    #[error("metadata quorum: {0}")]
    Machine(#[from] kavka_core::quorum::QuorumError),
    /// A committed entry or a snapshot cannot be understood.
    #[error("metadata cannot be read: {0}")]
    Apply(#[from] ApplyError),
    /// The image cannot be written down.
    #[error("metadata cannot be encoded: {0}")]
    Encode(#[from] RecordError),
    /// The disk refuses to write.
    #[error("metadata cannot be written: {0}")]
    Log(#[from] QuorumLogError),
    /// The proposal was dropped.
    #[error("metadata change dropped: {0}")]
    Dropped(DropReason),
    /// Neither committed nor dropped, although this node is the only voter.
    #[error("metadata change was not committed")]
    NotCommitted,
}

impl QuorumError {
    /// What a client gets.
    pub(crate) fn code(&self) -> ErrorCode {
        match self {
            Self::Log(_) => ErrorCode::KafkaStorageError,
            Self::Dropped(_) | Self::NotCommitted => ErrorCode::NotController,
            Self::Machine(_) | Self::Apply(_) | Self::Encode(_) => ErrorCode::UnknownServerError,
        }
    }
}

/// The quorum with its disk and the image that follows from it.
pub(crate) struct QuorumRunner {
    quorum: Quorum,
    log: QuorumLog<RealDisk>,
    image: Arc<MetadataImage>,
    next_token: u64,
    /// The fate of the proposal under way.
    done: HashMap<u64, Result<(), DropReason>>,
    /// Work that the disk refused; done again before anything else.
    backlog: VecDeque<QuorumOutput>,
    /// Topics whose deletion the log holds; gathered until somebody takes them.
    deleted: Option<BTreeSet<TopicId>>,
}

impl QuorumRunner {
    /// Starts the quorum from what its disk holds; the image follows only from replaying that.
    pub(crate) fn start(
        config: QuorumConfig,
        log: QuorumLog<RealDisk>,
        stored: StoredQuorum,
    ) -> Result<Self, QuorumError> {
        let voter = config.id;
        // The first snapshot is the first thing that is ever written.
        let quorum = if stored.snapshot.is_none() {
            Quorum::bootstrap(config, &[voter], first_image()?)?
        } else {
            Quorum::restore(config, restored(stored))?
        };
        let mut runner = Self {
            quorum,
            log,
            // Starting installs the newest snapshot, and then what was committed behind it.
            image: Arc::default(),
            next_token: 1,
            done: HashMap::new(),
            backlog: VecDeque::new(),
            deleted: Some(BTreeSet::new()),
        };
        runner.step(QuorumInput::Start)?;
        Ok(runner)
    }

    /// The topics that are deleted for certain, because the log holds their deletion. One that the
    /// image does not know and that is not among them may have been forgotten.
    pub(crate) fn take_deleted(&mut self) -> BTreeSet<TopicId> {
        self.deleted.take().unwrap_or_default()
    }

    /// The image as of the last committed change.
    pub(crate) fn image(&self) -> &Arc<MetadataImage> {
        &self.image
    }

    /// The last entry that the image holds.
    pub(crate) fn offset(&self) -> i64 {
        i64::try_from(self.quorum.applied_index()).unwrap_or(i64::MAX)
    }

    /// How the quorum stands.
    pub(crate) fn status(&self) -> QuorumStatus {
        self.quorum.status()
    }

    /// Lets time pass, and retries what the disk refused.
    pub(crate) fn tick(&mut self) -> Result<(), QuorumError> {
        self.work_off()?;
        self.step(QuorumInput::Tick)
    }

    /// Has a change committed and applied.
    pub(crate) fn propose(&mut self, data: Vec<u8>) -> Result<(), QuorumError> {
        self.work_off()?;
        // The fates of proposals whose askers were told to come back.
        self.done.clear();
        let token = self.next_token;
        self.next_token += 1;
        self.step(QuorumInput::Propose {
            token: ReplyToken(token),
            data,
        })?;
        match self.done.remove(&token) {
            Some(Ok(())) => Ok(()),
            Some(Err(reason)) => Err(QuorumError::Dropped(reason)),
            None => Err(QuorumError::NotCommitted),
        }
    }

    fn step(&mut self, input: QuorumInput) -> Result<(), QuorumError> {
        let mut outputs = Vec::new();
        self.quorum.step(input, &mut outputs);
        self.backlog.extend(outputs);
        self.work_off()
    }

    /// Does what the machine asks for, in order, until it asks for nothing more. What the disk
    /// refuses stays first in the line.
    fn work_off(&mut self) -> Result<(), QuorumError> {
        while let Some(output) = self.backlog.pop_front() {
            match self.perform(&output) {
                Ok(Some(input)) => {
                    let mut further = Vec::new();
                    self.quorum.step(input, &mut further);
                    self.backlog.extend(further);
                }
                Ok(None) => {}
                Err(error @ QuorumError::Log(_)) => {
                    self.backlog.push_front(output);
                    return Err(error);
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn perform(&mut self, output: &QuorumOutput) -> Result<Option<QuorumInput>, QuorumError> {
        match output {
            QuorumOutput::Persist(request) => {
                self.persist(request)?;
                return Ok(Some(QuorumInput::Persisted {
                    number: request.number,
                }));
            }
            QuorumOutput::InstallSnapshot { data, .. } => {
                let data = Bytes::copy_from_slice(data);
                self.image = Arc::new(MetadataImage::from_snapshot(data)?);
            }
            QuorumOutput::Committed { data, token, .. } => {
                if !data.is_empty() {
                    let image = Arc::make_mut(&mut self.image);
                    let records = image.apply_entry(Bytes::copy_from_slice(data))?;
                    if let Some(deleted) = &mut self.deleted {
                        deleted.extend(records.iter().filter_map(deletion));
                    }
                }
                if let Some(token) = token {
                    self.done.insert(token.0, Ok(()));
                }
            }
            QuorumOutput::Dropped { token, reason } => {
                self.done.insert(token.0, Err(*reason));
            }
            QuorumOutput::Send { to, .. } => {
                tracing::debug!(to, "no peers yet: message dropped");
            }
            QuorumOutput::Leadership { leader, term, here } => {
                let leader = leader.map_or_else(|| "none".to_owned(), |leader| leader.to_string());
                tracing::info!(leader, term, here, "metadata quorum");
            }
            QuorumOutput::TakeSnapshot { index } => {
                let data = self.image.to_snapshot()?;
                return Ok(Some(QuorumInput::SnapshotTaken {
                    index: *index,
                    data,
                }));
            }
        }
        Ok(None)
    }

    fn persist(&mut self, request: &PersistRequest) -> Result<(), QuorumError> {
        let snapshot = request
            .snapshot
            .as_ref()
            .map(|(index, data)| (*index, data.as_slice()));
        self.log.persist(
            snapshot,
            request.first_index,
            &request.entries,
            request.hard_state.as_deref(),
        )?;
        if request.must_sync {
            self.log.sync()?;
        }
        Ok(())
    }
}

/// The image and the deleted topics that follow from what is stored, committed or not, before
/// anything is written.
pub(crate) fn preview(
    stored: &StoredQuorum,
) -> Result<(MetadataImage, BTreeSet<TopicId>), QuorumError> {
    let (snapshot, entries) = Quorum::contents(&restored(stored.clone()))?;
    let mut image = MetadataImage::from_snapshot(Bytes::from(snapshot))?;
    let mut deleted = BTreeSet::new();
    for entry in entries {
        let records = image.apply_entry(Bytes::from(entry))?;
        deleted.extend(records.iter().filter_map(deletion));
    }
    Ok((image, deleted))
}

fn deletion(record: &MetadataRecord) -> Option<TopicId> {
    match record {
        MetadataRecord::RemoveTopic(record) => Some(record.topic_id),
        _ => None,
    }
}

/// What every new cluster begins with.
fn first_image() -> Result<Vec<u8>, QuorumError> {
    let mut image = MetadataImage::default();
    for record in bootstrap() {
        image.apply(&record)?;
    }
    Ok(image.to_snapshot()?)
}

fn restored(stored: StoredQuorum) -> Restored {
    Restored {
        hard_state: stored.hard_state.map(Vec::from),
        snapshot: stored.snapshot.map(|(_, data)| Vec::from(data)),
        entries: stored.entries.into_iter().map(Vec::from).collect(),
    }
}
