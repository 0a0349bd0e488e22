//! Where a setting's value comes from.

use super::setting::{Fallback, Setting};
use super::{BrokerSettings, ConfigMap, broker_setting};
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
        let mut synonyms = Vec::new();
        let own = overrides.get(setting.name);
        if let Some(value) = own {
            let value = value.clone();
            synonyms.push(Synonym {
                name: setting.name,
                value,
                source: Source::Topic,
            });
        }
        let fallback = self.chain(setting.fallbacks, &mut synonyms);
        if let Some(value) = own {
            return Resolved {
                value: Some(value.clone()),
                source: Source::Topic,
                synonyms,
            };
        }
        match fallback {
            Some((value, source)) => Resolved {
                value: Some(value),
                source,
                synonyms,
            },
            None => Resolved {
                value: setting.default.map(str::to_owned),
                source: Source::Default,
                synonyms,
            },
        }
    }

    /// A broker's setting.
    pub fn broker(&self, setting: &'static Setting) -> Resolved {
        let mut synonyms = Vec::new();
        let chain = [Fallback {
            name: setting.name,
            scale: 1,
        }];
        match self.chain_of(setting.name, &chain, &mut synonyms) {
            Some((value, source)) => Resolved {
                value: Some(value),
                source,
                synonyms,
            },
            None => Resolved {
                value: None,
                source: Source::Default,
                synonyms,
            },
        }
    }

    fn chain(
        &self,
        fallbacks: &'static [Fallback],
        synonyms: &mut Vec<Synonym>,
    ) -> Option<(String, Source)> {
        let first = fallbacks.first()?;
        self.chain_of(first.name, fallbacks, synonyms)
    }

    /// Collects all values of a chain of broker settings, place by place, and gives the winner.
    /// Only the first name of a chain can be changed while brokers run.
    fn chain_of(
        &self,
        dynamic: &'static str,
        chain: &[Fallback],
        synonyms: &mut Vec<Synonym>,
    ) -> Option<(String, Source)> {
        let mut winner = None;
        let mut found = |name: &'static str, value: &str, scale: i64, source: Source| {
            synonyms.push(Synonym {
                name,
                value: value.to_owned(),
                source,
            });
            winner.get_or_insert_with(|| (scaled(value, scale), source));
        };
        for (map, source) in [
            (self.broker, Source::Broker),
            (self.cluster, Source::Cluster),
        ] {
            if let Some(value) = map.get(dynamic) {
                found(dynamic, value, 1, source);
            }
        }
        for fallback in chain {
            if let Some(value) = self.fixed.get(fallback.name) {
                found(fallback.name, value, fallback.scale, Source::Fixed);
            }
        }
        for fallback in chain {
            if let Some(setting) = broker_setting(fallback.name)
                && let Some(value) = setting.default
            {
                found(fallback.name, value, fallback.scale, Source::Default);
            }
        }
        winner
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
        assert_eq!(resolved.source, Source::Fixed);

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
