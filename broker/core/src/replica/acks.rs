//! When a producer wants to be told that its records are kept.

/// Kafka's `acks`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acks {
    /// 0: at once, without an answer.
    None,
    /// 1: when the leader has them.
    Leader,
    /// -1: when all in-sync replicas have them.
    All,
}

impl Acks {
    /// The producer's number; none when it is not one of Kafka's.
    pub fn from_wire(acks: i16) -> Option<Self> {
        match acks {
            0 => Some(Self::None),
            1 => Some(Self::Leader),
            -1 => Some(Self::All),
            _ => None,
        }
    }
}
