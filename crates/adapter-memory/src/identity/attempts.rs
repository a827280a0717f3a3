use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use rialto_identity::{AttemptBoard, AttemptKey, AttemptOutcome, Attempts, Begun, Tally};
use rialto_kernel::{Instant, StoreError};

/// Counts the wrong passwords of a server that is alone.
///
/// **Bounds.** At most as many counts as it is made for. Those that are forgotten anyway go first, then those with the
/// fewest wrong passwords: who guesses cannot wipe out a long count but by as long ones.
#[derive(Debug)]
pub struct MemoryAttemptBoard {
    counts: Mutex<HashMap<AttemptKey, Count>>,
    most: usize,
}

#[derive(Clone, Copy, Debug)]
struct Count {
    attempts: Attempts,
    forgotten_at: Instant,
}

type Counts = HashMap<AttemptKey, Count>;

impl MemoryAttemptBoard {
    /// A board on which nobody was wrong yet, with room for `most` counts.
    #[must_use]
    pub fn new(most: usize) -> Self {
        Self { counts: Mutex::default(), most: most.max(8) }
    }

    /// What is kept is whole between two changes, also if whoever made the last one panicked after it.
    fn with<T>(&self, act: impl FnOnce(&mut Counts) -> T) -> T {
        act(&mut self.counts.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn make_room(&self, counts: &mut Counts, for_more: usize, now: Instant) {
        if counts.len() + for_more <= self.most {
            return;
        }
        counts.retain(|_, count| now < count.forgotten_at);
        // For many at once, so that it need not be done for each.
        let surplus = (counts.len() + for_more).saturating_sub(self.most - self.most / 4);
        let mut weights: Vec<u32> = counts.values().map(weight).collect();
        if surplus == 0 || weights.len() < surplus {
            return;
        }
        let least = *weights.select_nth_unstable(surplus - 1).1;
        let mut left = surplus;
        counts.retain(|_, count| {
            let goes = weight(count) <= least && left > 0;
            left -= usize::from(goes);
            !goes
        });
    }
}

fn weight(count: &Count) -> u32 {
    count.attempts.wrong.saturating_add(count.attempts.pending)
}

fn known(counts: &Counts, tally: &Tally, now: Instant) -> Attempts {
    let count = counts.get(&tally.key).filter(|count| now < count.forgotten_at);
    count.map_or_else(|| Attempts::none(now), |count| count.attempts)
}

fn keep(counts: &mut Counts, tally: &Tally, attempts: Attempts) {
    let nothing = attempts.wrong == 0 && attempts.pending == 0;
    if nothing {
        counts.remove(&tally.key);
    } else {
        let forgotten_at = attempts.forgotten_at(&tally.rule);
        counts.insert(tally.key.clone(), Count { attempts, forgotten_at });
    }
}

#[async_trait]
impl AttemptBoard for MemoryAttemptBoard {
    async fn begin(&self, tallies: &[Tally], now: Instant) -> Result<Begun, StoreError> {
        Ok(self.with(|counts| {
            let waits = tallies.iter().filter(|tally| tally.enforced);
            let retry_after = waits.map(|tally| known(counts, tally, now).wait(&tally.rule, now)).max();
            match retry_after {
                Some(retry_after) if !retry_after.is_zero() => return Begun::Throttled { retry_after },
                Some(_) | None => {}
            }
            self.make_room(counts, tallies.len(), now);
            for tally in tallies {
                let mut attempts = known(counts, tally, now);
                attempts.begin(now);
                keep(counts, tally, attempts);
            }
            Begun::Admitted
        }))
    }

    async fn settle(
        &self,
        tallies: &[Tally],
        outcome: AttemptOutcome,
        now: Instant,
    ) -> Result<Option<Duration>, StoreError> {
        Ok(self.with(|counts| {
            let mut longest = None;
            for tally in tallies {
                let mut attempts = known(counts, tally, now);
                if outcome == AttemptOutcome::Right && tally.key.is_cleared_by_success() {
                    attempts.wrong = 0;
                }
                longest = attempts.settle(outcome, &tally.rule, now).max(longest);
                keep(counts, tally, attempts);
            }
            longest
        }))
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use rialto_identity::ThrottleRule;
    use rialto_kernel::{Clock, Network};
    use rialto_testkit::FakeClock;

    use super::*;

    fn from(n: u32) -> Tally {
        let seconds = Duration::from_secs;
        let rule = ThrottleRule { free: 3, first: seconds(1), longest: seconds(60), forgotten_after: seconds(3_600) };
        Tally { key: AttemptKey::From(Network::of(Ipv4Addr::from(n).into())), rule, enforced: true }
    }

    async fn is_wrong(board: &MemoryAttemptBoard, tally: Tally, now: Instant) {
        let tallies = [tally];
        if board.begin(&tallies, now).await.unwrap() == Begun::Admitted {
            board.settle(&tallies, AttemptOutcome::Wrong, now).await.unwrap();
        }
    }

    #[tokio::test]
    async fn guessing_from_everywhere_takes_no_memory_and_forgives_nothing() {
        let (board, now) = (MemoryAttemptBoard::new(1_000), FakeClock::new().now());
        for _ in 0..3 {
            is_wrong(&board, from(0), now).await;
        }
        for n in 1..20_000 {
            is_wrong(&board, from(n), now).await;
            assert!(board.with(|counts| counts.len()) <= 1_000);
        }
        assert!(matches!(board.begin(&[from(0)], now).await.unwrap(), Begun::Throttled { .. }), "it was forgiven");
    }

    #[tokio::test]
    async fn who_was_right_leaves_nothing_behind() {
        let (board, now) = (MemoryAttemptBoard::new(1_000), FakeClock::new().now());
        board.begin(&[from(1)], now).await.unwrap();
        board.settle(&[from(1)], AttemptOutcome::Right, now).await.unwrap();
        assert_eq!(board.with(|counts| counts.len()), 0);
    }
}
