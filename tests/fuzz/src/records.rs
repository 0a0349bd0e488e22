//! Record batches: as they come off the wire or a disk, and with what is within made reachable by a
//! right length and checksum.

use bytes::Bytes;
use kavka_protocol::records::{
    BatchBuilder, Batches, Compression, HEADER_LEN, set_log_append_time,
};

/// The most that one batch may unpack to here.
const CEILING: usize = 64 * 1024;

/// What a record takes at least: a length and six empty fields.
const RECORD_MIN: usize = 7;

pub(crate) fn run(data: &[u8]) {
    walk(data);
    let [codec, count, body @ ..] = data else {
        return;
    };
    let codecs = Compression::ALL;
    let Some(codec) = codecs.get(usize::from(*codec) % codecs.len()) else {
        return;
    };
    unpack(*codec, body);
    walk(&dressed(*codec, *count, body));
}

/// Reads all batches and records.
fn walk(bytes: &[u8]) {
    for batch in Batches::new(Bytes::copy_from_slice(bytes)) {
        let Ok(batch) = batch else { return };
        assert!(batch.header.total_len() <= bytes.len());
        if batch.check_crc().is_err() {
            continue;
        }
        let Ok(records) = batch.records(CEILING) else {
            continue;
        };
        let seen = records.take_while(Result::is_ok).count();
        assert!(seen <= CEILING.max(bytes.len()) / RECORD_MIN);
    }
}

fn unpack(codec: Compression, packed: &[u8]) {
    let Ok(plain) = codec.decompress(&Bytes::copy_from_slice(packed), CEILING) else {
        return;
    };
    assert!(plain.len() <= CEILING.max(packed.len()));
    if plain.len() <= CEILING {
        let again = codec.compress(&plain).unwrap();
        assert_eq!(codec.decompress(&again, CEILING).unwrap(), plain);
    }
}

/// A batch with `body` behind a header that fits it.
fn dressed(codec: Compression, count: u8, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(HEADER_LEN - 12 + body.len()).unwrap();
    let mut batch = vec![0; HEADER_LEN];
    let count = u32::from(count);
    let fields: [(usize, &[u8]); 6] = [
        (8, &length.to_be_bytes()),
        (16, &[2]),
        (21, &codec.id().to_be_bytes()),
        (23, &count.saturating_sub(1).to_be_bytes()),
        (43, &[0xff; 14]),
        (57, &count.to_be_bytes()),
    ];
    for (at, field) in fields {
        for (to, from) in batch.iter_mut().skip(at).zip(field) {
            *to = *from;
        }
    }
    batch.extend_from_slice(body);
    // Sets the checksum, too.
    set_log_append_time(&mut batch, 1);
    batch
}

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    for codec in Compression::ALL {
        let mut builder = BatchBuilder::new(codec).producer(7, 1, 3);
        for number in 0..20_u8 {
            builder.push(i64::from(number), Some(b"key"), Some(&[number; 40]), &[]);
        }
        let batch = builder.build().unwrap();
        let id = u8::try_from(codec.id()).unwrap();
        seeds.push([&[id, 20], &batch[HEADER_LEN..]].concat());
        seeds.push(batch.to_vec());
        let bomb = codec.compress(&vec![0; 8 << 20]).unwrap();
        seeds.push([&[id, 255], &bomb[..bomb.len().min(20_000)]].concat());
    }
    seeds
}
