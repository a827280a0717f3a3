//! How often which class of request may come, from whom.

use std::sync::Arc;
use std::time::Duration;

use metrics::{counter, describe_counter};
use rialto_kernel::{Clock, Network, RateClass, RateKey, RateLimiter, RatePolicy, RateSubject, RateVerdict, UserId};

/// How long an allowance takes to come back, unless told otherwise.
const WINDOW: Duration = Duration::from_secs(60);

/// How much of each class a minute brings; it may all come at once after a quiet minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rates {
    /// Whether anything is limited.
    pub enabled: bool,
    /// All requests of an address.
    pub address: u32,
    /// All requests of a user.
    pub user: u32,
    /// Ways in and whatever gives out tokens, of an address.
    pub sign_in: u32,
    /// Messages of a user.
    pub send: u32,
    /// Searches of a user.
    pub search: u32,
    /// Look-ups of many prices, of an address.
    pub bulk: u32,
    /// How many times more whoever comes from this machine may do. The rules stay the same.
    pub loopback_factor: u32,
}

impl Rates {
    /// Nothing is limited.
    pub const NONE: Self =
        Self { enabled: false, address: 1, user: 1, sign_in: 1, send: 1, search: 1, bulk: 1, loopback_factor: 1 };

    /// A number as it is for whoever comes from there.
    #[must_use]
    pub const fn scaled(&self, number: u32, from: Network) -> u32 {
        if from.is_loopback() { number.saturating_mul(self.loopback_factor) } else { number }
    }

    const fn of(&self, class: RateClass) -> u32 {
        match class {
            RateClass::Address => self.address,
            RateClass::User => self.user,
            RateClass::SignIn => self.sign_in,
            RateClass::Send => self.send,
            RateClass::Search => self.search,
            RateClass::Bulk => self.bulk,
            // Unless the surface has a rate of its own.
            RateClass::Surface(_) => self.address,
        }
    }
}

/// The limits of all edges of this server. Cloning shares them: what came by one way is missing on the other.
#[derive(Clone)]
pub struct RateLimits {
    limiter: Arc<dyn RateLimiter>,
    clock: Arc<dyn Clock>,
    rates: Rates,
    window: Duration,
}

impl RateLimits {
    /// Limits whose state `limiter` keeps. Install the metrics recorder first.
    #[must_use]
    pub fn new(limiter: Arc<dyn RateLimiter>, clock: Arc<dyn Clock>, rates: Rates) -> Self {
        describe_counter!("rialto_rate_limited_total", "Requests, messages and sign-ins refused as too many, by class");
        Self { limiter, clock, rates, window: WINDOW }
    }

    /// The same rates, in another time than a minute.
    #[must_use]
    pub fn over(self, window: Duration) -> Self {
        Self { window, ..self }
    }

    /// The rates.
    #[must_use]
    pub const fn rates(&self) -> &Rates {
        &self.rates
    }

    /// Takes one from what this class allows an address; `None` if nothing is limited.
    pub async fn take_from_address(&self, class: RateClass, from: Network) -> Option<RateVerdict> {
        self.take(RateKey { class, subject: RateSubject::Network(from) }, from).await
    }

    /// Takes one from what this class allows a user, who asks from `from`.
    pub async fn take_from_user(&self, class: RateClass, user: UserId, from: Network) -> Option<RateVerdict> {
        self.take(RateKey { class, subject: RateSubject::User(user) }, from).await
    }

    /// Takes one from what a rule that is not of the settings allows an address.
    pub async fn take_by(&self, policy: RatePolicy, class: RateClass, from: Network) -> Option<RateVerdict> {
        self.judge(policy, RateKey { class, subject: RateSubject::Network(from) }, from).await
    }

    async fn take(&self, key: RateKey, from: Network) -> Option<RateVerdict> {
        self.judge(RatePolicy { limit: self.rates.of(key.class), window: self.window }, key, from).await
    }

