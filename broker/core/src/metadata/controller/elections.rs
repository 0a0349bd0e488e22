//! `ElectLeaders` (KIP-460): the preferred leader takes over, or any replica at all where there is
//! no leader and losing records is accepted.

use kavka_protocol::ErrorCode;
use kavka_protocol::messages::elect_leaders_response::{PartitionResult, ReplicaElectionResult};
use kavka_protocol::messages::{
    ElectLeadersRequest, ElectLeadersResponse, MetadataRecord, PartitionChangeRecord,
};

use super::super::image::{PartitionView, TopicView};
use super::super::snapshot::ids;
use super::{Controller, Decision, Refusal};
use crate::types::{NodeId, PartitionIndex};

/// Which replica is to lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Election {
    /// The first one of the replicas, if it is in sync.
    Preferred,
    /// One in sync, or else any one that lives: records may be lost.
    Unclean,
}

impl Controller<'_> {
    /// Elects leaders for the partitions that are named, or for all.
    pub fn elect_leaders(&self, request: &ElectLeadersRequest) -> Decision<ElectLeadersResponse> {
        let election = match request.election_type {
            // Version 0 knows only this one.
            0 => Election::Preferred,
            1 => Election::Unclean,
            _ => {
                return Decision {
                    records: Vec::new(),
                    response: ElectLeadersResponse {
                        error_code: ErrorCode::InvalidRequest.code(),
                        ..Default::default()
                    },
                };
            }
        };
        let mut records = Vec::new();
        let replica_election_results = match &request.topic_partitions {
            None => self.elect_everywhere(election, &mut records),
            Some(asked) => {
                let mut results = Vec::new();
                for topic in asked {
                    let elect = |index: &i32| {
                        let elected = self.elect(&topic.topic, *index, election, &mut records);
                        result(*index, elected)
                    };
                    results.push(ReplicaElectionResult {
                        topic: topic.topic.clone(),
                        partition_result: topic.partitions.iter().map(elect).collect(),
                    });
                }
                results
            }
        };
        let response = ElectLeadersResponse {
            replica_election_results,
            ..Default::default()
        };
        Decision { records, response }
    }

    /// Partitions that need no election are not told of, as in Kafka.
    fn elect_everywhere(
        &self,
        election: Election,
        records: &mut Vec<MetadataRecord>,
    ) -> Vec<ReplicaElectionResult> {
        let mut results = Vec::new();
        for topic in self.image.topics() {
            let mut told = Vec::new();
            for view in &topic.partitions {
                let elected = self.elect_one(topic, view, election);
                if !matches!(&elected, Err(refusal) if refusal.code == ErrorCode::ElectionNotNeeded)
                {
                    told.push(result(
                        view.index.0,
                        elected.map(|record| records.push(record)),
                    ));
                }
            }
            results.push(ReplicaElectionResult {
                topic: topic.name.to_string(),
                partition_result: told,
            });
        }
        results
    }

    fn elect(
        &self,
        name: &str,
        index: i32,
        election: Election,
        records: &mut Vec<MetadataRecord>,
    ) -> Result<(), Refusal> {
        let unknown = |message: String| Refusal::new(ErrorCode::UnknownTopicOrPartition, message);
        let topic = self
            .image
            .topic(name)
            .ok_or_else(|| unknown(format!("No such topic as {name}")))?;
        let view = topic
            .partition(PartitionIndex(index))
            .ok_or_else(|| unknown(format!("No such partition as {name}-{index}")))?;
        records.push(self.elect_one(topic, view, election)?);
        Ok(())
    }

    fn elect_one(
        &self,
        topic: &TopicView,
        view: &PartitionView,
        election: Election,
    ) -> Result<MetadataRecord, Refusal> {
        let needed = match election {
            Election::Preferred => view.leader != view.replicas.first().copied(),
            Election::Unclean => view.leader.is_none(),
        };
        if !needed {
            let message = "Leader election not needed for topic partition.";
            return Err(Refusal::new(ErrorCode::ElectionNotNeeded, message));
        }
        let lives = |id: &NodeId| self.image.broker(*id).is_some_and(|broker| !broker.fenced);
        let in_sync = |id: &NodeId| lives(id) && view.isr.contains(id);
        let mut change = PartitionChangeRecord {
            partition_id: view.index.0,
            topic_id: topic.id,
            ..Default::default()
        };
        let replicas = view.replicas.iter().copied();
        let chosen = match election {
            Election::Preferred => replicas.clone().next().filter(in_sync),
            Election::Unclean => replicas.clone().find(in_sync),
        };
        let chosen = match (chosen, election) {
            (Some(chosen), _) => chosen,
            (None, Election::Preferred) => {
                let message = "The preferred leader is not in sync or not alive.";
                let code = ErrorCode::PreferredLeaderNotAvailable;
                return Err(Refusal::new(code, message));
            }
            (None, Election::Unclean) => {
                let mut replicas = replicas;
                let any = replicas.find(lives).ok_or_else(|| {
                    let message = "None of the replicas is alive.";
                    Refusal::new(ErrorCode::EligibleLeadersNotAvailable, message)
                })?;
                // Whoever else was in sync may have what this one lost.
                change.isr = Some(ids(&[any]));
                any
            }
        };
        change.leader = chosen.0;
        Ok(change.into())
    }
}

fn result(index: i32, elected: Result<(), Refusal>) -> PartitionResult {
    let refusal = elected.err();
    PartitionResult {
        partition_id: index,
        error_code: refusal.as_ref().map_or(0, |refusal| refusal.code.code()),
        error_message: refusal.map(|refusal| refusal.message),
    }
}
