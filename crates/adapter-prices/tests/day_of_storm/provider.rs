//! A provider that tells the truth, mostly, and keeps a record of how it is treated.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::ops::Range;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use chrono::TimeDelta;
use rialto_adapter_prices::{CountedPriceProvider, Turnstile};
use rialto_kernel::{Clock, Decimal, Instant, Timer};
use rialto_portfolio::{Asset, AssetId, AssetQuery, Currency, PricePoint, PriceProvider, ProviderError, Quote, Span};
use rialto_testkit::PausedTime;

use crate::dice::Dice;
use crate::market;

/// What a provider is like.
pub struct Character {
    pub name: &'static str,
    pub currencies: &'static [&'static str],
    pub max_batch: usize,
    /// Its prices are those of the last multiple of so many seconds.
    pub refresh: i64,
    /// The most calls that it allows in a minute.
    pub per_minute: usize,
    /// By how much it is wrong when it is wrong. No two providers make the same mistake.
    pub mistake: &'static str,
    /// When it is out, in minutes after the start.
    pub outages: Vec<Range<i64>>,
}

pub struct FakeStormyProvider {
    pub character: Character,
    time: PausedTime,
    started: Instant,
    state: Mutex<State>,
    in_flight: AtomicU32,
    turnstile: Turnstile,
}

struct State {
    dice: Dice,
    /// Faults are made only after this.
    calm_until: Instant,
    recent: VecDeque<Instant>,
    /// It asked to be left alone: from when its answer arrived, until then.
    alone: Option<Range<Instant>>,
    last_mistake: HashMap<(AssetId, Currency), Instant>,
    record: Record,
}

/// How it was treated, and what it did.
#[derive(Clone, Debug, Default)]
pub struct Record {
    pub calls: u64,
    pub most_in_a_minute: usize,
    pub most_in_flight: u32,
    pub calls_while_to_be_left_alone: u64,
    pub largest_batch: usize,
    pub faults: BTreeMap<&'static str, u64>,
}

impl FakeStormyProvider {
    pub fn new(character: Character, seed: u64, calm: TimeDelta, time: PausedTime) -> Arc<Self> {
        let started = time.now();
        let state = State {
            dice: Dice::new(seed),
            calm_until: started + calm,
            recent: VecDeque::new(),
            alone: None,
            last_mistake: HashMap::new(),
            record: Record::default(),
        };
        let (state, in_flight) = (Mutex::new(state), AtomicU32::new(0));
        Arc::new(Self { character, time, started, state, in_flight, turnstile: Turnstile::default() })
    }

    pub fn record(&self) -> Record {
        self.state.lock().unwrap().record.clone()
    }

    /// Ends all faults.
    pub fn calm_down(&self) {
        self.state.lock().unwrap().calm_until = Instant::MAX_UTC;
    }

    /// Counts a call and decides what becomes of it: how long it takes, and whether it fails.
    fn begin(&self, batch: usize) -> (Duration, Option<ProviderError>) {
        let now = self.time.now();
        let mut state = self.state.lock().unwrap();
        let state = &mut *state;
        state.recent.push_back(now);
        while state.recent.front().is_some_and(|at| now - *at >= TimeDelta::seconds(60)) {
            state.recent.pop_front();
        }
        let flying = self.in_flight.fetch_add(1, Ordering::SeqCst) + 1;
        let record = &mut state.record;
        record.calls += 1;
        record.most_in_a_minute = record.most_in_a_minute.max(state.recent.len());
        record.most_in_flight = record.most_in_flight.max(flying);
        record.largest_batch = record.largest_batch.max(batch);
        record.calls_while_to_be_left_alone +=
            u64::from(state.alone.as_ref().is_some_and(|alone| alone.contains(&now)));

        let takes = Duration::from_millis(40 + state.dice.roll(400));
        if now < state.calm_until {
            return (takes, None);
        }
        let minutes = (now - self.started).num_minutes();
        if self.character.outages.iter().any(|outage| outage.contains(&minutes)) {
            *record.faults.entry("outage").or_default() += 1;
            return if state.dice.one_in(3) { (Duration::from_secs(60), None) } else { (takes, Some(reset())) };
        }
        if !state.dice.one_in(9) {
            return (takes, None);
        }
        if state.dice.one_in(8) {
            *record.faults.entry("slow").or_default() += 1;
            return (Duration::from_secs(40), None);
        }
        let (name, takes, error) = match state.dice.roll(6) {
            0 => {
                let told = Duration::from_secs(1 + state.dice.roll(150));
                let answered = now + takes;
                let until = state.alone.take().map_or(answered + told, |alone| alone.end.max(answered + told));
                // Calls that are under way when the answer arrives are none that disregard it.
                state.alone = Some(answered + TimeDelta::milliseconds(1)..until);
                ("limited, with a time", takes, ProviderError::RateLimited { retry_after: Some(told) })
            }
            1 => ("limited, with zero", takes, ProviderError::RateLimited { retry_after: Some(Duration::ZERO) }),
            2 => ("limited, without a time", takes, ProviderError::RateLimited { retry_after: None }),
            3 => ("a page of HTML", takes, ProviderError::Malformed { what: "<html>".into() }),
            4 => ("cut off", takes, ProviderError::Malformed { what: "EOF while parsing".into() }),
            _ => ("reset", takes, reset()),
        };
        *record.faults.entry(name).or_default() += 1;
        (takes, Some(error))
    }

