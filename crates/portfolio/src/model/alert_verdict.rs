use rialto_kernel::{Decimal, Instant};

use super::{Alert, AlertRule, AlertState, MoveDirection, Quote};

/// What follows from a quote for an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing.
    Nothing,
    /// It fires.
    Fires,
    /// It may fire again from now on.
    Rearms,
}

/// What follows from a quote for an alert. `base` is the price at the beginning of the window, for a rule that looks at
/// a move; without it there is no verdict on one.
///
/// A quote that is stale, older than the one judged last, or of something else never changes anything.
#[must_use]
pub fn judge(alert: &Alert, quote: &Quote, base: Option<&Decimal>, now: Instant) -> Verdict {
    if quote.stale || alert.rule.asset_id() != Some(&quote.asset_id) || alert.currency != quote.currency {
        return Verdict::Nothing;
    }
    if alert.judged_at.is_some_and(|judged_at| quote.observed_at < judged_at) {
        return Verdict::Nothing;
    }
    match alert.state {
        AlertState::Armed if is_met(&alert.rule, &quote.price, base) => Verdict::Fires,
        AlertState::Waiting if was_quiet(alert, now) && has_gone_back(alert, &quote.price) => Verdict::Rearms,
        AlertState::Armed | AlertState::Waiting | AlertState::Disabled => Verdict::Nothing,
    }
}

fn is_met(rule: &AlertRule, price: &Decimal, base: Option<&Decimal>) -> bool {
    match rule {
        AlertRule::Above { threshold, .. } => price >= threshold.price(),
        AlertRule::Below { threshold, .. } => price <= threshold.price(),
        AlertRule::PercentMove { percent, direction, .. } => {
            let Some(moved) = base.and_then(|base| percent_between(base, price)) else { return false };
            let up = moved >= *percent.percent();
            let down = negated(percent.percent()).is_some_and(|fall| moved <= fall);
            match direction {
                MoveDirection::Up => up,
                MoveDirection::Down => down,
                MoveDirection::Either => up || down,
            }
        }
    }
}

/// By how many percent a price is above another, or below with a negative number.
fn percent_between(base: &Decimal, price: &Decimal) -> Option<Decimal> {
    if *base <= Decimal::zero() {
        return None;
    }
    price.checked_sub(base).ok()?.checked_div(base).ok()?.checked_mul(&Decimal::from(100)).ok()
}

fn negated(number: &Decimal) -> Option<Decimal> {
    Decimal::zero().checked_sub(number).ok()
}

fn was_quiet(alert: &Alert, now: Instant) -> bool {
    alert.last_fired_at.is_none_or(|fired_at| now >= fired_at + alert.quiet_for())
}

fn has_gone_back(alert: &Alert, price: &Decimal) -> bool {
    let part = |percent: Option<Decimal>, threshold: &Decimal| {
        percent?.checked_div(&Decimal::from(100)).ok()?.checked_mul(threshold).ok()
    };
    let (whole, back) = (Decimal::from(100), alert.hysteresis.percent());
    match &alert.rule {
        AlertRule::Above { threshold, .. } => {
            part(whole.checked_sub(back).ok(), threshold.price()).is_some_and(|bound| *price < bound)
        }
        AlertRule::Below { threshold, .. } => {
            part(whole.checked_add(back).ok(), threshold.price()).is_some_and(|bound| *price > bound)
        }
        // The window moves on: what it looks at is another move.
        AlertRule::PercentMove { .. } => true,
    }
}

#[cfg(test)]
mod tests;
