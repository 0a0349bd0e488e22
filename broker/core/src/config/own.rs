//! Settings of this broker that Kafka does not have.

use super::setting::Importance::{High, Medium};
use super::setting::{Kind, Setting, Update, Valid};

/// What is common to all of them.
const PLAIN: Setting = Setting {
    name: "",
    kind: Kind::String,
    default: None,
    importance: Medium,
    valid: Valid::Any,
    valid_text: "",
    fallbacks: &[],
    update: Update::Never,
    text: "",
    without_effect: None,
};

/// Every one of them, in order of names.
pub static OWN: [Setting; 12] = [
    Setting {
        name: "kavka.batch.decompressed.bytes.max",
        kind: Kind::Int,
        default: Some("67108864"),
        valid: Valid::AtLeast(1 << 20),
        valid_text: "[1048576,...]",
        text: "What a batch may hold once it is decompressed, where the broker has to: on compacted \
               topics and on those with a codec of their own. A topic's max.message.bytes is \
               always allowed.",
        ..PLAIN
    },
    Setting {
        name: "kavka.client.id.bytes.max",
        kind: Kind::Int,
        default: Some("1024"),
        valid: Valid::Between {
            low: 1,
            high: 32_767,
        },
        valid_text: "[1,...,32767]",
        text: "The longest client.id of a member of a group.",
        ..PLAIN
    },
    Setting {
        name: "kavka.cluster.id",
        text: "The cluster that the data folder must belong to; a new folder is made for it.",
        ..PLAIN
    },
    Setting {
        name: "kavka.durability",
        default: Some("disk"),
        importance: High,
        valid: Valid::OneOf(&["disk", "replicas"]),
        valid_text: "[disk, replicas]",
        text: "When a batch counts as kept: once it is on disk on every in-sync replica, or, as in \
               Kafka, once it is in the memory of every in-sync replica.",
        ..PLAIN
    },
    Setting {
        name: "kavka.group.id.bytes.max",
        kind: Kind::Int,
        default: Some("1024"),
        valid: Valid::Between {
            low: 1,
            high: 32_767,
        },
        valid_text: "[1,...,32767]",
        text: "The longest name of a group or of a static member.",
        ..PLAIN
    },
    Setting {
        name: "kavka.group.member.metadata.bytes.max",
        kind: Kind::Int,
        default: Some("1048576"),
        valid: Valid::AtLeast(1024),
        valid_text: "[1024,...]",
        text: "What a member may tell its group when it joins, all of its protocols together.",
        ..PLAIN
    },
    Setting {
        name: "kavka.http.listener",
        default: Some("127.0.0.1:8080"),
        text: "Where health and metrics are served, as host:port; nowhere when it is empty.",
        ..PLAIN
    },
    Setting {
        name: "kavka.metrics.series.max",
        kind: Kind::Int,
        default: Some("10000"),
        valid: Valid::AtLeast(1),
        valid_text: "[1,...]",
        text: "How many topics or partitions each metric tells apart at most; further topics are \
               counted together, further partitions are left out.",
        ..PLAIN
    },
    Setting {
        name: "kavka.reply.bytes.max",
        kind: Kind::Long,
        default: Some("268435456"),
        importance: High,
        valid: Valid::AtLeast(1 << 20),
        valid_text: "[1048576,...]",
        text: "What the records in replies to consumers may hold in memory, all connections taken \
               together.",
        ..PLAIN
    },
    Setting {
        name: "kavka.request.elements.max",
        kind: Kind::Int,
        default: Some("250000"),
        valid: Valid::AtLeast(1000),
        valid_text: "[1000,...]",
        text: "How many topics, partitions and other elements one request may name; a longer one \
               closes its connection before it is handled.",
        ..PLAIN
    },
    Setting {
        name: "kavka.shards",
        kind: Kind::Int,
        valid: Valid::Between { low: 1, high: 256 },
        valid_text: "[1,...,256]",
        text: "Threads that serve connections and partitions; by default one for each core but \
               one.",
        ..PLAIN
    },
    Setting {
        name: "kavka.transactional.id.bytes.max",
        kind: Kind::Int,
        default: Some("1024"),
        valid: Valid::Between {
            low: 1,
            high: 32_767,
        },
        valid_text: "[1,...,32767]",
        text: "The longest transactional.id.",
        ..PLAIN
    },
];
