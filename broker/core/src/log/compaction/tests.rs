//! Kafka's promises of compaction, one by one.

mod random;

use bytes::Bytes;
use kavka_protocol::records::{Batch, BatchBuilder, Compression, Record, RecordHeader};
use proptest::prelude::*;

use super::*;
use crate::log::{Aborted, Marker, Outcome};
use crate::types::{CoordinatorEpoch, Offset, ProducerEpoch, ProducerId, Timestamp};

fn segment(base: i64, end: i64, size: u64, time: i64) -> LogSegment {
    LogSegment {
        base: Offset(base),
        end: Offset(end),
        size,
        max_timestamp: Timestamp(time),
    }
}

const LOG: &[(i64, i64, u64, i64)] = &[(0, 10, 100, 50), (10, 20, 100, 150), (20, 30, 200, 250)];

fn log() -> Vec<LogSegment> {
    let segments = LOG.iter();
    segments
        .map(|(base, end, size, time)| segment(*base, *end, *size, *time))
        .collect()
}

fn selected(
    first_dirty: i64,
    stable: i64,
    settings: &CompactionSettings,
    now: i64,
) -> Option<(i64, i64, bool)> {
    let found = select(
        &log(),
        Offset(first_dirty),
        Offset(stable),
        settings,
        Timestamp(now),
        |segment| Some(Timestamp(segment.max_timestamp.0 - 40)),
    );
    found.map(|found| (found.first_dirty.0, found.up_to.0, found.is_overdue))
}

#[test]
fn a_log_is_worth_a_pass_when_enough_of_it_is_dirty() {
    let settings = CompactionSettings::default();
    assert_eq!(selected(0, 30, &settings, 0), Some((0, 30, false)));
    assert_eq!(
        selected(20, 30, &settings, 0),
        None,
        "half is not more than half"
    );
    assert_eq!(selected(10, 30, &settings, 0), Some((10, 30, false)));
    assert_eq!(selected(30, 30, &settings, 0), None);
    assert_eq!(
        select(&[], Offset(0), Offset(0), &settings, Timestamp(0), |_| None),
        None
    );
    let eager = CompactionSettings {
        min_dirty_ratio: 0.0,
        ..settings
    };
    assert_eq!(selected(20, 30, &eager, 0), Some((20, 30, false)));
}

#[test]
fn what_may_still_change_and_what_is_young_is_not_touched() {
    let settings = CompactionSettings::default();
    assert_eq!(selected(0, 29, &settings, 0), Some((0, 20, false)));
    let patient = CompactionSettings {
        min_lag_ms: 100,
        ..settings
    };
    assert_eq!(selected(0, 30, &patient, 260), Some((0, 20, false)));
    assert_eq!(selected(0, 30, &patient, 350), Some((0, 30, false)));
    assert_eq!(selected(0, 30, &patient, 100), None);
}

#[test]
fn what_has_waited_for_the_maximum_lag_is_due_however_little_it_is() {
    let settings = CompactionSettings {
        min_dirty_ratio: 0.9,
        max_lag_ms: 100,
        ..CompactionSettings::default()
    };
    assert_eq!(selected(20, 30, &settings, 310), None);
    assert_eq!(selected(20, 30, &settings, 311), Some((20, 30, true)));
}

#[test]
fn a_mark_of_another_life_of_the_log_starts_over() {
    let settings = CompactionSettings::default();
    assert_eq!(selected(31, 30, &settings, 0), Some((0, 30, false)));
}

#[test]
fn segments_are_joined_as_long_as_the_result_is_a_segment() {
    let joined = |bytes, index, segments: &[LogSegment]| {
        groups(segments, bytes, |segment| segment.size / 10, index)
    };
    assert_eq!(joined(400, 100, &log()), vec![0..3; 1]);
    assert_eq!(joined(399, 100, &log()), [0..2, 2..3]);
    assert_eq!(
        joined(50, 100, &log()),
        [0..1, 1..2, 2..3],
        "each is at least its own"
    );
    assert_eq!(joined(400, 30, &log()), [0..2, 2..3]);
    let far = 3_000_000_000;
    let wide = [
        segment(0, 10, 1, 0),
        segment(10, far, 1, 0),
        segment(far, far + 5, 1, 0),
    ];
    assert_eq!(joined(100, 100, &wide), [0..1, 1..2, 2..3]);
    assert!(joined(100, 100, &[]).is_empty());
}

