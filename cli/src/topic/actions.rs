//! The administrative calls behind `kavka topic`, and their answers in words.

use std::collections::BTreeMap;

use kavka_client::{
    Alteration, ApiError, Client, ConfigResource, ConfigSource, ErrorCode, Mode, NewTopic,
    TopicDescription,
};

use crate::connection::split_setting;
use crate::failure::Failure;
use crate::terminal::{say, write_out};
use crate::topic::{AlterTopic, CreateTopic};

/// Prints the names, in order.
pub(crate) async fn list(client: &Client, exclude_internal: bool) -> Result<(), Failure> {
    let mut topics = client.list_topics().await?;
    topics.retain(|topic| !(exclude_internal && topic.internal));
    topics.sort_by(|one, other| one.name.cmp(&other.name));
    for topic in topics {
        say!("{}", topic.name);
    }
    Ok(())
}

/// Prints topics in the form of Kafka's own tool, which people have scripts for.
pub(crate) async fn describe(client: &Client, names: &[String]) -> Result<(), Failure> {
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut topics = if names.is_empty() {
        client.list_topics().await?
    } else {
        client.describe_topics(&names).await?
    };
    topics.sort_by(|one, other| one.name.cmp(&other.name));
    if let Some((topic, code)) = topics.iter().find_map(|topic| Some((topic, topic.error?))) {
        let error = ApiError {
            code,
            message: None,
        };
        return Err(refused("describe", &topic.name, &error));
    }
    let settings = own_settings(client, &topics).await?;
    for topic in &topics {
        let own = settings
            .get(&topic.name)
            .map(String::as_str)
            .unwrap_or_default();
        write_out(format_args!("{}", description(topic, own)));
    }
    Ok(())
}

/// What is set on the topics themselves, as `name=value,…`.
async fn own_settings(
    client: &Client,
    topics: &[TopicDescription],
) -> Result<BTreeMap<String, String>, Failure> {
    let resources: Vec<ConfigResource> = topics
        .iter()
        .map(|topic| ConfigResource::Topic(topic.name.clone()))
        .collect();
    if resources.is_empty() {
        return Ok(BTreeMap::new());
    }
    let described = client.describe_configs(&resources).await?;
    let mut settings = BTreeMap::new();
    for (resource, entries) in described {
        let (ConfigResource::Topic(name), Ok(entries)) = (resource, entries) else {
            continue;
        };
        let own = entries
            .into_iter()
            .filter(|entry| entry.source == ConfigSource::Topic);
        let shown: Vec<String> = own
            .map(|entry| format!("{}={}", entry.name, entry.value.unwrap_or_default()))
            .collect();
        settings.insert(name, shown.join(","));
    }
    Ok(settings)
}

/// A topic's line and its partitions' lines.
pub(crate) fn description(topic: &TopicDescription, settings: &str) -> String {
    let ids = |ids: &[i32]| {
        ids.iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join(",")
    };
    let replication = topic
        .partitions
        .first()
        .map_or(0, |first| first.replicas.len());
    let mut text = format!(
        "Topic: {}\tTopicId: {}\tPartitionCount: {}\tReplicationFactor: {replication}\t\
         Configs: {settings}\n",
        topic.name,
        topic.id,
        topic.partitions.len(),
    );
    text.extend(topic.partitions.iter().map(|partition| {
        let leader = partition
            .leader
            .map_or("none".to_owned(), |leader| leader.to_string());
        format!(
            "\tTopic: {}\tPartition: {}\tLeader: {leader}\tReplicas: {}\tIsr: {}\n",
            topic.name,
            partition.index,
            ids(&partition.replicas),
            ids(&partition.isr),
        )
    }));
    text
}

