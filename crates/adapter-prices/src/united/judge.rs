//! Whether a price is believed.

use std::time::Duration;

use metrics::counter;
use rialto_kernel::{Decimal, Instant};
use rialto_portfolio::Quote;

use super::Core;
use super::shelf::{Key, age};

/// A price that was not believed; another that agrees with it may be.
#[derive(Clone)]
pub(super) struct Doubt {
    price: Decimal,
    provider: &'static str,
    at: Instant,
}

/// What becomes of a price that a provider gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is given and kept.
    Believed,
    /// It is older than what is held.
    NoNews,
    /// It is not given unless another agrees with it.
    Doubted,
}

/// Two answers of one provider are two opinions when they are at least so far apart.
pub(super) const SECOND_THOUGHT: Duration = Duration::from_secs(60);

/// A price that was doubted so long ago says nothing about another.
const FORGOTTEN: Duration = Duration::from_secs(3_600);

impl Core {
    /// Judges a price by what is held.
    pub(super) fn judge(&self, key: &Key, quote: &Quote, now: Instant) -> Verdict {
        if quote.price <= Decimal::zero() {
            return refused(quote);
        }
        let Some(held) = self.shelf.usable(key, now) else { return Verdict::Believed };
        let recent = age(held.fetched_at, now).is_some_and(|age| age < self.settings.sanity_window);
        let likely = !recent || within(&quote.price, &held.price, &Decimal::from(self.settings.sanity_factor));
        if likely {
            // Whatever was doubted before was a slip.
            self.shelf.drop_doubt(key);
        }
        if quote.observed_at < held.observed_at {
            return Verdict::NoNews;
        }
        if likely {
            return Verdict::Believed;
        }
        let doubt = self.shelf.doubt(key).filter(|doubt| {
            let recent = age(doubt.at, now).is_some_and(|age| age < FORGOTTEN);
            recent && agree(&doubt.price, &quote.price)
        });
        let confirmed = doubt.as_ref().is_some_and(|doubt| {
            doubt.provider != quote.provider || age(doubt.at, now).is_some_and(|age| age >= SECOND_THOUGHT)
        });
        if confirmed {
            return Verdict::Believed;
        }
        // The first of several that agree stays, for the time since it counts.
        if doubt.is_none() {
            let doubt = Doubt { price: quote.price.clone(), provider: quote.provider, at: now };
            self.shelf.put_doubt(key.clone(), doubt);
        }
        refused(quote)
    }
}

fn refused(quote: &Quote) -> Verdict {
    tracing::warn!(
        asset = quote.asset_id.as_str(),
        provider = quote.provider,
        price = %quote.price,
        "a price is not believed until another agrees with it"
    );
    counter!("rialto_price_refused_total", "provider" => quote.provider, "reason" => "insane").increment(1);
    Verdict::Doubted
}

/// Whether neither is more than `factor` times the other.
fn within(one: &Decimal, other: &Decimal, factor: &Decimal) -> bool {
    let at_most = |a: &Decimal, b: &Decimal| b.checked_mul(factor).is_ok_and(|bound| *a <= bound);
    at_most(one, other) && at_most(other, one)
}

/// Whether the two differ by no more than 20 %.
fn agree(one: &Decimal, other: &Decimal) -> bool {
    Decimal::from_scaled(12, 1).is_ok_and(|factor| within(one, other, &factor))
}
