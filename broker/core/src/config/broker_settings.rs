//! A broker's settings as values of the right type, read once when it starts.

mod cleaner;
mod reader;

use std::collections::BTreeMap;

use kavka_protocol::records::Compression;
use thiserror::Error;

use crate::metadata::{ConfigResource, MetadataImage};
use crate::types::NodeId;

use super::{ConfigMap, Listener, Properties, is_dynamic};
pub use cleaner::CleanerConfig;
use reader::SettingsReader;

/// When an append counts as kept (`kavka.durability`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Durability {
    /// When it is on disk on every in-sync replica.
    #[default]
    Disk,
    /// When it is in the memory of every in-sync replica: Kafka's rule.
    Replicas,
}

/// Settings of the group coordinator; times are milliseconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupConfig {
    /// `group.min.session.timeout.ms`
    pub min_session_timeout_ms: i32,
    /// `group.max.session.timeout.ms`
    pub max_session_timeout_ms: i32,
    /// `group.initial.rebalance.delay.ms`
    pub initial_rebalance_delay_ms: i32,
    /// `group.max.size`: members of one group.
    pub max_size: i32,
    /// `kavka.group.id.bytes.max`: of groups and instances.
    pub id_bytes_max: i32,
    /// `kavka.client.id.bytes.max`
    pub client_id_bytes_max: i32,
    /// `kavka.group.member.metadata.bytes.max`: all protocols of a member together.
    pub member_metadata_bytes_max: i32,
    /// `offset.metadata.max.bytes`
    pub offset_metadata_max_bytes: i32,
    /// `offsets.retention.minutes`, in milliseconds.
    pub offsets_retention_ms: i64,
    /// `offsets.retention.check.interval.ms`
    pub offsets_retention_check_interval_ms: i64,
}

impl Default for GroupConfig {
    /// Kafka's defaults.
    fn default() -> Self {
        BrokerSettings::default().group
    }
}

/// Settings of the transaction coordinator; times are milliseconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransactionConfig {
    /// `transaction.max.timeout.ms`
    pub max_timeout_ms: i32,
    /// `transactional.id.expiration.ms`
    pub id_expiration_ms: i32,
    /// `transaction.abort.timed.out.transaction.cleanup.interval.ms`
    pub abort_timed_out_interval_ms: i32,
    /// `transaction.remove.expired.transaction.cleanup.interval.ms`
    pub remove_expired_interval_ms: i32,
    /// `add.partitions.to.txn.retry.backoff.max.ms`: how long a request waits for the transaction
    /// before it to be complete.
    pub add_partitions_retry_backoff_max_ms: i32,
}

impl Default for TransactionConfig {
    /// Kafka's defaults.
    fn default() -> Self {
        BrokerSettings::default().transaction
    }
}

/// A broker's settings. Kafka's names with underscores; times are milliseconds, sizes bytes.
#[derive(Debug, Clone, PartialEq)]
#[expect(
    missing_docs,
    reason = "the fields carry the names of Kafka's settings"
)]
pub struct BrokerSettings {
    pub node_id: NodeId,
    /// `broker.rack`
    pub rack: Option<String>,
    pub listeners: Vec<Listener>,
    /// One for each listener; an empty host stands for the machine's name.
    pub advertised_listeners: Vec<Listener>,
    /// `inter.broker.listener.name`, else the first listener's name.
    pub inter_broker_listener_name: String,
    /// `log.dirs`, the one folder for data.
    pub log_dir: String,
    pub num_partitions: i32,
    pub default_replication_factor: i16,
    pub auto_create_topics: bool,
    pub delete_topic_enable: bool,
    pub message_max_bytes: i32,
    pub socket_request_max_bytes: i32,
    pub max_connections: i32,
    pub max_connections_per_ip: i32,
    /// By address, as text.
    pub max_connections_per_ip_overrides: BTreeMap<String, i32>,
    pub max_connection_creation_rate: i32,
    pub connections_max_idle_ms: i64,
    /// -1 is the broker's own limit.
    pub queued_max_request_bytes: i64,
    pub socket_listen_backlog_size: i32,
    pub fetch_max_bytes: i32,
    pub max_incremental_fetch_session_cache_slots: i32,
    pub max_request_partition_size_limit: i32,
    pub log_retention_check_interval_ms: i64,
    pub producer_id_expiration_ms: i64,
    pub replica_lag_time_max_ms: i64,
    pub offsets_topic_num_partitions: i32,
    pub offsets_topic_replication_factor: i16,
    pub offsets_topic_segment_bytes: i32,
    pub offsets_topic_compression: Compression,
    pub offsets_commit_timeout_ms: i32,
    pub offsets_load_buffer_size: i32,
    pub transaction_state_log_num_partitions: i32,
    pub transaction_state_log_replication_factor: i16,
    pub transaction_state_log_min_isr: i32,
    pub transaction_state_log_segment_bytes: i32,
    pub transaction_state_log_load_buffer_size: i32,
    /// `transaction.partition.verification.enable`
    pub transaction_partition_verification: bool,
    pub group: GroupConfig,
    pub transaction: TransactionConfig,
    pub cleaner: CleanerConfig,
    /// `kavka.durability`
    pub durability: Durability,
    /// `kavka.http.listener` (host:port); none when it is empty.
    pub http_listener: Option<String>,
    /// `kavka.cluster.id`: the cluster that the data folder must belong to.
    pub cluster_id: Option<String>,
    /// `kavka.shards`: threads that serve; none leaves it to the broker.
    pub shards: Option<usize>,
    /// `kavka.request.elements.max`
    pub request_elements_max: i32,
    /// `kavka.batch.decompressed.bytes.max`
    pub batch_decompressed_bytes_max: i32,
    /// `kavka.transactional.id.bytes.max`
    pub transactional_id_bytes_max: i32,
    /// `kavka.metrics.series.max`
    pub metrics_series_max: usize,
    /// `kavka.reply.bytes.max`
    pub reply_bytes_max: i64,
    /// Every setting as `DescribeConfigs` shows it as coming from the broker's file.
    pub fixed: ConfigMap,
    /// What was given.
    pub given: Properties,
}

