//! Clients that write transactions at random, crash and take each other's ids over, while the log
//! and the partitions fail, the coordinator restarts and time passes. Whatever happens, each
//! transaction is visible in all of its partitions once, or nowhere.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::state::{LAST_EPOCH, Status};
use super::*;
use crate::log::{
    Guard, MarkerVerdict, ProducerBatch, ProducerStates, Support, Verifications, Verified,
};
use crate::random::Random;
use crate::types::{Offset, ProducerEpoch, ProducerId, Sequence, Timestamp};
use shell::{Ordered, PARTITIONS};

/// One attempt of a client at a transaction.
type Attempt = u64;

#[derive(Debug, Clone, Copy, PartialEq)]
enum Entry {
    Record(Attempt, ProducerId),
    Marker(Marker),
}

/// A partition with what the log's own code knows of producers.
#[derive(Debug, Default)]
struct Partition {
    states: ProducerStates,
    asked: Verifications,
    log: Vec<Entry>,
}

/// What a client is doing.
#[derive(Debug, Clone, PartialEq)]
enum Doing {
    /// To begin, or to go on with what it had.
    Beginning(Option<ReplyToken>),
    Ready,
    /// Waits for a partition to be part of its transaction.
    Adding(i32, Option<Guard>, Option<ReplyToken>),
    Ending(Outcome, Option<ReplyToken>),
    /// Somebody has its id.
    Fenced,
}

#[derive(Debug)]
struct Client {
    id: &'static str,
    bumps: bool,
    producer: (i64, i16),
    sequences: BTreeMap<i32, i32>,
    attempt: Attempt,
    added: BTreeSet<i32>,
    doing: Doing,
}

/// What a client was told of an attempt.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Told {
    Committed,
    Aborted,
}

struct World {
    shell: Shell,
    random: Random,
    clients: Vec<Client>,
    partitions: Vec<Partition>,
    attempts: Attempt,
    /// Records of each attempt that were taken, by partition.
    taken: BTreeMap<Attempt, BTreeMap<i32, u32>>,
    told: BTreeMap<Attempt, Told>,
    /// Whoever began last with an id, by the producer that it was given.
    owners: BTreeMap<&'static str, (i64, i16)>,
}

impl World {
    fn new(seed: u64) -> Self {
        let mut world = Self {
            shell: Shell::new(),
            random: Random::new(seed),
            clients: Vec::new(),
            partitions: Vec::new(),
            attempts: 0,
            taken: BTreeMap::new(),
            told: BTreeMap::new(),
            owners: BTreeMap::new(),
        };
        world
            .partitions
            .resize_with(usize::try_from(PARTITIONS).unwrap(), Partition::default);
        if seed % 2 == 1 {
            world.use_up_epochs();
        }
        for id in ["a", "b"] {
            world.arrive(id);
        }
        world
    }

    /// The ids were used for long: the epochs of their producers are nearly used up.
    fn use_up_epochs(&mut self) {
        for (id, producer) in [("a", 50), ("b", 51)] {
            let mut status = Status::new(ProducerId(producer), 60_000, self.shell.wall);
            let used = i16::try_from(self.below(6)).unwrap();
            status.epoch = ProducerEpoch(LAST_EPOCH.0 - used);
            let record = records::transaction(id, Some(&status)).unwrap();
            self.shell.log.push(record);
        }
        self.shell.restart();
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.random.next_u64() % bound
    }

    /// Another client begins with an id, also while somebody has it.
    fn arrive(&mut self, id: &'static str) {
        let bumps = self.below(2) == 0;
        self.clients.push(Client {
            id,
            bumps,
            producer: (-1, -1),
            sequences: BTreeMap::new(),
            attempt: 0,
            added: BTreeSet::new(),
            doing: Doing::Beginning(None),
        });
    }

