//! A member of a group.

use bytes::Bytes;
use kavka_protocol::ErrorCode;
use kavka_protocol::messages::{JoinGroupResponse, SyncGroupResponse};

use super::effects::Effects;
use super::messages::{Client, GroupResponse};
use crate::types::{Instant, ReplyToken};

/// A request that waits for its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Waiting {
    pub(crate) token: ReplyToken,
    pub(crate) version: i16,
}

/// A member.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Member {
    pub(crate) id: String,
    /// Of a static member, which keeps its place over restarts (KIP-345).
    pub(crate) instance: Option<String>,
    pub(crate) client: Client,
    pub(crate) session_timeout_ms: i32,
    pub(crate) rebalance_timeout_ms: i32,
    /// What it can, the best first, with its metadata for each.
    pub(crate) protocols: Vec<(String, Bytes)>,
    pub(crate) assignment: Bytes,
    pub(crate) joining: Option<Waiting>,
    pub(crate) syncing: Option<Waiting>,
    /// Silent until then, it is gone.
    pub(crate) deadline: Instant,
    /// The timer that will look at the deadline.
    pub(crate) timer: Option<Instant>,
    /// Whether its first `JoinGroup` waits: a client that gave up must not stay for ever.
    pub(crate) new: bool,
}

impl Member {
    /// What it says of itself for a protocol.
    pub(crate) fn metadata(&self, protocol: &str) -> Bytes {
        let found = self.protocols.iter().find(|(name, _)| name == protocol);
        found
            .map(|(_, metadata)| metadata.clone())
            .unwrap_or_default()
    }

    /// The first protocol of its own that everyone can.
    pub(crate) fn vote<'a>(&'a self, candidates: &[&str]) -> Option<&'a str> {
        let names = self.protocols.iter().map(|(name, _)| name.as_str());
        names.into_iter().find(|name| candidates.contains(name))
    }

    /// Answers a `JoinGroup` that waits, if there is one.
    pub(super) fn answer_join(&mut self, response: JoinGroupResponse, fx: &mut Effects<'_>) {
        if let Some(waiting) = self.joining.take() {
            fx.reply(waiting.token, GroupResponse::JoinGroup(response));
        }
    }

    /// Answers whatever waits with an error.
    pub(super) fn fail(&mut self, code: ErrorCode, fx: &mut Effects<'_>) {
        if let Some(waiting) = self.joining {
            self.answer_join(join_error(waiting.version, code, &self.id), fx);
        }
        self.fail_sync(code, fx);
    }

    /// Answers a `SyncGroup` that waits with an error.
    pub(super) fn fail_sync(&mut self, code: ErrorCode, fx: &mut Effects<'_>) {
        if let Some(waiting) = self.syncing.take() {
            fx.reply(
                waiting.token,
                GroupResponse::SyncGroup(sync_error(waiting.version, code)),
            );
        }
    }
}

/// Kafka's answer to a `JoinGroup` that is refused.
pub(super) fn join_error(version: i16, code: ErrorCode, member: &str) -> JoinGroupResponse {
    JoinGroupResponse {
        error_code: code.code(),
        generation_id: -1,
        protocol_name: no_name(version, 7),
        member_id: member.to_owned(),
        ..Default::default()
    }
}

/// Kafka's answer to a `SyncGroup` that is refused.
pub(super) fn sync_error(version: i16, code: ErrorCode) -> SyncGroupResponse {
    SyncGroupResponse {
        error_code: code.code(),
        protocol_type: no_name(version, 5),
        protocol_name: no_name(version, 5),
        ..Default::default()
    }
}

/// No name, in versions that have a word for it.
fn no_name(version: i16, nullable_from: i16) -> Option<String> {
    if version >= nullable_from {
        None
    } else {
        Some(String::new())
    }
}
