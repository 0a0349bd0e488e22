//! The brokers' administration as the operator needs it. A trait, so that a test can stand in
//! for the brokers.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;
use kavka_client::{
    Alteration, ApiError, Client, ClientError, ClientOptions, ConfigResource, ConfigSource,
    ErrorCode, Mode, NewTopic,
};
use kavka_crds::plan::{ObservedTopic, TopicCall};

/// Why the brokers did not do what they were asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KafkaError {
    /// No broker answered. It is tried again.
    #[error("the brokers at {address} do not answer: {reason}")]
    Unreachable {
        /// Where they were looked for.
        address: String,
        /// What happened there.
        reason: String,
    },
    /// A broker refused the call.
    #[error("the brokers refuse to {call}: {answer}")]
    Refused {
        /// What they were asked to do.
        call: String,
        /// Kafka's error and its message.
        answer: String,
    },
}

/// What the operator asks of the brokers.
pub trait KafkaAdmin: Send + Sync {
    /// The id of the cluster.
    fn cluster_id<'a>(&'a self, bootstrap: &'a str) -> BoxFuture<'a, Result<String, KafkaError>>;

    /// A topic, if it is there.
    fn observe<'a>(
        &'a self,
        bootstrap: &'a str,
        topic: &'a str,
    ) -> BoxFuture<'a, Result<Option<ObservedTopic>, KafkaError>>;

    /// Makes one call.
    fn carry_out<'a>(
        &'a self,
        bootstrap: &'a str,
        call: &'a TopicCall,
    ) -> BoxFuture<'a, Result<(), KafkaError>>;

    /// Deletes a topic; that it is gone already is fine.
    fn delete<'a>(
        &'a self,
        bootstrap: &'a str,
        topic: &'a str,
    ) -> BoxFuture<'a, Result<(), KafkaError>>;
}

/// The brokers themselves, over Kafka's protocol. One client for each cluster is kept.
#[derive(Default)]
pub struct Brokers {
    clients: Mutex<HashMap<String, Client>>,
}

/// How long a broker may take for an answer: a reconcile never waits for long.
const TIMEOUT: Duration = Duration::from_secs(5);
/// Clients of clusters that are gone are forgotten beyond this number.
const CLIENTS_MAX: usize = 256;

impl Brokers {
    async fn client(&self, bootstrap: &str) -> Result<Client, KafkaError> {
        let known = self.lock().get(bootstrap).cloned();
        if let Some(client) = known {
            return Ok(client);
        }
        let options = ClientOptions {
            client_id: "kavka-operator".to_owned(),
            request_timeout: TIMEOUT,
            ..ClientOptions::default()
        };
        let servers = [bootstrap.to_owned()];
        let client = Client::connect(&servers, options).await;
        let client = client.map_err(|error| unreachable(bootstrap, &error))?;
        let mut clients = self.lock();
        if clients.len() >= CLIENTS_MAX {
            clients.clear();
        }
        clients.insert(bootstrap.to_owned(), client.clone());
        Ok(client)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, Client>> {
        self.clients.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs a call; a client that fails is dropped, so that the next one looks the address up
    /// again.
    async fn with<T, F>(
        &self,
        bootstrap: &str,
        call: impl FnOnce(Client) -> F,
    ) -> Result<T, KafkaError>
    where
        F: Future<Output = Result<T, ClientError>>,
    {
        let client = self.client(bootstrap).await?;
        match tokio::time::timeout(TIMEOUT * 2, call(client)).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => {
                self.lock().remove(bootstrap);
                Err(unreachable(bootstrap, &error))
            }
            Err(late) => {
                self.lock().remove(bootstrap);
                Err(unreachable(bootstrap, &late))
            }
        }
    }
}

fn unreachable(address: &str, error: &dyn std::fmt::Display) -> KafkaError {
    KafkaError::Unreachable {
        address: address.to_owned(),
        reason: error.to_string(),
    }
}

fn answered<T, K>(
    call: &(dyn std::fmt::Display + Sync),
    answers: Vec<(K, Result<T, ApiError>)>,
) -> Result<(), KafkaError> {
    answers
        .into_iter()
        .try_for_each(|(_, answer)| match answer {
            Ok(_) => Ok(()),
            Err(error) => Err(KafkaError::Refused {
                call: call.to_string(),
                answer: error.to_string(),
            }),
        })
}

impl KafkaAdmin for Brokers {
    fn cluster_id<'a>(&'a self, bootstrap: &'a str) -> BoxFuture<'a, Result<String, KafkaError>> {
        async move {
            let describe = |client: Client| async move { client.describe_cluster().await };
            Ok(self.with(bootstrap, describe).await?.cluster_id)
        }
        .boxed()
    }

