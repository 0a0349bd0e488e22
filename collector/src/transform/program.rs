//! Running a compiled VRL program on an event.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use vrl::compiler::runtime::{Runtime, Terminate};
use vrl::compiler::{Program as Compiled, TargetValueRef, TimeZone};
use vrl::path::PathPrefix;
use vrl::value::{Secrets, Value};

use crate::event::Event;

/// A compiled program with its runtime.
pub(crate) struct Program {
    compiled: Arc<Compiled>,
    runtime: Runtime,
    reads_metadata: bool,
    writes_metadata: bool,
}

/// Why a program gave no value.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// It called `abort`.
    Aborted,
    /// It failed, for this reason.
    Failed(String),
}

impl Clone for Program {
    fn clone(&self) -> Self {
        Self::new(Arc::clone(&self.compiled))
    }
}

impl Program {
    /// Compiles a program.
    ///
    /// # Errors
    /// The compiler's diagnostics.
    pub(crate) fn compile(source: &str) -> Result<Self, String> {
        kavka_pipeline::compile(source).map(|compiled| Self::new(Arc::new(compiled)))
    }

    fn new(compiled: Arc<Compiled>) -> Self {
        let info = compiled.info();
        let metadata = |paths: &[vrl::path::OwnedTargetPath]| {
            paths.iter().any(|path| path.prefix == PathPrefix::Metadata)
        };
        let writes_metadata = metadata(&info.target_assignments);
        let reads_metadata = writes_metadata || metadata(&info.target_queries);
        Self {
            runtime: Runtime::default(),
            reads_metadata,
            writes_metadata,
            compiled,
        }
    }

    /// Runs on `event`, which it may change. A failure leaves changes made so far in it. A panic
    /// inside of a function is the failure of this event alone.
    pub(crate) fn run(&mut self, event: &mut Event) -> Result<Value, Failure> {
        let mut metadata = if self.reads_metadata {
            event.metadata.to_value()
        } else {
            Value::Object(vrl::value::ObjectMap::new())
        };
        let mut secrets = Secrets::default();
        let mut target = TargetValueRef {
            value: &mut event.value,
            metadata: &mut metadata,
            secrets: &mut secrets,
        };
        let (runtime, compiled) = (&mut self.runtime, &self.compiled);
        let result = catch_unwind(AssertUnwindSafe(|| {
            runtime.resolve(&mut target, compiled, &TimeZone::default())
        }));
        self.runtime.clear();
        match result {
            Ok(Ok(value)) => {
                if self.writes_metadata {
                    event.metadata.update(&metadata);
                }
                Ok(value)
            }
            Ok(Err(Terminate::Abort(_))) => Err(Failure::Aborted),
            Ok(Err(other)) => Err(Failure::Failed(other.to_string())),
            Err(panic) => {
                self.runtime = Runtime::default();
                Err(Failure::Failed(format!(
                    "panic: {}",
                    crate::supervisor::describe(&*panic)
                )))
            }
        }
    }
}
