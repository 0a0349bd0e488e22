//! A producer's batch is taken exactly when its header, its checksum and the topic's rules agree.

use super::*;
use kavka_protocol::records::{BatchBuilder, Compression};
use proptest::prelude::*;

const NOW: Timestamp = Timestamp(1_700_000_000_000);

fn built(records: usize, timestamp: i64) -> Vec<u8> {
    let mut builder = BatchBuilder::new(Compression::None);
    for _ in 0..records {
        builder.push(timestamp, Some(b"key"), Some(b"value"), &[]);
    }
    builder.build().unwrap().to_vec()
}

fn check(batch: Vec<u8>) -> Result<ProducedBatch, Rejection> {
    ProducedBatch::check(Bytes::from(batch), &AppendRules::default(), NOW)
}

#[test]
fn a_sound_batch_is_taken_as_it_is() {
    let batch = built(3, NOW.0);
    let produced = check(batch.clone()).unwrap();
    assert_eq!(produced.bytes()[..], batch[..]);
    assert_eq!(produced.last_offset(Offset(10)), Offset(12));
}

/// The batch with `change` made to it and a checksum that is right again.
fn changed(change: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut batch = built(3, NOW.0);
    change(&mut batch);
    let crc = crc32c::crc32c(&batch[21..]);
    batch[17..21].copy_from_slice(&crc.to_be_bytes());
    batch
}

#[test]
fn a_codec_that_is_none_and_a_client_s_delete_horizon_are_refused() {
    let with = |bits: u8| changed(|batch| batch[22] |= bits);
    for codec in 5..=7 {
        let refused = check(with(codec)).unwrap_err();
        assert_eq!(refused.code(), ErrorCode::UnsupportedCompressionType);
    }
    assert_eq!(check(with(1 << 6)).unwrap_err(), Rejection::DeleteHorizon);
}

#[test]
fn records_that_readers_would_stumble_over_are_refused() {
    let refused = |batch| check(batch).unwrap_err().code();
    // The second record says that it is the third.
    let record = (built(3, NOW.0).len() - 61) / 3;
    let misplaced = changed(|batch| batch[61 + record + 3] = 4);
    assert_eq!(refused(misplaced), ErrorCode::InvalidRecord);
    let garbage = changed(|batch| batch[61..].fill(0xff));
    assert_eq!(refused(garbage), ErrorCode::InvalidRecord);
    // Two records where the header says three, and four.
    for count in [2_u8, 4] {
        let miscounted = changed(|batch| {
            batch[26] = count - 1;
            batch[60] = count;
        });
        assert_eq!(refused(miscounted), ErrorCode::InvalidRecord, "{count}");
    }
}

#[test]
fn nothing_and_two_batches_are_refused() {
    assert_eq!(check(Vec::new()).unwrap_err(), Rejection::Empty);
    let mut two = built(1, NOW.0);
    let extra = two.len();
    two.extend(built(1, NOW.0));
    assert_eq!(check(two).unwrap_err(), Rejection::SeveralBatches { extra });
}

#[test]
fn a_batch_above_the_topic_s_limit_is_too_large() {
    let batch = Bytes::from(built(10, NOW.0));
    let fits = u32::try_from(batch.len()).unwrap();
    let rules = |max| AppendRules {
        max_message_bytes: max,
        ..AppendRules::default()
    };
    assert!(ProducedBatch::check(batch.clone(), &rules(fits), NOW).is_ok());
    let refused = ProducedBatch::check(batch, &rules(fits - 1), NOW).unwrap_err();
    assert_eq!(refused.code(), ErrorCode::MessageTooLarge);
}

#[test]
fn times_beyond_the_allowed_distance_are_refused() {
    let rules = AppendRules {
        timestamp_before_max_ms: 1000,
        timestamp_after_max_ms: 500,
        ..AppendRules::default()
    };
    let at = |time| ProducedBatch::check(Bytes::from(built(1, time)), &rules, NOW);
    assert!(at(NOW.0 - 1000).is_ok());
    assert!(at(NOW.0 + 500).is_ok());
    assert_eq!(
        at(NOW.0 - 1001).unwrap_err().code(),
        ErrorCode::InvalidTimestamp
    );
    assert_eq!(
        at(NOW.0 + 501).unwrap_err().code(),
        ErrorCode::InvalidTimestamp
    );
}

#[test]
fn log_append_time_is_stamped_and_checksummed() {
    let rules = AppendRules {
        timestamp_type: TimestampType::LogAppendTime,
        ..AppendRules::default()
    };
    let produced = ProducedBatch::check(Bytes::from(built(2, 5)), &rules, NOW).unwrap();
    assert_eq!(produced.log_append_time(), Some(NOW));
    assert_eq!(produced.header().max_timestamp, NOW.0);
    assert_eq!(
        produced.header().timestamp_type(),
        TimestampType::LogAppendTime
    );
    assert!(ProducedBatch::internal(produced.bytes().clone()).is_ok());
}

#[test]
fn clients_write_no_control_batches() {
    let batch = BatchBuilder::new(Compression::None).control();
    let mut batch = batch;
    batch.push(NOW.0, Some(b"k"), Some(b"v"), &[]);
    let bytes = batch.build().unwrap();
    let refused = ProducedBatch::check(bytes.clone(), &AppendRules::default(), NOW).unwrap_err();
    assert_eq!(refused, Rejection::Control);
    assert!(ProducedBatch::internal(bytes).is_ok());
}

proptest! {
    #[test]
    fn a_flipped_bit_never_passes(records in 1usize..20, at in any::<prop::sample::Index>(), bit in 0u8..8) {
        let mut batch = built(records, NOW.0);
        let at = at.index(batch.len());
        batch[at] ^= 1 << bit;
        let passed = check(batch).is_ok();
        // Base offset and leader epoch lie before the checksum; the broker overwrites both.
        prop_assert_eq!(passed, at < 8 || (12..16).contains(&at));
    }

    #[test]
    fn arbitrary_bytes_are_refused_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(check(bytes).is_err());
    }

    #[test]
    fn a_cut_batch_is_refused(records in 1usize..20, keep in any::<prop::sample::Index>()) {
        let mut batch = built(records, NOW.0);
        batch.truncate(keep.index(batch.len()));
        prop_assert!(check(batch).is_err());
    }
}
