use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use chrono::TimeDelta;
use rialto_kernel::{Instant, RateKey, RateLimiter, RatePolicy, RateState, RateVerdict, StoreError};

/// Keeps the allowances of a server that is alone.
///
/// **Bounds.** At most as many keys as it is made for. Keys whose allowance is whole are forgotten, as they tell
/// nothing; when there is still no room, those go of which the least is missing. So whoever comes with many addresses
/// pushes out their own, and to push out a key that was used up takes as many requests from each of them.
#[derive(Debug)]
pub struct MemoryRateLimiter {
    /// Chosen by a hash that is keyed by chance: nobody can fill one on purpose.
    shards: Vec<Mutex<Shard>>,
    hasher: RandomState,
}

const SHARDS: usize = 32;

/// How often what tells nothing is forgotten, whether there is room or not.
const TIDY: TimeDelta = TimeDelta::minutes(1);

#[derive(Debug, Default)]
struct Shard {
    states: HashMap<RateKey, RateState>,
    most: usize,
    tidied_at: Instant,
}

impl MemoryRateLimiter {
    /// A limiter that knows nobody yet and keeps at most `most_keys`, or a few.
    #[must_use]
    pub fn new(most_keys: usize) -> Self {
        let shard = || Mutex::new(Shard { most: most_keys.div_ceil(SHARDS).max(4), ..Shard::default() });
        Self { shards: std::iter::repeat_with(shard).take(SHARDS).collect(), hasher: RandomState::new() }
    }

    fn shard_of(&self, key: &RateKey) -> &Mutex<Shard> {
        let hash = usize::try_from(self.hasher.hash_one(key) % SHARDS as u64).unwrap_or_default();
        &self.shards[hash]
    }
}

impl Shard {
    fn take(&mut self, key: RateKey, policy: RatePolicy, cost: u32, now: Instant) -> RateVerdict {
        if now - self.tidied_at >= TIDY {
            self.forget_idle(now);
        }
        let known = self.states.get(&key).copied();
        let (state, verdict) = policy.judge(known.unwrap_or_default(), cost, now);
        if known.is_none() && self.states.len() >= self.most {
            self.make_room(now);
        }
        self.states.insert(key, state);
        verdict
    }

    fn forget_idle(&mut self, now: Instant) {
        self.states.retain(|_, state| !state.is_idle(now));
        self.tidied_at = now;
    }

    /// Makes room for many at once, so that it need not be done for each that comes.
    fn make_room(&mut self, now: Instant) {
        self.forget_idle(now);
        let surplus = self.states.len().saturating_sub(self.most - self.most.div_ceil(4));
        if surplus == 0 {
            return;
        }
        let mut states: Vec<RateState> = self.states.values().copied().collect();
        let least = *states.select_nth_unstable(surplus - 1).1;
        let mut left = surplus;
        self.states.retain(|_, state| {
            let goes = *state <= least && left > 0;
            left -= usize::from(goes);
            !goes
        });
    }
}

#[async_trait]
impl RateLimiter for MemoryRateLimiter {
    async fn take(&self, key: RateKey, policy: RatePolicy, cost: u32, now: Instant) -> Result<RateVerdict, StoreError> {
        // A shard whose holder panicked holds what it held before or after one insertion: both are whole.
        let mut shard = self.shard_of(&key).lock().unwrap_or_else(PoisonError::into_inner);
        Ok(shard.take(key, policy, cost, now))
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv6Addr;
    use std::time::Duration;

    use rialto_kernel::{Clock, Network, RateClass, RateSubject};
    use rialto_testkit::FakeClock;

    use super::*;

    const POLICY: RatePolicy = RatePolicy { limit: 10, window: Duration::from_secs(60) };

    fn key(n: u64) -> RateKey {
        let address = Ipv6Addr::from(u128::from(n) << 64);
        RateKey { class: RateClass::Address, subject: RateSubject::Network(Network::of(address.into())) }
    }

    fn kept(limiter: &MemoryRateLimiter) -> usize {
        limiter.shards.iter().map(|shard| shard.lock().unwrap().states.len()).sum()
    }

    #[tokio::test]
    async fn a_flood_of_addresses_takes_no_memory_and_wipes_nobody_out() {
        let (limiter, now) = (MemoryRateLimiter::new(1_000), FakeClock::new().now());
        let used_up = key(1 << 40);
        for _ in 0..10 {
            assert!(limiter.take(used_up, POLICY, 1, now).await.unwrap().allowed);
        }
        for n in 0..100_000 {
            limiter.take(key(n), POLICY, 1, now).await.unwrap();
            assert!(n % 1_000 != 0 || kept(&limiter) <= 1_100);
        }
        assert!(!limiter.take(used_up, POLICY, 1, now).await.unwrap().allowed, "it was forgiven");
    }

    #[tokio::test]
    async fn who_went_away_is_forgotten() {
        let (limiter, clock) = (MemoryRateLimiter::new(100_000), FakeClock::new());
        for n in 0..5_000 {
            limiter.take(key(n), POLICY, 1, clock.now()).await.unwrap();
        }
        assert_eq!(kept(&limiter), 5_000);
        let later = clock.advance(TimeDelta::minutes(2));
        for n in 0..200 {
            limiter.take(key(1 << 40 | n), POLICY, 1, later).await.unwrap();
        }
        assert!(kept(&limiter) < 500, "{}", kept(&limiter));
    }
}
