//! From a frame to the handler of its API, and back to a frame.

use std::rc::Rc;

use bytes::Bytes;
use kavka_protocol::header::decode_request_header;
use kavka_protocol::messages::{ApiVersionsRequest, FetchRequest, ProduceRequest};
use kavka_protocol::{ApiKey, Reader};

use crate::api;
use crate::call::{Call, DispatchError};
use crate::connection::frame::{Frame, Memory};
use crate::connection::origin::Origin;
use crate::connection::outbox::{Pending, Reply};
use crate::shard::Shard;

/// Handles one request. The reply to Produce may come later; all others are complete on return, so
/// that the requests of one connection take effect in their order.
pub(crate) async fn dispatch(
    shard: &Rc<Shard>,
    origin: &Origin,
    frame: Frame,
) -> Result<Option<Pending>, DispatchError> {
    let Frame { bytes, memory } = frame;
    let key = api_key(&bytes).ok_or(DispatchError::Short(bytes.len()))?;
    let key = ApiKey::from_code(key)
        .filter(|key| api::SERVED.contains(key))
        .ok_or(DispatchError::UnknownApi { key })?;
    let elements = shard.settings().request_elements_max;
    let mut body = Reader::new(bytes).limit_elements(usize::try_from(elements).unwrap_or(0));
    let header = decode_request_header(&mut body).map_err(DispatchError::Header)?;
    let call = Call::new(shard, origin, key, header);
    if !key
        .versions()
        .is_some_and(|served| served.contains(&call.version))
    {
        return unknown_version(&call);
    }
    shard.metrics().handled(key, call.version);
    let pending = if key == ApiKey::Produce {
        produce(call, body, memory).await?
    } else {
        let pending = handle(call, body).await?;
        drop(memory);
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

async fn produce(
    call: Call,
    body: Reader,
    memory: Memory,
) -> Result<Option<Pending>, DispatchError> {
    let request = call.decode::<ProduceRequest>(body)?;
    let silent = request.acks == 0;
    let outcome = api::produce::append(&call, request).await;
    let reply = async move {
        let response = outcome.wait(&call).await;
        drop(memory);
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
