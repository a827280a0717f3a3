use futures_util::StreamExt;

use super::PriceService;
use crate::model::{AssetId, Currency, Quote};
use crate::ports::{ProviderError, QuoteError};

impl PriceService {
    /// The price of one asset.
    ///
    /// # Errors
    /// See [`QuoteError`].
    pub async fn quote(&self, asset: &AssetId, currency: &Currency) -> Result<Quote, QuoteError> {
        let mut outcomes = self.deps.feed.quotes(vec![asset.clone()], currency.clone());
        outcomes.next().await.map_or_else(|| Err(QuoteError::UnknownAsset(asset.clone())), |(_, outcome)| outcome)
    }

    /// The assets of greatest market capitalisation.
    ///
    /// # Errors
    /// See [`ProviderError`].
    pub async fn popular(&self, limit: u16, currency: &Currency) -> Result<Vec<Quote>, ProviderError> {
        self.deps.feed.popular(limit, currency).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::fixtures::{Mocks, asset, known, quote_of};

    #[tokio::test]
    async fn an_asset_nobody_knows_has_no_price_rather_than_zero() {
        let mut mocks = Mocks::default();
        mocks.feed.expect_quotes().returning(|assets, _| known(assets, |_| None));
        let refusal = mocks.service().quote(&asset("nocoin"), &Currency::default()).await.unwrap_err();
        assert!(matches!(refusal, QuoteError::UnknownAsset(id) if id == asset("nocoin")));
    }

    #[tokio::test]
    async fn a_price_is_what_the_feed_says() {
        let mut mocks = Mocks::default();
        mocks.feed.expect_quotes().returning(|assets, _| known(assets, |asset| Some(quote_of(asset))));
        let quote = mocks.service().quote(&asset("bitcoin"), &Currency::default()).await.unwrap();
        assert_eq!(quote, quote_of(&asset("bitcoin")));
    }
}
