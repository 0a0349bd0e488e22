//! One setting of Kafka's tables: its kind, default, valid values and the check of a value.

use thiserror::Error;

/// Kafka's kinds of values, with the numbers that `DescribeConfigs` uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `true` or `false`.
    Boolean = 1,
    /// Any text.
    String = 2,
    /// A signed number of 32 bits.
    Int = 3,
    /// A signed number of 16 bits.
    Short = 4,
    /// A signed number of 64 bits.
    Long = 5,
    /// A fraction.
    Double = 6,
    /// Texts separated by commas.
    List = 7,
    /// The name of a Java class.
    Class = 8,
    /// Text that is never shown.
    Password = 9,
}

/// How much a setting matters, in Kafka's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Importance {
    /// Most users set it.
    High,
    /// Some users set it.
    Medium,
    /// Few users set it.
    Low,
}

/// How a setting can be changed while brokers run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Update {
    /// Not at all, and nobody is told of it: it is there for tests.
    Hidden,
    /// Not at all: it stands in the broker's file.
    Never,
    /// For one broker.
    Broker,
    /// For one broker or for all of them; every topic's setting can be.
    Cluster,
}

/// What a setting takes beyond its kind.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Valid {
    /// Everything of its kind.
    Any,
    /// Anything but nothing.
    NotEmpty,
    /// This number or a larger one.
    AtLeast(i64),
    /// A number within these bounds, both included.
    Between {
        /// The smallest.
        low: i64,
        /// The largest.
        high: i64,
    },
    /// A number within these bounds, or one other.
    BetweenOr {
        /// The smallest.
        low: i64,
        /// The largest.
        high: i64,
        /// The one outside of the bounds.
        or: i64,
    },
    /// A fraction within these bounds, both included.
    Fraction {
        /// The smallest.
        low: f64,
        /// The largest.
        high: f64,
    },
    /// One of these texts.
    OneOf(&'static [&'static str]),
    /// One of these texts, whatever the case.
    OneOfAnyCase(&'static [&'static str]),
    /// A list of these texts only.
    ListOf(&'static [&'static str]),
    /// `*`, or a list of `partition:broker`.
    ThrottledReplicas,
}

/// A broker setting whose value, times `scale`, stands in for a topic's setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fallback {
    /// The broker setting.
    pub name: &'static str,
    /// What its value is multiplied by: 3,600,000 from hours to milliseconds.
    pub scale: i64,
}

/// One row of Kafka's tables of settings.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Setting {
    /// Kafka's name.
    pub name: &'static str,
    /// What kind of value it takes.
    pub kind: Kind,
    /// The value when nobody sets it; none when there is none.
    pub default: Option<&'static str>,
    /// How much it matters.
    pub importance: Importance,
    /// What it takes beyond its kind.
    pub valid: Valid,
    /// The same in Kafka's notation, for messages.
    pub valid_text: &'static str,
    /// For a topic's setting: the broker settings it falls back to, the first one set wins.
    pub fallbacks: &'static [Fallback],
    /// How it can be changed while brokers run.
    pub update: Update,
    /// What it is for.
    pub text: &'static str,
    /// Why it does nothing on this broker; none where it does something.
    pub without_effect: Option<&'static str>,
}

/// A value that a setting does not take.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ValueError {
    /// The value is not of the setting's kind.
    #[error("Invalid value {value} for configuration {name}: Not a {kind}")]
    Kind {
        /// The setting.
        name: String,
        /// What was given.
        value: String,
        /// What it takes.
        kind: &'static str,
    },
    /// The value is out of bounds or not among the known ones.
    #[error("Invalid value {value} for configuration {name}: {remedy}")]
    Invalid {
        /// The setting.
        name: String,
        /// What was given.
        value: String,
        /// What it takes.
        remedy: String,
    },
}

impl Kind {
    /// The number of this kind in `DescribeConfigs`' replies.
    pub fn code(self) -> i8 {
        self as i8
    }

