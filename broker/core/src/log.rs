//! Every decision about a partition's log: what may be appended and at which offset, what an
//! idempotent producer's batch means, when a segment is rolled and which segments may go. The
//! files are `kavka-disk`'s.

pub mod aborted;
pub mod batch;
pub mod compaction;
pub mod epochs;
pub mod index;
pub mod marker;
pub mod producers;
pub mod retention;
pub mod roll;
pub mod settings;
pub mod unsettled;
pub mod verification;

pub use aborted::{Aborted, AbortedError, Search};
pub use batch::{ProducedBatch, Rejection};
pub use epochs::LeaderEpochs;
pub use marker::{Marker, MarkerRule, Outcome};
pub use producers::{
    Ended, MarkerVerdict, ProducerBatch, ProducerError, ProducerEvent, ProducerSnapshot,
    ProducerStates, ProducerView, SnapshotError, Verdict,
};
pub use retention::{SegmentSummary, expired_segments};
pub use roll::{RollReason, SegmentFill, roll_reason};
pub use settings::{AppendRules, LogSettings, TimestampType};
pub use unsettled::Unsettled;
pub use verification::{Guard, Support, Verifications, Verified};
