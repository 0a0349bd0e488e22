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
fn a_damaged_batch_is_not_handed_out_and_keeps_nothing_before_it_back() {
    let disk = SimDisk::new();
    let (_store, mut log) = new_log(&disk);
    append(&mut log, &["a"]);
    append(&mut log, &["b"]);
    append(&mut log, &["c"]);
    let path = Path::new("/data/t-0/00000000000000000000.log");
    let length = disk.content(path).unwrap().len() / 3;
    disk.damage(path, |content| content[2 * length - 1] ^= 1)
        .unwrap();
    let read = |from| log.read(Offset(from), 1 << 20, Offset(3), Minimum::OneBatch);
    assert_eq!(records(read(0).unwrap()), [(0, "a".to_owned())]);
    assert!(matches!(read(1), Err(ReadError::Corrupt { .. })));
    assert_eq!(records(read(2).unwrap()), [(2, "c".to_owned())]);
    assert!(log.verify().is_err());
}

/// What a read gives, or nothing where it is refused.
fn read_at(log: &PartitionLog<SimDisk>, offset: i64) -> Option<Vec<(i64, String)>> {
    let read = log.read(Offset(offset), 700, log.end_offset(), Minimum::OneBatch);
    match read {
        Ok(bytes) => Some(records(bytes)),
        Err(ReadError::Corrupt { .. }) => None,
        Err(other) => panic!("{other}"),
    }
}

/// The segments and their base offsets.
fn segments(disk: &SimDisk) -> Vec<(std::path::PathBuf, i64)> {
    let paths = disk.files().into_iter();
    let segments = paths.filter(|path| path.extension() == Some("log".as_ref()));
    let base = |path: &Path| path.file_stem()?.to_str()?.parse().ok();
    segments
        .map(|path| (path.clone(), base(&path).unwrap()))
        .collect()
}

/// The base offset lies before what a batch's checksum covers.
#[test]
fn a_batch_with_a_changed_base_offset_is_refused_and_never_served_elsewhere() {
    let disk = SimDisk::new();
    let (_store, mut log) = new_log(&disk);
    let value = |offset: i64| format!("{offset:04}");
    for number in 0..40 {
        let values = [0, 1, 2].map(|nth| value(number * 3 + nth));
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        log.append_batch(batch(&values, number * 10), CONTEXT)
            .unwrap();
    }
    let end = log.end_offset();
    let first = log.read(Offset(0), 1, end, Minimum::OneBatch).unwrap();
    let mut changed = 0;
    for (path, base) in segments(&disk) {
        for number in 0..disk.content(&path).unwrap().len() / first.len() {
            let offset = base + 3 * i64::try_from(number).unwrap();
            for (byte, bit) in [(7, 1), (7, 2), (7, 64), (6, 1), (0, 1), (0, 128)] {
                let flip = |content: &mut Vec<u8>| content[number * first.len() + byte] ^= bit;
                disk.damage(&path, flip).unwrap();
                for asked in (0..end.0).step_by(2) {
                    let begun = asked - asked % 3;
                    let right = (begun..).map(|offset| (offset, value(offset)));
                    let read = read_at(&log, asked).unwrap_or_default();
                    assert!(right.zip(&read).all(|(right, read)| right == *read));
                }
                for asked in offset..offset + 3 {
                    assert_eq!(read_at(&log, asked), None, "{offset}, byte {byte}");
                }
                let time = Timestamp(offset / 3 * 10);
                let hit = log.offset_for_timestamp(time, end);
                assert!(hit.is_err(), "{offset}, byte {byte}: {hit:?}");
                disk.damage(&path, flip).unwrap();
                changed += 1;
            }
        }
    }
    assert!(changed == 240 && log.segment_count() > 1, "{changed}");
    log.verify().unwrap();
}

/// At a start, too: what was synced is not looked at before it is read, but for its end.
#[test]
fn a_flushed_segment_with_a_changed_base_offset_never_gives_other_records() {
    let disk = SimDisk::new();
    let (store, mut log) = new_log(&disk);
    for number in 0..60 {
        append(&mut log, &[&format!("{number:04}")]);
    }
    store.flush().unwrap();
    drop((store, log));
    let mut refused = 0;
    for (path, _) in segments(&disk) {
        for position in 0..disk.content(&path).unwrap().len() {
            let disk = disk.fork();
            disk.crash(crate::disk::sim::Crash::Process);
            disk.damage(&path, |content| content[position] ^= 4)
                .unwrap();
            let opened = open_on(&disk, Path::new("/data"));
            refused += opened.report.damaged.len();
            for log in &opened.logs {
                assert_eq!(
                    log.end_offset(),
                    Offset(60),
                    "{}: {position}",
                    path.display()
                );
                for asked in 0..60 {
                    let Some(read) = read_at(log, asked) else {
                        refused += 1;
                        continue;
                    };
                    let right = (asked..).map(|offset| (offset, format!("{offset:04}")));
                    assert!(right.zip(&read).all(|(right, read)| right == *read));
                }
            }
        }
    }
    assert!(refused > 1000, "{refused}");
}
