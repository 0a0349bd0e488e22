//! `CreatePartitions`: a topic grows, it never shrinks.

use kavka_protocol::ErrorCode;
use kavka_protocol::messages::MetadataRecord;
use kavka_protocol::messages::create_partitions_request::{
    CreatePartitionsAssignment, CreatePartitionsRequest, CreatePartitionsTopic,
};
use kavka_protocol::messages::create_partitions_response::{
    CreatePartitionsResponse, CreatePartitionsTopicResult,
};

use super::super::snapshot;
use super::{Controller, Decision, PARTITIONS_PER_REQUEST_MAX, Refusal, duplicates};
use crate::types::NodeId;

impl Controller<'_> {
    /// Adds partitions to topics.
    pub fn create_partitions(
        &self,
        request: &CreatePartitionsRequest,
    ) -> Decision<CreatePartitionsResponse> {
        let twice = duplicates(request.topics.iter().map(|topic| topic.name.as_str()));
        let mut records = Vec::new();
        let mut results: Vec<CreatePartitionsTopicResult> = Vec::new();
        for topic in &request.topics {
            let name = topic.name.as_str();
            if twice.contains(&name) {
                if results.iter().all(|result| result.name != name) {
                    let twice = Refusal::new(ErrorCode::InvalidRequest, "Duplicate topic name.");
                    results.push(result(name, Err(twice)));
                }
                continue;
            }
            let budget = PARTITIONS_PER_REQUEST_MAX.saturating_sub(records.len());
            let added = self.more_partitions(topic, budget);
            results.push(result(name, added.map(|added| records.extend(added))));
        }
        if request.validate_only {
            records.clear();
        }
        let response = CreatePartitionsResponse {
            results,
            ..Default::default()
        };
        Decision { records, response }
    }

    fn more_partitions(
        &self,
        wanted: &CreatePartitionsTopic,
        budget: usize,
    ) -> Result<Vec<MetadataRecord>, Refusal> {
        let topic = self.image.topic(&wanted.name).ok_or_else(|| {
            let message = format!("This server does not host topic '{}'.", wanted.name);
            Refusal::new(ErrorCode::UnknownTopicOrPartition, message)
        })?;
        let now = i32::try_from(topic.partitions.len()).unwrap_or(i32::MAX);
        let invalid = |message: String| Err(Refusal::new(ErrorCode::InvalidPartitions, message));
        if wanted.count == now {
            return invalid(format!("Topic already has {now} partition(s)."));
        }
        if wanted.count < now {
            return invalid(format!(
                "The topic {} currently has {now} partition(s); {} would not be an increase.",
                wanted.name, wanted.count
            ));
        }
        let more = wanted.count - now;
        if usize::try_from(more).unwrap_or(usize::MAX) > budget {
            let message = format!(
                "Excessively large number of partitions per request: {more} more; add at most \
                 {PARTITIONS_PER_REQUEST_MAX} at once."
            );
            return Err(Refusal::new(ErrorCode::PolicyViolation, message));
        }
        let factor = topic
            .partitions
            .first()
            .map_or(1, |first| first.replicas.len());
        let factor = i16::try_from(factor).unwrap_or(i16::MAX);
        let replicas = match &wanted.assignments {
            None => self.place(topic.id, now, more, factor)?,
            Some(assignments) => self.assigned(assignments, more, factor)?,
        };
        let partitions = (now..).zip(replicas);
        let partitions = partitions.map(|(index, nodes)| {
            snapshot::partition_record(topic.id, &self.new_partition(index, nodes)).into()
        });
        Ok(partitions.collect())
    }

    /// A manual assignment of all partitions to come.
    fn assigned(
        &self,
        assignments: &[CreatePartitionsAssignment],
        more: i32,
        factor: i16,
    ) -> Result<Vec<Vec<NodeId>>, Refusal> {
        let refuse = |message| Err(Refusal::new(ErrorCode::InvalidReplicaAssignment, message));
        if i32::try_from(assignments.len()) != Ok(more) {
            return refuse(format!(
                "Attempted to add {more} additional partition(s), but only {} assignment(s) were \
                 specified.",
                assignments.len()
            ));
        }
        let checked = assignments
            .iter()
            .map(|a| self.check_assignment(&a.broker_ids));
        let checked = checked.collect::<Result<Vec<_>, _>>()?;
        let wanted = usize::from(factor.unsigned_abs());
        if let Some(odd) = checked.iter().find(|replicas| replicas.len() != wanted) {
            return refuse(format!(
                "The manual partition assignment gives a partition {} replica(s), the topic has \
                 {factor}.",
                odd.len()
            ));
        }
        Ok(checked)
    }
}

fn result(name: &str, outcome: Result<(), Refusal>) -> CreatePartitionsTopicResult {
    let refusal = outcome.err();
    CreatePartitionsTopicResult {
        name: name.to_owned(),
        error_code: refusal.as_ref().map_or(0, |refusal| refusal.code.code()),
        error_message: refusal.map(|refusal| refusal.message),
    }
}