    fn step(&mut self) {
        match self.below(20) {
            0..=10 => {
                let count = u64::try_from(self.clients.len()).unwrap();
                let which = usize::try_from(self.below(count)).unwrap();
                self.act(which);
            }
            11..=14 => self.complete_append(),
            15..=17 => self.deliver_markers(),
            18 => {
                let ms = self.below(3_000);
                self.shell.pass(ms);
            }
            _ => self.disturb(),
        }
    }

    /// Rare events.
    fn disturb(&mut self) {
        match self.below(8) {
            0 => self.restart(),
            1 => self.shell.pass(70_000),
            2 if self.clients.len() < 12 => {
                let id = ["a", "b"][usize::try_from(self.below(2)).unwrap()];
                self.arrive(id);
            }
            3 => {
                // The same client begins anew with what it has (KIP-360).
                let count = u64::try_from(self.clients.len()).unwrap();
                let which = usize::try_from(self.below(count)).unwrap();
                if self.clients[which].doing == Doing::Ready {
                    self.clients[which].doing = Doing::Beginning(None);
                }
            }
            _ => {}
        }
    }

    /// A crash: of what was on its way to the log a part is there, of the markers that were on
    /// their way some were written, and nobody hears of either.
    fn restart(&mut self) {
        let kept = self.below(u64::try_from(self.shell.appends.len()).unwrap() + 1);
        for _ in 0..kept {
            if let Some((_, records)) = self.shell.appends.pop_front() {
                self.shell.log.extend(records);
            }
        }
        for ordered in std::mem::take(&mut self.shell.ordered) {
            for one in ordered.partitions.clone() {
                if self.below(2) == 0 {
                    let _ = self.write_marker(&ordered, one.partition);
                }
            }
        }
        self.shell.restart();
        for client in &mut self.clients {
            match &mut client.doing {
                Doing::Beginning(token) | Doing::Adding(_, _, token) | Doing::Ending(_, token) => {
                    *token = None;
                }
                Doing::Ready | Doing::Fenced => {}
            }
        }
    }

    fn complete_append(&mut self) {
        match self.below(8) {
            0 => self.shell.complete_one(Err(ErrorCode::NotEnoughReplicas)),
            1 => {
                // It is in the log all the same.
                if let Some((_, records)) = self.shell.appends.front() {
                    self.shell.log.extend(records.clone());
                }
                self.shell.complete_one(Err(ErrorCode::RequestTimedOut));
            }
            _ => self.shell.complete_one(Ok(())),
        }
    }

    fn deliver_markers(&mut self) {
        let Some(ordered) = self.shell.ordered.pop_front() else {
            return;
        };
        let mut results = Vec::new();
        for one in ordered.partitions.clone() {
            let result = match self.below(6) {
                0 => Err(ErrorCode::NotEnoughReplicas),
                1 => {
                    let _ = self.write_marker(&ordered, one.partition);
                    Err(ErrorCode::RequestTimedOut)
                }
                _ => self.write_marker(&ordered, one.partition),
            };
            results.push((one, result));
        }
        let markers = ordered.token;
        self.shell
            .input(TransactionInput::MarkersWritten { markers, results });
    }

    fn write_marker(&mut self, ordered: &Ordered, partition: i32) -> Result<(), ErrorCode> {
        let partition = &mut self.partitions[usize::try_from(partition).unwrap()];
        let verdict = partition
            .states
            .check_marker(&ordered.marker, ordered.rule)
            .map_err(|error| panic!("{error}: a coordinator wrote a marker it must not"))?;
        if verdict == MarkerVerdict::New {
            let offset = Offset(i64::try_from(partition.log.len()).unwrap());
            partition.states.end(&ordered.marker, offset, Timestamp(0));
            partition.asked.ended(&ordered.marker, ordered.rule);
            partition.log.push(Entry::Marker(ordered.marker));
        }
        Ok(())
    }

