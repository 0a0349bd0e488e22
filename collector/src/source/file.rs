//! The source `file`: follows the files that its globs name.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use kavka_pipeline::FileSource;
use vrl::value::{ObjectMap, Value};

use super::SourceContext;
use super::tail::follower::Follower;
use super::tail::ledger::FileKey;
use super::tail::line::Line;
use super::tail::{BrokenLine, Decoded, Decoder, Format, Found, TailOptions};

/// Runs the source on a thread of its own.
pub(crate) async fn run(config: FileSource, context: SourceContext) {
    let options = TailOptions {
        read_from: config.read_from,
        max_line_bytes: usize::try_from(config.max_line_bytes).unwrap_or(usize::MAX),
        glob_interval: config.glob_interval,
        rotate_wait: config.rotate_wait,
    };
    let format = Files {
        config,
        host: host_name(&context),
        missing: false,
        context: context.clone(),
    };
    follow(format, options, context).await;
}

/// Runs a follower on a thread of its own until it ends; its panic becomes this task's.
pub(crate) async fn follow<F: Format + 'static>(
    format: F,
    options: TailOptions,
    context: SourceContext,
) {
    let folder = context.environment.data_dir.join(&*context.name);
    let follower = match Follower::new(format, options, context.clone(), &folder) {
        Ok(follower) => follower,
        Err(error) => {
            tracing::error!(
                component = &*context.name,
                folder = %folder.display(),
                %error,
                "the checkpoints cannot be read, nothing is followed; repair or remove \
                 checkpoints.json there (then everything is read again), or give access to it"
            );
            context.metrics.error("checkpoint");
            context.stop.cancelled().await;
            return;
        }
    };
    let thread = tokio::task::spawn_blocking(move || follower.run());
    if let Err(error) = thread.await
        && error.is_panic()
    {
        std::panic::resume_unwind(error.into_panic());
    }
}

struct Files {
    config: FileSource,
    host: Value,
    missing: bool,
    context: SourceContext,
}

impl Format for Files {
    fn discover(&mut self) -> Vec<Found> {
        let excluded: Vec<glob::Pattern> = self
            .config
            .exclude
            .iter()
            .filter_map(|text| glob::Pattern::new(text).ok())
            .collect();
        let mut paths = BTreeSet::new();
        for include in &self.config.include {
            let Ok(matching) = glob::glob(include) else {
                continue;
            };
            paths.extend(matching.flatten());
        }
        paths.retain(|path: &PathBuf| !excluded.iter().any(|pattern| pattern.matches_path(path)));
        if paths.is_empty() != self.missing {
            self.missing = paths.is_empty();
            if self.missing {
                tracing::warn!(
                    component = &*self.context.name,
                    include = self.config.include.join(", "),
                    "no file matches yet; it is read as soon as there is one"
                );
            }
        }
        paths
            .into_iter()
            .map(|path| Found {
                stream: path.to_string_lossy().into_owned(),
                path,
            })
            .collect()
    }

    fn decoder(&mut self, found: &Found) -> Box<dyn Decoder> {
        let dotted = found.stream.trim_matches('/').replace('/', ".");
        Box::new(PlainLines {
            tag: self.config.tag.replace('*', &dotted).into(),
            file: Value::from(found.stream.as_str()),
            host: self.host.clone(),
            cut: 0,
        })
    }
}

/// One line is one event.
struct PlainLines {
    tag: Arc<str>,
    file: Value,
    host: Value,
    cut: u64,
}

impl Decoder for PlainLines {
    fn tag(&self) -> Arc<str> {
        Arc::clone(&self.tag)
    }

    fn opened(&mut self, _: FileKey, _: &Path) {}

    fn line(
        &mut self,
        _: FileKey,
        line: &Line<'_>,
        out: &mut Vec<Decoded>,
    ) -> Result<(), BrokenLine> {
        self.cut += line.cut;
        let text = line.text.strip_suffix(b"\r").unwrap_or(line.text);
        if text.is_empty() {
            return Ok(());
        }
        let mut body = ObjectMap::new();
        body.insert("message".into(), Value::Bytes(Bytes::copy_from_slice(text)));
        body.insert("file".into(), self.file.clone());
        body.insert("host".into(), self.host.clone());
        let value = Value::Object(body);
        out.push(Decoded {
            value,
            timestamp: None,
            bytes: text.len(),
        });
        Ok(())
    }

    fn held_since(&self, _: FileKey) -> Option<u64> {
        None
    }

    fn flush(&mut self) -> Vec<Decoded> {
        Vec::new()
    }

    fn reset(&mut self) {}

    fn take_cut_bytes(&mut self) -> u64 {
        std::mem::take(&mut self.cut)
    }
}

/// The node's name in Kubernetes, the machine's otherwise.
fn host_name(context: &SourceContext) -> Value {
    let name = context.environment.node_name.clone().unwrap_or_else(|| {
        std::fs::read_to_string("/proc/sys/kernel/hostname")
            .map_or_else(|_| "localhost".to_owned(), |name| name.trim().to_owned())
    });
    Value::from(name)
}
