//! Where a setting's value comes from.

use super::setting::{Fallback, Setting};
use super::{BrokerSettings, ConfigMap, broker_setting, synonyms_of};
use crate::metadata::{ConfigResource, MetadataImage};

/// The places that a value can come from, with `DescribeConfigs`' numbers; the first one that has
/// the setting wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// Set for the topic.
    Topic = 1,
    /// Set for this broker while it runs.
    Broker = 2,
    /// Set for all brokers while they run.
    Cluster = 3,
    /// In the broker's file.
    Fixed = 4,
    /// Nobody set it.
    Default = 5,
}

impl Source {
    /// The number in `DescribeConfigs`' replies.
    pub fn code(self) -> i8 {
        self as i8
    }
}

/// One of the values that a setting could have had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Synonym {
    /// The setting that holds it.
    pub name: &'static str,
    /// The value there.
    pub value: String,
    /// The place.
    pub source: Source,
}

/// A setting's value and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved {
    /// None where nobody set it and there is no default.
    pub value: Option<String>,
    /// The place.
    pub source: Source,
    /// Every value that it could have had, the winning one first.
    pub synonyms: Vec<Synonym>,
}

/// The broker's places, strongest first.
#[derive(Debug, Clone, Copy)]
pub struct Layers<'a> {
    /// Set for this broker while it runs.
    pub broker: &'a ConfigMap,
    /// Set for all brokers while they run.
    pub cluster: &'a ConfigMap,
    /// In the broker's file.
    pub fixed: &'a ConfigMap,
}

impl<'a> Layers<'a> {
    /// The places of the broker whose settings these are.
    pub fn of(settings: &'a BrokerSettings, image: &'a MetadataImage) -> Self {
        Self {
            broker: image.config(&ConfigResource::Broker(Some(settings.node_id))),
            cluster: image.config(&ConfigResource::Broker(None)),
            fixed: &settings.fixed,
        }
    }

    /// A topic's setting.
    pub fn topic(&self, setting: &'static Setting, overrides: &ConfigMap) -> Resolved {
        let own = overrides.get(setting.name);
        let mut synonyms: Vec<Synonym> = own
            .map(|value| Synonym {
                name: setting.name,
                value: value.clone(),
                source: Source::Topic,
            })
            .into_iter()
            .collect();
        if let Some(first) = setting.fallbacks.first() {
            synonyms.extend(self.synonyms(first.name, setting.fallbacks));
        }
        let value = own.cloned().or_else(|| self.effective(setting.fallbacks));
        resolved(
            value.or_else(|| setting.default.map(str::to_owned)),
            synonyms,
        )
    }

    /// A broker's setting.
    pub fn broker(&self, setting: &'static Setting) -> Resolved {
        let synonyms = self.synonyms(setting.name, &synonyms_of(setting));
        let mut places = [self.broker, self.cluster, self.fixed].into_iter();
        let value = places.find_map(|place| place.get(setting.name).cloned());
        resolved(
            value.or_else(|| setting.default.map(str::to_owned)),
            synonyms,
        )
    }

    /// Every value that the settings of a chain have, place by place. As in Kafka the list begins
    /// with the setting that is asked for: what stands before it, or all where it is nowhere, is
    /// left out.
    fn synonyms(&self, name: &str, chain: &[Fallback]) -> Vec<Synonym> {
        let mut synonyms = Vec::new();
        for (place, source) in [
            (self.broker, Source::Broker),
            (self.cluster, Source::Cluster),
            (self.fixed, Source::Fixed),
        ] {
            let set = chain.iter().filter_map(|of| {
                Some(Synonym {
                    name: of.name,
                    value: place.get(of.name)?.clone(),
                    source,
                })
            });
            synonyms.extend(set);
        }
        let defaults = chain.iter().filter_map(|of| {
            Some(Synonym {
                name: of.name,
                value: broker_setting(of.name)?.default?.to_owned(),
                source: Source::Default,
            })
        });
        synonyms.extend(defaults);
        let before = synonyms.iter().take_while(|synonym| synonym.name != name);
        let before = before.count();
        synonyms.split_off(before)
    }