    async fn judge(&self, policy: RatePolicy, key: RateKey, from: Network) -> Option<RateVerdict> {
        if !self.rates.enabled {
            return None;
        }
        let policy = RatePolicy { limit: self.rates.scaled(policy.limit, from), ..policy };
        match self.limiter.take(key, policy, 1, self.clock.now()).await {
            Ok(verdict) => {
                if !verdict.allowed {
                    counter!("rialto_rate_limited_total", "class" => key.class.as_str()).increment(1);
                }
                Some(verdict)
            }
            Err(error) => {
                // A limit protects the service: it must not be what takes it away.
                tracing::warn!(error = &error as &dyn std::error::Error, "rates cannot be limited");
                None
            }
        }
    }
}

impl std::fmt::Debug for RateLimits {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RateLimits").field("rates", &self.rates).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use async_trait::async_trait;
    use rialto_kernel::{Instant, RateState, StoreError};
    use rialto_testkit::FakeClock;

    use super::*;

    /// Tells the policy it is asked about; broken if it has none to give.
    #[derive(Default)]
    struct FakeLimiter(Mutex<Vec<(RateKey, u32)>>, bool);

    #[async_trait]
    impl RateLimiter for FakeLimiter {
        async fn take(
            &self,
            key: RateKey,
            policy: RatePolicy,
            cost: u32,
            now: Instant,
        ) -> Result<RateVerdict, StoreError> {
            self.0.lock().unwrap().push((key, policy.limit));
            if self.1 {
                Err(StoreError::unavailable("away"))
            } else {
                Ok(policy.judge(RateState::default(), cost, now).1)
            }
        }
    }

    fn limits(limiter: FakeLimiter, enabled: bool) -> (RateLimits, Arc<FakeLimiter>) {
        let limiter = Arc::new(limiter);
        let rates = Rates { enabled, address: 10, sign_in: 3, loopback_factor: 100, ..Rates::NONE };
        (RateLimits::new(limiter.clone(), Arc::new(FakeClock::new()), rates), limiter)
    }

    fn network(text: &str) -> Network {
        Network::of(text.parse().unwrap())
    }

    #[tokio::test]
    async fn each_class_has_its_rate_and_the_own_machine_a_multiple_of_it() {
        let (limits, asked) = limits(FakeLimiter::default(), true);
        for (class, from) in
            [(RateClass::Address, "192.0.2.1"), (RateClass::SignIn, "192.0.2.1"), (RateClass::SignIn, "::1")]
        {
            assert!(limits.take_from_address(class, network(from)).await.unwrap().allowed);
        }
        let policies: Vec<u32> = asked.0.lock().unwrap().iter().map(|(_, limit)| *limit).collect();
        assert_eq!(policies, [10, 3, 300]);
    }

    #[tokio::test]
    async fn a_rule_of_its_own_is_scaled_for_the_own_machine_too() {
        let (limits, asked) = limits(FakeLimiter::default(), true);
        let policy = RatePolicy { limit: 7, window: WINDOW };
        for from in ["192.0.2.1", "127.0.0.1"] {
            assert!(limits.take_by(policy, RateClass::Surface("old"), network(from)).await.unwrap().allowed);
        }
        let policies: Vec<u32> = asked.0.lock().unwrap().iter().map(|(_, limit)| *limit).collect();
        assert_eq!(policies, [7, 700]);
    }

    #[tokio::test]
    async fn an_allowance_may_come_back_in_another_time() {
        let (limits, _) = limits(FakeLimiter::default(), true);
        let limits = limits.over(Duration::from_secs(30));
        let verdict = limits.take_from_address(RateClass::Address, network("192.0.2.1")).await.unwrap();
        assert_eq!(verdict.reset_after, Duration::from_secs(3));
    }

    #[tokio::test]
    async fn a_limiter_that_is_away_or_off_takes_nothing_away() {
        let (broken, _) = limits(FakeLimiter(Mutex::default(), true), true);
        assert_eq!(broken.take_from_address(RateClass::Address, network("192.0.2.1")).await, None);
        let (off, asked) = limits(FakeLimiter::default(), false);
        assert_eq!(off.take_from_address(RateClass::Address, network("192.0.2.1")).await, None);
        assert!(asked.0.lock().unwrap().is_empty());
    }
}
