//! Writes `broker/core/src/config/tables.rs` from `broker/core/config/kafka-4.3.0.json`, which holds
//! facts about Kafka, and `texts.json`, which says what each setting does here.
//!
//! With `--check` it writes nothing and fails when the file differs.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Settings {
    topic: Vec<Setting>,
    topic_to_broker_synonyms: BTreeMap<String, String>,
    broker: Vec<Setting>,
    broker_dynamic: Dynamic,
    broker_internal: Vec<String>,
}

/// Which of a broker's settings Kafka changes while it runs.
#[derive(Deserialize)]
struct Dynamic {
    /// For one broker or for all.
    cluster: Vec<String>,
    /// For one broker only.
    broker: Vec<String>,
}

#[derive(Deserialize)]
struct Texts {
    topic: Effects,
    broker: Effects,
}

/// What settings do, by name.
#[derive(Deserialize)]
struct Effects {
    used: BTreeMap<String, String>,
    without_effect: Vec<WithoutEffect>,
}

/// Settings that do nothing here for the same reason.
#[derive(Deserialize)]
struct WithoutEffect {
    reason: String,
    texts: BTreeMap<String, String>,
}

impl Effects {
    /// What a setting does, and why it does nothing here if that is so.
    fn of(&self, name: &str) -> anyhow::Result<(&str, Option<&str>)> {
        if let Some(text) = self.used.get(name) {
            return Ok((text, None));
        }
        let idle = self
            .without_effect
            .iter()
            .find_map(|group| Some((group.texts.get(name)?, &group.reason)));
        let (text, reason) = idle.with_context(|| format!("texts.json says nothing of {name}"))?;
        Ok((text, Some(reason)))
    }

    fn names(&self) -> impl Iterator<Item = &String> {
        let idle = self.without_effect.iter();
        self.used
            .keys()
            .chain(idle.flat_map(|group| group.texts.keys()))
    }
}

#[derive(Deserialize)]
struct Setting {
    name: String,
    #[serde(rename = "type")]
    kind: String,
    default: Option<String>,
    importance: String,
    valid: Option<String>,
}

/// Where a topic setting falls back to more than one broker setting, in Kafka's order; the number
/// is what the broker setting's value is multiplied by.
const CHAINS: [(&str, &[(&str, i64)]); 4] = [
    (
        "flush.ms",
        &[
            ("log.flush.interval.ms", 1),
            ("log.flush.scheduler.interval.ms", 1),
        ],
    ),
    (
        "retention.ms",
        &[
            ("log.retention.ms", 1),
            ("log.retention.minutes", 60_000),
            ("log.retention.hours", 3_600_000),
        ],
    ),
    (
        "segment.jitter.ms",
        &[
            ("log.roll.jitter.ms", 1),
            ("log.roll.jitter.hours", 3_600_000),
        ],
    ),
    (
        "segment.ms",
        &[("log.roll.ms", 1), ("log.roll.hours", 3_600_000)],
    ),
];

fn main() -> anyhow::Result<()> {
    let core = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .context("the generator lies in core")?;
    let target: PathBuf = core.join("src/config/tables.rs");
    let settings: Settings = read(&core.join("config/kafka-4.3.0.json"))?;
    let texts: Texts = read(&core.join("config/texts.json"))?;
    let wanted = render(&settings, &texts)?;
    if std::env::args().any(|argument| argument == "--check") {
        let found = std::fs::read_to_string(&target).unwrap_or_default();
        if found != wanted {
            bail!(
                "{} differs: run cargo run -p kavka-core-generator",
                target.display()
            );
        }
        return Ok(());
    }
    std::fs::write(&target, wanted).with_context(|| target.display().to_string())
}

fn read<T: serde::de::DeserializeOwned>(path: &Path) -> anyhow::Result<T> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    serde_json::from_str(&text).with_context(|| path.display().to_string())
}

fn render(settings: &Settings, texts: &Texts) -> anyhow::Result<String> {
    let mut out = String::from(
        "//! Kafka 4.3's settings. Generated from `config/kafka-4.3.0.json` and `config/texts.json`:\n\
         //! change nothing here, run `cargo run -p kavka-core-generator`.\n\n\
         #![expect(clippy::unreadable_literal, reason = \"numbers as Kafka prints them\")]\n\n\
         use super::setting::Importance::{High, Low, Medium};\n\
         use super::setting::{Fallback, Kind, Setting, Update, Valid};\n",
    );
    for (name, of, list, effects) in [
        ("TOPIC", "a topic's", &settings.topic, &texts.topic),
        ("BROKER", "a broker's", &settings.broker, &texts.broker),
    ] {
        let unknown = |name: &&String| list.iter().all(|setting| setting.name != **name);
        if let Some(unknown) = effects.names().find(unknown) {
            bail!("texts.json speaks of {unknown}, which is no setting");
        }
        writeln!(out, "\n/// Every one of {of} settings, in order of names.")?;
        writeln!(out, "#[rustfmt::skip]")?;
        writeln!(out, "pub static {name}: [Setting; {}] = [", list.len())?;
        for setting in list {
            let chain = fallbacks(settings, name, &setting.name);
            render_setting(&mut out, setting, &chain, update(settings, name, setting))?;
            render_text(&mut out, effects.of(&setting.name)?)?;
        }
        writeln!(out, "];")?;
    }
    Ok(out)
}

