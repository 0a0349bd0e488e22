//! What is wrong with a pipeline, said so that the reader can put it right.

use std::fmt;

/// One thing that is wrong: the field, what was found there, and the remedy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {problem}; {remedy}")]
pub struct PipelineError {
    /// Where: the path inside of the pipeline's spec, such as `sinks.out.topic`.
    pub field: String,
    /// What is wrong there, naming the value.
    pub problem: String,
    /// What would be right.
    pub remedy: String,
}

impl PipelineError {
    /// An error at `field`.
    pub fn new(
        field: impl Into<String>,
        problem: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self {
            field: field.into(),
            problem: problem.into(),
            remedy: remedy.into(),
        }
    }
}

/// Everything that is wrong with a pipeline; never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PipelineErrors(Vec<PipelineError>);

impl PipelineErrors {
    /// `None` if there is nothing to report.
    pub fn from_vec(errors: Vec<PipelineError>) -> Option<Self> {
        if errors.is_empty() {
            None
        } else {
            Some(Self(errors))
        }
    }

    /// The errors, in the order of the text's parts: sources, transforms, sinks, graph.
    pub fn iter(&self) -> impl Iterator<Item = &PipelineError> {
        self.0.iter()
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.0.len()
    }
}

impl From<PipelineError> for PipelineErrors {
    fn from(error: PipelineError) -> Self {
        Self(vec![error])
    }
}

impl fmt::Display for PipelineErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, error) in self.0.iter().enumerate() {
            if position > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{error}")?;
        }
        Ok(())
    }
}

impl std::error::Error for PipelineErrors {}
