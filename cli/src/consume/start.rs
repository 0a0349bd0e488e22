//! Where reading begins.

use std::str::FromStr;

use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::RDKafkaErrorCode;
use rdkafka::topic_partition_list::Offset;

use crate::connection::{ANSWER_TIME_MAX, QuietContext, unreachable_broker};
use crate::failure::Failure;
use crate::produce::plain;

/// The first record of a partition to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StartAt {
    /// The oldest that is still there.
    Earliest,
    /// The next one to be written.
    Latest,
    /// The one at an offset.
    Offset(i64),
    /// The one that many before the end.
    BeforeEnd(i64),
}

impl StartAt {
    /// The same for librdkafka.
    pub(crate) fn offset(self) -> Offset {
        match self {
            Self::Earliest => Offset::Beginning,
            Self::Latest => Offset::End,
            Self::Offset(offset) => Offset::Offset(offset),
            Self::BeforeEnd(records) => Offset::OffsetTail(records),
        }
    }
}

impl FromStr for StartAt {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match (text, text.parse::<i64>()) {
            ("earliest" | "beginning", _) => Ok(Self::Earliest),
            ("latest" | "end", _) => Ok(Self::Latest),
            (_, Ok(offset @ 0..)) => Ok(Self::Offset(offset)),
            (_, Ok(offset)) => offset
                .checked_neg()
                .map(Self::BeforeEnd)
                .ok_or("too small".into()),
            (_, Err(_)) => Err("write a number, earliest, latest, or -N".into()),
        }
    }
}

/// The partitions of a topic that exists.
pub(crate) fn partitions_of(
    consumer: &BaseConsumer<QuietContext>,
    topic: &str,
) -> Result<Vec<i32>, Failure> {
    let metadata = consumer
        .fetch_metadata(Some(topic), ANSWER_TIME_MAX)
        .map_err(|error| {
            let reason = consumer
                .context()
                .last_reason()
                .unwrap_or_else(|| plain(&error));
            unreachable_broker(&reason)
        })?;
    let described = metadata
        .topics()
        .iter()
        .find(|described| described.name() == topic);
    let Some(described) = described else {
        return Err(missing_topic(topic));
    };
    match described.error().map(RDKafkaErrorCode::from) {
        Some(RDKafkaErrorCode::UnknownTopicOrPartition | RDKafkaErrorCode::UnknownTopic) => {
            return Err(missing_topic(topic));
        }
        // The leader is being chosen: librdkafka waits for it.
        None | Some(RDKafkaErrorCode::LeaderNotAvailable) => {}
        Some(code) => return Err(Failure::new(format!("cannot read topic {topic:?}: {code}"))),
    }
    Ok(described
        .partitions()
        .iter()
        .map(rdkafka::metadata::MetadataPartition::id)
        .collect())
}

/// The failure of a topic that is not there.
pub(crate) fn missing_topic(topic: &str) -> Failure {
    Failure::new(format!("topic {topic:?} does not exist"))
        .remedy(format!("make it: kavka topic create {topic}"))
        .remedy("or see which there are: kavka topic list")
}

#[cfg(test)]
mod tests {
    use super::StartAt;

    #[test]
    fn offsets_are_absolute_or_count_from_the_end() {
        assert_eq!("5".parse(), Ok(StartAt::Offset(5)));
        assert_eq!("-5".parse(), Ok(StartAt::BeforeEnd(5)));
        assert_eq!("earliest".parse(), Ok(StartAt::Earliest));
        assert!("early".parse::<StartAt>().is_err());
    }
}
