//! A client that begins transactions, writes to several partitions and ends them.

use std::collections::BTreeMap;

use kavka_core::log::Outcome;
use kavka_core::transaction::{TransactionRequest, TransactionResponse, TransactionVersion};
use kavka_core::types::{Lsn, ReplyToken};
use kavka_protocol::messages::add_partitions_to_txn_request::{
    AddPartitionsToTxnTopic, AddPartitionsToTxnTransaction,
};
use kavka_protocol::messages::{EndTxnRequest, InitProducerIdRequest};

use super::shell::Shell;
use super::{PARTITIONS, TOPIC, World};

/// What it waits for.
#[derive(Debug, Clone, Copy)]
enum Doing {
    Beginning,
    AskedForId(ReplyToken),
    Ready,
    Adding(i32, ReplyToken),
    Writing(i32, u64, Lsn),
    Ending(Outcome, ReplyToken),
}

/// It takes a new epoch with each end.
pub(super) struct Client {
    id: &'static str,
    producer: (i64, i16),
    sequences: BTreeMap<i32, i32>,
    attempt: usize,
    doing: Doing,
}

impl Client {
    pub(super) fn new(id: &'static str) -> Self {
        Self {
            id,
            producer: (-1, -1),
            sequences: BTreeMap::new(),
            attempt: 0,
            doing: Doing::Beginning,
        }
    }

    pub(super) fn is_ready(&self) -> bool {
        matches!(self.doing, Doing::Ready)
    }

    /// Ends what a client before has left open.
    pub(super) fn take_over(&mut self, shell: &mut Shell, world: &mut World) -> Result<(), String> {
        if self.is_ready() {
            return Ok(());
        }
        self.step(shell, world)
    }

    pub(super) fn step(&mut self, shell: &mut Shell, world: &mut World) -> Result<(), String> {
        match self.doing {
            Doing::Beginning => {
                let request = TransactionRequest::InitProducerId(InitProducerIdRequest {
                    transactional_id: Some(self.id.to_owned()),
                    transaction_timeout_ms: 60_000,
                    producer_id: -1,
                    producer_epoch: -1,
                    ..InitProducerIdRequest::default()
                });
                self.doing = Doing::AskedForId(shell.ask(world, request)?);
            }
            Doing::AskedForId(token) => match shell.answer(token) {
                Some(TransactionResponse::InitProducerId(told)) if told.error_code == 0 => {
                    self.next(world, (told.producer_id, told.producer_epoch));
                }
                Some(_) => self.doing = Doing::Beginning,
                None => {}
            },
            Doing::Ready => self.go_on(shell, world)?,
            Doing::Adding(partition, token) => match shell.answer(token) {
                Some(TransactionResponse::AddPartitions(told)) => {
                    let result = &told.topic_results[0].results_by_partition[0];
                    if result.partition_error_code == 0 {
                        self.write(shell, world, partition);
                    } else {
                        self.doing = Doing::Ready;
                    }
                }
                Some(other) => return Err(format!("{other:?}")),
                None => {}
            },
            Doing::Writing(partition, value, lsn) if lsn <= shell.synced() => {
                let attempt = &mut world.attempts[self.attempt];
                attempt.written.push((partition, value));
                self.doing = Doing::Ready;
            }
            Doing::Writing(..) => {}
            Doing::Ending(outcome, token) => match shell.answer(token) {
                Some(TransactionResponse::EndTxn(told)) if told.error_code == 0 => {
                    world.attempts[self.attempt].told = Some(outcome);
                    self.next(world, (told.producer_id, told.producer_epoch));
                }
                Some(TransactionResponse::EndTxn(_)) => self.end(outcome, shell, world)?,
                Some(other) => return Err(format!("{other:?}")),
                None => {}
            },
        }
        Ok(())
    }

    fn next(&mut self, world: &mut World, producer: (i64, i16)) {
        self.producer = producer;
        self.sequences.clear();
        self.attempt = world.attempt();
        self.doing = Doing::Ready;
    }

    fn go_on(&mut self, shell: &mut Shell, world: &mut World) -> Result<(), String> {
        let has_written = !world.attempts[self.attempt].written.is_empty();
        if has_written && world.random.chance(30) {
            let outcome = if world.random.chance(60) {
                Outcome::Commit
            } else {
                Outcome::Abort
            };
            return self.end(outcome, shell, world);
        }
        let partition = world.random.below(PARTITIONS.unsigned_abs().into());
        let partition = i32::try_from(partition).unwrap();
        let (producer_id, producer_epoch) = self.producer;
        let request = TransactionRequest::AddPartitions {
            transaction: AddPartitionsToTxnTransaction {
                transactional_id: self.id.to_owned(),
                producer_id,
                producer_epoch,
                verify_only: false,
                topics: vec![AddPartitionsToTxnTopic {
                    name: TOPIC.to_owned(),
                    partitions: vec![partition],
                }],
            },
            client: TransactionVersion::V2,
        };
        self.doing = Doing::Adding(partition, shell.ask(world, request)?);
        Ok(())
    }

    fn write(&mut self, shell: &mut Shell, world: &mut World, partition: i32) {
        let value = world.value();
        let sequence = self.sequences.entry(partition).or_default();
        let (producer, epoch) = self.producer;
        self.doing = match shell.write(partition, (producer, epoch, *sequence), value) {
            Ok(lsn) => {
                *sequence += 1;
                Doing::Writing(partition, value, lsn)
            }
            // Somebody has its id, or the power is gone.
            Err(_) => Doing::Beginning,
        };
    }

    fn end(
        &mut self,
        outcome: Outcome,
        shell: &mut Shell,
        world: &mut World,
    ) -> Result<(), String> {
        world.attempts[self.attempt].asked = Some(outcome);
        let (producer_id, producer_epoch) = self.producer;
        let request = TransactionRequest::EndTxn(EndTxnRequest {
            transactional_id: self.id.to_owned(),
            producer_id,
            producer_epoch,
            committed: outcome == Outcome::Commit,
        });
        self.doing = Doing::Ending(outcome, shell.ask(world, request)?);
        Ok(())
    }
}
