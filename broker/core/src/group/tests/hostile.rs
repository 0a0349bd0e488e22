//! Clients that say anything at any time.

use proptest::prelude::*;

use super::shell::Shell;
use super::*;
use crate::random::Random;

struct Hostile {
    shell: Shell,
    random: Random,
    /// Ids that the coordinator gave out.
    members: Vec<String>,
    sent: Vec<ReplyToken>,
}

impl Hostile {
    fn below(&mut self, bound: u64) -> u64 {
        self.random.next_u64() % bound
    }

    fn version(&mut self, highest: u64) -> i16 {
        i16::try_from(self.below(highest + 1)).unwrap()
    }

    fn member(&mut self) -> String {
        match self.below(6) {
            0 => String::new(),
            1 => "stranger".to_owned(),
            _ if self.members.is_empty() => String::new(),
            number => {
                let length = self.members.len();
                let place = usize::try_from(number + self.random.next_u64() % 3).unwrap();
                self.members[length - 1 - place.min(length - 1)].clone()
            }
        }
    }

    fn instance(&mut self) -> Option<String> {
        let number = self.below(4);
        (number < 2).then(|| format!("instance-{number}"))
    }

    fn generation(&mut self) -> i32 {
        let now = self
            .shell
            .coordinator
            .groups
            .get("g")
            .map_or(0, |group| group.generation.0);
        match self.below(6) {
            0 => -1,
            1 => i32::MAX,
            2 => now - 1,
            _ => now,
        }
    }

    fn request(&mut self) -> (i16, GroupRequest) {
        let (member, instance, generation) = (self.member(), self.instance(), self.generation());
        let group_id = "g".to_owned();
        match self.below(10) {
            0..4 => {
                let mut request = join_request(&member, instance.as_deref());
                request.session_timeout_ms = [6_000, 10_000, 0][self.random_place(3)];
                request.rebalance_timeout_ms = [-1, 1, 60_000][self.random_place(3)];
                request.protocols.rotate_left(self.random_place(2));
                request.protocols.truncate(self.random_place(3));
                (self.version(9), GroupRequest::JoinGroup(request))
            }
            4..6 => {
                let assignments =
                    self.members
                        .iter()
                        .take(3)
                        .map(|member| SyncGroupRequestAssignment {
                            member_id: member.clone(),
                            assignment: bytes::Bytes::from_static(b"part"),
                        });
                let request = SyncGroupRequest {
                    group_id,
                    generation_id: generation,
                    member_id: member,
                    group_instance_id: instance,
                    assignments: assignments.collect(),
                    ..Default::default()
                };
                (self.version(5), GroupRequest::SyncGroup(request))
            }
            6 => {
                let request = HeartbeatRequest {
                    group_id,
                    generation_id: generation,
                    member_id: member,
                    group_instance_id: instance,
                };
                (self.version(4), GroupRequest::Heartbeat(request))
            }
            7 => {
                let identity = MemberIdentity {
                    member_id: member.clone(),
                    group_instance_id: instance,
                    reason: None,
                };
                let members = vec![identity];
                let request = LeaveGroupRequest {
                    group_id,
                    member_id: member,
                    members,
                };
                (self.version(5), GroupRequest::LeaveGroup(request))
            }
            8 => {
                let partition = OffsetCommitRequestPartition::default();
                let topic = OffsetCommitRequestTopic {
                    name: "t".to_owned(),
                    partitions: vec![partition],
                    ..Default::default()
                };
                let request = OffsetCommitRequest {
                    group_id,
                    generation_id_or_member_epoch: generation,
                    member_id: member,
                    group_instance_id: instance,
                    topics: vec![topic],
                    ..Default::default()
                };
                (9, GroupRequest::OffsetCommit(request))
            }
            _ => {
                let request = DeleteGroupsRequest {
                    groups_names: vec![group_id],
                };
                (2, GroupRequest::DeleteGroups(request))
            }
        }
    }

    fn random_place(&mut self, bound: u64) -> usize {
        usize::try_from(self.below(bound)).unwrap()
    }

    fn disturb(&mut self) {
        match self.below(10) {
            0..6 => {
                let (version, request) = self.request();
                let token = self.shell.send(version, request);
                self.sent.push(token);
                self.learn();
            }
            6..8 => {
                let results = [
                    Ok(()),
                    Ok(()),
                    Err(ErrorCode::NotEnoughReplicas),
                    Err(ErrorCode::RequestTimedOut),
                ];
                let place = self.random_place(4);
                self.shell.complete_one(results[place]);
            }
            _ => {
                let milliseconds = self.below(5_000);
                self.shell.pass(milliseconds);
            }
        }
    }

    fn learn(&mut self) {
        let group = self.shell.coordinator.groups.get("g");
        let known = group.into_iter().flat_map(|group| {
            group
                .members
                .keys()
                .chain(group.pending.keys())
                .cloned()
                .collect::<Vec<_>>()
        });
        for member in known.collect::<Vec<_>>() {
            if !self.members.contains(&member) {
                self.members.push(member);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    /// The invariants are asserted within; the shell asserts that nobody is answered twice.
    #[test]
    fn every_request_is_answered_once_whatever_clients_say(seed: u64) {
        let mut world = Hostile {
            shell: Shell::new(),
            random: Random::new(seed),
            members: Vec::new(),
            sent: Vec::new(),
        };
        for _ in 0..600 {
            world.disturb();
        }
        world.shell.input(GroupInput::Resigned { partition: PartitionIndex(0) });
        for token in world.sent {
            prop_assert!(world.shell.take(token).is_some(), "{} has no answer", token);
        }
        prop_assert_eq!(world.shell.coordinator.groups.len(), 0);
    }
}
