//! Transactions as clients see them: what commits is read once, what aborts is passed over, whoever
//! is fenced writes nothing, and a crash changes none of it.

use std::collections::BTreeMap;

use bytes::Bytes;
use kavka_protocol::ErrorCode;
use kavka_protocol::messages::add_partitions_to_txn_request::AddPartitionsToTxnTopic;
use kavka_protocol::messages::describe_producers_request::TopicRequest;
use kavka_protocol::messages::fetch_response::PartitionData;
use kavka_protocol::messages::list_offsets_request::{ListOffsetsPartition, ListOffsetsTopic};
use kavka_protocol::messages::offset_fetch_request::{
    OffsetFetchRequestGroup, OffsetFetchRequestTopics,
};
use kavka_protocol::messages::txn_offset_commit_request::{
    TxnOffsetCommitRequestPartition, TxnOffsetCommitRequestTopic,
};
use kavka_protocol::messages::write_txn_markers_request::{
    WritableTxnMarker, WritableTxnMarkerTopic,
};
use kavka_protocol::messages::{
    AddOffsetsToTxnRequest, AddPartitionsToTxnRequest, ApiVersionsRequest,
    DescribeProducersRequest, DescribeTransactionsRequest, EndTxnRequest, FetchRequest,
    FindCoordinatorRequest, InitProducerIdRequest, InitProducerIdResponse, ListOffsetsRequest,
    ListTransactionsRequest, OffsetFetchRequest, ProduceRequest, TxnOffsetCommitRequest,
    WriteTxnMarkersRequest,
};
use kavka_protocol::records::{BatchBuilder, Batches, Compression};

use crate::client::{Client, batch_of, fetch_request, now_ms, produce_request};
use crate::groups::find_coordinator;
use crate::harness::{BrokerProcess, TestBroker};

pub(crate) const COMMIT: bool = true;
pub(crate) const ABORT: bool = false;

/// What a client speaks: the versions of Produce, `TxnOffsetCommit` and `EndTxn`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Speaks {
    produce: i16,
    commit: i16,
    end: i16,
}

/// It names its partitions and keeps its epoch.
pub(crate) const PLAIN: Speaks = Speaks {
    produce: 11,
    commit: 4,
    end: 4,
};

/// Its writes add partitions, and each end gives it a new epoch.
pub(crate) const BUMPING: Speaks = Speaks {
    produce: 12,
    commit: 5,
    end: 5,
};

/// A transactional producer.
pub(crate) struct Producer {
    client: Client,
    id: String,
    speaks: Speaks,
    number: i64,
    epoch: i16,
    sequences: BTreeMap<(String, i32), i32>,
}

fn init(client: &mut Client, id: &str, expected: (i64, i16)) -> InitProducerIdResponse {
    let request = FindCoordinatorRequest {
        key_type: 1,
        coordinator_keys: vec![id.to_owned()],
        ..FindCoordinatorRequest::default()
    };
    let found = client.call(&request, 6);
    assert_eq!(found.coordinators[0].error_code, 0);
    let request = InitProducerIdRequest {
        transactional_id: Some(id.to_owned()),
        transaction_timeout_ms: 60_000,
        producer_id: expected.0,
        producer_epoch: expected.1,
        ..InitProducerIdRequest::default()
    };
    loop {
        let response = client.call(&request, 5);
        if response.error_code != ErrorCode::ConcurrentTransactions.code() {
            return response;
        }
    }
}

impl Producer {
    pub(crate) fn begin(mut client: Client, id: &str, speaks: Speaks) -> Self {
        let response = init(&mut client, id, (-1, -1));
        assert_eq!(response.error_code, 0);
        Self {
            client,
            id: id.to_owned(),
            speaks,
            number: response.producer_id,
            epoch: response.producer_epoch,
            sequences: BTreeMap::new(),
        }
    }

    /// Its id and epoch.
    pub(crate) fn identity(&self) -> (i64, i16) {
        (self.number, self.epoch)
    }

    /// Goes on over another connection.
    pub(crate) fn reconnect(&mut self, client: Client) {
        self.client = client;
    }

