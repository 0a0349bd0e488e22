//! A client on a blocking socket that speaks Kafka's protocol in the versions of Kafka's own 4.3
//! clients. It does nothing but what it is told, so that the broker's work is all that is measured.

mod admin;
mod batch;
mod group;

use std::io::{IoSlice, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use bytes::Bytes;
use kavka_protocol::header::{decode_response_header, encode_request};
use kavka_protocol::messages::MetadataRequest;
use kavka_protocol::{ApiKey, ErrorCode, Message as _, Reader, Request};

pub(crate) use admin::Topic;
pub(crate) use batch::{Template, now_ms};
pub(crate) use group::Member;

/// How long an answer may take; a broker with ten thousand partitions takes its time.
const PATIENCE: Duration = Duration::from_mins(3);
/// How soon a broker is asked again that was not ready.
const NOT_READY: Duration = Duration::from_millis(20);
/// What no answer exceeds.
const ANSWER_MAX: u64 = 256 << 20;

/// A connection for one request after the other.
pub(crate) struct Connection {
    sender: Sender,
    receiver: Receiver,
}

/// The half of a connection that sends.
pub(crate) struct Sender {
    stream: TcpStream,
    next: i32,
}

/// The half of a connection that receives: the answers, in the order of the requests.
pub(crate) struct Receiver {
    stream: TcpStream,
    next: i32,
}

/// The version in which a request is sent: that of Kafka's 4.3 clients.
fn version(key: ApiKey) -> i16 {
    match key {
        ApiKey::Produce | ApiKey::Metadata => 13,
        ApiKey::Fetch => 17,
        ApiKey::ListOffsets | ApiKey::CreateTopics => 7,
        ApiKey::DeleteTopics | ApiKey::FindCoordinator => 6,
        ApiKey::InitProducerId | ApiKey::Heartbeat => 4,
        ApiKey::JoinGroup => 9,
        ApiKey::SyncGroup => 5,
        _ => 0,
    }
}

impl Connection {
    pub(crate) fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        let sender = Sender {
            stream: stream.try_clone()?,
            next: 0,
        };
        let receiver = Receiver { stream, next: 0 };
        Ok(Self { sender, receiver })
    }

    /// Sends a request and waits for its answer.
    pub(crate) fn call<R: Request>(&mut self, request: &R) -> Result<R::Response> {
        self.sender.send(request)?;
        self.receiver.receive::<R>()
    }

    /// Sends a request until the broker is ready for it: one that has just started still elects and
    /// loads. `code` is the error in an answer.
    pub(crate) fn call_when_ready<R: Request>(
        &mut self,
        request: &R,
        code: impl Fn(&R::Response) -> i16,
    ) -> Result<R::Response> {
        let begun = Instant::now();
        loop {
            let answer = self.call(request)?;
            let is_early = matches!(
                ErrorCode::from_code(code(&answer)),
                ErrorCode::CoordinatorLoadInProgress
                    | ErrorCode::CoordinatorNotAvailable
                    | ErrorCode::NotCoordinator
                    | ErrorCode::NotController
                    | ErrorCode::BrokerNotAvailable
                    | ErrorCode::InvalidReplicationFactor
            );
            if !is_early || begun.elapsed() > PATIENCE {
                return Ok(answer);
            }
            thread::sleep(NOT_READY);
        }
    }

    /// Asks for what a client asks first: the brokers, and no topic.
    pub(crate) fn first_answer(&mut self) -> Result<()> {
        let request = MetadataRequest {
            topics: Some(Vec::new()),
            ..MetadataRequest::default()
        };
        // A broker that has just started may not know itself yet.
        let answer = self.call_when_ready(&request, |answer| match answer.brokers.len() {
            0 => ErrorCode::BrokerNotAvailable.code(),
            _ => ErrorCode::None.code(),
        })?;
        ensure!(!answer.brokers.is_empty(), "an answer without brokers");
        Ok(())
    }

    /// Both halves, for several requests under way at once.
    pub(crate) fn split(self) -> (Sender, Receiver) {
        (self.sender, self.receiver)
    }
}

impl Sender {
    /// Sends a request; payloads are not copied.
    pub(crate) fn send<R: Request>(&mut self, request: &R) -> Result<()> {
        let version = version(R::KEY);
        let chunks = encode_request(self.next, Some("bench"), version, request)?;
        self.next = self.next.wrapping_add(1);
        let mut slices: Vec<IoSlice<'_>> = chunks.iter().map(|chunk| IoSlice::new(chunk)).collect();
        let mut rest = slices.as_mut_slice();
        while rest.iter().any(|slice| !slice.is_empty()) {
            let written = self.stream.write_vectored(rest).context("sending")?;
            ensure!(written > 0, "the broker takes no more");
            IoSlice::advance_slices(&mut rest, written);
        }
        Ok(())
    }
}

impl Receiver {
    /// Receives the answer to the oldest request that has none yet.
    pub(crate) fn receive<R: Request>(&mut self) -> Result<R::Response> {
        let mut length = [0; 4];
        self.stream.read_exact(&mut length).context("receiving")?;
        let length = u64::from(u32::from_be_bytes(length));
        ensure!(length <= ANSWER_MAX, "an answer of {length} bytes");
        let mut body = Vec::with_capacity(usize::try_from(length)?);
        (&mut self.stream)
            .take(length)
            .read_to_end(&mut body)
            .context("receiving")?;
        let mut reader = Reader::new(Bytes::from(body));
        let version = version(R::KEY);
        let header = decode_response_header(&mut reader, R::KEY, version)?;
        let expected = self.next;
        let found = header.correlation_id;
        ensure!(found == expected, "answer {found} instead of {expected}");
        self.next = self.next.wrapping_add(1);
        Ok(R::Response::decode(&mut reader, version)?)
    }
}

/// Fails when `code` is an error.
pub(crate) fn check(what: &str, code: i16) -> Result<()> {
    if code == ErrorCode::None.code() {
        return Ok(());
    }
    bail!("{what}: {:?}", ErrorCode::from_code(code))
}
