//! Passes over random logs with transactions, beside the simplest model of what has to be left.

use std::collections::{BTreeMap, BTreeSet};

use kavka_protocol::records::{Batch, BatchBuilder, Compression, Record};
use proptest::prelude::*;

use super::super::offset_map::SLOT_BYTES;
use super::super::*;
use super::records;
use crate::log::{Aborted, Marker, Outcome, ProducerEvent, ProducerStates};
use crate::types::{CoordinatorEpoch, Offset, ProducerEpoch, ProducerId, Timestamp};

/// What happens next to the log.
#[derive(Debug, Clone)]
enum Step {
    /// A batch of nobody in particular.
    Plain(Vec<(u8, Option<u8>)>),
    /// A batch of an idempotent producer.
    Idempotent(Vec<(u8, Option<u8>)>),
    /// A batch in a producer's transaction.
    Part(i64, Vec<(u8, Option<u8>)>),
    /// The end of a producer's transaction.
    End(i64, Outcome),
    /// A pass with room for so many keys, and so much later.
    Pass(usize, i64),
}

fn writes() -> impl Strategy<Value = Vec<(u8, Option<u8>)>> {
    prop::collection::vec((0u8..6, prop::option::weighted(0.7, any::<u8>())), 1..5)
}

fn step() -> impl Strategy<Value = Step> {
    let outcome = prop_oneof![Just(Outcome::Commit), Just(Outcome::Abort)];
    prop_oneof![
        3 => writes().prop_map(Step::Plain),
        2 => writes().prop_map(Step::Idempotent),
        4 => (0i64..3, writes()).prop_map(|(id, writes)| Step::Part(id, writes)),
        3 => (0i64..3, outcome).prop_map(|(id, outcome)| Step::End(id, outcome)),
        2 => (1usize..9, 0i64..150).prop_map(|(keys, later)| Step::Pass(keys, later)),
    ]
}

const IDEMPOTENT: i64 = 100;
const RETENTION: i64 = 100;

/// A log and what is known of it.
struct Log {
    batches: Vec<Batch>,
    /// Every record that was ever written, and whether it counts: nobody knows while its
    /// transaction is open.
    written: BTreeMap<i64, (Record, Option<bool>)>,
    open: BTreeMap<i64, Vec<i64>>,
    epochs: BTreeMap<i64, i16>,
    states: ProducerStates,
    index: Vec<Aborted>,
    sequence: i32,
    first_dirty: Offset,
    now: i64,
}

impl Log {
    fn new() -> Self {
        Self {
            batches: Vec::new(),
            written: BTreeMap::new(),
            open: BTreeMap::new(),
            epochs: BTreeMap::new(),
            states: ProducerStates::default(),
            index: Vec::new(),
            sequence: 0,
            first_dirty: Offset(0),
            now: 1000,
        }
    }

    fn end(&self) -> i64 {
        let last = self.written.last_key_value();
        last.map_or(0, |(offset, _)| offset + 1)
    }

    fn append(&mut self, builder: BatchBuilder, writes: &[(u8, Option<u8>)], counts: Option<bool>) {
        let mut builder = builder.base_offset(self.end());
        for (key, value) in writes {
            let value = value.map(|value| vec![value]);
            builder.push(self.now, Some(&[*key]), value.as_deref(), &[]);
        }
        self.push(Batch::take(&mut builder.build().unwrap()).unwrap(), counts);
    }

    fn push(&mut self, batch: Batch, counts: Option<bool>) {
        for record in records(&batch) {
            self.written.insert(record.offset, (record, counts));
        }
        self.replay(&batch);
        self.batches.push(batch);
    }

    fn replay(&mut self, batch: &Batch) {
        let ended = replay(&mut self.states, batch);
        self.index.extend(ended);
    }

