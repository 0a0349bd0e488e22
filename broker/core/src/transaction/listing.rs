//! `DescribeTransactions` and `ListTransactions` (KIP-664, 994, 1152).

use kavka_protocol::ErrorCode;
use kavka_protocol::messages::describe_transactions_response::{TopicData, TransactionState};
use kavka_protocol::messages::list_transactions_response::TransactionState as Listed;
use kavka_protocol::messages::{
    DescribeTransactionsRequest, DescribeTransactionsResponse, ListTransactionsRequest,
    ListTransactionsResponse,
};
use regex::Regex;

use super::TransactionCoordinator;
use super::state::{State, Transaction};
use crate::types::Timestamp;

impl TransactionCoordinator {
    pub(super) fn describe(
        &self,
        request: &DescribeTransactionsRequest,
    ) -> DescribeTransactionsResponse {
        let states = request.transactional_ids.iter().map(|id| self.state_of(id));
        DescribeTransactionsResponse {
            transaction_states: states.collect(),
            ..Default::default()
        }
    }

    fn state_of(&self, id: &str) -> TransactionState {
        let refused = |code: ErrorCode| TransactionState {
            error_code: code.code(),
            transactional_id: id.to_owned(),
            ..Default::default()
        };
        if id.is_empty() {
            return refused(ErrorCode::InvalidRequest);
        }
        if let Err(code) = self.serving(id) {
            return refused(code);
        }
        match self.transactions.get(id) {
            Some(transaction) => transaction.described(),
            None => refused(ErrorCode::TransactionalIdNotFound),
        }
    }

    pub(super) fn list(
        &self,
        request: &ListTransactionsRequest,
        wall: Timestamp,
    ) -> ListTransactionsResponse {
        let known = |name: &String| State::ALL.iter().any(|state| state.name() == name);
        let unknown = request.state_filters.iter().filter(|name| !known(name));
        let mut response = ListTransactionsResponse {
            unknown_state_filters: unknown.cloned().collect(),
            ..Default::default()
        };
        if self.owned.values().any(|owned| owned.loading) {
            response.error_code = ErrorCode::CoordinatorLoadInProgress.code();
            return response;
        }
        let pattern = request.transactional_id_pattern.as_deref();
        let pattern = pattern.filter(|pattern| !pattern.is_empty());
        let pattern = match pattern.map(|pattern| Regex::new(&format!("^(?:{pattern})$"))) {
            None => None,
            Some(Ok(pattern)) => Some(pattern),
            Some(Err(_)) => {
                response.error_code = ErrorCode::InvalidRegularExpression.code();
                return response;
            }
        };
        let asked = |transaction: &&Transaction| {
            let status = &transaction.status;
            let state = status.state.name();
            let open_for = wall.0.saturating_sub(status.started.0);
            (request.state_filters.is_empty() || request.state_filters.iter().any(|s| s == state))
                && (request.producer_id_filters.is_empty()
                    || request.producer_id_filters.contains(&status.producer.0))
                && (request.duration_filter < 0
                    || (status.state.is_open() && open_for > request.duration_filter))
                && pattern
                    .as_ref()
                    .is_none_or(|pattern| pattern.is_match(&transaction.id))
        };
        let listed = self.transactions.values().filter(asked);
        let listed = listed.map(|transaction| Listed {
            transactional_id: transaction.id.clone(),
            producer_id: transaction.status.producer.0,
            transaction_state: transaction.status.state.name().to_owned(),
        });
        response.transaction_states = listed.collect();
        response
    }
}

impl State {
    /// Whether it has begun and is not complete.
    fn is_open(self) -> bool {
        matches!(
            self,
            Self::Ongoing | Self::PrepareCommit | Self::PrepareAbort
        )
    }
}

impl Transaction {
    fn described(&self) -> TransactionState {
        let status = &self.status;
        let mut topics: Vec<TopicData> = Vec::new();
        for one in &status.partitions {
            match topics.last_mut() {
                Some(last) if last.topic == one.topic => last.partitions.push(one.partition),
                _ => topics.push(TopicData {
                    topic: one.topic.clone(),
                    partitions: vec![one.partition],
                }),
            }
        }
        TransactionState {
            error_code: ErrorCode::None.code(),
            transactional_id: self.id.clone(),
            transaction_state: status.state.name().to_owned(),
            transaction_timeout_ms: status.timeout_ms,
            transaction_start_time_ms: status.started.0,
            producer_id: status.producer.0,
            producer_epoch: status.epoch.0,
            topics,
        }
    }
}
