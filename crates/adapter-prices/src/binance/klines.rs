//! The history of a market: `/api/v3/klines`, a thousand intervals a call.

use std::borrow::Cow;

use chrono::{DateTime, SubsecRound, TimeDelta};
use rialto_kernel::{Decimal, Instant};
use rialto_portfolio::{AssetId, Currency, Interval, PricePoint, ProviderError, Span};
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::answer::{self, Told};
use super::{BinancePriceProvider, PROVIDER};
use crate::http::numbers::{in_text, is_a_price};

/// How many intervals one call brings at the most.
const PAGE: i32 = 1_000;
/// How many calls one history takes at the most; it begins later instead.
const MOST_PAGES: i32 = 20;

/// When it opened, open, high, low, close, volume, when it closed, and five more that are nothing of ours.
#[derive(Deserialize)]
struct Kline<'a>(
    i64,
    IgnoredAny,
    IgnoredAny,
    IgnoredAny,
    #[serde(borrow)] Cow<'a, str>,
    IgnoredAny,
    i64,
    IgnoredAny,
    IgnoredAny,
    IgnoredAny,
    IgnoredAny,
    IgnoredAny,
);

/// When an interval began, its last price, and when that was paid.
struct Close {
    at: Instant,
    price: Decimal,
    observed_at: Instant,
}

impl BinancePriceProvider {
    pub(super) async fn closes(
        &self,
        asset: &AssetId,
        symbol: &str,
        currency: &Currency,
        span: &Span,
    ) -> Result<Vec<PricePoint>, ProviderError> {
        let interval = span.interval;
        // What begins before this is over.
        let end = span.to.min(interval.start_of(self.clock.now()));
        let mut from = span.from.max(end - interval.length() * PAGE * MOST_PAGES);
        let mut points = Vec::new();
        while from < end {
            let Ok(page) = self.page(symbol, interval, from, end).await? else { return Ok(Vec::new()) };
            let Some(last) = page.last() else { break };
            from = last.at + interval.length();
            for Close { at, price, observed_at } in page {
                let in_order = points.last().is_none_or(|last: &PricePoint| last.at < at);
                if at >= span.from && at < end && in_order {
                    let (asset_id, currency) = (asset.clone(), currency.clone());
                    let provider = PROVIDER.to_owned();
                    points.push(PricePoint { asset_id, currency, interval, at, price, observed_at, provider });
                }
            }
        }
        Ok(points)
    }

    /// The closes of the first thousand intervals that begin in a stretch.
    async fn page(&self, symbol: &str, interval: Interval, from: Instant, end: Instant) -> Told<Vec<Close>> {
        // Binance counts in milliseconds and its end belongs to it.
        let start = (from + TimeDelta::microseconds(999)).trunc_subsecs(3).timestamp_millis();
        let end = (end - TimeDelta::nanoseconds(1)).timestamp_millis();
        let path = format!(
            "api/v3/klines?symbol={symbol}&interval={interval}&startTime={start}&endTime={end}&limit={PAGE}&timeZone=0"
        );
        self.client.get(&path, |answer| answer::read(answer, |rows| closes(rows, interval))).await
    }
}

fn closes(rows: Vec<Kline<'_>>, interval: Interval) -> Result<Vec<Close>, ProviderError> {
    let mut closes = Vec::with_capacity(rows.len());
    for Kline(open_time, _, _, _, close, _, close_time, ..) in rows {
        let times = DateTime::from_timestamp_millis(open_time).zip(DateTime::from_timestamp_millis(close_time));
        let Some((at, observed_at)) = times.filter(|(at, _)| *at == interval.start_of(*at)) else {
            return Err(ProviderError::Malformed { what: "an interval begins at no whole multiple".to_owned() });
        };
        if let Some(price) = in_text("close", Some(&close))?.filter(is_a_price) {
            closes.push(Close { at, price, observed_at });
        }
    }
    Ok(closes)
}
