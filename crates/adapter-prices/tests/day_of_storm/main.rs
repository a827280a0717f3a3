//! A day of bad weather: three providers that fail in every way there is, and users who ask all the time. The day
//! passes in paused time, so that it takes seconds.
#![allow(clippy::unwrap_used, clippy::panic, clippy::disallowed_methods, reason = "test code: a failure panics")]

mod dice;
mod judge;
mod market;
mod provider;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use chrono::TimeDelta;
use futures_util::StreamExt;
use rialto_adapter_prices::{
    CountedPriceProvider, FeedSettings, GuardSettings, GuardedPriceProvider, PolledQuoteTicker, PriceSource,
    SimulatedPriceProvider, UnitedPriceFeed,
};
use rialto_kernel::{Clock, Instant, StoreError, Timer};
use rialto_portfolio::{AssetId, Currency, Month, PriceFeed, ProviderBudgets, QuoteTicker, Reservation};
use rialto_testkit::PausedTime;
use tokio::runtime::Handle;

use crate::dice::Dice;
use crate::judge::Judge;
use crate::provider::{Character, FakeStormyProvider};

const CALM: TimeDelta = TimeDelta::minutes(5);
const HOUR: Duration = Duration::from_secs(3_600);

/// Counts in memory, and never grants more than there is.
#[derive(Default)]
struct FakeBudgets(Mutex<HashMap<(String, Month), u64>>);

#[async_trait]
impl ProviderBudgets for FakeBudgets {
    async fn reserve(&self, provider: &str, month: Month, wanted: u32, limit: u64) -> Result<Reservation, StoreError> {
        let mut used = self.0.lock().unwrap();
        let used = used.entry((provider.to_owned(), month)).or_default();
        let granted = u32::try_from(limit.saturating_sub(*used).min(u64::from(wanted))).unwrap();
        *used += u64::from(granted);
        Ok(Reservation { granted, used: *used })
    }
}

fn characters(seed: u64) -> [Character; 3] {
    let mut dice = Dice::new(seed);
    // Every one is out now and then, and once all are, for an hour.
    let mut outages = |all_out: std::ops::Range<i64>| {
        let mut outages = vec![all_out];
        for hour in [2, 5, 12, 15, 19, 21] {
            let from = hour * 60 + dice.roll(90) as i64;
            outages.push(from..from + 2 + dice.roll(70) as i64);
        }
        outages
    };
    [
        Character {
            name: "coingecko",
            currencies: &["usd", "eur", "btc"],
            max_batch: 250,
            refresh: 60,
            per_minute: 9,
            mistake: "100",
            outages: outages(540..720),
        },
        Character {
            name: "coinpaprika",
            currencies: &["usd"],
            max_batch: 10,
            refresh: 600,
            per_minute: 30,
            mistake: "0.01",
            outages: outages(570..690),
        },
        Character {
            name: "binance",
            currencies: &["usdt"],
            max_batch: 20,
            refresh: 1,
            per_minute: 60,
            mistake: "10000",
            outages: outages(600..660),
        },
    ]
}

fn guards(name: &str) -> GuardSettings {
    match name {
        // Too little for the day: it runs out, and the others go on.
        "coingecko" => GuardSettings { monthly_budget: 2_500, ..GuardSettings::coingecko_keyless() },
        "coinpaprika" => GuardSettings::coinpaprika(),
        _ => GuardSettings::binance(),
    }
}

struct Storm {
    time: PausedTime,
    feed: UnitedPriceFeed,
    providers: Vec<Arc<FakeStormyProvider>>,
    judge: Arc<Judge>,
}

impl Storm {
    fn begin(seed: u64) -> Self {
        let time = PausedTime::start();
        let budgets = Arc::new(FakeBudgets::default());
        let guarded = |provider: Arc<dyn CountedPriceProvider>, settings| {
            let clock = Arc::new(time);
            let guarded = GuardedPriceProvider::new(provider, settings, budgets.clone(), clock.clone(), clock);
            PriceSource::new(Arc::new(guarded.with_jitter_seed(seed)))
        };
        let providers = characters(seed).map(|character| FakeStormyProvider::new(character, seed, CALM, time)).to_vec();
        let real = providers.iter().map(|provider| guarded(provider.clone(), guards(provider.character.name)));
        let simulated = SimulatedPriceProvider::new(seed, Arc::new(time));
        // Last, and never to be heard of while a real price is held.
        let sources = real.chain([guarded(Arc::new(simulated), GuardSettings::default())]).collect();
        let clock = Arc::new(time);
        let feed = UnitedPriceFeed::new(sources, FeedSettings::default(), clock.clone(), clock, Handle::current());
        Self { time, feed, providers, judge: Arc::new(Judge::new(time)) }
    }

    /// Everything once, while the sun shines: what nobody ever heard the price of, nobody can doubt.
    async fn calm(&self) {
        for currency in ["usd", "eur", "btc"].map(|code| Currency::parse(code).unwrap()) {
            let outcomes: Vec<_> = self.feed.quotes(real_assets(), currency.clone()).collect().await;
            for (asset, outcome) in outcomes {
                assert!(outcome.is_ok(), "{asset}: {outcome:?}");
                self.judge.outcome(&asset, &currency, outcome);
            }
        }
    }

