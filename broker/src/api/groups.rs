//! Everything about classic groups and their offsets: finds the shard whose coordinator answers.

use std::collections::{BTreeMap, HashSet};

use kavka_core::group::{Client, GroupRequest, GroupResponse, partition_for};
use kavka_core::metadata::TRANSACTION_STATE;
use kavka_core::types::PartitionIndex;
use kavka_protocol::ErrorCode;
use kavka_protocol::messages::delete_groups_response::DeletableGroupResult;
use kavka_protocol::messages::describe_groups_response::DescribedGroup;
use kavka_protocol::messages::find_coordinator_response::Coordinator;
use kavka_protocol::messages::offset_commit_response::{
    OffsetCommitResponsePartition, OffsetCommitResponseTopic,
};
use kavka_protocol::messages::offset_fetch_response::OffsetFetchResponseGroup;
use kavka_protocol::messages::{
    DeleteGroupsRequest, DeleteGroupsResponse, DescribeGroupsRequest, DescribeGroupsResponse,
    FindCoordinatorRequest, FindCoordinatorResponse, HeartbeatRequest, HeartbeatResponse,
    JoinGroupRequest, JoinGroupResponse, LeaveGroupRequest, LeaveGroupResponse, ListGroupsRequest,
    ListGroupsResponse, OffsetCommitRequest, OffsetCommitResponse, OffsetDeleteRequest,
    OffsetDeleteResponse, OffsetFetchRequest, OffsetFetchResponse, SyncGroupRequest,
    SyncGroupResponse,
};

use super::topics::auto_create;
use crate::call::Call;
use crate::failure::Failure;
use crate::shard::groups::OFFSETS_TOPIC;

/// `key_type` for groups.
const GROUP: i8 = 0;

/// `key_type` for transactional ids.
const TRANSACTION: i8 = 1;

/// From this version on several keys are asked for at once.
const FIRST_FIND_WITH_KEYS: i16 = 4;

/// From this version on several groups' offsets are asked for at once.
const FIRST_OFFSETS_OF_GROUPS: i16 = 8;

/// Answers `FindCoordinator`, making the coordinator's topic where it is missing.
pub(crate) async fn find_coordinator(
    call: Call,
    request: FindCoordinatorRequest,
) -> FindCoordinatorResponse {
    let code = coordinator_code(&call, request.key_type).await;
    let (host, port) = call.shard.shared().own_address(call.listener);
    let (node_id, host, port) = match code {
        ErrorCode::None => (call.shard.shared().node().0, host, port),
        _ => (-1, String::new(), -1),
    };
    let error_message = (code != ErrorCode::None).then(|| match request.key_type {
        GROUP => format!("the topic {OFFSETS_TOPIC} is not there yet"),
        TRANSACTION => format!("the topic {TRANSACTION_STATE} is not there yet"),
        other => format!(
            "coordinators of type {other} are not served; 0 (groups) and 1 (transactions) are"
        ),
    });
    if call.version < FIRST_FIND_WITH_KEYS {
        return FindCoordinatorResponse {
            error_code: code.code(),
            error_message,
            node_id,
            host,
            port,
            ..FindCoordinatorResponse::default()
        };
    }
    let coordinators = request
        .coordinator_keys
        .into_iter()
        .map(|key| Coordinator {
            key,
            node_id,
            host: host.clone(),
            port,
            error_code: code.code(),
            error_message: error_message.clone(),
        })
        .collect();
    FindCoordinatorResponse {
        coordinators,
        ..FindCoordinatorResponse::default()
    }
}

async fn coordinator_code(call: &Call, key_type: i8) -> ErrorCode {
    match key_type {
        GROUP => ensure_topic(call, OFFSETS_TOPIC).await,
        TRANSACTION => ensure_topic(call, TRANSACTION_STATE).await,
        _ => ErrorCode::InvalidRequest,
    }
}

/// Makes a coordinator's topic where it is missing.
pub(super) async fn ensure_topic(call: &Call, name: &str) -> ErrorCode {
    let shared = call.shard.shared();
    if shared.image().topic(name).is_none() {
        auto_create(shared, vec![name.to_owned()]).await;
    }
    if shared.image().topic(name).is_none() {
        return ErrorCode::CoordinatorNotAvailable;
    }
    ErrorCode::None
}

