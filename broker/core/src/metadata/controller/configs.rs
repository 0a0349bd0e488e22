//! `IncrementalAlterConfigs` (KIP-339) and `AlterConfigs`, for topics and brokers.

use kavka_protocol::ErrorCode;
use kavka_protocol::messages::incremental_alter_configs_response::AlterConfigsResourceResponse;
use kavka_protocol::messages::{
    AlterConfigsRequest, AlterConfigsResponse, IncrementalAlterConfigsRequest,
    IncrementalAlterConfigsResponse, MetadataRecord, alter_configs_request, alter_configs_response,
    incremental_alter_configs_request,
};

use super::super::image::ConfigResource;
use super::super::{replay, snapshot};
use super::{Controller, Decision, Refusal, duplicates};
use crate::config::{
    ConfigMap, Kind, Layers, Setting, SettingError, TopicConfig, Update, broker_setting,
    broker_settings, items, nearest, topic_setting,
};
use crate::types::NodeId;

/// What is done to a setting, with Kafka's numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operation {
    Set,
    Delete,
    Append,
    Subtract,
}

/// One change of one setting.
struct Change<'a> {
    name: &'a str,
    operation: Operation,
    value: Option<&'a str>,
}

impl Controller<'_> {
    /// Changes single settings; what is not named stays.
    pub fn incremental_alter_configs(
        &self,
        request: &IncrementalAlterConfigsRequest,
    ) -> Decision<IncrementalAlterConfigsResponse> {
        let of = |r: &incremental_alter_configs_request::AlterConfigsResource| {
            (r.resource_type, r.resource_name.clone())
        };
        let keys: Vec<(i8, String)> = request.resources.iter().map(of).collect();
        let twice = duplicates(keys.iter());
        let mut records = Vec::new();
        let mut responses = Vec::new();
        for (resource, key) in request.resources.iter().zip(&keys) {
            let altered = if twice.contains(&key) {
                let message = "Each resource must appear at most once.";
                Err(Refusal::new(ErrorCode::InvalidRequest, message))
            } else {
                self.alter_one(resource)
            };
            let refusal = altered.map(|altered| records.extend(altered)).err();
            responses.push(AlterConfigsResourceResponse {
                error_code: refusal.as_ref().map_or(0, |refusal| refusal.code.code()),
                error_message: refusal.map(|refusal| refusal.message),
                resource_type: key.0,
                resource_name: key.1.clone(),
            });
        }
        if request.validate_only {
            records.clear();
        }
        let response = IncrementalAlterConfigsResponse {
            responses,
            ..Default::default()
        };
        Decision { records, response }
    }

    /// Replaces all settings of each resource by those given.
    pub fn alter_configs(&self, request: &AlterConfigsRequest) -> Decision<AlterConfigsResponse> {
        let of = |r: &alter_configs_request::AlterConfigsResource| {
            (r.resource_type, r.resource_name.clone())
        };
        let keys: Vec<(i8, String)> = request.resources.iter().map(of).collect();
        let twice = duplicates(keys.iter());
        let mut records = Vec::new();
        let mut responses = Vec::new();
        for (resource, key) in request.resources.iter().zip(&keys) {
            let altered = if twice.contains(&key) {
                let message = "Each resource must appear at most once.";
                Err(Refusal::new(ErrorCode::InvalidRequest, message))
            } else {
                self.replace_one(resource)
            };
            let refusal = altered.map(|altered| records.extend(altered)).err();
            responses.push(alter_configs_response::AlterConfigsResourceResponse {
                error_code: refusal.as_ref().map_or(0, |refusal| refusal.code.code()),
                error_message: refusal.map(|refusal| refusal.message),
                resource_type: resource.resource_type,
                resource_name: resource.resource_name.clone(),
            });
        }
        if request.validate_only {
            records.clear();
        }
        let response = AlterConfigsResponse {
            responses,
            ..Default::default()
        };
        Decision { records, response }
    }

    fn replace_one(
        &self,
        wanted: &alter_configs_request::AlterConfigsResource,
    ) -> Result<Vec<MetadataRecord>, Refusal> {
        let resource = self.resource(wanted.resource_type, &wanted.resource_name)?;
        check_names(wanted.configs.iter().map(|config| config.name.as_str()))?;
        let given = wanted.configs.iter().map(|config| Change {
            name: &config.name,
            operation: Operation::Set,
            value: config.value.as_deref(),
        });
        let gone = self.image.config(&resource).keys();
        let gone = gone.filter(|name| wanted.configs.iter().all(|config| config.name != **name));
        let gone = gone.map(|name| Change {
            name,
            operation: Operation::Delete,
            value: None,
        });
        self.changed(&resource, &given.chain(gone).collect::<Vec<_>>())
    }

    fn alter_one(
        &self,
        wanted: &incremental_alter_configs_request::AlterConfigsResource,
    ) -> Result<Vec<MetadataRecord>, Refusal> {
        let resource = self.resource(wanted.resource_type, &wanted.resource_name)?;
        check_names(wanted.configs.iter().map(|config| config.name.as_str()))?;
        let mut changes = Vec::new();
        for config in &wanted.configs {
            let operation = match config.config_operation {
                0 => Operation::Set,
                1 => Operation::Delete,
                2 => Operation::Append,
                3 => Operation::Subtract,
                other => {
                    let message = format!("Unknown operation type {other} for {}", config.name);
                    return Err(Refusal::new(ErrorCode::InvalidRequest, message));
                }
            };
            changes.push(Change {
                name: &config.name,
                operation,
                value: config.value.as_deref(),
            });
        }
        self.changed(&resource, &changes)
    }

    fn resource(&self, kind: i8, name: &str) -> Result<ConfigResource, Refusal> {
        let resource = replay::resource(kind, name).ok_or_else(|| {
            let message = format!("Unsupported resource: type {kind}, name '{name}'");
            Refusal::new(ErrorCode::InvalidRequest, message)
        })?;
        match &resource {
            ConfigResource::Topic(topic) if self.image.topic(topic).is_none() => {
                let message = format!("The topic '{topic}' does not exist.");
                Err(Refusal::new(ErrorCode::UnknownTopicOrPartition, message))
            }
            ConfigResource::Broker(Some(id)) if self.image.broker(*id).is_none() => {
                let message = format!("No broker with id {id} found.");
                Err(Refusal::new(ErrorCode::BrokerIdNotRegistered, message))
            }
            _ => Ok(resource),
        }
    }

    /// The records of all changes of one resource; none of them when one is refused.
    fn changed(
        &self,
        resource: &ConfigResource,
        changes: &[Change<'_>],
    ) -> Result<Vec<MetadataRecord>, Refusal> {
        let before = self.image.config(resource);
        let mut after = before.clone();
        for change in changes {
            match self.new_value(resource, change)? {
                Some(value) => after.insert(change.name.to_owned(), value),
                None => after.remove(change.name),
            };
        }
        match resource {
            ConfigResource::Topic(_) => self.check_topic_together(&after)?,
            ConfigResource::Broker(id) => self.check_broker_together(*id, &after)?,
        }
        let names = changes.iter().map(|change| change.name);
        let differing = names.filter(|name| before.get(*name) != after.get(*name));
        let record =
            |name: &str| snapshot::config_record(resource, name, after.get(name).cloned()).into();
        Ok(differing.map(record).collect())
    }

    fn new_value(
        &self,
        resource: &ConfigResource,
        change: &Change<'_>,
    ) -> Result<Option<String>, Refusal> {
        // Deleting is always possible, so that what an older version kept can be cleaned up.
        if change.operation == Operation::Delete {
            return Ok(None);
        }
        let name = change.name;
        let given = change.value.ok_or_else(|| {
            let message = format!("Null value not supported for : {name}");
            Refusal::new(ErrorCode::InvalidRequest, message)
        })?;
        let setting = setting_of(resource, name)?;
        if change.operation == Operation::Set {
            return checked(resource, setting, given).map(Some);
        }
        if setting.kind != Kind::List {
            let what = if change.operation == Operation::Append {
                "APPEND"
            } else {
                "SUBTRACT"
            };
            let message = format!("Can't {what} to key {name} because its type is not LIST.");
            return Err(Refusal::new(ErrorCode::InvalidConfig, message));
        }
        let current = self.current(resource, setting);
        let mut list: Vec<&str> = items(&current);
        for item in items(given) {
            if change.operation == Operation::Append && !list.contains(&item) {
                list.push(item);
            } else if change.operation == Operation::Subtract {
                list.retain(|kept| *kept != item);
            }
        }
        checked(resource, setting, &list.join(",")).map(Some)
    }

    fn current(&self, resource: &ConfigResource, setting: &'static Setting) -> String {
        let layers = Layers::of(self.settings, self.image);
        let value = match resource {
            ConfigResource::Topic(_) => layers.topic(setting, self.image.config(resource)).value,
            ConfigResource::Broker(_) => {
                let set = self.image.config(resource).get(setting.name).cloned();
                set.or_else(|| layers.broker(setting).value)
            }
        };
        value.unwrap_or_default()
    }

    /// A broker's settings as they would be afterwards. Those of other brokers are not known here.
    fn check_broker_together(
        &self,
        id: Option<NodeId>,
        configs: &ConfigMap,
    ) -> Result<(), Refusal> {
        let own = self.settings.node_id;
        let cluster = self.image.config(&ConfigResource::Broker(None));
        let broker = self.image.config(&ConfigResource::Broker(Some(own)));
        let checked = match id {
            None => self.settings.running(configs, broker),
            Some(id) if id == own => self.settings.running(cluster, configs),
            Some(_) => return Ok(()),
        };
        let Err(errors) = checked else { return Ok(()) };
        let messages: Vec<String> = errors
            .iter()
            .map(|error| {
                let SettingError {
                    name,
                    value,
                    remedy,
                } = error;
                format!("Invalid value {value} for configuration {name}: {remedy}")
            })
            .collect();
        Err(Refusal::new(ErrorCode::InvalidRequest, messages.join("; ")))
    }

    /// What no single value shows: settings that contradict each other.
    pub(super) fn check_topic_together(&self, configs: &ConfigMap) -> Result<(), Refusal> {
        let invalid = |message: String| Err(Refusal::new(ErrorCode::InvalidConfig, message));
        let config = TopicConfig::effective(configs, &Layers::of(self.settings, self.image));
        let (min, max) = (config.min_compaction_lag_ms, config.max_compaction_lag_ms);
        if min > max {
            return invalid(format!(
                "conflict topic config setting min.compaction.lag.ms ({min}) > \
                 max.compaction.lag.ms ({max})"
            ));
        }
        let remote = configs.get("remote.storage.enable");
        if remote.is_some_and(|value| value == "true") {
            return invalid(
                "Invalid value true for configuration remote.storage.enable: this broker has no \
                 tiered storage; leave it false"
                    .to_owned(),
            );
        }
        Ok(())
    }
}