    fn observe<'a>(
        &'a self,
        bootstrap: &'a str,
        topic: &'a str,
    ) -> BoxFuture<'a, Result<Option<ObservedTopic>, KafkaError>> {
        async move {
            let describe = |client: Client| async move { client.describe_topics(&[topic]).await };
            let described = self.with(bootstrap, describe).await?.into_iter().next();
            let Some(described) = described else {
                return Ok(None);
            };
            match described.error.map(ErrorCode::name) {
                None => {}
                Some("UNKNOWN_TOPIC_OR_PARTITION") => return Ok(None),
                Some(error) => return Err(unreachable(bootstrap, &error)),
            }
            let resource = [ConfigResource::Topic(topic.to_owned())];
            let configs = |client: Client| async move { client.describe_configs(&resource).await };
            let mut config = BTreeMap::new();
            for (_, entries) in self.with(bootstrap, configs).await? {
                let entries = entries.map_err(|error| KafkaError::Refused {
                    call: format!("describe the settings of topic {topic}"),
                    answer: error.to_string(),
                })?;
                let own = entries
                    .into_iter()
                    .filter(|e| e.source == ConfigSource::Topic);
                config.extend(own.map(|entry| (entry.name, entry.value.unwrap_or_default())));
            }
            let replicas = described.partitions.first().map_or(0, |p| p.replicas.len());
            Ok(Some(ObservedTopic {
                topic_id: described.id.to_string(),
                partitions: i32::try_from(described.partitions.len()).unwrap_or(i32::MAX),
                replicas: i16::try_from(replicas).unwrap_or(i16::MAX),
                config,
            }))
        }
        .boxed()
    }

    fn carry_out<'a>(
        &'a self,
        bootstrap: &'a str,
        call: &'a TopicCall,
    ) -> BoxFuture<'a, Result<(), KafkaError>> {
        async move {
            match call {
                TopicCall::Create {
                    name,
                    partitions,
                    replicas,
                    config,
                } => {
                    let topic = [NewTopic {
                        name: name.clone(),
                        partitions: partitions.unwrap_or(-1),
                        replication_factor: replicas.unwrap_or(-1),
                        configs: config.clone().into_iter().collect(),
                    }];
                    let create = |client: Client| async move {
                        client.create_topics(&topic, Mode::Apply).await
                    };
                    answered(call, self.with(bootstrap, create).await?)
                }
                TopicCall::AddPartitions { name, total } => {
                    let wanted = [(name.clone(), *total)];
                    let add =
                        |client: Client| async move { client.create_partitions(&wanted).await };
                    answered(call, self.with(bootstrap, add).await?)
                }
                TopicCall::AlterConfig { name, set, delete } => {
                    let set = set
                        .iter()
                        .map(|(k, v)| (k.clone(), Alteration::Set(v.clone())));
                    let delete = delete.iter().map(|k| (k.clone(), Alteration::Delete));
                    let wanted = [(
                        ConfigResource::Topic(name.clone()),
                        set.chain(delete).collect::<Vec<_>>(),
                    )];
                    let alter = |client: Client| async move {
                        client.incremental_alter_configs(&wanted, Mode::Apply).await
                    };
                    answered(call, self.with(bootstrap, alter).await?)
                }
            }
        }
        .boxed()
    }

    fn delete<'a>(
        &'a self,
        bootstrap: &'a str,
        topic: &'a str,
    ) -> BoxFuture<'a, Result<(), KafkaError>> {
        async move {
            if self.observe(bootstrap, topic).await?.is_none() {
                return Ok(());
            }
            let delete = |client: Client| async move { client.delete_topics(&[topic]).await };
            let call = format!("delete topic {topic}");
            answered(&call, self.with(bootstrap, delete).await?)
        }
        .boxed()
    }
}

/// The brokers' administration, shared by every reconcile.
pub type SharedAdmin = Arc<dyn KafkaAdmin>;