/// The shard whose coordinator holds a group. Without `__consumer_offsets` any shard will do: each
/// answers that it is not the coordinator, and the client looks for it.
pub(super) fn shard_of_group(call: &Call, group: &str) -> usize {
    let shared = call.shard.shared();
    let image = shared.image();
    let Some(topic) = image.topic(OFFSETS_TOPIC) else {
        return 0;
    };
    let count = i32::try_from(topic.partitions.len()).unwrap_or(i32::MAX);
    let partition: PartitionIndex = partition_for(group, count);
    shared.shard_of(topic.id, partition)
}

pub(super) async fn ask(
    call: &Call,
    shard: usize,
    request: GroupRequest,
) -> Result<GroupResponse, Failure> {
    // As Java prints an address, which tools expect.
    let host = format!("/{}", call.client_address);
    let client = Client {
        id: call.client_id.clone(),
        host,
    };
    let version = call.version;
    let answer = call.shard.on(shard, move |shard| {
        Box::pin(async move {
            let answer = shard.group_request(version, client, request);
            answer.await.map_err(|_| Failure::Stopping)
        })
    });
    call.wait(&call.shard.metrics().purgatory.group, answer)
        .await?
}

/// A handler that asks the coordinator of the group in the request; a coordinator that does not
/// answer is gone, and the client told to look for it.
macro_rules! ask_coordinator {
    (
        $(#[$doc:meta])*
        $handler:ident, $request:ident, $response:ident, $kind:ident, $refused:expr
    ) => {
        $(#[$doc])*
        pub(crate) async fn $handler(call: Call, request: $request) -> $response {
            let shard = shard_of_group(&call, &request.group_id);
            match ask(&call, shard, GroupRequest::$kind(request)).await {
                Ok(GroupResponse::$kind(response)) => response,
                Ok(_) | Err(_) => $refused,
            }
        }
    };
}

fn not_here() -> i16 {
    ErrorCode::NotCoordinator.code()
}

ask_coordinator!(
    /// Answers `JoinGroup`.
    join, JoinGroupRequest, JoinGroupResponse, JoinGroup,
    JoinGroupResponse { error_code: not_here(), ..JoinGroupResponse::default() }
);
ask_coordinator!(
    /// Answers `SyncGroup`.
    sync, SyncGroupRequest, SyncGroupResponse, SyncGroup,
    SyncGroupResponse { error_code: not_here(), ..SyncGroupResponse::default() }
);
ask_coordinator!(
    /// Answers Heartbeat.
    heartbeat, HeartbeatRequest, HeartbeatResponse, Heartbeat,
    HeartbeatResponse { error_code: not_here(), ..HeartbeatResponse::default() }
);
ask_coordinator!(
    /// Answers `LeaveGroup`.
    leave, LeaveGroupRequest, LeaveGroupResponse, LeaveGroup,
    LeaveGroupResponse { error_code: not_here(), ..LeaveGroupResponse::default() }
);
ask_coordinator!(
    /// Answers `OffsetDelete` (KIP-496).
    delete_offsets, OffsetDeleteRequest, OffsetDeleteResponse, OffsetDelete,
    OffsetDeleteResponse { error_code: not_here(), ..OffsetDeleteResponse::default() }
);

/// Answers `OffsetCommit`.
pub(crate) async fn commit(call: Call, request: OffsetCommitRequest) -> OffsetCommitResponse {
    let shard = shard_of_group(&call, &request.group_id);
    let refused = uncommitted(&request);
    match ask(&call, shard, GroupRequest::OffsetCommit(request)).await {
        Ok(GroupResponse::OffsetCommit(response)) => response,
        Ok(_) | Err(_) => refused,
    }
}

/// Says of every offset that it was not committed: silence would pass for success.
fn uncommitted(request: &OffsetCommitRequest) -> OffsetCommitResponse {
    let topics = request
        .topics
        .iter()
        .map(|topic| OffsetCommitResponseTopic {
            name: topic.name.clone(),
            topic_id: topic.topic_id,
            partitions: topic
                .partitions
                .iter()
                .map(|partition| OffsetCommitResponsePartition {
                    partition_index: partition.partition_index,
                    error_code: not_here(),
                })
                .collect(),
        });
    OffsetCommitResponse {
        topics: topics.collect(),
        ..OffsetCommitResponse::default()
    }
}

/// Splits keys by the shard whose coordinator they belong to. Naming a group often must not make
/// the reply any larger: the first time counts.
fn by_shard<T>(call: &Call, items: Vec<T>, group: impl Fn(&T) -> &str) -> BTreeMap<usize, Vec<T>> {
    let mut split: BTreeMap<usize, Vec<T>> = BTreeMap::new();
    let mut named = HashSet::new();
    for item in items {
        if !named.insert(group(&item).to_owned()) {
            continue;
        }
        split
            .entry(shard_of_group(call, group(&item)))
            .or_default()
            .push(item);
    }
    split
}

/// Answers `OffsetFetch`; from version 8 on for several groups, which may belong to several shards.
pub(crate) async fn fetch_offsets(call: Call, request: OffsetFetchRequest) -> OffsetFetchResponse {
    if call.version < FIRST_OFFSETS_OF_GROUPS {
        let shard = shard_of_group(&call, &request.group_id);
        return match ask(&call, shard, GroupRequest::OffsetFetch(request)).await {
            Ok(GroupResponse::OffsetFetch(response)) => response,
            Ok(_) | Err(_) => OffsetFetchResponse {
                error_code: not_here(),
                ..OffsetFetchResponse::default()
            },
        };
    }
    let mut response = OffsetFetchResponse::default();
    let require_stable = request.require_stable;
    for (shard, groups) in by_shard(&call, request.groups, |group| &group.group_id) {
        let moved = groups.iter().map(|group| OffsetFetchResponseGroup {
            group_id: group.group_id.clone(),
            error_code: not_here(),
            ..OffsetFetchResponseGroup::default()
        });
        let moved: Vec<_> = moved.collect();
        let part = OffsetFetchRequest {
            groups,
            require_stable,
            ..OffsetFetchRequest::default()
        };
        let answer = ask(&call, shard, GroupRequest::OffsetFetch(part)).await;
        response.groups.extend(match answer {
            Ok(GroupResponse::OffsetFetch(part)) => part.groups,
            Ok(_) | Err(_) => moved,
        });
    }
    response
}

/// Answers `DescribeGroups`.
pub(crate) async fn describe(call: Call, request: DescribeGroupsRequest) -> DescribeGroupsResponse {
    let mut response = DescribeGroupsResponse::default();
    let include_authorized_operations = request.include_authorized_operations;
    for (shard, groups) in by_shard(&call, request.groups, String::as_str) {
        let moved = groups.iter().map(|group| DescribedGroup {
            group_id: group.clone(),
            error_code: not_here(),
            ..DescribedGroup::default()
        });
        let moved: Vec<_> = moved.collect();
        let part = DescribeGroupsRequest {
            groups,
            include_authorized_operations,
        };
        let answer = ask(&call, shard, GroupRequest::DescribeGroups(part)).await;
        response.groups.extend(match answer {
            Ok(GroupResponse::DescribeGroups(part)) => part.groups,
            Ok(_) | Err(_) => moved,
        });
    }
    response
}

/// Answers `DeleteGroups`.
pub(crate) async fn delete(call: Call, request: DeleteGroupsRequest) -> DeleteGroupsResponse {
    let mut response = DeleteGroupsResponse::default();
    for (shard, groups_names) in by_shard(&call, request.groups_names, String::as_str) {
        let moved = groups_names.iter().map(|group| DeletableGroupResult {
            group_id: group.clone(),
            error_code: not_here(),
        });
        let moved: Vec<_> = moved.collect();
        let part = DeleteGroupsRequest { groups_names };
        let answer = ask(&call, shard, GroupRequest::DeleteGroups(part)).await;
        response.results.extend(match answer {
            Ok(GroupResponse::DeleteGroups(part)) => part.results,
            Ok(_) | Err(_) => moved,
        });
    }
    response
}

/// Answers `ListGroups`: what all coordinators of this broker hold.
pub(crate) async fn list(call: Call, request: ListGroupsRequest) -> ListGroupsResponse {
    let mut response = ListGroupsResponse::default();
    for shard in 0..call.shard.shared().shards.len() {
        match ask(&call, shard, GroupRequest::ListGroups(request.clone())).await {
            Ok(GroupResponse::ListGroups(part)) => {
                response.groups.extend(part.groups);
                if part.error_code != ErrorCode::None.code() {
                    response.error_code = part.error_code;
                }
            }
            Ok(_) | Err(_) => response.error_code = ErrorCode::CoordinatorNotAvailable.code(),
        }
    }
    response
}
