use super::*;

#[test]
fn a_new_member_is_first_given_an_id() {
    let mut shell = Shell::new();
    let (member, _) = shell.join_anew();
    assert!(member.starts_with("client-"), "{member}");
    // Clients of old come in at once.
    let request = JoinGroupRequest {
        group_id: "old".to_owned(),
        ..join_request("", None)
    };
    let token = shell.send(3, GroupRequest::JoinGroup(request));
    shell.pass(3_000);
    assert_eq!(shell.joined(token).generation_id, 1);
}

#[test]
fn the_leader_alone_sees_the_members_and_everyone_gets_its_own_assignment() {
    let mut shell = Shell::new();
    let joined = shell.stable(3);
    assert_eq!(
        joined.iter().map(|j| j.members.len()).collect::<Vec<_>>(),
        [3, 0, 0]
    );
    assert_eq!(joined[0].protocol_name.as_deref(), Some("range"));
    for member in &joined {
        let token = shell.sync(&JoinGroupResponse {
            members: Vec::new(),
            ..member.clone()
        });
        let expected = format!("for {}", member.member_id);
        assert_eq!(shell.synced(token).assignment, expected);
        assert_eq!(shell.heartbeat(member), ErrorCode::None);
    }
}

#[test]
fn no_assignment_is_told_before_the_log_has_it() {
    let mut shell = Shell::new();
    let (_, token) = shell.join_anew();
    shell.pass(3_000);
    let joined = shell.joined(token);
    let token = shell.sync(&joined);
    assert_eq!(shell.take(token), None);
    assert_eq!(shell.state(), "CompletingRebalance");
    shell.complete_appends();
    assert_eq!(code(shell.synced(token).error_code), ErrorCode::None);
    assert_eq!(shell.state(), "Stable");
}

#[test]
fn an_assignment_that_the_log_refuses_is_made_again() {
    let mut shell = Shell::new();
    let (_, token) = shell.join_anew();
    shell.pass(3_000);
    let joined = shell.joined(token);
    let token = shell.sync(&joined);
    shell.complete_one(Err(ErrorCode::NotEnoughReplicas));
    assert_eq!(
        code(shell.synced(token).error_code),
        ErrorCode::CoordinatorNotAvailable
    );
    assert_eq!(shell.heartbeat(&joined), ErrorCode::RebalanceInProgress);
    let token = shell.join(&joined.member_id, None);
    assert_eq!(shell.joined(token).generation_id, 2);
}

#[test]
fn a_new_group_waits_for_more_members() {
    let mut shell = Shell::new();
    let (_, first) = shell.join_anew();
    shell.pass(2_000);
    let (_, second) = shell.join_anew();
    shell.pass(1_500);
    assert_eq!(shell.take(first), None, "somebody came: it waits once more");
    shell.pass(2_500);
    assert_eq!(shell.joined(first).generation_id, 1);
    assert_eq!(shell.joined(second).generation_id, 1);
}

#[test]
fn without_a_delay_the_first_member_starts_at_once() {
    let config = GroupConfig {
        initial_rebalance_delay_ms: 0,
        ..GroupConfig::default()
    };
    let mut shell = Shell::with(config);
    let (_, token) = shell.join_anew();
    assert_eq!(shell.joined(token).generation_id, 1);
}

#[test]
fn a_silent_member_is_gone_and_the_others_share_its_part() {
    let mut shell = Shell::new();
    let joined = shell.stable(2);
    for _ in 0..3 {
        shell.pass(4_000);
        shell.heartbeat(&joined[0]);
    }
    assert_eq!(shell.heartbeat(&joined[0]), ErrorCode::RebalanceInProgress);
    assert_eq!(shell.heartbeat(&joined[1]), ErrorCode::UnknownMemberId);
    let token = shell.join(&joined[0].member_id, None);
    let again = shell.joined(token);
    assert_eq!((again.generation_id, again.members.len()), (2, 1));
}