/// A setting that the broker cannot run with.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{name}={value}: {remedy}")]
pub struct SettingError {
    /// The setting.
    pub name: String,
    /// What was given.
    pub value: String,
    /// What is wrong and what would be right.
    pub remedy: String,
}

/// A setting that has no effect.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{name}={value}: has no effect on this broker: {reason}")]
pub struct SettingWarning {
    /// The setting.
    pub name: String,
    /// What was given.
    pub value: String,
    /// Why.
    pub reason: &'static str,
}

impl BrokerSettings {
    /// Reads settings; `env` gives the values of `${env:NAME}`, which only
    /// `advertised.listeners` may hold.
    pub fn from_properties(
        properties: &Properties,
        env: &dyn Fn(&str) -> Option<String>,
    ) -> Result<(Self, Vec<SettingWarning>), Vec<SettingError>> {
        let mut reader = SettingsReader::new(properties);
        let settings = Self::read(&mut reader, env);
        reader.finish(settings)
    }

    /// These settings with what has been set since for this broker or for all brokers. Where and
    /// as whom it serves stays as it was at the start.
    ///
    /// What is wrong was refused when it was set; if an older version let it through, nothing that
    /// was set counts.
    #[must_use]
    pub fn with_running(&self, image: &MetadataImage) -> Self {
        let cluster = image.config(&ConfigResource::Broker(None));
        let broker = image.config(&ConfigResource::Broker(Some(self.node_id)));
        let none = ConfigMap::new();
        self.running(cluster, broker)
            .or_else(|_| self.running(&none, &none))
            .unwrap_or_else(|_| self.clone())
    }

    /// These settings with what is set for all brokers and for this one while it runs; what is
    /// wrong with them.
    pub fn running(
        &self,
        cluster: &ConfigMap,
        broker: &ConfigMap,
    ) -> Result<Self, Vec<SettingError>> {
        let mut properties = self.given.clone();
        let set = cluster.iter().chain(broker);
        for (name, value) in set.filter(|(name, _)| is_dynamic(name)) {
            properties.set(name.clone(), value.clone());
        }
        // The addresses were read with the environment, when the broker started.
        properties.remove("advertised.listeners");
        let mut reader = SettingsReader::new(&properties);
        let read = Self::read(&mut reader, &|_| None);
        let (read, _) = reader.finish(read)?;
        Ok(Self {
            node_id: self.node_id,
            listeners: self.listeners.clone(),
            advertised_listeners: self.advertised_listeners.clone(),
            inter_broker_listener_name: self.inter_broker_listener_name.clone(),
            log_dir: self.log_dir.clone(),
            fixed: self.fixed.clone(),
            given: self.given.clone(),
            ..read
        })
    }

