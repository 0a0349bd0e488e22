//! `DescribeQuorum`.

use kavka_core::quorum::describe_quorum;
use kavka_protocol::messages::{DescribeQuorumRequest, DescribeQuorumResponse};

use crate::call::Call;
use crate::clock::Clock;

/// Answers `DescribeQuorum` with what the quorum's own thread knows.
pub(crate) async fn describe(call: Call, request: DescribeQuorumRequest) -> DescribeQuorumResponse {
    let shared = call.shard.shared();
    match shared.control.status().await {
        Ok(status) => {
            let image = shared.image();
            describe_quorum(&request, call.version, &status, &image, Clock::wall())
        }
        Err(failure) => DescribeQuorumResponse {
            error_code: failure.code().code(),
            error_message: failure.message(),
            ..DescribeQuorumResponse::default()
        },
    }
}
