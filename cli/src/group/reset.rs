//! `kavka group reset-offsets`: where a group goes on.

use std::collections::BTreeMap;

use clap::Args;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, Zoned};
use kavka_client::{Client, CommittedOffset, OffsetAt};

use crate::failure::Failure;
use crate::group::actions::{existing_group, refused};
use crate::table::Table;
use crate::terminal::write_out;

/// A partition of a topic.
type Partition = (String, i32);

/// The options.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub(crate) struct ResetOffsets {
    /// The group.
    #[arg(long)]
    pub(crate) group: String,
    /// A topic, or some partitions of it.
    #[arg(
        long = "topic",
        value_name = "TOPIC[:0,1]",
        required_unless_present = "all_topics"
    )]
    pub(crate) topics: Vec<String>,
    /// All topics that the group has offsets of.
    #[arg(long, conflicts_with = "topics")]
    pub(crate) all_topics: bool,
    #[command(flatten)]
    pub(crate) target: ResetTarget,
    /// Only show what would change; the default.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Change it.
    #[arg(long, conflicts_with = "dry_run")]
    pub(crate) execute: bool,
}

/// Where to.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
#[group(multiple = false)]
pub(crate) struct ResetTarget {
    /// To the oldest record.
    #[arg(long)]
    pub(crate) to_earliest: bool,
    /// To the end.
    #[arg(long)]
    pub(crate) to_latest: bool,
    /// To this offset, or the nearest one that is there.
    #[arg(long, value_name = "OFFSET")]
    pub(crate) to_offset: Option<i64>,
    /// To the first record from this time on: 2026-11-21T12:00:00, local unless a zone follows.
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub(crate) to_datetime: Option<Timestamp>,
    /// To the first record from so long ago on: PT1H, P2D or 90m.
    #[arg(long, value_name = "DURATION", value_parser = parse_time_ago)]
    pub(crate) by_duration: Option<Timestamp>,
    /// So many records forward, or back when negative.
    #[arg(long, value_name = "RECORDS", allow_hyphen_values = true)]
    pub(crate) shift_by: Option<i64>,
}

impl ResetTarget {
    /// True when one was named.
    pub(crate) fn is_named(&self) -> bool {
        let numbers = self.to_offset.or(self.shift_by).is_some();
        self.to_earliest || self.to_latest || numbers || self.time().is_some()
    }

    fn time(&self) -> Option<Timestamp> {
        self.to_datetime.or(self.by_duration)
    }
}

fn parse_time(text: &str) -> Result<Timestamp, String> {
    if let Ok(timestamp) = text.parse::<Timestamp>() {
        return Ok(timestamp);
    }
    let wrong = |_| "write it as 2026-11-21T12:00:00, or with a zone: 2026-11-21T12:00:00Z";
    let local: DateTime = text.parse().map_err(wrong)?;
    Ok(local
        .to_zoned(TimeZone::system())
        .map_err(wrong)?
        .timestamp())
}

fn parse_time_ago(text: &str) -> Result<Timestamp, String> {
    let span: Span = text.parse().map_err(|_| "write it as PT1H, P2D or 90m")?;
    let ago = Zoned::now()
        .checked_sub(span.abs())
        .map_err(|error| error.to_string())?;
    Ok(ago.timestamp())
}

/// What is known of a partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bounds {
    pub(crate) committed: Option<i64>,
    pub(crate) earliest: i64,
    pub(crate) latest: i64,
    /// The first offset from the wanted time on; none when there is no such record.
    pub(crate) at_time: Option<i64>,
}

/// The new offset of a partition, always one that can be read; `None` where nothing was committed
/// that could be shifted.
pub(crate) fn new_offset(target: &ResetTarget, bounds: Bounds) -> Option<i64> {
    let Bounds {
        committed,
        earliest,
        latest,
        at_time,
    } = bounds;
    let wanted = if target.to_earliest {
        earliest
    } else if target.to_latest {
        latest
    } else if let Some(offset) = target.to_offset {
        offset
    } else if let Some(records) = target.shift_by {
        committed?.saturating_add(records)
    } else {
        at_time.unwrap_or(latest)
    };
    Some(wanted.max(earliest).min(latest))
}

