//! Ranges of message versions as Kafka writes them: `3`, `0-7`, `2+`, `none`.

use serde::Deserialize;

/// Versions from `lowest` to `highest`; none when `highest` is lower.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Versions {
    pub(crate) lowest: i16,
    pub(crate) highest: i16,
}

impl Versions {
    pub(crate) const NONE: Self = Self {
        lowest: 1,
        highest: 0,
    };

    pub(crate) fn is_empty(self) -> bool {
        self.highest < self.lowest
    }

    pub(crate) fn intersection(self, other: Self) -> Self {
        Self {
            lowest: self.lowest.max(other.lowest),
            highest: self.highest.min(other.highest),
        }
    }

    pub(crate) fn covers(self, other: Self) -> bool {
        self.intersection(other) == other
    }

    /// Whether `version`, which lies within `context`, is one of these.
    pub(crate) fn test(self, context: Self) -> Test {
        let common = self.intersection(context);
        if common.is_empty() {
            return Test::Never;
        }
        let from_start = common.lowest == context.lowest;
        let to_end = common.highest == context.highest;
        match (from_start, to_end) {
            (true, true) => Test::Always,
            (false, true) => Test::If(format!("version >= {}", common.lowest)),
            (true, false) => Test::If(format!("version <= {}", common.highest)),
            (false, false) if common.lowest == common.highest => {
                Test::If(format!("version == {}", common.lowest))
            }
            (false, false) => Test::If(format!(
                "({}..={}).contains(&version)",
                common.lowest, common.highest
            )),
        }
    }
}

/// What is known of a version before the program runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Test {
    Always,
    Never,
    If(String),
}

impl TryFrom<String> for Versions {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let number = |digits: &str| {
            digits
                .parse::<i16>()
                .map_err(|error| format!("{text:?} is no range: {error}"))
        };
        if text == "none" {
            return Ok(Self::NONE);
        }
        if let Some(lowest) = text.strip_suffix('+') {
            return Ok(Self {
                lowest: number(lowest)?,
                highest: i16::MAX,
            });
        }
        if let Some((lowest, highest)) = text.split_once('-') {
            return Ok(Self {
                lowest: number(lowest)?,
                highest: number(highest)?,
            });
        }
        let only = number(&text)?;
        Ok(Self {
            lowest: only,
            highest: only,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn versions(text: &str) -> Versions {
        Versions::try_from(text.to_owned()).unwrap()
    }

    #[test]
    fn every_way_to_write_a_range_is_read() {
        assert_eq!(
            versions("3"),
            Versions {
                lowest: 3,
                highest: 3
            }
        );
        assert_eq!(
            versions("0-7"),
            Versions {
                lowest: 0,
                highest: 7
            }
        );
        assert_eq!(
            versions("2+"),
            Versions {
                lowest: 2,
                highest: i16::MAX
            }
        );
        assert!(versions("none").is_empty());
        assert!(Versions::try_from("x+".to_owned()).is_err());
    }

    #[test]
    fn a_test_is_written_only_where_the_context_leaves_it_open() {
        let context = versions("3-13");
        assert_eq!(versions("0+").test(context), Test::Always);
        assert_eq!(versions("0-2").test(context), Test::Never);
        assert_eq!(
            versions("13+").test(context),
            Test::If("version >= 13".to_owned())
        );
        assert_eq!(
            versions("0-9").test(context),
            Test::If("version <= 9".to_owned())
        );
        assert_eq!(
            versions("7").test(context),
            Test::If("version == 7".to_owned())
        );
        assert_eq!(
            versions("5-7").test(context),
            Test::If("(5..=7).contains(&version)".to_owned())
        );
    }
}
