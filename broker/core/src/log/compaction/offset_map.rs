//! The last offset of each key, in memory of a fixed size.

use std::hash::Hasher as _;

use siphasher::sip128::{Hasher128 as _, SipHasher13};

use crate::types::Offset;

/// The map holds as many keys as it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MapFull;

/// A key's digest and its last offset plus one. All zeros are an empty slot: a large map takes
/// memory only where it was written to.
type Slot = [u64; 3];

const NONE: Slot = [0; 3];

/// Bytes that a key takes, whatever its length.
pub(super) const SLOT_BYTES: usize = size_of::<Slot>();

/// The last offset of each key. Keys are known by a digest of 128 bits; its secret keeps anybody
/// from choosing two keys with the same one.
#[derive(Debug)]
pub struct OffsetMap {
    secret: [u64; 2],
    slots: Vec<Slot>,
    count: usize,
    count_max: usize,
}

impl OffsetMap {
    /// An empty map of at most `bytes`, of whose slots `load_percent` are filled. It holds one key
    /// at least.
    pub fn new(secret: [u64; 2], bytes: usize, load_percent: usize) -> Self {
        let slots = (bytes / SLOT_BYTES).max(2);
        let load = load_percent.clamp(1, 99);
        let count_max = slots / 100 * load + slots % 100 * load / 100;
        Self {
            secret,
            slots: vec![NONE; slots],
            count: 0,
            count_max: count_max.max(1),
        }
    }

    /// Number of keys.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there is no key.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Forgets all keys and keeps the memory.
    pub fn clear(&mut self) {
        if self.count > 0 {
            self.slots.fill(NONE);
            self.count = 0;
        }
    }

    /// Notes that `key` occurs at `offset`, which is larger than all before.
    pub fn put(&mut self, key: &[u8], offset: Offset) -> Result<(), MapFull> {
        let digest = self.digest(key);
        let place = self.place_of(digest);
        let Some(slot) = self.slots.get_mut(place) else {
            return Err(MapFull);
        };
        if *slot == NONE {
            if self.count >= self.count_max {
                return Err(MapFull);
            }
            self.count += 1;
        }
        let [first, second] = digest;
        *slot = [first, second, offset.0.cast_unsigned() + 1];
        Ok(())
    }

    /// The last offset of `key`.
    pub fn get(&self, key: &[u8]) -> Option<Offset> {
        let [_, _, offset] = self.slots.get(self.place_of(self.digest(key)))?;
        let offset = offset.checked_sub(1)?;
        Some(Offset(offset.cast_signed()))
    }

    fn digest(&self, key: &[u8]) -> [u64; 2] {
        let [first, second] = self.secret;
        let mut hasher = SipHasher13::new_with_keys(first, second);
        hasher.write(key);
        let digest = hasher.finish128();
        [digest.h1, digest.h2]
    }

    /// Where the digest lies, or the empty slot where it would.
    fn place_of(&self, digest: [u64; 2]) -> usize {
        let (count, [first, second]) = (self.slots.len(), digest);
        let scaled = u128::from(first) * u128::try_from(count).unwrap_or(0);
        let mut place = usize::try_from(scaled >> 64).unwrap_or(0);
        // At least one slot is empty, so this ends.
        while let Some(slot) = self.slots.get(place) {
            if *slot == NONE || *slot == [first, second, slot[2]] {
                break;
            }
            place = (place + 1) % count;
        }
        place
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashMap;

    const SECRET: [u64; 2] = [1, 2];

    proptest! {
        #[test]
        fn it_is_a_map_of_the_last_offsets(keys in prop::collection::vec(0u16..900, 0..3000)) {
            let mut map = OffsetMap::new(SECRET, SLOT_BYTES * 1100, 90);
            let mut expected = HashMap::new();
            for (offset, key) in (0..).zip(&keys) {
                map.put(&key.to_be_bytes(), Offset(offset)).unwrap();
                expected.insert(*key, Offset(offset));
            }
            prop_assert_eq!(map.len(), expected.len());
            for key in 0..1000u16 {
                prop_assert_eq!(map.get(&key.to_be_bytes()), expected.get(&key).copied());
            }
        }
    }

    #[test]
    fn it_is_full_at_its_load_and_never_larger_than_told() {
        let mut map = OffsetMap::new(SECRET, SLOT_BYTES * 5000 + 7, 80);
        let full = (0..10_000u32).find(|key| {
            map.put(&key.to_be_bytes(), Offset(i64::from(*key)))
                .is_err()
        });
        assert_eq!(full, Some(4000));
        assert_eq!(map.slots.len(), 5000);
        // A key that is known needs no more room.
        map.put(&7u32.to_be_bytes(), Offset(20_000)).unwrap();
        assert_eq!(map.get(&7u32.to_be_bytes()), Some(Offset(20_000)));
        assert_eq!(map.get(&3999u32.to_be_bytes()), Some(Offset(3999)));
        map.clear();
        assert!(map.is_empty() && map.get(&1u32.to_be_bytes()).is_none());
    }

    #[test]
    fn the_smallest_map_still_holds_a_key() {
        let mut map = OffsetMap::new(SECRET, 0, 90);
        map.put(b"a", Offset(7)).unwrap();
        assert_eq!(map.get(b"a"), Some(Offset(7)));
        assert_eq!(map.put(b"b", Offset(8)), Err(MapFull));
    }
}