/// Shows the new offsets and, with `--execute`, commits them.
pub(crate) async fn run(client: &Client, reset: &ResetOffsets) -> Result<(), Failure> {
    let group = &reset.group;
    refuse_running_group(client, reset).await?;
    let committed: BTreeMap<Partition, i64> = client
        .fetch_offsets(group)
        .await?
        .into_iter()
        .filter(|entry| entry.offset >= 0)
        .map(|entry| ((entry.topic, entry.partition), entry.offset))
        .collect();
    let partitions = if reset.all_topics {
        committed.keys().cloned().collect()
    } else {
        named_partitions(client, &reset.topics).await?
    };
    let bounds = bounds_of(client, &partitions, &committed, reset.target.time()).await?;
    let mut table = Table::new(&[
        "GROUP",
        "TOPIC",
        "PARTITION",
        "CURRENT-OFFSET",
        "NEW-OFFSET",
    ]);
    let mut offsets = Vec::new();
    for ((topic, partition), bounds) in bounds {
        let new = new_offset(&reset.target, bounds);
        let shown = |offset: Option<i64>| offset.map(|o| o.to_string()).unwrap_or_default();
        table.row([
            group.clone(),
            topic.clone(),
            partition.to_string(),
            shown(bounds.committed),
            shown(new),
        ]);
        offsets.extend(new.map(|offset| CommittedOffset {
            topic,
            partition,
            offset,
            metadata: None,
        }));
    }
    write_out(format_args!("{table}"));
    if !reset.execute {
        eprintln!("Nothing was changed. Add --execute to do it.");
        return Ok(());
    }
    for ((topic, partition), result) in client.commit_offsets(group, &offsets).await? {
        result.map_err(|error| refused(&format!("reset {topic}-{partition} of"), group, &error))?;
    }
    Ok(())
}

/// A running group would overwrite what is committed here.
async fn refuse_running_group(client: &Client, reset: &ResetOffsets) -> Result<(), Failure> {
    let group = &reset.group;
    match existing_group(client, group).await {
        Ok(description) if description.members.is_empty() => Ok(()),
        Ok(description) => Err(Failure::new(format!(
            "cannot reset group {group:?}: it is {}, members: {}",
            description.state,
            description.members.len()
        ))
        .remedy("stop its consumers first; kavka group describe names their hosts")),
        // A group may be given offsets before it starts for the first time.
        Err(_) if !reset.all_topics => Ok(()),
        Err(failure) => Err(failure),
    }
}

/// The partitions of `topic` and `topic:0,1`.
async fn named_partitions(client: &Client, named: &[String]) -> Result<Vec<Partition>, Failure> {
    let mut partitions = Vec::new();
    for name in named {
        let (topic, chosen) = split_topic(name)?;
        let described = client.describe_topics(&[&topic]).await?;
        let exists = described.into_iter().find(|found| found.error.is_none());
        let Some(description) = exists else {
            return Err(Failure::new(format!("topic {topic:?} does not exist"))
                .remedy("see which there are: kavka topic list"));
        };
        let there: Vec<i32> = description
            .partitions
            .iter()
            .map(|found| found.index)
            .collect();
        if let Some(missing) = chosen.iter().find(|wanted| !there.contains(wanted)) {
            return Err(Failure::new(format!(
                "topic {topic:?} has no partition {missing}, only {}",
                there.len()
            )));
        }
        let wanted = if chosen.is_empty() { there } else { chosen };
        partitions.extend(
            wanted
                .into_iter()
                .map(|partition| (topic.clone(), partition)),
        );
    }
    Ok(partitions)
}

/// Splits `topic:0,1`; no numbers mean all partitions.
pub(crate) fn split_topic(name: &str) -> Result<(String, Vec<i32>), Failure> {
    let Some((topic, numbers)) = name.split_once(':') else {
        return Ok((name.to_owned(), Vec::new()));
    };
    let parsed: Result<Vec<i32>, _> = numbers
        .split(',')
        .map(|number| number.trim().parse())
        .collect();
    let partitions = parsed.map_err(|_| {
        Failure::usage(format!("{numbers:?} are not partitions of {topic}"))
            .remedy(format!("write --topic {topic}:0,1"))
    })?;
    Ok((topic.to_owned(), partitions))
}

async fn bounds_of(
    client: &Client,
    partitions: &[Partition],
    committed: &BTreeMap<Partition, i64>,
    time: Option<Timestamp>,
) -> Result<BTreeMap<Partition, Bounds>, Failure> {
    let earliest = offsets_at(client, partitions, OffsetAt::Earliest).await?;
    let latest = offsets_at(client, partitions, OffsetAt::Latest).await?;
    let at_time = match time {
        Some(time) => {
            offsets_at(
                client,
                partitions,
                OffsetAt::Timestamp(time.as_millisecond()),
            )
            .await?
        }
        None => BTreeMap::new(),
    };
    let bounds = |partition: &Partition| Bounds {
        committed: committed.get(partition).copied(),
        earliest: earliest.get(partition).copied().unwrap_or(0),
        latest: latest.get(partition).copied().unwrap_or(0),
        at_time: at_time
            .get(partition)
            .copied()
            .filter(|offset| *offset >= 0),
    };
    Ok(partitions
        .iter()
        .map(|partition| (partition.clone(), bounds(partition)))
        .collect())
}

async fn offsets_at(
    client: &Client,
    partitions: &[Partition],
    at: OffsetAt,
) -> Result<BTreeMap<Partition, i64>, Failure> {
    let mut offsets = BTreeMap::new();
    for ((topic, partition), result) in client.list_offsets(partitions, at).await? {
        let offset = result.map_err(|error| {
            Failure::new(format!(
                "cannot find the offsets of {topic}-{partition}: {error}"
            ))
        })?;
        offsets.insert((topic, partition), offset);
    }
    Ok(offsets)
}
