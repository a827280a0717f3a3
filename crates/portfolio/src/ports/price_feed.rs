use std::pin::Pin;
use std::sync::Arc;

use async_trait::async_trait;
use futures_core::Stream;

use super::ProviderError;
use crate::model::{Asset, AssetId, AssetQuery, Currency, PricePoint, Quote, Span};

/// All providers together, with what is remembered of them: what the services ask.
#[cfg_attr(any(test, feature = "mocks"), mockall::automock)]
#[async_trait]
pub trait PriceFeed: Send + Sync {
    /// What is known of each of these assets, each once, as soon as it is known: what is remembered at once, the rest
    /// as answers come. A price is never left out because another is not to be had.
    fn quotes(&self, assets: Vec<AssetId>, currency: Currency) -> QuoteOutcomes;

    /// The price that [`Self::quotes`] would give of this asset at once and without asking anybody, unless it is stale.
    fn at_hand(&self, asset: &AssetId, currency: &Currency) -> Option<Arc<Quote>>;

    /// The `limit` assets of greatest market capitalisation, greatest first.
    ///
    /// # Errors
    /// See [`ProviderError`].
    async fn popular(&self, limit: u16, currency: &Currency) -> Result<Vec<Quote>, ProviderError>;

    /// Assets whose name, symbol or id matches, the most fitting first.
    ///
    /// # Errors
    /// See [`ProviderError`].
    async fn search(&self, query: &AssetQuery, limit: u16) -> Result<Found, ProviderError>;

    /// Closing prices of the intervals that begin within `span` and are over, in order of time. It may begin later
    /// than asked, where no provider keeps more.
    ///
    /// # Errors
    /// See [`QuoteError`].
    async fn history(&self, asset: &AssetId, currency: &Currency, span: &Span) -> Result<Vec<PricePoint>, QuoteError>;
}

/// What a search found.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// The most fitting first.
    pub assets: Vec<Asset>,
    /// Why there may be more, or more fitting ones: a provider that is asked before the one that found these gave
    /// nothing. A list with such a reason is good to show, and no proof that nothing else has a name.
    pub missed: Option<ProviderError>,
}

/// What is known of an asset: its price, or why there is none.
pub type QuoteOutcome = (AssetId, Result<Quote, QuoteError>);

/// Outcomes as they come.
pub type QuoteOutcomes = Pin<Box<dyn Stream<Item = QuoteOutcome> + Send>>;

/// Why there is no price.
#[derive(Clone, Debug, thiserror::Error)]
pub enum QuoteError {
    /// All providers answered, and none knows the asset.
    #[error("no price provider knows the asset {0}")]
    UnknownAsset(AssetId),
    /// No answer in the time that was given.
    #[error("the price provider did not answer in time")]
    TimedOut,
    /// A provider that might know it gave nothing.
    #[error(transparent)]
    Provider(#[from] ProviderError),
}
