use rialto_kernel::Instant;

/// How a provider does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderReport {
    /// Its name in quotes.
    pub name: &'static str,
    /// Whether its prices are made up.
    pub simulated: bool,
    /// Whether it is asked at the moment.
    pub state: ProviderState,
    /// Calls made since the start.
    pub calls: u64,
    /// Of these: failed.
    pub failed_calls: u64,
    /// Calls that may be made at once now before its rate limit makes one wait; `None` without a limit.
    pub calls_left: Option<u32>,
    /// What is left of this month; `None` without a budget.
    pub budget: Option<BudgetReport>,
    /// When it last answered.
    pub last_success_at: Option<Instant>,
    /// What went wrong last.
    pub last_failure: Option<LastFailure>,
}

/// Whether a provider is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProviderState {
    /// It is.
    Working,
    /// It asked for fewer calls, and is left alone until then.
    Limited {
        /// Until when.
        until: Instant,
    },
    /// It failed again and again, and is left alone until then.
    Resting {
        /// Until when.
        until: Instant,
    },
    /// The calls of this month are used up.
    BudgetSpent {
        /// Until when.
        until: Instant,
    },
}

/// A monthly budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BudgetReport {
    /// Calls in a month.
    pub limit: u64,
    /// Calls left of it.
    pub left: u64,
    /// When the next month begins.
    pub resets_at: Instant,
}

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastFailure {
    /// When.
    pub at: Instant,
    /// A stable word: see [`ProviderError::kind`](crate::ProviderError::kind).
    pub kind: &'static str,
    /// One line for a person.
    pub message: String,
}
