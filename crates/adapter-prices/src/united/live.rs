//! Prices that come by themselves.

use std::pin::Pin;
use std::sync::Arc;

use futures_core::Stream;
use futures_util::StreamExt;
use rialto_portfolio::{Currency, PriceProvider, Quote};

use super::convert::Rate;
use super::{Core, UnitedPriceFeed};

/// Quotes as a provider's socket gives them.
pub type LiveQuotes = Pin<Box<dyn Stream<Item = Quote> + Send>>;

impl UnitedPriceFeed {
    /// The quotes of a provider's socket as this feed gives prices: in the default currency, none that is not
    /// believed, none that is older than the one before it, each kept like one that was fetched. Quotes of a provider that is
    /// not among the feed's are dropped.
    #[must_use]
    pub fn live(&self, quotes: LiveQuotes) -> LiveQuotes {
        let core = Arc::clone(&self.core);
        Box::pin(quotes.filter_map(move |quote| {
            let core = Arc::clone(&core);
            async move { core.take_live(quote).await }
        }))
    }
}

impl Core {
    async fn take_live(&self, quote: Quote) -> Option<Quote> {
        let source = self.sources.iter().position(|source| source.provider.name() == quote.provider)?;
        let usd = Currency::default();
        let rate: Rate = self.rate(&quote.currency, &usd, source).await.ok()?;
        let quote = rate.quote(quote, &usd)?;
        let key = (quote.asset_id.clone(), usd);
        let quote = match self.shelf.usable(&key, self.clock.now()) {
            // A socket tells prices alone; what it leaves out was true a moment ago.
            Some(held) => Quote {
                market_cap: quote.market_cap.or_else(|| held.market_cap.clone()),
                rank: quote.rank.or(held.rank),
                ..quote
            },
            None => quote,
        };
        let quote = self.accept(source, &key, quote, self.clock.now()).ok()?;
        Some((*quote).clone())
    }
}
