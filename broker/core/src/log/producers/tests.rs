//! A producer's batches are taken once and in order, whatever is sent again.

use super::*;
use proptest::prelude::*;

const NOW: Timestamp = Timestamp(1000);

fn batch(epoch: i16, first: i32, records: i32) -> ProducerBatch {
    ProducerBatch {
        producer: ProducerId(9),
        epoch: ProducerEpoch(epoch),
        first: Some(Sequence(first)),
        last_delta: records - 1,
        timestamp: NOW,
        transactional: false,
    }
}

fn within(epoch: i16, first: i32, records: i32) -> ProducerBatch {
    ProducerBatch {
        transactional: true,
        ..batch(epoch, first, records)
    }
}

fn marker(epoch: i16, outcome: Outcome) -> Marker {
    Marker {
        producer: ProducerId(9),
        epoch: ProducerEpoch(epoch),
        coordinator_epoch: CoordinatorEpoch(1),
        outcome,
    }
}

fn parse(bytes: &[u8]) -> Result<ProducerStates, SnapshotError> {
    ProducerSnapshot::parse(bytes).map(|snapshot| snapshot.states)
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
    let mut bytes = states.to_snapshot(&[]);
    let kafka_s_length = 2 + 4 + 4 + 46;
    bytes.truncate(kafka_s_length);
    let checksum = crc32c::crc32c(&bytes[6..]);
    bytes[2..6].copy_from_slice(&checksum.to_be_bytes());
    assert_eq!(parse(&bytes).unwrap(), states);
}

#[test]
fn the_first_open_transaction_bounds_what_is_stable() {
    let mut states = ProducerStates::default();
    states.record(&within(0, 0, 10), Offset(9), NOW);
    let other = ProducerBatch {
        producer: ProducerId(5),
        ..within(0, 0, 1)
    };
    states.record(&other, Offset(10), NOW);
    states.record(&within(0, 10, 1), Offset(11), NOW);
    assert_eq!(states.first_open(), Some(Offset(0)));
    assert!(states.has_open(ProducerId(9), ProducerEpoch(0)));
    assert!(!states.has_open(ProducerId(9), ProducerEpoch(1)));
    let ended = states.end(&marker(0, Outcome::Abort), Offset(12), NOW);
    let expected = Ended {
        producer: ProducerId(9),
        first: Offset(0),
        marker: Offset(12),
        outcome: Outcome::Abort,
        stable: Offset(10),
    };
    assert_eq!(ended, Some(expected));
    assert_eq!(states.first_open(), Some(Offset(10)));
    // Another marker finds nothing to end.
    assert_eq!(
        states.end(&marker(0, Outcome::Abort), Offset(13), NOW),
        None
    );
}

#[test]
fn sequences_go_on_behind_a_marker_of_the_same_epoch_and_begin_anew_behind_a_higher_one() {
    let mut states = ProducerStates::default();
    states.record(&within(0, 0, 10), Offset(9), NOW);
    states.end(&marker(0, Outcome::Commit), Offset(10), NOW);
    assert_eq!(states.check(&within(0, 10, 1)), Ok(Verdict::New));
    states.end(&marker(1, Outcome::Commit), Offset(11), NOW);
    assert!(states.check(&within(0, 10, 1)).is_err());
    assert!(states.check(&within(1, 10, 1)).is_err());
    assert_eq!(states.check(&within(1, 0, 1)), Ok(Verdict::New));
}

#[test]
fn a_marker_fences_writes_of_older_epochs_though_nothing_was_written_before() {
    let mut states = ProducerStates::default();
    states.end(&marker(4, Outcome::Abort), Offset(0), NOW);
    let late = states.check(&within(3, 0, 1)).unwrap_err();
    assert_eq!(late.code(), ErrorCode::InvalidProducerEpoch);
}

#[test]
fn markers_of_fenced_producers_and_coordinators_are_refused() {
    let mut states = ProducerStates::default();
    states.record(&within(3, 0, 1), Offset(0), NOW);
    let check = |states: &ProducerStates, epoch, rule| {
        let verdict = states.check_marker(&marker(epoch, Outcome::Commit), rule);
        verdict.map_err(|error| error.code())
    };
    let fenced = Err(ErrorCode::InvalidProducerEpoch);
    assert_eq!(check(&states, 2, MarkerRule::AtLeast), fenced);
    assert_eq!(
        check(&states, 3, MarkerRule::AtLeast),
        Ok(MarkerVerdict::New)
    );
    // Its own epoch would be that of an earlier transaction's marker which comes late.
    assert_eq!(check(&states, 3, MarkerRule::Above), fenced);
    assert_eq!(check(&states, 4, MarkerRule::Above), Ok(MarkerVerdict::New));
    states.end(&marker(4, Outcome::Commit), Offset(1), NOW);
    let again = check(&states, 4, MarkerRule::Above);
    assert_eq!(again, Ok(MarkerVerdict::Duplicate));
    let late = Marker {
        coordinator_epoch: CoordinatorEpoch(0),
        ..marker(5, Outcome::Commit)
    };
    let error = states.check_marker(&late, MarkerRule::Above).unwrap_err();
    assert_eq!(error.code(), ErrorCode::TransactionCoordinatorFenced);
}