#[test]
fn a_member_that_leaves_is_gone_at_once() {
    let mut shell = Shell::new();
    let joined = shell.stable(3);
    let identity = |id: &str| MemberIdentity {
        member_id: id.to_owned(),
        ..Default::default()
    };
    let request = LeaveGroupRequest {
        group_id: "g".to_owned(),
        members: vec![identity(&joined[1].member_id), identity("stranger")],
        ..Default::default()
    };
    let token = shell.send(5, GroupRequest::LeaveGroup(request));
    let Some(GroupResponse::LeaveGroup(left)) = shell.take(token) else {
        panic!()
    };
    let codes: Vec<_> = left
        .members
        .iter()
        .map(|member| code(member.error_code))
        .collect();
    assert_eq!(codes, [ErrorCode::None, ErrorCode::UnknownMemberId]);
    assert_eq!(shell.heartbeat(&joined[0]), ErrorCode::RebalanceInProgress);
    assert_eq!(shell.heartbeat(&joined[1]), ErrorCode::UnknownMemberId);

    let request = LeaveGroupRequest {
        group_id: "g".to_owned(),
        member_id: joined[2].member_id.clone(),
        ..Default::default()
    };
    let token = shell.send(1, GroupRequest::LeaveGroup(request));
    let Some(GroupResponse::LeaveGroup(left)) = shell.take(token) else {
        panic!()
    };
    assert_eq!(code(left.error_code), ErrorCode::None);
}

#[test]
fn who_does_not_join_again_in_time_is_left_behind() {
    let mut shell = Shell::new();
    let joined = shell.stable(2);
    let (third, token) = shell.join_anew();
    for _ in 0..20 {
        shell.pass(3_000);
        // The first one knows of the rebalance but takes too long.
        shell.heartbeat(&joined[0]);
        shell.heartbeat(&joined[1]);
    }
    let response = shell.joined(token);
    assert_eq!((response.generation_id, response.members.len()), (2, 1));
    assert_eq!(response.leader, third);
    assert_eq!(shell.heartbeat(&joined[0]), ErrorCode::UnknownMemberId);
}

#[test]
fn who_does_not_fetch_its_assignment_is_left_behind() {
    let mut shell = Shell::new();
    let tokens = [shell.join_anew().1, shell.join_anew().1];
    shell.pass(6_000);
    let joined = tokens.map(|token| shell.joined(token));
    let leader = joined.iter().find(|j| j.leader == j.member_id).unwrap();
    let other = joined.iter().find(|j| j.leader != j.member_id).unwrap();
    let token = shell.sync(leader);
    shell.complete_appends();
    assert_eq!(code(shell.synced(token).error_code), ErrorCode::None);
    for _ in 0..20 {
        shell.pass(3_000);
        shell.heartbeat(leader);
        // Alive, but it never asks for its part.
        shell.heartbeat(other);
    }
    assert_eq!(shell.heartbeat(leader), ErrorCode::RebalanceInProgress);
    assert_eq!(shell.heartbeat(other), ErrorCode::UnknownMemberId);
}

#[test]
fn a_static_member_comes_back_without_a_rebalance_and_fences_its_old_self() {
    let mut shell = Shell::new();
    let token = shell.join("", Some("one"));
    shell.pass(3_000);
    let joined = shell.joined(token);
    let token = shell.sync(&joined);
    shell.complete_appends();
    shell.synced(token);

    let token = shell.join("", Some("one"));
    assert_eq!(shell.take(token), None, "not before the log has the new id");
    shell.complete_appends();
    let back = shell.joined(token);
    assert_eq!(back.generation_id, joined.generation_id);
    assert_ne!(back.member_id, joined.member_id);
    assert!(back.skip_assignment, "it leads, but nothing changed");
    assert_eq!(shell.state(), "Stable");

    let mut request = sync_request(&joined);
    request.group_instance_id = Some("one".to_owned());
    let token = shell.send(SYNC, GroupRequest::SyncGroup(request));
    assert_eq!(
        code(shell.synced(token).error_code),
        ErrorCode::FencedInstanceId
    );
    let token = shell.sync(&JoinGroupResponse {
        members: Vec::new(),
        ..back
    });
    assert_eq!(
        shell.synced(token).assignment,
        format!("for {}", joined.member_id)
    );
}

#[test]
fn a_static_member_whose_new_id_the_log_refuses_can_try_again() {
    let mut shell = Shell::new();
    let token = shell.join("", Some("one"));
    shell.pass(3_000);
    let joined = shell.joined(token);
    let token = shell.sync(&joined);
    shell.complete_appends();
    shell.synced(token);
    let token = shell.join("", Some("one"));
    shell.complete_one(Err(ErrorCode::NotEnoughReplicas));
    let refused = shell.joined(token);
    assert_eq!(code(refused.error_code), ErrorCode::CoordinatorNotAvailable);
    assert_eq!(
        shell.heartbeat(&joined),
        ErrorCode::None,
        "the old self is still the member"
    );
    let token = shell.join("", Some("one"));
    shell.complete_appends();
    assert_eq!(code(shell.joined(token).error_code), ErrorCode::None);
}

