//! `InitProducerId` (KIP-98, 360).

use kavka_protocol::ErrorCode;
use kavka_protocol::messages::{InitProducerIdRequest, InitProducerIdResponse};

use super::transactions;
use crate::call::Call;
use crate::failure::Failure;

/// Answers `InitProducerId`: without a transactional id a fresh producer id with epoch 0, also where
/// the client brings an old one, as Kafka does.
pub(crate) async fn init(call: Call, request: InitProducerIdRequest) -> InitProducerIdResponse {
    if request.transactional_id.is_some() {
        return transactions::init(call, request).await;
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

pub(super) fn refused(code: ErrorCode) -> InitProducerIdResponse {
    InitProducerIdResponse {
        error_code: code.code(),
        producer_id: -1,
        producer_epoch: -1,
        ..InitProducerIdResponse::default()
    }
}