    async fn called(&self, batch: usize) -> Result<(), ProviderError> {
        self.turnstile.pass(self.call(batch)).await
    }

    async fn call(&self, batch: usize) -> Result<(), ProviderError> {
        let (takes, error) = self.begin(batch);
        let _landing = Landing(&self.in_flight);
        self.time.sleep(takes).await;
        error.map_or(Ok(()), Err)
    }

    fn quote(&self, asset_id: &AssetId, currency: &Currency, lag: TimeDelta) -> Option<Quote> {
        let now = self.time.now();
        let seen = (now - lag).timestamp();
        let observed_at = chrono::DateTime::from_timestamp(seen - seen.rem_euclid(self.character.refresh), 0)?;
        let mut price = market::price(asset_id.as_str(), currency.as_str(), observed_at)?;
        let mut state = self.state.lock().unwrap();
        if now >= state.calm_until {
            if state.dice.one_in(60) {
                *state.record.faults.entry("left out, or null").or_default() += 1;
                return None;
            }
            let key = (asset_id.clone(), currency.clone());
            let rested = state.last_mistake.get(&key).is_none_or(|at| now - *at > TimeDelta::hours(2));
            if rested && state.dice.one_in(25) {
                state.last_mistake.insert(key, now);
                *state.record.faults.entry("wrong price").or_default() += 1;
                price = price.checked_mul(&self.character.mistake.parse::<Decimal>().unwrap()).ok()?;
            }
        }
        drop(state);
        Some(Quote {
            asset_id: asset_id.clone(),
            symbol: "c".into(),
            name: "Coin".into(),
            market_cap: price.checked_mul(&Decimal::from(1_000_000)).ok(),
            volume_24h: None,
            change_24h: None,
            change_percent_24h: None,
            price,
            currency: currency.clone(),
            rank: None,
            provider: self.character.name,
            observed_at,
            fetched_at: now,
            stale: false,
            conversion: vec![],
        })
    }

    fn quotes_of(&self, assets: &[AssetId], currency: &Currency) -> Result<Vec<Quote>, ProviderError> {
        if !self.character.currencies.contains(&currency.as_str()) {
            return Err(ProviderError::UnknownCurrency(currency.clone()));
        }
        let lag = {
            let mut state = self.state.lock().unwrap();
            let frozen = self.time.now() >= state.calm_until && state.dice.one_in(20);
            let minutes = state.dice.roll(180) as i64;
            *state.record.faults.entry("old times").or_default() += u64::from(frozen);
            if frozen { TimeDelta::minutes(minutes) } else { TimeDelta::zero() }
        };
        Ok(assets.iter().filter_map(|asset| self.quote(asset, currency, lag)).collect())
    }
}

fn reset() -> ProviderError {
    let source = std::io::Error::new(std::io::ErrorKind::ConnectionReset, "connection reset");
    ProviderError::Unavailable { source: Arc::new(source) }
}

struct Landing<'a>(&'a AtomicU32);

impl Drop for Landing<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl CountedPriceProvider for FakeStormyProvider {
    fn turnstile(&self) -> &Turnstile {
        &self.turnstile
    }
}

#[async_trait]
impl PriceProvider for FakeStormyProvider {
    fn name(&self) -> &'static str {
        self.character.name
    }

    fn max_batch(&self) -> usize {
        self.character.max_batch
    }

    async fn quotes(&self, assets: &[AssetId], currency: &Currency) -> Result<Vec<Quote>, ProviderError> {
        self.called(assets.len()).await?;
        self.quotes_of(assets, currency)
    }

    async fn popular(&self, limit: u16, currency: &Currency) -> Result<Vec<Quote>, ProviderError> {
        self.called(1).await?;
        let assets: Vec<AssetId> = market::assets().map(|id| AssetId::parse(id).unwrap()).collect();
        self.quotes_of(&assets[..assets.len().min(usize::from(limit))], currency)
    }

    async fn search(&self, _: &AssetQuery, _: u16) -> Result<Vec<Asset>, ProviderError> {
        Err(ProviderError::Unsupported)
    }

    async fn history(&self, _: &AssetId, _: &Currency, _: &Span) -> Result<Vec<PricePoint>, ProviderError> {
        Err(ProviderError::Unsupported)
    }
}
