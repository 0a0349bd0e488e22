//! A client that says exactly what a test wants said.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use bytes::Bytes;
use kavka_protocol::header::{decode_response_header, encode_request};
use kavka_protocol::messages::create_topics_request::{CreatableTopic, CreatableTopicConfig};
use kavka_protocol::messages::delete_topics_request::DeleteTopicState;
use kavka_protocol::messages::fetch_request::{FetchPartition, FetchTopic};
use kavka_protocol::messages::fetch_response::PartitionData;
use kavka_protocol::messages::list_offsets_request::{ListOffsetsPartition, ListOffsetsTopic};
use kavka_protocol::messages::produce_request::{PartitionProduceData, TopicProduceData};
use kavka_protocol::messages::produce_response::PartitionProduceResponse;
use kavka_protocol::messages::{
    CreateTopicsRequest, DeleteTopicsRequest, FetchRequest, ListOffsetsRequest, MetadataRequest,
    ProduceRequest,
};
use kavka_protocol::records::{Batch, BatchBuilder, Batches, Compression};
use kavka_protocol::{ErrorCode, Message, Reader, Request};

/// One connection.
pub(crate) struct Client {
    stream: TcpStream,
    correlation_id: i32,
}

impl Client {
    pub(crate) fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(30)))
            .unwrap();
        stream.set_nodelay(true).unwrap();
        Self {
            stream,
            correlation_id: 0,
        }
    }

    /// Sends bytes as they are.
    pub(crate) fn send_raw(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).unwrap();
    }

    /// Sends a body behind its length.
    pub(crate) fn send_frame(&mut self, body: &[u8]) {
        self.send_raw(&i32::try_from(body.len()).unwrap().to_be_bytes());
        self.send_raw(body);
    }

    pub(crate) fn set_write_timeout(&mut self, after: Duration) {
        self.stream.set_write_timeout(Some(after)).unwrap();
    }

    /// Sends a request unless the broker takes no more.
    pub(crate) fn try_send<R: Request>(&mut self, request: &R, version: i16) -> bool {
        let chunks = encode_request(1, Some("test"), version, request).unwrap();
        chunks
            .iter()
            .all(|chunk| self.stream.write_all(chunk).is_ok())
    }

    /// Sends a request without waiting for its response.
    pub(crate) fn send<R: Request>(&mut self, request: &R, version: i16) {
        self.correlation_id += 1;
        let chunks = encode_request(self.correlation_id, Some("test"), version, request).unwrap();
        for chunk in chunks {
            self.send_raw(&chunk);
        }
    }

    /// The next response, which must be one to `R` with this correlation id.
    pub(crate) fn receive<R: Request>(&mut self, version: i16, correlation_id: i32) -> R::Response {
        let frame = self.receive_frame().expect("a response");
        let mut reader = Reader::new(frame);
        let header = decode_response_header(&mut reader, R::KEY, version).unwrap();
        assert_eq!(
            header.correlation_id, correlation_id,
            "responses come in order"
        );
        let response = R::Response::decode(&mut reader, version).unwrap();
        reader.finish().unwrap();
        response
    }

    /// The body of the next frame; `None` when the broker has closed the connection.
    pub(crate) fn receive_frame(&mut self) -> Option<Bytes> {
        let mut length = [0; 4];
        match self.stream.read_exact(&mut length) {
            Ok(()) => {}
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => panic!("no answer"),
            Err(_) => return None,
        }
        let mut body = vec![0; usize::try_from(i32::from_be_bytes(length)).unwrap()];
        self.stream.read_exact(&mut body).unwrap();
        Some(body.into())
    }

    /// Asks and waits.
    pub(crate) fn call<R: Request>(&mut self, request: &R, version: i16) -> R::Response {
        self.send(request, version);
        self.receive::<R>(version, self.correlation_id)
    }

    /// Asks in the newest version.
    pub(crate) fn ask<R: Request>(&mut self, request: &R) -> R::Response {
        let version = *R::KEY.versions().unwrap().end();
        self.call(request, version)
    }

    /// Whether Metadata is answered at all.
    pub(crate) fn try_ask_metadata(&mut self) -> bool {
        let chunks = encode_request(1, None, 1, &MetadataRequest::default()).unwrap();
        let sent = chunks
            .iter()
            .all(|chunk| self.stream.write_all(chunk).is_ok());
        sent && self.receive_frame().is_some()
    }

    /// Creates a topic with as many partitions as the broker likes.
    pub(crate) fn create_topic_with_defaults(&mut self, name: &str) {
        self.create_topic(name, -1, &[]);
    }

    pub(crate) fn create_topic(&mut self, name: &str, partitions: i32, configs: &[(&str, &str)]) {
        let response = self.ask(&CreateTopicsRequest {
            topics: vec![CreatableTopic {
                name: name.to_owned(),
                num_partitions: partitions,
                replication_factor: -1,
                configs: configs
                    .iter()
                    .map(|(name, value)| CreatableTopicConfig {
                        name: (*name).to_owned(),
                        value: Some((*value).to_owned()),
                    })
                    .collect(),
                ..CreatableTopic::default()
            }],
            ..CreateTopicsRequest::default()
        });
        assert_eq!(
            response.topics[0].error_code, 0,
            "{:?}",
            response.topics[0].error_message
        );
    }

    pub(crate) fn delete_topic(&mut self, name: &str) {
        let response = self.ask(&DeleteTopicsRequest {
            topics: vec![DeleteTopicState {
                name: Some(name.to_owned()),
                ..DeleteTopicState::default()
            }],
            timeout_ms: 10_000,
            ..DeleteTopicsRequest::default()
        });
        assert_eq!(response.responses[0].error_code, 0);
    }

    /// Every batch of a partition, as it lies in the log.
    pub(crate) fn batches(&mut self, topic: &str, partition: i32) -> Vec<Batch> {
        let mut batches: Vec<Batch> = Vec::new();
        let mut from = self.offset(topic, partition, -2).1;
        loop {
            let data = self.fetch(topic, partition, from);
            if data.error_code == ErrorCode::OffsetOutOfRange.code() && batches.is_empty() {
                // What lay there has expired meanwhile.
                from = self.offset(topic, partition, -2).1;
                continue;
            }
            assert_eq!(data.error_code, 0);
            let before = batches.len();
            let records = data.records.unwrap_or_default();
            batches.extend(Batches::new(records).map(Result::unwrap));
            match batches.last() {
                Some(last) if batches.len() > before => from = last.header.last_offset() + 1,
                _ => return batches,
            }
        }
    }

    /// Writes one batch to a partition, version 9 (topics by name).
    pub(crate) fn produce(
        &mut self,
        topic: &str,
        partition: i32,
        acks: i16,
        batch: Bytes,
    ) -> PartitionProduceResponse {
        let mut response = self.call(&produce_request(topic, partition, acks, batch), 9);
        response.responses.remove(0).partition_responses.remove(0)
    }

    /// Writes values, each acknowledged by all replicas; the first one's offset.
    pub(crate) fn produce_values(&mut self, topic: &str, partition: i32, values: &[&str]) -> i64 {
        let response = self.produce(topic, partition, -1, batch_of(values));
        assert_eq!(response.error_code, 0, "{:?}", response.error_message);
        response.base_offset
    }

    /// Reads one partition, waiting for nothing, version 12 (topics by name).
    pub(crate) fn fetch(&mut self, topic: &str, partition: i32, from: i64) -> PartitionData {
        let mut response = self.call(&fetch_request(topic, partition, from, 0), 12);
        assert_eq!(response.error_code, 0);
        response.responses.remove(0).partitions.remove(0)
    }

    /// All values of a partition.
    pub(crate) fn fetch_values(&mut self, topic: &str, partition: i32) -> Vec<String> {
        let mut values = Vec::new();
        let mut from = 0;
        loop {
            let data = self.fetch(topic, partition, from);
            assert_eq!(data.error_code, 0);
            let found = records_of(&data);
            let Some((last, _)) = found.last() else {
                return values;
            };
            from = last + 1;
            values.extend(found.into_iter().map(|(_, value)| value));
        }
    }

    /// Start (-2), end (-1) or the offset at a time, with its error code.
    pub(crate) fn offset(&mut self, topic: &str, partition: i32, timestamp: i64) -> (i16, i64) {
        let response = self.call(
            &ListOffsetsRequest {
                topics: vec![ListOffsetsTopic {
                    name: topic.to_owned(),
                    partitions: vec![ListOffsetsPartition {
                        partition_index: partition,
                        timestamp,
                        ..ListOffsetsPartition::default()
                    }],
                }],
                ..ListOffsetsRequest::default()
            },
            7,
        );
        let found = &response.topics[0].partitions[0];
        (found.error_code, found.offset)
    }
}

