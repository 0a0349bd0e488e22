use super::*;

mod cluster;
mod disk;

use disk::Node;

fn token(number: u64) -> ReplyToken {
    ReplyToken(number)
}

fn propose(number: u64, text: &str) -> QuorumInput {
    QuorumInput::Propose {
        token: token(number),
        data: text.as_bytes().to_vec(),
    }
}

#[test]
fn a_single_voter_leads_at_once_and_commits() {
    let mut node = Node::first(1, &[1]);
    assert!(node.quorum.is_leader());
    node.step(propose(1, "a"));
    node.step(propose(2, "b"));
    assert_eq!(node.applied, ["a", "b"]);
    assert_eq!(node.answered, [token(1), token(2)]);
}

#[test]
fn nothing_is_committed_before_it_is_on_the_disk() {
    let mut node = Node::first(1, &[1]);
    let mut out = Vec::new();
    node.quorum.step(propose(1, "a"), &mut out);
    let committed = |output: &QuorumOutput| matches!(output, QuorumOutput::Committed { .. });
    assert!(!out.iter().any(committed));
    let [QuorumOutput::Persist(request)] = &out[..] else {
        panic!("{out:?}")
    };
    assert!(request.must_sync);
    let number = request.number;
    let mut out = Vec::new();
    node.quorum
        .step(QuorumInput::Persisted { number }, &mut out);
    assert!(out.iter().any(committed));
}

#[test]
fn a_restart_replays_everything_committed_in_order() {
    let mut node = Node::first(1, &[1]);
    for number in 0..20 {
        node.step(propose(number, &number.to_string()));
    }
    let before = node.applied.clone();
    let node = node.restarted();
    assert_eq!(node.applied, before);
    assert!(node.quorum.is_leader());
}

#[test]
fn what_was_not_synced_is_lost_and_was_not_answered() {
    let mut node = Node::first(1, &[1]);
    node.step(propose(1, "kept"));
    let mut out = Vec::new();
    node.quorum.step(propose(2, "lost"), &mut out);
    let mut node = node.restarted();
    assert_eq!(node.applied, ["kept"]);
    node.step(propose(3, "after"));
    assert_eq!(node.applied, ["kept", "after"]);
}

#[test]
fn snapshots_bound_the_log() {
    let mut node = Node::first(1, &[1]);
    for number in 0..500 {
        node.step(propose(number, "0123456789"));
        assert!(node.disk.entries.len() < 100, "the log grows without end");
    }
    let before = node.applied.clone();
    let mut node = node.restarted();
    assert_eq!(node.applied, before);
    node.step(propose(1_000, "more"));
    assert_eq!(node.applied.len(), 501);
}

#[test]
fn a_node_without_the_lead_refuses_proposals() {
    let mut node = Node::first(1, &[1, 2, 3]);
    node.step(propose(1, "a"));
    assert_eq!(
        node.dropped,
        [(token(1), DropReason::NotLeader { leader: None })]
    );
}

#[test]
fn an_entry_that_is_too_large_is_refused() {
    let mut node = Node::first(1, &[1]);
    let data = vec![0; ENTRY_BYTES_MAX + 1];
    node.step(QuorumInput::Propose {
        token: token(1),
        data,
    });
    assert_eq!(node.dropped, [(token(1), DropReason::TooLarge)]);
}

#[test]
fn a_second_change_of_members_is_refused_while_one_is_on_its_way() {
    let mut node = Node::first(1, &[1]);
    let change = |number, id| QuorumInput::ChangeMembership {
        token: token(number),
        change: MembershipChange::AddLearner(id),
    };
    let mut out = Vec::new();
    node.quorum.step(change(1, 2), &mut out);
    node.quorum.step(change(2, 3), &mut out);
    let refused = QuorumOutput::Dropped {
        token: token(2),
        reason: DropReason::ChangePending,
    };
    assert!(out.contains(&refused));
    node.settle(out);
    assert_eq!(node.answered, [token(1)]);
    node.step(change(3, 3));
    assert_eq!(node.answered, [token(1), token(3)]);
    assert_eq!(node.quorum.voters(), [1]);
}

#[test]
fn disks_that_no_node_can_start_from_are_refused() {
    let config = || QuorumConfig::new(1, 7);
    let refused = |restored| {
        Quorum::restore(config(), restored)
            .err()
            .unwrap()
            .to_string()
    };
    assert!(refused(Restored::default()).contains("no snapshot"));

    let mut node = Node::first(1, &[1]);
    for number in 0..5 {
        node.step(propose(number, "x"));
    }
    let mut gap = node.disk.restored();
    gap.entries.remove(2);
    assert!(refused(gap).contains("has a gap"));
    let mut garbage = node.disk.restored();
    garbage.entries[1] = vec![0xff; 9];
    assert!(refused(garbage).contains("entry on disk does not decode"));
}

#[test]
fn garbage_from_a_peer_changes_nothing() {
    let mut node = Node::first(1, &[1]);
    for bytes in [&b""[..], b"\xff\xff\xff\xff\xff", b"\x08\x13\x10\x63"] {
        node.step(QuorumInput::Message(Bytes::copy_from_slice(bytes)));
    }
    node.step(propose(1, "a"));
    assert_eq!(node.applied, ["a"]);
}

#[test]
fn a_raft_id_belongs_to_one_disk() {
    let id = |byte| raft_id(kavka_protocol::Uuid([byte; 16]));
    assert_ne!(id(0), 0);
    assert_ne!(id(1), id(2));
    assert_eq!(id(7), id(7));
}

#[test]
fn a_single_voter_tells_how_the_quorum_stands() {
    let mut node = Node::first(1, &[1]);
    node.step(propose(1, "a"));
    let status = node.quorum.status();
    assert_eq!((status.id, status.leader), (1, Some(1)));
    assert_eq!(status.term, node.quorum.term());
    assert_eq!(status.committed, node.quorum.last_index());
    let voters: Vec<_> = status.voters.iter().map(|v| (v.id, v.matched)).collect();
    assert_eq!(voters, [(1, Some(node.quorum.last_index()))]);
    assert!(status.learners.is_empty());
}
