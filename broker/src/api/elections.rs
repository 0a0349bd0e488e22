//! `ElectLeaders`.

use kavka_protocol::messages::{ElectLeadersRequest, ElectLeadersResponse};

use crate::call::Call;

/// Answers `ElectLeaders`.
pub(crate) async fn elect(call: Call, request: ElectLeadersRequest) -> ElectLeadersResponse {
    let decided = call
        .decide(move |controller| controller.elect_leaders(&request))
        .await;
    decided.unwrap_or_else(|failure| ElectLeadersResponse {
        error_code: failure.code().code(),
        ..ElectLeadersResponse::default()
    })
}
