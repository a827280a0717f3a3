use chrono::TimeDelta;
use rialto_kernel::{Decimal, Instant, StoreError};

use super::HistoryService;
use super::course::Course;
use crate::model::{PricePoint, Span};
use crate::ports::{QuoteError, Series};

/// How many points are recorded in one act.
const BATCH: usize = 500;

impl HistoryService {
    /// The recorded points of a series, with holes filled from finer points and by the feed; and why some could not be.
    /// What fills a hole is recorded, unless it is older than it would be kept.
    pub(super) async fn filled(
        &self,
        series: &Series,
        span: &Span,
        now: Instant,
    ) -> Result<(Course, Option<QuoteError>), StoreError> {
        let mut course = self.recorded(series, span).await?;
        if course.holes(span, now).is_empty() {
            return Ok((course, None));
        }
        let attempts = self.fills.of(series, now);
        let mut attempts = match attempts.try_lock() {
            Some(attempts) => attempts,
            None => {
                let attempts = attempts.lock().await;
                // Whoever was before us has filled what we saw missing.
                course = self.recorded(series, span).await?;
                attempts
            }
        };
        for point in attempts.found(span, now) {
            course.add(point);
        }
        let holes = course.holes(span, now);
        let open: Vec<_> = holes.iter().copied().filter(|at| attempts.is_open(*at, now)).collect();
        if let Some(around) = around(&open, span) {
            let mut found = self.derive(series, around.from, around.to).await?.into_points().collect::<Vec<_>>();
            found.retain(|point| fits(point, series, &around, now) && course.add(point.clone()));
            let open: Vec<_> = course.holes(&around, now).into_iter().filter(|at| attempts.is_open(*at, now)).collect();
            if let Some(around) = self::around(&open, span) {
                let answer = self.deps.feed.history(&series.asset_id, &series.currency, &around).await;
                let error = answer.as_ref().err().cloned();
                let points = answer.unwrap_or_default().into_iter();
                found.extend(points.filter(|point| fits(point, series, &around, now) && course.add(point.clone())));
                let left = self.record(found, now).await;
                let left = (!left.is_empty()).then(|| self.fills.hold(left, now));
                attempts.note(&around, now, error, left);
            } else {
                self.record(found, now).await;
            }
        }
        let holes = course.holes(span, now);
        let error = holes.iter().rev().find_map(|at| attempts.error_of(*at, now));
        Ok((course, error))
    }

    /// Records points that are young enough to be kept; gives those that are not recorded.
    async fn record(&self, points: Vec<PricePoint>, now: Instant) -> Vec<PricePoint> {
        let (kept, mut left): (Vec<_>, Vec<_>) = points.into_iter().partition(|point| self.is_kept(point, now));
        for batch in kept.chunks(BATCH) {
            // Who asks is answered all the same; whoever runs the recorder hears of a store that takes nothing.
            if self.deps.points.record(batch).await.is_err() {
                left.extend_from_slice(batch);
            }
        }
        left
    }

    fn is_kept(&self, point: &PricePoint, now: Instant) -> bool {
        let kept = self.deps.limits.retention.of(point.interval);
        let Some(kept) = kept.and_then(|kept| TimeDelta::from_std(kept).ok()) else { return true };
        now.checked_sub_signed(kept).is_none_or(|oldest| point.at >= oldest)
    }

    async fn recorded(&self, series: &Series, span: &Span) -> Result<Course, StoreError> {
        let limit = u32::try_from(span.intervals()).unwrap_or(u32::MAX);
        let points = self.deps.points.list_points(series, span.from, span.to, limit).await?;
        Ok(points.into_iter().collect())
    }
}

/// The shortest span around these beginnings of intervals.
fn around(beginnings: &[Instant], span: &Span) -> Option<Span> {
    let (first, last) = (beginnings.first()?, beginnings.last()?);
    Some(Span { from: *first, to: *last + span.interval.length(), interval: span.interval })
}

/// Whether a point is a close that was asked for.
fn fits(point: &PricePoint, series: &Series, span: &Span, now: Instant) -> bool {
    point.series() == *series
        && point.interval.start_of(point.at) == point.at
        && (span.from..span.to).contains(&point.at)
        && point.at + point.interval.length() <= now
        && point.price > Decimal::zero()
}
