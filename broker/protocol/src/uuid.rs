//! Kafka's 16-byte identities (KIP-516).

use std::fmt;
use std::str::FromStr;

/// A 16-byte identity as Kafka writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Uuid(pub [u8; 16]);

/// The text is no identity as Kafka prints it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is no Kafka uuid: 22 characters of A-Z a-z 0-9 - _ are expected")]
pub struct UuidError {
    /// What was read.
    pub text: String,
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const TEXT_LEN: usize = 22;

impl Uuid {
    /// Stands for "no identity".
    pub const ZERO: Self = Self([0; 16]);

    /// Whether this is the identity that stands for none.
    pub fn is_zero(&self) -> bool {
        *self == Self::ZERO
    }
}

impl fmt::Display for Uuid {
    /// Base64url without padding, as Kafka's tools print it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::with_capacity(TEXT_LEN);
        for three in self.0.chunks(3) {
            let mut bits = three
                .iter()
                .fold(0u32, |bits, byte| (bits << 8) | u32::from(*byte));
            bits <<= 8 * (3 - three.len());
            for place in 0..=three.len() {
                let index = (bits >> (18 - 6 * place)) & 63;
                let letter = ALPHABET.get(index as usize).copied().unwrap_or(b'A');
                text.push(char::from(letter));
            }
        }
        f.pad(&text)
    }
}

impl FromStr for Uuid {
    type Err = UuidError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fault = || UuidError {
            text: text.to_owned(),
        };
        if text.len() != TEXT_LEN {
            return Err(fault());
        }
        let mut bits = 0u128;
        for (place, byte) in text.bytes().enumerate() {
            let value = ALPHABET
                .iter()
                .position(|letter| *letter == byte)
                .ok_or_else(fault)?;
            let value = u128::try_from(value).map_err(|_| fault())?;
            // 21 letters are 126 bits; of the last one only the two upper bits count.
            bits = if place + 1 < TEXT_LEN {
                (bits << 6) | value
            } else {
                (bits << 2) | (value >> 4)
            };
        }
        Ok(Self(bits.to_be_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn zero_prints_as_kafka_prints_it() {
        assert_eq!(Uuid::ZERO.to_string(), "AAAAAAAAAAAAAAAAAAAAAA");
        assert_eq!(Uuid([0xff; 16]).to_string(), "_____________________w");
    }

    #[test]
    fn text_that_is_no_uuid_is_refused_with_the_text() {
        for text in ["", "abc", "AAAAAAAAAAAAAAAAAAAAA!", "ÄÄÄÄÄÄÄÄÄÄÄ"] {
            assert_eq!(
                text.parse::<Uuid>(),
                Err(UuidError {
                    text: text.to_owned()
                })
            );
        }
    }

    proptest! {
        #[test]
        fn printed_and_read_back_is_the_same(bytes: [u8; 16]) {
            prop_assert_eq!(Uuid(bytes).to_string().parse::<Uuid>(), Ok(Uuid(bytes)));
        }
    }
}
