use std::collections::{BTreeMap, BTreeSet, HashMap};

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
    alerts: HashMap<SeriesKey, Vec<Alert>>,
    /// The last prices of what moves are measured of.
    rings: HashMap<SeriesKey, PriceRing>,
    /// What the points of a history said of the beginning of a window, by the interval that it is in.
    bases: HashMap<(SeriesKey, MoveWindow), (Instant, bool, Option<Decimal>)>,
}

impl Book {
    /// Takes these alerts in place of all that it has. What it knows of the same alerts stays.
    pub fn replace(&mut self, alerts: Vec<Alert>) {
        let known: HashMap<AlertId, (u64, Option<Instant>)> =
            self.alerts.values().flatten().map(|alert| (alert.id, (alert.revision, alert.judged_at))).collect();
        self.alerts.clear();
        for mut alert in alerts {
            let Some(key) = key_of(&alert) else { continue };
            if let Some((revision, judged_at)) = known.get(&alert.id)
                && *revision == alert.revision
            {
                alert.judged_at = alert.judged_at.max(*judged_at);
            }
            self.alerts.entry(key).or_default().push(alert);
        }
        let windows: BTreeSet<(SeriesKey, MoveWindow)> = self
            .alerts
            .iter()
            .flat_map(|(key, alerts)| alerts.iter().filter_map(|alert| Some((key.clone(), alert.rule.window()?))))
            .collect();
        self.rings.retain(|key, _| windows.iter().any(|(series, _)| series == key));
        for (key, _) in &windows {
            self.rings.entry(key.clone()).or_default();
        }
        self.bases.retain(|key, _| windows.contains(key));
        self.loaded = true;
    }

    /// The alerts that look at what a quote is of, and notes its price for those that look at moves.
    pub fn take_in(&mut self, quote: &Quote) -> Vec<Alert> {
        let key = (quote.asset_id.clone(), quote.currency.clone());
        if let Some(ring) = self.rings.get_mut(&key) {
            ring.remember(quote);
        }
        self.alerts.get(&key).cloned().unwrap_or_default()
    }

    /// Puts an alert in the place of its older self, and drops one that is not enabled any more.
    pub fn put(&mut self, alert: Alert) {
        let Some(alerts) = key_of(&alert).and_then(|key| self.alerts.get_mut(&key)) else { return };
        // A load may have brought a newer one meanwhile.
        let place = alerts.iter().position(|known| known.id == alert.id && known.revision <= alert.revision);
        match place {
            Some(place) if alert.is_enabled() => alerts[place] = alert,
            Some(place) => drop(alerts.remove(place)),
            None => {}
        }
    }

    /// Notes by which price an alert was judged.
    pub fn note_judged(&mut self, alert: &Alert, observed_at: Instant) {
        let Some(alerts) = key_of(alert).and_then(|key| self.alerts.get_mut(&key)) else { return };
        let known = alerts.iter_mut().find(|known| known.id == alert.id && known.revision == alert.revision);
        if let Some(known) = known {
            known.judged_at = known.judged_at.max(Some(observed_at));
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