    fn read(reader: &mut SettingsReader<'_>, env: &dyn Fn(&str) -> Option<String>) -> Self {
        let listeners = reader.listeners();
        let advertised_listeners = reader.advertised(&listeners, env);
        let first = listeners
            .first()
            .map(|listener| listener.name.clone())
            .unwrap_or_default();
        let log_dir = reader.log_dir();
        Self {
            node_id: reader.node_id(),
            rack: reader.text("broker.rack"),
            inter_broker_listener_name: reader.text("inter.broker.listener.name").unwrap_or(first),
            listeners,
            advertised_listeners,
            fixed: reader.fixed(&log_dir),
            log_dir,
            num_partitions: reader.int("num.partitions"),
            default_replication_factor: reader.positive_short("default.replication.factor"),
            auto_create_topics: reader.truth("auto.create.topics.enable"),
            delete_topic_enable: reader.truth("delete.topic.enable"),
            message_max_bytes: reader.int("message.max.bytes"),
            socket_request_max_bytes: reader.int("socket.request.max.bytes"),
            max_connections: reader.int("max.connections"),
            max_connections_per_ip: reader.int("max.connections.per.ip"),
            max_connections_per_ip_overrides: reader
                .limits_by_address("max.connections.per.ip.overrides"),
            max_connection_creation_rate: reader.int("max.connection.creation.rate"),
            connections_max_idle_ms: reader.long("connections.max.idle.ms"),
            queued_max_request_bytes: reader.long("queued.max.request.bytes"),
            socket_listen_backlog_size: reader.int("socket.listen.backlog.size"),
            fetch_max_bytes: reader.int("fetch.max.bytes"),
            max_incremental_fetch_session_cache_slots: reader
                .int("max.incremental.fetch.session.cache.slots"),
            max_request_partition_size_limit: reader.int("max.request.partition.size.limit"),
            log_retention_check_interval_ms: reader.long("log.retention.check.interval.ms"),
            producer_id_expiration_ms: reader.long("producer.id.expiration.ms"),
            replica_lag_time_max_ms: reader.long("replica.lag.time.max.ms"),
            offsets_topic_num_partitions: reader.int("offsets.topic.num.partitions"),
            offsets_topic_replication_factor: reader
                .positive_short("offsets.topic.replication.factor"),
            offsets_topic_segment_bytes: reader.int("offsets.topic.segment.bytes"),
            offsets_topic_compression: reader.codec("offsets.topic.compression.codec"),
            offsets_commit_timeout_ms: reader.int("offsets.commit.timeout.ms"),
            offsets_load_buffer_size: reader.int("offsets.load.buffer.size"),
            transaction_state_log_num_partitions: reader
                .int("transaction.state.log.num.partitions"),
            transaction_state_log_replication_factor: reader
                .positive_short("transaction.state.log.replication.factor"),
            transaction_state_log_min_isr: reader.int("transaction.state.log.min.isr"),
            transaction_state_log_segment_bytes: reader.int("transaction.state.log.segment.bytes"),
            transaction_state_log_load_buffer_size: reader
                .int("transaction.state.log.load.buffer.size"),
            transaction_partition_verification: reader
                .truth("transaction.partition.verification.enable"),
            group: Self::read_group(reader),
            transaction: Self::read_transaction(reader),
            cleaner: CleanerConfig::read(reader),
            durability: reader.durability(),
            http_listener: reader.http_listener(),
            cluster_id: reader.text("kavka.cluster.id"),
            shards: reader.shards(),
            request_elements_max: reader.int("kavka.request.elements.max"),
            batch_decompressed_bytes_max: reader.int("kavka.batch.decompressed.bytes.max"),
            transactional_id_bytes_max: reader.int("kavka.transactional.id.bytes.max"),
            metrics_series_max: usize::try_from(reader.int("kavka.metrics.series.max"))
                .unwrap_or(0),
            reply_bytes_max: reader.long("kavka.reply.bytes.max"),
            given: reader.properties().clone(),
        }
    }

    fn read_group(reader: &mut SettingsReader<'_>) -> GroupConfig {
        let group = GroupConfig {
            min_session_timeout_ms: reader.int("group.min.session.timeout.ms"),
            max_session_timeout_ms: reader.int("group.max.session.timeout.ms"),
            initial_rebalance_delay_ms: reader.int("group.initial.rebalance.delay.ms"),
            max_size: reader.int("group.max.size"),
            id_bytes_max: reader.int("kavka.group.id.bytes.max"),
            client_id_bytes_max: reader.int("kavka.client.id.bytes.max"),
            member_metadata_bytes_max: reader.int("kavka.group.member.metadata.bytes.max"),
            offset_metadata_max_bytes: reader.int("offset.metadata.max.bytes"),
            offsets_retention_ms: reader
                .long("offsets.retention.minutes")
                .saturating_mul(60_000),
            offsets_retention_check_interval_ms: reader.long("offsets.retention.check.interval.ms"),
        };
        if group.min_session_timeout_ms > group.max_session_timeout_ms {
            reader.refuse(
                "group.min.session.timeout.ms",
                &group.min_session_timeout_ms.to_string(),
                format!(
                    "must not be above group.max.session.timeout.ms={}",
                    group.max_session_timeout_ms
                ),
            );
        }
        group
    }
}

