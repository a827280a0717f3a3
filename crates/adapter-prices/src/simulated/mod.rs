//! Prices that are made up, and say so: for laptops without a network, for tests and for demonstrations.

mod assets;
mod walk;

use std::cmp::Reverse;
use std::sync::Arc;

use async_trait::async_trait;
use chrono::DateTime;
use rialto_kernel::{Clock, Decimal, DecimalError, Instant};
use rialto_portfolio::{AssetId, Currency, PriceFeed, PriceFeedError, Quote};

use self::assets::{ASSETS, SimulatedAsset};
use self::walk::Walk;

/// What quotes from here say of their provider.
pub const PROVIDER: &str = "simulated";

/// Prices change this often.
const STEP_MS: i64 = 2_000;
const STEPS_PER_DAY: i64 = 24 * 3_600 * 1_000 / STEP_MS;

/// Made-up dollar prices of about 25 well-known assets. Each wanders around its start without ever
/// leaving it by more than 7 % (stable coins 0.1 %), in steps of 2 s of at most 0.3 %.
///
/// A price depends on the seed and the time alone, so nodes with one seed agree, a restart changes
/// nothing, and the change over 24 hours is that of the simulation itself.
pub struct SimulatedPriceFeed {
    seed: u64,
    clock: Arc<dyn Clock>,
}

impl SimulatedPriceFeed {
    /// A simulation over a seed.
    #[must_use]
    pub fn new(seed: u64, clock: Arc<dyn Clock>) -> Self {
        Self { seed, clock }
    }

    /// Everything there is, in order of market capitalisation.
    fn board(&self, currency: &Currency) -> Result<Vec<Quote>, PriceFeedError> {
        if *currency != Currency::default() {
            return Err(PriceFeedError::UnknownCurrency(currency.clone()));
        }
        let now = self.clock.now();
        let quotes: Result<Vec<Quote>, DecimalError> = ASSETS.iter().map(|asset| self.quote(asset, now)).collect();
        let mut quotes = quotes.map_err(|error| PriceFeedError::Malformed { what: error.to_string() })?;
        quotes.sort_by_cached_key(|quote| Reverse(quote.market_cap.clone()));
        for (quote, rank) in quotes.iter_mut().zip(1..) {
            quote.rank = Some(rank);
        }
        Ok(quotes)
    }

    fn quote(&self, asset: &SimulatedAsset, now: Instant) -> Result<Quote, DecimalError> {
        let step = now.timestamp_millis().div_euclid(STEP_MS);
        let walk = Walk::new(self.seed, asset.id, asset.stable);
        let price = price_at(asset, walk, step)?;
        let yesterday = price_at(asset, walk, step - STEPS_PER_DAY)?;
        let change = price.checked_sub(&yesterday)?;
        let percent = change.checked_mul(&Decimal::from(100))?.checked_div(&yesterday)?.round(4);
        let market_cap = price.checked_mul(&Decimal::from_scaled(asset.supply, 0)?)?.round(0);
        // Between 2 and 6 % of everything changes hands in a day.
        let turnover = 40_000 + walk.offset(step - STEPS_PER_DAY / 2) * 20_000 / 66_100;
        let volume = market_cap.checked_mul(&Decimal::from_scaled(i128::from(turnover), 6)?)?.round(0);
        Ok(Quote {
            asset_id: AssetId::parse(asset.id).map_err(|_| DecimalError::NotANumber)?,
            symbol: asset.symbol.to_owned(),
            name: asset.name.to_owned(),
            price,
            currency: Currency::default(),
            change_24h: Some(change),
            change_percent_24h: Some(percent),
            market_cap: Some(market_cap),
            volume_24h: Some(volume),
            rank: None,
            provider: PROVIDER,
            observed_at: DateTime::from_timestamp_millis(step * STEP_MS).unwrap_or(now),
            fetched_at: now,
            stale: false,
        })
    }
}

fn price_at(asset: &SimulatedAsset, walk: Walk, step: i64) -> Result<Decimal, DecimalError> {
    let (digits, scale) = asset.price;
    let millionths = i128::from(1_000_000 + walk.offset(step));
    Ok(Decimal::from_scaled(digits * millionths, scale + 6)?.round(asset.digits))
}

#[async_trait]
impl PriceFeed for SimulatedPriceFeed {
    async fn quotes(&self, assets: &[AssetId], currency: &Currency) -> Result<Vec<Quote>, PriceFeedError> {
        let mut quotes = self.board(currency)?;
        quotes.retain(|quote| assets.contains(&quote.asset_id));
        Ok(quotes)
    }