/// Each setting is changed once.
fn check_names<'a>(names: impl Iterator<Item = &'a str> + 'a) -> Result<(), Refusal> {
    let twice = duplicates(names);
    if twice.is_empty() {
        return Ok(());
    }
    let message = format!("Error due to duplicate config keys : {}", twice.join(","));
    Err(Refusal::new(ErrorCode::InvalidRequest, message))
}

/// A value that a topic may have, in canonical form.
pub(super) fn checked_topic_value(name: &str, value: Option<&str>) -> Result<String, Refusal> {
    let resource = ConfigResource::Topic(String::new());
    let setting = setting_of(&resource, name)?;
    let value = value.ok_or_else(|| {
        let message = format!("Null value not supported for topic configs: {name}");
        Refusal::new(ErrorCode::InvalidConfig, message)
    })?;
    checked(&resource, setting, value)
}

fn setting_of(resource: &ConfigResource, name: &str) -> Result<&'static Setting, Refusal> {
    match resource {
        ConfigResource::Topic(_) => {
            let setting = topic_setting(name).filter(|setting| setting.is_shown());
            setting.ok_or_else(|| {
                let message = format!("Unknown topic config name: {name}");
                Refusal::new(ErrorCode::InvalidConfig, message)
            })
        }
        ConfigResource::Broker(id) => {
            let setting = broker_setting(name).ok_or_else(|| {
                let known = broker_settings().map(|setting| setting.name);
                let meant = nearest(name, known).map(|near| format!("; did you mean {near}?"));
                let meant = meant.unwrap_or_default();
                let message = format!("Unknown broker config name: {name}{meant}");
                Refusal::new(ErrorCode::InvalidConfig, message)
            })?;
            let refuse = |message: String| Err(Refusal::new(ErrorCode::InvalidRequest, message));
            match setting.update {
                Update::Hidden | Update::Never => refuse(format!(
                    "Cannot update these configs dynamically: [{name}]; set it in the broker's \
                     file"
                )),
                Update::Broker if id.is_none() => refuse(format!(
                    "Cannot update these configs at default cluster level, broker id must be \
                     specified: [{name}]"
                )),
                Update::Broker | Update::Cluster => Ok(setting),
            }
        }
    }
}

/// The value in canonical form. Kafka refuses a topic's wrong value as wrong configuration, a
/// broker's as a wrong request.
fn checked(
    resource: &ConfigResource,
    setting: &'static Setting,
    value: &str,
) -> Result<String, Refusal> {
    let code = match resource {
        ConfigResource::Topic(_) => ErrorCode::InvalidConfig,
        ConfigResource::Broker(_) => ErrorCode::InvalidRequest,
    };
    let parsed = setting.parse(value);
    parsed.map_err(|error| Refusal::new(code, error.to_string()))
}
