use std::time::Duration;

use chrono::TimeDelta;
use rialto_kernel::Decimal;

use super::http::Reply;
use super::market::decimal;

/// What a provider does instead of answering as it should.
#[derive(Clone, Debug)]
pub enum Fault {
    /// 429 as the provider says it; in HTML when what stands before it says it.
    TooMany {
        /// The header, if it comes with one.
        retry_after: Option<u32>,
        /// Whether the body is a page.
        html: bool,
    },
    /// 403 with a page of HTML that says 1020.
    Forbidden,
    /// 418 with code -1003, as Binance bans.
    Banned {
        /// The header, if it comes with one.
        retry_after: Option<u32>,
    },
    /// 402, as CoinPaprika says that the plan is used up.
    PaymentRequired,
    /// A status with the provider's usual error body.
    Failed(u16),
    /// Exactly this.
    Reply(Reply),
    /// The right answer, but only after this long.
    Slow(Duration),
    /// The right answer, of which half arrives before the connection is reset.
    Reset,
    /// The right answer, cut in half.
    Truncated,
    /// An answer of the right form that is wrong.
    Odd(Oddity),
}

/// What is wrong with an answer of the right form.
#[derive(Clone, Debug, Default)]
pub struct Oddity {
    /// Every price is multiplied by this.
    pub factor: Option<Decimal>,
    /// The first asset that was asked for is missing.
    pub first_is_missing: bool,
    /// Everything that may be null is.
    pub nulls: bool,
    /// Prices are in exponent notation.
    pub exponents: bool,
    /// Prices are this much older than they should be.
    pub older_by: TimeDelta,
}

impl Oddity {
    /// Prices a hundred times too high.
    #[must_use]
    pub fn a_hundredfold() -> Self {
        Self { factor: Some(100.into()), ..Self::default() }
    }

    /// A price as this answer shows it.
    pub(super) fn price(&self, price: &str) -> String {
        let Some(mut value) = decimal(price) else { return price.to_owned() };
        if let Some(factor) = &self.factor {
            value = value.checked_mul(factor).unwrap();
        } else if !self.exponents {
            return price.to_owned();
        }
        if self.exponents { format!("{}e-3", value.checked_mul(&1_000.into()).unwrap()) } else { value.to_string() }
    }

    /// A value that may be null.
    pub(super) fn or_null(&self, value: impl ToString) -> String {
        if self.nulls { "null".to_owned() } else { value.to_string() }
    }
}
