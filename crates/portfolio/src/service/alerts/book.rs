use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use rialto_kernel::{AlertId, Decimal, Instant};

use super::WatchedAssets;
use super::ring::PriceRing;
use crate::model::{Alert, AssetId, Currency, MoveWindow, Quote};

type SeriesKey = (AssetId, Currency);

/// What is in memory of alerts.
#[derive(Debug, Default)]
pub struct Book {
    /// Whether it was ever loaded.
    pub loaded: bool,
    /// Enabled alerts by what they look at.
    alerts: HashMap<SeriesKey, BTreeMap<AlertId, Entry>>,
    /// The last prices of what moves are measured of.
    rings: HashMap<SeriesKey, PriceRing>,
    /// What the points of a history said of the beginning of a window, by the interval that it is in.
    bases: HashMap<(SeriesKey, MoveWindow), (Instant, bool, Option<Decimal>)>,
}

/// An alert, shared with those who judge it.
#[derive(Debug)]
struct Entry {
    alert: Arc<Alert>,
    /// When the price was observed that it was last judged by.
    judged_at: Option<Instant>,
}

impl Entry {
    fn new(alert: Alert) -> Self {
        Self { judged_at: alert.judged_at, alert: Arc::new(alert) }
    }
}

impl Book {
    /// Takes these alerts in place of all that it has. What it knows of the same alerts stays.
    pub fn replace(&mut self, alerts: Vec<Alert>) {
        let before = std::mem::take(&mut self.alerts);
        let known: HashMap<AlertId, Entry> = before.into_values().flatten().collect();
        let mut windows: HashMap<SeriesKey, HashSet<MoveWindow>> = HashMap::new();
        for alert in alerts {
            let Some(key) = key_of(&alert) else { continue };
            if let Some(window) = alert.rule.window() {
                windows.entry(key.clone()).or_default().insert(window);
            }
            let mut entry = Entry::new(alert);
            if let Some(known) = known.get(&entry.alert.id)
                && known.alert.revision == entry.alert.revision
            {
                entry.judged_at = entry.judged_at.max(known.judged_at);
            }
            self.alerts.entry(key).or_default().insert(entry.alert.id, entry);
        }
        self.rings.retain(|key, _| windows.contains_key(key));
        self.bases.retain(|(key, window), _| windows.get(key).is_some_and(|known| known.contains(window)));
        for key in windows.into_keys() {
            self.rings.entry(key).or_default();
        }
        self.loaded = true;
    }

    /// The alerts that must be judged by a quote, which look at no older one from now on; in order of id. Notes its
    /// price for those that look at moves.
    pub fn take_in(&mut self, quote: &Quote) -> Vec<Arc<Alert>> {
        if quote.stale {
            return Vec::new();
        }
        let key = (quote.asset_id.clone(), quote.currency.clone());
        if let Some(ring) = self.rings.get_mut(&key) {
            ring.remember(quote);
        }
        let observed_at = Some(quote.observed_at);
        let entries = self.alerts.get_mut(&key).into_iter().flat_map(BTreeMap::values_mut);
        let concerned = entries.filter(|entry| entry.judged_at <= observed_at);
        let judged = concerned.map(|entry| {
            entry.judged_at = observed_at;
            Arc::clone(&entry.alert)
        });
        judged.collect()
    }

    /// Puts an alert in the place of its older self, and drops one that is not enabled any more.
    pub fn put(&mut self, alert: Alert) {
        let Some(alerts) = key_of(&alert).and_then(|key| self.alerts.get_mut(&key)) else { return };
        // A load may have brought a newer one meanwhile.
        let Some(known) = alerts.get_mut(&alert.id).filter(|known| known.alert.revision <= alert.revision) else {
            return;
        };
        if alert.is_enabled() {
            *known = Entry { judged_at: known.judged_at.max(alert.judged_at), alert: Arc::new(alert) };
        } else {
            alerts.remove(&alert.id);
        }
    }

    /// What the price was at the beginning of a window, as far as the ring reaches back.
    pub fn ring_price(&self, quote: &Quote, start: Instant, oldest: Instant) -> Option<Decimal> {
        self.rings.get(&(quote.asset_id.clone(), quote.currency.clone()))?.price_at(start, oldest).cloned()
    }

    /// What was found out about the beginning of a window that is in this interval: a price, or that there is none.
    pub fn known_base(&self, quote: &Quote, window: MoveWindow, interval: Instant) -> Option<Option<Decimal>> {
        let key = ((quote.asset_id.clone(), quote.currency.clone()), window);
        let (of, simulated, base) = self.bases.get(&key)?;
        (*of == interval && *simulated == quote.is_simulated()).then(|| base.clone())
    }

    /// Notes what was found out.
    pub fn note_base(&mut self, quote: &Quote, window: MoveWindow, interval: Instant, base: Option<Decimal>) {
        let key = ((quote.asset_id.clone(), quote.currency.clone()), window);
        self.bases.insert(key, (interval, quote.is_simulated(), base));
    }

    pub fn watched(&self) -> Vec<WatchedAssets> {
        let mut by_currency: BTreeMap<&Currency, BTreeSet<&AssetId>> = BTreeMap::new();
        for ((asset, currency), alerts) in &self.alerts {
            if !alerts.is_empty() {
                by_currency.entry(currency).or_default().insert(asset);
            }
        }
        let watched = by_currency.into_iter().map(|(currency, assets)| WatchedAssets {
            currency: currency.clone(),
            assets: assets.into_iter().cloned().collect(),
        });
        watched.collect()
    }
}

fn key_of(alert: &Alert) -> Option<SeriesKey> {
    Some((alert.rule.asset_id()?.clone(), alert.currency.clone()))
}

#[cfg(test)]
mod tests;
