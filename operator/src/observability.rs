//! What the operator tells of itself: /healthz, /readyz, /metrics.

mod http;
mod metrics;

pub use http::{Health, serve};
pub use metrics::{Kind, Metrics, Outcome};
