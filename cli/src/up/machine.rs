//! What runs on this machine, and the steps that change it.

use std::collections::BTreeSet;
use std::path::Path;

use kavka_broker::RunningBroker;
use kavka_client::Client;
use kavka_crds::plan::TopicCall;

use crate::connection::connect_admin;
use crate::failure::Failure;
use crate::terminal::say;
use crate::up::UpOptions;
use crate::up::applied::Applied;
use crate::up::broker::BrokerPlace;
use crate::up::desired::{Desired, DesiredBroker};
use crate::up::files::ManifestText;
use crate::up::observe::{carry_out, observe_topics, remove};
use crate::up::pipelines::Pipelines;
use crate::up::plan::{Plan, Present, Step, forbidden_changes, plan};
use crate::up::summary;

/// The broker, if there is one, and the pipelines.
pub(crate) struct Machine {
    options: UpOptions,
    place: BrokerPlace,
    broker: Option<(RunningBroker, DesiredBroker)>,
    pipelines: Pipelines,
    applied: Applied,
    problems: Vec<String>,
    /// Topics that could not be created.
    missing_topics: BTreeSet<String>,
}

impl Machine {
    /// Nothing runs yet.
    pub(crate) fn new(options: UpOptions) -> Self {
        let place = BrokerPlace::of(&options);
        let pipelines = Pipelines::new(options.data.join("pipelines"), options.bind);
        let (broker, applied, problems) = (None, Applied::default(), Vec::new());
        Self {
            options,
            place,
            broker,
            pipelines,
            applied,
            problems,
            missing_topics: BTreeSet::new(),
        }
    }

