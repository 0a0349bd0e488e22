//! `InitProducerId` (KIP-98, 360) for idempotent producers.

use kavka_protocol::ErrorCode;
use kavka_protocol::messages::{InitProducerIdRequest, InitProducerIdResponse};

use crate::dispatch::Call;
use crate::failure::Failure;

/// Answers `InitProducerId`: a fresh producer id with epoch 0, also where the client brings an old
/// one, as Kafka does for producers without a transactional id.
pub(crate) async fn init(call: Call, request: InitProducerIdRequest) -> InitProducerIdResponse {
    if request.transactional_id.is_some() {
        // There is no coordinator of transactions; fatal for the client, which must not wait for
        // one.
        return refused(ErrorCode::InvalidRequest);
    }
    match call.shard.next_producer_id().await {
        Ok(producer_id) => InitProducerIdResponse {
            producer_id: producer_id.0,
            producer_epoch: 0,
            ..InitProducerIdResponse::default()
        },
        Err(failure @ Failure::Stopping) => {
            tracing::debug!(error = %failure, "no producer id");
            refused(ErrorCode::CoordinatorNotAvailable)
        }
        Err(failure) => {
            tracing::warn!(error = %failure, "no producer id");
            refused(ErrorCode::CoordinatorLoadInProgress)
        }
    }
}

fn refused(code: ErrorCode) -> InitProducerIdResponse {
    InitProducerIdResponse {
        error_code: code.code(),
        producer_id: -1,
        producer_epoch: -1,
        ..InitProducerIdResponse::default()
    }
}
