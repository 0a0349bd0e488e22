//! What topics the broker has, and carrying out the calls that change them.

use std::collections::BTreeMap;

use kavka_client::{
    Alteration, ApiError, Client, ClientError, ConfigResource, ConfigSource, ErrorCode, Mode,
    NewTopic,
};
use kavka_crds::plan::{ObservedTopic, Removal, TopicCall};

/// The topics of these names that exist.
pub(crate) async fn observe_topics(
    client: &Client,
    names: &[String],
) -> Result<BTreeMap<String, ObservedTopic>, ClientError> {
    let mut observed = BTreeMap::new();
    if names.is_empty() {
        return Ok(observed);
    }
    let asked: Vec<&str> = names.iter().map(String::as_str).collect();
    let described = client.describe_topics(&asked).await?;
    for topic in described.into_iter().filter(|topic| topic.error.is_none()) {
        let replicas = topic
            .partitions
            .first()
            .map_or(0, |first| first.replicas.len());
        observed.insert(
            topic.name,
            ObservedTopic {
                topic_id: topic.id.to_string(),
                partitions: i32::try_from(topic.partitions.len()).unwrap_or(i32::MAX),
                replicas: i16::try_from(replicas).unwrap_or(i16::MAX),
                config: BTreeMap::new(),
            },
        );
    }
    let resources: Vec<_> = observed
        .keys()
        .cloned()
        .map(ConfigResource::Topic)
        .collect();
    if resources.is_empty() {
        return Ok(observed);
    }
    for (resource, entries) in client.describe_configs(&resources).await? {
        let (ConfigResource::Topic(name), Ok(entries)) = (resource, entries) else {
            continue;
        };
        let Some(topic) = observed.get_mut(&name) else {
            continue;
        };
        let own = entries
            .into_iter()
            .filter(|entry| entry.source == ConfigSource::Topic);
        topic.config = own
            .filter_map(|entry| entry.value.map(|value| (entry.name, value)))
            .collect();
    }
    Ok(observed)
}

/// Makes one change, or says in one line why it was refused.
pub(crate) async fn carry_out(client: &Client, call: &TopicCall) -> Result<(), String> {
    match call {
        TopicCall::Create {
            name,
            partitions,
            replicas,
            config,
        } => {
            let topic = NewTopic {
                name: name.clone(),
                partitions: partitions.unwrap_or(-1),
                replication_factor: replicas.unwrap_or(-1),
                configs: config.clone().into_iter().collect(),
            };
            let results = client.create_topics(&[topic], Mode::Apply).await;
            outcome(call, results)
        }
        TopicCall::AddPartitions { name, total } => outcome(
            call,
            client.create_partitions(&[(name.clone(), *total)]).await,
        ),
        TopicCall::AlterConfig { name, set, delete } => {
            let set = set
                .iter()
                .map(|(name, value)| (name.clone(), Alteration::Set(value.clone())));
            let delete = delete.iter().map(|name| (name.clone(), Alteration::Delete));
            let changes = set.chain(delete).collect();
            let resource = ConfigResource::Topic(name.clone());
            let request = [(resource, changes)];
            outcome(
                call,
                client
                    .incremental_alter_configs(&request, Mode::Apply)
                    .await,
            )
        }
    }
}

/// Deletes the topic if its policy says so; one that is gone already is well.
pub(crate) async fn remove(client: &Client, removal: &Removal) -> Result<(), String> {
    let Removal::Delete { name } = removal else {
        return Ok(());
    };
    let results = client
        .delete_topics(&[name.as_str()])
        .await
        .map_err(|error| error.to_string())?;
    match results.into_iter().find_map(|(_, result)| result.err()) {
        Some(error) if error.code != ErrorCode::UnknownTopicOrPartition => {
            Err(format!("cannot delete topic {name}: {error}"))
        }
        _ => Ok(()),
    }
}

/// What a broker said to each thing that was asked.
type Answers<K, T> = Result<Vec<(K, Result<T, ApiError>)>, ClientError>;

fn outcome<K, T>(call: &TopicCall, results: Answers<K, T>) -> Result<(), String> {
    let results = results.map_err(|error| format!("cannot {call}: {error}"))?;
    match results.into_iter().find_map(|(_, result)| result.err()) {
        Some(error) if error.code == ErrorCode::InvalidReplicationFactor => Err(format!(
            "cannot {call}: {error}; kavka up runs one broker: write spec.replicas: 1"
        )),
        Some(error) => Err(format!("cannot {call}: {error}")),
        None => Ok(()),
    }
}
