//! From a frame to the handler of its API, and back to a frame.

use std::cell::Cell;
use std::future::Future;
use std::net::IpAddr;
use std::rc::Rc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use kavka_core::metadata::controller::{Controller, Decision};
use kavka_protocol::header::{decode_request_header, encode_response};
use kavka_protocol::messages::{ApiVersionsRequest, FetchRequest, ProduceRequest};
use kavka_protocol::{ApiKey, DecodeError, DecodeFault, EncodeError, Message, Reader, Request};
use prometheus_client::metrics::gauge::Gauge;

use crate::api;
use crate::connection::Origin;
use crate::connection::budget::Share;
use crate::connection::frame::Frame;
use crate::connection::outbox::{Pending, Reply, Stamp};
use crate::failure::Failure;
use crate::shard::Shard;

/// The APIs that this broker serves: what `ApiVersions` announces, and what is dispatched below.
pub(crate) const SERVED: &[ApiKey] = &[
    ApiKey::Produce,
    ApiKey::Fetch,
    ApiKey::ListOffsets,
    ApiKey::Metadata,
    ApiKey::OffsetCommit,
    ApiKey::OffsetFetch,
    ApiKey::FindCoordinator,
    ApiKey::JoinGroup,
    ApiKey::Heartbeat,
    ApiKey::LeaveGroup,
    ApiKey::SyncGroup,
    ApiKey::DescribeGroups,
    ApiKey::ListGroups,
    ApiKey::ApiVersions,
    ApiKey::CreateTopics,
    ApiKey::DeleteTopics,
    ApiKey::DeleteRecords,
    ApiKey::InitProducerId,
    ApiKey::OffsetForLeaderEpoch,
    ApiKey::DescribeConfigs,
    ApiKey::AlterConfigs,
    ApiKey::DescribeLogDirs,
    ApiKey::CreatePartitions,
    ApiKey::DeleteGroups,
    ApiKey::ElectLeaders,
    ApiKey::IncrementalAlterConfigs,
    ApiKey::OffsetDelete,
    ApiKey::DescribeQuorum,
    ApiKey::UpdateFeatures,
    ApiKey::DescribeCluster,
    ApiKey::ListConfigResources,
    ApiKey::DescribeTopicPartitions,
    ApiKey::AddPartitionsToTxn,
    ApiKey::AddOffsetsToTxn,
    ApiKey::EndTxn,
    ApiKey::WriteTxnMarkers,
    ApiKey::TxnOffsetCommit,
    ApiKey::DescribeProducers,
    ApiKey::DescribeTransactions,
    ApiKey::ListTransactions,
];

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
    /// The reply frame that carries `response`.
    fn reply<M: Message>(&self, response: &M) -> Result<Reply, DispatchError> {
        self.reply_as(response, self.version)
    }

    fn reply_as<M: Message>(&self, response: &M, version: i16) -> Result<Reply, DispatchError> {
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
    fn decode<R: Request>(&self, mut body: Reader) -> Result<R, DispatchError> {
        R::decode(&mut body, self.version).map_err(|error| DispatchError::Body {
            key: self.key,
            version: self.version,
            error,
        })
    }

    /// Reads a request, has it handled and writes its response.
    async fn answer<R, F>(
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

/// Handles one request. The reply to Produce may come later; all others are complete on return, so
/// that the requests of one connection take effect in their order.
pub(crate) async fn dispatch(
    shard: &Rc<Shard>,
    origin: &Origin,
    frame: Frame,
) -> Result<Option<Pending>, DispatchError> {
    let begun = Instant::now();
    let Frame { bytes, share } = frame;
    let key = api_key(&bytes).ok_or(DispatchError::Short(bytes.len()))?;
    let key = ApiKey::from_code(key)
        .filter(|key| SERVED.contains(key))
        .ok_or(DispatchError::UnknownApi { key })?;
    let elements = shard.settings().request_elements_max;
    let mut body = Reader::new(bytes).limit_elements(usize::try_from(elements).unwrap_or(0));
    let header = decode_request_header(&mut body).map_err(DispatchError::Header)?;
    let call = Call {
        shard: Rc::clone(shard),
        listener: origin.listener,
        client_id: header.client_id.unwrap_or_default(),
        client_address: origin.peer.ip(),
        key,
        version: header.request_api_version,
        correlation_id: header.correlation_id,
        begun,
        waited: Rc::default(),
    };
    if !key
        .versions()
        .is_some_and(|served| served.contains(&call.version))
    {
        return unknown_version(&call);
    }
    shard.metrics().handled(key, call.version);
    let pending = if key == ApiKey::Produce {
        produce(call, body, share).await?
    } else {
        let pending = handle(call, body).await?;
        drop(share);
        pending
    };
    Ok(pending)
}

/// The first two bytes of every request.
fn api_key(frame: &Bytes) -> Option<i16> {
    frame.first_chunk().map(|key| i16::from_be_bytes(*key))
}

/// KIP-511: an unknown version of `ApiVersions` gets a reply of version 0 with error 35 and the
/// range that is served, so that a newer client can fall back.
fn unknown_version(call: &Call) -> Result<Option<Pending>, DispatchError> {
    if call.key != ApiKey::ApiVersions {
        return Err(DispatchError::UnknownVersion {
            key: call.key,
            version: call.version,
        });
    }
    let response = api::api_versions::unsupported();
    Ok(Some(Pending::Ready(call.reply_as(&response, 0)?)))
}

async fn produce(call: Call, body: Reader, share: Share) -> Result<Option<Pending>, DispatchError> {
    let request = call.decode::<ProduceRequest>(body)?;
    let silent = request.acks == 0;
    let outcome = api::produce::append(&call, request).await;
    let reply = async move {
        let response = outcome.wait(&call).await;
        drop(share);
        if silent {
            return None;
        }
        match call.reply(&response) {
            Ok(reply) => Some(reply),
            Err(error) => {
                tracing::error!(%error, "reply not sent");
                None
            }
        }
    };
    Ok(Some(Pending::Later(Box::pin(reply))))
}

async fn fetch(call: Call, body: Reader) -> Result<Option<Pending>, DispatchError> {
    let request = call.decode::<FetchRequest>(body)?;
    let (response, share) = api::fetch::handle(&call, request).await;
    let reply = call.reply(&response)?;
    Ok(Some(Pending::Ready(Reply { share, ..reply })))
}

async fn handle(call: Call, body: Reader) -> Result<Option<Pending>, DispatchError> {
    match call.key {
        ApiKey::ApiVersions => {
            call.answer(body, |call, request: ApiVersionsRequest| async move {
                api::api_versions::handle(&call, &request)
            })
            .await
        }
        ApiKey::Metadata => call.answer(body, api::metadata::handle).await,
        ApiKey::Fetch => fetch(call, body).await,
        ApiKey::ListOffsets => call.answer(body, api::list_offsets::handle).await,
        ApiKey::CreateTopics => call.answer(body, api::topics::create).await,
        ApiKey::DeleteTopics => call.answer(body, api::topics::delete).await,
        ApiKey::DeleteRecords => call.answer(body, api::delete_records::handle).await,
        ApiKey::CreatePartitions => call.answer(body, api::topics::create_partitions).await,
        ApiKey::DescribeConfigs => call.answer(body, api::configs::describe).await,
        ApiKey::AlterConfigs => call.answer(body, api::configs::replace).await,
        ApiKey::IncrementalAlterConfigs => call.answer(body, api::configs::alter).await,
        ApiKey::ListConfigResources => call.answer(body, api::configs::list).await,
        ApiKey::DescribeCluster => call.answer(body, api::cluster::describe).await,
        ApiKey::DescribeLogDirs => call.answer(body, api::cluster::describe_log_dirs).await,
        ApiKey::DescribeQuorum => call.answer(body, api::quorum::describe).await,
        ApiKey::ElectLeaders => call.answer(body, api::elections::elect).await,
        ApiKey::UpdateFeatures => call.answer(body, api::features::update).await,
        ApiKey::DescribeTopicPartitions => {
            call.answer(body, api::metadata::describe_topic_partitions)
                .await
        }
        ApiKey::OffsetForLeaderEpoch => call.answer(body, api::epochs::handle).await,
        ApiKey::InitProducerId => call.answer(body, api::producer_ids::init).await,
        ApiKey::FindCoordinator => call.answer(body, api::groups::find_coordinator).await,
        ApiKey::JoinGroup => call.answer(body, api::groups::join).await,
        ApiKey::SyncGroup => call.answer(body, api::groups::sync).await,
        ApiKey::Heartbeat => call.answer(body, api::groups::heartbeat).await,
        ApiKey::LeaveGroup => call.answer(body, api::groups::leave).await,
        ApiKey::OffsetCommit => call.answer(body, api::groups::commit).await,
        ApiKey::OffsetFetch => call.answer(body, api::groups::fetch_offsets).await,
        ApiKey::DescribeGroups => call.answer(body, api::groups::describe).await,
        ApiKey::ListGroups => call.answer(body, api::groups::list).await,
        ApiKey::DeleteGroups => call.answer(body, api::groups::delete).await,
        ApiKey::OffsetDelete => call.answer(body, api::groups::delete_offsets).await,
        key => transactions(call, key, body).await,
    }
}

async fn transactions(
    call: Call,
    key: ApiKey,
    body: Reader,
) -> Result<Option<Pending>, DispatchError> {
    match key {
        ApiKey::AddPartitionsToTxn => call.answer(body, api::transactions::add_partitions).await,
        ApiKey::AddOffsetsToTxn => call.answer(body, api::transactions::add_offsets).await,
        ApiKey::EndTxn => call.answer(body, api::transactions::end).await,
        ApiKey::WriteTxnMarkers => call.answer(body, api::transactions::write_markers).await,
        ApiKey::TxnOffsetCommit => call.answer(body, api::transactions::commit_offsets).await,
        ApiKey::DescribeTransactions => call.answer(body, api::transactions::describe).await,
        ApiKey::ListTransactions => call.answer(body, api::transactions::list).await,
        ApiKey::DescribeProducers => call.answer(body, api::producers::describe).await,
        key => Err(DispatchError::UnknownApi { key: key.code() }),
    }
}