    /// One client goes on with what it does.
    fn act(&mut self, which: usize) {
        let doing = self.clients[which].doing.clone();
        match doing {
            Doing::Beginning(None) => {
                let client = &self.clients[which];
                let request = init_request(client.id, client.producer);
                let token = self.shell.send(5, request);
                self.clients[which].doing = Doing::Beginning(Some(token));
            }
            Doing::Beginning(Some(token)) => {
                if let Some(TransactionResponse::InitProducerId(response)) = self.shell.take(token)
                {
                    self.on_begun(which, &response);
                }
            }
            Doing::Ready => self.go_on(which),
            Doing::Adding(partition, guard, None) => self.add_again(which, partition, guard),
            Doing::Adding(partition, guard, Some(token)) => {
                if let Some(response) = self.shell.take(token) {
                    self.on_added(which, partition, guard, first_code(&response));
                }
            }
            Doing::Ending(outcome, None) => {
                let client = &self.clients[which];
                let version = if client.bumps { BUMPING } else { PLAIN };
                let request = end_request(client.id, client.producer, outcome);
                let token = self.shell.send(version, request);
                self.clients[which].doing = Doing::Ending(outcome, Some(token));
            }
            Doing::Ending(outcome, Some(token)) => {
                if let Some(TransactionResponse::EndTxn(response)) = self.shell.take(token) {
                    self.on_ended(which, outcome, &response);
                }
            }
            Doing::Fenced => {}
        }
    }

    fn on_begun(&mut self, which: usize, response: &InitProducerIdResponse) {
        let client = &mut self.clients[which];
        match code(response.error_code) {
            ErrorCode::None => {
                client.producer = (response.producer_id, response.producer_epoch);
                client.sequences.clear();
                client.doing = Doing::Ready;
                let (id, producer) = (client.id, client.producer);
                self.now_owned(id, producer);
                self.new_attempt(which);
            }
            ErrorCode::ProducerFenced => client.doing = Doing::Fenced,
            _ => client.doing = Doing::Beginning(None),
        }
    }

    /// Answers may be read late: the newest producer is the one that counts.
    fn now_owned(&mut self, id: &'static str, producer: (i64, i16)) {
        let owner = self.owners.entry(id).or_insert(producer);
        *owner = producer.max(*owner);
    }

    fn new_attempt(&mut self, which: usize) {
        self.attempts += 1;
        self.clients[which].attempt = self.attempts;
        self.clients[which].added.clear();
    }

    fn go_on(&mut self, which: usize) {
        let bumps = self.clients[which].bumps;
        let empty = self.clients[which].added.is_empty();
        match self.below(6) {
            0 if !empty => self.clients[which].doing = Doing::Ending(Outcome::Commit, None),
            1 if !empty || bumps => {
                self.clients[which].doing = Doing::Ending(Outcome::Abort, None);
            }
            _ => {
                let partition = self.below(u64::try_from(PARTITIONS).unwrap());
                let partition = i32::try_from(partition).unwrap();
                if bumps || self.clients[which].added.contains(&partition) {
                    self.write(which, partition);
                } else {
                    self.clients[which].doing = Doing::Adding(partition, None, None);
                }
            }
        }
    }

    fn batch(&self, which: usize, partition: i32) -> ProducerBatch {
        let client = &self.clients[which];
        ProducerBatch {
            producer: ProducerId(client.producer.0),
            epoch: ProducerEpoch(client.producer.1),
            first: Some(Sequence(*client.sequences.get(&partition).unwrap_or(&0))),
            last_delta: 0,
            timestamp: Timestamp(0),
            transactional: true,
        }
    }

