//! Each sync is needed: without it, some seed loses something. A simulation that cannot fail would
//! prove nothing.

use crate::{Plan, run};
use kavka_disk::disk::sim::SyncSelector;

/// Lives until the check fails; gives up after many.
fn fails_without(ending: &str, plan: impl Fn(u64) -> Plan) -> bool {
    (0..3000).any(|seed| {
        let ignored_sync = Some(SyncSelector::Ending(ending.to_owned()));
        run(&Plan {
            ignored_sync,
            ..plan(seed)
        })
        .is_err()
    })
}

macro_rules! needed {
    ($($name:ident: $ending:literal;)*) => {$(
        #[test]
        fn $name() {
            let fails = fails_without($ending, Plan::of);
            assert!(fails, "no seed misses the sync of {}", $ending);
        }
    )*};
}

needed! {
    the_journal_is_synced_before_acknowledging: ".journal";
    new_journal_files_are_made_durable: "/journal/";
    segments_are_synced_before_the_journal_forgets: ".log";
    offset_indexes_are_synced_with_their_segments: ".index";
    time_indexes_are_synced_with_their_segments: ".timeindex";
    new_segments_are_made_durable: "-0/";
    compacted_segments_are_synced_before_they_count: ".log.cleaned";
    what_a_compaction_replaces_is_known_durably: "/kavka-compaction.tmp";
    topic_ids_of_partitions_are_synced: "/partition.metadata";
    partition_folders_are_made_durable: "/data/";
    starts_of_logs_are_synced: "/kavka-checkpoint.tmp";
    the_broker_s_identity_is_synced: "/meta.properties.tmp";
    the_data_folder_is_made_durable: "/";
    the_quorum_s_log_is_synced: ".quorum";
    the_quorum_s_snapshot_is_synced: ".quorum.tmp";
    the_quorum_s_files_are_made_durable: "/quorum/";
}

#[test]
fn single_missing_syncs_are_noticed() {
    let is_missed = |number: u64| {
        (0..25).any(|seed| {
            let ignored_sync = Some(SyncSelector::Number(number));
            let plan = Plan {
                ignored_sync,
                ..Plan::of(seed)
            };
            run(&plan).is_err()
        })
    };
    // Some of the syncs at a start repeat what an earlier one did.
    let missed: Vec<u64> = (0..16).filter(|number| is_missed(*number)).collect();
    println!("of the first 16 syncs these are missed when they do nothing: {missed:?}");
    assert!(missed.len() >= 5, "{missed:?}");
}