    /// The folder of `--data`.
    pub(crate) fn data_folder(&self) -> std::path::Display<'_> {
        self.options.data.display()
    }

    fn folder(&self) -> &Path {
        &self.options.data
    }

    /// Makes sure of ports and data folder before anything is started.
    pub(crate) fn claim(&mut self, desired: &Desired) -> Result<(), Failure> {
        self.applied = Applied::load(self.folder())?;
        if let Some(broker) = &desired.broker {
            self.applied.check_cluster(&broker.cluster, self.folder())?;
            self.place.check_ports()?;
        }
        self.pipelines.check_ports(desired)?;
        let forbidden = forbidden_changes(&self.applied.topics, desired);
        if forbidden.is_empty() {
            Ok(())
        } else {
            Err(Failure::list("manifests", forbidden))
        }
    }

    /// Starts the broker, where one is wanted and none runs.
    pub(crate) fn start_broker(&mut self, desired: &Desired) -> Result<(), Failure> {
        let (Some(wanted), None) = (&desired.broker, &self.broker) else {
            return Ok(());
        };
        let running = self.place.start(&wanted.settings)?;
        self.broker = Some((running, wanted.clone()));
        self.applied.cluster = Some(wanted.cluster.clone());
        self.applied.save(self.folder())
    }

    /// Parses an edit, or says why it cannot be applied.
    pub(crate) fn accept(&self, texts: &[ManifestText]) -> Result<Desired, Failure> {
        let desired = Desired::parse(texts).map_err(|errors| Failure::list("manifests", errors))?;
        if let Some(broker) = &desired.broker {
            self.applied.check_cluster(&broker.cluster, self.folder())?;
            self.place.config(&broker.settings)?;
        }
        if let (None, Some((_, running))) = (&desired.broker, &self.broker) {
            say!(
                "Cluster {} is in no manifest any more: its broker runs on.",
                running.cluster
            );
        }
        let forbidden = forbidden_changes(&self.applied.topics, &desired);
        if forbidden.is_empty() {
            Ok(desired)
        } else {
            Err(Failure::list("manifests", forbidden))
        }
    }

    /// Makes the machine what the manifests say. Gives what could not be done; the rest is done.
    pub(crate) async fn reconcile(&mut self, desired: &Desired) -> Vec<String> {
        if let Err(failure) = self.start_broker(desired) {
            return vec![failure.to_string()];
        }
        let client = match self.admin().await {
            Ok(client) => client,
            Err(failure) => return vec![failure.to_string()],
        };
        let present = match self.observe(client.as_ref(), desired).await {
            Ok(present) => present,
            Err(problem) => return vec![problem],
        };
        let Plan { steps, refusals } = plan(&present, desired);
        let mut problems = refusals;
        let mut undone = Vec::new();
        for step in &steps {
            match self.apply(step, desired, client.as_ref()).await {
                Ok(()) => say!("  {step}"),
                Err(problem) => {
                    problems.push(problem);
                    undone.push(step);
                }
            }
        }
        let uncreated = undone.iter().filter_map(|step| match step {
            Step::Topic(TopicCall::Create { name, .. }) => Some(name.clone()),
            _ => None,
        });
        self.missing_topics = uncreated.collect();
        if let Err(failure) = self.remember_topics(desired, &undone) {
            problems.push(failure.to_string());
        }
        problems
    }

    async fn admin(&self) -> Result<Option<Client>, Failure> {
        match &self.broker {
            Some(_) => connect_admin(&[self.place.bootstrap()]).await.map(Some),
            None => Ok(None),
        }
    }

    async fn observe(&self, client: Option<&Client>, desired: &Desired) -> Result<Present, String> {
        let names: Vec<String> = desired
            .topics
            .iter()
            .map(|topic| topic.kafka_name().to_owned())
            .collect();
        let topics = match client {
            Some(client) => observe_topics(client, &names)
                .await
                .map_err(|error| error.to_string())?,
            None => std::collections::BTreeMap::new(),
        };
        Ok(Present {
            settings: self
                .broker
                .as_ref()
                .map(|(_, running)| running.settings.clone()),
            topics,
            applied: self.applied.topics.clone(),
            pipelines: self.pipelines.texts(),
        })
    }

    async fn apply(
        &mut self,
        step: &Step,
        desired: &Desired,
        client: Option<&Client>,
    ) -> Result<(), String> {
        match (step, client) {
            (Step::RestartBroker { .. }, _) => self.restart_broker(desired).await,
            (Step::StopPipeline(name), _) => {
                self.pipelines.stop(name).await;
                Ok(())
            }
            (Step::StartPipeline(name), _) => match desired.pipelines.get(name) {
                Some(pipeline) => {
                    let bootstrap = self.bootstrap_of(pipeline.spec.cluster.as_deref());
                    self.pipelines.start(name, pipeline, bootstrap).await
                }
                None => Ok(()),
            },
            (Step::ReloadPipeline(name), _) => match desired.pipelines.get(name) {
                Some(pipeline) => self.pipelines.reload(name, pipeline).await,
                None => Ok(()),
            },
            (Step::Topic(call), Some(client)) => carry_out(client, call).await,
            (Step::Remove(removal), Some(client)) => remove(client, removal).await,
            (Step::Topic(_) | Step::Remove(_), None) => Err(format!("no broker runs to {step}")),
        }
    }

    fn bootstrap_of(&self, cluster: Option<&str>) -> Option<String> {
        cluster
            .and(self.broker.as_ref())
            .map(|_| self.place.bootstrap())
    }

    /// Restarts the broker with the new settings, or with the old ones when those do not do.
    async fn restart_broker(&mut self, desired: &Desired) -> Result<(), String> {
        let (Some(wanted), Some((running, old))) = (&desired.broker, self.broker.take()) else {
            return Ok(());
        };
        running.shutdown().await;
        match self.place.start(&wanted.settings) {
            Ok(running) => {
                self.broker = Some((running, wanted.clone()));
                Ok(())
            }
            Err(failure) => {
                let now = match self.place.start(&old.settings) {
                    Ok(running) => {
                        self.broker = Some((running, old));
                        "the settings from before hold".to_owned()
                    }
                    Err(again) => format!("with the settings from before, too: {again}"),
                };
                Err(format!("{failure}; {now}"))
            }
        }
    }

    /// Keeps the manifests that now hold, and those whose removal is still to be done.
    fn remember_topics(&mut self, desired: &Desired, undone: &[&Step]) -> Result<(), Failure> {
        let is_undone = |topic: &kavka_crds::Topic| {
            let removal = Step::Remove(kavka_crds::plan::removal(topic));
            undone.contains(&&removal)
        };
        let mut topics = desired.topics.clone();
        topics.extend(
            self.applied
                .topics
                .iter()
                .filter(|topic| is_undone(topic))
                .cloned(),
        );
        if topics == self.applied.topics {
            return Ok(());
        }
        self.applied.topics = topics;
        self.applied.save(self.folder())
    }

    /// Tells of problems that were not told before, and that all are gone.
    pub(crate) fn report(&mut self, problems: &[String]) {
        for problem in problems
            .iter()
            .filter(|problem| !self.problems.contains(problem))
        {
            say!("  ! {problem}");
        }
        if problems.is_empty() && !self.problems.is_empty() {
            say!("  everything is as the manifests say again");
        }
        self.problems = problems.to_vec();
    }

    /// True while something could not be done.
    pub(crate) fn has_problems(&self) -> bool {
        !self.problems.is_empty()
    }

    /// What runs where, and what to type next; what could not be done is left out.
    pub(crate) fn summary(&self, desired: &Desired, texts: &[ManifestText]) -> String {
        let files = texts.iter().map(|text| text.file.as_str()).collect();
        let broker = self
            .broker
            .as_ref()
            .map(|(_, running)| summary::BrokerLine {
                cluster: &running.cluster,
                kafka: self.place.kafka,
                http: self.place.http,
                data: self.folder(),
            });
        let mut there = desired.clone();
        let running = self.pipelines.texts();
        there.pipelines.retain(|name, _| running.contains_key(name));
        there
            .topics
            .retain(|topic| !self.missing_topics.contains(topic.kafka_name()));
        summary::Summary {
            broker,
            bind: self.options.bind,
            there: &there,
            has_problems: self.has_problems(),
            files,
            command: &own_command(),
        }
        .to_string()
    }

    /// Drains the pipelines, then stops the broker.
    pub(crate) async fn stop(&mut self) {
        self.pipelines.stop_all().await;
        if let Some((broker, _)) = self.broker.take() {
            broker.shutdown().await;
        }
    }
}

/// How a shell finds this program: by its name where that leads to it, by its path otherwise.
fn own_command() -> String {
    let name = "kavka";
    let own = std::env::current_exe().and_then(std::fs::canonicalize);
    let Ok(own) = own else { return name.to_owned() };
    let path = std::env::var_os("PATH").unwrap_or_default();
    let first = std::env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|candidate| candidate.is_file());
    let is_found = first.is_some_and(|found| std::fs::canonicalize(found).is_ok_and(|f| f == own));
    if is_found {
        name.to_owned()
    } else {
        own.display().to_string()
    }
}
