//! What a broker reads back of its own: metadata, groups, producers, epochs, settings.

use bytes::Bytes;
use kavka_core::config::{GroupConfig, Properties};
use kavka_core::group::{Context, CoordinatorRecord, GroupCoordinator, GroupInput};
use kavka_core::log::{LeaderEpochs, ProducerSnapshot, ProducerStates};
use kavka_core::metadata::{MetadataImage, records};
use kavka_core::types::{Instant, PartitionIndex, Timestamp};

pub(crate) fn run(data: &[u8]) {
    let [which, body @ ..] = data else { return };
    match which % 5 {
        0 => metadata(body),
        1 => groups(body),
        2 => {
            if let Ok(snapshot) = ProducerSnapshot::parse(body) {
                let bytes = snapshot.states.to_snapshot(&snapshot.aborted);
                let again = ProducerSnapshot::parse(&bytes).unwrap();
                assert_eq!(again.states.to_snapshot(&again.aborted), bytes);
            }
        }
        3 => {
            let text = String::from_utf8_lossy(body);
            if let Ok(epochs) = LeaderEpochs::parse(&text) {
                assert_eq!(LeaderEpochs::parse(&epochs.to_text()), Ok(epochs));
            }
        }
        _ => drop(Properties::parse(&String::from_utf8_lossy(body))),
    }
}

fn metadata(entry: &[u8]) {
    let mut image = MetadataImage::default();
    if image.apply_entry(Bytes::copy_from_slice(entry)).is_err() {
        return;
    }
    // A snapshot of the image builds the same image.
    let mut again = MetadataImage::default();
    let snapshot = records::encode(&image.to_records()).unwrap();
    again.apply_entry(snapshot.into()).unwrap();
    assert_eq!(again.to_records(), image.to_records());
}

/// Records as length, key, length, value; a length of 255 stands for no value.
fn groups(mut body: &[u8]) {
    let mut take = || {
        let (length, rest) = body.split_first()?;
        if *length == u8::MAX {
            body = rest;
            return Some(None);
        }
        let (part, rest) = rest.split_at_checked(usize::from(*length))?;
        body = rest;
        Some(Some(Bytes::copy_from_slice(part)))
    };
    let mut loaded = Vec::new();
    while let (Some(Some(key)), Some(value)) = (take(), take()) {
        loaded.push(CoordinatorRecord { key, value });
    }
    let partition = PartitionIndex(0);
    let image = MetadataImage::default();
    let context = Context {
        now: Instant::default(),
        wall: Timestamp(1_000),
        image: &image,
    };
    let mut coordinator = GroupCoordinator::new(GroupConfig::default(), 1);
    let mut out = Vec::new();
    for input in [
        GroupInput::Partitions(1),
        GroupInput::Elected { partition },
        GroupInput::Loaded {
            partition,
            records: loaded,
        },
        GroupInput::LoadDone { partition },
        GroupInput::Tick,
    ] {
        coordinator.step(&context, input, &mut out);
    }
}

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let bootstrap = records::encode(&records::bootstrap()).unwrap();
    let offset_key = b"\0\x01\0\x01g\0\x01t\0\0\0\0";
    let offset_value = b"\0\x03\0\0\0\0\0\0\0\x05\xff\xff\xff\xff\0\0\0\0\0\0\0\0\0\0";
    let key_len = u8::try_from(offset_key.len()).unwrap();
    let value_len = u8::try_from(offset_value.len()).unwrap();
    vec![
        [&[0], &bootstrap[..]].concat(),
        [
            &[1, key_len],
            &offset_key[..],
            &[value_len],
            &offset_value[..],
        ]
        .concat(),
        [&[1, key_len], &offset_key[..], &[255]].concat(),
        [&[2], &ProducerStates::default().to_snapshot(&[])[..]].concat(),
        b"\x030\n2\n1 5\n3 9\n".to_vec(),
        b"\x04log.dirs=/data\n# nothing\nlisteners : \\u0041\n".to_vec(),
    ]
}
