//! Clients that join, crash, leave and come back at random, over a log and a coordinator that
//! fail at random.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::shell::{PARTITIONS, Shell};
use super::*;
use crate::random::Random;

/// What a client is doing.
#[derive(Debug, Clone, PartialEq)]
enum Doing {
    /// To join next.
    Out,
    Joining(ReplyToken),
    Syncing(ReplyToken, JoinGroupResponse),
    /// Has these partitions in this generation.
    Working(JoinGroupResponse, Vec<i32>),
    Crashed,
    /// Somebody took its instance id: it may never come back.
    Fenced,
}

#[derive(Debug)]
struct Consumer {
    instance: Option<String>,
    member: String,
    doing: Doing,
    heard: Instant,
}

struct World {
    shell: Shell,
    random: Random,
    consumers: Vec<Consumer>,
    /// Who got which partition in which generation.
    given: BTreeMap<(i32, i32), String>,
    /// The newest offset of each partition that was acknowledged.
    acknowledged: BTreeMap<i32, i64>,
    commits: Vec<(ReplyToken, i32, i64)>,
    offset: i64,
}

impl World {
    fn new(seed: u64) -> Self {
        let config = GroupConfig {
            initial_rebalance_delay_ms: 500,
            ..GroupConfig::default()
        };
        let consumer = |number: usize| Consumer {
            instance: (number.is_multiple_of(2)).then(|| format!("instance-{number}")),
            member: String::new(),
            doing: Doing::Out,
            heard: Instant(0),
        };
        Self {
            shell: Shell::with(config),
            random: Random::new(seed),
            consumers: (0..4).map(consumer).collect(),
            given: BTreeMap::new(),
            acknowledged: BTreeMap::new(),
            commits: Vec::new(),
            offset: 0,
        }
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.random.next_u64() % bound
    }

    /// One client goes on with what it does.
    fn act(&mut self, which: usize) {
        match self.consumers[which].doing.clone() {
            Doing::Out => {
                let consumer = &self.consumers[which];
                let member = consumer.member.clone();
                let token = self
                    .shell
                    .join(&member, consumer.instance.clone().as_deref());
                self.consumers[which].doing = Doing::Joining(token);
            }
            Doing::Joining(token) => {
                if let Some(GroupResponse::JoinGroup(response)) = self.shell.take(token) {
                    self.on_joined(which, &response);
                }
            }
            Doing::Syncing(token, joined) => {
                if let Some(GroupResponse::SyncGroup(response)) = self.shell.take(token) {
                    self.on_synced(which, joined, &response);
                }
            }
            Doing::Working(joined, partitions) => {
                let silent = self.shell.now.ms_since(self.consumers[which].heard);
                if silent >= 3_000 {
                    self.consumers[which].heard = self.shell.now;
                    let answer = self.beat(which, &joined);
                    self.on_error(which, answer);
                } else if let Some(partition) = partitions.first() {
                    self.commit(which, &joined, *partition);
                }
            }
            Doing::Crashed | Doing::Fenced => {}
        }
    }

    fn beat(&mut self, which: usize, joined: &JoinGroupResponse) -> ErrorCode {
        let request = HeartbeatRequest {
            group_id: "g".to_owned(),
            generation_id: joined.generation_id,
            member_id: joined.member_id.clone(),
            group_instance_id: self.consumers[which].instance.clone(),
        };
        let token = self.shell.send(4, GroupRequest::Heartbeat(request));
        match self.shell.take(token) {
            Some(GroupResponse::Heartbeat(response)) => code(response.error_code),
            other => panic!("{other:?}"),
        }
    }

