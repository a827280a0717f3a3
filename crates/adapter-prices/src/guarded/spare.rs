use super::GuardedPriceProvider;

impl GuardedPriceProvider {
    /// Whether calls are to spare for what somebody happens to ask: names that nobody has heard of, searches, the past.
    /// Half of what may be called at once, and a fifth of the month, is kept for the prices that are shown already, so
    /// that no stranger's questions make them old.
    #[must_use]
    pub fn spares_calls(&self) -> bool {
        let now = self.clock.now();
        let at_once =
            self.gate().calls_left(now).is_none_or(|left| u64::from(left) * 2 > u64::from(self.settings.burst));
        let this_month = self.budget.report(now).is_none_or(|budget| budget.left.saturating_mul(5) >= budget.limit);
        at_once && this_month
    }
}
