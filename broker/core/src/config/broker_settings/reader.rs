//! Takes settings one by one out of properties, collecting everything that is wrong with them.

use std::collections::BTreeSet;

use crate::types::NodeId;

use super::super::{
    BROKER, ConfigMap, Listener, Properties, ValueError, broker_setting, is_dynamic, items, nearest,
};
use super::{BrokerSettings, Durability, SettingError, SettingWarning};

/// Kavka's own settings.
const OWN: [&str; 4] = [
    "kavka.cluster.id",
    "kavka.durability",
    "kavka.http.listener",
    "kavka.shards",
];

/// Settings of Kafka's that say where and how to listen; read apart from the others.
const SHAPE: [&str; 9] = [
    "advertised.listeners",
    "broker.id",
    "controller.listener.names",
    "listener.security.protocol.map",
    "listeners",
    "log.dir",
    "log.dirs",
    "node.id",
    "process.roles",
];

/// Reads settings and remembers which ones were asked for.
pub(super) struct SettingsReader<'a> {
    properties: &'a Properties,
    asked: BTreeSet<&'static str>,
    errors: Vec<SettingError>,
}

impl<'a> SettingsReader<'a> {
    pub(super) fn new(properties: &'a Properties) -> Self {
        let mut reader = Self {
            properties,
            asked: SHAPE.into_iter().collect(),
            errors: Vec::new(),
        };
        reader.check_all();
        reader
    }

    /// Every value of Kafka's table is checked, whether this broker uses it or not.
    fn check_all(&mut self) {
        for (name, value) in self.properties.iter() {
            if value.contains("${env:") && name != "advertised.listeners" {
                let remedy = "only advertised.listeners may hold ${env:NAME}".to_owned();
                self.refuse(name, value, remedy);
                continue;
            }
            if let Some(setting) = broker_setting(name)
                && !(value.is_empty() && setting.default.is_none())
                && let Err(error) = setting.parse(value)
            {
                let remedy = match error {
                    ValueError::Kind { kind, .. } => format!("not a {kind}"),
                    ValueError::Invalid { remedy, .. } => remedy,
                };
                self.refuse(name, value, remedy);
            }
            if name.starts_with("kavka.") && !OWN.contains(&name) {
                let meant = nearest(name, OWN).map(|own| format!("; did you mean {own}?"));
                self.refuse(
                    name,
                    value,
                    format!("unknown setting{}", meant.unwrap_or_default()),
                );
            }
        }
    }

    pub(super) fn refuse(&mut self, name: &str, value: &str, remedy: String) {
        let (name, value) = (name.to_owned(), value.to_owned());
        self.errors.push(SettingError {
            name,
            value,
            remedy,
        });
    }

    /// The value given, else Kafka's default; nothing when it is empty.
    pub(super) fn text(&mut self, name: &'static str) -> Option<String> {
        self.asked.insert(name);
        let given = self.properties.get(name);
        let default = broker_setting(name).and_then(|setting| setting.default);
        given
            .or(default)
            .map(str::trim)
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
    }

    /// Values that do not parse were refused before: they come out as 0.
    pub(super) fn long(&mut self, name: &'static str) -> i64 {
        self.text(name)
            .and_then(|text| text.parse().ok())
            .unwrap_or(0)
    }

    pub(super) fn int(&mut self, name: &'static str) -> i32 {
        i32::try_from(self.long(name)).unwrap_or(0)
    }

    pub(super) fn positive_short(&mut self, name: &'static str) -> i16 {
        let number = i16::try_from(self.long(name)).unwrap_or(0);
        if number < 1 && self.errors.iter().all(|error| error.name != name) {
            let remedy = format!("write a number from 1 to {}", i16::MAX);
            let value = self.text(name).unwrap_or_default();
            self.refuse(name, &value, remedy);
        }
        number
    }

    pub(super) fn truth(&mut self, name: &'static str) -> bool {
        self.text(name)
            .is_some_and(|text| text.eq_ignore_ascii_case("true"))
    }

    /// One of Kavka's own settings; nothing when it is empty.
    pub(super) fn own(&self, name: &'static str) -> Option<String> {
        self.properties
            .get(name)
            .map(str::trim)
            .filter(|t| !t.is_empty())
            .map(str::to_owned)
    }

    pub(super) fn node_id(&mut self) -> NodeId {
        let given = self
            .properties
            .get("node.id")
            .or_else(|| self.properties.get("broker.id"));
        NodeId(given.and_then(|text| text.trim().parse().ok()).unwrap_or(0))
    }

    pub(super) fn log_dirs(&mut self) -> Vec<String> {
        let given = self
            .properties
            .get("log.dirs")
            .or_else(|| self.properties.get("log.dir"));
        let folders = items(given.unwrap_or("./kavka-data"));
        if folders.len() > 1 {
            let value = folders.join(",");
            self.refuse(
                "log.dirs",
                &value,
                "this build keeps its data in one folder".to_owned(),
            );
        }
        if folders.is_empty() {
            self.refuse("log.dirs", "", "name a folder for the data".to_owned());
        }
        folders.into_iter().map(str::to_owned).collect()
    }

    pub(super) fn listeners(&mut self) -> Vec<Listener> {
        let text = self.text("listeners").unwrap_or_default();
        let controllers = self.text("controller.listener.names").unwrap_or_default();
        let mut listeners = self.addresses("listeners", &text);
        listeners.retain(|listener| {
            !items(&controllers)
                .iter()
                .any(|name| name.eq_ignore_ascii_case(&listener.name))
        });
        if listeners.is_empty() && self.errors.iter().all(|error| error.name != "listeners") {
            let remedy = "name at least one address, such as PLAINTEXT://:9092".to_owned();
            self.refuse("listeners", &text, remedy);
        }
        listeners
    }

