use std::collections::BTreeSet;

use chrono::DateTime;
use futures_util::StreamExt;
use futures_util::future::join;
use rialto_kernel::Instant;

use super::{History, HistoryError, HistoryPoint, HistoryService};
use crate::model::{AssetId, Currency, PricePoint, Span};
use crate::ports::{QuoteError, Series};

impl HistoryService {
    /// The prices of an asset within a span: the closes of its intervals, and the price now if the span reaches so far.
    /// Recorded prices come first; what is missing is asked of the providers and recorded. A real price comes before a
    /// made-up one, and what nobody knows is left out.
    ///
    /// # Errors
    /// See [`HistoryError`].
    pub async fn history(&self, asset: &AssetId, currency: &Currency, span: Span) -> Result<History, HistoryError> {
        let now = self.deps.clock.now();
        let interval = span.interval;
        let running = interval.start_of(now);
        // No price is from before 1970, and none is from the future.
        let (from, to) = (span.from.max(DateTime::UNIX_EPOCH), span.to.min(running + interval.length()));
        let span = Span { from, to: to.max(from), interval };
        let max = self.deps.limits.max_points;
        if span.intervals() > max {
            return Err(HistoryError::TooManyPoints { max });
        }

        let series = Series { asset_id: asset.clone(), currency: currency.clone(), interval };
        let (filled, current) = join(self.filled(&series, &span, now), self.current(&series, &span, running)).await;
        let (mut course, unfilled) = filled?;
        let refused = match current {
            Ok(Some(point)) => {
                course.add(point);
                None
            }
            Ok(None) => None,
            Err(error) => Some(error),
        };
        let missing = course.missing(&span, now);
        let points: Vec<_> = course.into_points().map(|point| shown(point, now)).collect();
        if points.is_empty() {
            // What the asset's quote says comes first: it knows best whether there is such an asset.
            if let Some(error) = refused.or(unfilled) {
                return Err(error.into());
            }
            return Ok(History { missing, ..History::empty(series) });
        }
        let providers: BTreeSet<_> = points.iter().map(|point| point.provider.clone()).collect();
        let providers = providers.into_iter().collect();
        let unfilled = unfilled.or(refused);
        Ok(History { points, providers, missing, unfilled, ..History::empty(series) })
    }

    /// The price now as a point of the span: of the running interval, or of an earlier one if it was seen then.
    async fn current(&self, series: &Series, span: &Span, running: Instant) -> Result<Option<PricePoint>, QuoteError> {
        if !(span.from..span.to).contains(&running) {
            return Ok(None);
        }
        let mut outcomes = self.deps.feed.quotes(vec![series.asset_id.clone()], series.currency.clone());
        let Some((_, outcome)) = outcomes.next().await else { return Ok(None) };
        let point = PricePoint::of(&outcome?, series.interval);
        let is_within = (span.from..=running).contains(&point.at);
        Ok(Some(point).filter(|point| is_within && point.series() == *series))
    }
}

impl History {
    fn empty(series: Series) -> Self {
        Self {
            asset_id: series.asset_id,
            currency: series.currency,
            interval: series.interval,
            points: Vec::new(),
            providers: Vec::new(),
            missing: 0,
            unfilled: None,
        }
    }
}

fn shown(point: PricePoint, now: Instant) -> HistoryPoint {
    HistoryPoint {
        closed: point.at + point.interval.length() <= now,
        at: point.at,
        price: point.price,
        observed_at: point.observed_at,
        provider: point.provider,
    }
}
