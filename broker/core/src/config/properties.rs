//! Java's `.properties` text: `name=value`, comments, continued lines, escapes.

use thiserror::Error;

use super::ConfigMap;

/// Names and values as a file gives them; a later one replaces an earlier one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Properties {
    values: ConfigMap,
}

/// Text that is no properties text.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("line {line}: {text:?} has a broken escape; write \\uXXXX with four hexadecimal digits")]
pub struct PropertiesError {
    /// Counted from 1.
    pub line: usize,
    /// The line.
    pub text: String,
}

impl Properties {
    /// Reads a file's text.
    pub fn parse(text: &str) -> Result<Self, PropertiesError> {
        let mut properties = Self::default();
        let mut lines = text.lines().enumerate();
        while let Some((number, line)) = lines.next() {
            let mut logical = line.trim_start().to_owned();
            if logical.starts_with(['#', '!']) || logical.trim().is_empty() {
                continue;
            }
            while is_continued(&logical) {
                logical.pop();
                let Some((_, next)) = lines.next() else { break };
                logical.push_str(next.trim_start());
            }
            let broken = || PropertiesError {
                line: number + 1,
                text: logical.clone(),
            };
            let (name, value) = split(&logical);
            let name = unescape(name).ok_or_else(broken)?;
            let value = unescape(value).ok_or_else(broken)?;
            properties.set(name, value.trim_end().to_owned());
        }
        Ok(properties)
    }

    /// The value of a name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    /// Sets a value.
    pub fn set(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.values.insert(name.into(), value.into());
    }

    /// Takes a name away.
    pub fn remove(&mut self, name: &str) {
        self.values.remove(name);
    }

    /// Sets everything that `later` sets.
    pub fn merge(&mut self, later: Self) {
        self.values.extend(later.values);
    }

    /// Names and values in order of names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.values
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl FromIterator<(String, String)> for Properties {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(pairs: I) -> Self {
        Self {
            values: pairs.into_iter().collect(),
        }
    }
}

/// A line goes on in the next one when it ends in an odd number of backslashes.
fn is_continued(line: &str) -> bool {
    line.chars().rev().take_while(|c| *c == '\\').count() % 2 == 1
}

fn split(line: &str) -> (&str, &str) {
    let mut escaped = false;
    for (position, c) in line.char_indices() {
        if !escaped && (c == '=' || c == ':' || c.is_whitespace()) {
            let (name, rest) = line.split_at(position);
            let rest = rest.trim_start();
            let value = rest.strip_prefix(['=', ':']).unwrap_or(rest);
            return (name, value.trim_start());
        }
        escaped = c == '\\' && !escaped;
    }
    (line, "")
}

fn unescape(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('t') => out.push('\t'),
            Some('n') => out.push('\n'),
            Some('r') => out.push('\r'),
            Some('f') => out.push('\u{c}'),
            Some('u') => {
                let digits: String = chars.by_ref().take(4).collect();
                let code = u32::from_str_radix(&digits, 16)
                    .ok()
                    .filter(|_| digits.len() == 4)?;
                out.push(char::from_u32(code)?);
            }
            Some(other) => out.push(other),
            None => {}
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_reads_as_java_reads_it() {
        let text = "# comment\n! another\n\na=1\nb : two \n c\tthree\nlong=x,\\\n   y\n\
                    path=C\\:\\\\data\nempty=\nuni=\\u00e9\na=2\nequals=a=b\n";
        let properties = Properties::parse(text).unwrap();
        let found: Vec<_> = properties.iter().collect();
        assert_eq!(
            found,
            [
                ("a", "2"),
                ("b", "two"),
                ("c", "three"),
                ("empty", ""),
                ("equals", "a=b"),
                ("long", "x,y"),
                ("path", "C:\\data"),
                ("uni", "é"),
            ]
        );
    }

    #[test]
    fn a_broken_escape_names_its_line() {
        let error = Properties::parse("a=1\nb=\\u12\n").unwrap_err();
        assert_eq!(error.line, 2);
    }
}