/// Makes the topics.
pub(crate) async fn create(client: &Client, create: CreateTopic) -> Result<(), Failure> {
    let split = |setting: &String| {
        split_setting(setting).map(|(name, value)| (name.to_owned(), value.to_owned()))
    };
    let configs: Vec<_> = create.configs.iter().map(split).collect::<Result<_, _>>()?;
    let wanted: Vec<NewTopic> = create
        .topics
        .iter()
        .map(|name| NewTopic {
            name: name.clone(),
            partitions: create.partitions.unwrap_or(-1),
            replication_factor: create.replication_factor.unwrap_or(-1),
            configs: configs.clone(),
        })
        .collect();
    let mut outcome = Ok(());
    for (name, result) in client.create_topics(&wanted, Mode::Apply).await? {
        match result {
            Ok(_) => say!("Created topic {name}."),
            Err(error) if create.if_not_exists && error.code == ErrorCode::TopicAlreadyExists => {
                say!("Topic {name} exists.");
            }
            Err(error) => outcome = Err(refused("create", &name, &error)),
        }
    }
    outcome
}

/// Adds partitions and changes settings.
pub(crate) async fn alter(client: &Client, alter: AlterTopic) -> Result<(), Failure> {
    let AlterTopic {
        topic,
        partitions,
        configs,
        delete_configs,
    } = alter;
    let mut changes = Vec::new();
    for setting in &configs {
        let (name, value) = split_setting(setting)?;
        changes.push((name.to_owned(), Alteration::Set(value.to_owned())));
    }
    changes.extend(
        delete_configs
            .into_iter()
            .map(|name| (name, Alteration::Delete)),
    );
    if partitions.is_none() && changes.is_empty() {
        return Err(
            Failure::usage(format!("what shall change in topic {topic}?"))
                .remedy("add --partitions NUMBER, --config NAME=VALUE or --delete-config NAME"),
        );
    }
    if let Some(total) = partitions {
        for (name, result) in client.create_partitions(&[(topic.clone(), total)]).await? {
            result.map_err(|error| refused("add partitions to", &name, &error))?;
        }
        say!("Topic {topic} has {total} partitions now.");
    }
    if !changes.is_empty() {
        let change = [(ConfigResource::Topic(topic.clone()), changes)];
        for (_, result) in client
            .incremental_alter_configs(&change, Mode::Apply)
            .await?
        {
            result.map_err(|error| refused("change the settings of", &topic, &error))?;
        }
        say!("Changed the settings of topic {topic}.");
    }
    Ok(())
}

/// Deletes the topics.
pub(crate) async fn delete(
    client: &Client,
    names: &[String],
    if_exists: bool,
) -> Result<(), Failure> {
    let wanted: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut outcome = Ok(());
    for (name, result) in client.delete_topics(&wanted).await? {
        match result {
            Ok(()) => say!("Deleted topic {name}."),
            Err(error) if if_exists && error.code == ErrorCode::UnknownTopicOrPartition => {
                say!("There is no topic {name}.");
            }
            Err(error) => outcome = Err(refused("delete", &name, &error)),
        }
    }
    outcome
}

/// What a broker refused, with the remedy where the code suggests one.
pub(crate) fn refused(action: &str, topic: &str, error: &ApiError) -> Failure {
    let failure = Failure::new(format!("cannot {action} topic {topic}: {error}"));
    match error.code {
        ErrorCode::TopicAlreadyExists => failure.remedy("add --if-not-exists to accept that"),
        ErrorCode::UnknownTopicOrPartition => {
            failure.remedy("see which topics there are: kavka topic list")
        }
        ErrorCode::InvalidReplicationFactor => failure.remedy(
            "a topic cannot have more replicas than there are brokers: \
             lower --replication-factor, or leave it out",
        ),
        ErrorCode::InvalidPartitions => {
            failure.remedy("a topic has at least one partition, and never fewer than before")
        }
        ErrorCode::InvalidConfig => {
            failure.remedy("settings keep Kafka's names, such as retention.ms=3600000")
        }
        ErrorCode::InvalidTopicException => {
            failure.remedy("use letters, digits, `.`, `_` and `-`, at most 249 of them")
        }
        _ => failure,
    }
}
