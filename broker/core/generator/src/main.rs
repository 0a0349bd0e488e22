//! Writes `broker/core/src/config/tables.rs` from `broker/core/config/kafka-4.3.0.json`.
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
    let source: PathBuf = core.join("config/kafka-4.3.0.json");
    let target: PathBuf = core.join("src/config/tables.rs");
    let text = std::fs::read_to_string(&source).with_context(|| source.display().to_string())?;
    let settings: Settings = serde_json::from_str(&text)?;
    let wanted = render(&settings)?;
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

fn render(settings: &Settings) -> anyhow::Result<String> {
    let mut out = String::from(
        "//! Kafka 4.3's settings. Generated from `config/kafka-4.3.0.json`: change nothing here,\n\
         //! run `cargo run -p kavka-core-generator`.\n\n\
         #![expect(clippy::unreadable_literal, reason = \"numbers as Kafka prints them\")]\n\n\
         use super::setting::Importance::{High, Low, Medium};\n\
         use super::setting::{Fallback, Kind, Setting, Valid};\n",
    );
    for (name, of, list) in [
        ("TOPIC", "a topic's", &settings.topic),
        ("BROKER", "a broker's", &settings.broker),
    ] {
        writeln!(out, "\n/// Every one of {of} settings, in order of names.")?;
        writeln!(out, "#[rustfmt::skip]")?;
        writeln!(out, "pub static {name}: [Setting; {}] = [", list.len())?;
        for setting in list {
            render_setting(&mut out, setting, &fallbacks(settings, name, &setting.name))?;
        }
        writeln!(out, "];")?;
    }
    Ok(out)
}

fn render_setting(out: &mut String, setting: &Setting, chain: &str) -> anyhow::Result<()> {
    let required = setting.default.as_deref() == Some("<required>");
    let default = if required {
        None
    } else {
        setting.default.as_ref()
    };
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
    writeln!(out, "    }},")?;
    Ok(())
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
