//! What one currency is worth in another.

use std::sync::Arc;
use std::time::Duration;

use moka::sync::Cache;
use rialto_kernel::{Decimal, Instant};
use rialto_portfolio::model::asset_of_currency;
use rialto_portfolio::{AssetId, Conversion, Currency, PriceProvider, ProviderError, Quote};

use super::Core;
use super::convert::{Question, Rate, Step, usdt};
use super::shelf::{age, bounded};

/// Who says that a stablecoin is worth what it stands for, when nobody prices it.
const PARITY: &str = "parity";

/// How long a rate is used without looking again.
const RATE_TTL: Duration = Duration::from_secs(60);

/// The coins by which money is compared, and how far apart their two prices may have been seen: what hardly moves
/// first, and what moves only if both are of one moment.
const PIVOTS: [(&str, Duration); 2] = [("tether", Duration::from_secs(300)), ("bitcoin", Duration::from_secs(5))];

/// A stablecoin's price is good for so long when nobody says a newer one.
const STEADY: Duration = Duration::from_secs(3_600);

/// From what to what.
type Pair = (Currency, Currency);

/// The rates that are held.
pub(super) struct Rates {
    kept: Cache<Pair, KeptRate>,
    making: Cache<Pair, Arc<tokio::sync::Mutex<()>>>,
}

/// A rate with when it was made.
#[derive(Clone)]
struct KeptRate {
    rate: Rate,
    at: Instant,
}

/// More pairs than are ever asked for.
const MAX_PAIRS: u64 = 1_000;

impl Rates {
    pub(super) fn new() -> Self {
        Self { kept: bounded(MAX_PAIRS), making: bounded(MAX_PAIRS) }
    }

    pub(super) fn clear(&self) {
        self.kept.invalidate_all();
    }
}

impl Core {
    /// How amounts in `from` come to be in `to`, for prices of the source `asker`.
    pub(super) async fn rate(&self, from: &Currency, to: &Currency, asker: usize) -> Result<Rate, ProviderError> {
        if from == to {
            return Ok(Rate { steps: Vec::new(), stale: false });
        }
        let key = (from.clone(), to.clone());
        if let Some(kept) = self.kept_rate(&key, RATE_TTL) {
            return Ok(kept);
        }
        // One at a time; no rate needs, by whatever way, itself.
        let making = self.rates.making.get_with(key.clone(), Arc::default);
        let _making = making.lock().await;
        if let Some(kept) = self.kept_rate(&key, RATE_TTL) {
            return Ok(kept);
        }
        match Box::pin(self.new_rate(from, to, asker)).await {
            Ok(rate) => {
                self.rates.kept.insert(key, KeptRate { rate: rate.clone(), at: self.clock.now() });
                Ok(rate)
            }
            Err(error) => match self.kept_rate(&key, self.settings.stale_max) {
                Some(kept) => Ok(Rate { stale: true, ..kept }),
                None => Err(error),
            },
        }
    }

    fn kept_rate(&self, key: &Pair, ttl: Duration) -> Option<Rate> {
        let kept = self.rates.kept.get(key)?;
        age(kept.at, self.clock.now()).is_some_and(|age| age < ttl).then_some(kept.rate)
    }

    async fn new_rate(&self, from: &Currency, to: &Currency, asker: usize) -> Result<Rate, ProviderError> {
        let usd = Currency::default();
        if *from == usdt() {
            let to_usd = self.tether_in_usd(asker).await;
            let rest = self.rate(&usd, to, asker).await?;
            let steps = to_usd.steps.into_iter().chain(rest.steps).collect();
            return Ok(Rate { steps, stale: to_usd.stale || rest.stale });
        }
        if *from != usd {
            return Err(ProviderError::UnknownCurrency(from.clone()));
        }
        match asset_of_currency(to) {
            Some(coin) => self.usd_in_coin(&coin, to).await,
            None => self.usd_in_money(to).await,
        }
    }

    /// By another provider than the one whose prices are in it; one for one if there is none.
    async fn tether_in_usd(&self, asker: usize) -> Rate {
        let (usd, now) = (Currency::default(), self.clock.now());
        let parity = |at| Conversion {
            from: usdt(),
            to: Currency::default(),
            rate: Decimal::from(1),
            provider: PARITY,
            observed_at: at,
        };
        let Ok(tether) = AssetId::parse("tether") else { return one_step(parity(now), false) };
        let key = (tether.clone(), usd.clone());
        let asker = self.sources[asker].provider.name();
        let believable =
            |quote: &Quote| quote.provider != asker && quote.conversion.is_empty() && !quote.is_simulated();
        let step = |quote: &Quote, stale| {
            let rate = Conversion { rate: quote.price.clone(), provider: quote.provider, ..parity(quote.observed_at) };
            one_step(rate, stale)
        };
        if let Some(held) = self.shelf.recent(&key, RATE_TTL, now).filter(|quote| believable(quote)) {
            return step(&held, false);
        }
        for source in self.real_sources().filter(|source| self.sources[*source].provider.name() != asker) {
            if let Some(quote) = self.one(source, &tether, &usd).await.ok().flatten() {
                return step(&quote, false);
            }
        }
        match self.shelf.usable(&key, now).filter(|quote| believable(quote)) {
            Some(held) => step(&held, age(held.fetched_at, now).is_none_or(|age| age >= STEADY)),
            None => one_step(parity(now), false),
        }
    }