    fn add(&mut self, topic: &str, partition: i32) -> i16 {
        let request = AddPartitionsToTxnRequest {
            v3_and_below_transactional_id: self.id.clone(),
            v3_and_below_producer_id: self.number,
            v3_and_below_producer_epoch: self.epoch,
            v3_and_below_topics: vec![AddPartitionsToTxnTopic {
                name: topic.to_owned(),
                partitions: vec![partition],
            }],
            ..AddPartitionsToTxnRequest::default()
        };
        loop {
            let response = self.client.call(&request, 3);
            let topic = &response.results_by_topic_v3_and_below[0];
            let code = topic.results_by_partition[0].partition_error_code;
            if code != ErrorCode::ConcurrentTransactions.code() {
                return code;
            }
        }
    }

    fn batch(&self, topic: &str, partition: i32, value: &str) -> Bytes {
        let key = (topic.to_owned(), partition);
        let sequence = self.sequences.get(&key).copied().unwrap_or(0);
        let mut builder = BatchBuilder::new(Compression::None)
            .producer(self.number, self.epoch, sequence)
            .transactional();
        builder.push(now_ms(), Some(b"key"), Some(value.as_bytes()), &[]);
        builder.build().unwrap()
    }

    /// Sends a value; the error code.
    fn try_write(&mut self, topic: &str, partition: i32, value: &str) -> i16 {
        let batch = self.batch(topic, partition, value);
        let request = ProduceRequest {
            transactional_id: Some(self.id.clone()),
            ..produce_request(topic, partition, -1, batch)
        };
        loop {
            let response = self.client.call(&request, self.speaks.produce);
            let code = response.responses[0].partition_responses[0].error_code;
            if code == 0 {
                let key = (topic.to_owned(), partition);
                *self.sequences.entry(key).or_default() += 1;
            }
            if code != ErrorCode::ConcurrentTransactions.code() {
                return code;
            }
        }
    }

    pub(crate) fn write(&mut self, topic: &str, partition: i32, value: &str) {
        if self.speaks == PLAIN {
            assert_eq!(self.add(topic, partition), 0);
        }
        assert_eq!(self.try_write(topic, partition, value), 0, "{value}");
    }

    fn try_end(&mut self, committed: bool) -> i16 {
        let request = EndTxnRequest {
            transactional_id: self.id.clone(),
            producer_id: self.number,
            producer_epoch: self.epoch,
            committed,
        };
        let response = self.client.call(&request, self.speaks.end);
        if response.error_code == 0 && self.speaks == BUMPING {
            self.number = response.producer_id;
            self.epoch = response.producer_epoch;
            self.sequences.clear();
        }
        response.error_code
    }

    pub(crate) fn end(&mut self, committed: bool) {
        assert_eq!(self.try_end(committed), 0);
    }

    /// Commits a group's offset of partition 0 of a topic within the transaction.
    pub(crate) fn commit_offset(&mut self, group: &str, topic: &str, offset: i64) -> i16 {
        if self.speaks == PLAIN {
            let request = AddOffsetsToTxnRequest {
                transactional_id: self.id.clone(),
                producer_id: self.number,
                producer_epoch: self.epoch,
                group_id: group.to_owned(),
            };
            let concurrent = ErrorCode::ConcurrentTransactions.code();
            let mut code = concurrent;
            while code == concurrent {
                code = self.client.call(&request, 3).error_code;
            }
            assert_eq!(code, 0);
        }
        let request = TxnOffsetCommitRequest {
            transactional_id: self.id.clone(),
            group_id: group.to_owned(),
            producer_id: self.number,
            producer_epoch: self.epoch,
            topics: vec![TxnOffsetCommitRequestTopic {
                name: topic.to_owned(),
                partitions: vec![TxnOffsetCommitRequestPartition {
                    committed_offset: offset,
                    ..TxnOffsetCommitRequestPartition::default()
                }],
            }],
            ..TxnOffsetCommitRequest::default()
        };
        loop {
            let response = self.client.call(&request, self.speaks.commit);
            let code = response.topics[0].partitions[0].error_code;
            if code != ErrorCode::ConcurrentTransactions.code() {
                return code;
            }
        }
    }
}

fn fetch_committed(client: &mut Client, topic: &str, partition: i32, from: i64) -> PartitionData {
    let request = FetchRequest {
        isolation_level: 1,
        ..fetch_request(topic, partition, from, 0)
    };
    let mut response = client.call(&request, 12);
    assert_eq!(response.error_code, 0);
    response.responses.remove(0).partitions.remove(0)
}