    fn on_error(&mut self, which: usize, error: ErrorCode) {
        let consumer = &mut self.consumers[which];
        match error {
            ErrorCode::None => return,
            ErrorCode::UnknownMemberId => consumer.member.clear(),
            ErrorCode::FencedInstanceId => {
                consumer.doing = Doing::Fenced;
                return;
            }
            ErrorCode::RebalanceInProgress
            | ErrorCode::IllegalGeneration
            | ErrorCode::CoordinatorNotAvailable
            | ErrorCode::NotCoordinator
            | ErrorCode::MemberIdRequired => {}
            other => panic!("{other} is no answer to a good client"),
        }
        consumer.doing = Doing::Out;
    }

    fn on_joined(&mut self, which: usize, response: &JoinGroupResponse) {
        let error = code(response.error_code);
        if error == ErrorCode::MemberIdRequired || error == ErrorCode::None {
            self.consumers[which].member.clone_from(&response.member_id);
        }
        if error != ErrorCode::None {
            self.on_error(which, error);
            return;
        }
        let mut request = sync_request(response);
        request
            .group_instance_id
            .clone_from(&self.consumers[which].instance);
        request.assignments.clear();
        if response.leader == response.member_id && !response.skip_assignment {
            // The partitions go round.
            let mut parts: Vec<String> = vec![String::new(); response.members.len()];
            for partition in 0..PARTITIONS {
                let place = usize::try_from(partition).unwrap() % parts.len();
                parts[place].push_str(&partition.to_string());
            }
            let members = response.members.iter().zip(parts);
            let assignments = members.map(|(member, part)| SyncGroupRequestAssignment {
                member_id: member.member_id.clone(),
                assignment: part.into(),
            });
            request.assignments = assignments.collect();
        }
        let token = self.shell.send(SYNC, GroupRequest::SyncGroup(request));
        self.consumers[which].doing = Doing::Syncing(token, response.clone());
    }

    fn on_synced(&mut self, which: usize, joined: JoinGroupResponse, response: &SyncGroupResponse) {
        let error = code(response.error_code);
        if error != ErrorCode::None {
            self.on_error(which, error);
            return;
        }
        let digits = response.assignment.iter();
        let partitions: Vec<i32> = digits.map(|digit| i32::from(digit - b'0')).collect();
        // A static member keeps what it had under its former id.
        let who = self.consumers[which]
            .instance
            .clone()
            .unwrap_or(joined.member_id.clone());
        for partition in &partitions {
            let slot = (joined.generation_id, *partition);
            let owner = self.given.entry(slot).or_insert_with(|| who.clone());
            assert_eq!(*owner, who, "partition {partition} belongs to two members");
        }
        self.consumers[which].heard = self.shell.now;
        self.consumers[which].doing = Doing::Working(joined, partitions);
    }

    fn commit(&mut self, which: usize, joined: &JoinGroupResponse, partition: i32) {
        self.offset += 1;
        let of = OffsetCommitRequestPartition {
            partition_index: partition,
            committed_offset: self.offset,
            ..Default::default()
        };
        let topic = OffsetCommitRequestTopic {
            name: "t".to_owned(),
            partitions: vec![of],
            ..Default::default()
        };
        let request = OffsetCommitRequest {
            group_id: "g".to_owned(),
            generation_id_or_member_epoch: joined.generation_id,
            member_id: joined.member_id.clone(),
            group_instance_id: self.consumers[which].instance.clone(),
            topics: vec![topic],
            ..Default::default()
        };
        let token = self.shell.send(9, GroupRequest::OffsetCommit(request));
        self.commits.push((token, partition, self.offset));
    }

    fn collect_commits(&mut self) {
        let commits = std::mem::take(&mut self.commits);
        for (token, partition, offset) in commits {
            match self.shell.take(token) {
                Some(GroupResponse::OffsetCommit(response)) => {
                    if response.topics[0].partitions[0].error_code == 0 {
                        let newest = self.acknowledged.entry(partition).or_insert(offset);
                        *newest = offset.max(*newest);
                    }
                }
                _ => self.commits.push((token, partition, offset)),
            }
        }
    }

