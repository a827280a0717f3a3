//! What every [`PriceFeed`] promises.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::future::join_all;
use rialto_kernel::{Clock, Decimal};
use rialto_portfolio::{
    AssetId, AssetQuery, Currency, Interval, PriceFeed, ProviderError, Quote, QuoteError, QuoteOutcome, Span,
};
use tokio::time::timeout;

/// Runs the rules of [`PriceFeed`](rialto_portfolio::PriceFeed) on an adapter. The constructor is the
/// absolute path of an `async fn() -> `[`Feed`](crate::contract::feed::Feed).
#[macro_export]
macro_rules! feed_contract {
    ($name:ident, $new:path) => {
        $crate::contract_tests! { $name, $new, feed:
            a_known_asset_has_a_price_that_says_whose_and_when,
            an_unknown_asset_is_told_so_and_keeps_no_other_from_its_price,
            every_asset_asked_for_has_one_outcome,
            nothing_asked_is_nothing_told,
            many_who_ask_at_once_are_all_answered,
            who_leaves_takes_nothing_from_the_others,
            an_unknown_currency_is_told_so,
            a_price_in_a_coin_agrees_with_the_coins_price,
            popular_assets_come_greatest_first,
            popular_assets_are_limited,
            a_search_finds_an_asset_by_its_id,
            a_search_for_what_nobody_has_finds_nothing,
            a_history_is_of_intervals_that_are_over_in_order,
            the_history_of_an_unknown_asset_is_told_so,
        }
    };
}

/// A feed whose providers all answer, with what they are known to know.
pub struct Feed {
    /// The feed.
    pub feed: Arc<dyn PriceFeed>,
    /// At least three assets that it prices, all among its popular ones, `bitcoin` the first of them.
    pub known: Vec<AssetId>,
    /// An asset that it does not price.
    pub unknown: AssetId,
    /// A currency to which no way leads.
    pub unknown_currency: Currency,
    /// What time it is to the feed.
    pub clock: Arc<dyn Clock>,
    /// What must live as long as the feed.
    pub keep: Box<dyn std::any::Any + Send>,
}

impl std::fmt::Debug for Feed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Feed").field("known", &self.known).field("unknown", &self.unknown).finish_non_exhaustive()
    }
}

const PATIENCE: Duration = Duration::from_secs(10);

impl Feed {
    async fn outcomes(&self, assets: Vec<AssetId>) -> Vec<QuoteOutcome> {
        let outcomes = self.feed.quotes(assets, Currency::default()).collect();
        timeout(PATIENCE, outcomes).await.expect("the outcomes come to an end")
    }

    async fn one(&self, asset: &AssetId, currency: &Currency) -> Result<Quote, QuoteError> {
        let mut outcomes = self.feed.quotes(vec![asset.clone()], currency.clone());
        let (said, outcome) = timeout(PATIENCE, outcomes.next()).await.unwrap().unwrap();
        assert_eq!(said, *asset);
        outcome
    }

    async fn popular(&self, limit: u16) -> Vec<Quote> {
        self.feed.popular(limit, &Currency::default()).await.unwrap()
    }

    fn assert_sound(&self, quote: &Quote, currency: &Currency) {
        assert!(quote.price > Decimal::zero(), "{quote:?}");
        assert_eq!(quote.currency, *currency);
        assert!(!quote.provider.is_empty() && !quote.name.is_empty() && !quote.symbol.is_empty(), "{quote:?}");
        assert!(!quote.stale, "what was just fetched is not stale: {quote:?}");
        let now = self.clock.now();
        assert!(quote.observed_at <= now && quote.fetched_at <= now, "{quote:?} at {now}");
        for size in [&quote.market_cap, &quote.volume_24h].into_iter().flatten() {
            assert!(!size.is_negative(), "{quote:?}");
        }
        if let (Some(first), Some(last)) = (quote.conversion.first(), quote.conversion.last()) {
            assert_ne!(first.from, last.to);
            assert_eq!(last.to, *currency, "the way leads to the currency asked for: {quote:?}");
            assert!(quote.conversion.windows(2).all(|steps| steps[0].to == steps[1].from), "{quote:?}");
        }
    }
}

