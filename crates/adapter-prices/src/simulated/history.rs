//! Where the walk was at the end of each interval.

use chrono::DateTime;
use rialto_kernel::{DecimalError, Instant};
use rialto_portfolio::{AssetId, Currency, PricePoint, SIMULATED, Span};

use super::market::Market;
use super::steps::Steps;

/// No answer has more points than this; it begins later instead.
const MOST: i64 = 100_000;

/// The closing prices of the intervals that begin in the span and are over at `now`: what a quote would have said in
/// an interval's last instant.
pub(super) fn closes(
    market: Market<'_>,
    steps: Steps,
    asset: &AssetId,
    currency: &Currency,
    span: &Span,
    now: Instant,
) -> Result<Vec<PricePoint>, DecimalError> {
    let length = span.interval.seconds();
    let starts_before = |at: Instant| (at - chrono::TimeDelta::nanoseconds(1)).timestamp().div_euclid(length) + 1;
    // Whole multiples of the interval since 1970: the first that begins in the span, and the first that is too late.
    let end = starts_before(span.to).min(now.timestamp().div_euclid(length));
    let begin = starts_before(span.from).max(end.saturating_sub(MOST));
    let points = (begin..end).filter_map(|multiple| {
        let at = DateTime::from_timestamp(multiple * length, 0)?;
        let step = steps.at(at + span.interval.length()) - 1;
        Some((at, step, steps.start_of(step)?))
    });
    points
        .map(|(at, step, observed_at)| {
            Ok(PricePoint {
                asset_id: asset.clone(),
                currency: currency.clone(),
                interval: span.interval,
                at,
                price: market.price(step)?,
                observed_at,
                provider: SIMULATED.to_owned(),
            })
        })
        .collect()
}
