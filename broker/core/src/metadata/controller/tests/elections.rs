//! `ElectLeaders`.

use kavka_protocol::messages::elect_leaders_request::TopicPartitions;
use kavka_protocol::messages::{
    ElectLeadersRequest, ElectLeadersResponse, FenceBrokerRecord, PartitionChangeRecord,
};

use super::*;

const PREFERRED: i8 = 0;
const UNCLEAN: i8 = 1;

impl Cluster {
    fn elect(&mut self, election_type: i8, partitions: Option<&[i32]>) -> ElectLeadersResponse {
        let request = ElectLeadersRequest {
            election_type,
            topic_partitions: partitions.map(|partitions| {
                vec![TopicPartitions {
                    topic: "t".to_owned(),
                    partitions: partitions.to_vec(),
                }]
            }),
            timeout_ms: 1_000,
        };
        let decision = self.controller().elect_leaders(&request);
        self.commit(&decision.records);
        decision.response
    }

    /// What `elect` says of each partition.
    fn elected(&mut self, election_type: i8, partitions: &[i32]) -> Vec<ErrorCode> {
        let response = self.elect(election_type, Some(partitions));
        let results = &response.replica_election_results[0].partition_result;
        let code = |result: &kavka_protocol::messages::elect_leaders_response::PartitionResult| {
            ErrorCode::from_code(result.error_code)
        };
        results.iter().map(code).collect()
    }

    fn change(&mut self, isr: &[i32], leader: i32) {
        let topic_id = self.image.topic("t").unwrap().id;
        let change = PartitionChangeRecord {
            partition_id: 0,
            topic_id,
            isr: Some(isr.to_vec()),
            leader,
            ..Default::default()
        };
        self.commit(&[change.into()]);
    }

    fn fence(&mut self, id: i32) {
        let epoch = self.image.broker(NodeId(id)).unwrap().epoch;
        self.commit(&[FenceBrokerRecord { id, epoch }.into()]);
    }

    fn leader(&self) -> (Option<i32>, i32) {
        let view = self.image.partition("t", PartitionIndex(0)).unwrap();
        (view.leader.map(|id| id.0), view.leader_epoch.0)
    }
}

/// One partition on brokers 0, 1 and 2.
fn cluster() -> Cluster {
    let mut cluster = Cluster::of(3);
    let mut wanted = topic("t", -1, -1);
    wanted.assignments = vec![CreatableReplicaAssignment {
        partition_index: 0,
        broker_ids: vec![0, 1, 2],
    }];
    cluster.create(wanted).unwrap();
    cluster
}

#[test]
fn a_preferred_leader_takes_over_once_and_is_then_not_needed() {
    let mut cluster = cluster();
    cluster.change(&[0, 1, 2], 1);
    assert_eq!(cluster.elected(PREFERRED, &[0]), [ErrorCode::None]);
    assert_eq!(cluster.leader(), (Some(0), 2));
    let again = cluster.elected(PREFERRED, &[0]);
    assert_eq!(again, [ErrorCode::ElectionNotNeeded]);
    assert_eq!(cluster.leader(), (Some(0), 2), "nothing was changed");
    let unclean = cluster.elected(UNCLEAN, &[0]);
    assert_eq!(unclean, [ErrorCode::ElectionNotNeeded]);
}

#[test]
fn a_preferred_leader_that_is_not_in_sync_or_not_alive_is_refused() {
    let mut cluster = cluster();
    cluster.change(&[1, 2], 1);
    let behind = cluster.elected(PREFERRED, &[0]);
    assert_eq!(behind, [ErrorCode::PreferredLeaderNotAvailable]);
    cluster.change(&[0, 1, 2], 1);
    cluster.fence(0);
    let fenced = cluster.elected(PREFERRED, &[0]);
    assert_eq!(fenced, [ErrorCode::PreferredLeaderNotAvailable]);
}

#[test]
fn an_unclean_election_takes_who_is_in_sync_and_else_who_lives() {
    let mut cluster = cluster();
    cluster.change(&[0, 2], -1);
    cluster.fence(0);
    assert_eq!(cluster.elected(UNCLEAN, &[0]), [ErrorCode::None]);
    assert_eq!(cluster.leader().0, Some(2));
    cluster.change(&[0], -1);
    assert_eq!(cluster.elected(UNCLEAN, &[0]), [ErrorCode::None]);
    assert_eq!(cluster.leader().0, Some(1));
    let view = cluster.image.partition("t", PartitionIndex(0)).unwrap();
    assert_eq!(view.isr, [NodeId(1)], "nobody else has what the leader has");
    cluster.change(&[0], -1);
    cluster.fence(1);
    cluster.fence(2);
    let nobody = cluster.elected(UNCLEAN, &[0]);
    assert_eq!(nobody, [ErrorCode::EligibleLeadersNotAvailable]);
}

#[test]
fn what_is_not_there_is_named_and_all_partitions_are_only_told_of_elections() {
    let mut cluster = cluster();
    let response = cluster.elect(PREFERRED, Some(&[0, 7]));
    let told = &response.replica_election_results[0].partition_result;
    assert_eq!(
        told[1].error_code,
        ErrorCode::UnknownTopicOrPartition.code()
    );
    assert_eq!(
        told[1].error_message.as_deref(),
        Some("No such partition as t-7")
    );
    let all = cluster.elect(PREFERRED, None);
    assert!(all.replica_election_results[0].partition_result.is_empty());
    cluster.change(&[0, 1, 2], 1);
    let all = cluster.elect(PREFERRED, None);
    let told = &all.replica_election_results[0].partition_result;
    assert_eq!((told.len(), told[0].error_code), (1, 0));
    assert_eq!(cluster.leader().0, Some(0));
    let unknown = cluster.elect(9, None);
    assert_eq!(unknown.error_code, ErrorCode::InvalidRequest.code());
}
