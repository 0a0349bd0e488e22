//! Takes settings one by one out of properties, collecting everything that is wrong with them.

use std::collections::{BTreeMap, BTreeSet};

use kavka_protocol::records::Compression;

use crate::types::NodeId;

use super::super::{
    ConfigMap, Listener, OWN, Properties, ValueError, broker_setting, broker_settings, items,
    nearest,
};
use super::{BrokerSettings, Durability, SettingError, SettingWarning};

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

/// Settings of Kafka 3 that Kafka 4 has no more: a file that was written for it still serves.
const REMOVED: [&str; 17] = [
    "auto.include.jmx.reporter",
    "broker.id.generation.enable",
    "control.plane.listener.name",
    "delegation.token.master.key",
    "inter.broker.protocol.version",
    "leader.imbalance.per.broker.percentage",
    "log.message.downconversion.enable",
    "log.message.format.version",
    "log.message.timestamp.difference.max.ms",
    "offsets.commit.required.acks",
    "password.encoder.cipher.algorithm",
    "password.encoder.iterations",
    "password.encoder.key.length",
    "password.encoder.keyfactory.algorithm",
    "password.encoder.old.secret",
    "password.encoder.secret",
    "reserved.broker.max.id",
];

/// What Kafka 3's settings for ZooKeeper begin with.
const ZOOKEEPER: &str = "zookeeper.";

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
            if name.starts_with("kavka.") && broker_setting(name).is_none() {
                let own = OWN.iter().map(|setting| setting.name);
                self.refuse(name, value, no_such_setting(name, own));
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

    pub(super) fn double(&mut self, name: &'static str) -> f64 {
        self.text(name)
            .and_then(|text| text.parse().ok())
            .unwrap_or(0.0)
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

    /// `address:number` pairs; nothing of them when one is wrong.
    pub(super) fn limits_by_address(&mut self, name: &'static str) -> BTreeMap<String, i32> {
        let text = self.text(name).unwrap_or_default();
        let limit = |item: &&str| {
            let (address, limit) = item.rsplit_once(':')?;
            let limit: i32 = limit.trim().parse().ok()?;
            (limit >= 0).then(|| (address.trim().to_owned(), limit))
        };
        let listed = items(&text);
        let read: BTreeMap<String, i32> = listed.iter().filter_map(limit).collect();
        if read.len() != listed.len() {
            let remedy = "write address:number, each address once, separated by commas".to_owned();
            self.refuse(name, &text, remedy);
        }
        read
    }

    /// What was given.
    pub(super) fn properties(&self) -> &Properties {
        self.properties
    }

    /// A codec by its number.
    pub(super) fn codec(&mut self, name: &'static str) -> Compression {
        let id = self.int(name);
        let codec = i16::try_from(id).ok().and_then(Compression::from_id);
        if codec.is_none() {
            let remedy = "write 0 (none), 1 (gzip), 2 (snappy), 3 (lz4) or 4 (zstd)".to_owned();
            self.refuse(name, &id.to_string(), remedy);
        }
        codec.unwrap_or_default()
    }

    pub(super) fn node_id(&self) -> NodeId {
        let given = self
            .properties
            .get("node.id")
            .or_else(|| self.properties.get("broker.id"));
        NodeId(given.and_then(|text| text.trim().parse().ok()).unwrap_or(0))
    }

    pub(super) fn log_dir(&mut self) -> String {
        let of = |name| Some((name, self.properties.get(name)?));
        let given = of("log.dirs").or_else(|| of("log.dir"));
        let (name, given) = given.unwrap_or(("log.dirs", "./kavka-data"));
        if let [folder] = items(given)[..] {
            return folder.to_owned();
        }
        let remedy = "name one folder: a broker keeps its data in one".to_owned();
        self.refuse(name, given, remedy);
        String::new()
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
        match self.text("kavka.durability").as_deref() {
            Some("replicas") => Durability::Replicas,
            _ => Durability::Disk,
        }
    }

    pub(super) fn http_listener(&mut self) -> Option<String> {
        const NAME: &str = "kavka.http.listener";
        let address = self.text(NAME)?;
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
        self.text("kavka.shards")?.parse().ok()
    }

    /// What `DescribeConfigs` shows as set in the broker's file, in canonical form. Kafka's file
    /// must hold the broker's number, its role and its folder; here they are as if it did.
    pub(super) fn fixed(&self, log_dir: &str) -> ConfigMap {
        let node = self.node_id().to_string();
        let known = self.properties.iter().filter_map(|(name, value)| {
            let setting = broker_setting(name)?;
            let value = setting.parse(value).unwrap_or_else(|_| value.to_owned());
            Some((name.to_owned(), value))
        });
        let mut fixed: ConfigMap = known.collect();
        for (name, value) in [
            ("node.id", node.as_str()),
            ("broker.id", &node),
            ("process.roles", "broker,controller"),
            ("log.dirs", log_dir),
        ] {
            fixed
                .entry(name.to_owned())
                .or_insert_with(|| value.to_owned());
        }
        fixed
    }

    /// The settings that were asked for.
    #[cfg(test)]
    pub(super) fn asked(&self) -> &BTreeSet<&'static str> {
        &self.asked
    }

    /// The settings, or everything that is wrong with them.
    pub(super) fn finish(
        mut self,
        settings: BrokerSettings,
    ) -> Result<(BrokerSettings, Vec<SettingWarning>), Vec<SettingError>> {
        let mut warnings = Vec::new();
        for (name, value) in self.properties.iter() {
            let reason = match broker_setting(name) {
                Some(setting) => setting.without_effect,
                None if REMOVED.contains(&name) || name.starts_with(ZOOKEEPER) => {
                    Some("Kafka has not had it since version 4.0.")
                }
                None => {
                    // One of this broker's own was refused before.
                    if !name.starts_with("kavka.") {
                        let known = broker_settings().map(|setting| setting.name);
                        self.refuse(name, value, no_such_setting(name, known));
                    }
                    None
                }
            };
            warnings.extend(reason.map(|reason| SettingWarning {
                name: name.to_owned(),
                value: value.to_owned(),
                reason,
            }));
        }
        if self.errors.is_empty() {
            Ok((settings, warnings))
        } else {
            Err(self.errors)
        }
    }
}

/// A misspelt setting would silently not hold.
fn no_such_setting(name: &str, known: impl Iterator<Item = &'static str>) -> String {
    match nearest(name, known) {
        Some(nearest) => format!("there is no such setting; did you mean {nearest}?"),
        None => "there is no such setting; remove it".to_owned(),
    }
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