    fn step(&mut self, step: &Step) {
        let plain = || BatchBuilder::new(Compression::None);
        match step {
            Step::Plain(writes) => self.append(plain(), writes, Some(true)),
            Step::Idempotent(writes) => {
                let builder = plain().producer(IDEMPOTENT, 0, self.sequence);
                self.sequence += i32::try_from(writes.len()).unwrap();
                self.append(builder, writes, Some(true));
            }
            Step::Part(id, writes) => {
                let epoch = *self.epochs.entry(*id).or_insert(0);
                let first = self.end();
                let builder = plain().producer(*id, epoch, -1).transactional();
                self.append(builder, writes, None);
                let end = self.end();
                self.open.entry(*id).or_default().extend(first..end);
            }
            Step::End(id, outcome) => {
                let Some(offsets) = self.open.remove(id) else {
                    return;
                };
                for offset in offsets {
                    self.written.get_mut(&offset).unwrap().1 = Some(*outcome == Outcome::Commit);
                }
                let epoch = self.epochs.get_mut(id).unwrap();
                *epoch += 1;
                let marker = Marker {
                    producer: ProducerId(*id),
                    epoch: ProducerEpoch(*epoch),
                    coordinator_epoch: CoordinatorEpoch(0),
                    outcome: *outcome,
                };
                let mut bytes = marker.to_batch(Timestamp(self.now)).unwrap().to_vec();
                kavka_protocol::records::patch_base_offset(&mut bytes, self.end());
                let batch = Batch::take(&mut bytes.into()).unwrap();
                self.push(batch, Some(false));
            }
            Step::Pass(keys, later) => {
                self.now += later;
                self.pass(*keys);
            }
        }
    }

    /// Everything before the last stable offset, as one segment.
    fn pass(&mut self, keys: usize) {
        let stable = self.states.first_open().unwrap_or(Offset(self.end()));
        let is_stable = |batch: &&Batch| batch.header.last_offset() < stable.0;
        let count = self.batches.iter().filter(is_stable).count();
        let (stable, rest) = self.batches.split_at(count);
        let Some(last) = stable.last() else { return };
        let segment_last = Offset(last.header.last_offset());
        let aborted = aborted_ranges(self.index.iter().copied());
        let mut map = OffsetMap::new([1, 2], SLOT_BYTES * (keys + 1), 99);
        let mut survey = Survey::new(&mut map, Transactions::new(&aborted), self.first_dirty);
        for batch in stable {
            if survey.take(batch, || Some(records(batch))).is_err() {
                break;
            }
        }
        let read_up_to = survey.read_up_to();
        assert!(read_up_to > self.first_dirty || read_up_to.0 > segment_last.0);
        let producers = self.states.retained();
        let mut filter = Filter {
            map: &map,
            read_up_to,
            now: Timestamp(self.now),
            delete_retention_ms: RETENTION.unsigned_abs(),
            producers: &producers,
            transactions: Transactions::new(&aborted),
        };
        let mut left = Vec::new();
        for batch in stable {
            match super::apply(&mut filter, batch, segment_last.0) {
                Filtered::Whole => left.push(batch.clone()),
                Filtered::Changed(mut bytes) => left.push(Batch::take(&mut bytes).unwrap()),
                Filtered::Nothing => {}
            }
        }
        left.extend_from_slice(rest);
        self.batches = left;
        self.first_dirty = read_up_to;
        // The new segment has no index of aborted transactions.
        self.index.retain(|entry| entry.last > segment_last);
    }

    /// What a consumer of committed records sees.
    fn committed(&self) -> Vec<Record> {
        let stable = self.states.first_open().unwrap_or(Offset(self.end()));
        let mut begun: Vec<Aborted> = self.index.clone();
        begun.sort_by_key(|entry| entry.first);
        let (mut begun, mut passed) = (begun.into_iter().peekable(), BTreeSet::new());
        let mut seen = Vec::new();
        for batch in &self.batches {
            let header = &batch.header;
            let has_begun = |entry: &Aborted| entry.first.0 <= header.last_offset();
            while let Some(entry) = begun.next_if(has_begun) {
                passed.insert(entry.producer.0);
            }
            if header.is_control() {
                passed.remove(&header.producer_id);
            } else if header.last_offset() < stable.0
                && !(header.is_transactional() && passed.contains(&header.producer_id))
            {
                seen.extend(records(batch));
            }
        }
        seen
    }