fn assets_of(outcomes: &[QuoteOutcome]) -> BTreeSet<AssetId> {
    outcomes.iter().map(|(asset, _)| asset.clone()).collect()
}

/// A positive price in the currency asked for.
pub async fn a_known_asset_has_a_price_that_says_whose_and_when(feed: Feed) {
    for asset in &feed.known {
        let quote = feed.one(asset, &Currency::default()).await.unwrap();
        assert_eq!(quote.asset_id, *asset);
        feed.assert_sound(&quote, &Currency::default());
    }
}

/// Every time it is asked for.
pub async fn an_unknown_asset_is_told_so_and_keeps_no_other_from_its_price(feed: Feed) {
    for _ in 0..2 {
        let outcomes = feed.outcomes(vec![feed.unknown.clone(), feed.known[0].clone()]).await;
        assert_eq!(outcomes.len(), 2);
        for (asset, outcome) in outcomes {
            match outcome {
                Ok(quote) => assert_eq!((&quote.asset_id, &asset), (&feed.known[0], &feed.known[0])),
                Err(QuoteError::UnknownAsset(told)) => assert_eq!((&told, &asset), (&feed.unknown, &feed.unknown)),
                Err(error) => panic!("{asset}: {error}"),
            }
        }
    }
}

/// However often it is named.
pub async fn every_asset_asked_for_has_one_outcome(feed: Feed) {
    let twice = [feed.known.clone(), feed.known.clone()].concat();
    for _ in 0..2 {
        let outcomes = feed.outcomes(twice.clone()).await;
        assert_eq!(outcomes.len(), feed.known.len());
        assert_eq!(assets_of(&outcomes), feed.known.iter().cloned().collect());
        assert!(outcomes.iter().all(|(_, outcome)| outcome.is_ok()), "{outcomes:?}");
    }
}

/// At once.
pub async fn nothing_asked_is_nothing_told(feed: Feed) {
    assert!(feed.outcomes(Vec::new()).await.is_empty());
}

/// Each with all that it asked for.
pub async fn many_who_ask_at_once_are_all_answered(feed: Feed) {
    let asked = (0..200).map(|_| feed.outcomes(feed.known.clone()));
    for outcomes in join_all(asked).await {
        assert_eq!(outcomes.len(), feed.known.len());
        assert!(outcomes.iter().all(|(_, outcome)| outcome.is_ok()), "{outcomes:?}");
    }
}

/// Not even what it alone asked for first.
pub async fn who_leaves_takes_nothing_from_the_others(feed: Feed) {
    let leaving: Vec<_> = (0..20).map(|_| feed.feed.quotes(feed.known.clone(), Currency::default())).collect();
    let staying = feed.feed.quotes(feed.known.clone(), Currency::default());
    drop(leaving);
    let outcomes: Vec<_> = timeout(PATIENCE, staying.collect()).await.unwrap();
    assert_eq!(assets_of(&outcomes), feed.known.iter().cloned().collect());
    assert!(outcomes.iter().all(|(_, outcome)| outcome.is_ok()), "{outcomes:?}");
}

/// Of a known asset: it is not the asset that nobody knows.
pub async fn an_unknown_currency_is_told_so(feed: Feed) {
    let unknown = &feed.unknown_currency;
    let refusal = feed.one(&feed.known[0], unknown).await.unwrap_err();
    let told = matches!(&refusal, QuoteError::Provider(ProviderError::UnknownCurrency(told)) if told == unknown);
    assert!(told, "{refusal:?}");
    let refusal = feed.feed.popular(3, unknown).await.unwrap_err();
    assert!(matches!(&refusal, ProviderError::UnknownCurrency(told) if told == unknown), "{refusal:?}");
}