#[test]
fn what_does_not_fit_the_group_is_refused() {
    let mut shell = Shell::new();
    let joined = shell.stable(1);
    let mut other = join_request("", None);
    other.protocols.truncate(1);
    other.protocols[0].name = "unheard-of".to_owned();
    let mut connect = join_request("", None);
    connect.protocol_type = "connect".to_owned();
    let mut hasty = join_request("", None);
    hasty.session_timeout_ms = 10;
    let mut nameless = join_request("", None);
    nameless.group_id.clear();
    for (request, expected) in [
        (other, ErrorCode::InconsistentGroupProtocol),
        (connect, ErrorCode::InconsistentGroupProtocol),
        (hasty, ErrorCode::InvalidSessionTimeout),
        (nameless, ErrorCode::InvalidGroupId),
        (join_request("stranger", None), ErrorCode::UnknownMemberId),
    ] {
        let token = shell.send(JOIN, GroupRequest::JoinGroup(request));
        assert_eq!(code(shell.joined(token).error_code), expected);
    }
    let old = JoinGroupResponse {
        generation_id: 0,
        ..joined[0].clone()
    };
    assert_eq!(shell.heartbeat(&old), ErrorCode::IllegalGeneration);
    let token = shell.sync(&old);
    assert_eq!(
        code(shell.synced(token).error_code),
        ErrorCode::IllegalGeneration
    );
}

#[test]
fn a_full_group_takes_nobody() {
    let mut shell = Shell::with(GroupConfig {
        max_size: 1,
        ..GroupConfig::default()
    });
    shell.stable(1);
    let token = shell.join("", None);
    assert_eq!(
        code(shell.joined(token).error_code),
        ErrorCode::GroupMaxSizeReached
    );
}

/// KIP-394: nothing but a request each, and every one of them had an id kept for it.
#[test]
fn ids_that_are_given_out_count_until_they_are_used_or_their_time_is_over() {
    let mut shell = Shell::with(GroupConfig {
        max_size: 3,
        ..GroupConfig::default()
    });
    let ask = |shell: &mut Shell| {
        let token = shell.join("", None);
        let response = shell.joined(token);
        (code(response.error_code), response.member_id)
    };
    let (first, id) = ask(&mut shell);
    assert_eq!(first, ErrorCode::MemberIdRequired);
    for _ in 0..2 {
        assert_eq!(ask(&mut shell).0, ErrorCode::MemberIdRequired);
    }
    assert_eq!(ask(&mut shell).0, ErrorCode::GroupMaxSizeReached);
    // Whoever was given one comes in with it, however many others wait.
    let token = shell.join(&id, None);
    assert!(shell.coordinator.groups["g"].members.contains_key(&id));
    assert_eq!(ask(&mut shell).0, ErrorCode::GroupMaxSizeReached);
    // The two others never came back; the first member is in, and alone.
    shell.pass(10_001);
    assert!(shell.coordinator.groups["g"].pending.is_empty());
    assert_eq!(ask(&mut shell).0, ErrorCode::MemberIdRequired);
    let response = shell.take(token);
    drop(response);
}

#[test]
fn an_id_that_is_given_out_takes_no_place_from_a_member_that_joins_again() {
    let mut shell = Shell::with(GroupConfig {
        max_size: 2,
        ..GroupConfig::default()
    });
    let members = shell.stable(2);
    let again = shell.join(&members[0].member_id, None);
    // While the group is rebalanced there is room for one who has not joined again yet.
    let token = shell.join("", None);
    assert_eq!(
        code(shell.joined(token).error_code),
        ErrorCode::MemberIdRequired
    );
    let last = shell.join(&members[1].member_id, None);
    shell.pass(60_001);
    for token in [again, last] {
        assert_eq!(code(shell.joined(token).error_code), ErrorCode::None);
    }
}

#[test]
fn after_a_restart_the_members_go_on() {
    let mut shell = Shell::new();
    let joined = shell.stable(3);
    shell.restart(2);
    for member in &joined {
        assert_eq!(shell.heartbeat(member), ErrorCode::None);
    }
    let token = shell.sync(&JoinGroupResponse {
        members: Vec::new(),
        ..joined[2].clone()
    });
    assert_eq!(
        shell.synced(token).assignment,
        format!("for {}", joined[2].member_id)
    );
    // Their sessions go on, too.
    shell.pass(10_001);
    assert_eq!(shell.heartbeat(&joined[0]), ErrorCode::UnknownMemberId);
}

