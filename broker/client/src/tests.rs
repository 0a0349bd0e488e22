//! The client against a broker that follows a script.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use bytes::Bytes;
use kavka_protocol::header::{decode_request_header, encode_response};
use kavka_protocol::messages::api_versions_response::ApiVersion;
use kavka_protocol::messages::create_topics_response::CreatableTopicResult;
use kavka_protocol::messages::metadata_response::{
    MetadataResponseBroker, MetadataResponsePartition, MetadataResponseTopic,
};
use kavka_protocol::messages::offset_fetch_response::{
    OffsetFetchResponsePartition, OffsetFetchResponseTopic,
};
use kavka_protocol::messages::{
    ApiVersionsResponse, CreateTopicsRequest, CreateTopicsResponse, FindCoordinatorResponse,
    MetadataResponse, OffsetFetchResponse,
};
use kavka_protocol::{ApiKey, ErrorCode, Message, Reader};

use crate::{Client, ClientError, ClientOptions, CommittedOffset, Mode, NewTopic, OffsetAt};

/// What the script does with a request: an answer, or the end of the connection.
type Script = Arc<dyn Fn(u16, ApiKey, i16, i32, Reader) -> Option<Vec<Bytes>> + Send + Sync>;

/// Serves the script on a free port until the test's process ends.
fn broker(script: Script) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let script = Arc::clone(&script);
            thread::spawn(move || serve(stream.unwrap(), address.port(), &script));
        }
    });
    address.to_string()
}

fn serve(mut stream: TcpStream, port: u16, script: &Script) {
    let mut size = [0; 4];
    while stream.read_exact(&mut size).is_ok() {
        let mut frame = vec![0; u32::from_be_bytes(size) as usize];
        stream.read_exact(&mut frame).unwrap();
        let mut reader = Reader::new(Bytes::from(frame));
        let header = decode_request_header(&mut reader).unwrap();
        let key = ApiKey::from_code(header.request_api_key).unwrap();
        let version = header.request_api_version;
        let Some(answer) = script(port, key, version, header.correlation_id, reader) else {
            return;
        };
        stream.write_all(&answer.concat()).unwrap();
    }
}

fn versions() -> ApiVersionsResponse {
    let api = |key: &ApiKey| {
        let versions = key.versions()?;
        let (min_version, max_version) = (*versions.start(), *versions.end());
        Some(ApiVersion {
            api_key: key.code(),
            min_version,
            max_version,
        })
    };
    ApiVersionsResponse {
        api_keys: ApiKey::ALL.iter().filter_map(api).collect(),
        ..ApiVersionsResponse::default()
    }
}

fn metadata(port: u16) -> MetadataResponse {
    let topic = MetadataResponseTopic {
        name: Some("orders".to_owned()),
        partitions: vec![MetadataResponsePartition {
            leader_id: 4,
            replica_nodes: vec![4],
            isr_nodes: vec![4],
            ..MetadataResponsePartition::default()
        }],
        ..MetadataResponseTopic::default()
    };
    MetadataResponse {
        brokers: vec![MetadataResponseBroker {
            node_id: 4,
            host: "127.0.0.1".to_owned(),
            port: port.into(),
            rack: None,
        }],
        controller_id: 4,
        topics: vec![topic],
        ..MetadataResponse::default()
    }
}

/// Answers what every script needs.
fn basics(port: u16, key: ApiKey, version: i16, id: i32) -> Option<Vec<Bytes>> {
    match key {
        ApiKey::ApiVersions => encode_response(key, version, id, &versions()).ok(),
        ApiKey::Metadata => encode_response(key, version, id, &metadata(port)).ok(),
        other => panic!("{other} is not in the script"),
    }
}

fn options() -> ClientOptions {
    ClientOptions {
        request_timeout: Duration::from_secs(10),
        ..ClientOptions::default()
    }
}

async fn connect(script: Script) -> Result<Client, ClientError> {
    Client::connect(&[broker(script)], options()).await
}

#[tokio::test]
async fn an_address_where_nobody_listens_is_named_with_the_remedy() {
    let free = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .to_string();
    let error = Client::connect(std::slice::from_ref(&free), options())
        .await
        .unwrap_err();
    let text = error.to_string();
    assert!(
        text.contains(&free) && text.contains("--bootstrap-server"),
        "{text}"
    );
    assert!(error.is_retriable());
    let error = Client::connect(&["localhost".to_owned()], options())
        .await
        .unwrap_err();
    assert!(matches!(error, ClientError::Address { .. }), "{error}");
    let error = Client::connect(&[], options()).await.unwrap_err();
    assert!(matches!(error, ClientError::NoBootstrap), "{error}");
}

#[tokio::test]
async fn the_next_bootstrap_address_is_tried_when_one_is_dead() {
    let dead = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .to_string();
    let alive = broker(Arc::new(|port, key, version, id, _| {
        basics(port, key, version, id)
    }));
    let client = Client::connect(&[dead, alive], options()).await.unwrap();
    let topics = client.list_topics().await.unwrap();
    assert_eq!(topics[0].name, "orders");
    assert_eq!(topics[0].partitions[0].leader, Some(4));
}

#[tokio::test]
async fn a_broker_that_does_not_know_the_version_asked_is_asked_in_version_0() {
    let client = connect(Arc::new(|port, key, version, id, _| match (key, version) {
        (ApiKey::ApiVersions, 3) => {
            let refusal = ApiVersionsResponse {
                error_code: ErrorCode::UnsupportedVersion.into(),
                ..ApiVersionsResponse::default()
            };
            encode_response(key, 0, id, &refusal).ok()
        }
        _ => basics(port, key, version, id),
    }));
    assert!(client.await.is_ok());
}

