//! Answers, as the version of each request wants them.

use kavka_protocol::ErrorCode;
use kavka_protocol::messages::add_partitions_to_txn_request::{
    AddPartitionsToTxnTopic, AddPartitionsToTxnTransaction,
};
use kavka_protocol::messages::add_partitions_to_txn_response::{
    AddPartitionsToTxnPartitionResult, AddPartitionsToTxnResult, AddPartitionsToTxnTopicResult,
};
use kavka_protocol::messages::{AddOffsetsToTxnResponse, EndTxnResponse, InitProducerIdResponse};

use super::Waiting;
use super::messages::{TransactionOutput, TransactionRequest, TransactionResponse};
use super::state::{Status, Transaction};
use super::version::TransactionVersion;
use crate::types::{ProducerEpoch, ProducerId};

/// From these versions on clients know `PRODUCER_FENCED` (KIP-588).
const INIT_KNOWS_FENCED: i16 = 4;
const OTHERS_KNOW_FENCED: i16 = 2;

/// An answer that is given once a change is in the log.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Answer {
    Init(Waiting),
    AddPartitions(Waiting, AddPartitionsToTxnTransaction),
    AddOffsets(Waiting),
    End(Waiting),
}

impl Answer {
    /// Gives it; `status` is what the transaction has come to.
    pub(super) fn give(
        &self,
        result: Result<(), ErrorCode>,
        status: &Status,
        out: &mut Vec<TransactionOutput>,
    ) {
        let code = result.err().unwrap_or(ErrorCode::None);
        let now = result.is_ok().then_some(status);
        let (waiting, response) = match self {
            Self::Init(waiting) => (waiting, init(*waiting, code, now)),
            Self::AddPartitions(waiting, transaction) => {
                (waiting, partitions(*waiting, transaction, code))
            }
            Self::AddOffsets(waiting) => (waiting, offsets(*waiting, code)),
            Self::End(waiting) => (waiting, end(*waiting, code, now.map(producer_after))),
        };
        let token = waiting.token;
        out.push(TransactionOutput::Reply { token, response });
    }
}

/// What the client goes on with behind the end of its transaction.
pub(super) fn producer_after(status: &Status) -> (ProducerId, ProducerEpoch) {
    if status.next == ProducerId::NONE {
        (status.producer, status.epoch)
    } else {
        (status.next, ProducerEpoch(0))
    }
}

/// Answers a request with an error.
pub(super) fn refuse(
    waiting: Waiting,
    request: &TransactionRequest,
    code: ErrorCode,
    out: &mut Vec<TransactionOutput>,
) {
    let response = match request {
        TransactionRequest::InitProducerId(_) => init(waiting, code, None),
        TransactionRequest::AddPartitions { transaction, .. } => {
            partitions(waiting, transaction, code)
        }
        TransactionRequest::AddOffsets(_) => offsets(waiting, code),
        TransactionRequest::EndTxn(_) => end(waiting, code, None),
        TransactionRequest::Describe(_) | TransactionRequest::List(_) => return,
    };
    let token = waiting.token;
    out.push(TransactionOutput::Reply { token, response });
}

/// Tells that nothing is to be done: the transaction has ended as it should.
pub(super) fn ended_before(waiting: Waiting, status: &Status, out: &mut Vec<TransactionOutput>) {
    let response = end(waiting, ErrorCode::None, Some(producer_after(status)));
    let token = waiting.token;
    out.push(TransactionOutput::Reply { token, response });
}

/// Answers with a result for each partition.
pub(super) fn partition_results(
    waiting: Waiting,
    transaction: &AddPartitionsToTxnTransaction,
    of: impl Fn(&AddPartitionsToTxnTopic, i32) -> ErrorCode,
    out: &mut Vec<TransactionOutput>,
) {
    let topics = transaction.topics.iter().map(|topic| {
        let results = topic.partitions.iter();
        let results = results.map(|index| AddPartitionsToTxnPartitionResult {
            partition_index: *index,
            partition_error_code: known(of(topic, *index), waiting, OTHERS_KNOW_FENCED),
        });
        AddPartitionsToTxnTopicResult {
            name: topic.name.clone(),
            results_by_partition: results.collect(),
        }
    });
    let response = AddPartitionsToTxnResult {
        transactional_id: transaction.transactional_id.clone(),
        topic_results: topics.collect(),
    };
    let (token, response) = (waiting.token, TransactionResponse::AddPartitions(response));
    out.push(TransactionOutput::Reply { token, response });
}

fn partitions(
    waiting: Waiting,
    transaction: &AddPartitionsToTxnTransaction,
    code: ErrorCode,
) -> TransactionResponse {
    let mut out = Vec::new();
    partition_results(waiting, transaction, |_, _| code, &mut out);
    match out.pop() {
        Some(TransactionOutput::Reply { response, .. }) => response,
        _ => TransactionResponse::AddPartitions(AddPartitionsToTxnResult::default()),
    }
}

fn offsets(waiting: Waiting, code: ErrorCode) -> TransactionResponse {
    TransactionResponse::AddOffsets(AddOffsetsToTxnResponse {
        error_code: known(code, waiting, OTHERS_KNOW_FENCED),
        ..Default::default()
    })
}

fn init(waiting: Waiting, code: ErrorCode, status: Option<&Status>) -> TransactionResponse {
    TransactionResponse::InitProducerId(InitProducerIdResponse {
        error_code: known(code, waiting, INIT_KNOWS_FENCED),
        producer_id: status.map_or(ProducerId::NONE, |status| status.producer).0,
        producer_epoch: status.map_or(ProducerEpoch::NONE, |status| status.epoch).0,
        ..Default::default()
    })
}

fn end(
    waiting: Waiting,
    code: ErrorCode,
    next: Option<(ProducerId, ProducerEpoch)>,
) -> TransactionResponse {
    let told = TransactionVersion::of_end_txn(waiting.version).bumps_epoch();
    let next = next.filter(|_| told);
    let (producer, epoch) = next.unwrap_or((ProducerId::NONE, ProducerEpoch::NONE));
    TransactionResponse::EndTxn(EndTxnResponse {
        error_code: known(code, waiting, OTHERS_KNOW_FENCED),
        producer_id: producer.0,
        producer_epoch: epoch.0,
        ..Default::default()
    })
}

/// The code, or what stood for it before clients knew it.
fn known(code: ErrorCode, waiting: Waiting, fenced_from: i16) -> i16 {
    match code {
        ErrorCode::ProducerFenced if waiting.version < fenced_from => {
            ErrorCode::InvalidProducerEpoch.code()
        }
        code => code.code(),
    }
}

/// The transactional id that a request speaks of; empty for those that speak of several.
pub(super) fn id_of(request: &TransactionRequest) -> &str {
    match request {
        TransactionRequest::InitProducerId(request) => {
            request.transactional_id.as_deref().unwrap_or_default()
        }
        TransactionRequest::AddPartitions { transaction, .. } => &transaction.transactional_id,
        TransactionRequest::AddOffsets(request) => &request.transactional_id,
        TransactionRequest::EndTxn(request) => &request.transactional_id,
        TransactionRequest::Describe(_) | TransactionRequest::List(_) => "",
    }
}

/// Whether a request may lead to another producer id.
pub(super) fn may_need_id(request: &TransactionRequest, known: Option<&Transaction>) -> bool {
    match request {
        TransactionRequest::InitProducerId(_) => {
            known.is_none_or(|known| known.status.is_exhausted())
        }
        TransactionRequest::EndTxn(_) => known.is_some_and(|known| known.status.is_exhausted()),
        _ => false,
    }
}
