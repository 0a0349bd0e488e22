//! What the coordinator promises to clients, to partitions and to its successor.

mod ending;
mod expiring;
mod fencing;
mod hostile;
mod listing;
mod random;
mod shell;

use kavka_protocol::messages::add_partitions_to_txn_request::{
    AddPartitionsToTxnTopic, AddPartitionsToTxnTransaction,
};
use kavka_protocol::messages::{
    EndTxnRequest, EndTxnResponse, InitProducerIdRequest, InitProducerIdResponse,
};

use super::*;
use crate::log::{Marker, Outcome};
use shell::Shell;

/// The versions in which clients that keep their epoch ask, and those whose epoch is bumped.
const PLAIN: i16 = 4;
const BUMPING: i16 = 5;

fn code(code: i16) -> ErrorCode {
    ErrorCode::from_code(code)
}

fn init_request(id: &str, expected: (i64, i16)) -> TransactionRequest {
    TransactionRequest::InitProducerId(InitProducerIdRequest {
        transactional_id: Some(id.to_owned()),
        transaction_timeout_ms: 60_000,
        producer_id: expected.0,
        producer_epoch: expected.1,
        ..Default::default()
    })
}

fn transaction(
    id: &str,
    (producer, epoch): (i64, i16),
    partitions: &[i32],
) -> AddPartitionsToTxnTransaction {
    AddPartitionsToTxnTransaction {
        transactional_id: id.to_owned(),
        producer_id: producer,
        producer_epoch: epoch,
        verify_only: false,
        topics: vec![AddPartitionsToTxnTopic {
            name: "t".to_owned(),
            partitions: partitions.to_vec(),
        }],
    }
}

fn end_request(id: &str, (producer, epoch): (i64, i16), outcome: Outcome) -> TransactionRequest {
    TransactionRequest::EndTxn(EndTxnRequest {
        transactional_id: id.to_owned(),
        producer_id: producer,
        producer_epoch: epoch,
        committed: outcome == Outcome::Commit,
    })
}

/// Requests that are answered at once or as soon as everything under way is done.
impl Shell {
    fn init(&mut self, expected: (i64, i16)) -> InitProducerIdResponse {
        let token = self.send(5, init_request("id", expected));
        match self.settled(token) {
            TransactionResponse::InitProducerId(response) => response,
            other => panic!("{other:?}"),
        }
    }

    /// Begins as a new client; the producer's id and epoch.
    fn begin(&mut self) -> (i64, i16) {
        let response = self.init((-1, -1));
        assert_eq!(code(response.error_code), ErrorCode::None);
        (response.producer_id, response.producer_epoch)
    }

    fn add(&mut self, version: i16, producer: (i64, i16), partitions: &[i32]) -> ErrorCode {
        let client = if version >= 5 {
            TransactionVersion::V2
        } else {
            TransactionVersion::V0
        };
        let transaction = transaction("id", producer, partitions);
        let request = TransactionRequest::AddPartitions {
            transaction,
            client,
        };
        let token = self.send(version, request);
        first_code(&self.settled(token))
    }

    fn verify(&mut self, producer: (i64, i16), partition: i32) -> ErrorCode {
        let mut transaction = transaction("id", producer, &[partition]);
        transaction.verify_only = true;
        let client = TransactionVersion::V0;
        let token = self.send(
            4,
            TransactionRequest::AddPartitions {
                transaction,
                client,
            },
        );
        first_code(&self.take(token).expect("is answered at once"))
    }

    fn end(&mut self, version: i16, producer: (i64, i16), outcome: Outcome) -> EndTxnResponse {
        let token = self.send(version, end_request("id", producer, outcome));
        match self.answered(token) {
            TransactionResponse::EndTxn(response) => response,
            other => panic!("{other:?}"),
        }
    }

    fn status(&self) -> &state::Status {
        &self.coordinator.transactions["id"].status
    }
}

fn first_code(response: &TransactionResponse) -> ErrorCode {
    match response {
        TransactionResponse::AddPartitions(result) => {
            code(result.topic_results[0].results_by_partition[0].partition_error_code)
        }
        other => panic!("{other:?}"),
    }
}