    async fn popular(&self, limit: u16, currency: &Currency) -> Result<Vec<Quote>, PriceFeedError> {
        let mut quotes = self.board(currency)?;
        quotes.truncate(usize::from(limit));
        Ok(quotes)
    }

    fn max_batch(&self) -> usize {
        250
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use chrono::TimeDelta;
    use rialto_testkit::FakeClock;

    use super::*;

    fn feed(seed: u64) -> (SimulatedPriceFeed, Arc<FakeClock>) {
        let clock = Arc::new(FakeClock::new());
        (SimulatedPriceFeed::new(seed, clock.clone()), clock)
    }

    fn decimal(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[tokio::test]
    async fn every_quote_says_that_it_is_simulated_and_has_all_its_parts() {
        let (feed, _) = feed(1);
        let quotes = feed.popular(250, &Currency::default()).await.unwrap();
        assert_eq!(quotes.len(), ASSETS.len());
        assert_eq!(quotes.iter().map(|quote| quote.asset_id.clone()).collect::<HashSet<_>>().len(), ASSETS.len());
        for quote in quotes {
            assert_eq!(quote.provider, "simulated");
            assert!(quote.price > Decimal::zero(), "{quote:?}");
            assert!(quote.volume_24h.unwrap() < quote.market_cap.unwrap(), "{}", quote.asset_id);
            assert!(quote.change_24h.is_some() && quote.change_percent_24h.is_some() && quote.rank.is_some());
        }
    }

    #[tokio::test]
    async fn two_simulations_of_one_seed_agree_and_a_step_lasts_two_seconds() {
        let ((one, clock), (two, _)) = (feed(1), feed(1));
        let bitcoin = [AssetId::parse("bitcoin").unwrap()];
        let usd = Currency::default();
        let first = one.quotes(&bitcoin, &usd).await.unwrap();
        assert_eq!(first, two.quotes(&bitcoin, &usd).await.unwrap());

        clock.advance(TimeDelta::milliseconds(1_999));
        assert_eq!(one.quotes(&bitcoin, &usd).await.unwrap()[0].price, first[0].price);
        clock.advance(TimeDelta::milliseconds(1));
        let next = one.quotes(&bitcoin, &usd).await.unwrap();
        assert_ne!(next[0].price, first[0].price);
        assert_eq!(next[0].observed_at - first[0].observed_at, TimeDelta::seconds(2));
    }

    #[tokio::test]
    async fn the_change_over_a_day_is_the_one_that_happened() {
        let (feed, clock) = feed(3);
        let yesterday = feed.popular(250, &Currency::default()).await.unwrap();
        clock.advance(TimeDelta::days(1));
        for today in feed.popular(250, &Currency::default()).await.unwrap() {
            let before = yesterday.iter().find(|quote| quote.asset_id == today.asset_id).unwrap();
            assert_eq!(today.change_24h.unwrap(), today.price.checked_sub(&before.price).unwrap());
        }
    }

    #[tokio::test]
    async fn prices_stay_near_their_start_and_stable_coins_within_a_thousandth() {
        let (feed, clock) = feed(4);
        for _ in 0..200 {
            clock.advance(TimeDelta::minutes(47));
            for quote in feed.board(&Currency::default()).unwrap() {
                let asset = ASSETS.iter().find(|asset| asset.id == quote.asset_id.as_str()).unwrap();
                let start = Decimal::from_scaled(asset.price.0, asset.price.1).unwrap();
                let part = quote.price.checked_div(&start).unwrap();
                let (low, high) = if asset.stable { ("0.999", "1.001") } else { ("0.93", "1.07") };
                assert!(part > decimal(low) && part < decimal(high), "{} {part}", asset.id);
            }
        }
    }

    #[tokio::test]
    async fn ranks_follow_market_capitalisation() {
        let (feed, _) = feed(5);
        let quotes = feed.popular(5, &Currency::default()).await.unwrap();
        assert_eq!(quotes[0].asset_id.as_str(), "bitcoin");
        assert_eq!(quotes.iter().map(|quote| quote.rank.unwrap()).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
        assert!(quotes.is_sorted_by(|a, b| a.market_cap >= b.market_cap));
    }

    #[tokio::test]
    async fn it_knows_dollars_only_and_leaves_unknown_assets_out() {
        let (feed, _) = feed(6);
        let eur = Currency::parse("eur").unwrap();
        assert!(matches!(feed.popular(1, &eur).await, Err(PriceFeedError::UnknownCurrency(c)) if c == eur));
        let unknown = [AssetId::parse("nocoin").unwrap()];
        assert_eq!(feed.quotes(&unknown, &Currency::default()).await.unwrap(), []);
    }
}
