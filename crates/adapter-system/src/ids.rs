//! Fresh identifiers.

use rialto_kernel::IdSource;
use uuid::Uuid;

/// Random, time-ordered identifiers. All sources of one process share one counter, so that ids sort in
/// the order they were made, even within a millisecond and when the clock is set back.
#[derive(Clone, Copy, Debug, Default)]
pub struct UuidV7Source;

impl IdSource for UuidV7Source {
    #[allow(clippy::disallowed_methods, reason = "the one place that makes identifiers")]
    fn uuid(&self) -> Uuid {
        Uuid::now_v7()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::thread;

    use super::*;

    #[test]
    fn ids_of_one_caller_sort_in_the_order_they_were_made() {
        let ids: Vec<Uuid> = (0..20_000).map(|_| UuidV7Source.uuid()).collect();
        assert!(ids.is_sorted_by(|a, b| a < b));
        assert!(ids.iter().all(|id| id.get_version_num() == 7));
    }

    #[test]
    fn callers_on_several_threads_never_get_the_same_id() {
        let threads: Vec<_> =
            (0..4).map(|_| thread::spawn(|| (0..5_000).map(|_| UuidV7Source.uuid()).collect::<Vec<_>>())).collect();
        let lists: Vec<Vec<Uuid>> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
        assert!(lists.iter().all(|ids| ids.is_sorted_by(|a, b| a < b)));
        assert_eq!(lists.iter().flatten().collect::<HashSet<_>>().len(), 20_000);
    }
}