    /// One dollar in a coin, by the coin's price.
    async fn usd_in_coin(&self, coin: &AssetId, to: &Currency) -> Result<Rate, ProviderError> {
        let (usd, now) = (Currency::default(), self.clock.now());
        let key = (coin.clone(), usd.clone());
        let inverse =
            |quote: &Quote, stale: bool| Some(Rate { steps: vec![Step::by_price(&quote.price, to, quote)?], stale });
        let unwritable = || ProviderError::UnknownCurrency(to.clone());
        if let Some(held) = self.shelf.recent(&key, RATE_TTL, now) {
            return inverse(&held, false).ok_or_else(unwritable);
        }
        let mut failure = None;
        for source in 0..self.sources.len() {
            if self.sources[source].provider.is_simulated()
                && let Some(held) = self.shelf.usable(&key, now)
            {
                return inverse(&held, true).ok_or_else(unwritable);
            }
            match self.priced(source, coin, &usd).await {
                Ok(Some(quote)) => return inverse(&quote, false).ok_or_else(unwritable),
                Ok(None) => {}
                Err(error) => drop(failure.get_or_insert(error)),
            }
        }
        match self.shelf.usable(&key, now) {
            Some(held) => inverse(&held, true).ok_or_else(unwritable),
            None => Err(failure.filter(ProviderError::is_passing).unwrap_or_else(unwritable)),
        }
    }

    /// One dollar in state money, by what one provider says of one coin in both.
    async fn usd_in_money(&self, to: &Currency) -> Result<Rate, ProviderError> {
        let (usd, now) = (Currency::default(), self.clock.now());
        let pivots = PIVOTS.iter().filter_map(|(id, apart)| Some((AssetId::parse(id).ok()?, *apart)));
        let pivots: Vec<(AssetId, Duration)> = pivots.collect();
        let held = |pivot: &AssetId, apart: Duration| {
            let in_usd = self.shelf.usable(&(pivot.clone(), usd.clone()), now)?;
            let in_money = self.shelf.usable(&(pivot.clone(), to.clone()), now)?;
            let same = in_usd.provider == in_money.provider && seen_together(&in_usd, &in_money, apart);
            let plain = in_usd.conversion.is_empty() && in_money.conversion.is_empty();
            if same && plain { Some((in_usd, in_money)) } else { None }
        };
        let mut old = None;
        for (pivot, apart) in &pivots {
            let Some((in_usd, in_money)) = held(pivot, *apart) else { continue };
            let recent = [&in_usd, &in_money].iter().all(|q| age(q.fetched_at, now).is_some_and(|age| age < RATE_TTL));
            match ratio(&in_usd, &in_money, to, !recent) {
                Some(rate) if recent => return Ok(rate),
                rate => old = old.or(rate),
            }
        }
        let mut failure = None;
        for source in self.real_sources() {
            for (pivot, apart) in &pivots {
                // Its money first: whoever does not know that is asked nothing more.
                let in_money = self.one(source, pivot, to).await;
                let in_usd = match &in_money {
                    Ok(Some(_)) => self.one(source, pivot, &usd).await,
                    _ => Ok(None),
                };
                match (in_money, in_usd) {
                    (Ok(Some(in_money)), Ok(Some(in_usd))) => {
                        let rate = ratio(&in_usd, &in_money, to, false);
                        if let Some(rate) = rate.filter(|_| seen_together(&in_usd, &in_money, *apart)) {
                            return Ok(rate);
                        }
                        let what = "the two prices are of different moments".to_owned();
                        failure.get_or_insert(ProviderError::Malformed { what });
                    }
                    (Err(error), _) | (_, Err(error)) => {
                        failure.get_or_insert(error);
                        break;
                    }
                    (Ok(_), Ok(_)) => {}
                }
            }
        }
        let unknown = || ProviderError::UnknownCurrency(to.clone());
        old.ok_or_else(|| failure.filter(ProviderError::is_passing).unwrap_or_else(unknown))
    }

    /// What a source itself says of an asset.
    async fn one(&self, source: usize, asset: &AssetId, to: &Currency) -> Result<Option<Arc<Quote>>, ProviderError> {
        let quotes = self.ask_in(source, Question::Quotes(std::slice::from_ref(asset)), to).await?;
        Ok(self.believed(source, asset, to, quotes))
    }

    /// What a source says of an asset, converted if need be.
    async fn priced(&self, source: usize, asset: &AssetId, to: &Currency) -> Result<Option<Arc<Quote>>, ProviderError> {
        let quotes = self.ask(source, Question::Quotes(std::slice::from_ref(asset)), to).await?;
        Ok(self.believed(source, asset, to, quotes))
    }

    fn believed(&self, source: usize, asset: &AssetId, to: &Currency, quotes: Vec<Quote>) -> Option<Arc<Quote>> {
        let quote = quotes.into_iter().find(|quote| quote.asset_id == *asset)?;
        self.accept(source, &(asset.clone(), to.clone()), quote, self.clock.now()).ok()
    }

    fn real_sources(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.sources.len()).filter(|source| !self.sources[*source].provider.is_simulated())
    }
}

fn one_step(said: Conversion, stale: bool) -> Rate {
    Rate { steps: vec![Step::by_rate(said)], stale }
}

fn seen_together(one: &Quote, other: &Quote, apart: Duration) -> bool {
    (one.observed_at - other.observed_at).abs().to_std().is_ok_and(|by| by <= apart)
}

fn ratio(in_usd: &Quote, in_money: &Quote, to: &Currency, stale: bool) -> Option<Rate> {
    let rate = in_money.price.checked_div(&in_usd.price).ok().filter(|rate| !rate.is_zero())?;
    let observed_at = in_usd.observed_at.min(in_money.observed_at);
    let provider = in_money.provider;
    let step = Conversion { from: Currency::default(), to: to.clone(), rate, provider, observed_at };
    Some(one_step(step, stale))
}
