//! Which names a topic may have.

use thiserror::Error;

/// Where groups keep their offsets.
pub const CONSUMER_OFFSETS: &str = "__consumer_offsets";
/// Where transactions are kept.
pub const TRANSACTION_STATE: &str = "__transaction_state";
/// The metadata's own log, which is no topic but is named like one.
pub const METADATA_TOPIC: &str = "__cluster_metadata";
/// The longest name: with partition number and suffix it must fit a file's name.
const LONGEST: usize = 249;

/// A name that no topic may have.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TopicNameError {
    /// It is empty.
    #[error("Topic name is invalid: the empty string is not allowed")]
    Empty,
    /// It is a folder's own or its parent's name.
    #[error("Topic name is invalid: '.' or '..' is not allowed")]
    Dots,
    /// It is too long.
    #[error("Topic name is invalid: the length of '{0}' is longer than the max allowed length 249")]
    Long(String),
    /// It has a character that a file's or metric's name must not have.
    #[error(
        "Topic name is invalid: '{0}' contains one or more characters other than ASCII \
         alphanumerics, '.', '_' and '-'"
    )]
    Character(String),
}

/// Whether the name is a topic of the cluster's own.
pub fn is_internal(name: &str) -> bool {
    name == CONSUMER_OFFSETS || name == TRANSACTION_STATE
}

/// Refuses names that Kafka refuses.
pub fn validate(name: &str) -> Result<(), TopicNameError> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    if name.is_empty() {
        return Err(TopicNameError::Empty);
    }
    if name == "." || name == ".." {
        return Err(TopicNameError::Dots);
    }
    if name.len() > LONGEST {
        return Err(TopicNameError::Long(name.chars().take(LONGEST).collect()));
    }
    if !name.chars().all(allowed) {
        return Err(TopicNameError::Character(name.to_owned()));
    }
    Ok(())
}

/// Whether the two names would be one in the names of metrics, where '.' becomes '_'.
pub fn collide(left: &str, right: &str) -> bool {
    left != right
        && left.len() == right.len()
        && left.bytes().zip(right.bytes()).all(|(l, r)| {
            let dot = |byte: u8| if byte == b'.' { b'_' } else { byte };
            dot(l) == dot(r)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_kafka_refuses_are_refused() {
        assert_eq!(validate("topic-sample_1.x"), Ok(()));
        assert_eq!(validate(&"a".repeat(249)), Ok(()));
        assert_eq!(validate(""), Err(TopicNameError::Empty));
        assert_eq!(validate(".."), Err(TopicNameError::Dots));
        assert!(matches!(
            validate(&"a".repeat(250)),
            Err(TopicNameError::Long(_))
        ));
        for name in ["a/b", "a b", "ä", "a\0"] {
            assert_eq!(
                validate(name),
                Err(TopicNameError::Character(name.to_owned()))
            );
        }
    }

    #[test]
    fn dots_and_underscores_collide() {
        assert!(collide("a.b", "a_b"));
        assert!(!collide("a.b", "a.b"));
        assert!(!collide("a.b", "a_c"));
    }
}