#[test]
fn a_coordinator_that_loads_or_leads_not_says_so() {
    let mut shell = Shell::new();
    let joined = shell.stable(1);
    let (_, waiting) = shell.join_anew();
    let partition = PartitionIndex(0);
    shell.input(GroupInput::Resigned { partition });
    let response = shell.joined(waiting);
    assert_eq!(code(response.error_code), ErrorCode::NotCoordinator);
    assert_eq!(shell.heartbeat(&joined[0]), ErrorCode::NotCoordinator);
    shell.input(GroupInput::Elected { partition });
    assert_eq!(
        shell.heartbeat(&joined[0]),
        ErrorCode::CoordinatorLoadInProgress
    );
    let records = shell.log.clone();
    shell.input(GroupInput::Loaded { partition, records });
    shell.input(GroupInput::LoadDone { partition });
    assert_eq!(shell.heartbeat(&joined[0]), ErrorCode::None);
}

#[test]
fn groups_are_listed_and_described_as_they_are() {
    let mut shell = Shell::new();
    let joined = shell.stable(2);
    let request = DescribeGroupsRequest {
        groups: vec!["g".to_owned(), "none".to_owned()],
        ..Default::default()
    };
    let token = shell.send(6, GroupRequest::DescribeGroups(request.clone()));
    let Some(GroupResponse::DescribeGroups(found)) = shell.take(token) else {
        panic!()
    };
    let group = &found.groups[0];
    assert_eq!(
        (group.group_state.as_str(), group.protocol_data.as_str()),
        ("Stable", "range")
    );
    assert_eq!(group.members.len(), 2);
    assert!(
        group
            .members
            .iter()
            .all(|member| member.member_metadata == "range-of-me")
    );
    assert!(
        group
            .members
            .iter()
            .any(|member| member.member_id == joined[0].member_id)
    );
    assert_eq!(code(found.groups[1].error_code), ErrorCode::GroupIdNotFound);
    let token = shell.send(5, GroupRequest::DescribeGroups(request));
    let Some(GroupResponse::DescribeGroups(found)) = shell.take(token) else {
        panic!()
    };
    assert_eq!(found.groups[1].group_state, "Dead");

    let mut list = |states: &[&str], types: &[&str]| {
        let owned = |filter: &[&str]| filter.iter().map(|name| (*name).to_owned()).collect();
        let request = ListGroupsRequest {
            states_filter: owned(states),
            types_filter: owned(types),
        };
        let token = shell.send(5, GroupRequest::ListGroups(request));
        let Some(GroupResponse::ListGroups(found)) = shell.take(token) else {
            panic!()
        };
        found.groups.len()
    };
    assert_eq!(list(&[], &[]), 1);
    assert_eq!(list(&["stable"], &["Classic"]), 1);
    assert_eq!(list(&["Empty"], &[]), 0);
    assert_eq!(list(&[], &["consumer"]), 0);
}

#[test]
fn only_a_group_without_members_is_deleted_and_then_it_is_gone_for_good() {
    let mut shell = Shell::new();
    let joined = shell.stable(1);
    let delete = |shell: &mut Shell| {
        let request = DeleteGroupsRequest {
            groups_names: vec!["g".to_owned(), "x".to_owned()],
        };
        shell.send(2, GroupRequest::DeleteGroups(request))
    };
    let codes = |shell: &mut Shell, token| {
        let Some(GroupResponse::DeleteGroups(deleted)) = shell.take(token) else {
            panic!()
        };
        let mut results = deleted.results;
        results.sort_by(|left, right| left.group_id.cmp(&right.group_id));
        results
            .iter()
            .map(|result| code(result.error_code))
            .collect::<Vec<_>>()
    };
    let token = delete(&mut shell);
    let found = codes(&mut shell, token);
    assert_eq!(
        found,
        [ErrorCode::NonEmptyGroup, ErrorCode::GroupIdNotFound]
    );

    shell.pass(10_001);
    shell.complete_appends();
    assert_eq!(shell.heartbeat(&joined[0]), ErrorCode::UnknownMemberId);
    let token = delete(&mut shell);
    assert_eq!(shell.take(token), None, "not before the log knows");
    let refused = shell.join("", None);
    assert_eq!(
        code(shell.joined(refused).error_code),
        ErrorCode::CoordinatorNotAvailable
    );
    shell.complete_appends();
    let found = codes(&mut shell, token);
    assert_eq!(found, [ErrorCode::None, ErrorCode::GroupIdNotFound]);
    assert_eq!(shell::live(&shell.log).len(), 0);
    shell.restart(3);
    assert_eq!(shell.state(), "none");
}
