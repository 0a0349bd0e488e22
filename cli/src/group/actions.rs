//! Listing, describing and deleting groups.

use std::collections::BTreeMap;

use kavka_client::{ApiError, Client, ErrorCode, GroupDescription, GroupMember, OffsetAt};

use crate::failure::Failure;
use crate::table::Table;
use crate::terminal::{say, write_out};

/// The state of a group that the coordinator does not know.
const UNKNOWN: &str = "Dead";

/// Prints the names, in order.
pub(crate) async fn list(client: &Client, with_state: bool) -> Result<(), Failure> {
    let mut groups = client.list_groups().await?;
    groups.sort_by(|one, other| one.group_id.cmp(&other.group_id));
    if with_state {
        let mut table = Table::new(&["GROUP", "STATE"]);
        for group in groups {
            table.row([group.group_id, group.state]);
        }
        write_out(format_args!("{table}"));
        return Ok(());
    }
    for group in groups {
        say!("{}", group.group_id);
    }
    Ok(())
}

/// Prints the table of lags of each group.
pub(crate) async fn describe(client: &Client, mut groups: Vec<String>) -> Result<(), Failure> {
    if groups.is_empty() {
        groups = client
            .list_groups()
            .await?
            .into_iter()
            .map(|group| group.group_id)
            .collect();
        groups.sort();
    }
    for (index, group) in groups.iter().enumerate() {
        if index > 0 {
            say!("");
        }
        describe_one(client, group).await?;
    }
    Ok(())
}

async fn describe_one(client: &Client, group: &str) -> Result<(), Failure> {
    let description = existing_group(client, group).await?;
    if description.members.is_empty() {
        eprintln!("Consumer group '{group}' has no active members.");
    }
    let mut rows: BTreeMap<(String, i32), Row<'_>> = BTreeMap::new();
    for committed in client.fetch_offsets(group).await? {
        let row = rows
            .entry((committed.topic, committed.partition))
            .or_default();
        row.committed = Some(committed.offset).filter(|offset| *offset >= 0);
    }
    for member in &description.members {
        for (topic, partitions) in &member.assignment {
            for partition in partitions {
                rows.entry((topic.clone(), *partition)).or_default().member = Some(member);
            }
        }
    }
    let partitions: Vec<(String, i32)> = rows.keys().cloned().collect();
    for (partition, end) in client.list_offsets(&partitions, OffsetAt::Latest).await? {
        if let (Some(row), Ok(end)) = (rows.get_mut(&partition), end) {
            row.end = Some(end);
        }
    }
    write_out(format_args!("{}", lag_table(group, &rows)));
    Ok(())
}

/// What is known of one partition of one group.
#[derive(Debug, Default)]
pub(crate) struct Row<'a> {
    pub(crate) committed: Option<i64>,
    pub(crate) end: Option<i64>,
    pub(crate) member: Option<&'a GroupMember>,
}

/// The columns of Kafka's own tool.
pub(crate) fn lag_table(group: &str, rows: &BTreeMap<(String, i32), Row<'_>>) -> Table {
    let mut table = Table::new(&[
        "GROUP",
        "TOPIC",
        "PARTITION",
        "CURRENT-OFFSET",
        "LOG-END-OFFSET",
        "LAG",
        "CONSUMER-ID",
        "HOST",
        "CLIENT-ID",
    ]);
    let number = |number: Option<i64>| number.map(|number| number.to_string()).unwrap_or_default();
    for ((topic, partition), row) in rows {
        let lag = row
            .committed
            .zip(row.end)
            .map(|(committed, end)| (end - committed).max(0));
        let member = |of: fn(&GroupMember) -> &String| row.member.map(of).cloned();
        table.row([
            group.to_owned(),
            topic.clone(),
            partition.to_string(),
            number(row.committed),
            number(row.end),
            number(lag),
            member(|member| &member.member_id).unwrap_or_default(),
            member(|member| &member.client_host).unwrap_or_default(),
            member(|member| &member.client_id).unwrap_or_default(),
        ]);
    }
    table
}

/// A group that the coordinator knows.
pub(crate) async fn existing_group(
    client: &Client,
    group: &str,
) -> Result<GroupDescription, Failure> {
    let described = client.describe_groups(&[group]).await?;
    let Some((_, result)) = described.into_iter().next() else {
        return Err(missing(group));
    };
    match result {
        Ok(description) if description.state == UNKNOWN => Err(missing(group)),
        Ok(description) => Ok(description),
        Err(error) if error.code == ErrorCode::GroupIdNotFound => Err(missing(group)),
        Err(error) => Err(refused("describe", group, &error)),
    }
}

fn missing(group: &str) -> Failure {
    Failure::new(format!("group {group:?} does not exist"))
        .remedy("see which groups there are: kavka group list")
}

/// Deletes the groups.
pub(crate) async fn delete(client: &Client, groups: &[String]) -> Result<(), Failure> {
    let wanted: Vec<&str> = groups.iter().map(String::as_str).collect();
    let mut outcome = Ok(());
    for (group, result) in client.delete_groups(&wanted).await? {
        match result {
            Ok(()) => say!("Deleted group {group}."),
            Err(error) => outcome = Err(refused("delete", &group, &error)),
        }
    }
    outcome
}

/// What a broker refused, with the remedy where the code suggests one.
pub(crate) fn refused(action: &str, group: &str, error: &ApiError) -> Failure {
    match error.code {
        ErrorCode::GroupIdNotFound => missing(group),
        ErrorCode::NonEmptyGroup => Failure::new(format!(
            "cannot {action} group {group:?}: it has running members"
        ))
        .remedy("stop its consumers first; kavka group describe names their hosts"),
        _ => Failure::new(format!("cannot {action} group {group:?}: {error}")),
    }
}
