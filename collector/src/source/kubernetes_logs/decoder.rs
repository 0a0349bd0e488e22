//! From the lines of one container to events.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use vrl::value::{ObjectMap, Value};

use super::cri::{Joined, Joiner, parse};
use super::folder::{Container, restarts_of};
use super::labels::PodLabels;
use crate::source::tail::ledger::FileKey;
use crate::source::tail::line::Line;
use crate::source::tail::{BrokenLine, Decoded, Decoder};

/// How often labels that are missing are asked for again.
const LABELS_INTERVAL: Duration = Duration::from_secs(5);

/// Files of one container that are remembered; the oldest of so many are long done.
const FILES_MAX: usize = 1000;

/// Decodes one container's lines.
pub(crate) struct ContainerLines {
    tag: Arc<str>,
    container: Container,
    /// The object that every event carries.
    kubernetes: Value,
    labels: Arc<dyn PodLabels>,
    labelled: bool,
    asked: Instant,
    joiner: Joiner,
    /// How often the container had been restarted when it wrote a file.
    restarts: BTreeMap<FileKey, u32>,
    current: u32,
    cut: u64,
}

impl ContainerLines {
    pub(crate) fn new(
        tag: Arc<str>,
        container: Container,
        node: Option<&str>,
        labels: Arc<dyn PodLabels>,
        max_line_bytes: usize,
    ) -> Self {
        let mut object = ObjectMap::new();
        object.insert(
            "namespace".into(),
            Value::from(container.namespace.as_str()),
        );
        object.insert("pod".into(), Value::from(container.pod.as_str()));
        object.insert("pod_uid".into(), Value::from(container.pod_uid.as_str()));
        object.insert("container".into(), Value::from(container.name.as_str()));
        if let Some(node) = node {
            object.insert("node".into(), Value::from(node));
        }
        let mut lines = Self {
            tag,
            kubernetes: Value::Object(object),
            labels,
            labelled: false,
            asked: Instant::now(),
            restarts: BTreeMap::new(),
            current: container.restarts,
            joiner: Joiner::new(max_line_bytes),
            container,
            cut: 0,
        };
        lines.ask_for_labels();
        lines
    }

    fn ask_for_labels(&mut self) {
        self.asked = Instant::now();
        let Some(labels) = self
            .labels
            .labels(&self.container.namespace, &self.container.pod)
        else {
            return;
        };
        self.labelled = true;
        if let Value::Object(object) = &mut self.kubernetes {
            let labels = labels
                .into_iter()
                .map(|(name, value)| (name.into(), Value::from(value)));
            object.insert("labels".into(), Value::Object(labels.collect()));
        }
    }

    fn event(&self, joined: Joined) -> Decoded {
        let bytes = joined.text.len();
        let timestamp = joined.time.parse::<jiff::Timestamp>().ok();
        let mut body = ObjectMap::new();
        body.insert("message".into(), Value::Bytes(Bytes::from(joined.text)));
        body.insert("stream".into(), Value::from(joined.channel.as_str()));
        body.insert("timestamp".into(), Value::from(joined.time));
        body.insert("kubernetes".into(), self.kubernetes.clone());
        Decoded {
            value: Value::Object(body),
            timestamp: timestamp.map(jiff::Timestamp::as_millisecond),
            bytes,
        }
    }
}

impl Decoder for ContainerLines {
    fn tag(&self) -> Arc<str> {
        Arc::clone(&self.tag)
    }

    fn opened(&mut self, file: FileKey, path: &Path) {
        self.restarts.insert(file, restarts_of(path));
        while self.restarts.len() > FILES_MAX {
            self.restarts.pop_first();
        }
    }

    fn line(
        &mut self,
        file: FileKey,
        line: &Line<'_>,
        out: &mut Vec<Decoded>,
    ) -> Result<(), BrokenLine> {
        // What a container left unfinished when it ended is not the beginning of the next one's.
        let restarts = self.restarts.get(&file).copied().unwrap_or_default();
        if restarts != self.current {
            self.current = restarts;
            out.extend(self.flush());
        }
        if !self.labelled && self.asked.elapsed() >= LABELS_INTERVAL {
            self.ask_for_labels();
        }
        self.cut += line.cut;
        if line.text.is_empty() {
            return Ok(());
        }
        match parse(line.text) {
            Ok(parsed) => {
                let joined = self.joiner.push(file, line.start, &parsed);
                out.extend(joined.map(|joined| self.event(joined)));
                Ok(())
            }
            Err(problem) => {
                let mut body = ObjectMap::new();
                let text = Bytes::copy_from_slice(line.text);
                body.insert("message".into(), Value::Bytes(text));
                body.insert("kubernetes".into(), self.kubernetes.clone());
                let (value, bytes) = (Value::Object(body), line.text.len());
                Err(BrokenLine {
                    problem,
                    instead: Decoded {
                        value,
                        timestamp: None,
                        bytes,
                    },
                })
            }
        }
    }

    fn held_since(&self, file: FileKey) -> Option<u64> {
        self.joiner.held_since(file)
    }

    fn flush(&mut self) -> Vec<Decoded> {
        self.joiner
            .flush()
            .into_iter()
            .map(|joined| self.event(joined))
            .collect()
    }

    fn reset(&mut self) {
        self.joiner.reset();
    }

    fn take_cut_bytes(&mut self) -> u64 {
        std::mem::take(&mut self.cut) + self.joiner.take_cut()
    }
}