fn render_setting(
    out: &mut String,
    setting: &Setting,
    chain: &str,
    update: &str,
) -> anyhow::Result<()> {
    let default = setting.default.as_deref();
    let default = default
        .filter(|default| *default != "<required>")
        // As Java prints a class; its name is the value.
        .map(|default| default.strip_prefix("class ").unwrap_or(default));
    writeln!(out, "    Setting {{")?;
    writeln!(
        out,
        "        name: {:?}, kind: {},",
        setting.name,
        kind(&setting.kind)?
    )?;
    writeln!(
        out,
        "        default: {default:?}, importance: {},",
        importance(&setting.importance)?
    )?;
    writeln!(out, "        valid: {},", valid(setting)?)?;
    writeln!(
        out,
        "        valid_text: {:?},",
        setting.valid.clone().unwrap_or_default()
    )?;
    writeln!(out, "        fallbacks: {chain},")?;
    writeln!(out, "        update: Update::{update},")?;
    Ok(())
}

fn render_text(out: &mut String, (text, reason): (&str, Option<&str>)) -> anyhow::Result<()> {
    writeln!(out, "        text: {text:?},")?;
    writeln!(out, "        without_effect: {reason:?},")?;
    writeln!(out, "    }},")?;
    Ok(())
}

/// How a setting can be changed while brokers run.
fn update(settings: &Settings, table: &str, setting: &Setting) -> &'static str {
    let name = &setting.name;
    let internal = name.starts_with("internal.") || settings.broker_internal.contains(name);
    match table {
        _ if internal => "Hidden",
        // Listeners are opened when the broker starts.
        "BROKER" if name.starts_with("listener") => "Never",
        "TOPIC" => "Cluster",
        _ if settings.broker_dynamic.cluster.contains(name) => "Cluster",
        _ if settings.broker_dynamic.broker.contains(name) => "Broker",
        _ => "Never",
    }
}

fn fallbacks(settings: &Settings, table: &str, name: &str) -> String {
    let mut items: Vec<(String, i64)> = Vec::new();
    if table == "TOPIC" {
        if let Some((_, chain)) = CHAINS.iter().find(|(topic, _)| *topic == name) {
            items.extend(
                chain
                    .iter()
                    .map(|(broker, scale)| ((*broker).to_owned(), *scale)),
            );
        } else if let Some(broker) = settings.topic_to_broker_synonyms.get(name) {
            items.push((broker.clone(), 1));
        }
    }
    let items: Vec<String> = items
        .into_iter()
        .map(|(broker, scale)| {
            format!("\n            Fallback {{ name: {broker:?}, scale: {scale} }},")
        })
        .collect();
    if items.is_empty() {
        "&[]".to_owned()
    } else {
        format!("&[{}\n        ]", items.concat())
    }
}

fn kind(kind: &str) -> anyhow::Result<&'static str> {
    Ok(match kind {
        "BOOLEAN" => "Kind::Boolean",
        "STRING" => "Kind::String",
        "INT" => "Kind::Int",
        "SHORT" => "Kind::Short",
        "LONG" => "Kind::Long",
        "DOUBLE" => "Kind::Double",
        "LIST" => "Kind::List",
        "CLASS" => "Kind::Class",
        "PASSWORD" => "Kind::Password",
        other => bail!("unknown kind of setting {other:?}"),
    })
}

fn importance(importance: &str) -> anyhow::Result<&'static str> {
    Ok(match importance {
        "HIGH" => "High",
        "MEDIUM" => "Medium",
        "LOW" => "Low",
        other => bail!("unknown importance {other:?}"),
    })
}

/// Kafka prints its validators as text; this reads the text back.
fn valid(setting: &Setting) -> anyhow::Result<String> {
    let text = setting.valid.as_deref().unwrap_or_default();
    Ok(match text {
        "" | "non-null string" => "Valid::Any".to_owned(),
        "non-empty string" | "non-empty list" => "Valid::NotEmpty".to_owned(),
        "[1,...,9] or -1" => "Valid::BetweenOr { low: 1, high: 9, or: -1 }".to_owned(),
        throttled if throttled.starts_with("[partitionId]") => {
            "Valid::ThrottledReplicas".to_owned()
        }
        any_case if any_case.starts_with("(case insensitive) ") => {
            format!(
                "Valid::OneOfAnyCase(&{})",
                words(any_case.trim_start_matches("(case insensitive) "))?
            )
        }
        range if range.contains("...") => range_of(setting, range)?,
        list if setting.kind == "LIST" => format!("Valid::ListOf(&{})", words(list)?),
        list => format!("Valid::OneOf(&{})", words(list)?),
    })
}

fn range_of(setting: &Setting, text: &str) -> anyhow::Result<String> {
    let inner = text.trim_start_matches('[').trim_end_matches(']');
    let (low, high) = inner.split_once(",...").context("a range")?;
    let high = high.trim_start_matches(',');
    if setting.kind == "DOUBLE" {
        let low: f64 = low.parse()?;
        let high: f64 = high.parse()?;
        return Ok(format!(
            "Valid::Fraction {{ low: {low:?}, high: {high:?} }}"
        ));
    }
    let low: i64 = low.parse()?;
    if high.is_empty() {
        return Ok(format!("Valid::AtLeast({low})"));
    }
    let high: i64 = high.parse()?;
    Ok(format!("Valid::Between {{ low: {low}, high: {high} }}"))
}

fn words(text: &str) -> anyhow::Result<String> {
    let inner = text
        .strip_prefix('[')
        .and_then(|t| t.strip_suffix(']'))
        .context("a list in brackets")?;
    let words: Vec<&str> = inner.split(", ").collect();
    Ok(format!("{words:?}"))
}
