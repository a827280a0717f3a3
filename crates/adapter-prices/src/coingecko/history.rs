//! The history of an asset: `/coins/{id}/market_chart/range`.

use std::sync::atomic::Ordering;

use chrono::TimeDelta;
use rialto_kernel::Instant;
use rialto_portfolio::{AssetId, Currency, Interval, PricePoint, ProviderError, Span};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::closes::Closes;
use super::{CoinGeckoPriceProvider, answer};
use crate::http::Answer;

/// How far back a plan without payment sees. CoinGecko counts from its own clock, so an hour is left to it.
const ONE_YEAR: TimeDelta = TimeDelta::seconds(365 * 86_400 - 3_600);

/// How many calls one history takes at the most; it begins later instead.
const MOST_CALLS: i32 = 20;

/// Pairs of milliseconds and price.
#[derive(Deserialize)]
struct Chart<'a> {
    #[serde(borrow)]
    prices: Vec<(i64, Option<&'a RawValue>)>,
}

/// What came of one call.
enum Told {
    Points,
    UnknownAsset,
    /// The range reaches further back than CoinGecko lets us see.
    BeyondThePlan,
}

impl CoinGeckoPriceProvider {
    pub(super) async fn closes(
        &self,
        asset: &AssetId,
        currency: &Currency,
        span: &Span,
    ) -> Result<Vec<PricePoint>, ProviderError> {
        let mut closes = Closes::new(asset, currency, span, self.clock.now());
        let Some((mut from, to)) = closes.window() else { return Ok(Vec::new()) };
        if let Some(longest) = longest_call(span.interval) {
            from = from.max(to - longest * MOST_CALLS);
        }
        let mut is_cut = self.keeps_one_year.load(Ordering::Relaxed);
        if is_cut {
            from = from.max(self.clock.now() - ONE_YEAR);
        }
        while from < to {
            // The longest that CoinGecko still answers in steps no longer than the interval.
            let until = longest_call(span.interval).map_or(to, |longest| to.min(from + longest));
            let read = |answer: &Answer| {
                if answer::is_unknown(answer) {
                    return Ok(Told::UnknownAsset);
                }
                if answer::is_beyond_the_plan(answer) && !is_cut {
                    return Ok(Told::BeyondThePlan);
                }
                let chart: Chart<'_> = answer::read(answer, b'{', Some(currency))?;
                closes.take(&chart.prices)?;
                Ok(Told::Points)
            };
            match self.client.get(&path(asset, currency, from, until), read).await? {
                Told::UnknownAsset => return Ok(Vec::new()),
                Told::BeyondThePlan => {
                    is_cut = true;
                    self.keeps_one_year.store(true, Ordering::Relaxed);
                    from = from.max(self.clock.now() - ONE_YEAR);
                }
                Told::Points => from = until,
            }
        }
        Ok(closes.into_points())
    }
}

fn path(asset: &AssetId, currency: &Currency, from: Instant, to: Instant) -> String {
    let (from, to) = (from.timestamp(), to.timestamp());
    format!("coins/{asset}/market_chart/range?vs_currency={currency}&from={from}&to={to}&precision=full")
}

/// CoinGecko chooses how far points are apart: 5 minutes for the last day, an hour up to 90 days, else a day.
fn longest_call(interval: Interval) -> Option<TimeDelta> {
    match interval {
        Interval::FiveMinutes => Some(TimeDelta::days(1)),
        Interval::Hour => Some(TimeDelta::days(90)),
        Interval::Day => None,
    }
}