    fn check_offsets(&mut self) {
        self.collect_commits();
        let group = self.shell.coordinator.groups.get("g");
        for (partition, newest) in &self.acknowledged {
            let key = offset::OffsetKey {
                topic: "t".to_owned(),
                partition: *partition,
            };
            let found = group.and_then(|group| group.offsets.get(&key));
            let found = found.map_or(-1, |committed| committed.offset.0);
            assert!(
                found >= *newest,
                "{newest} was acknowledged, {found} is there"
            );
        }
    }

    fn disturb(&mut self) {
        let which = usize::try_from(self.below(4)).unwrap();
        match self.below(100) {
            0..55 => self.act(which),
            55..75 => self.shell.complete_one(Ok(())),
            75..90 => {
                let milliseconds = self.below(2_500);
                self.shell.pass(milliseconds);
            }
            90..93 => self.shell.complete_one(Err(ErrorCode::NotEnoughReplicas)),
            93..95 => self.consumers[which].doing = Doing::Crashed,
            95..97 => self.revive(which),
            97..99 => self.leave(which),
            _ => self.restart(),
        }
        self.check_offsets();
    }

    fn revive(&mut self, which: usize) {
        let consumer = &mut self.consumers[which];
        if matches!(consumer.doing, Doing::Crashed | Doing::Fenced) {
            consumer.member.clear();
            consumer.doing = Doing::Out;
        }
    }

    fn leave(&mut self, which: usize) {
        let consumer = &mut self.consumers[which];
        let Doing::Working(joined, _) = consumer.doing.clone() else {
            return;
        };
        let identity = MemberIdentity {
            member_id: joined.member_id,
            group_instance_id: consumer.instance.clone(),
            reason: None,
        };
        consumer.doing = Doing::Out;
        consumer.member.clear();
        let request = LeaveGroupRequest {
            group_id: "g".to_owned(),
            members: vec![identity],
            ..Default::default()
        };
        self.shell.send(5, GroupRequest::LeaveGroup(request));
    }

    /// The coordinator's process is killed; of the appends on their way some are in the log.
    fn restart(&mut self) {
        self.collect_commits();
        let kept = self.below(1 + self.shell.appends.len() as u64);
        for _ in 0..kept {
            let (_, records) = self.shell.appends.pop_front().unwrap();
            self.shell.log.extend(records);
        }
        let seed = self.random.next_u64();
        self.shell.restart(seed);
        self.commits.clear();
        for consumer in &mut self.consumers {
            // Whoever waited finds its connection closed, and asks again.
            if matches!(consumer.doing, Doing::Joining(_) | Doing::Syncing(..)) {
                consumer.doing = Doing::Out;
            }
        }
    }

    /// Nothing fails any more.
    fn calm(&mut self) {
        for _ in 0..1_000 {
            for which in 0..4 {
                // A kill between the log and the answer fences a member for good, as in Kafka:
                // somebody starts it again.
                self.revive(which);
                self.act(which);
            }
            self.shell.complete_appends();
            self.shell.pass(200);
            self.check_offsets();
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn partitions_have_one_owner_offsets_are_kept_and_no_group_is_stuck(seed: u64) {
        let mut world = World::new(seed);
        for _ in 0..1_500 {
            world.disturb();
        }
        world.calm();
        let mut owned: Vec<i32> = Vec::new();
        let mut generations = std::collections::BTreeSet::new();
        for consumer in &world.consumers {
            let Doing::Working(joined, partitions) = &consumer.doing else {
                return Err(TestCaseError::fail(format!("stuck: {consumer:?}")));
            };
            owned.extend(partitions);
            generations.insert(joined.generation_id);
        }
        owned.sort_unstable();
        prop_assert_eq!(owned, (0..PARTITIONS).collect::<Vec<_>>(), "each has one owner");
        prop_assert_eq!(generations.len(), 1, "all are in the same generation");
    }
}
