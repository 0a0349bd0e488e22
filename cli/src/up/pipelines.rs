//! The pipelines that run in this process.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use kavka_collector::{Collector, Environment, Running};

use crate::failure::Failure;
use crate::up::desired::{Desired, DesiredPipeline};
use crate::up::ports::{bound, holder_of};

/// The collectors, one for each pipeline.
pub(crate) struct Pipelines {
    folder: PathBuf,
    bind: IpAddr,
    running: BTreeMap<String, RunningPipeline>,
}

struct RunningPipeline {
    text: String,
    addresses: Vec<SocketAddr>,
    collector: Running,
}

impl Pipelines {
    /// None yet; each will keep its positions in a folder of its own inside of `folder`.
    pub(crate) fn new(folder: PathBuf, bind: IpAddr) -> Self {
        Self {
            folder,
            bind,
            running: BTreeMap::new(),
        }
    }

    /// What runs, as text by name.
    pub(crate) fn texts(&self) -> BTreeMap<String, String> {
        self.running
            .iter()
            .map(|(name, running)| (name.clone(), running.text.clone()))
            .collect()
    }

    /// Fails when a source's port is taken: by whom, and the field that changes it.
    pub(crate) fn check_ports(&self, desired: &Desired) -> Result<(), Failure> {
        let all = desired.pipelines.iter();
        match all
            .flat_map(|(name, pipeline)| self.taken_ports(name, pipeline))
            .next()
        {
            Some(taken) => {
                Err(Failure::new(taken)
                    .remedy("free it, or write another address into the manifest"))
            }
            None => Ok(()),
        }
    }

    /// The listening sources whose ports somebody else holds.
    fn taken_ports<'a>(
        &'a self,
        name: &'a str,
        pipeline: &'a DesiredPipeline,
    ) -> impl Iterator<Item = String> + 'a {
        let addresses = self.addresses(pipeline).into_iter();
        let ours = move |address: &SocketAddr| {
            self.running
                .values()
                .any(|running| running.addresses.contains(address))
        };
        let foreign = addresses.filter(move |(_, address)| !ours(address));
        foreign.filter_map(move |(source, address)| {
            let holder = holder_of(address)?;
            Some(format!(
                "Pipeline {name}: spec.sources.{source}.address: {holder}"
            ))
        })
    }

    /// The listening sources and where they really listen.
    fn addresses(&self, pipeline: &DesiredPipeline) -> Vec<(String, SocketAddr)> {
        let listens = pipeline.plan.listens.iter().map(|listen| &listen.listener);
        listens
            .map(|listener| {
                (
                    listener.source.to_string(),
                    bound(listener.address, self.bind),
                )
            })
            .collect()
    }

    /// Starts a pipeline.
    pub(crate) async fn start(
        &mut self,
        name: &str,
        pipeline: &DesiredPipeline,
        bootstrap: Option<String>,
    ) -> Result<(), String> {
        let environment = Environment {
            bootstrap_servers: bootstrap,
            listen_host: Some(self.bind),
            ..Environment::new(self.folder.join(name))
        };
        match Collector::start(pipeline.plan.valid.clone(), environment).await {
            Ok(collector) => {
                self.remember(name, pipeline, collector);
                Ok(())
            }
            Err(error) => Err(self.explain("start", name, pipeline, &error.to_string())),
        }
    }

    /// Lets a pipeline go on in its new form; when that cannot be, the old one goes on.
    pub(crate) async fn reload(
        &mut self,
        name: &str,
        pipeline: &DesiredPipeline,
    ) -> Result<(), String> {
        let Some(running) = self.running.get_mut(name) else {
            return Err(format!("pipeline {name} does not run"));
        };
        if let Err(error) = running.collector.reload(pipeline.plan.valid.clone()).await {
            return Err(self.explain("reload", name, pipeline, &error.to_string()));
        }
        let addresses = self.addresses(pipeline);
        if let Some(running) = self.running.get_mut(name) {
            running.text.clone_from(&pipeline.text);
            running.addresses = addresses.into_iter().map(|(_, address)| address).collect();
        }
        Ok(())
    }

    fn remember(&mut self, name: &str, pipeline: &DesiredPipeline, collector: Running) {
        let addresses = self
            .addresses(pipeline)
            .into_iter()
            .map(|(_, address)| address);
        let running = RunningPipeline {
            text: pipeline.text.clone(),
            addresses: addresses.collect(),
            collector,
        };
        self.running.insert(name.to_owned(), running);
    }

    fn explain(&self, verb: &str, name: &str, pipeline: &DesiredPipeline, error: &str) -> String {
        let taken = self.taken_ports(name, pipeline).next();
        let reason = taken.unwrap_or_else(|| error.to_owned());
        format!("cannot {verb} pipeline {name}: {reason}")
    }

    /// Ends one pipeline after it has delivered what it holds.
    pub(crate) async fn stop(&mut self, name: &str) {
        if let Some(running) = self.running.remove(name) {
            running.collector.shutdown().await;
        }
    }

    /// Ends all of them, at the same time.
    pub(crate) async fn stop_all(&mut self) {
        let all = std::mem::take(&mut self.running).into_values();
        futures::future::join_all(all.map(|running| running.collector.shutdown())).await;
    }
}
