//! The one way in which a subcommand fails: what went wrong, and what to do about it.

use std::process::ExitCode;

/// An error for a person: one clear line, and the remedy on the next.
#[derive(Debug, thiserror::Error)]
#[error("{what}")]
pub(crate) struct Failure {
    what: String,
    remedies: Vec<String>,
    usage: bool,
}

impl Failure {
    /// A failure without a remedy of its own.
    pub(crate) fn new(what: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            remedies: Vec::new(),
            usage: false,
        }
    }

    /// Everything that is wrong with something; a single error speaks for itself.
    pub(crate) fn list(what: &str, errors: Vec<String>) -> Self {
        match <[String; 1]>::try_from(errors) {
            Ok([only]) => Self::new(only),
            Err(errors) => {
                let what = format!("{} errors in the {what}:", errors.len());
                Self {
                    remedies: errors,
                    ..Self::new(what)
                }
            }
        }
    }

    /// A command line that cannot be meant: exit code 2, as for a misspelt option.
    pub(crate) fn usage(what: impl Into<String>) -> Self {
        Self {
            usage: true,
            ..Self::new(what)
        }
    }

    /// Adds a line that says what would be right.
    pub(crate) fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedies.push(remedy.into());
        self
    }

    /// The lines after the first.
    pub(crate) fn remedies(&self) -> &[String] {
        &self.remedies
    }

    /// Prints it on stderr and gives the exit code.
    pub(crate) fn report(&self) -> ExitCode {
        eprintln!("kavka: {}", self.what);
        for remedy in &self.remedies {
            eprintln!("  {remedy}");
        }
        ExitCode::from(if self.usage { 2 } else { 1 })
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::new(error.to_string())
    }
}

/// True for an error that only says that the reader of our output has gone (`| head`).
pub(crate) fn is_closed_pipe(error: &std::io::Error) -> bool {
    error.kind() == std::io::ErrorKind::BrokenPipe
}
