use bytes::Bytes;
use proptest::prelude::*;

use super::*;

const CEILING: usize = 1 << 20;

fn header(key: &'static str, value: Option<&'static [u8]>) -> RecordHeader {
    RecordHeader {
        key: Bytes::from(key),
        value: value.map(Bytes::from_static),
    }
}

fn batch_of(compression: Compression, values: &[Vec<u8>]) -> Bytes {
    let mut builder = BatchBuilder::new(compression)
        .base_offset(100)
        .producer(7, 1, 40);
    for (place, value) in values.iter().enumerate() {
        let timestamp = 1_700_000_000_000 + i64::try_from(place).unwrap();
        builder.push(timestamp, None, Some(value), &[]);
    }
    builder.build().unwrap()
}

fn only(bytes: Bytes) -> Batch {
    let mut batches = Batches::new(bytes);
    let batch = batches.next().unwrap().unwrap();
    assert!(batches.next().is_none());
    batch
}

/// CRC-32C bit by bit, to judge the crate that computes it fast.
fn slow_crc32c(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ if crc & 1 == 1 { 0x82f6_3b78 } else { 0 }
        })
    })
}

#[test]
fn a_batch_of_one_record_is_laid_out_as_the_protocol_guide_says() {
    let mut builder = BatchBuilder::new(Compression::None).base_offset(3);
    builder.push(1_000, Some(b"k"), Some(b"hello"), &[header("h", None)]);
    let batch = builder.build().unwrap();
    let crc = slow_crc32c(&batch[21..]).to_be_bytes();
    let mut expected = Vec::new();
    expected.extend(b"\0\0\0\0\0\0\0\x03\0\0\0\x41\xff\xff\xff\xff\x02");
    expected.extend(crc);
    expected.extend(b"\0\0\0\0\0\0\0\0\0\0\0\0\x03\xe8\0\0\0\0\0\0\x03\xe8");
    expected.extend(b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\0\0\0\x01");
    expected.extend(b"\x1e\0\0\0\x02k\x0ahello\x02\x02h\x01");
    assert_eq!(batch, expected);
}

#[test]
fn every_codec_gives_back_what_it_got() {
    let values: Vec<Vec<u8>> = (0..500)
        .map(|n| format!("line {n} of many").into())
        .collect();
    for codec in Compression::ALL {
        let batch = only(batch_of(codec, &values));
        assert_eq!(batch.check_crc(), Ok(()));
        assert_eq!(batch.header.compression(), Ok(codec));
        let records: Vec<Record> = batch
            .records(CEILING)
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        assert_eq!(records.len(), 500, "{codec}");
        let last = records.last().unwrap();
        assert_eq!((last.offset, last.timestamp), (599, 1_700_000_000_499));
        assert_eq!(last.value.as_deref(), Some(&b"line 499 of many"[..]));
        assert_eq!(codec.name().parse(), Ok(codec));
    }
}

#[test]
fn a_level_makes_a_codec_work_harder_and_any_reads_back() {
    let numbers: Vec<String> = (0..40_000).map(|n| (n * 7919 % 1000).to_string()).collect();
    let text = numbers.join(" ");
    for (codec, low, high) in [(Compression::Gzip, 1, 9), (Compression::Zstd, -7, 19)] {
        let [weak, strong] = [low, high].map(|level| {
            let packed = codec.compress_at(text.as_bytes(), Some(level)).unwrap();
            assert_eq!(codec.decompress(&packed, text.len()).unwrap(), text);
            packed.len()
        });
        assert!(strong < weak, "{codec}: {strong} is not less than {weak}");
        let usual = codec.compress(text.as_bytes()).unwrap();
        assert_eq!(codec.compress_at(text.as_bytes(), None).unwrap(), usual);
    }
    let usual = Compression::Gzip.compress(text.as_bytes()).unwrap();
    let unset = Compression::Gzip
        .compress_at(text.as_bytes(), Some(-1))
        .unwrap();
    assert_eq!(unset, usual);
}

#[test]
fn a_bomb_is_refused_at_the_ceiling_by_every_codec() {
    let values = vec![vec![0; 3 * CEILING]];
    for codec in Compression::ALL {
        let batch = only(batch_of(codec, &values));
        let error = batch.records(CEILING).unwrap_err();
        assert_eq!(error, BatchError::TooLarge { ceiling: CEILING }, "{codec}");
    }
}

#[test]
fn snappy_that_announces_more_than_it_can_hold_is_refused_before_memory_is_taken() {
    let announced = Bytes::from_static(&[0xff, 0xff, 0xff, 0x7f, 0x00]);
    let error = Compression::Snappy
        .decompress(&announced, usize::MAX)
        .unwrap_err();
    assert!(
        matches!(
            error,
            BatchError::Corrupt {
                codec: "snappy",
                ..
            }
        ),
        "{error}"
    );
}

#[test]
fn snappy_without_blocks_is_read_as_librdkafka_writes_it() {
    let raw = snap::raw::Encoder::new()
        .compress_vec(b"plain words, plain words")
        .unwrap();
    let plain = Compression::Snappy
        .decompress(&Bytes::from(raw), CEILING)
        .unwrap();
    assert_eq!(&plain[..], b"plain words, plain words");
}

#[test]
fn base_offset_and_leader_epoch_change_without_the_checksum() {
    let mut bytes = batch_of(Compression::Lz4, &[b"a".to_vec(), b"b".to_vec()]).to_vec();
    patch_base_offset(&mut bytes, 4_000);
    patch_partition_leader_epoch(&mut bytes, 12);
    let batch = only(Bytes::from(bytes));
    assert_eq!(batch.check_crc(), Ok(()));
    assert_eq!(
        (batch.header.base_offset, batch.header.last_offset()),
        (4_000, 4_001)
    );
    assert_eq!(batch.header.partition_leader_epoch, 12);
    assert_eq!(batch.header.encode()[..], batch.bytes[..HEADER_LEN]);
}

#[test]
fn the_time_of_the_append_replaces_every_record_s_own() {
    let mut bytes = batch_of(Compression::None, &[b"a".to_vec(), b"b".to_vec()]).to_vec();
    set_log_append_time(&mut bytes, 55);
    let batch = only(Bytes::from(bytes));
    assert_eq!(batch.check_crc(), Ok(()));
    assert_eq!(batch.header.timestamp_type(), TimestampType::LogAppendTime);
    assert!(
        batch
            .records(CEILING)
            .unwrap()
            .all(|record| record.unwrap().timestamp == 55)
    );
}

#[test]
fn flags_are_told_apart() {
    let mut builder = BatchBuilder::new(Compression::None)
        .transactional()
        .control();
    builder.push(1, Some(&[0, 0, 0, 1]), None, &[]);
    let header = only(builder.build().unwrap()).header;
    assert!(header.is_control() && header.is_transactional() && !header.has_delete_horizon());
    assert!(!header.has_producer());
    assert!(BatchBuilder::new(Compression::None).build().is_err());
}

#[test]
fn concatenated_batches_are_split_and_a_torn_tail_is_named() {
    let one = batch_of(Compression::None, &[b"one".to_vec()]);
    let two = batch_of(Compression::Zstd, &[b"two".to_vec()]);
    let torn = [&one[..], &two[..], &one[..40]].concat();
    let found: Vec<_> = Batches::new(Bytes::from(torn)).collect();
    assert_eq!(found.len(), 3);
    assert_eq!(found[1].as_ref().unwrap().bytes, two);
    assert_eq!(
        found[2],
        Err(BatchError::Truncated {
            needed: 61,
            left: 40
        })
    );
}

#[test]
fn headers_that_no_batch_has_are_refused() {
    let good = batch_of(Compression::None, &[b"one".to_vec()]).to_vec();
    let with = |place: usize, field: &[u8]| {
        let mut bad = good.clone();
        bad[place..place + field.len()].copy_from_slice(field);
        BatchHeader::parse(&bad).unwrap_err()
    };
    assert_eq!(with(16, &[1]), BatchError::Magic(1));
    for (place, field) in [(8, -1i32), (8, 48), (23, -1), (57, 2), (57, -1)] {
        let error = with(place, &field.to_be_bytes());
        assert!(matches!(error, BatchError::Field { value, .. } if value == i64::from(field)));
    }
}

proptest! {
    #[test]
    fn a_flipped_bit_after_the_checksum_is_noticed(
        value in proptest::collection::vec(any::<u8>(), 0..200),
        place in any::<proptest::sample::Index>(),
        bit in 0u8..8,
    ) {
        let mut bytes = batch_of(Compression::None, &[value]).to_vec();
        let place = 21 + place.index(bytes.len() - 21);
        bytes[place] ^= 1 << bit;
        if let Ok(header) = BatchHeader::parse(&bytes) {
            let batch = Batch { header, bytes: Bytes::from(bytes) };
            let noticed = matches!(batch.check_crc(), Err(BatchError::Checksum { .. }));
            prop_assert!(noticed);
        }
    }

    #[test]
    fn records_of_any_kind_come_back(
        records in proptest::collection::vec(
            (
                any::<i64>(),
                proptest::option::of(proptest::collection::vec(any::<u8>(), 0..20)),
                proptest::option::of(proptest::collection::vec(any::<u8>(), 0..200)),
            ),
            1..30,
        ),
        codec in proptest::sample::select(&Compression::ALL[..]),
    ) {
        let mut builder = BatchBuilder::new(codec);
        let headers = [header("trace", Some(b"1")), header("", None)];
        for (timestamp, key, value) in &records {
            builder.push(*timestamp, key.as_deref(), value.as_deref(), &headers);
        }
        let batch = only(builder.build().unwrap());
        let read: Vec<Record> = batch.records(CEILING).unwrap().map(Result::unwrap).collect();
        prop_assert_eq!(read.len(), records.len());
        for (read, (timestamp, key, value)) in read.iter().zip(&records) {
            prop_assert_eq!(read.timestamp, *timestamp);
            prop_assert_eq!(read.key.as_deref(), key.as_deref());
            prop_assert_eq!(read.value.as_deref(), value.as_deref());
            prop_assert_eq!(&read.headers[..], &headers[..]);
        }
    }

    #[test]
    fn bytes_that_are_no_records_end_in_an_error(
        body in proptest::collection::vec(any::<u8>(), 0..300),
        codec in 0i16..8,
    ) {
        let mut bytes = batch_of(Compression::None, &[b"x".to_vec()])[..HEADER_LEN].to_vec();
        bytes.extend(&body);
        let length = i32::try_from(bytes.len() - 12).unwrap();
        bytes[8..12].copy_from_slice(&length.to_be_bytes());
        bytes[21..23].copy_from_slice(&codec.to_be_bytes());
        let batch = only(Bytes::from(bytes));
        if let Ok(records) = batch.records(CEILING) {
            prop_assert!(records.count() <= 2);
        }
    }
}

/// What the layout check is a cheap form of.
fn reads_in_order(batch: &Batch) -> bool {
    let Ok(records) = batch.records(CEILING) else {
        return false;
    };
    let deltas: Result<Vec<i32>, BatchError> = records
        .map(|record| record.map(|record| record.offset_delta))
        .collect();
    deltas.is_ok_and(|deltas| deltas.into_iter().eq(0..batch.header.records_count))
}

proptest! {
    #[test]
    fn the_layout_is_sound_exactly_when_every_record_reads_in_its_place(
        values in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 1..20),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..3),
        count_off in -1_i32..=1,
    ) {
        let mut builder = BatchBuilder::new(Compression::None);
        for (place, value) in values.iter().enumerate() {
            let headers = [header("h", None), header("name", Some(b"value"))];
            builder.push(1_000, Some(value), Some(b"v"), &headers[..place % 3]);
        }
        let mut bytes = builder.build().unwrap().to_vec();
        for (place, byte) in damage {
            let place = 61 + place.index(bytes.len() - 61);
            bytes[place] = byte;
        }
        let mut batch = only(Bytes::from(bytes));
        prop_assume!(batch.header.records_count + count_off > 0);
        batch.header.records_count += count_off;
        prop_assert_eq!(batch.check_layout().is_ok(), reads_in_order(&batch));
    }
}
