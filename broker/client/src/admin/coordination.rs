//! Finds the broker that coordinates a group, and waits while a group moves.

use std::time::Duration;

use kavka_protocol::messages::FindCoordinatorRequest;
use kavka_protocol::{ErrorCode, Request};
use tokio::time::{Instant, sleep};

use crate::client::{Client, Target};
use crate::error::{ApiError, ClientError};

/// Who is asked about groups.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place<'a> {
    /// The broker with this `node.id`.
    Node(i32),
    /// The broker that coordinates this group.
    CoordinatorOf(&'a str),
}

/// Time between two tries.
const PAUSE: Duration = Duration::from_millis(100);

impl Client {
    /// The `node.id` of the broker that coordinates the group. Waits while the cluster makes its
    /// offsets topic.
    pub async fn find_coordinator(&self, group: &str) -> Result<i32, ClientError> {
        let end = Instant::now() + self.options().request_timeout;
        loop {
            match self.find_coordinator_once(group).await {
                Err(error) if is_moving(&error) && Instant::now() < end => sleep(PAUSE).await,
                settled => return settled,
            }
        }
    }

    async fn find_coordinator_once(&self, group: &str) -> Result<i32, ClientError> {
        let request = FindCoordinatorRequest {
            key: group.to_owned(),
            ..FindCoordinatorRequest::default()
        };
        // Version 4 asks for many keys at once, in other fields.
        let response = self.send_up_to(Target::Any, 3, &request).await?;
        ApiError::check(response.error_code, response.error_message)
            .map_err(|error| self.refused::<FindCoordinatorRequest>(error))?;
        Ok(response.node_id)
    }

    /// Sends a request, in a version not above `most`, and again while the answer says that the
    /// group is on its way elsewhere; `code` finds the answer's error.
    pub(super) async fn send_settled<R: Request>(
        &self,
        place: Place<'_>,
        most: i16,
        request: &R,
        code: fn(&R::Response) -> i16,
    ) -> Result<R::Response, ClientError> {
        let end = Instant::now() + self.options().request_timeout;
        loop {
            let node = match place {
                Place::Node(node) => node,
                Place::CoordinatorOf(group) => self.find_coordinator(group).await?,
            };
            let response = self.send_up_to(Target::Node(node), most, request).await?;
            let code = ErrorCode::from_code(code(&response));
            if !is_passing(code) {
                return Ok(response);
            }
            if Instant::now() >= end {
                return Err(self.refused::<R>(ApiError {
                    code,
                    message: None,
                }));
            }
            tracing::debug!(%code, api = %R::KEY, "asking again");
            sleep(PAUSE).await;
            self.refresh().await?;
        }
    }
}

fn is_passing(code: ErrorCode) -> bool {
    matches!(
        code,
        ErrorCode::NotCoordinator
            | ErrorCode::CoordinatorNotAvailable
            | ErrorCode::CoordinatorLoadInProgress
    )
}

fn is_moving(error: &ClientError) -> bool {
    matches!(error, ClientError::Refused { error, .. } if is_passing(error.code))
}
