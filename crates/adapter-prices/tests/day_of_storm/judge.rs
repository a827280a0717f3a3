//! Holds every answer against the truth.

use std::collections::{BTreeMap, HashMap};
use std::sync::Mutex;

use rialto_kernel::{Clock, Decimal, Instant};
use rialto_portfolio::{AssetId, Currency, Quote, QuoteError, SIMULATED};
use rialto_testkit::PausedTime;

use crate::market;

/// What was answered so far.
pub struct Judge {
    time: PausedTime,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    /// When each asset in each currency was last answered.
    answered: HashMap<(AssetId, Currency), Instant>,
    /// The last quote of each that was held against the truth: most are given many times.
    examined: HashMap<(AssetId, Currency), Quote>,
    tally: Tally,
}

/// How many answers there were of each kind.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    pub fresh: u64,
    pub stale: u64,
    pub converted: u64,
    pub unknown: u64,
    pub oldest_seconds: i64,
    pub by_provider: BTreeMap<&'static str, u64>,
}

impl Judge {
    pub fn new(time: PausedTime) -> Self {
        Self { time, seen: Mutex::default() }
    }

    pub fn tally(&self) -> Tally {
        self.seen.lock().unwrap().tally.clone()
    }

    pub fn outcome(&self, asset: &AssetId, currency: &Currency, outcome: Result<Quote, QuoteError>) {
        let now = self.time.now();
        let exists = market::assets().any(|id| id == asset.as_str());
        match outcome {
            Ok(quote) => {
                assert!(exists, "{asset} does not exist: {quote:?}");
                assert_eq!((&quote.asset_id, &quote.currency), (asset, currency));
                self.quote(&quote);
            }
            Err(error) => {
                let known = self.seen.lock().unwrap().answered.get(&(asset.clone(), currency.clone())).copied();
                let within_a_day = known.is_some_and(|at| (now - at).num_hours() < 23);
                assert!(!within_a_day, "{asset} in {currency} was known at {known:?}, and at {now} it is: {error}");
                let unknown = matches!(error, QuoteError::UnknownAsset(_));
                assert!(!(unknown && exists), "{asset} is said not to exist");
                self.seen.lock().unwrap().tally.unknown += u64::from(unknown);
            }
        }
    }

    /// That a price is the true one of the time that it says, and that it says how old it is.
    pub fn quote(&self, quote: &Quote) {
        let now = self.time.now();
        assert!(quote.price > Decimal::zero(), "{quote:?}");
        assert!(quote.observed_at <= quote.fetched_at && quote.fetched_at <= now, "{quote:?} at {now}");
        let age = (now - quote.fetched_at).num_milliseconds();
        let ttl = match quote.provider {
            "coingecko" => 60_000,
            "coinpaprika" => 300_000,
            "binance" => 5_000,
            other => panic!("{other} is no real provider: {quote:?}"),
        };
        assert!(quote.stale || age < ttl, "{age} ms old and not said to be stale: {quote:?}");
        let key = (quote.asset_id.clone(), quote.currency.clone());
        let examined = self.seen.lock().unwrap().examined.get(&key).is_some_and(|examined| {
            // Whether it is stale is told anew with every answer.
            *examined == Quote { stale: examined.stale, ..quote.clone() }
        });
        if !examined {
            self.assert_true(quote);
        }

        let mut seen = self.seen.lock().unwrap();
        if !examined {
            seen.examined.insert(key.clone(), quote.clone());
        }
        seen.answered.insert(key, now);
        let tally = &mut seen.tally;
        *if quote.stale { &mut tally.stale } else { &mut tally.fresh } += 1;
        tally.converted += u64::from(!quote.conversion.is_empty());
        tally.oldest_seconds = tally.oldest_seconds.max(age / 1_000);
        *tally.by_provider.entry(quote.provider).or_default() += 1;
    }

    fn assert_true(&self, quote: &Quote) {
        let asset = quote.asset_id.as_str();
        let base = quote.conversion.first().map_or(&quote.currency, |step| &step.from);
        let mut expected = market::price(asset, base.as_str(), quote.observed_at).unwrap();
        for step in &quote.conversion {
            assert_ne!(step.provider, SIMULATED, "{quote:?}");
            let truth = match (step.from.as_str(), step.to.as_str(), step.provider) {
                ("usdt", "usd", "parity") => Decimal::from(1),
                ("usdt", "usd", _) => market::price("tether", "usd", step.observed_at).unwrap(),
                ("usd", "eur", _) => market::euros(step.observed_at),
                ("usd", "btc", _) => {
                    Decimal::from(1).checked_div(&market::price("bitcoin", "usd", step.observed_at).unwrap()).unwrap()
                }
                other => panic!("{other:?} leads nowhere: {quote:?}"),
            };
            // A rate may rest on a rate of a little earlier.
            assert_near(&step.rate, &truth, "0.004", quote);
            expected = expected.checked_mul(&step.rate).unwrap();
        }
        assert_near(&quote.price, &expected, "0.000000001", quote);
    }
}

fn assert_near(said: &Decimal, truth: &Decimal, part: &str, quote: &Quote) {
    let allowed = truth.checked_mul(&part.parse().unwrap()).unwrap();
    let allowed = allowed.checked_add(&Decimal::from_scaled(2, 18).unwrap()).unwrap();
    let off = said.checked_sub(truth).unwrap();
    let off = if off.is_negative() { truth.checked_sub(said).unwrap() } else { off };
    assert!(off <= allowed, "{said} is not the truth, which is {truth}: {quote:?}");
}