    /// The value that a chain of broker settings comes to, in the unit of the topic's setting.
    /// Only the first one of a chain can be changed while brokers run.
    fn effective(&self, chain: &[Fallback]) -> Option<String> {
        let first = chain.first()?;
        let running = [self.broker, self.cluster]
            .into_iter()
            .find_map(|place| place.get(first.name));
        if let Some(value) = running {
            return Some(value.clone());
        }
        let fixed = |of: &Fallback| Some(scaled(self.fixed.get(of.name)?, of.scale));
        let default = |of: &Fallback| Some(scaled(broker_setting(of.name)?.default?, of.scale));
        chain
            .iter()
            .find_map(fixed)
            .or_else(|| chain.iter().find_map(default))
    }
}

fn resolved(value: Option<String>, synonyms: Vec<Synonym>) -> Resolved {
    let source = synonyms
        .first()
        .map_or(Source::Default, |first| first.source);
    Resolved {
        value,
        source,
        synonyms,
    }
}

/// Hours and minutes become milliseconds; -1 stays what it is: no limit.
fn scaled(value: &str, scale: i64) -> String {
    match value.parse::<i64>() {
        Ok(number) if scale != 1 && number < 0 => "-1".to_owned(),
        Ok(number) if scale != 1 => number.saturating_mul(scale).to_string(),
        _ => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::topic_setting;
    use super::*;

    fn map(pairs: &[(&str, &str)]) -> ConfigMap {
        pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    #[test]
    fn the_nearest_place_wins_and_hours_become_milliseconds() {
        let setting = topic_setting("retention.ms").unwrap();
        let (none, fixed) = (ConfigMap::new(), map(&[("log.retention.hours", "72")]));
        let layers = Layers {
            broker: &none,
            cluster: &none,
            fixed: &fixed,
        };
        let resolved = layers.topic(setting, &none);
        assert_eq!(resolved.value.as_deref(), Some("259200000"));
        // As Kafka says it, which does not count hours as the same setting.
        assert_eq!(
            (resolved.source, resolved.synonyms),
            (Source::Default, vec![])
        );

        let cluster = map(&[("log.retention.ms", "5")]);
        let layers = Layers {
            broker: &none,
            cluster: &cluster,
            fixed: &fixed,
        };
        assert_eq!(layers.topic(setting, &none).value.as_deref(), Some("5"));
        let own = map(&[("retention.ms", "7")]);
        let resolved = layers.topic(setting, &own);
        assert_eq!(
            (resolved.value.as_deref(), resolved.source),
            (Some("7"), Source::Topic)
        );
        let places: Vec<_> = resolved.synonyms.iter().map(|s| s.source).collect();
        assert_eq!(
            places,
            [
                Source::Topic,
                Source::Cluster,
                Source::Fixed,
                Source::Default
            ]
        );
    }

    #[test]
    fn minutes_win_over_hours_and_no_limit_stays_no_limit() {
        let setting = topic_setting("retention.ms").unwrap();
        let none = ConfigMap::new();
        let fixed = map(&[
            ("log.retention.hours", "72"),
            ("log.retention.minutes", "-1"),
        ]);
        let layers = Layers {
            broker: &none,
            cluster: &none,
            fixed: &fixed,
        };
        assert_eq!(layers.topic(setting, &none).value.as_deref(), Some("-1"));
    }

    #[test]
    fn every_topic_setting_resolves_to_kafkas_default() {
        let none = ConfigMap::new();
        let layers = Layers {
            broker: &none,
            cluster: &none,
            fixed: &none,
        };
        for setting in &super::super::TOPIC {
            let resolved = layers.topic(setting, &none);
            assert_eq!(
                resolved.value.as_deref(),
                setting.default,
                "{}",
                setting.name
            );
        }
    }
}
