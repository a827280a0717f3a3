use rialto_kernel::{Instant, StoreError};

use super::HistoryService;
use super::course::Course;
use crate::model::{Interval, PricePoint};
use crate::ports::Series;

/// How many finer points are read at once, and how often at most.
const PAGE: u32 = 1_000;
const MAX_PAGES: u32 = 20;

impl HistoryService {
    /// Points of a series from finer ones that were recorded: the last price seen in each interval from `from` on and
    /// before `to`.
    pub(super) async fn derive(&self, series: &Series, from: Instant, to: Instant) -> Result<Course, StoreError> {
        let mut course = Course::default();
        for interval in Interval::ALL.into_iter().filter(|finer| *finer < series.interval) {
            let finer = Series { interval, ..series.clone() };
            let mut from = from;
            for _ in 0..MAX_PAGES {
                let page = self.deps.points.list_points(&finer, from, to, PAGE).await?;
                let Some(last) = page.last().map(|point| point.at) else { break };
                let is_last = page.len() < PAGE as usize;
                for point in page {
                    course.add(coarser(point, series.interval));
                }
                if is_last {
                    break;
                }
                from = last + interval.length();
            }
        }
        Ok(course)
    }
}

fn coarser(point: PricePoint, interval: Interval) -> PricePoint {
    PricePoint { at: interval.start_of(point.at), interval, ..point }
}
