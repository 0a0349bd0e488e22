//! Answers `DescribeConfigs`: every setting with its value and where it comes from.

use std::collections::BTreeSet;

use kavka_protocol::ErrorCode;
use kavka_protocol::messages::describe_configs_request::DescribeConfigsResource;
use kavka_protocol::messages::describe_configs_response::{
    DescribeConfigsResourceResult, DescribeConfigsResult, DescribeConfigsSynonym,
};
use kavka_protocol::messages::{DescribeConfigsRequest, DescribeConfigsResponse};

use super::layers::{Layers, Resolved};
use super::setting::Setting;
use super::{BrokerSettings, Source, TOPIC, broker_settings, is_dynamic};
use crate::metadata::{ConfigResource, MetadataImage, topic_name};

/// Kafka's number for a topic's settings.
pub(super) const RESOURCE_TOPIC: i8 = 2;
/// Kafka's number for a broker's settings.
pub(super) const RESOURCE_BROKER: i8 = 4;

/// Answers a whole request, each resource on its own.
pub fn describe_configs(
    request: &DescribeConfigsRequest,
    image: &MetadataImage,
    settings: &BrokerSettings,
) -> DescribeConfigsResponse {
    let describe = |resource: &DescribeConfigsResource| {
        let mut result = DescribeConfigsResult {
            resource_type: resource.resource_type,
            resource_name: resource.resource_name.clone(),
            ..Default::default()
        };
        match describe_resource(resource, Detail::of(request), image, settings) {
            Ok(configs) => {
                result.configs = configs;
                result.error_message = None;
            }
            Err((code, message)) => {
                result.error_code = code.code();
                result.error_message = Some(message);
            }
        }
        result
    };
    // Naming a resource often must not make the reply any larger.
    let mut named = BTreeSet::new();
    let first = |resource: &&DescribeConfigsResource| {
        named.insert((resource.resource_type, resource.resource_name.clone()))
    };
    DescribeConfigsResponse {
        results: request
            .resources
            .iter()
            .filter(first)
            .map(describe)
            .collect(),
        ..Default::default()
    }
}

/// What is told beyond a setting's value.
#[derive(Debug, Clone, Copy)]
struct Detail {
    synonyms: bool,
    documentation: bool,
}

impl Detail {
    fn of(request: &DescribeConfigsRequest) -> Self {
        Self {
            synonyms: request.include_synonyms,
            documentation: request.include_documentation,
        }
    }
}

fn describe_resource(
    resource: &DescribeConfigsResource,
    detail: Detail,
    image: &MetadataImage,
    settings: &BrokerSettings,
) -> Result<Vec<DescribeConfigsResourceResult>, (ErrorCode, String)> {
    let layers = Layers::of(settings, image);
    let name = resource.resource_name.as_str();
    let wanted = |setting: &&'static Setting| {
        let keys = resource.configuration_keys.as_ref();
        keys.is_none_or(|keys| keys.is_empty() || keys.iter().any(|key| key == setting.name))
    };
    match resource.resource_type {
        RESOURCE_TOPIC => {
            topic_name::validate(name)
                .map_err(|error| (ErrorCode::InvalidTopicException, error.to_string()))?;
            if image.topic(name).is_none() {
                let message = format!("The topic '{name}' does not exist.");
                return Err((ErrorCode::UnknownTopicOrPartition, message));
            }
            let overrides = image.config(&ConfigResource::Topic(name.to_owned()));
            let entry = |setting: &'static Setting| {
                result(setting, layers.topic(setting, overrides), detail, true)
            };
            let shown = TOPIC.iter().filter(|setting| setting.is_shown());
            Ok(shown.filter(wanted).map(entry).collect())
        }
        RESOURCE_BROKER if name.is_empty() => {
            let cluster = image.config(&ConfigResource::Broker(None));
            let set = broker_settings().filter(|setting| cluster.contains_key(setting.name));
            let entry = |setting: &'static Setting| {
                let mut resolved = layers.broker(setting);
                resolved.value = cluster.get(setting.name).cloned();
                resolved.source = Source::Cluster;
                let told = &mut resolved.synonyms;
                told.retain(|synonym| synonym.source == Source::Cluster);
                result(setting, resolved, detail, true)
            };
            Ok(set.filter(wanted).map(entry).collect())
        }
        RESOURCE_BROKER => {
            if name != settings.node_id.to_string() {
                let message = format!(
                    "Unexpected broker id, expected {} or empty string, but received {name}",
                    settings.node_id
                );
                return Err((ErrorCode::InvalidRequest, message));
            }
            let entry = |setting: &'static Setting| {
                let changeable = is_dynamic(setting.name);
                result(setting, layers.broker(setting), detail, changeable)
            };
            let shown = broker_settings().filter(|setting| setting.is_shown());
            Ok(shown.filter(wanted).map(entry).collect())
        }
        other => Err((
            ErrorCode::InvalidRequest,
            format!("Unsupported resource type: {other}"),
        )),
    }
}

fn result(
    setting: &'static Setting,
    resolved: Resolved,
    detail: Detail,
    changeable: bool,
) -> DescribeConfigsResourceResult {
    let sensitive = setting.sensitive();
    let shown = |value: String| (!sensitive).then_some(value);
    let synonyms = if detail.synonyms {
        resolved.synonyms
    } else {
        Vec::new()
    };
    let synonyms = synonyms.into_iter().map(|synonym| DescribeConfigsSynonym {
        name: synonym.name.to_owned(),
        value: shown(synonym.value),
        source: synonym.source.code(),
    });
    DescribeConfigsResourceResult {
        name: setting.name.to_owned(),
        value: resolved.value.and_then(shown),
        read_only: !changeable,
        config_source: resolved.source.code(),
        is_sensitive: sensitive,
        synonyms: synonyms.collect(),
        config_type: setting.kind.code(),
        documentation: detail.documentation.then(|| setting.documentation()),
    }
}