type Pair = (&'static str, Option<&'static str>);

fn batch(base: i64, records: &[Pair], codec: Compression) -> Batch {
    let mut builder = BatchBuilder::new(codec)
        .base_offset(base)
        .partition_leader_epoch(3)
        .producer(7, 1, 40);
    let headers = [RecordHeader {
        key: Bytes::from("h"),
        value: None,
    }];
    for (time, (key, value)) in (1000..).zip(records) {
        builder.push(
            time,
            Some(key.as_bytes()),
            value.map(str::as_bytes),
            &headers,
        );
    }
    Batch::take(&mut builder.build().unwrap()).unwrap()
}

fn records(batch: &Batch) -> Vec<Record> {
    let records = batch.records(1 << 20).unwrap();
    records.collect::<Result<_, _>>().unwrap()
}

struct Pass {
    map: OffsetMap,
    producers: RetainedProducers,
    aborted: AbortedRanges,
    read_up_to: i64,
    now: i64,
}

impl Pass {
    fn over(batches: &[&Batch]) -> Self {
        let mut map = OffsetMap::new([3, 4], 1 << 16, 90);
        for record in batches.iter().flat_map(|batch| records(batch)) {
            map.put(&record.key.unwrap(), Offset(record.offset))
                .unwrap();
        }
        let end = batches
            .last()
            .map_or(0, |batch| batch.header.last_offset() + 1);
        Self {
            map,
            producers: RetainedProducers::new(),
            aborted: AbortedRanges::new(),
            read_up_to: end,
            now: 5000,
        }
    }

    fn filter(&self) -> Filter<'_> {
        Filter {
            map: &self.map,
            read_up_to: Offset(self.read_up_to),
            now: Timestamp(self.now),
            delete_retention_ms: 100,
            producers: &self.producers,
            transactions: Transactions::new(&self.aborted),
        }
    }

    fn apply(&self, batch: &Batch, segment_last: i64) -> Filtered {
        apply(&mut self.filter(), batch, segment_last)
    }

    /// What is left, as a batch.
    fn left(&self, batch: &Batch) -> Batch {
        match self.apply(batch, i64::MAX) {
            Filtered::Changed(mut bytes) => {
                let left = Batch::take(&mut bytes).unwrap();
                left.check_crc().unwrap();
                left
            }
            other => panic!("{other:?}"),
        }
    }
}

fn apply(filter: &mut Filter<'_>, batch: &Batch, segment_last: i64) -> Filtered {
    let unpack = || Some(records(batch));
    filter.apply(batch, unpack, Offset(segment_last)).unwrap()
}

fn content(batch: &Batch) -> Vec<(i64, i64, String)> {
    let text = |record: &Record| {
        let key = String::from_utf8_lossy(record.key.as_deref().unwrap()).into_owned();
        let value = record.value.as_deref().map(String::from_utf8_lossy);
        format!("{key}={}", value.unwrap_or_else(|| "-".into()))
    };
    let records = records(batch);
    let parts = records.iter();
    parts
        .map(|record| (record.offset, record.timestamp, text(record)))
        .collect()
}

#[test]
fn the_last_record_of_each_key_stays_as_it_was() {
    for codec in Compression::ALL {
        let first = batch(
            10,
            &[("a", Some("1")), ("b", Some("1")), ("c", Some("1"))],
            codec,
        );
        let second = batch(13, &[("a", Some("2")), ("c", Some("2"))], codec);
        let pass = Pass::over(&[&first, &second]);
        assert_eq!(pass.apply(&second, i64::MAX), Filtered::Whole);
        let left = pass.left(&first);
        assert_eq!(content(&left), [(11, 1001, "b=1".to_owned())]);
        assert_eq!(records(&left)[0].headers.len(), 1);
        let (old, new) = (&first.header, &left.header);
        assert_eq!(new.compression(), Ok(codec));
        assert_eq!(
            (new.base_offset, new.last_offset()),
            (old.base_offset, old.last_offset())
        );
        assert_eq!(
            (
                new.producer_id,
                new.producer_epoch,
                new.base_sequence,
                new.partition_leader_epoch
            ),
            (7, 1, 40, 3)
        );
        assert_eq!((new.base_timestamp, new.max_timestamp), (1000, 1001));
    }
}

