//! Work on many files at once: it mostly waits for the disk, and what waits together gets there
//! together.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Items for which a thread is worth it.
const ITEMS_EACH: usize = 32;

/// What `work` makes of each item, in their order, with so many threads at most.
pub(crate) fn side_by_side<T: Sync, R: Send>(
    items: &[T],
    threads: usize,
    work: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let share = || {
        let mut done = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(number) else {
                return done;
            };
            done.push((number, work(item)));
        }
    };
    let helpers = (items.len() / ITEMS_EACH).min(threads.saturating_sub(1));
    let mut done = thread::scope(|scope| {
        let spawn = |_| {
            let helper = thread::Builder::new().name("kavka-files".to_owned());
            let spawned = helper.spawn_scoped(scope, share);
            // Without it the work takes longer.
            spawned
                .inspect_err(|error| tracing::warn!(%error, "no thread for work on files"))
                .ok()
        };
        let helpers: Vec<_> = (0..helpers).map_while(spawn).collect();
        let mut done = share();
        for helper in helpers {
            match helper.join() {
                Ok(part) => done.extend(part),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        done
    });
    done.sort_unstable_by_key(|(number, _)| *number);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_items_however_many_threads_there_are() {
        let items: Vec<usize> = (0..1000).collect();
        let doubled: Vec<usize> = items.iter().map(|item| item * 2).collect();
        for threads in [0, 1, 2, 50] {
            assert_eq!(side_by_side(&items, threads, |item| item * 2), doubled);
        }
        assert_eq!(side_by_side(&[], 8, |item: &usize| *item), []);
    }
}