    fn addresses(&mut self, name: &'static str, text: &str) -> Vec<Listener> {
        let protocols = self
            .text("listener.security.protocol.map")
            .unwrap_or_default();
        let mut listeners: Vec<Listener> = Vec::new();
        for item in items(text) {
            match Listener::parse(item, &protocols) {
                Ok(listener) if listeners.iter().any(|l| l.name == listener.name) => {
                    let remedy =
                        format!("{} is there twice; give each its own name", listener.name);
                    self.refuse(name, text, remedy);
                }
                Ok(listener) => listeners.push(listener),
                Err(error) => self.refuse(name, text, error.to_string()),
            }
        }
        listeners
    }

    /// What clients are told for each listener: what is set for it, else where it listens.
    pub(super) fn advertised(
        &mut self,
        listeners: &[Listener],
        env: &dyn Fn(&str) -> Option<String>,
    ) -> Vec<Listener> {
        const NAME: &str = "advertised.listeners";
        let text = self.text(NAME).unwrap_or_default();
        let given = match substitute(&text, env) {
            Ok(resolved) => self.addresses(NAME, &resolved),
            Err(remedy) => {
                self.refuse(NAME, &text, remedy);
                return listeners.to_vec();
            }
        };
        if let Some(stray) = given
            .iter()
            .find(|a| listeners.iter().all(|l| l.name != a.name))
        {
            let remedy = format!("{} is not in listeners; add it there", stray.name);
            self.refuse(NAME, &text, remedy);
        }
        if given
            .iter()
            .any(|address| matches!(address.host.as_str(), "0.0.0.0" | "::"))
        {
            let remedy = "clients cannot connect to 0.0.0.0; name an address they can reach";
            self.refuse(NAME, &text, remedy.to_owned());
        }
        let of = |listener: &Listener| {
            let found = given.iter().find(|address| address.name == listener.name);
            let mut address = found.unwrap_or(listener).clone();
            if address.is_any() {
                address.host.clear();
            }
            address
        };
        listeners.iter().map(of).collect()
    }

    pub(super) fn durability(&mut self) -> Durability {
        match self.own("kavka.durability").as_deref() {
            None | Some("disk") => Durability::Disk,
            Some("replicas") => Durability::Replicas,
            Some(other) => {
                let other = other.to_owned();
                self.refuse(
                    "kavka.durability",
                    &other,
                    "write disk or replicas".to_owned(),
                );
                Durability::Disk
            }
        }
    }

    pub(super) fn http_listener(&mut self) -> Option<String> {
        const NAME: &str = "kavka.http.listener";
        if self.properties.get(NAME).is_none() {
            return Some("127.0.0.1:8080".to_owned());
        }
        let address = self.own(NAME)?;
        let port = address
            .rsplit_once(':')
            .and_then(|(_, port)| port.parse::<u16>().ok());
        if port.is_none() {
            self.refuse(
                NAME,
                &address,
                "write host:port, such as 127.0.0.1:8080".to_owned(),
            );
        }
        Some(address)
    }

    pub(super) fn shards(&mut self) -> Option<usize> {
        let text = self.own("kavka.shards")?;
        if let Ok(shards @ 1..=256) = text.parse() {
            Some(shards)
        } else {
            self.refuse(
                "kavka.shards",
                &text,
                "write a number from 1 to 256".to_owned(),
            );
            None
        }
    }

    /// What `DescribeConfigs` shows as set in the broker's file, in canonical form.
    pub(super) fn fixed(&self) -> ConfigMap {
        let known = self.properties.iter().filter_map(|(name, value)| {
            let setting = broker_setting(name)?;
            let value = setting.parse(value).unwrap_or_else(|_| value.to_owned());
            Some((name.to_owned(), value))
        });
        known.collect()
    }

    pub(super) fn finish(
        self,
        settings: BrokerSettings,
    ) -> Result<(BrokerSettings, Vec<SettingWarning>), Vec<SettingError>> {
        if !self.errors.is_empty() {
            return Err(self.errors);
        }
        let warnings = self
            .properties
            .iter()
            .filter_map(|(name, value)| self.warning(name, value));
        let warnings = warnings.collect();
        Ok((settings, warnings))
    }

    fn warning(&self, name: &str, value: &str) -> Option<SettingWarning> {
        if OWN.contains(&name) || self.asked.contains(name) || serves_topics(name) {
            return None;
        }
        let (name, value) = (name.to_owned(), value.to_owned());
        if broker_setting(&name).is_some() {
            return Some(SettingWarning::WithoutEffect { name, value });
        }
        let known = BROKER.iter().map(|setting| setting.name).chain(OWN);
        let nearest = nearest(&name, known);
        Some(SettingWarning::Unknown { name, nearest })
    }
}

/// Settings that a topic's settings fall back to.
fn serves_topics(name: &str) -> bool {
    is_dynamic(name)
        || super::super::TOPIC
            .iter()
            .any(|t| t.fallbacks.iter().any(|f| f.name == name))
}

/// Puts the environment's values in the place of `${env:NAME}`.
fn substitute(text: &str, env: &dyn Fn(&str) -> Option<String>) -> Result<String, String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${env:") {
        let (name, tail) = after
            .split_once('}')
            .ok_or_else(|| "${env: has no closing brace; write ${env:NAME}".to_owned())?;
        let value = env(name)
            .ok_or_else(|| format!("the environment has no {name}; set it or write the host"))?;
        out.push_str(before);
        out.push_str(&value);
        rest = tail;
    }
    out.push_str(rest);
    Ok(out)
}
