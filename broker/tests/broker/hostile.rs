//! Every request in every version, cut off and with lengths that lie: the broker neither dies nor
//! takes memory for what is only claimed.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use kavka_protocol::header::encode_request;
use kavka_protocol::messages::{
    AddOffsetsToTxnRequest, AddPartitionsToTxnRequest, AlterConfigsRequest, ApiVersionsRequest,
    CreatePartitionsRequest, CreateTopicsRequest, DeleteGroupsRequest, DeleteRecordsRequest,
    DeleteTopicsRequest, DescribeClusterRequest, DescribeConfigsRequest, DescribeGroupsRequest,
    DescribeLogDirsRequest, DescribeProducersRequest, DescribeQuorumRequest,
    DescribeTopicPartitionsRequest, DescribeTransactionsRequest, ElectLeadersRequest,
    EndTxnRequest, FetchRequest, FindCoordinatorRequest, HeartbeatRequest,
    IncrementalAlterConfigsRequest, InitProducerIdRequest, JoinGroupRequest, LeaveGroupRequest,
    ListConfigResourcesRequest, ListGroupsRequest, ListOffsetsRequest, ListTransactionsRequest,
    MetadataRequest, OffsetCommitRequest, OffsetDeleteRequest, OffsetFetchRequest,
    OffsetForLeaderEpochRequest, ProduceRequest, SyncGroupRequest, TxnOffsetCommitRequest,
    UpdateFeaturesRequest, WriteTxnMarkersRequest,
};
use kavka_protocol::{ApiKey, Request};

use crate::client::Client;
use crate::harness::BrokerProcess;

/// A request in one version, as it goes over the wire, without its length.
struct Sample {
    key: ApiKey,
    version: i16,
    bytes: Vec<u8>,
}

/// The request with nothing in it, in each version that is served.
fn samples<R: Request>(all: &mut Vec<Sample>) -> ApiKey {
    for version in R::KEY.versions().unwrap() {
        // Some versions have no place for a default; others do.
        let Ok(chunks) = encode_request(7, Some("hostile"), version, &R::default()) else {
            continue;
        };
        let bytes: Vec<u8> = chunks
            .iter()
            .flat_map(|chunk| chunk.iter().copied())
            .collect();
        all.push(Sample {
            key: R::KEY,
            version,
            bytes: bytes[4..].to_vec(),
        });
    }
    R::KEY
}

fn all_samples() -> (Vec<Sample>, Vec<ApiKey>) {
    let mut all = Vec::new();
    let a = &mut all;
    let keys = vec![
        samples::<ProduceRequest>(a),
        samples::<FetchRequest>(a),
        samples::<ListOffsetsRequest>(a),
        samples::<MetadataRequest>(a),
        samples::<OffsetCommitRequest>(a),
        samples::<OffsetFetchRequest>(a),
        samples::<FindCoordinatorRequest>(a),
        samples::<JoinGroupRequest>(a),
        samples::<HeartbeatRequest>(a),
        samples::<LeaveGroupRequest>(a),
        samples::<SyncGroupRequest>(a),
        samples::<DescribeGroupsRequest>(a),
        samples::<ListGroupsRequest>(a),
        samples::<ApiVersionsRequest>(a),
        samples::<CreateTopicsRequest>(a),
        samples::<DeleteRecordsRequest>(a),
        samples::<DeleteTopicsRequest>(a),
        samples::<InitProducerIdRequest>(a),
        samples::<OffsetForLeaderEpochRequest>(a),
        samples::<DescribeConfigsRequest>(a),
        samples::<AlterConfigsRequest>(a),
        samples::<DescribeLogDirsRequest>(a),
        samples::<CreatePartitionsRequest>(a),
        samples::<DeleteGroupsRequest>(a),
        samples::<ElectLeadersRequest>(a),
        samples::<IncrementalAlterConfigsRequest>(a),
        samples::<OffsetDeleteRequest>(a),
        samples::<DescribeQuorumRequest>(a),
        samples::<UpdateFeaturesRequest>(a),
        samples::<DescribeClusterRequest>(a),
        samples::<ListConfigResourcesRequest>(a),
        samples::<DescribeTopicPartitionsRequest>(a),
        samples::<AddPartitionsToTxnRequest>(a),
        samples::<AddOffsetsToTxnRequest>(a),
        samples::<EndTxnRequest>(a),
        samples::<TxnOffsetCommitRequest>(a),
        samples::<WriteTxnMarkersRequest>(a),
        samples::<DescribeProducersRequest>(a),
        samples::<DescribeTransactionsRequest>(a),
        samples::<ListTransactionsRequest>(a),
    ];
    (all, keys)
}

