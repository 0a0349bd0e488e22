//! Names of components and of their outputs.

use std::borrow::Borrow;
use std::fmt;

/// A component's name, unique within its pipeline.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ComponentName(String);

/// As long as a Kubernetes label may be: the name stands in labels, ports and folders.
const LENGTH_MAX: usize = 63;

impl ComponentName {
    /// Letters, digits, `-` and `_`, beginning with a letter or digit, at most 63 of them.
    ///
    /// # Errors
    /// What is wrong with `name`, as a clause.
    pub fn parse(name: &str) -> Result<Self, String> {
        if name.is_empty() {
            return Err("the name is empty".to_owned());
        }
        if name.len() > LENGTH_MAX {
            return Err(format!(
                "the name has {} characters, at most {LENGTH_MAX} may be",
                name.len()
            ));
        }
        let begins_well = name.starts_with(|c: char| c.is_ascii_alphanumeric());
        let wrong = name
            .chars()
            .find(|c| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_')));
        match (begins_well, wrong) {
            (_, Some(c)) => Err(format!("the name {name:?} contains {c:?}")),
            (false, None) => Err(format!(
                "the name {name:?} begins with neither letter nor digit"
            )),
            (true, None) => Ok(Self(name.to_owned())),
        }
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the name can be part of a Service's name (an RFC 1123 label).
    pub fn is_dns_label(&self) -> bool {
        self.0
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
            && !self.0.ends_with('-')
    }
}

impl fmt::Display for ComponentName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Borrow<str> for ComponentName {
    fn borrow(&self) -> &str {
        &self.0
    }
}

/// What an input names: a component, or one route of a `route` transform (`router.errors`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OutputName {
    /// The component.
    pub component: ComponentName,
    /// The route, for a component with several outputs.
    pub route: Option<String>,
}

impl fmt::Display for OutputName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.route {
            Some(route) => write!(f, "{}.{route}", self.component),
            None => write!(f, "{}", self.component),
        }
    }
}
