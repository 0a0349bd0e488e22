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
mod properties;
mod setting;
mod tables;
mod topic_config;

use std::collections::BTreeMap;

pub use broker_settings::{BrokerSettings, Durability, GroupConfig, SettingError, SettingWarning};
pub use describe::describe_configs;
pub use layers::{Layers, Resolved, Source, Synonym};
pub use list::list_config_resources;
pub use listener::{Listener, ListenerError, SecurityProtocol};
pub use nearest::nearest;
pub use properties::{Properties, PropertiesError};
pub use setting::{Fallback, Importance, Kind, Setting, Valid, ValueError, items};
pub use tables::{BROKER, TOPIC};
pub use topic_config::{CleanupPolicy, CompressionSetting, TimestampType, TopicConfig};

/// Settings by name, as somebody set them.
pub type ConfigMap = BTreeMap<String, String>;

/// A topic's setting of this name.
pub fn topic_setting(name: &str) -> Option<&'static Setting> {
    find(&TOPIC, name)
}

/// A broker's setting of this name.
pub fn broker_setting(name: &str) -> Option<&'static Setting> {
    find(&BROKER, name)
}

/// Whether a broker's setting can be changed while it runs: those that a topic's setting falls
/// back to first.
pub fn is_dynamic(name: &str) -> bool {
    TOPIC.iter().any(|topic| {
        topic
            .fallbacks
            .first()
            .is_some_and(|first| first.name == name)
    })
}

fn find(table: &'static [Setting], name: &str) -> Option<&'static Setting> {
    let position = table
        .binary_search_by(|setting| setting.name.cmp(name))
        .ok()?;
    table.get(position)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_sorted_and_their_defaults_are_valid() {
        for table in [&TOPIC[..], &BROKER[..]] {
            assert!(table.windows(2).all(|pair| pair[0].name < pair[1].name));
            for setting in table {
                if let Some(default) = setting.default
                    && !default.is_empty()
                {
                    assert!(setting.parse(default).is_ok(), "{}={default}", setting.name);
                }
            }
        }
        assert!(topic_setting("retention.ms").is_some());
        assert!(topic_setting("retention.msx").is_none());
    }

    #[test]
    fn every_fallback_of_a_topic_is_a_setting_of_the_broker() {
        for fallback in TOPIC.iter().flat_map(|setting| setting.fallbacks) {
            assert!(broker_setting(fallback.name).is_some(), "{}", fallback.name);
        }
        assert!(is_dynamic("log.retention.ms"));
        assert!(!is_dynamic("log.retention.hours"));
        assert!(!is_dynamic("node.id"));
    }
}
