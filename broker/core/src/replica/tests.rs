use proptest::prelude::*;

use super::*;
use crate::types::PartitionIndex;

const ME: NodeId = NodeId(1);

fn config(durability: Durability, min_insync: i32) -> ReplicaConfig {
    ReplicaConfig {
        node: ME,
        durability,
        min_insync,
        lag_max_ms: 30_000,
    }
}

fn partition(isr: &[i32], epoch: i32) -> PartitionView {
    let nodes: Vec<NodeId> = isr.iter().copied().map(NodeId).collect();
    PartitionView {
        index: PartitionIndex(0),
        replicas: vec![NodeId(1), NodeId(2), NodeId(3)],
        isr: nodes,
        leader: Some(ME),
        leader_epoch: LeaderEpoch(epoch),
        ..Default::default()
    }
}

fn leader(durability: Durability, isr: &[i32], min_insync: i32) -> Replica {
    let mut replica = Replica::new(config(durability, min_insync));
    let mut out = Vec::new();
    let (start, none) = (Instant(0), HighWatermark(0));
    replica.become_leader(
        start,
        &partition(isr, 5),
        Offset(0),
        Offset(0),
        none,
        &mut out,
    );
    replica
}

fn token(number: u64) -> (ReplyToken, Instant) {
    (ReplyToken(number), Instant(1_000_000))
}

fn released(out: &[ReplicaOutput]) -> Vec<(u64, Result<(), ErrorCode>)> {
    let of = |output: &ReplicaOutput| match output {
        ReplicaOutput::Release { token, result } => Some((token.0, *result)),
        _ => None,
    };
    out.iter().filter_map(of).collect()
}

#[test]
fn with_durability_disk_nobody_is_told_before_the_sync() {
    let mut replica = leader(Durability::Disk, &[1], 1);
    let mut out = Vec::new();
    replica.appended(Offset(10), Acks::All, Some(token(1)), &mut out);
    replica.appended(Offset(20), Acks::Leader, Some(token(2)), &mut out);
    assert_eq!(out, []);
    assert_eq!(replica.fetch_bound(Reader::Consumer), Offset(0));
    assert_eq!(replica.fetch_bound(Reader::Replica(NodeId(2))), Offset(20));
    replica.synced(Offset(15), &mut out);
    assert_eq!(released(&out), [(1, Ok(()))]);
    assert_eq!(replica.high_watermark(), HighWatermark(15));
    replica.synced(Offset(20), &mut out);
    assert_eq!(released(&out), [(1, Ok(())), (2, Ok(()))]);
}

#[test]
fn with_durability_replicas_the_page_cache_counts() {
    let mut replica = leader(Durability::Replicas, &[1], 1);
    let mut out = Vec::new();
    replica.appended(Offset(10), Acks::All, Some(token(1)), &mut out);
    assert_eq!(released(&out), [(1, Ok(()))]);
}

#[test]
fn acks_all_waits_for_every_in_sync_replica_and_acks_one_for_the_leader() {
    let mut replica = leader(Durability::Disk, &[1, 2], 1);
    let mut out = Vec::new();
    replica.appended(Offset(10), Acks::All, Some(token(1)), &mut out);
    replica.appended(Offset(20), Acks::Leader, Some(token(2)), &mut out);
    replica.synced(Offset(20), &mut out);
    assert_eq!(released(&out), [(2, Ok(()))]);
    replica.peer_fetched(Instant(1), NodeId(3), Offset(20), &mut out);
    assert_eq!(
        replica.high_watermark(),
        HighWatermark(0),
        "3 is not in sync"
    );
    replica.peer_fetched(Instant(2), NodeId(2), Offset(10), &mut out);
    assert_eq!(replica.high_watermark(), HighWatermark(10));
    assert_eq!(released(&out), [(2, Ok(())), (1, Ok(()))]);
}

#[test]
fn acks_none_is_released_at_once() {
    let mut replica = leader(Durability::Disk, &[1], 1);
    let mut out = Vec::new();
    replica.appended(Offset(10), Acks::None, Some(token(1)), &mut out);
    assert_eq!(released(&out), [(1, Ok(()))]);
}

#[test]
fn too_few_in_sync_replicas_take_no_acks_all() {
    let mut replica = leader(Durability::Disk, &[1, 2], 2);
    assert_eq!(replica.check_append(Acks::All), Ok(LeaderEpoch(5)));
    let mut out = Vec::new();
    replica.appended(Offset(10), Acks::All, Some(token(1)), &mut out);
    replica.synced(Offset(10), &mut out);
    replica.isr_changed(&partition(&[1], 5), &mut out);
    assert_eq!(
        released(&out),
        [(1, Err(ErrorCode::NotEnoughReplicasAfterAppend))]
    );
    assert_eq!(
        replica.check_append(Acks::All),
        Err(ErrorCode::NotEnoughReplicas)
    );
    assert_eq!(replica.check_append(Acks::Leader), Ok(LeaderEpoch(5)));
}

