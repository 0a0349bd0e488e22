//! What a consumer reads and looks up.

use super::*;
use crate::partition::{Minimum, ReadError};

fn expected(range: std::ops::Range<i64>) -> Vec<(i64, String)> {
    range.map(|offset| (offset, format!("v{offset}"))).collect()
}

/// Batches of three records each.
fn filled(batches: i64) -> (LogStore<SimDisk>, PartitionLog<SimDisk>) {
    let (store, mut log) = new_log(&SimDisk::new());
    for number in 0..batches {
        let values: Vec<String> = (0..3).map(|nth| format!("v{}", number * 3 + nth)).collect();
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        let appended = log
            .append_batch(batch(&values, number * 10), CONTEXT)
            .unwrap();
        assert_eq!(appended.base_offset, Offset(number * 3));
    }
    (store, log)
}

#[test]
fn a_fetch_in_the_middle_of_a_batch_gives_the_whole_batch() {
    let (_store, log) = filled(4);
    let bytes = log
        .read(Offset(4), 1, Offset(12), Minimum::OneBatch)
        .unwrap();
    assert_eq!(records(bytes), expected(3..6));
}

#[test]
fn a_batch_above_the_limit_is_given_only_where_one_is_due() {
    let (_store, log) = filled(4);
    assert!(
        log.read(Offset(0), 10, Offset(12), Minimum::Nothing)
            .unwrap()
            .is_empty()
    );
    assert!(
        log.locate(Offset(0), 10, Offset(12), Minimum::Nothing)
            .unwrap()
            .is_none()
    );
    let bytes = log
        .read(Offset(0), 10, Offset(12), Minimum::OneBatch)
        .unwrap();
    assert_eq!(records(bytes), expected(0..3));
}

#[test]
fn nothing_at_or_above_the_high_watermark_is_read() {
    let (_store, log) = filled(4);
    let bytes = log
        .read(Offset(0), 1 << 20, Offset(6), Minimum::OneBatch)
        .unwrap();
    assert_eq!(records(bytes), expected(0..6));
    assert!(
        log.read(Offset(6), 1 << 20, Offset(6), Minimum::OneBatch)
            .unwrap()
            .is_empty()
    );
}

#[test]
fn every_offset_is_found_over_many_segments() {
    let (_store, log) = filled(100);
    assert!(log.segment_count() > 3);
    let end = log.end_offset();
    for offset in 0..300 {
        let read = records(
            log.read(Offset(offset), 300, end, Minimum::OneBatch)
                .unwrap(),
        );
        assert_eq!(read[0].0, offset - offset % 3);
        let range = log
            .locate(Offset(offset), 300, end, Minimum::OneBatch)
            .unwrap()
            .unwrap();
        assert_eq!(records(range.read().unwrap()), read);
    }
    assert_eq!(all(&log), expected(0..300));
}

#[test]
fn offsets_outside_of_the_log_are_out_of_range() {
    let (_store, log) = filled(1);
    for requested in [-1, 4] {
        let read = log.read(Offset(requested), 100, Offset(3), Minimum::OneBatch);
        assert!(
            matches!(read, Err(ReadError::OutOfRange { .. })),
            "{requested}"
        );
    }
    assert!(
        log.read(Offset(3), 100, Offset(3), Minimum::OneBatch)
            .unwrap()
            .is_empty()
    );
}

#[test]
fn a_time_gives_the_first_record_at_or_after_it() {
    let (_store, log) = filled(100);
    let end = log.end_offset();
    for number in 0..100 {
        for nth in 0..3 {
            let time = Timestamp(number * 10 + nth);
            let hit = log.offset_for_timestamp(time, end).unwrap().unwrap();
            assert_eq!(
                (hit.offset, hit.timestamp),
                (Offset(number * 3 + nth), time)
            );
        }
        // Between two batches the next one is meant.
        let hit = log
            .offset_for_timestamp(Timestamp(number * 10 - 5), end)
            .unwrap()
            .unwrap();
        assert_eq!(hit.offset, Offset(number * 3));
    }
    assert_eq!(log.offset_for_timestamp(Timestamp(993), end).unwrap(), None);
    assert_eq!(
        log.offset_for_timestamp(Timestamp(990), Offset(297))
            .unwrap(),
        None
    );
    assert_eq!(log.max_timestamp(end).unwrap().unwrap().offset, Offset(299));
    assert_eq!(
        log.max_timestamp(Offset(150)).unwrap().unwrap().offset,
        Offset(149)
    );
}

#[test]
fn a_damaged_batch_is_not_handed_out() {
    let disk = SimDisk::new();
    let (_store, mut log) = new_log(&disk);
    append(&mut log, &["a"]);
    append(&mut log, &["b"]);
    let path = Path::new("/data/t-0/00000000000000000000.log");
    disk.damage(path, |content| *content.last_mut().unwrap() ^= 1)
        .unwrap();
    let read = log.read(Offset(0), 1 << 20, Offset(2), Minimum::OneBatch);
    assert!(matches!(read, Err(ReadError::Corrupt { .. })));
    assert!(log.verify().is_err());
    let sound = log
        .read(Offset(0), 1 << 20, Offset(1), Minimum::OneBatch)
        .unwrap();
    assert_eq!(records(sound), [(0, "a".to_owned())]);
}
