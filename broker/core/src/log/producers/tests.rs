//! A producer's batches are taken once and in order, whatever is sent again.

use super::*;
use proptest::prelude::*;

const NOW: Timestamp = Timestamp(1000);

fn batch(epoch: i16, first: i32, records: i32) -> ProducerBatch {
    ProducerBatch {
        producer: ProducerId(9),
        epoch: ProducerEpoch(epoch),
        first: Sequence(first),
        last_delta: records - 1,
        timestamp: NOW,
    }
}

/// Appends as a log would; returns the first offset.
fn append(states: &mut ProducerStates, end: &mut i64, batch: &ProducerBatch) -> Option<Offset> {
    match states.check(batch) {
        Ok(Verdict::New) => {
            let first = Offset(*end);
            *end += i64::from(batch.last_delta) + 1;
            states.record(batch, Offset(*end - 1), NOW);
            Some(first)
        }
        Ok(Verdict::Duplicate(old)) => Some(old.first_offset()),
        Err(_) => None,
    }
}

#[test]
fn each_of_the_last_five_batches_is_answered_with_its_offset() {
    let (mut states, mut end) = (ProducerStates::default(), 0);
    for number in 0..6 {
        append(&mut states, &mut end, &batch(0, number * 10, 10));
    }
    for number in 1..6 {
        let again = append(&mut states, &mut end, &batch(0, number * 10, 10));
        assert_eq!(again, Some(Offset(i64::from(number) * 10)));
    }
    let forgotten = states.check(&batch(0, 0, 10)).unwrap_err();
    assert_eq!(forgotten.code(), ErrorCode::OutOfOrderSequenceNumber);
    assert_eq!(end, 60);
}

#[test]
fn a_gap_is_out_of_order() {
    let mut states = ProducerStates::default();
    states.record(&batch(0, 0, 10), Offset(9), NOW);
    let error = states.check(&batch(0, 11, 1)).unwrap_err();
    let (first, expected) = (Sequence(11), Sequence(10));
    assert_eq!(
        error,
        ProducerError::OutOfOrder {
            producer: ProducerId(9),
            first,
            expected
        }
    );
}

#[test]
fn an_older_epoch_is_fenced_and_a_newer_one_begins_at_zero() {
    let mut states = ProducerStates::default();
    states.record(&batch(3, 0, 10), Offset(9), NOW);
    let fenced = states.check(&batch(2, 10, 1)).unwrap_err();
    assert_eq!(fenced.code(), ErrorCode::InvalidProducerEpoch);
    let skipped = states.check(&batch(4, 10, 1)).unwrap_err();
    assert_eq!(skipped.code(), ErrorCode::OutOfOrderSequenceNumber);
    assert_eq!(states.check(&batch(4, 0, 1)), Ok(Verdict::New));
    // The same sequence in a new epoch is no duplicate.
    assert_eq!(states.check(&batch(4, 0, 10)), Ok(Verdict::New));
}

#[test]
fn an_unknown_producer_may_go_on_where_it_was() {
    assert_eq!(
        ProducerStates::default().check(&batch(0, 77, 1)),
        Ok(Verdict::New)
    );
}

#[test]
fn sequences_wrap_and_duplicates_are_still_known() {
    let (mut states, mut end) = (ProducerStates::default(), 0);
    let across = batch(0, i32::MAX - 1, 4);
    assert_eq!(append(&mut states, &mut end, &across), Some(Offset(0)));
    assert_eq!(states.check(&batch(0, 2, 1)), Ok(Verdict::New));
    assert_eq!(append(&mut states, &mut end, &across), Some(Offset(0)));
    assert_eq!(end, 4);
}

#[test]
fn silent_producers_are_forgotten() {
    let mut states = ProducerStates::default();
    states.record(&batch(0, 0, 1), Offset(0), Timestamp(1000));
    assert_eq!(states.expire(Timestamp(1100), 100), 0);
    assert_eq!(states.expire(Timestamp(1101), 100), 1);
    assert!(states.is_empty());
}

#[test]
fn a_snapshot_as_kafka_writes_it_is_read() {
    let mut states = ProducerStates::default();
    states.record(&batch(1, 0, 10), Offset(9), NOW);
    let mut bytes = states.to_snapshot();
    let kafka_s_length = 2 + 4 + 4 + 46;
    bytes.truncate(kafka_s_length);
    let checksum = crc32c::crc32c(&bytes[6..]);
    bytes[2..6].copy_from_slice(&checksum.to_be_bytes());
    assert_eq!(ProducerStates::from_snapshot(&bytes).unwrap(), states);
}

/// Batches of up to 3 producers, some sent again, some with a gap or an old epoch.
fn workload() -> impl Strategy<Value = Vec<(i64, i16, i32, i32)>> {
    prop::collection::vec((0i64..3, 0i16..3, 0i32..12, 1i32..4), 0..80)
}

fn run(steps: &[(i64, i16, i32, i32)]) -> ProducerStates {
    let (mut states, mut end) = (ProducerStates::default(), 0);
    for (producer, epoch, first, records) in steps {
        let sent = ProducerBatch {
            producer: ProducerId(*producer),
            ..batch(*epoch, *first, *records)
        };
        append(&mut states, &mut end, &sent);
    }
    states
}

proptest! {
    #[test]
    fn snapshots_bring_the_whole_window_back(steps in workload()) {
        let states = run(&steps);
        prop_assert_eq!(ProducerStates::from_snapshot(&states.to_snapshot()), Ok(states));
    }

    #[test]
    fn a_damaged_snapshot_is_noticed(steps in workload(), at in any::<prop::sample::Index>(), bit in 0u8..8) {
        let mut bytes = run(&steps).to_snapshot();
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        prop_assert!(ProducerStates::from_snapshot(&bytes).is_err());
        let cut = &run(&steps).to_snapshot()[..at];
        prop_assert!(ProducerStates::from_snapshot(cut).is_err());
    }

    #[test]
    fn sending_everything_twice_changes_nothing(records in prop::collection::vec(1i32..20, 1..40), start in 0i32..=i32::MAX) {
        let (mut once, mut end) = (ProducerStates::default(), 0);
        let (mut twice, mut twice_end) = (ProducerStates::default(), 0);
        let mut first = Sequence(start);
        for count in records {
            let sent = batch(0, first.0, count);
            let offset = append(&mut once, &mut end, &sent);
            prop_assert_eq!(append(&mut twice, &mut twice_end, &sent), offset);
            prop_assert_eq!(append(&mut twice, &mut twice_end, &sent), offset);
            first = first.plus(count);
        }
        prop_assert_eq!(once, twice);
        prop_assert_eq!(end, twice_end);
    }
}