#[test]
fn who_waits_on_a_lost_reign_is_sent_elsewhere() {
    let mut replica = leader(Durability::Disk, &[1], 1);
    let mut out = Vec::new();
    replica.appended(Offset(10), Acks::All, Some(token(1)), &mut out);
    replica.become_follower(LeaderEpoch(6), &mut out);
    assert_eq!(released(&out), [(1, Err(ErrorCode::NotLeaderOrFollower))]);
    assert_eq!(
        replica.check_append(Acks::Leader),
        Err(ErrorCode::NotLeaderOrFollower)
    );
    assert_eq!(replica.check_epoch(6), Err(ErrorCode::NotLeaderOrFollower));
}

#[test]
fn leader_epochs_fence_clients_that_know_another_reign() {
    let replica = leader(Durability::Disk, &[1], 1);
    assert_eq!(replica.check_epoch(-1), Ok(()));
    assert_eq!(replica.check_epoch(5), Ok(()));
    assert_eq!(replica.check_epoch(4), Err(ErrorCode::FencedLeaderEpoch));
    assert_eq!(replica.check_epoch(6), Err(ErrorCode::UnknownLeaderEpoch));
}

#[test]
fn a_producer_that_waits_too_long_is_told_so() {
    let mut replica = leader(Durability::Disk, &[1], 1);
    let mut out = Vec::new();
    replica.appended(Offset(10), Acks::All, Some(token(1)), &mut out);
    assert_eq!(replica.next_deadline(), Some(Instant(1_000_000)));
    replica.expire(Instant(999_999), &mut out);
    assert_eq!(out, []);
    replica.expire(Instant(1_000_000), &mut out);
    assert_eq!(released(&out), [(1, Err(ErrorCode::RequestTimedOut))]);
    assert_eq!(replica.waiting(), 0);
}

#[test]
fn a_repeated_batch_waits_for_the_first_one() {
    let mut replica = leader(Durability::Disk, &[1], 1);
    let mut out = Vec::new();
    replica.appended(Offset(10), Acks::All, Some(token(1)), &mut out);
    replica.appended(Offset(20), Acks::All, Some(token(2)), &mut out);
    replica.wait_for(Offset(10), Acks::All, ReplyToken(3), Instant(9), &mut out);
    replica.synced(Offset(10), &mut out);
    assert_eq!(released(&out), [(1, Ok(())), (3, Ok(()))]);
    replica.wait_for(Offset(5), Acks::All, ReplyToken(4), Instant(9), &mut out);
    assert_eq!(released(&out).last(), Some(&(4, Ok(()))));
}

#[test]
fn a_follower_that_falls_behind_leaves_the_isr_and_comes_back() {
    let mut replica = leader(Durability::Disk, &[1, 2], 1);
    let mut out = Vec::new();
    replica.appended(Offset(10), Acks::All, None, &mut out);
    replica.synced(Offset(10), &mut out);
    let late = Instant(0).plus_ms(30_001);
    replica.expire(late, &mut out);
    assert_eq!(out, [ReplicaOutput::ProposeIsr { isr: vec![ME] }]);
    out.clear();
    replica.expire(late, &mut out);
    assert_eq!(out, [], "asked once");
    assert_eq!(
        replica.high_watermark(),
        HighWatermark(0),
        "until the controller decided"
    );
    replica.isr_changed(&partition(&[1], 5), &mut out);
    assert_eq!(replica.high_watermark(), HighWatermark(10));
    out.clear();
    replica.peer_fetched(late, NodeId(2), Offset(10), &mut out);
    assert_eq!(
        out,
        [ReplicaOutput::ProposeIsr {
            isr: vec![ME, NodeId(2)]
        }]
    );
}

#[test]
fn a_follower_learns_the_high_watermark() {
    let mut replica = Replica::new(config(Durability::Disk, 1));
    let mut out = Vec::new();
    replica.become_follower(LeaderEpoch(2), &mut out);
    replica.appended(Offset(10), Acks::None, None, &mut out);
    replica.follow(HighWatermark(15), &mut out);
    assert_eq!(out, [ReplicaOutput::HighWatermark(HighWatermark(10))]);
    replica.truncated(Offset(4));
    assert_eq!(replica.high_watermark(), HighWatermark(4));
}

