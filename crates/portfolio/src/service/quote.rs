use super::PriceService;
use crate::model::{AssetId, Currency, Quote};
use crate::ports::PriceFeedError;

/// Why there is no price.
#[derive(Clone, Debug, thiserror::Error)]
pub enum QuoteError {
    /// The provider does not know the asset.
    #[error("no price provider knows the asset {0}")]
    UnknownAsset(AssetId),
    /// No answer in the time that was given.
    #[error("the price provider did not answer in time")]
    TimedOut,
    /// The provider gave nothing.
    #[error(transparent)]
    Feed(#[from] PriceFeedError),
}

impl PriceService {
    /// The price of one asset.
    ///
    /// # Errors
    /// See [`QuoteError`].
    pub async fn quote(&self, asset: &AssetId, currency: &Currency) -> Result<Quote, QuoteError> {
        let quotes = self.deps.feed.quotes(std::slice::from_ref(asset), currency).await?;
        quotes.into_iter().find(|quote| quote.asset_id == *asset).ok_or_else(|| QuoteError::UnknownAsset(asset.clone()))
    }

    /// The assets of greatest market capitalisation.
    ///
    /// # Errors
    /// See [`QuoteError`].
    pub async fn popular(&self, limit: u16, currency: &Currency) -> Result<Vec<Quote>, QuoteError> {
        Ok(self.deps.feed.popular(limit, currency).await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::fixtures::{Mocks, asset, quote_of};

    #[tokio::test]
    async fn an_asset_nobody_knows_has_no_price_rather_than_zero() {
        let mut mocks = Mocks::default();
        mocks.feed.expect_quotes().returning(|_, _| Ok(vec![]));
        let refusal = mocks.service().quote(&asset("nocoin"), &Currency::default()).await.unwrap_err();
        assert!(matches!(refusal, QuoteError::UnknownAsset(id) if id == asset("nocoin")));
    }

    #[tokio::test]
    async fn a_price_is_what_the_feed_says() {
        let mut mocks = Mocks::default();
        mocks.feed.expect_quotes().returning(|assets, _| Ok(assets.iter().map(quote_of).collect()));
        let quote = mocks.service().quote(&asset("bitcoin"), &Currency::default()).await.unwrap();
        assert_eq!(quote, quote_of(&asset("bitcoin")));
    }
}
