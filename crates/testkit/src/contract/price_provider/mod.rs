//! What every [`PriceProvider`] promises.

mod history;
mod popular;
mod quotes;
mod search;

use std::any::Any;
use std::collections::BTreeSet;
use std::sync::Arc;

use rialto_kernel::{Decimal, Instant};
use rialto_portfolio::{AssetId, Currency, Interval, PriceProvider, Quote};

pub use self::history::*;
pub use self::popular::*;
pub use self::quotes::*;
pub use self::search::*;

/// Runs the rules of [`PriceProvider`](rialto_portfolio::PriceProvider) on an adapter. The constructor is the
/// absolute path of an `async fn() -> `[`Provider`](crate::contract::price_provider::Provider).
#[macro_export]
macro_rules! price_provider_contract {
    ($name:ident, $new:path) => {
        $crate::contract_tests! { $name, $new, price_provider:
            it_says_its_name_in_every_quote,
            a_batch_has_room_for_one,
            a_known_asset_has_a_price_and_a_source,
            an_unknown_asset_is_left_out,
            a_batch_is_quoted_in_one_call,
            nothing_asked_is_nothing_quoted,
            every_currency_that_it_claims_is_priced,
            a_currency_that_it_does_not_know_is_told_so,
            popular_assets_come_greatest_first,
            popular_assets_are_limited,
            popular_assets_in_an_unknown_currency_are_refused,
            an_asset_is_found_by_its_id_its_symbol_and_its_name,
            the_most_fitting_comes_first,
            what_is_found_is_limited,
            a_query_that_nothing_matches_finds_nothing,
            any_character_may_be_searched_for,
            a_history_comes_in_order_and_each_interval_once,
            a_history_lies_within_its_span,
            an_interval_that_is_not_over_is_left_out,
            the_history_of_an_unknown_asset_is_empty,
            a_history_in_an_unknown_currency_is_refused,
            an_empty_span_has_an_empty_history,
        }
    };
}

/// A provider with what it is known to know.
pub struct Provider {
    /// The provider.
    pub provider: Arc<dyn PriceProvider>,
    /// What it offers: all else it must refuse.
    pub supports: Supports,
    /// At least three assets that it prices, all among its popular ones, no more than fit one call. The symbol of none
    /// begins that of another.
    pub known: Vec<AssetId>,
    /// An asset that it does not price.
    pub unknown: AssetId,
    /// A currency that it does not know.
    pub unknown_currency: Currency,
    /// What time it is for the provider.
    pub now: Instant,
    /// What must live as long: the server behind it.
    pub keep: Box<dyn Any + Send + Sync>,
}

/// What a provider offers.
#[derive(Clone, Debug)]
pub struct Supports {
    /// Currencies that it prices in; rules ask in the first.
    pub currencies: Vec<Currency>,
    /// Whether it lists popular assets.
    pub popular: bool,
    /// The intervals of its histories; of each it can tell at least three of the last five that are over.
    pub history: Vec<Interval>,
}

impl Supports {
    /// Everything, in these currencies.
    #[must_use]
    pub fn all_in(currencies: &[&str]) -> Self {
        let currencies = currencies.iter().map(|code| Currency::parse(code).unwrap()).collect();
        Self { currencies, popular: true, history: Interval::ALL.to_vec() }
    }
}

impl std::fmt::Debug for Provider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { supports, known, unknown, now, .. } = self;
        f.debug_struct("Provider")
            .field("name", &self.provider.name())
            .field("supports", supports)
            .field("known", known)
            .field("unknown", unknown)
            .field("now", now)
            .finish_non_exhaustive()
    }
}

impl Provider {
    fn currency(&self) -> &Currency {
        &self.supports.currencies[0]
    }

    async fn quotes(&self, assets: &[AssetId]) -> Vec<Quote> {
        self.provider.quotes(assets, self.currency()).await.unwrap()
    }

    async fn quote(&self, asset: &AssetId) -> Quote {
        let mut quotes = self.quotes(std::slice::from_ref(asset)).await;
        assert_eq!(quotes.len(), 1, "{asset}: {quotes:?}");
        quotes.remove(0)
    }

    fn assert_sound(&self, quote: &Quote) {
        assert!(quote.price > Decimal::zero(), "{quote:?}");
        assert!(self.supports.currencies.contains(&quote.currency), "{quote:?}");
        assert!(!quote.name.is_empty() && !quote.symbol.is_empty(), "{quote:?}");
        assert_eq!(quote.symbol, quote.symbol.to_lowercase());
        assert!(!quote.stale, "what was just fetched is not stale: {quote:?}");
        assert!(quote.conversion.is_empty(), "a provider says what it knows itself: {quote:?}");
        for size in [&quote.market_cap, &quote.volume_24h].into_iter().flatten() {
            assert!(!size.is_negative(), "{quote:?}");
        }
        assert_ne!(quote.rank, Some(0), "places count from 1");
    }
}

fn assets_of(quotes: &[Quote]) -> BTreeSet<AssetId> {
    quotes.iter().map(|quote| quote.asset_id.clone()).collect()
}
