//! A request that is being handled: who asks, and how the reply is made.

use std::cell::Cell;
use std::future::Future;
use std::net::IpAddr;
use std::rc::Rc;
use std::time::{Duration, Instant};

use kavka_core::metadata::controller::{Controller, Decision};
use kavka_protocol::header::encode_response;
use kavka_protocol::messages::RequestHeader;
use kavka_protocol::{ApiKey, DecodeError, DecodeFault, EncodeError, Message, Reader, Request};
use prometheus_client::metrics::gauge::Gauge;

use crate::connection::budget::Share;
use crate::connection::origin::Origin;
use crate::connection::outbox::{Pending, Reply, Stamp};
use crate::failure::Failure;
use crate::shard::Shard;

/// A reply of more bytes than this takes memory from the budget for replies until it is sent.
const LARGE_REPLY: usize = 64 * 1024;

/// Why a request cannot be answered at all; its connection is closed, as Kafka does.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DispatchError {
    /// The frame ends before its header does.
    #[error("a frame of {0} bytes holds no request header")]
    Short(usize),
    /// The header cannot be read.
    #[error("request header: {0}")]
    Header(DecodeError),
    /// No such API here.
    #[error("API key {key} is not served; ApiVersions tells what is")]
    UnknownApi {
        /// The key that came.
        key: i16,
    },
    /// No such version here.
    #[error("{} version {version} is not served; ApiVersions tells what is", .key.name())]
    UnknownVersion {
        /// The API.
        key: ApiKey,
        /// The version that came.
        version: i16,
    },
    /// The body cannot be read.
    #[error("{} version {version}: {error}", .key.name())]
    Body {
        /// The API.
        key: ApiKey,
        /// Its version.
        version: i16,
        /// What is wrong with it.
        error: DecodeError,
    },
    /// The reply is large, and there is no memory to keep it until it is sent.
    #[error("{} version {version}: a reply of {bytes} bytes: kavka.reply.bytes.max is used up", .key.name())]
    Memory {
        /// The API.
        key: ApiKey,
        /// Its version.
        version: i16,
        /// What the reply needs.
        bytes: usize,
    },
    /// The reply cannot be written in the request's version.
    #[error("{} version {version}: reply: {error}", .key.name())]
    Reply {
        /// The API.
        key: ApiKey,
        /// Its version.
        version: i16,
        /// What is wrong with it.
        error: EncodeError,
    },
}

impl DispatchError {
    /// For metrics.
    pub(crate) fn reason(&self) -> &'static str {
        match self {
            Self::Short(_) | Self::Header(_) => "header",
            Self::UnknownApi { .. } => "unknown_api",
            Self::UnknownVersion { .. } => "unknown_version",
            Self::Body { error, .. } => match error.fault {
                DecodeFault::ElementLimit { .. } => "elements",
                _ => "body",
            },
            Self::Memory { .. } => "memory",
            Self::Reply { .. } => "reply",
        }
    }
}

/// Who asks, and how the reply must look.
#[derive(Clone)]
pub(crate) struct Call {
    pub(crate) shard: Rc<Shard>,
    pub(crate) listener: usize,
    pub(crate) client_id: String,
    pub(crate) client_address: IpAddr,
    pub(crate) key: ApiKey,
    pub(crate) version: i16,
    pub(crate) correlation_id: i32,
    begun: Instant,
    /// How long it has waited for what its API waits for.
    waited: Rc<Cell<Duration>>,
}

/// One that waits is counted as long as this lives.
struct Counted(Gauge);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.dec();
    }
}

impl Call {
    /// A request that has just come.
    pub(crate) fn new(
        shard: &Rc<Shard>,
        from: &Origin,
        key: ApiKey,
        header: RequestHeader,
    ) -> Self {
        Self {
            shard: Rc::clone(shard),
            listener: from.listener,
            client_id: header.client_id.unwrap_or_default(),
            client_address: from.peer.ip(),
            key,
            version: header.request_api_version,
            correlation_id: header.correlation_id,
            begun: Instant::now(),
            waited: Rc::default(),
        }
    }

    /// The reply frame that carries `response`.
    pub(crate) fn reply<M: Message>(&self, response: &M) -> Result<Reply, DispatchError> {
        self.reply_as(response, self.version)
    }

    pub(crate) fn reply_as<M: Message>(
        &self,
        response: &M,
        version: i16,
    ) -> Result<Reply, DispatchError> {
        let chunks =
            encode_response(self.key, version, self.correlation_id, response).map_err(|error| {
                DispatchError::Reply {
                    key: self.key,
                    version,
                    error,
                }
            })?;
        let metrics = self.shard.metrics();
        response.errors(&mut |code| metrics.error(self.key, code));
        Ok(Reply {
            chunks,
            share: Share::EMPTY,
            stamp: Some(Stamp {
                api: self.key,
                begun: self.begun,
                waited: self.waited.get(),
                ready: Instant::now(),
            }),
        })
    }

    /// Has the controller decide something, and waits until it holds.
    pub(crate) async fn decide<R: Send + 'static>(
        &self,
        decide: impl FnOnce(&Controller<'_>) -> Decision<R> + Send + 'static,
    ) -> Result<R, Failure> {
        let decided = self.shard.shared().control.decide(decide);
        let purgatory = &self.shard.metrics().purgatory.metadata;
        self.wait(purgatory, decided).await
    }

    /// Waits for what an API waits for, which is counted in `purgatory` and measured.
    pub(crate) async fn wait<F: Future>(&self, purgatory: &Gauge, waiting: F) -> F::Output {
        purgatory.inc();
        let counted = Counted(purgatory.clone());
        let begun = Instant::now();
        let output = waiting.await;
        self.waited.set(self.waited.get() + begun.elapsed());
        drop(counted);
        output
    }

    /// Reads a request. Bytes after its end are ignored, as Kafka ignores them: librdkafka 2.x sends
    /// three of them after a Metadata request for all topics.
    pub(crate) fn decode<R: Request>(&self, mut body: Reader) -> Result<R, DispatchError> {
        R::decode(&mut body, self.version).map_err(|error| DispatchError::Body {
            key: self.key,
            version: self.version,
            error,
        })
    }

    /// Reads a request, has it handled and writes its response.
    pub(crate) async fn answer<R, F>(
        self,
        body: Reader,
        handler: impl FnOnce(Self, R) -> F,
    ) -> Result<Option<Pending>, DispatchError>
    where
        R: Request,
        F: Future<Output = R::Response>,
    {
        let request = self.decode::<R>(body)?;
        let response = handler(self.clone(), request).await;
        let mut reply = self.reply(&response)?;
        drop(response);
        let bytes = reply.len();
        if bytes > LARGE_REPLY {
            let budget = &self.shard.shared().reply_budget;
            let granted = budget.grow(&mut reply.share, bytes).await;
            granted.map_err(|_| DispatchError::Memory {
                key: self.key,
                version: self.version,
                bytes,
            })?;
        }
        Ok(Some(Pending::Ready(reply)))
    }
}