impl BrokerSettings {
    fn read_transaction(reader: &mut SettingsReader<'_>) -> TransactionConfig {
        TransactionConfig {
            max_timeout_ms: reader.int("transaction.max.timeout.ms"),
            id_expiration_ms: reader.int("transactional.id.expiration.ms"),
            abort_timed_out_interval_ms: reader
                .int("transaction.abort.timed.out.transaction.cleanup.interval.ms"),
            remove_expired_interval_ms: reader
                .int("transaction.remove.expired.transaction.cleanup.interval.ms"),
            add_partitions_retry_backoff_max_ms: reader
                .int("add.partitions.to.txn.retry.backoff.max.ms"),
        }
    }
}

impl Default for BrokerSettings {
    /// What an empty file gives.
    fn default() -> Self {
        let properties = Properties::default();
        Self::read(&mut SettingsReader::new(&properties), &|_| None)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{TOPIC, broker_settings};
    use super::*;
    use kavka_protocol::messages::{ConfigRecord, MetadataRecord};

    fn read(text: &str) -> Result<(BrokerSettings, Vec<String>), Vec<String>> {
        let env = |name: &str| (name == "POD_IP").then(|| "10.0.0.7".to_owned());
        let properties = Properties::parse(text).unwrap();
        match BrokerSettings::from_properties(&properties, &env) {
            Ok((settings, warnings)) => {
                Ok((settings, warnings.iter().map(ToString::to_string).collect()))
            }
            Err(errors) => Err(errors.iter().map(ToString::to_string).collect()),
        }
    }

    #[test]
    fn an_empty_file_gives_kafkas_defaults() {
        let (settings, warnings) = read("").unwrap();
        assert!(warnings.is_empty());
        assert_eq!(settings, BrokerSettings::default());
        assert!(settings.auto_create_topics);
        assert_eq!(settings.offsets_topic_num_partitions, 50);
        assert_eq!(settings.group.initial_rebalance_delay_ms, 3_000);
        assert_eq!(settings.group.offsets_retention_ms, 7 * 24 * 3_600_000);
        assert_eq!(settings.listeners.len(), 1);
        assert_eq!(settings.durability, Durability::Disk);
    }

    #[test]
    fn what_kubernetes_gives_is_read() {
        let (settings, warnings) = read(
            "node.id=3\nlisteners=INSIDE://:9092,OUT://:9094,CTL://:9093\n\
             controller.listener.names=CTL\n\
             listener.security.protocol.map=INSIDE:PLAINTEXT,OUT:PLAINTEXT,CTL:PLAINTEXT\n\
             advertised.listeners=INSIDE://${env:POD_IP}:9092\n\
             log.dirs=/data\nlog.retention.hours=72\nkavka.durability=replicas\n\
             kavka.http.listener=\nkavka.shards=2\n",
        )
        .unwrap();
        assert_eq!(warnings, Vec::<String>::new());
        assert_eq!(settings.node_id, NodeId(3));
        let names: Vec<_> = settings.listeners.iter().map(|l| l.name.as_str()).collect();
        assert_eq!(names, ["INSIDE", "OUT"]);
        assert_eq!(settings.advertised_listeners[0].host, "10.0.0.7");
        assert_eq!(settings.advertised_listeners[1].name, "OUT");
        assert_eq!(settings.http_listener, None);
        assert_eq!(settings.shards, Some(2));
        assert_eq!(settings.durability, Durability::Replicas);
        assert_eq!(
            settings
                .fixed
                .get("log.retention.hours")
                .map(String::as_str),
            Some("72")
        );
    }

    #[test]
    fn what_has_no_effect_is_warned_about() {
        let (_, warnings) = read(
            "num.io.threads=9\nzookeeper.connect=zk:2181\ninter.broker.protocol.version=3.9\n",
        )
        .unwrap();
        assert_eq!(
            warnings,
            [
                "inter.broker.protocol.version=3.9: has no effect on this broker: Kafka has not \
                 had it since version 4.0.",
                "num.io.threads=9: has no effect on this broker: each shard's one thread does all \
                 work of its connections and partitions; kavka.shards says how many there are.",
                "zookeeper.connect=zk:2181: has no effect on this broker: Kafka has not had it \
                 since version 4.0.",
            ]
        );
    }

    #[test]
    fn impossible_values_are_refused_all_at_once() {
        let errors = read(
            "num.partitions=0\nlisteners=nowhere\nkavka.durability=maybe\nkavka.shard=1\n\
             node.id=${env:POD_IP}\nadvertised.listeners=PLAINTEXT://${env:HOME}:1\n\
             log.retention.hour=1\nbinford=6100\nlog.dirs=/a,/b\n",
        )
        .unwrap_err();
        let all = errors.join("\n");
        for part in [
            "num.partitions=0: Value must be at least 1",
            "listeners=nowhere: \"nowhere\" is not an address; write NAME://host:port",
            "kavka.durability=maybe: String must be one of: disk, replicas",
            "kavka.shard=1: there is no such setting; did you mean kavka.shards?",
            "log.retention.hour=1: there is no such setting; did you mean log.retention.hours?",
            "binford=6100: there is no such setting; remove it",
            "log.dirs=/a,/b: name one folder: a broker keeps its data in one",
            "node.id=${env:POD_IP}: only advertised.listeners may hold ${env:NAME}",
            "advertised.listeners=PLAINTEXT://${env:HOME}:1: the environment has no HOME",
        ] {
            assert_eq!(all.matches(part).count(), 1, "{part} in:\n{all}");
        }
    }

    #[test]
    fn several_folders_are_refused_under_the_name_they_were_given_by() {
        let remedy = "name one folder: a broker keeps its data in one";
        for given in ["log.dir=/a,/b", "log.dirs=", "log.dirs=/a,/b\nlog.dir=/c"] {
            let named = given.lines().next().unwrap();
            let errors = read(&format!("{given}\n")).unwrap_err();
            assert_eq!(errors, [format!("{named}: {remedy}")]);
        }
        assert_eq!(read("log.dir=/a\n").unwrap().0.log_dir, "/a");
    }

    #[test]
    fn what_is_set_while_the_broker_runs_wins_and_its_addresses_stay() {
        let (settings, _) = read(
            "node.id=3\nlisteners=A://127.0.0.1:1\nlistener.security.protocol.map=A:PLAINTEXT\n\
             max.connections=10\nmax.connections.per.ip=5\n",
        )
        .unwrap();
        let mut image = MetadataImage::default();
        for (resource, name, value) in [
            ("", "max.connections", "20"),
            ("3", "max.connections", "30"),
            ("4", "max.connections.per.ip", "1"),
            ("3", "max.connections.per.ip.overrides", "10.0.0.1:7, ::1:8"),
            ("3", "listeners", "B://127.0.0.1:2"),
            ("3", "node.id", "9"),
        ] {
            let record = ConfigRecord {
                resource_type: 4,
                resource_name: resource.to_owned(),
                name: name.to_owned(),
                value: Some(value.to_owned()),
            };
            image.apply(&MetadataRecord::from(record)).unwrap();
        }
        let running = settings.with_running(&image);
        assert_eq!(running.max_connections, 30);
        assert_eq!(running.max_connections_per_ip, 5);
        let overrides = &running.max_connections_per_ip_overrides;
        assert_eq!((overrides["10.0.0.1"], overrides["::1"]), (7, 8));
        assert_eq!(running.listeners, settings.listeners);
        assert_eq!(running.node_id, NodeId(3));
        assert_eq!(running.with_running(&MetadataImage::default()), settings);
        let wrong = [("max.connections".to_owned(), "none".to_owned())].into();
        assert!(settings.running(&wrong, &ConfigMap::new()).is_err());
    }

    /// Neither a setting that is read and said to do nothing, nor one that is said to do something
    /// and never read.
    #[test]
    fn exactly_the_settings_that_are_read_have_an_effect() {
        let properties = Properties::default();
        let mut reader = SettingsReader::new(&properties);
        BrokerSettings::read(&mut reader, &|_| None);
        let read = |name: &str| {
            let topics = TOPIC.iter().filter(|topic| topic.without_effect.is_none());
            reader.asked().contains(name)
                || topics
                    .flat_map(|topic| topic.fallbacks)
                    .any(|fallback| fallback.name == name)
        };
        for setting in broker_settings() {
            assert_eq!(
                setting.without_effect.is_none(),
                read(setting.name),
                "{}",
                setting.name
            );
        }
    }

    #[test]
    fn session_timeouts_cannot_be_the_wrong_way_round() {
        let errors = read("group.min.session.timeout.ms=9\ngroup.max.session.timeout.ms=8\n");
        assert_eq!(
            errors.unwrap_err(),
            ["group.min.session.timeout.ms=9: must not be above group.max.session.timeout.ms=8"]
        );
    }
}
