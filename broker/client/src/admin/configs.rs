//! Settings of topics and brokers.

use kavka_protocol::messages::describe_configs_request::DescribeConfigsResource;
use kavka_protocol::messages::describe_configs_response::DescribeConfigsResult;
use kavka_protocol::messages::incremental_alter_configs_request::{
    AlterConfigsResource, AlterableConfig,
};
use kavka_protocol::messages::{DescribeConfigsRequest, IncrementalAlterConfigsRequest};

use super::Results;
use crate::client::{Client, Mode, Target};
use crate::error::{ApiError, ClientError};

/// Whose settings.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ConfigResource {
    /// The topic with this name.
    Topic(String),
    /// The broker with this `node.id`.
    Broker(i32),
}

const TOPIC: i8 = 2;
const BROKER: i8 = 4;

impl ConfigResource {
    fn kind(&self) -> i8 {
        match self {
            Self::Topic(_) => TOPIC,
            Self::Broker(_) => BROKER,
        }
    }

    fn name(&self) -> String {
        match self {
            Self::Topic(name) => name.clone(),
            Self::Broker(id) => id.to_string(),
        }
    }

    fn target(&self) -> Target {
        match self {
            Self::Topic(_) => Target::Any,
            // Only the broker itself knows all that it was started with.
            Self::Broker(id) => Target::Node(*id),
        }
    }
}

/// Where a value comes from (KIP-226).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConfigSource {
    /// Set for this topic.
    Topic,
    /// Set for this broker while it ran.
    Broker,
    /// Set for all brokers while they ran.
    AllBrokers,
    /// Set in the broker's own configuration.
    Static,
    /// Nobody set it.
    Default,
    /// A source that this client does not know, by Kafka's number.
    Other(i8),
}

impl From<i8> for ConfigSource {
    fn from(source: i8) -> Self {
        match source {
            1 => Self::Topic,
            2 => Self::Broker,
            3 => Self::AllBrokers,
            4 => Self::Static,
            5 => Self::Default,
            other => Self::Other(other),
        }
    }
}

/// One setting and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigEntry {
    /// Kafka's name.
    pub name: String,
    /// None where it is not set or not told.
    pub value: Option<String>,
    /// Where the value comes from.
    pub source: ConfigSource,
    /// Whether it cannot be changed.
    pub read_only: bool,
    /// Whether its value is never told.
    pub sensitive: bool,
}

/// What is done to one setting (KIP-339).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Alteration {
    /// Gets this value.
    Set(String),
    /// Falls back to its default.
    Delete,
    /// A list gets these elements more.
    Append(String),
    /// A list loses these elements.
    Subtract(String),
}

impl Alteration {
    fn on_wire(&self) -> (i8, Option<String>) {
        match self {
            Self::Set(value) => (0, Some(value.clone())),
            Self::Delete => (1, None),
            Self::Append(value) => (2, Some(value.clone())),
            Self::Subtract(value) => (3, Some(value.clone())),
        }
    }
}

impl Client {
    /// All settings of the given topics and brokers, defaults included.
    pub async fn describe_configs(
        &self,
        resources: &[ConfigResource],
    ) -> Result<Results<ConfigResource, Vec<ConfigEntry>>, ClientError> {
        let mut results = Vec::new();
        for resource in resources {
            let request = DescribeConfigsRequest {
                resources: vec![DescribeConfigsResource {
                    resource_type: resource.kind(),
                    resource_name: resource.name(),
                    configuration_keys: None,
                }],
                include_synonyms: false,
                include_documentation: false,
            };
            let response = self.send(resource.target(), &request).await?;
            let described = response.results.into_iter().map(entries);
            results.extend(described.map(|result| (resource.clone(), result)));
        }
        Ok(results)
    }

    /// Changes the named settings and leaves all others as they are.
    pub async fn incremental_alter_configs(
        &self,
        changes: &[(ConfigResource, Vec<(String, Alteration)>)],
        mode: Mode,
    ) -> Result<Results<ConfigResource, ()>, ClientError> {
        let mut results = Vec::new();
        for (resource, alterations) in changes {
            let config = |(name, alteration): &(String, Alteration)| {
                let (config_operation, value) = alteration.on_wire();
                AlterableConfig {
                    name: name.clone(),
                    config_operation,
                    value,
                }
            };
            let request = IncrementalAlterConfigsRequest {
                resources: vec![AlterConfigsResource {
                    resource_type: resource.kind(),
                    resource_name: resource.name(),
                    configs: alterations.iter().map(config).collect(),
                }],
                validate_only: mode.is_validate(),
            };
            let response = self.send(resource.target(), &request).await?;
            results.extend(response.responses.into_iter().map(|result| {
                (
                    resource.clone(),
                    ApiError::check(result.error_code, result.error_message),
                )
            }));
        }
        Ok(results)
    }
}

fn entries(result: DescribeConfigsResult) -> Result<Vec<ConfigEntry>, ApiError> {
    ApiError::check(result.error_code, result.error_message)?;
    let entries = result.configs.into_iter().map(|config| ConfigEntry {
        name: config.name,
        value: config.value,
        source: config.config_source.into(),
        read_only: config.read_only,
        sensitive: config.is_sensitive,
    });
    Ok(entries.collect())
}
