use super::PriceService;
use crate::model::{Asset, AssetQuery, Currency, Quote};
use crate::ports::ProviderError;

impl PriceService {
    /// The assets of greatest market capitalisation.
    ///
    /// # Errors
    /// See [`ProviderError`].
    pub async fn popular(&self, limit: u16, currency: &Currency) -> Result<Vec<Quote>, ProviderError> {
        self.deps.feed.popular(limit, currency).await
    }

    /// Assets whose name, symbol or id matches, the most fitting first; those that are to be had now.
    ///
    /// # Errors
    /// See [`ProviderError`].
    pub async fn search(&self, query: &AssetQuery, limit: u16) -> Result<Vec<Asset>, ProviderError> {
        Ok(self.deps.feed.search(query, limit).await?.assets)
    }
}