#[derive(Debug, Clone)]
enum Action {
    Append(u8, i16),
    Sync(u8),
    Fetch(i32, u8),
    Isr(Vec<i32>),
    Time(u16),
    Restart,
}

fn action() -> impl Strategy<Value = Action> {
    let isr = prop_oneof![
        Just(vec![1]),
        Just(vec![1, 2]),
        Just(vec![1, 3]),
        Just(vec![1, 2, 3])
    ];
    prop_oneof![
        4 => (1..9_u8, prop_oneof![Just(0_i16), Just(1), Just(-1)])
            .prop_map(|(count, acks)| Action::Append(count, acks)),
        3 => any::<u8>().prop_map(Action::Sync),
        4 => (2..4, any::<u8>()).prop_map(|(peer, far)| Action::Fetch(peer, far)),
        1 => isr.prop_map(Action::Isr),
        1 => any::<u16>().prop_map(Action::Time),
        1 => Just(Action::Restart),
    ]
}

proptest! {
    /// What is told to a producer with acks=all is on the disk of this broker and with every
    /// replica that was in sync then; everyone is told exactly once.
    #[test]
    fn who_is_released_is_kept(actions in prop::collection::vec(action(), 1..80)) {
        let mut replica = leader(Durability::Disk, &[1, 2], 1);
        let mut isr = vec![1, 2];
        let mut positions = std::collections::BTreeMap::from([(2, 0_i64), (3, 0)]);
        let (mut end, mut synced, mut epoch, mut now) = (0_i64, 0_i64, 5, Instant(0));
        let mut waiting = std::collections::BTreeMap::new();
        let mut highest = 0;
        let mut next = 0_u64;
        for action in actions {
            let mut out = Vec::new();
            match action {
                Action::Append(count, acks) => {
                    end += i64::from(count);
                    next += 1;
                    let acks = Acks::from_wire(acks).unwrap();
                    waiting.insert(next, (end, acks));
                    let producer = Some((ReplyToken(next), now.plus_ms(10_000)));
                    replica.appended(Offset(end), acks, producer, &mut out);
                }
                Action::Sync(far) => {
                    synced = synced.max(end * i64::from(far) / 255);
                    replica.synced(Offset(synced), &mut out);
                }
                Action::Fetch(peer, far) => {
                    let position = positions.get_mut(&peer).unwrap();
                    *position = (*position).max(end * i64::from(far) / 255);
                    replica.peer_fetched(now, NodeId(peer), Offset(*position), &mut out);
                }
                Action::Isr(next) => {
                    isr = next;
                    replica.isr_changed(&partition(&isr, epoch), &mut out);
                }
                Action::Time(ms) => {
                    now = now.plus_ms(u64::from(ms));
                    replica.expire(now, &mut out);
                }
                Action::Restart => {
                    // Everything of a reign is void, what is synced stays.
                    replica.become_follower(LeaderEpoch(epoch), &mut out);
                    epoch += 1;
                    let view = partition(&isr, epoch);
                    let (log_end, hw) = (Offset(end), HighWatermark(0));
                    replica.become_leader(now, &view, log_end, Offset(synced), hw, &mut out);
                    for position in positions.values_mut() {
                        *position = 0;
                    }
                }
            }
            let hw = replica.high_watermark().0;
            prop_assert!(hw >= highest, "the high watermark goes back");
            highest = hw;
            for (token, result) in released(&out) {
                let (end, acks) = waiting.remove(&token).expect("released twice");
                if result.is_ok() {
                    match acks {
                        Acks::None => {}
                        Acks::Leader => prop_assert!(end <= synced),
                        Acks::All => prop_assert!(end <= hw),
                    }
                }
            }
        }
        let mut out = Vec::new();
        replica.expire(now.plus_ms(10_000), &mut out);
        prop_assert_eq!(released(&out).len(), waiting.len(), "nobody waits for ever");
    }

    #[test]
    fn the_high_watermark_is_with_every_in_sync_replica(
        appended in 1..100_i64,
        synced in 0..100_i64,
        second in 0..100_i64,
        third in 0..100_i64,
    ) {
        let mut replica = leader(Durability::Disk, &[1, 2, 3], 1);
        let mut out = Vec::new();
        replica.appended(Offset(appended), Acks::All, None, &mut out);
        replica.synced(Offset(synced), &mut out);
        replica.peer_fetched(Instant(1), NodeId(2), Offset(second), &mut out);
        replica.peer_fetched(Instant(1), NodeId(3), Offset(third), &mut out);
        let expected = appended.min(synced).min(second).min(third);
        prop_assert_eq!(replica.high_watermark(), HighWatermark(expected));
    }
}
