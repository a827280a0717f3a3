//! What every [`PriceFeed`] promises.

use std::collections::BTreeSet;
use std::sync::Arc;

use futures_util::StreamExt;
use rialto_kernel::Decimal;
use rialto_portfolio::{AssetId, Currency, PriceFeed, Quote};

/// Runs the rules of [`PriceFeed`](rialto_portfolio::PriceFeed) on an adapter. The constructor is the
/// absolute path of an `async fn() -> `[`Feed`](crate::contract::price_feed::Feed).
#[macro_export]
macro_rules! price_feed_contract {
    ($name:ident, $new:path) => {
        $crate::contract_tests! { $name, $new, price_feed:
            a_known_asset_has_a_price_and_a_source,
            an_unknown_asset_is_left_out,
            a_batch_is_quoted_in_one_call,
            nothing_asked_is_nothing_quoted,
            popular_assets_come_greatest_first,
            popular_assets_are_limited,
        }
    };
}

/// A feed with what it is known to know.
pub struct Feed {
    /// The feed.
    pub feed: Arc<dyn PriceFeed>,
    /// At least three assets that it prices, all among its popular ones, no more than fit one call.
    pub known: Vec<AssetId>,
    /// An asset that it does not price.
    pub unknown: AssetId,
}

impl std::fmt::Debug for Feed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Feed").field("known", &self.known).field("unknown", &self.unknown).finish_non_exhaustive()
    }
}

impl Feed {
    async fn quotes(&self, assets: &[AssetId]) -> Vec<Quote> {
        let outcomes: Vec<_> = self.feed.quotes(assets.to_vec(), Currency::default()).collect().await;
        outcomes.into_iter().filter_map(|(_, outcome)| outcome.ok()).collect()
    }

    async fn popular(&self, limit: u16) -> Vec<Quote> {
        self.feed.popular(limit, &Currency::default()).await.unwrap()
    }
}

fn assets_of(quotes: &[Quote]) -> BTreeSet<AssetId> {
    quotes.iter().map(|quote| quote.asset_id.clone()).collect()
}

fn assert_sound(quote: &Quote) {
    assert!(quote.price > Decimal::zero(), "{quote:?}");
    assert_eq!(quote.currency, Currency::default());
    assert!(!quote.provider.is_empty() && !quote.name.is_empty() && !quote.symbol.is_empty(), "{quote:?}");
    assert_eq!(quote.symbol, quote.symbol.to_lowercase());
    assert!(!quote.stale, "what was just fetched is not stale: {quote:?}");
    for size in [&quote.market_cap, &quote.volume_24h].into_iter().flatten() {
        assert!(!size.is_negative(), "{quote:?}");
    }
    assert_ne!(quote.rank, Some(0), "places count from 1");
}

/// A positive price in the currency asked for, with who says so.
pub async fn a_known_asset_has_a_price_and_a_source(feed: Feed) {
    for asset in &feed.known {
        let quotes = feed.quotes(std::slice::from_ref(asset)).await;
        let [quote] = &*quotes else { panic!("one quote for {asset}, not {quotes:?}") };
        assert_eq!(&quote.asset_id, asset);
        assert_sound(quote);
    }
}

/// Neither an error nor a price of zero, and the others are quoted.
pub async fn an_unknown_asset_is_left_out(feed: Feed) {
    assert_eq!(feed.quotes(std::slice::from_ref(&feed.unknown)).await, []);
    let mixed = [feed.unknown.clone(), feed.known[0].clone()];
    assert_eq!(assets_of(&feed.quotes(&mixed).await), BTreeSet::from([feed.known[0].clone()]));
}

/// Every asset of it once.
pub async fn a_batch_is_quoted_in_one_call(feed: Feed) {
    let quotes = feed.quotes(&feed.known).await;
    assert_eq!(quotes.len(), feed.known.len());
    assert_eq!(assets_of(&quotes), feed.known.iter().cloned().collect());
    quotes.iter().for_each(assert_sound);
}

/// And asking for nothing is no error.
pub async fn nothing_asked_is_nothing_quoted(feed: Feed) {
    assert_eq!(feed.quotes(&[]).await, []);
}

/// By market capitalisation, and the places say the same where they are known.
pub async fn popular_assets_come_greatest_first(feed: Feed) {
    let quotes = feed.popular(100).await;
    quotes.iter().for_each(assert_sound);
    let ranks: Vec<u32> = quotes.iter().filter_map(|quote| quote.rank).collect();
    assert!(ranks.is_sorted_by(|a, b| a < b), "{ranks:?}");
    let sizes: Vec<&Decimal> = quotes.iter().filter_map(|quote| quote.market_cap.as_ref()).collect();
    assert!(sizes.is_sorted_by(|a, b| a >= b), "{sizes:?}");
    let listed = assets_of(&quotes);
    assert_eq!(listed.len(), quotes.len(), "every asset is listed once");
    assert!(feed.known.iter().all(|asset| listed.contains(asset)), "{listed:?}");
}

/// The first so many, not any so many.
pub async fn popular_assets_are_limited(feed: Feed) {
    let all: Vec<_> = feed.popular(100).await.into_iter().map(|quote| quote.asset_id).collect();
    for limit in [1, 2, 3] {
        let some: Vec<_> = feed.popular(limit).await.into_iter().map(|quote| quote.asset_id).collect();
        assert_eq!(some, all[..usize::from(limit)]);
    }
}
