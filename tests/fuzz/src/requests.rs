//! Requests and responses: the first byte chooses the message, the second its version.

use bytes::Bytes;
use kavka_protocol::messages::*;
use kavka_protocol::{Message, Reader, Writer};

/// Reads the message; what is accepted has to survive being written and read again.
pub(crate) fn exercise<M: Message>(body: &[u8], version: i16) {
    let mut reader = Reader::new(Bytes::copy_from_slice(body));
    let Ok(message) = M::decode(&mut reader, version) else {
        return;
    };
    let mut writer = Writer::new();
    message
        .encode(&mut writer, version)
        .expect("what was read can be written");
    let mut again = Reader::new(writer.into_bytes());
    let back = M::decode(&mut again, version).expect("what was written can be read");
    again.finish().expect("all that was written is read");
    // Not ==: a NaN, which quotas may hold, differs from itself.
    assert_eq!(format!("{back:?}"), format!("{message:?}"));
}

/// The default message in a version, where the version has one.
fn default_bytes<M: Message>(version: i16) -> Option<Bytes> {
    let mut writer = Writer::new();
    M::default().encode(&mut writer, version).ok()?;
    Some(writer.into_bytes())
}

macro_rules! family {
    ($run:ident, $seeds:ident, $($message:ident),+ $(,)?) => {
        pub(crate) fn $run(data: &[u8]) {
            let [which, version, body @ ..] = data else { return };
            let mut number = 0_u8;
            $(
                if *which == number {
                    let span = $message::MAX_VERSION - $message::MIN_VERSION + 1;
                    let version = $message::MIN_VERSION + i16::from(*version) % span;
                    return exercise::<$message>(body, version);
                }
                number += 1;
            )+
            let _ = number;
        }

        pub(crate) fn $seeds() -> Vec<Vec<u8>> {
            let mut seeds = Vec::new();
            let mut number = 0_u8;
            $(
                for version in $message::MIN_VERSION..=$message::MAX_VERSION {
                    if let Some(body) = default_bytes::<$message>(version) {
                        let place = u8::try_from(version - $message::MIN_VERSION).unwrap();
                        seeds.push([&[number, place], &body[..]].concat());
                    }
                }
                number += 1;
            )+
            let _ = number;
            seeds
        }
    };
}

family!(
    data,
    data_seeds,
    ProduceRequest,
    FetchRequest,
    ListOffsetsRequest,
    MetadataRequest,
    OffsetForLeaderEpochRequest,
    ApiVersionsRequest,
    DeleteRecordsRequest,
    DescribeTopicPartitionsRequest,
);

family!(
    groups,
    group_seeds,
    FindCoordinatorRequest,
    JoinGroupRequest,
    SyncGroupRequest,
    HeartbeatRequest,
    LeaveGroupRequest,
    OffsetCommitRequest,
    OffsetFetchRequest,
    OffsetDeleteRequest,
    DescribeGroupsRequest,
    ListGroupsRequest,
    DeleteGroupsRequest,
);

family!(
    transactions,
    transaction_seeds,
    InitProducerIdRequest,
    AddPartitionsToTxnRequest,
    AddOffsetsToTxnRequest,
    EndTxnRequest,
    TxnOffsetCommitRequest,
    WriteTxnMarkersRequest,
    DescribeProducersRequest,
    DescribeTransactionsRequest,
    ListTransactionsRequest,
);

family!(
    admin,
    admin_seeds,
    CreateTopicsRequest,
    DeleteTopicsRequest,
    CreatePartitionsRequest,
    DescribeConfigsRequest,
    AlterConfigsRequest,
    IncrementalAlterConfigsRequest,
    ListConfigResourcesRequest,
    DescribeClusterRequest,
    DescribeLogDirsRequest,
    DescribeQuorumRequest,
    ElectLeadersRequest,
    UpdateFeaturesRequest,
);

family!(
    responses,
    response_seeds,
    ApiVersionsResponse,
    MetadataResponse,
    FetchResponse,
    ProduceResponse,
    ListOffsetsResponse,
    FindCoordinatorResponse,
    OffsetFetchResponse,
    OffsetCommitResponse,
    DescribeGroupsResponse,
    ListGroupsResponse,
    DeleteGroupsResponse,
    CreateTopicsResponse,
    DeleteTopicsResponse,
    CreatePartitionsResponse,
    DescribeConfigsResponse,
    IncrementalAlterConfigsResponse,
    DescribeClusterResponse,
);