    fn expectation(self) -> &'static str {
        match self {
            Self::Boolean => "boolean (expected true or false)",
            Self::Int => "number of type INT",
            Self::Short => "number of type SHORT",
            Self::Long => "number of type LONG",
            Self::Double => "number of type DOUBLE",
            Self::String | Self::List | Self::Class | Self::Password => "text",
        }
    }
}

impl Setting {
    /// Checks a value and gives it in its canonical form (trimmed, lists without blanks).
    pub fn parse(&self, value: &str) -> Result<String, ValueError> {
        let trimmed = value.trim();
        let canonical = match self.kind {
            Kind::Boolean => self.boolean(trimmed)?,
            Kind::Int => self.number(trimmed, i64::from(i32::MIN), i64::from(i32::MAX))?,
            Kind::Short => self.number(trimmed, i64::from(i16::MIN), i64::from(i16::MAX))?,
            Kind::Long => self.number(trimmed, i64::MIN, i64::MAX)?,
            Kind::Double => self.fraction(trimmed)?,
            Kind::List => self.list(trimmed)?,
            Kind::String | Kind::Class => self.text(trimmed)?,
            Kind::Password => value.to_owned(),
        };
        Ok(canonical)
    }

    /// What `DescribeConfigs` says of it.
    pub fn documentation(&self) -> String {
        match self.without_effect {
            None => self.text.to_owned(),
            Some(reason) => format!("{} Has no effect on this broker: {reason}", self.text),
        }
    }

    /// Whether anybody is told of it.
    pub fn is_shown(&self) -> bool {
        self.update != Update::Hidden
    }

    /// Whether the value is hidden from everyone who asks.
    pub fn sensitive(&self) -> bool {
        self.kind == Kind::Password
    }

    fn boolean(&self, value: &str) -> Result<String, ValueError> {
        let lower = value.to_ascii_lowercase();
        if lower == "true" || lower == "false" {
            Ok(lower)
        } else {
            Err(self.not_a(value))
        }
    }

    fn number(&self, value: &str, low: i64, high: i64) -> Result<String, ValueError> {
        let number: i64 = value.parse().map_err(|_| self.not_a(value))?;
        if number < low || number > high {
            return Err(self.not_a(value));
        }
        let remedy = match self.valid {
            Valid::AtLeast(least) if number < least => {
                Some(format!("Value must be at least {least}"))
            }
            Valid::Between { low, .. } if number < low => {
                Some(format!("Value must be at least {low}"))
            }
            Valid::Between { high, .. } if number > high => {
                Some(format!("Value must be no more than {high}"))
            }
            Valid::BetweenOr { low, high, or }
                if number != or && !(low..=high).contains(&number) =>
            {
                Some(format!(
                    "Value must be between {low} and {high} or equal to {or}"
                ))
            }
            _ => None,
        };
        match remedy {
            Some(remedy) => Err(self.invalid(value, remedy)),
            None => Ok(number.to_string()),
        }
    }

    fn fraction(&self, value: &str) -> Result<String, ValueError> {
        let number: f64 = value.parse().map_err(|_| self.not_a(value))?;
        if !number.is_finite() {
            return Err(self.not_a(value));
        }
        if let Valid::Fraction { low, high } = self.valid
            && !(low..=high).contains(&number)
        {
            let remedy = format!("Value must be between {low} and {high}");
            return Err(self.invalid(value, remedy));
        }
        Ok(value.to_owned())
    }

    fn text(&self, value: &str) -> Result<String, ValueError> {
        match self.valid {
            Valid::OneOf(words) if !words.contains(&value) => Err(self.invalid(
                value,
                format!("String must be one of: {}", words.join(", ")),
            )),
            Valid::OneOfAnyCase(words)
                if !words.iter().any(|word| word.eq_ignore_ascii_case(value)) =>
            {
                let words = words.join(", ");
                Err(self.invalid(
                    value,
                    format!("String must be one of (case insensitive): {words}"),
                ))
            }
            Valid::NotEmpty if value.is_empty() => {
                Err(self.invalid(value, "String must be non-empty".to_owned()))
            }
            _ => Ok(value.to_owned()),
        }
    }

