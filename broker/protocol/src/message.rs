//! What every generated message can do.

use std::fmt::Debug;

use crate::{ApiKey, DecodeError, EncodeError, Reader, Writer};

/// A message of Kafka's protocol, or a record of its metadata or internal topics.
pub trait Message: Default + Clone + Debug + PartialEq + Sized {
    /// Kafka's name, such as `ProduceRequest`.
    const NAME: &'static str;
    /// The lowest version that can be read and written.
    const MIN_VERSION: i16;
    /// The highest version that can be read and written, versions still in the making included:
    /// what may be announced to clients is [`ApiKey::versions`].
    const MAX_VERSION: i16;

    /// Reads the message in `version`. What follows it is left in the reader.
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError>;

    /// Writes the message in `version`. A field that the version lacks must be at its default
    /// unless Kafka calls it ignorable.
    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError>;

    /// Hands every error code of a response to `each`, 0 for success included.
    fn errors(&self, each: &mut dyn FnMut(i16)) {
        let _ = each;
    }
}

/// A message that a client sends.
pub trait Request: Message {
    /// Names the request in its header.
    const KEY: ApiKey;
    /// What is answered, in the same version.
    type Response: Message;
}

/// A record that is told from others by a number: metadata records, keys and values of the
/// internal topics.
pub trait Keyed: Message {
    /// The number that precedes the record.
    const KIND: i16;
}