/// All values of a partition that a `read_committed` consumer sees, as consumers find out.
pub(crate) fn committed_values(client: &mut Client, topic: &str, partition: i32) -> Vec<String> {
    let mut values = Vec::new();
    let mut from = client.offset(topic, partition, -2).1;
    loop {
        let data = fetch_committed(client, topic, partition, from);
        assert_eq!(data.error_code, 0);
        let mut aborted = data.aborted_transactions.clone().unwrap();
        aborted.sort_by_key(|aborted| aborted.first_offset);
        let mut open: Vec<i64> = Vec::new();
        let mut found = false;
        for batch in Batches::new(data.records.unwrap_or_default()) {
            found = true;
            let batch = batch.unwrap();
            let header = &batch.header;
            from = header.last_offset() + 1;
            while let Some(next) = aborted
                .first()
                .filter(|a| a.first_offset <= header.last_offset())
            {
                open.push(next.producer_id);
                aborted.remove(0);
            }
            if header.is_control() {
                open.retain(|producer| *producer != header.producer_id);
                continue;
            }
            if header.is_transactional() && open.contains(&header.producer_id) {
                continue;
            }
            for record in batch.records(1 << 20).unwrap() {
                let value = record.unwrap().value.unwrap();
                values.push(String::from_utf8(value.to_vec()).unwrap());
            }
        }
        if !found {
            return values;
        }
    }
}

fn last_stable(client: &mut Client, topic: &str, partition: i32) -> i64 {
    let request = ListOffsetsRequest {
        isolation_level: 1,
        topics: vec![ListOffsetsTopic {
            name: topic.to_owned(),
            partitions: vec![ListOffsetsPartition {
                partition_index: partition,
                timestamp: -1,
                ..ListOffsetsPartition::default()
            }],
        }],
        ..ListOffsetsRequest::default()
    };
    client.call(&request, 7).topics[0].partitions[0].offset
}

/// Waits until nothing of a partition is open: markers come after the answer.
pub(crate) fn await_stable(client: &mut Client, topic: &str, partition: i32) {
    while last_stable(client, topic, partition) != client.offset(topic, partition, -1).1 {}
}

/// A group's offset of partition 0 of a topic, as a consumer that wants certainty asks.
fn stable_offset(client: &mut Client, group: &str, topic: &str) -> (i16, i64) {
    let response = client.call(
        &OffsetFetchRequest {
            groups: vec![OffsetFetchRequestGroup {
                group_id: group.to_owned(),
                topics: Some(vec![OffsetFetchRequestTopics {
                    name: topic.to_owned(),
                    partition_indexes: vec![0],
                    ..OffsetFetchRequestTopics::default()
                }]),
                ..OffsetFetchRequestGroup::default()
            }],
            require_stable: true,
            ..OffsetFetchRequest::default()
        },
        9,
    );
    let found = &response.groups[0].topics[0].partitions[0];
    (found.error_code, found.committed_offset)
}

pub(crate) fn await_offset(client: &mut Client, group: &str, topic: &str) -> i64 {
    loop {
        match stable_offset(client, group, topic) {
            (0, offset) => return offset,
            (code, _) => assert_eq!(code, ErrorCode::UnstableOffsetCommit.code()),
        }
    }
}

#[test]
fn what_commits_is_read_and_what_aborts_is_passed_over() {
    for speaks in [PLAIN, BUMPING] {
        let broker = TestBroker::start(&[("kavka.shards", "2")]);
        let mut client = broker.client();
        client.create_topic("t", 3, &[]);
        let mut producer = Producer::begin(broker.client(), "id", speaks);
        for round in 0..4 {
            for partition in 0..3 {
                producer.write("t", partition, &format!("{round}-a"));
                producer.write("t", partition, &format!("{round}-b"));
            }
            producer.end(round % 2 == 0);
        }
        for partition in 0..3 {
            await_stable(&mut client, "t", partition);
            let expected = ["0-a", "0-b", "2-a", "2-b"];
            assert_eq!(committed_values(&mut client, "t", partition), expected);
        }
        // Markers are records, too.
        assert_eq!(client.offset("t", 0, -1), (0, 12));
    }
}