#[tokio::test]
async fn the_highest_common_version_is_used() {
    let client = connect(Arc::new(|port, key, version, id, _| {
        if key == ApiKey::ApiVersions {
            let mut old = versions();
            old.api_keys
                .retain(|api| api.api_key != ApiKey::DescribeCluster.code());
            let metadata = old
                .api_keys
                .iter_mut()
                .find(|api| api.api_key == 3)
                .unwrap();
            metadata.max_version = 5;
            return encode_response(key, version, id, &old).ok();
        }
        assert_eq!((key, version), (ApiKey::Metadata, 5));
        basics(port, key, version, id)
    }));
    let error = client.await.unwrap().describe_cluster().await.unwrap_err();
    assert!(
        matches!(
            error,
            ClientError::NoCommonVersion {
                lowest: 0,
                highest: 2,
                ..
            }
        ),
        "{error}"
    );
}

#[tokio::test]
async fn a_connection_that_died_is_opened_again_once() {
    let requests = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&requests);
    let client = connect(Arc::new(move |port, key, version, id, _| {
        // The third request is the first after connecting.
        let count = counted.fetch_add(1, Ordering::SeqCst) + 1;
        if count == 3 {
            None
        } else {
            basics(port, key, version, id)
        }
    }));
    assert_eq!(client.await.unwrap().list_topics().await.unwrap().len(), 1);
    assert_eq!(requests.load(Ordering::SeqCst), 5);
}

#[tokio::test]
async fn a_peer_that_is_no_broker_takes_no_memory() {
    let http = "HTTP/1.1 400 Bad Request\r\n\r\n";
    let error = connect(Arc::new(|_, _, _, _, _| {
        Some(vec![Bytes::from_static(http.as_bytes())])
    }));
    let error = error.await.unwrap_err();
    assert!(
        matches!(
            error,
            ClientError::TooLarge {
                size: 0x4854_5450,
                ..
            }
        ),
        "{error}"
    );
}

#[tokio::test]
async fn what_a_broker_refuses_is_told_per_topic_in_its_own_words() {
    let client = connect(Arc::new(|port, key, version, id, mut reader| {
        if key != ApiKey::CreateTopics {
            return basics(port, key, version, id);
        }
        let request = CreateTopicsRequest::decode(&mut reader, version).unwrap();
        assert!(request.validate_only);
        let results = request
            .topics
            .into_iter()
            .map(|topic| CreatableTopicResult {
                name: topic.name,
                error_code: ErrorCode::InvalidReplicationFactor.into(),
                error_message: Some("3 replicas and 1 broker".to_owned()),
                ..CreatableTopicResult::default()
            });
        let response = CreateTopicsResponse {
            topics: results.collect(),
            ..CreateTopicsResponse::default()
        };
        encode_response(key, version, id, &response).ok()
    }));
    let topic = NewTopic {
        replication_factor: 3,
        ..NewTopic::new("wide")
    };
    let results = client
        .await
        .unwrap()
        .create_topics(&[topic], Mode::Validate)
        .await
        .unwrap();
    let (name, result) = results.into_iter().next().unwrap();
    assert_eq!(name, "wide");
    let text = result.unwrap_err().to_string();
    assert_eq!(text, "INVALID_REPLICATION_FACTOR: 3 replicas and 1 broker");
}

#[tokio::test]
async fn a_coordinator_that_is_not_ready_is_waited_for() {
    let tries = Arc::new(AtomicUsize::new(0));
    let client = connect(Arc::new(move |port, key, version, id, _| match key {
        ApiKey::FindCoordinator => {
            let early = tries.fetch_add(1, Ordering::SeqCst) < 2;
            let code = if early {
                ErrorCode::CoordinatorNotAvailable
            } else {
                ErrorCode::None
            };
            let response = FindCoordinatorResponse {
                error_code: code.into(),
                node_id: 4,
                ..FindCoordinatorResponse::default()
            };
            encode_response(key, version, id, &response).ok()
        }
        ApiKey::OffsetFetch => {
            let partition = |partition_index, committed_offset| OffsetFetchResponsePartition {
                partition_index,
                committed_offset,
                ..OffsetFetchResponsePartition::default()
            };
            let topic = OffsetFetchResponseTopic {
                name: "orders".to_owned(),
                partitions: vec![partition(1, 7), partition(0, -1)],
            };
            let response = OffsetFetchResponse {
                topics: vec![topic],
                ..OffsetFetchResponse::default()
            };
            encode_response(key, version, id, &response).ok()
        }
        _ => basics(port, key, version, id),
    }));
    let offsets = client
        .await
        .unwrap()
        .fetch_offsets("billing")
        .await
        .unwrap();
    let expected = CommittedOffset {
        topic: "orders".to_owned(),
        partition: 1,
        offset: 7,
        metadata: None,
    };
    assert_eq!(offsets, [expected]);
}

/// Every call can be awaited on a runtime of several threads.
#[allow(dead_code, reason = "compiling is the test")]
fn futures_are_send(client: &Client) {
    fn is_send<T: Send>(_: T) {}
    is_send(client.list_topics());
    is_send(client.describe_cluster());
    is_send(client.describe_topics(&[]));
    is_send(client.create_topics(&[], Mode::Apply));
    is_send(client.delete_topics(&[]));
    is_send(client.create_partitions(&[]));
    is_send(client.describe_configs(&[]));
    is_send(client.incremental_alter_configs(&[], Mode::Apply));
    is_send(client.list_groups());
    is_send(client.describe_groups(&[]));
    is_send(client.delete_groups(&[]));
    is_send(client.find_coordinator("g"));
    is_send(client.fetch_offsets("g"));
    is_send(client.commit_offsets("g", &[]));
    is_send(client.list_offsets(&[], OffsetAt::Latest));
}
