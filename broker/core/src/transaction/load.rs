//! Partitions of `__transaction_state` that this broker comes to lead, and ceases to.

use kavka_protocol::ErrorCode;

use super::TransactionCoordinator;
use super::answer::refuse;
use super::messages::TransactionOutput;
use super::records;
use super::state::{Then, Transaction};
use crate::group::{Context, CoordinatorRecord};
use crate::types::PartitionIndex;

impl TransactionCoordinator {
    /// Takes in records in order of the log: later ones replace earlier ones.
    pub(super) fn load(&mut self, partition: PartitionIndex, records: &[CoordinatorRecord]) {
        let Some(owned) = self.owned.get(&partition).filter(|owned| owned.loading) else {
            return;
        };
        for record in records {
            match records::read(record) {
                Some((id, Some(status))) => {
                    let transaction = Transaction::new(&id, partition, owned.epoch, status);
                    self.transactions.insert(id, transaction);
                }
                Some((id, None)) => {
                    self.transactions.remove(&id);
                }
                None => {
                    let partition = partition.0;
                    tracing::warn!(partition, "unknown record of transactions, skipped");
                }
            }
        }
    }

    /// Everything is there: transactions that were decided are brought to their end.
    pub(super) fn load_done(
        &mut self,
        partition: PartitionIndex,
        context: &Context<'_>,
        out: &mut Vec<TransactionOutput>,
    ) {
        let Some(owned) = self.owned.get_mut(&partition).filter(|owned| owned.loading) else {
            return;
        };
        owned.loading = false;
        for id in self.ids_of(partition) {
            self.with(&id, context, out, |transaction, fx| {
                if transaction.status.state.ending().is_some() {
                    transaction.send_markers(fx);
                }
            });
        }
    }

    /// Another broker has the transactions: everyone who waits is sent there.
    pub(super) fn resign(&mut self, partition: PartitionIndex, out: &mut Vec<TransactionOutput>) {
        self.owned.remove(&partition);
        let code = ErrorCode::NotCoordinator;
        for id in self.ids_of(partition) {
            let Some(transaction) = self.transactions.remove(&id) else {
                continue;
            };
            match transaction.change.map(|change| change.then) {
                Some(Then::Reply(answer)) => answer.give(Err(code), &transaction.status, out),
                Some(Then::ComeAgain(waiting, request)) => refuse(waiting, &request, code, out),
                Some(Then::Nothing) | None => {}
            }
            for parked in transaction.parked {
                refuse(parked.waiting, &parked.request, code, out);
            }
        }
    }

    fn ids_of(&self, partition: PartitionIndex) -> Vec<String> {
        let of = |transaction: &&Transaction| transaction.partition == partition;
        let transactions = self.transactions.values().filter(of);
        transactions
            .map(|transaction| transaction.id.clone())
            .collect()
    }
}