#[test]
fn nothing_behind_an_open_transaction_is_read_as_committed() {
    let broker = TestBroker::start(&[]);
    let mut client = broker.client();
    client.create_topic("t", 1, &[]);
    client.produce_values("t", 0, &["before"]);
    let mut producer = Producer::begin(broker.client(), "id", BUMPING);
    producer.write("t", 0, "within");
    client.produce_values("t", 0, &["behind"]);
    assert_eq!(last_stable(&mut client, "t", 0), 1);
    assert_eq!(client.offset("t", 0, -1), (0, 3));
    let data = fetch_committed(&mut client, "t", 0, 0);
    assert_eq!((data.last_stable_offset, data.high_watermark), (1, 3));
    assert_eq!(committed_values(&mut client, "t", 0), ["before"]);
    assert_eq!(client.fetch_values("t", 0), ["before", "within", "behind"]);
    // A fetch that waits is answered by the end.
    let waiting = FetchRequest {
        isolation_level: 1,
        ..fetch_request("t", 0, 1, 30_000)
    };
    let mut waiter = broker.client();
    waiter.send(&waiting, 12);
    producer.end(COMMIT);
    let answer = waiter.receive::<FetchRequest>(12, 1);
    let records = answer.responses[0].partitions[0].records.clone();
    assert!(!records.unwrap().is_empty());
    let expected = ["before", "within", "behind"];
    assert_eq!(committed_values(&mut client, "t", 0), expected);
}

#[test]
fn a_partition_that_was_not_added_takes_no_transactional_batch() {
    for (setting, codes) in [
        (
            "true",
            [ErrorCode::InvalidTxnState, ErrorCode::TransactionAbortable],
        ),
        ("false", [ErrorCode::None, ErrorCode::None]),
    ] {
        let broker = TestBroker::start(&[("transaction.partition.verification.enable", setting)]);
        broker.client().create_topic("t", 2, &[]);
        let old = Speaks {
            produce: 9,
            ..PLAIN
        };
        for ((speaks, code), partition) in [old, PLAIN].into_iter().zip(codes).zip(0..) {
            let mut producer = Producer::begin(broker.client(), "id", speaks);
            let told = producer.try_write("t", partition, "x");
            assert_eq!(told, code.code(), "Produce {}", speaks.produce);
        }
    }
}

#[test]
fn a_transactional_batch_needs_a_transactional_id() {
    let broker = TestBroker::start(&[]);
    let mut client = broker.client();
    client.create_topic("t", 1, &[]);
    let producer = Producer::begin(broker.client(), "id", BUMPING);
    let response = client.produce("t", 0, -1, producer.batch("t", 0, "x"));
    let refused = ErrorCode::TransactionalIdAuthorizationFailed.code();
    assert_eq!(response.error_code, refused);
}

#[test]
fn a_transactional_id_that_is_too_long_is_refused() {
    let broker = TestBroker::start(&[("kavka.transactional.id.bytes.max", "20")]);
    let mut client = broker.client();
    for (length, code) in [(20, ErrorCode::None), (21, ErrorCode::InvalidRequest)] {
        let response = init(&mut client, &"x".repeat(length), (-1, -1));
        assert_eq!(response.error_code, code.code(), "{length}");
    }
}

#[test]
fn whoever_is_fenced_writes_nothing() {
    for speaks in [PLAIN, BUMPING] {
        let broker = TestBroker::start(&[]);
        let mut client = broker.client();
        client.create_topic("t", 2, &[]);
        let mut old = Producer::begin(broker.client(), "id", speaks);
        old.write("t", 0, "old");
        let mut new = Producer::begin(broker.client(), "id", speaks);
        assert_eq!(new.number, old.number);
        assert!(new.epoch > old.epoch);
        let fenced = ErrorCode::InvalidProducerEpoch.code();
        // Where its transaction was open, and where it never was.
        for partition in 0..2 {
            assert_eq!(old.try_write("t", partition, "late"), fenced);
        }
        assert_ne!(old.try_end(COMMIT), 0);
        new.write("t", 0, "new");
        new.end(COMMIT);
        await_stable(&mut client, "t", 0);
        assert_eq!(committed_values(&mut client, "t", 0), ["new"]);
        assert_eq!(committed_values(&mut client, "t", 1), Vec::<String>::new());
    }
}

#[test]
fn a_transaction_that_takes_too_long_is_aborted() {
    let broker = TestBroker::start(&[(
        "transaction.abort.timed.out.transaction.cleanup.interval.ms",
        "20",
    )]);
    let mut client = broker.client();
    client.create_topic("t", 1, &[]);
    let mut producer = Producer::begin(broker.client(), "id", BUMPING);
    let request = InitProducerIdRequest {
        transactional_id: Some("id".to_owned()),
        transaction_timeout_ms: 50,
        producer_id: producer.number,
        producer_epoch: producer.epoch,
        ..InitProducerIdRequest::default()
    };
    producer.epoch = client.call(&request, 5).producer_epoch;
    producer.write("t", 0, "too long");
    await_stable(&mut client, "t", 0);
    assert_eq!(committed_values(&mut client, "t", 0), Vec::<String>::new());
    assert_ne!(producer.try_end(COMMIT), 0);
}