#[test]
fn what_the_pass_did_not_read_stays() {
    let first = batch(0, &[("a", Some("1")), ("a", Some("2"))], Compression::None);
    let mut pass = Pass::over(&[&first]);
    pass.read_up_to = 1;
    pass.map = OffsetMap::new([3, 4], 1 << 16, 90);
    pass.map.put(b"a", Offset(0)).unwrap();
    assert_eq!(pass.apply(&first, i64::MAX), Filtered::Whole);
}

#[test]
fn a_tombstone_gets_its_horizon_once_and_goes_when_it_is_reached() {
    let deleted = batch(
        0,
        &[("a", Some("1")), ("a", None), ("b", Some("1"))],
        Compression::Lz4,
    );
    let mut pass = Pass::over(&[&deleted]);
    let marked = pass.left(&deleted);
    assert_eq!(marked.header.delete_horizon(), Some(5100));
    let kept = [(1, 1001, "a=-".to_owned()), (2, 1002, "b=1".to_owned())];
    assert_eq!(content(&marked), kept, "times stay what they were");
    pass.now = 5099;
    assert_eq!(pass.apply(&marked, i64::MAX), Filtered::Whole);
    pass.now = 5100;
    let left = pass.left(&marked);
    assert_eq!(content(&left), [(2, 1002, "b=1".to_owned())]);
    assert_eq!(left.header.delete_horizon(), Some(5100));
}

#[test]
fn the_last_batch_of_a_producer_and_of_a_segment_stays_empty() {
    let old = batch(0, &[("a", Some("1")), ("a", Some("2"))], Compression::Gzip);
    let new = batch(2, &[("a", Some("3"))], Compression::Gzip);
    let mut pass = Pass::over(&[&old, &new]);
    assert_eq!(pass.apply(&old, i64::MAX), Filtered::Nothing);
    let Filtered::Changed(mut bytes) = pass.apply(&old, 1) else {
        panic!("a segment has to end where it ended");
    };
    let empty = Batch::take(&mut bytes).unwrap();
    empty.check_crc().unwrap();
    assert_eq!(records(&empty), []);
    let header = &empty.header;
    assert_eq!(
        (
            header.base_offset,
            header.last_offset(),
            header.base_sequence
        ),
        (0, 1, 40)
    );
    assert_eq!((header.attributes, header.max_timestamp), (0, 1001));
    assert_eq!(pass.apply(&empty, 1), Filtered::Whole);
    assert_eq!(pass.apply(&empty, 9), Filtered::Nothing);
    pass.producers
        .insert(ProducerId(7), (ProducerEpoch(1), Some(Offset(1))));
    assert!(matches!(pass.apply(&old, i64::MAX), Filtered::Changed(_)));
    pass.producers
        .insert(ProducerId(7), (ProducerEpoch(2), Some(Offset(8))));
    assert_eq!(pass.apply(&old, i64::MAX), Filtered::Nothing);
}

#[test]
fn records_without_a_key_go() {
    let mut builder = BatchBuilder::new(Compression::None);
    builder.push(1, None, Some(b"from before the topic was compacted"), &[]);
    builder.push(1, Some(b"k"), Some(b"v"), &[]);
    let batch = Batch::take(&mut builder.build().unwrap()).unwrap();
    let mut pass = Pass::over(&[]);
    pass.map.put(b"k", Offset(1)).unwrap();
    pass.read_up_to = 2;
    assert_eq!(content(&pass.left(&batch)).len(), 1);
}

