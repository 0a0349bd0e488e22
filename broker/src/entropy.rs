//! Randomness from the operating system: ids and seeds.

use std::fs::File;
use std::io::Read;

use kavka_protocol::Uuid;

/// Random bytes. A machine without `/dev/urandom` cannot run a broker: ids would repeat.
fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    if let Err(error) = File::open("/dev/urandom").and_then(|mut file| file.read_exact(&mut bytes))
    {
        tracing::error!(%error, "/dev/urandom gives no random bytes");
        std::process::abort();
    }
    bytes
}

/// A random id that is none of Kafka's reserved ones and, as Kafka's own, begins with no dash:
/// command lines would take it for an option.
pub(crate) fn uuid() -> Uuid {
    loop {
        let uuid = Uuid(bytes());
        if !uuid.is_zero() && !uuid.to_string().starts_with('-') {
            return uuid;
        }
    }
}

/// A seed for a state machine.
pub(crate) fn seed() -> u64 {
    u64::from_le_bytes(bytes())
}

/// What keeps others from choosing values with the same hash.
pub(crate) fn secret() -> [u64; 2] {
    [seed(), seed()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_differ() {
        assert_ne!(uuid(), uuid());
    }
}
