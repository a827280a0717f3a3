use std::collections::btree_map::Entry;

use async_trait::async_trait;
use rialto_kernel::{Instant, StoreError};
use rialto_portfolio::{Interval, PricePoint, PricePointStore, Series};

use crate::MemoryStore;

#[async_trait]
impl PricePointStore for MemoryStore {
    async fn record(&self, points: &[PricePoint]) -> Result<(), StoreError> {
        let series = &mut self.state()?.portfolio.price_points;
        for point in points {
            match series.entry(point.series()).or_default().entry(point.at) {
                Entry::Vacant(free) => {
                    free.insert(point.clone());
                }
                Entry::Occupied(mut held) if point.takes_the_place_of(held.get()) => {
                    held.insert(point.clone());
                }
                Entry::Occupied(_) => {}
            }
        }
        Ok(())
    }

    async fn list_points(
        &self,
        series: &Series,
        from: Instant,
        to: Instant,
        limit: u32,
    ) -> Result<Vec<PricePoint>, StoreError> {
        let tables = &self.state()?.portfolio;
        let points = tables.price_points.get(series).into_iter().flat_map(|points| points.values());
        let within = points.skip_while(|point| point.at < from).take_while(|point| point.at < to);
        Ok(within.take(limit as usize).cloned().collect())
    }

    async fn find_last(&self, series: &Series, until: Instant) -> Result<Option<PricePoint>, StoreError> {
        let tables = &self.state()?.portfolio;
        let points = tables.price_points.get(series);
        Ok(points.and_then(|points| points.range(..=until).next_back()).map(|(_, point)| point.clone()))
    }

    async fn prune(&self, interval: Interval, before: Instant, limit: u32) -> Result<u64, StoreError> {
        let tables = &mut self.state()?.portfolio;
        let mut pruned = 0;
        for (_, points) in tables.price_points.iter_mut().filter(|(series, _)| series.interval == interval) {
            while pruned < u64::from(limit)
                && let Some(first) = points.first_entry().filter(|first| *first.key() < before)
            {
                first.remove();
                pruned += 1;
            }
        }
        tables.price_points.retain(|_, points| !points.is_empty());
        Ok(pruned)
    }
}
