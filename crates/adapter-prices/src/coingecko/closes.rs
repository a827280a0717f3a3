//! From points at whatever times to the close of each interval.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta};
use rialto_kernel::{Decimal, Instant};
use rialto_portfolio::{AssetId, Currency, Interval, PricePoint, ProviderError, Span};
use serde_json::value::RawValue;

use super::PROVIDER;
use crate::http::numbers;

/// Collects the points of a chart. A point at the very end of an interval, or a moment after it, is its close: the
/// daily point of midnight belongs to the day that has just ended.
pub(super) struct Closes<'a> {
    asset: &'a AssetId,
    currency: &'a Currency,
    span: &'a Span,
    now: Instant,
    best: BTreeMap<Instant, (Instant, Decimal)>,
}

impl<'a> Closes<'a> {
    pub(super) fn new(asset: &'a AssetId, currency: &'a Currency, span: &'a Span, now: Instant) -> Self {
        Self { asset, currency, span, now, best: BTreeMap::new() }
    }

    /// What to ask for: from the start of the first interval to a moment after the end of the last that is over.
    pub(super) fn window(&self) -> Option<(Instant, Instant)> {
        let interval = self.span.interval;
        let start = interval.start_of(self.span.from - TimeDelta::nanoseconds(1)) + interval.length();
        let mut from = start;
        if interval == Interval::FiveMinutes {
            // Older points are further apart; a moment of the day is left to CoinGecko's own clock.
            from = from.max(self.now - TimeDelta::days(1) + TimeDelta::minutes(1));
        }
        let last_start = interval.start_of(self.span.to - TimeDelta::nanoseconds(1));
        let end = (last_start + interval.length()).min(interval.start_of(self.now));
        (from < end).then(|| (from, (end + slack(interval)).min(self.now)))
    }

    /// Takes points in, each milliseconds since 1970 and a price.
    pub(super) fn take(&mut self, points: &[(i64, Option<&RawValue>)]) -> Result<(), ProviderError> {
        let interval = self.span.interval;
        for (millis, price) in points {
            let Some(at) = DateTime::from_timestamp_millis(*millis) else { continue };
            let Some(price) = numbers::price("price", *price)? else { continue };
            let start = interval.start_of(at - slack(interval) - TimeDelta::nanoseconds(1));
            let end = start + interval.length();
            if start < self.span.from || start >= self.span.to || end > self.now || self.is_of_now(at, end) {
                continue;
            }
            let nearer = |(other, _): &(Instant, Decimal)| (at - end).abs() < (*other - end).abs();
            if self.best.get(&start).is_none_or(nearer) {
                self.best.insert(start, (at, price));
            }
        }
        Ok(())
    }

    /// The last point of a chart is that of the call's own time. When an interval has just ended and its own
    /// point is not there yet, it must not be taken for it.
    fn is_of_now(&self, at: Instant, end: Instant) -> bool {
        // It may have been held for a while before it was told.
        let held = TimeDelta::minutes(if self.span.interval == Interval::FiveMinutes { 1 } else { 5 });
        at > end && at > self.now - held
    }

    pub(super) fn into_points(self) -> Vec<PricePoint> {
        let Self { asset, currency, span, best, .. } = self;
        let points = best.into_iter().map(|(start, (at, price))| PricePoint {
            asset_id: asset.clone(),
            currency: currency.clone(),
            interval: span.interval,
            at: start,
            price,
            observed_at: at,
            provider: PROVIDER.to_owned(),
        });
        points.collect()
    }
}

/// How long after an interval's end its last point may be stamped.
fn slack(interval: Interval) -> TimeDelta {
    match interval {
        Interval::FiveMinutes => TimeDelta::seconds(30),
        Interval::Hour | Interval::Day => TimeDelta::minutes(5),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        text.parse().unwrap()
    }

    /// The closes of the points at these times, each worth its place in the list.
    fn closes(interval: Interval, now: &str, times: &[&str]) -> Vec<(String, String)> {
        let (asset, currency) = (AssetId::parse("bitcoin").unwrap(), Currency::default());
        let span = Span { from: at("2026-11-20T00:00:00Z"), to: at("2026-11-29T00:00:00Z"), interval };
        let mut closes = Closes::new(&asset, &currency, &span, at(now));
        let prices: Vec<String> = (1..=times.len()).map(|price| price.to_string()).collect();
        let raw = prices.iter().map(|price| serde_json::from_str::<&RawValue>(price).unwrap());
        let points: Vec<_> = times.iter().map(|time| at(time).timestamp_millis()).zip(raw.map(Some)).collect();
        closes.take(&points).unwrap();
        let told = closes.into_points().into_iter();
        told.map(|point| (point.at.format("%d %H:%M").to_string(), point.price.to_string())).collect()
    }

    fn expected(closes: &[(&str, &str)]) -> Vec<(String, String)> {
        closes.iter().map(|(at, price)| ((*at).to_owned(), (*price).to_owned())).collect()
    }

    #[test]
    fn a_point_a_moment_after_an_hour_closes_it() {
        let times = ["2026-11-28T12:00:41Z", "2026-11-28T13:00:12Z", "2026-11-28T13:55:00Z", "2026-11-28T14:00:50Z"];
        let told = closes(Interval::Hour, "2026-11-28T14:30:00Z", &times);
        assert_eq!(told, expected(&[("28 11:00", "1"), ("28 12:00", "2"), ("28 13:00", "4")]));
    }

    #[test]
    fn of_many_points_the_one_nearest_to_the_end_is_the_close() {
        let times = ["2026-11-28T12:50:00Z", "2026-11-28T12:59:50Z", "2026-11-28T13:04:50Z", "2026-11-28T13:10:00Z"];
        let told = closes(Interval::Hour, "2026-11-28T14:30:00Z", &times);
        assert_eq!(told, expected(&[("28 12:00", "2"), ("28 13:00", "4")]));
    }

    #[test]
    fn a_day_closes_at_the_midnight_after_it() {
        let times = ["2026-11-26T00:00:00Z", "2026-11-27T00:00:00Z", "2026-11-28T00:00:00Z", "2026-11-28T00:03:00Z"];
        let told = closes(Interval::Day, "2026-11-28T00:04:00Z", &times);
        assert_eq!(told, expected(&[("25 00:00", "1"), ("26 00:00", "2"), ("27 00:00", "3")]));
    }

    #[test]
    fn what_is_outside_the_span_or_not_over_is_left_out() {
        let times = ["2026-11-19T23:00:00Z", "2026-11-28T12:00:00Z", "2026-11-28T12:59:00Z", "2026-11-29T01:00:00Z"];
        assert_eq!(closes(Interval::Hour, "2026-11-28T12:59:30Z", &times), expected(&[("28 11:00", "2")]));
        let empty = closes(Interval::FiveMinutes, "2026-11-28T12:59:30Z", &[]);
        assert!(empty.is_empty());
    }
}