    /// Somebody who asks for this and that until the day is over.
    fn user(&self, seed: u64, until: Instant) -> tokio::task::JoinHandle<u64> {
        let (feed, judge, time) = (self.feed.clone(), Arc::clone(&self.judge), self.time);
        Handle::current().spawn(async move {
            let (mut dice, mut asked) = (Dice::new(seed), 0);
            while time.now() < until {
                time.sleep(Duration::from_millis(200 + dice.roll(10_000))).await;
                let currency = Currency::parse(dice.pick(&["usd", "usd", "usd", "eur", "btc"])).unwrap();
                asked += 1;
                if dice.one_in(10) {
                    for quote in feed.popular(10, &currency).await.unwrap() {
                        judge.quote(&quote);
                    }
                    continue;
                }
                let mut assets = real_assets();
                assets.retain(|_| dice.one_in(5));
                if dice.one_in(10) {
                    assets.push(AssetId::parse(&format!("made-up-{}", dice.roll(1_000_000))).unwrap());
                }
                let mut missing = assets.len();
                let mut outcomes = feed.quotes(assets, currency.clone());
                while let Some((asset, outcome)) = outcomes.next().await {
                    missing -= 1;
                    judge.outcome(&asset, &currency, outcome);
                }
                assert_eq!(missing, 0, "every asset has an outcome");
            }
            asked
        })
    }

    /// Somebody who watches everything.
    fn watcher(&self) -> tokio::task::JoinHandle<()> {
        let (judge, timer) = (Arc::clone(&self.judge), Arc::new(self.time));
        let feed = Arc::new(self.feed.clone());
        let ticker = PolledQuoteTicker::new(feed, Duration::from_secs(15), None, timer, Handle::current());
        Handle::current().spawn(async move {
            let mut ticks = ticker.watch(real_assets());
            let mut newest: HashMap<AssetId, Instant> = HashMap::new();
            while let Some(quote) = ticks.next().await {
                judge.quote(&quote);
                let before = newest.insert(quote.asset_id.clone(), quote.observed_at);
                assert!(before.is_none_or(|before| before <= quote.observed_at), "{quote:?} after {before:?}");
            }
        })
    }

    fn assert_providers_were_treated_well(&self) {
        for provider in &self.providers {
            let (record, name) = (provider.record(), provider.character.name);
            assert!(record.most_in_a_minute <= provider.character.per_minute, "{name}: {record:?}");
            assert!(record.most_in_flight <= 5, "{name}: {record:?}");
            assert!(record.largest_batch <= provider.character.max_batch, "{name}: {record:?}");
            assert_eq!(record.calls_while_to_be_left_alone, 0, "{name}: {record:?}");
            let budget = guards(name).monthly_budget;
            assert!(budget == 0 || record.calls <= budget, "{name}: {record:?}");
            assert!(record.calls > 100 && record.faults.len() >= 8, "it was a storm: {name}: {record:?}");
        }
    }
}

fn real_assets() -> Vec<AssetId> {
    market::assets().map(|id| AssetId::parse(id).unwrap()).collect()
}

async fn a_storm(seed: u64, hours: u32) {
    let storm = Storm::begin(seed);
    storm.calm().await;
    let until = storm.time.now() + HOUR * hours;
    let watcher = storm.watcher();
    let users: Vec<_> = (0..4).map(|n| storm.user(seed * 100 + n, until)).collect();
    let mut asked = 0;
    for user in users {
        asked += user.await.unwrap();
    }
    assert!(!watcher.is_finished(), "a watcher is never let go");
    watcher.abort();

    storm.assert_providers_were_treated_well();
    let tally = storm.judge.tally();
    assert!(asked > 500 * u64::from(hours), "{asked} requests");
    assert!(tally.fresh > tally.stale / 20, "{tally:?}");
    assert!(hours < 12 || tally.oldest_seconds > 1_800, "there was an hour in which nobody answered: {tally:?}");
    assert!(tally.converted > 0 && tally.by_provider.len() == 3, "{tally:?}");

    // When the storm is over, all is as before.
    storm.providers.iter().for_each(|provider| provider.calm_down());
    storm.time.sleep(Duration::from_secs(1_200)).await;
    storm.feed.quotes(real_assets(), Currency::default()).collect::<Vec<_>>().await;
    storm.time.sleep(Duration::from_secs(1)).await;
    for (asset, outcome) in storm.feed.quotes(real_assets(), Currency::default()).collect::<Vec<_>>().await {
        assert!(outcome.as_ref().is_ok_and(|quote| !quote.stale), "{asset}: {outcome:?}");
        storm.judge.outcome(&asset, &Currency::default(), outcome);
    }
}

#[tokio::test(start_paused = true)]
async fn in_a_day_of_storm_no_wrong_price_is_given_no_limit_is_broken_and_nobody_who_can_be_answered_is_not() {
    a_storm(1, 24).await;
}

#[tokio::test(start_paused = true)]
async fn nor_in_another_storm() {
    a_storm(2, 6).await;
}