proptest! {
    #[test]
    fn what_a_consumer_ends_up_with_is_the_same(
        writes in prop::collection::vec((0u8..6, prop::option::of(0u8..200)), 1..60),
        cut in 0usize..60,
        sizes in prop::collection::vec(1usize..5, 60),
    ) {
        let mut batches = Vec::new();
        let (mut at, mut sizes) = (0, sizes.into_iter());
        while at < writes.len() {
            let end = (at + sizes.next().unwrap()).min(writes.len());
            let mut builder = BatchBuilder::new(Compression::None).base_offset(i64::try_from(at).unwrap());
            for (key, value) in &writes[at..end] {
                let value = value.map(|value| vec![value]);
                builder.push(1, Some(&[*key]), value.as_deref(), &[]);
            }
            batches.push(Batch::take(&mut builder.build().unwrap()).unwrap());
            at = end;
        }
        let read: Vec<&Batch> = batches.iter().take(cut).collect();
        let mut pass = Pass::over(&read);
        let state = |batches: &[Batch]| {
            let mut state = std::collections::BTreeMap::new();
            for record in batches.iter().flat_map(records) {
                state.insert(record.key.unwrap(), record.value);
            }
            state.retain(|_, value| value.is_some());
            state
        };
        let before = state(&batches);
        for now in [5000, 5050, 6000] {
            pass.now = now;
            let mut left = Vec::new();
            for batch in &batches {
                match pass.apply(batch, i64::MAX) {
                    Filtered::Whole => left.push(batch.clone()),
                    Filtered::Changed(mut bytes) => left.push(Batch::take(&mut bytes).unwrap()),
                    Filtered::Nothing => {}
                }
            }
            batches = left;
            prop_assert_eq!(state(&batches), before.clone(), "at {}", now);
        }
        // In the part that was read each key is there once, and no tombstone is left.
        let mut keys: Vec<Record> = batches.iter().flat_map(records).collect();
        keys.retain(|record| record.offset < pass.read_up_to);
        prop_assert!(keys.iter().all(|record| record.value.is_some()));
        let all = keys.len();
        keys.sort_by_key(|record| record.key.clone());
        keys.dedup_by_key(|record| record.key.clone());
        prop_assert_eq!(keys.len(), all);
    }
}

fn marker(epoch: i16) -> Batch {
    let marker = Marker {
        producer: ProducerId(7),
        epoch: ProducerEpoch(epoch),
        coordinator_epoch: CoordinatorEpoch(1),
        outcome: Outcome::Commit,
    };
    let mut bytes = marker.to_batch(Timestamp(2000)).unwrap();
    Batch::take(&mut bytes).unwrap()
}

fn part() -> Batch {
    let builder = BatchBuilder::new(Compression::Zstd).producer(7, 1, 0);
    let mut builder = builder.transactional();
    builder.push(1000, Some(b"a"), Some(b"1"), &[]);
    Batch::take(&mut builder.build().unwrap()).unwrap()
}

#[test]
fn a_marker_goes_after_its_transaction_and_its_horizon() {
    let mut pass = Pass::over(&[]);
    let (part, marker) = (part(), marker(1));
    let mut filter = pass.filter();
    apply(&mut filter, &part, i64::MAX);
    let verdict = apply(&mut filter, &marker, i64::MAX);
    assert_eq!(verdict, Filtered::Whole, "a batch of it is there");
    let stamped = pass.left(&marker);
    assert_eq!(stamped.header.delete_horizon(), Some(5100));
    assert_eq!(Marker::of(&stamped), Marker::of(&marker));
    pass.now = 5099;
    assert_eq!(pass.apply(&stamped, i64::MAX), Filtered::Whole);
    pass.now = 5100;
    assert_eq!(pass.apply(&stamped, i64::MAX), Filtered::Nothing);
    let mut filter = pass.filter();
    apply(&mut filter, &part, i64::MAX);
    assert_eq!(apply(&mut filter, &stamped, i64::MAX), Filtered::Whole);
}

#[test]
fn the_marker_that_began_a_producer_s_epoch_stays() {
    let mut pass = Pass::over(&[]);
    pass.producers
        .insert(ProducerId(7), (ProducerEpoch(2), None));
    assert_eq!(pass.apply(&marker(2), i64::MAX), Filtered::Whole);
    assert!(matches!(
        pass.apply(&marker(1), i64::MAX),
        Filtered::Changed(_)
    ));
    assert_eq!(pass.apply(&marker(1), 0), Filtered::Whole, "ends a segment");
}

#[test]
fn what_an_aborted_transaction_wrote_goes_even_where_it_cannot_be_unpacked() {
    let mut pass = Pass::over(&[]);
    let batch = part();
    let broken = |filter: &mut Filter<'_>| filter.apply(&batch, || None, Offset(i64::MAX));
    assert_eq!(broken(&mut pass.filter()), Ok(Filtered::Whole));
    pass.aborted = aborted_ranges([Aborted {
        producer: ProducerId(7),
        first: Offset(0),
        last: Offset(1),
        last_stable: Offset(2),
    }]);
    assert_eq!(broken(&mut pass.filter()), Ok(Filtered::Nothing));
}