/// Within what prices move in a moment.
pub async fn a_price_in_a_coin_agrees_with_the_coins_price(feed: Feed) {
    let (usd, btc) = (Currency::default(), Currency::parse("btc").unwrap());
    let bitcoin = feed.one(&AssetId::parse("bitcoin").unwrap(), &usd).await.unwrap();
    for asset in &feed.known {
        let in_usd = feed.one(asset, &usd).await.unwrap();
        let in_btc = feed.one(asset, &btc).await.unwrap();
        feed.assert_sound(&in_btc, &btc);
        let back = in_btc.price.checked_mul(&bitcoin.price).unwrap();
        let part = back.checked_div(&in_usd.price).unwrap();
        assert!(part > "0.95".parse().unwrap() && part < "1.05".parse().unwrap(), "{in_btc:?} {in_usd:?}");
    }
}

/// By market capitalisation, each once.
pub async fn popular_assets_come_greatest_first(feed: Feed) {
    let quotes = feed.popular(100).await;
    quotes.iter().for_each(|quote| feed.assert_sound(quote, &Currency::default()));
    let sizes: Vec<&Decimal> = quotes.iter().filter_map(|quote| quote.market_cap.as_ref()).collect();
    assert!(sizes.is_sorted_by(|a, b| a >= b), "{sizes:?}");
    let listed: BTreeSet<_> = quotes.iter().map(|quote| quote.asset_id.clone()).collect();
    assert_eq!(listed.len(), quotes.len());
    assert!(feed.known.iter().all(|asset| listed.contains(asset)), "{listed:?}");
}

/// The first so many, not any so many, whichever was asked for first.
pub async fn popular_assets_are_limited(feed: Feed) {
    let ids = |quotes: Vec<Quote>| quotes.into_iter().map(|quote| quote.asset_id).collect::<Vec<_>>();
    let two = ids(feed.popular(2).await);
    let all = ids(feed.popular(100).await);
    assert_eq!(two, all[..2]);
    for limit in [1, 2, 3] {
        assert_eq!(ids(feed.popular(limit).await), all[..usize::from(limit)]);
    }
}

/// In any letter case.
pub async fn a_search_finds_an_asset_by_its_id(feed: Feed) {
    for asset in &feed.known {
        for text in [asset.as_str().to_owned(), asset.as_str().to_uppercase()] {
            let found = feed.feed.search(&AssetQuery::parse(&text).unwrap(), 10).await.unwrap().assets;
            assert!(found.iter().any(|found| found.id == *asset), "{text}: {found:?}");
        }
    }
}

/// Which is no error.
pub async fn a_search_for_what_nobody_has_finds_nothing(feed: Feed) {
    let nothing = AssetQuery::parse("no such thing anywhere").unwrap();
    assert_eq!(feed.feed.search(&nothing, 10).await.unwrap().assets, []);
}

/// Each once, and none that is not.
pub async fn a_history_is_of_intervals_that_are_over_in_order(feed: Feed) {
    let now = feed.clock.now();
    for interval in [Interval::Hour, Interval::Day] {
        let span = Span { from: interval.start_of(now - interval.length() * 5), to: now, interval };
        let asked = feed.feed.history(&feed.known[0], &Currency::default(), &span).await;
        let points = asked.unwrap();
        assert!(!points.is_empty() && points.len() <= 5, "{points:?}");
        assert!(points.is_sorted_by(|a, b| a.at < b.at), "{points:?}");
        for point in &points {
            assert!(point.at >= span.from && point.at + interval.length() <= now, "{point:?}");
            assert_eq!(point.at, interval.start_of(point.at));
            assert_eq!((&point.asset_id, &point.currency), (&feed.known[0], &Currency::default()));
            assert!(point.price > Decimal::zero(), "{point:?}");
        }
    }
}

/// Rather than that it was worth nothing.
pub async fn the_history_of_an_unknown_asset_is_told_so(feed: Feed) {
    let (now, interval) = (feed.clock.now(), Interval::Day);
    let span = Span { from: interval.start_of(now - interval.length() * 5), to: now, interval };
    let refusal = feed.feed.history(&feed.unknown, &Currency::default(), &span).await.unwrap_err();
    assert!(matches!(&refusal, QuoteError::UnknownAsset(told) if *told == feed.unknown), "{refusal:?}");
}
