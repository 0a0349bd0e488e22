//! Tag patterns with the meaning that Fluentd's `<match>` gives them.

use regex::Regex;

/// One or more patterns, separated by white space; a tag matches when one of them does.
///
/// `*` stands for one part of a tag (what lies between two dots), `**` for any number of parts,
/// `{a,b}` for either; `a.**` matches `a` itself, too. `/…/` is a regular expression.
#[derive(Clone, Debug)]
pub struct TagPattern {
    text: String,
    patterns: Vec<Regex>,
}

impl PartialEq for TagPattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl TagPattern {
    /// Reads a pattern such as `sample.**` or `app.{web,api}.* audit.**`.
    ///
    /// # Errors
    /// What is wrong with `text`, as a clause.
    pub fn parse(text: &str) -> Result<Self, String> {
        let patterns = split_patterns(text)
            .map(|pattern| {
                let translated = match pattern.strip_prefix('/') {
                    Some(rest) => rest
                        .strip_suffix('/')
                        .map(str::to_owned)
                        .ok_or_else(|| format!("{pattern:?} has no closing /"))?,
                    None => translate(pattern)?,
                };
                Regex::new(&format!("^(?:{translated})$"))
                    .map_err(|error| format!("{pattern:?} is no pattern: {error}"))
            })
            .collect::<Result<Vec<Regex>, String>>()?;
        if patterns.is_empty() {
            return Err("the pattern is empty".to_owned());
        }
        Ok(Self {
            text: text.to_owned(),
            patterns,
        })
    }

    /// Whether `tag` matches.
    pub fn matches(&self, tag: &str) -> bool {
        self.patterns.iter().any(|pattern| pattern.is_match(tag))
    }

    /// The pattern as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// White space separates patterns, except inside of braces.
fn split_patterns(text: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0_usize;
    text.split(move |c: char| {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && c.is_whitespace()
    })
    .filter(|pattern| !pattern.is_empty())
}

/// Translates one glob into a regular expression, dot by dot as Fluentd does: a dot before `**`
/// belongs to what `**` may leave out.
fn translate(pattern: &str) -> Result<String, String> {
    let mut out = String::new();
    let mut rest = pattern;
    let mut depth = 0_usize;
    let mut dot = false;
    while let Some(c) = rest.chars().next() {
        let consumed = if rest.starts_with("**") {
            let then_dot = rest.starts_with("**.");
            out.push_str(match (dot, then_dot) {
                (true, true) => r"\.(?:.*\.)?",
                (true, false) => r"(?:\..*)?",
                (false, true) => r"(?:.*\.)?",
                (false, false) => ".*",
            });
            dot = false;
            if then_dot { 3 } else { 2 }
        } else {
            if dot {
                out.push_str(r"\.");
                dot = false;
            }
            match c {
                '\\' => {
                    let escaped = rest.chars().nth(1).map(String::from).unwrap_or_default();
                    out.push_str(&regex::escape(&escaped));
                    1 + escaped.len()
                }
                '.' => {
                    dot = true;
                    1
                }
                '*' => {
                    out.push_str(r"[^.]*");
                    1
                }
                '{' => {
                    depth += 1;
                    out.push_str("(?:");
                    1
                }
                '}' if depth > 0 => {
                    depth -= 1;
                    out.push(')');
                    1
                }
                ',' if depth > 0 => {
                    out.push('|');
                    1
                }
                other => {
                    out.push_str(&regex::escape(&other.to_string()));
                    other.len_utf8()
                }
            }
        };
        rest = rest.get(consumed..).unwrap_or_default();
    }
    if depth > 0 {
        return Err(format!("{pattern:?} has no closing brace"));
    }
    if dot {
        out.push_str(r"\.");
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &str, matching: &[&str], others: &[&str]) {
        let parsed = TagPattern::parse(pattern).unwrap();
        for tag in matching {
            assert!(parsed.matches(tag), "{pattern} should match {tag}");
        }
        for tag in others {
            assert!(!parsed.matches(tag), "{pattern} should not match {tag}");
        }
    }

    #[test]
    fn tag_patterns_mean_what_fluentd_makes_of_them() {
        check("a.*", &["a.b", "a."], &["a", "a.b.c", "b.a"]);
        check("a.**", &["a", "a.b", "a.b.c"], &["ab", "b.a"]);
        check(
            "sample.**",
            &["sample", "sample.data"],
            &["samples.data", "x.sample.data"],
        );
        check("**", &["", "a", "a.b"], &[]);
        check("**.c", &["c", "b.c", "a.b.c"], &["a.b", "xc.d"]);
        check(
            "a.**.c",
            &["a.c", "a.b.c", "a.b.b.c"],
            &["ac", "a.b", "a.xc.d"],
        );
        check("{a,b}", &["a", "b"], &["c", "a.b"]);
        check("a.{b,c}.*", &["a.b.x", "a.c.x"], &["a.d.x", "a.b"]);
        check("a.{b,c.**}", &["a.b", "a.c", "a.c.d"], &["a.b.d"]);
        check("a b", &["a", "b"], &["c", "a b"]);
        check("td.*.*", &["td.db.table"], &["td.db"]);
        check("a*", &["a", "abc"], &["a.b"]);
        check("a-b_c:d", &["a-b_c:d"], &["a-b_c-d"]);
        check("/a\\.[0-9]+/", &["a.12"], &["a.x"]);
        check(r"a\*", &["a*"], &["ab"]);
    }

    #[test]
    fn a_broken_tag_pattern_is_refused() {
        for pattern in ["", "  ", "a.{b", "/a", "/(/"] {
            assert!(TagPattern::parse(pattern).is_err(), "{pattern}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_the_pattern_reader_fail_badly(text in ".{0,40}", tag in "[a-z.]{0,20}") {
            if let Ok(pattern) = TagPattern::parse(&text) {
                let _ = pattern.matches(&tag);
            }
        }

        #[test]
        fn a_tag_without_special_letters_matches_itself(tag in "[a-z0-9_]{1,8}(\\.[a-z0-9_]{1,8}){0,3}") {
            proptest::prop_assert!(TagPattern::parse(&tag).unwrap().matches(&tag));
            proptest::prop_assert!(TagPattern::parse(&(tag.clone() + ".**")).unwrap().matches(&tag));
        }
    }
}