#[test]
fn nothing_is_written_outside_of_an_open_transaction() {
    let mut states = ProducerStates::default();
    states.record(&within(0, 0, 10), Offset(9), NOW);
    let outside = states.check(&batch(0, 10, 1)).unwrap_err();
    assert_eq!(outside.code(), ErrorCode::InvalidTxnState);
    // What was written before is still known.
    assert!(matches!(
        states.check(&batch(0, 0, 10)),
        Ok(Verdict::Duplicate(_))
    ));
}

#[test]
fn a_producer_with_an_open_transaction_is_not_forgotten() {
    let mut states = ProducerStates::default();
    states.record(&within(0, 0, 1), Offset(0), Timestamp(1000));
    assert_eq!(states.expire(Timestamp(9_000), 100), 0);
    states.end(&marker(0, Outcome::Abort), Offset(1), Timestamp(1000));
    assert_eq!(states.expire(Timestamp(9_000), 100), 1);
}

#[test]
fn a_coordinators_writes_have_no_sequence() {
    let mut states = ProducerStates::default();
    let offsets = ProducerBatch {
        first: None,
        ..within(2, 0, 3)
    };
    for last in [2, 5] {
        assert_eq!(states.check(&offsets), Ok(Verdict::New));
        states.record(&offsets, Offset(last), NOW);
    }
    assert_eq!(states.first_open(), Some(Offset(0)));
    assert!(!states.knows_sequence(ProducerId(9)));
    let stale = ProducerBatch {
        epoch: ProducerEpoch(1),
        ..offsets
    };
    assert!(states.check(&stale).is_err());
}

#[test]
fn a_snapshot_keeps_open_and_aborted_transactions() {
    let mut states = ProducerStates::default();
    states.record(&within(0, 0, 10), Offset(9), NOW);
    let offsets = ProducerBatch {
        producer: ProducerId(5),
        first: None,
        ..within(2, 0, 3)
    };
    states.record(&offsets, Offset(12), NOW);
    states.end(&marker(1, Outcome::Abort), Offset(13), NOW);
    let aborted = vec![Aborted {
        producer: ProducerId(9),
        first: Offset(0),
        last: Offset(13),
        last_stable: Offset(10),
    }];
    let bytes = states.to_snapshot(&aborted);
    let snapshot = ProducerSnapshot { states, aborted };
    assert_eq!(ProducerSnapshot::parse(&bytes), Ok(snapshot));
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
        prop_assert_eq!(parse(&states.to_snapshot(&[])), Ok(states));
    }

    #[test]
    fn a_damaged_snapshot_is_noticed(steps in workload(), at in any::<prop::sample::Index>(), bit in 0u8..8) {
        let mut bytes = run(&steps).to_snapshot(&[]);
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        prop_assert!(parse(&bytes).is_err());
        let cut = &run(&steps).to_snapshot(&[])[..at];
        prop_assert!(parse(cut).is_err());
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

#[test]
fn a_marker_of_a_client_fences_no_coordinator() {
    let mut states = ProducerStates::default();
    states.record(&within(0, 0, 1), Offset(0), NOW);
    let asked = |epoch: i32| Marker {
        coordinator_epoch: CoordinatorEpoch(epoch),
        ..marker(0, Outcome::Abort)
    };
    let oldest = CoordinatorEpoch(4);
    for (epoch, written) in [(-1, -1), (3, 3), (4, 4), (5, 4), (i32::MAX, 4)] {
        let made = states.marker_of_client(&asked(epoch), oldest);
        assert_eq!(made, asked(written), "{epoch}");
    }
    // Whoever ended the last transaction stays known, and what is older than that is refused.
    states.end(&asked(7), Offset(1), NOW);
    for (epoch, written) in [(6, 6), (7, 7), (8, 7)] {
        let made = states.marker_of_client(&asked(epoch), oldest);
        assert_eq!(made, asked(written), "{epoch}");
    }
    let late = states.marker_of_client(&asked(6), oldest);
    let refused = states.check_marker(&late, MarkerRule::AtLeast).unwrap_err();
    assert_eq!(refused.code(), ErrorCode::TransactionCoordinatorFenced);
}