pub(crate) fn produce_request(
    topic: &str,
    partition: i32,
    acks: i16,
    batch: Bytes,
) -> ProduceRequest {
    ProduceRequest {
        acks,
        timeout_ms: 30_000,
        topic_data: vec![TopicProduceData {
            name: topic.to_owned(),
            partition_data: vec![PartitionProduceData {
                index: partition,
                records: Some(batch),
            }],
            ..TopicProduceData::default()
        }],
        ..ProduceRequest::default()
    }
}

pub(crate) fn fetch_request(
    topic: &str,
    partition: i32,
    from: i64,
    max_wait_ms: i32,
) -> FetchRequest {
    FetchRequest {
        max_wait_ms,
        min_bytes: 1,
        topics: vec![FetchTopic {
            topic: topic.to_owned(),
            partitions: vec![FetchPartition {
                partition,
                fetch_offset: from,
                partition_max_bytes: 1 << 20,
                ..FetchPartition::default()
            }],
            ..FetchTopic::default()
        }],
        ..FetchRequest::default()
    }
}

pub(crate) fn batch_of(values: &[&str]) -> Bytes {
    let mut builder = BatchBuilder::new(Compression::None);
    for value in values {
        builder.push(now_ms(), None, Some(value.as_bytes()), &[]);
    }
    builder.build().unwrap()
}

pub(crate) fn now_ms() -> i64 {
    let since = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    i64::try_from(since.as_millis()).unwrap()
}

/// Offsets and values of what a fetch returned; checks every CRC.
pub(crate) fn records_of(data: &PartitionData) -> Vec<(i64, String)> {
    let mut records = Vec::new();
    for batch in Batches::new(data.records.clone().unwrap_or_default()) {
        let batch = batch.unwrap();
        batch.check_crc().unwrap();
        for record in batch.records(1 << 24).unwrap() {
            let record = record.unwrap();
            let value = String::from_utf8(record.value.unwrap().to_vec()).unwrap();
            records.push((record.offset, value));
        }
    }
    records
}
