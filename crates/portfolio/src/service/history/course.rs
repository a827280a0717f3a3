use std::collections::BTreeMap;

use chrono::TimeDelta;
use rialto_kernel::Instant;

use crate::model::{Interval, PricePoint, SIMULATED, Span};

/// The points of a series within a span, one for each interval at most, by its beginning.
#[derive(Debug, Default)]
pub struct Course(BTreeMap<Instant, PricePoint>);

impl Course {
    /// Takes a point in, unless a better one is there. Whether it was taken.
    pub fn add(&mut self, point: PricePoint) -> bool {
        let better = self.0.get(&point.at).is_none_or(|held| point.takes_the_place_of(held));
        if better {
            self.0.insert(point.at, point);
        }
        better
    }

    /// The beginnings of the intervals of the span that are over at `now` and whose close is not known: there is no
    /// price, or a made-up one, or one seen so early that nobody knows how the interval ended.
    pub fn holes(&self, span: &Span, now: Instant) -> Vec<Instant> {
        let is_settled = |at: &Instant| self.0.get(at).is_some_and(is_settled);
        closed(span, now).filter(|at| !is_settled(at)).collect()
    }

    /// How many intervals of the span are over at `now` and have no point at all.
    pub fn missing(&self, span: &Span, now: Instant) -> u64 {
        closed(span, now).filter(|at| !self.0.contains_key(at)).count() as u64
    }

    /// In order of time.
    pub fn into_points(self) -> impl Iterator<Item = PricePoint> {
        self.0.into_values()
    }
}

impl FromIterator<PricePoint> for Course {
    fn from_iter<I: IntoIterator<Item = PricePoint>>(points: I) -> Self {
        let mut course = Self::default();
        for point in points {
            course.add(point);
        }
        course
    }
}

fn closed(span: &Span, now: Instant) -> impl Iterator<Item = Instant> {
    let length = span.interval.length();
    let (to, start) = (span.to, span.interval.start_of(span.from));
    let first = if start < span.from { start + length } else { start };
    std::iter::successors(Some(first), move |at| Some(*at + length))
        .take_while(move |at| *at < to && *at + length <= now)
}

/// Whether a real price was seen near enough to the end of its interval to be the close.
fn is_settled(point: &PricePoint) -> bool {
    let end = point.at + point.interval.length();
    point.provider != SIMULATED && point.observed_at >= end - open_end(point.interval)
}

/// How long before the end of an interval the last price may have been seen.
const fn open_end(interval: Interval) -> TimeDelta {
    match interval {
        Interval::FiveMinutes => interval.length(),
        Interval::Hour => TimeDelta::minutes(15),
        Interval::Day => TimeDelta::hours(1),
    }
}
