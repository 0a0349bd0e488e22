//! How long the texts may be that a group keeps of its members.

use kavka_protocol::ErrorCode;

use super::messages::{Client, GroupRequest};
use super::refusal::group_of;
use crate::config::GroupConfig;

/// A text that is too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooLong {
    /// The setting that it exceeds.
    pub(super) setting: &'static str,
    /// What the client is told.
    pub(super) code: ErrorCode,
}

/// Refuses a request with a text that is too long to keep.
pub(super) fn check(
    request: &GroupRequest,
    client: &Client,
    config: &GroupConfig,
) -> Result<(), TooLong> {
    let of = |setting: &'static str, code: ErrorCode, length: usize, most: i32| {
        if length > usize::try_from(most).unwrap_or(0) {
            Err(TooLong { setting, code })
        } else {
            Ok(())
        }
    };
    let id = |code: ErrorCode, text: &str| {
        let most = config.id_bytes_max;
        of("kavka.group.id.bytes.max", code, text.len(), most)
    };
    id(ErrorCode::InvalidGroupId, group_of(request))?;
    let GroupRequest::JoinGroup(join) = request else {
        return Ok(());
    };
    let instance = join.group_instance_id.as_deref().unwrap_or_default();
    id(ErrorCode::InvalidRequest, instance)?;
    id(ErrorCode::InvalidRequest, &join.protocol_type)?;
    of(
        "kavka.client.id.bytes.max",
        ErrorCode::InvalidRequest,
        client.id.len(),
        config.client_id_bytes_max,
    )?;
    let protocols = join.protocols.iter();
    let metadata = protocols.map(|protocol| protocol.name.len() + protocol.metadata.len());
    of(
        "kavka.group.member.metadata.bytes.max",
        ErrorCode::InvalidRequest,
        metadata.sum(),
        config.member_metadata_bytes_max,
    )
}