    /// Sends a record, as Produce does.
    fn write(&mut self, which: usize, index: i32) {
        let batch = self.batch(which, index);
        let bumps = self.clients[which].bumps;
        let support = if bumps {
            Support::EpochBump
        } else {
            Support::SameEpoch
        };
        let partition = &mut self.partitions[usize::try_from(index).unwrap()];
        let guard = partition.asked.begin(&partition.states, &batch, support);
        if guard.is_none() {
            self.append(which, index, None);
        } else if bumps {
            self.clients[which].doing = Doing::Adding(index, guard, None);
        } else {
            let mut verified = transaction(
                self.clients[which].id,
                self.clients[which].producer,
                &[index],
            );
            verified.verify_only = true;
            let client = TransactionVersion::V0;
            let request = TransactionRequest::AddPartitions {
                transaction: verified,
                client,
            };
            let token = self.shell.send(4, request);
            let answer = self.shell.take(token).expect("is answered at once");
            match first_code(&answer) {
                // Something may happen before the append.
                ErrorCode::None => {
                    if self.below(3) == 0 {
                        self.deliver_markers();
                    }
                    self.append(which, index, guard);
                }
                error => self.on_error(which, error),
            }
        }
    }

    fn add_again(&mut self, which: usize, partition: i32, guard: Option<Guard>) {
        let client = &self.clients[which];
        let (version, speaks) = if client.bumps {
            (5, TransactionVersion::V2)
        } else {
            (3, TransactionVersion::V0)
        };
        let request = TransactionRequest::AddPartitions {
            transaction: transaction(client.id, client.producer, &[partition]),
            client: speaks,
        };
        let token = self.shell.send(version, request);
        self.clients[which].doing = Doing::Adding(partition, guard, Some(token));
    }

    fn on_added(&mut self, which: usize, partition: i32, guard: Option<Guard>, error: ErrorCode) {
        match error {
            ErrorCode::None => {
                self.clients[which].doing = Doing::Ready;
                self.clients[which].added.insert(partition);
                if guard.is_some() {
                    self.append(which, partition, guard);
                }
            }
            error => {
                self.clients[which].doing = Doing::Adding(partition, guard, None);
                self.on_error(which, error);
            }
        }
    }

    /// The batch arrives at the partition's log.
    fn append(&mut self, which: usize, index: i32, guard: Option<Guard>) {
        let batch = self.batch(which, index);
        let partition = &mut self.partitions[usize::try_from(index).unwrap()];
        let verified = partition.asked.check(&partition.states, &batch, guard);
        if verified != Verified::Yes {
            let client = &self.clients[which];
            let open = self.shell.is_open(client.id, client.producer, index);
            assert!(!open, "a batch of an open transaction is refused");
            return;
        }
        if let Err(error) = partition.states.check(&batch) {
            let error = error.code();
            assert_ne!(error, ErrorCode::OutOfOrderSequenceNumber, "{batch:?}");
            self.on_error(which, error);
            return;
        }
        let client = &mut self.clients[which];
        let offset = Offset(i64::try_from(partition.log.len()).unwrap());
        partition.states.record(&batch, offset, Timestamp(0));
        partition.asked.opened(batch.producer);
        let record = Entry::Record(client.attempt, batch.producer);
        partition.log.push(record);
        *client.sequences.entry(index).or_default() += 1;
        let taken = self.taken.entry(client.attempt).or_default();
        *taken.entry(index).or_default() += 1;
        let (id, producer) = (client.id, client.producer);
        assert_eq!(self.owners[id], producer, "a fenced client has written");
    }

    fn on_ended(&mut self, which: usize, outcome: Outcome, response: &EndTxnResponse) {
        match code(response.error_code) {
            ErrorCode::None => {
                let client = &mut self.clients[which];
                if client.bumps {
                    client.producer = (response.producer_id, response.producer_epoch);
                    client.sequences.clear();
                }
                let (id, producer) = (client.id, client.producer);
                client.doing = Doing::Ready;
                let told = match outcome {
                    Outcome::Commit => Told::Committed,
                    Outcome::Abort => Told::Aborted,
                };
                let attempt = client.attempt;
                self.now_owned(id, producer);
                assert_eq!(self.told.insert(attempt, told), None);
                self.new_attempt(which);
            }
            error => {
                self.clients[which].doing = Doing::Ending(outcome, None);
                self.on_error(which, error);
            }
        }
    }

