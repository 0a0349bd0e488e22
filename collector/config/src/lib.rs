//! What a pipeline is, and the whole of its validation, without I/O.
//!
//! [`PipelineConfig`] is the text as a person wrote it: free-form components joined by `inputs`.
//! [`validate`] turns it into a [`ValidPipeline`], in which every option is typed, every input
//! exists, no cycle is left and (with the feature `vrl`) every program compiles. The operator
//! refuses with it what the collector would refuse. Nothing here reads a file or opens a socket.

mod config;
mod error;
mod graph;
mod manifest;
mod name;
mod options;
#[cfg(feature = "vrl")]
mod program;
mod quantity;
mod sink;
mod source;
mod tag;
mod template;
mod transform;
mod valid;

pub use config::{Component, PipelineConfig};
pub use error::{PipelineError, PipelineErrors};
pub use manifest::{PipelineManifest, parse_manifest};
pub use name::{ComponentName, OutputName};
#[cfg(feature = "vrl")]
pub use program::compile;
pub use quantity::{format_bytes, parse_bytes, parse_duration};
pub use sink::{Compression, Encoding, FileSink, KafkaSink, Sink, SinkKind, StdoutSink};
pub use source::{
    Expose, FileSource, HttpSource, KubernetesLogsSource, Namespaces, ReadFrom, Source, SourceKind,
};
pub use tag::TagPattern;
pub use template::{FieldPath, Template};
pub use transform::{Filter, Remap, Route, Transform, TransformKind};
pub use valid::{Listener, NodeLogs, Protocol, ValidPipeline, validate};
