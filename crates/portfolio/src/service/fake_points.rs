//! A store of points for the tests of the use cases.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use rialto_kernel::{Instant, StoreError};

use crate::model::{AssetId, Currency, Interval, PricePoint};
use crate::ports::{PricePointStore, Series};

type Key = (AssetId, Currency, Interval, Instant);

/// Keeps points in memory, and notes what was written in each act.
#[derive(Default)]
pub struct FakePoints {
    points: Mutex<BTreeMap<Key, PricePoint>>,
    acts: Mutex<Vec<Vec<PricePoint>>>,
    fails: AtomicBool,
    refuses: AtomicBool,
}

impl FakePoints {
    pub fn with(points: impl IntoIterator<Item = PricePoint>) -> Self {
        let fake = Self::default();
        fake.keep(&points.into_iter().collect::<Vec<_>>());
        fake
    }

    /// Whether acts fail from now on.
    pub fn fail(&self, fails: bool) {
        self.fails.store(fails, Ordering::Relaxed);
    }

    /// Whether nothing is written from now on, although all can be read.
    pub fn refuse(&self, refuses: bool) {
        self.refuses.store(refuses, Ordering::Relaxed);
    }

    /// How many points were written in each act.
    pub fn acts(&self) -> Vec<usize> {
        self.acts.lock().unwrap().iter().map(Vec::len).collect()
    }

    /// Everything there is.
    pub fn all(&self) -> Vec<PricePoint> {
        self.points.lock().unwrap().values().cloned().collect()
    }

    /// The points of one interval.
    pub fn of(&self, interval: Interval) -> Vec<PricePoint> {
        self.all().into_iter().filter(|point| point.interval == interval).collect()
    }

    fn keep(&self, points: &[PricePoint]) {
        let mut held = self.points.lock().unwrap();
        for point in points {
            let key = (point.asset_id.clone(), point.currency.clone(), point.interval, point.at);
            if held.get(&key).is_none_or(|held| point.takes_the_place_of(held)) {
                held.insert(key, point.clone());
            }
        }
    }

    fn check(&self) -> Result<(), StoreError> {
        if self.fails.load(Ordering::Relaxed) { Err(StoreError::unavailable("told to fail")) } else { Ok(()) }
    }
}

#[async_trait]
impl PricePointStore for FakePoints {
    async fn record(&self, points: &[PricePoint]) -> Result<(), StoreError> {
        self.check()?;
        if self.refuses.load(Ordering::Relaxed) {
            return Err(StoreError::unavailable("told to refuse"));
        }
        self.keep(points);
        self.acts.lock().unwrap().push(points.to_vec());
        Ok(())
    }

    async fn list_points(
        &self,
        series: &Series,
        from: Instant,
        to: Instant,
        limit: u32,
    ) -> Result<Vec<PricePoint>, StoreError> {
        self.check()?;
        let own = self.all().into_iter().filter(|point| point.series() == *series);
        Ok(own.filter(|point| from <= point.at && point.at < to).take(limit as usize).collect())
    }

    async fn find_last(&self, series: &Series, until: Instant) -> Result<Option<PricePoint>, StoreError> {
        self.check()?;
        Ok(self.all().into_iter().rfind(|point| point.series() == *series && point.at <= until))
    }

    async fn prune(&self, interval: Interval, before: Instant, limit: u32) -> Result<u64, StoreError> {
        self.check()?;
        let mut points = self.points.lock().unwrap();
        let old = points.keys().filter(|key| key.2 == interval && key.3 < before).take(limit as usize);
        let old: Vec<_> = old.cloned().collect();
        for key in &old {
            points.remove(key);
        }
        Ok(old.len() as u64)
    }
}