#[test]
fn offsets_count_when_their_transaction_commits() {
    for speaks in [PLAIN, BUMPING] {
        let mut broker = TestBroker::start(&[("kavka.shards", "2")]);
        let mut client = broker.client();
        client.create_topic("t", 1, &[]);
        find_coordinator(&mut client, "g");
        let mut producer = Producer::begin(broker.client(), "id", speaks);
        assert_eq!(producer.commit_offset("g", "t", 5), 0);
        let unstable = (ErrorCode::UnstableOffsetCommit.code(), -1);
        assert_eq!(stable_offset(&mut client, "g", "t"), unstable);
        producer.end(COMMIT);
        assert_eq!(await_offset(&mut client, "g", "t"), 5);
        assert_eq!(producer.commit_offset("g", "t", 6), 0);
        producer.end(ABORT);
        assert_eq!(await_offset(&mut client, "g", "t"), 5);
        assert_eq!(producer.commit_offset("g", "t", 7), 0);
        broker.restart();
        let mut client = broker.client();
        assert_eq!(stable_offset(&mut client, "g", "t"), unstable);
        producer.client = broker.client();
        producer.end(COMMIT);
        assert_eq!(await_offset(&mut client, "g", "t"), 7);
        broker.restart();
        let mut client = broker.client();
        assert_eq!(stable_offset(&mut client, "g", "t"), (0, 7));
    }
}

#[test]
fn an_open_transaction_goes_on_after_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let broker = BrokerProcess::start(folder.path(), &[]);
    let mut client = broker.client();
    client.create_topic("t", 1, &[]);
    let mut producer = Producer::begin(broker.client(), "id", PLAIN);
    producer.write("t", 0, "aborted");
    producer.end(ABORT);
    producer.write("t", 0, "before");
    broker.kill();
    let broker = BrokerProcess::start(folder.path(), &[]);
    let mut client = broker.client();
    await_first_marker(&mut client);
    assert_eq!(last_stable(&mut client, "t", 0), 2);
    producer.reconnect(broker.client());
    producer.write("t", 0, "after");
    producer.end(COMMIT);
    await_stable(&mut client, "t", 0);
    let expected = ["before", "after"];
    assert_eq!(committed_values(&mut client, "t", 0), expected);
    broker.kill();
    let broker = BrokerProcess::start(folder.path(), &[]);
    let mut client = broker.client();
    await_stable(&mut client, "t", 0);
    assert_eq!(committed_values(&mut client, "t", 0), expected);
}

/// The abort's marker is written before the transaction behind it may begin.
fn await_first_marker(client: &mut Client) {
    assert!(client.offset("t", 0, -1).1 >= 3);
}

#[test]
fn transactions_are_told_to_tools() {
    let broker = TestBroker::start(&[("kavka.shards", "2")]);
    let mut client = broker.client();
    client.create_topic("t", 1, &[]);
    let mut producer = Producer::begin(broker.client(), "id", BUMPING);
    producer.write("t", 0, "x");
    let listed = client.ask(&ListTransactionsRequest {
        duration_filter: -1,
        ..ListTransactionsRequest::default()
    });
    let states = listed.transaction_states.iter();
    let states: Vec<_> = states
        .map(|state| (&state.transactional_id[..], &state.transaction_state[..]))
        .collect();
    assert_eq!(states, [("id", "Ongoing")]);
    let described = client.ask(&DescribeTransactionsRequest {
        transactional_ids: vec!["id".to_owned()],
    });
    assert_eq!(described.transaction_states[0].topics[0].topic, "t");
    let producers = client.ask(&DescribeProducersRequest {
        topics: vec![TopicRequest {
            name: "t".to_owned(),
            partition_indexes: vec![0, 9],
        }],
    });
    let partitions = &producers.topics[0].partitions;
    let state = &partitions[0].active_producers[0];
    assert_eq!(state.producer_id, producer.number);
    assert_eq!(
        (state.last_sequence, state.current_txn_start_offset),
        (0, 0)
    );
    let unknown = ErrorCode::UnknownTopicOrPartition.code();
    assert_eq!(partitions[1].error_code, unknown);
}