    fn list(&self, value: &str) -> Result<String, ValueError> {
        let items = items(value);
        match self.valid {
            Valid::ListOf(words) => {
                if let Some(item) = items.iter().find(|item| !words.contains(item)) {
                    let remedy = format!("String must be one of: {}", words.join(", "));
                    return Err(self.invalid(item, remedy));
                }
            }
            Valid::ThrottledReplicas if !items.iter().all(|item| is_throttled(item)) => {
                let remedy = format!(
                    "must be the literal '*' or a list of replicas in the following format: {}",
                    self.valid_text
                );
                return Err(self.invalid(value, remedy));
            }
            Valid::NotEmpty if items.is_empty() => {
                return Err(self.invalid(value, "List must not be empty".to_owned()));
            }
            _ => {}
        }
        Ok(items.join(","))
    }

    fn not_a(&self, value: &str) -> ValueError {
        let kind = self.kind.expectation();
        ValueError::Kind {
            name: self.name.to_owned(),
            value: value.to_owned(),
            kind,
        }
    }

    fn invalid(&self, value: &str, remedy: String) -> ValueError {
        ValueError::Invalid {
            name: self.name.to_owned(),
            value: value.to_owned(),
            remedy,
        }
    }
}

/// The texts of a list's value, without blanks and empty ones.
pub fn items(value: &str) -> Vec<&str> {
    value
        .split(',')
        .map(str::trim)
        .filter(|item| !item.is_empty())
        .collect()
}

fn is_throttled(item: &str) -> bool {
    item == "*"
        || item.split_once(':').is_some_and(|(partition, broker)| {
            partition.parse::<u32>().is_ok() && broker.parse::<u32>().is_ok()
        })
}

#[cfg(test)]
mod tests {
    use super::super::{broker_setting, topic_setting};

    fn check(name: &str, value: &str, expected: Result<&str, &str>) {
        let setting = topic_setting(name)
            .or_else(|| broker_setting(name))
            .unwrap();
        let found = setting.parse(value).map_err(|error| error.to_string());
        assert_eq!(
            found.as_deref().map_err(String::as_str),
            expected,
            "{name}={value}"
        );
    }

    #[test]
    fn values_are_checked_and_made_canonical() {
        check("retention.ms", " 72 ", Ok("72"));
        check("cleanup.policy", "compact, delete", Ok("compact,delete"));
        check("preallocate", "TRUE", Ok("true"));
        check("compression.gzip.level", "-1", Ok("-1"));
        check(
            "leader.replication.throttled.replicas",
            "0:1,1:2",
            Ok("0:1,1:2"),
        );
        check("group.consumer.migration.policy", "Upgrade", Ok("Upgrade"));
    }

    #[test]
    fn a_refusal_names_key_value_and_remedy() {
        check(
            "retention.ms",
            "-2",
            Err("Invalid value -2 for configuration retention.ms: Value must be at least -1"),
        );
        check(
            "retention.ms",
            "soon",
            Err("Invalid value soon for configuration retention.ms: Not a number of type LONG"),
        );
        check(
            "compression.type",
            "rar",
            Err(
                "Invalid value rar for configuration compression.type: String must be one of: \
                 uncompressed, zstd, lz4, snappy, gzip, producer",
            ),
        );
        check(
            "min.cleanable.dirty.ratio",
            "1.5",
            Err(
                "Invalid value 1.5 for configuration min.cleanable.dirty.ratio: \
                 Value must be between 0 and 1",
            ),
        );
        check(
            "segment.bytes",
            "4294967296",
            Err("Invalid value 4294967296 for configuration segment.bytes: \
                 Not a number of type INT"),
        );
    }
}