/// Sends a frame on a connection of its own and waits until it is answered or the connection
/// closed. A consumer that asks to be kept waiting is: that answer is not waited for.
fn throw(address: SocketAddr, key: ApiKey, frame: &[u8], what: &str) {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_nodelay(true).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    let length = i32::try_from(frame.len()).unwrap().to_be_bytes();
    let sent = stream.write_all(&[&length[..], frame].concat());
    // A request that waits for something, or gets no answer, ends with its connection.
    let _ = stream.shutdown(std::net::Shutdown::Write);
    let mut answer = [0; 1];
    if sent.is_ok() && key != ApiKey::Fetch {
        match stream.read_exact(&mut answer) {
            Ok(()) => {}
            Err(error) => assert!(
                matches!(
                    error.kind(),
                    ErrorKind::ConnectionReset | ErrorKind::UnexpectedEof
                ),
                "{what}: {error}"
            ),
        }
    }
}

/// The most memory that the broker has ever held, in bytes.
fn memory_at_most(broker: &BrokerProcess) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", broker.pid())).unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM:"))
        .unwrap();
    let kib: u64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    kib * 1024
}

/// A count of 2^31 - 1, in four bytes and as a compact one.
const CLAIMS: [&[u8]; 2] = [&[0x7f, 0xff, 0xff, 0xff], &[0xff, 0xff, 0xff, 0xff, 0x07]];

#[test]
fn every_request_is_survived_cut_off_and_with_lengths_that_lie() {
    let folder = tempfile::tempdir().unwrap();
    let broker = BrokerProcess::start(folder.path(), &[]);
    let mut client = broker.client();
    let (samples, keys) = all_samples();
    let announced = client.ask(&ApiVersionsRequest {
        client_software_name: "test".to_owned(),
        client_software_version: "1".to_owned(),
    });
    for api in &announced.api_keys {
        let known = keys.iter().any(|key| key.code() == api.api_key);
        assert!(known, "{:?} is not tried", ApiKey::from_code(api.api_key));
    }
    let before = memory_at_most(&broker);
    for Sample {
        key,
        version,
        bytes,
    } in &samples
    {
        let what = format!("{} version {version}", key.name());
        // The header up to the client's name is the same for all; ApiVersions stands for it.
        let first = if *key == ApiKey::ApiVersions { 0 } else { 8 };
        for length in first..bytes.len() {
            let what = format!("{what}, {length} bytes");
            throw(broker.address(), *key, &bytes[..length], &what);
        }
        for place in 8..bytes.len() {
            for claim in CLAIMS {
                let mut lying = bytes.clone();
                lying.splice(
                    place..(place + claim.len()).min(bytes.len()),
                    claim.iter().copied(),
                );
                lying.extend_from_slice(&[0; 64]);
                let what = format!("{what}, a lie at {place}");
                throw(broker.address(), *key, &lying, &what);
            }
        }
    }
    client.ask(&MetadataRequest::default());
    let taken = memory_at_most(&broker).saturating_sub(before);
    assert!(taken < 64 << 20, "{taken} bytes of memory were taken");
    let mut after = Client::connect(broker.address());
    after.create_topic("alive", 1, &[]);
    assert_eq!(after.produce_values("alive", 0, &["a"]), 0);
}
