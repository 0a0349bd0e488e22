//! Settings of brokers and topics: Kafka's tables, the typed settings made from them, where a
//! value comes from, and the answers of `DescribeConfigs`.
//!
//! A topic's value comes from the topic, else from the broker's settings that it falls back to
//! (set for one broker, for all brokers, or in the broker's file), else from Kafka's default.

mod broker_settings;
mod describe;
mod layers;
mod list;
mod listener;
mod nearest;
mod own;
mod properties;
mod setting;
mod tables;
mod topic_config;

use std::collections::BTreeMap;

pub use broker_settings::{
    BrokerSettings, CleanerConfig, Durability, GroupConfig, SettingError, SettingWarning,
    TransactionConfig,
};
pub use describe::describe_configs;
pub use layers::{Layers, Resolved, Source, Synonym};
pub use list::list_config_resources;
pub use listener::{Listener, ListenerError, SecurityProtocol};
pub use nearest::nearest;
pub use own::OWN;
pub use properties::{Properties, PropertiesError};
pub use setting::{Fallback, Importance, Kind, Setting, Update, Valid, ValueError, items};
pub use tables::{BROKER, TOPIC};
pub use topic_config::{CleanupPolicy, CompressionSetting, TimestampType, TopicConfig};

/// Settings by name, as somebody set them.
pub type ConfigMap = BTreeMap<String, String>;

/// A topic's setting of this name.
pub fn topic_setting(name: &str) -> Option<&'static Setting> {
    find(&TOPIC, name)
}

/// A broker's setting of this name, Kafka's or its own.
pub fn broker_setting(name: &str) -> Option<&'static Setting> {
    find(&BROKER, name).or_else(|| find(&OWN, name))
}

/// Every setting of a broker.
pub fn broker_settings() -> impl Iterator<Item = &'static Setting> {
    BROKER.iter().chain(&OWN)
}

/// Whether a broker's setting can be changed while it runs.
pub fn is_dynamic(name: &str) -> bool {
    broker_setting(name)
        .is_some_and(|setting| matches!(setting.update, Update::Broker | Update::Cluster))
}

/// The broker settings that stand for the same thing, strongest first: milliseconds before
/// minutes before hours.
pub fn synonyms_of(setting: &'static Setting) -> Vec<Fallback> {
    let chain = TOPIC
        .iter()
        .map(|topic| topic.fallbacks)
        .find(|chain| chain.len() > 1 && chain.iter().any(|of| of.name == setting.name));
    match chain {
        Some(chain) => chain.to_vec(),
        None => vec![Fallback {
            name: setting.name,
            scale: 1,
        }],
    }
}

fn find(table: &'static [Setting], name: &str) -> Option<&'static Setting> {
    let position = table
        .binary_search_by(|setting| setting.name.cmp(name))
        .ok()?;
    table.get(position)
}

#[cfg(test)]
mod tests;
