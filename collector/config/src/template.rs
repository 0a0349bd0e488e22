//! Paths into an event, and texts with such paths in them.

/// A path into an event: `message`, `.kubernetes.pod`, or into its metadata: `%tag`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldPath {
    /// Whether the path leads into the metadata (`%`) instead of the event.
    pub metadata: bool,
    /// The names on the way, at least one.
    pub segments: Vec<String>,
}

impl FieldPath {
    /// Reads a path; a leading dot may be left out; `"…"` quotes a name that contains dots.
    ///
    /// # Errors
    /// What is wrong with `text`, as a clause.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (metadata, rest) = match text.strip_prefix('%') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('.').unwrap_or(text)),
        };
        let mut segments = Vec::new();
        let mut segment = String::new();
        let mut quoted = false;
        for c in rest.chars() {
            match c {
                '"' => quoted = !quoted,
                '.' if !quoted => segments.push(std::mem::take(&mut segment)),
                other => segment.push(other),
            }
        }
        segments.push(segment);
        if quoted {
            return Err(format!("{text:?} has no closing quote"));
        }
        if segments.iter().any(String::is_empty) {
            return Err(format!("{text:?} is no path to a field"));
        }
        Ok(Self { metadata, segments })
    }
}

/// A text in which `{{ path }}` stands for a field of the event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    text: String,
    parts: Vec<TemplatePart>,
}

/// A piece of a [`Template`].
#[derive(Clone, Debug, PartialEq, Eq)]
enum TemplatePart {
    Text(String),
    Field(FieldPath),
}

impl Template {
    /// Reads a text such as `logs-{{ kubernetes.namespace }}`.
    ///
    /// # Errors
    /// What is wrong with `text`, as a clause.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("{{") {
            if !before.is_empty() {
                parts.push(TemplatePart::Text(before.to_owned()));
            }
            let (path, after) = after
                .split_once("}}")
                .ok_or_else(|| format!("{text:?} has no closing }}}}"))?;
            parts.push(TemplatePart::Field(FieldPath::parse(path.trim())?));
            rest = after;
        }
        if !rest.is_empty() {
            parts.push(TemplatePart::Text(rest.to_owned()));
        }
        Ok(Self {
            text: text.to_owned(),
            parts,
        })
    }

    /// The whole text when no field stands in it.
    pub fn as_literal(&self) -> Option<&str> {
        let literal = self
            .parts
            .iter()
            .all(|part| matches!(part, TemplatePart::Text(_)));
        literal.then_some(self.text.as_str())
    }

    /// Fills the fields in.
    ///
    /// # Errors
    /// The first field that `lookup` does not know.
    pub fn render(
        &self,
        mut lookup: impl FnMut(&FieldPath) -> Option<String>,
    ) -> Result<String, FieldPath> {
        let mut out = String::new();
        for part in &self.parts {
            match part {
                TemplatePart::Text(text) => out.push_str(text),
                TemplatePart::Field(path) => {
                    out.push_str(&lookup(path).ok_or_else(|| path.clone())?);
                }
            }
        }
        Ok(out)
    }

    /// The template as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_takes_fields_of_event_and_metadata() {
        let template = Template::parse("logs-{{ kubernetes.pod }}-{{%tag}}").unwrap();
        let text = template
            .render(|path| Some(path.segments.join("/")))
            .unwrap();
        assert_eq!(text, "logs-kubernetes/pod-tag");
        assert_eq!(template.as_literal(), None);
        assert_eq!(
            Template::parse("plain").unwrap().as_literal(),
            Some("plain")
        );
    }

    #[test]
    fn a_broken_path_or_template_is_refused() {
        for text in ["{{ a", "{{}}", "{{ a..b }}", "{{ \"a }}"] {
            assert!(Template::parse(text).is_err(), "{text}");
        }
    }
}
