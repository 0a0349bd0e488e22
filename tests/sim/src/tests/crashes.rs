//! Whatever the power takes, what was acknowledged is there.

use super::seeds;
use crate::{Plan, run};

/// Runs many lives on both cores and ends with the first fault.
fn live(plans: impl Fn(u64) -> Vec<Plan> + Sync, seeds: std::ops::Range<u64>) {
    let next = std::sync::atomic::AtomicU64::new(seeds.start);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                    if seed >= seeds.end {
                        return;
                    }
                    for plan in plans(seed) {
                        if let Err(fault) = run(&plan) {
                            panic!("{fault}");
                        }
                    }
                }
            });
        }
    });
}

#[test]
fn what_was_acknowledged_survives_crashes_at_random_moments() {
    live(|seed| vec![Plan::of(seed)], seeds(0..300));
}

#[test]
fn what_was_acknowledged_survives_one_crash_after_the_other() {
    live(|seed| vec![Plan::of_short_rounds(seed)], seeds(0..200));
}

#[test]
fn without_batches_in_the_journal_kills_lose_nothing_and_power_cuts_only_the_end() {
    live(|seed| vec![Plan::without_journal(seed)], seeds(0..400));
}

#[test]
fn a_broker_whose_batches_go_to_the_journal_now_and_then_loses_nothing_that_counted() {
    live(|seed| vec![Plan::switching(seed)], seeds(0..200));
}

#[test]
fn what_was_cut_off_a_log_stays_away_and_what_came_after_it_stays() {
    live(|seed| vec![Plan::truncating(seed)], seeds(0..300));
}

#[test]
fn what_was_acknowledged_survives_a_crash_at_every_operation() {
    let every_boundary = |seed| {
        let plan = Plan {
            steps: 40,
            rounds: 2,
            ..Plan::of(seed)
        };
        let whole = Plan {
            crash_at: Some(u64::MAX),
            ..plan.clone()
        };
        let operations = run(&whole).unwrap_or_else(|fault| panic!("{fault}"));
        (0..operations)
            .map(|at| Plan {
                crash_at: Some(at),
                ..plan.clone()
            })
            .collect()
    };
    live(every_boundary, 10_000..10_006);
}

#[test]
fn long_lives_with_many_crashes_lose_nothing() {
    live(
        |seed| {
            vec![Plan {
                rounds: 12,
                steps: 150,
                ..Plan::of(seed)
            }]
        },
        20_000..20_008,
    );
}

#[test]
fn the_same_seed_lives_the_same_life() {
    for seed in 0..5 {
        let plan = Plan::of(seed);
        assert_eq!(run(&plan).unwrap(), run(&plan).unwrap());
    }
}
