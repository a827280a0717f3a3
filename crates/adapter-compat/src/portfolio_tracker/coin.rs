//! Coins and portfolios as clients see them. What is not known is `null`, never zero.

use std::time::Duration;

use rialto_kernel::{Decimal, Instant};
use rialto_portfolio::Quote;
use serde::Serialize;

use super::look_up::{Missing, Named};
use super::number::{Number, exact, whole};
use crate::time::rfc3339;

#[derive(Debug, Serialize)]
pub(super) struct Coin {
    id: String,
    symbol: String,
    name: String,
    price: Option<Number>,
    market_cap: Option<Number>,
    rank: Option<u32>,
    change_24h: Option<Number>,
    change_percent_24h: Option<Number>,
    fetched_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

impl Coin {
    /// A coin with its price, under the name that it was asked for by.
    pub fn priced(name: &str, quote: &Quote) -> Self {
        Self {
            id: name.to_owned(),
            symbol: quote.symbol.clone(),
            name: quote.name.clone(),
            price: exact(&quote.price),
            market_cap: quote.market_cap.as_ref().and_then(whole),
            rank: quote.rank,
            change_24h: quote.change_24h.as_ref().and_then(exact),
            change_percent_24h: quote.change_percent_24h.as_ref().and_then(exact),
            fetched_at: rfc3339(quote.fetched_at),
            error: None,
        }
    }

    fn missing(name: &str, why: &Missing, now: Instant) -> Self {
        Self {
            id: name.to_owned(),
            symbol: String::new(),
            name: String::new(),
            price: None,
            market_cap: None,
            rank: None,
            change_24h: None,
            change_percent_24h: None,
            fetched_at: rfc3339(now),
            error: Some(why.to_string()),
        }
    }
}

#[derive(Debug, Serialize)]
pub(super) struct Portfolio {
    portfolio: Vec<Coin>,
    /// The prices together, one unit of each; `null` when the sum is beyond what can be written.
    total_value: Option<Number>,
    success_count: usize,
    error_count: usize,
    fetch_time: String,
}

impl Portfolio {
    /// What was found, and how long that took.
    pub fn of(found: &[Named], took: Duration, now: Instant) -> Self {
        let prices = || found.iter().filter_map(|named| named.outcome.as_ref().ok()).map(|quote| &quote.price);
        let total = prices().try_fold(Decimal::zero(), |sum, price| sum.checked_add(price)).ok();
        let success_count = prices().count();
        let coin = |named: &Named| match &named.outcome {
            Ok(quote) => Coin::priced(&named.name, quote),
            Err(why) => Coin::missing(&named.name, why, now),
        };
        Self {
            portfolio: found.iter().map(coin).collect(),
            total_value: total.as_ref().and_then(exact),
            success_count,
            error_count: found.len() - success_count,
            fetch_time: format!("{:.2}s", took.as_secs_f64()),
        }
    }
}
