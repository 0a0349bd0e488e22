//! Every message in every version: read and written again it is the same bytes.

use std::collections::HashMap;

use bytes::Bytes;

use super::definitions::{self, Maker, UnknownTags};
use crate::messages::{self, every_message};
use crate::{ApiKey, Message, Reader, Writer};

type Recode = fn(Bytes, i16) -> Result<Bytes, String>;

fn recode<M: Message>(bytes: Bytes, version: i16) -> Result<Bytes, String> {
    let mut reader = Reader::new(bytes);
    let message = M::decode(&mut reader, version).map_err(|error| error.to_string())?;
    reader.finish().map_err(|error| error.to_string())?;
    let mut writer = Writer::new();
    message
        .encode(&mut writer, version)
        .map_err(|error| error.to_string())?;
    let again = writer.into_bytes();
    let copy = M::decode(&mut Reader::new(again.clone()), version);
    assert_eq!(copy.as_ref(), Ok(&message), "{} version {version}", M::NAME);
    Ok(again)
}

fn default_in<M: Message>() -> Vec<(i16, String)> {
    let mut refused = Vec::new();
    for version in M::MIN_VERSION..=M::MAX_VERSION {
        if let Err(error) = M::default().encode(&mut Writer::new(), version) {
            refused.push((version, error.to_string()));
        }
    }
    refused
}

macro_rules! table {
    ($($name:ident),* $(,)?) => {
        HashMap::from([$((stringify!($name), recode::<messages::$name> as Recode)),*])
    };
}

macro_rules! refused_defaults {
    ($($name:ident),* $(,)?) => {
        vec![$((stringify!($name), default_in::<messages::$name>())),*]
    };
}

pub(super) fn recoders() -> HashMap<&'static str, Recode> {
    every_message!(table)
}

/// Calls `check` with name, version, seed and definition of every message in every version.
pub(super) fn each(seeds: u64, mut check: impl FnMut(&str, i16, u64, &serde_json::Value)) {
    for definition in definitions::all() {
        let name = definition["name"].as_str().unwrap();
        let (lowest, highest) = definitions::range(&definition["validVersions"]);
        for version in lowest..=highest {
            let version = i16::try_from(version).unwrap();
            for seed in 0..seeds {
                check(name, version, seed, &definition);
            }
        }
    }
}

#[test]
fn every_message_is_written_as_it_was_read() {
    let recoders = recoders();
    let mut count = 0;
    each(12, |name, version, seed, definition| {
        let bytes = Maker::bytes(definition, version, seed, UnknownTags::None);
        let bytes = Bytes::from(bytes);
        let again = recoders[name](bytes.clone(), version);
        assert_eq!(again, Ok(bytes), "{name} version {version} seed {seed}");
        count += 1;
    });
    assert!(count > 5_000, "only {count} cases were tried");
}

#[test]
fn tagged_fields_from_the_future_are_skipped() {
    let recoders = recoders();
    each(3, |name, version, seed, definition| {
        let plain = Maker::bytes(definition, version, seed, UnknownTags::None);
        let future = Maker::bytes(definition, version, seed, UnknownTags::Some);
        let again = recoders[name](Bytes::from(future), version);
        assert_eq!(
            again,
            Ok(Bytes::from(plain)),
            "{name} version {version} seed {seed}"
        );
    });
}

#[test]
fn every_default_can_be_written_in_every_version() {
    for (name, refused) in every_message!(refused_defaults) {
        assert_eq!(refused, [], "{name}");
    }
}

#[test]
fn announced_versions_can_be_read_and_unstable_ones_are_not_announced() {
    assert_eq!(ApiKey::InitProducerId.versions(), Some(0..=5));
    assert_eq!(ApiKey::Produce.versions(), Some(3..=13));
    assert_eq!(ApiKey::LeaderAndIsr.versions(), None);
    assert_eq!(ApiKey::ALL.len(), 93);
    for key in ApiKey::ALL {
        assert_eq!(ApiKey::from_code(key.code()), Some(*key));
    }
}