    fn on_error(&mut self, which: usize, error: ErrorCode) {
        let client = &mut self.clients[which];
        match error {
            // Asks again.
            ErrorCode::ConcurrentTransactions
            | ErrorCode::CoordinatorNotAvailable
            | ErrorCode::NotCoordinator
            | ErrorCode::CoordinatorLoadInProgress => {}
            ErrorCode::ProducerFenced
            | ErrorCode::InvalidProducerEpoch
            | ErrorCode::InvalidTxnState
            | ErrorCode::TransactionAbortable
            | ErrorCode::InvalidProducerIdMapping => {
                // Its transaction was ended for it. As it does not know how, it begins anew.
                client.doing = Doing::Fenced;
            }
            other => panic!("{other} is no answer to a good client"),
        }
    }

    /// Everyone is gone; what is under way is done, what is open times out.
    fn come_to_rest(&mut self) {
        for _ in 0..6 {
            while !(self.shell.appends.is_empty() && self.shell.ordered.is_empty()) {
                self.shell.complete_one(Ok(()));
                while let Some(ordered) = self.shell.ordered.pop_front() {
                    let mut results = Vec::new();
                    for one in ordered.partitions.clone() {
                        let result = self.write_marker(&ordered, one.partition);
                        results.push((one, result));
                    }
                    let markers = ordered.token;
                    self.shell
                        .input(TransactionInput::MarkersWritten { markers, results });
                }
            }
            self.shell.pass(80_000);
        }
    }

    /// What a `read_committed` consumer sees of each attempt, by partition.
    fn visible(&self) -> BTreeMap<Attempt, BTreeMap<i32, u32>> {
        let mut visible: BTreeMap<Attempt, BTreeMap<i32, u32>> = BTreeMap::new();
        for (index, partition) in (0..).zip(&self.partitions) {
            assert_eq!(partition.states.first_open(), None, "a transaction hangs");
            let mut open: BTreeMap<ProducerId, Vec<Attempt>> = BTreeMap::new();
            for entry in &partition.log {
                match entry {
                    Entry::Record(attempt, producer) => {
                        open.entry(*producer).or_default().push(*attempt);
                    }
                    Entry::Marker(marker) => {
                        let ended = open.remove(&marker.producer).unwrap_or_default();
                        let several: BTreeSet<_> = ended.iter().collect();
                        assert!(several.len() <= 1, "one marker ends {several:?}");
                        if marker.outcome == Outcome::Commit {
                            for attempt in ended {
                                let of = visible.entry(attempt).or_default();
                                *of.entry(index).or_default() += 1;
                            }
                        }
                    }
                }
            }
            assert!(open.is_empty(), "records of {open:?} never become visible");
        }
        visible
    }

    fn check(&mut self) {
        self.come_to_rest();
        let visible = self.visible();
        let nothing = BTreeMap::new();
        for (attempt, taken) in &self.taken {
            let seen = visible.get(attempt).unwrap_or(&nothing);
            match self.told.get(attempt) {
                Some(Told::Committed) => assert_eq!(seen, taken, "attempt {attempt}"),
                Some(Told::Aborted) => assert_eq!(seen, &nothing, "attempt {attempt}"),
                None => assert!(
                    seen == taken || seen.is_empty(),
                    "attempt {attempt} is torn"
                ),
            }
        }
        for transaction in self.shell.coordinator.transactions.values() {
            assert!(transaction.change.is_none() && transaction.sending.is_none());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn a_transaction_is_visible_everywhere_once_or_nowhere(seed in any::<u64>()) {
        let mut world = World::new(seed);
        for _ in 0..400 {
            world.step();
        }
        world.check();
    }
}

#[test]
fn clients_get_somewhere() {
    let mut committed = 0;
    for seed in 0..20 {
        let mut world = World::new(seed);
        for _ in 0..400 {
            world.step();
        }
        world.check();
        let told = world.told.values();
        committed += told.filter(|told| **told == Told::Committed).count();
    }
    assert!(committed > 20, "{committed} transactions were committed");
}
