//! How much of a provider we take.

use std::time::Duration;

/// The limits of one provider, and how patiently it is treated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuardSettings {
    /// The most calls in any minute; 0 for no limit.
    pub calls_per_minute: u32,
    /// The most calls at once before they are spread over the minute.
    pub burst: u32,
    /// The most calls in a calendar month (UTC), all nodes together; 0 for no limit.
    pub monthly_budget: u64,
    /// So many calls are taken out of the budget at a time. A crash loses at most this many.
    pub budget_block: u32,
    /// The most calls under way at the same time.
    pub max_in_flight: usize,
    /// The longest a call waits for its turn before it is refused.
    pub max_wait: Duration,
    /// The longest a call may take; it is given up after that.
    pub call_timeout: Duration,
    /// How long nothing is asked after the first refusal that does not say how long; doubled with each further one.
    pub first_back_off: Duration,
    /// The longest that nothing is asked, whatever the provider says.
    pub longest_back_off: Duration,
    /// So many failures in a row, and the provider is left alone for a while.
    pub failures_until_rest: u32,
    /// For how long the first time; doubled with each further time up to `longest_back_off`.
    pub first_rest: Duration,
}

impl Default for GuardSettings {
    /// No limits of rate or budget: for providers on this machine.
    fn default() -> Self {
        Self {
            calls_per_minute: 0,
            burst: 5,
            monthly_budget: 0,
            budget_block: 10,
            max_in_flight: 5,
            max_wait: Duration::from_secs(2),
            call_timeout: Duration::from_secs(15),
            first_back_off: Duration::from_secs(5),
            longest_back_off: Duration::from_secs(300),
            failures_until_rest: 5,
            first_rest: Duration::from_secs(30),
        }
    }
}

impl GuardSettings {
    /// CoinGecko without a key: it counts by address and lets 5 to 15 calls a minute pass.
    #[must_use]
    pub fn coingecko_keyless() -> Self {
        Self { calls_per_minute: 9, monthly_budget: 10_000, ..Self::default() }
    }

    /// CoinGecko with the free key: 30 calls a minute and 10,000 a month.
    #[must_use]
    pub fn coingecko_demo() -> Self {
        Self { calls_per_minute: 28, monthly_budget: 10_000, ..Self::default() }
    }

    /// CoinPaprika without a key: 20,000 calls a month.
    #[must_use]
    pub fn coinpaprika() -> Self {
        Self { calls_per_minute: 30, monthly_budget: 20_000, ..Self::default() }
    }

    /// Binance: 6,000 of weight a minute, of which the heaviest call takes 80.
    #[must_use]
    pub fn binance() -> Self {
        Self { calls_per_minute: 60, burst: 10, ..Self::default() }
    }
}