    fn check(&self) {
        let stable = self.states.first_open().unwrap_or(Offset(self.end())).0;
        let seen = self.committed();
        let ordered = seen.windows(2).all(|pair| pair[0].offset < pair[1].offset);
        assert!(ordered, "offsets grow");
        for record in &seen {
            let (written, counts) = &self.written[&record.offset];
            assert_eq!(
                *counts,
                Some(true),
                "offset {} was not committed",
                record.offset
            );
            let same = |of: &Record| (of.key.clone(), of.value.clone(), of.timestamp);
            assert_eq!(same(record), same(written), "it is what was written there");
        }
        // A reader from any offset on ends up with what the last records say.
        let state = |records: &mut dyn Iterator<Item = &Record>| {
            let mut state = BTreeMap::new();
            for record in records {
                state.insert(record.key.clone(), record.value.clone());
            }
            state.retain(|_, value| value.is_some());
            state
        };
        for from in (0..stable).step_by(3) {
            let counting = self.written.range(from..stable);
            let mut counting = counting
                .filter(|(_, (_, counts))| *counts == Some(true))
                .map(|(_, (record, _))| record);
            let expected = state(&mut counting);
            let mut read = seen.iter().filter(|record| record.offset >= from);
            assert_eq!(state(&mut read), expected, "read from {from}");
        }
        self.check_batches(stable);
    }

    fn check_batches(&self, stable: i64) {
        let last = self
            .batches
            .last()
            .map_or(0, |batch| batch.header.last_offset() + 1);
        assert_eq!(last, self.end(), "the log ends where it ended");
        let (mut end, mut found) = (0, ProducerStates::default());
        for batch in &self.batches {
            batch.check_crc().unwrap();
            assert!(batch.header.base_offset >= end, "batches do not overlap");
            end = batch.header.last_offset() + 1;
            replay(&mut found, batch);
        }
        assert_eq!(
            found.retained(),
            self.states.retained(),
            "a start finds all producers"
        );
        assert_eq!(
            found.first_open(),
            self.states.first_open(),
            "and what is open"
        );
        // What is not stable was not touched.
        let later = self.batches.iter().flat_map(records);
        let later = later.filter(|record| record.offset >= stable).count();
        assert_eq!(later, self.written.range(stable..).count());
    }
}

fn replay(states: &mut ProducerStates, batch: &Batch) -> Option<Aborted> {
    let (last, seen) = (Offset(batch.header.last_offset()), Timestamp(0));
    match ProducerEvent::of(batch)? {
        ProducerEvent::Batch(of) => {
            states.record(&of, last, seen);
            None
        }
        ProducerEvent::Marker(marker) => {
            let ended = states.end(&marker, last, seen)?;
            (ended.outcome == Outcome::Abort).then(|| ended.aborted())
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]
    #[test]
    fn readers_of_committed_records_see_the_last_value_of_every_key(
        steps in prop::collection::vec(step(), 1..60),
    ) {
        let mut log = Log::new();
        for step in &steps {
            log.step(step);
            if matches!(step, Step::Pass(..)) {
                log.check();
            }
        }
        // Once all transactions have ended and the horizons have passed, nothing is left twice.
        for id in 0..3 {
            log.step(&Step::End(id, Outcome::Abort));
        }
        for _ in 0..3 {
            log.now += RETENTION + 1;
            log.first_dirty = Offset(0);
            log.pass(1000);
            log.check();
        }
        let left: Vec<Record> = log.committed();
        let keys: BTreeSet<_> = left.iter().map(|record| record.key.clone()).collect();
        prop_assert_eq!(keys.len(), left.len());
        prop_assert!(left.iter().all(|record| record.value.is_some()));
        // Markers stay that began the epoch of a producer, of what is left, and at the segment's end.
        let markers = log.batches.iter().filter(|batch| batch.header.is_control()).count();
        prop_assert!(markers <= log.epochs.len() + keys.len() + 1);
    }
}
