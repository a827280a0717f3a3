use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashMap};

use rialto_kernel::Instant;

use crate::model::{AssetId, Currency, Interval, PricePoint, Quote};

/// The shortest interval first, and the oldest points of it.
type Key = (Interval, Instant, AssetId, Currency);

/// Points that are still to be written, each interval of a series once.
pub struct Pending {
    max: usize,
    points: BTreeMap<Key, PricePoint>,
    given_up: u64,
    /// When the last quote that was recorded was observed, and whether it was made up.
    last: HashMap<(AssetId, Currency), (Instant, bool)>,
}

impl Pending {
    pub fn new(max: usize) -> Self {
        Self { max: max.max(1), points: BTreeMap::new(), given_up: 0, last: HashMap::new() }
    }

    /// Whether a quote says what the one before it said, so that there is nothing to record.
    pub fn is_repeated(&mut self, quote: &Quote) -> bool {
        let said = (quote.observed_at, quote.is_simulated());
        if self.last.len() >= self.max {
            // At worst what is written already is written once more.
            self.last.clear();
        }
        self.last.insert((quote.asset_id.clone(), quote.currency.clone()), said) == Some(said)
    }

    pub fn add(&mut self, point: PricePoint) {
        let key = key_of(&point);
        match self.points.entry(key) {
            Entry::Vacant(free) => {
                free.insert(point);
            }
            Entry::Occupied(mut held) if point.takes_the_place_of(held.get()) => {
                held.insert(point);
            }
            Entry::Occupied(_) => {}
        }
        if self.points.len() > self.max {
            self.points.pop_first();
            self.given_up += 1;
        }
    }

    /// Some of the points that wait, the longest intervals first: a lost day is worse than lost minutes.
    pub fn some(&self, count: usize) -> Vec<PricePoint> {
        self.points.values().rev().take(count).cloned().collect()
    }

    /// Takes out what was written and has not changed since.
    pub fn remove(&mut self, written: &[PricePoint]) {
        for point in written {
            if let Entry::Occupied(held) = self.points.entry(key_of(point))
                && held.get() == point
            {
                held.remove();
            }
        }
    }

    pub fn len(&self) -> usize {
        self.points.len()
    }

    /// How many points were given up since this was asked last.
    pub fn take_given_up(&mut self) -> u64 {
        std::mem::take(&mut self.given_up)
    }
}

fn key_of(point: &PricePoint) -> Key {
    (point.interval, point.at, point.asset_id.clone(), point.currency.clone())
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::service::fixtures::{asset, quote_of};

    #[test]
    fn a_point_that_changes_while_it_is_written_still_waits() {
        let mut pending = Pending::new(10);
        let quote = quote_of(&asset("bitcoin"));
        let written = PricePoint::of(&quote, Interval::Day);
        let later = PricePoint { observed_at: quote.observed_at + TimeDelta::seconds(1), ..written.clone() };
        pending.add(written.clone());
        pending.add(later.clone());
        pending.remove(&[written]);
        assert_eq!(pending.some(9), std::slice::from_ref(&later));
        pending.remove(&[later]);
        assert_eq!(pending.len(), 0);
    }

    #[test]
    fn days_are_written_before_minutes() {
        let mut pending = Pending::new(10);
        let quote = quote_of(&asset("bitcoin"));
        for interval in Interval::ALL {
            pending.add(PricePoint::of(&quote, interval));
        }
        let first: Vec<_> = pending.some(2).into_iter().map(|point| point.interval).collect();
        assert_eq!(first, [Interval::Day, Interval::Hour]);
    }
}