#[test]
fn transaction_version_2_is_announced() {
    let broker = TestBroker::start(&[]);
    let request = ApiVersionsRequest {
        client_software_name: "test".to_owned(),
        client_software_version: "1".to_owned(),
    };
    // Older clients cannot read a lowest level of 0.
    for (version, expected) in [(3, None), (4, Some((0, 2)))] {
        let response = broker.client().call(&request, version);
        let supported = response.supported_features.iter();
        let mut supported = supported.filter(|feature| feature.name == "transaction.version");
        let range = supported
            .next()
            .map(|range| (range.min_version, range.max_version));
        assert_eq!(range, expected);
        let finalized = response.finalized_features.iter();
        let mut finalized = finalized.filter(|feature| feature.name == "transaction.version");
        assert_eq!(finalized.next().unwrap().max_version_level, 2);
    }
}

/// The files of a partition vanish while a transaction is open in it.
#[test]
fn a_marker_makes_nothing_anew_that_is_missing() {
    let mut broker = TestBroker::start(&[]);
    let mut client = broker.client();
    client.create_topic("t", 1, &[]);
    client.produce_values("t", 0, &["before"]);
    let mut producer = Producer::begin(broker.client(), "id", BUMPING);
    producer.write("t", 0, "within");
    broker.stop();
    let folder = broker.folder().join("t-0");
    std::fs::remove_dir_all(&folder).unwrap();
    broker.start_again();
    let mut client = broker.client();
    // It is to be ended now; that stays to be done.
    let request = InitProducerIdRequest {
        transactional_id: Some("id".to_owned()),
        transaction_timeout_ms: 60_000,
        ..InitProducerIdRequest::default()
    };
    for _ in 0..20 {
        let told = client.call(&request, 5).error_code;
        assert_eq!(told, ErrorCode::ConcurrentTransactions.code());
        assert!(!folder.exists());
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let told = client.fetch("t", 0, 0).error_code;
    assert_eq!(told, ErrorCode::KafkaStorageError.code());
}

#[test]
fn clients_write_nothing_into_the_coordinators_topics() {
    let broker = TestBroker::start(&[]);
    let mut client = broker.client();
    init(&mut client, "id", (-1, -1));
    let request = produce_request("__transaction_state", 0, -1, batch_of(&["forged"]));
    let refused = client.call(&request, 12);
    let code = refused.responses[0].partition_responses[0].error_code;
    assert_eq!(code, ErrorCode::InvalidTopicException.code());
    // Nor does a refused batch become a part of its transaction.
    let mut producer = Producer::begin(broker.client(), "id", BUMPING);
    let code = producer.try_write("__transaction_state", 1, "forged");
    assert_eq!(code, ErrorCode::InvalidTopicException.code());
    let described = client.ask(&DescribeTransactionsRequest {
        transactional_ids: vec!["id".to_owned()],
    });
    let transaction = &described.transaction_states[0];
    assert_eq!(transaction.transaction_state, "Empty");
    assert!(transaction.topics.is_empty());
}

/// An operator ends what hangs and names a coordinator that does not exist.
#[test]
fn a_marker_with_a_far_too_high_coordinator_epoch_blocks_no_later_transaction() {
    let broker = TestBroker::start(&[]);
    let mut client = broker.client();
    client.create_topic("t", 1, &[]);
    let mut producer = Producer::begin(broker.client(), "id", PLAIN);
    producer.write("t", 0, "hangs");
    let request = WriteTxnMarkersRequest {
        markers: vec![WritableTxnMarker {
            producer_id: producer.number,
            producer_epoch: producer.epoch,
            transaction_result: ABORT,
            topics: vec![WritableTxnMarkerTopic {
                name: "t".to_owned(),
                partition_indexes: vec![0],
            }],
            coordinator_epoch: i32::MAX,
            ..WritableTxnMarker::default()
        }],
    };
    let response = client.call(&request, 1);
    assert_eq!(response.markers[0].topics[0].partitions[0].error_code, 0);
    await_stable(&mut client, "t", 0);
    producer.write("t", 0, "again");
    producer.end(COMMIT);
    await_stable(&mut client, "t", 0);
    assert_eq!(committed_values(&mut client, "t", 0), ["again"]);
}
