use std::sync::Arc;

use futures_util::StreamExt;

use super::PriceService;
use crate::model::{Asset, AssetId, AssetQuery, Currency, Quote, alias_of};
use crate::ports::{Found, ProviderError, QuoteError};

/// How many assets that share a ticker are named.
const CANDIDATES_MAX: u16 = 10;

/// Why a name leads to no price.
#[derive(Clone, Debug, thiserror::Error)]
pub enum FindQuoteError {
    /// Several assets have this ticker: one of their ids is needed.
    #[error("{} assets have the ticker {name}; name one by its id", candidates.len())]
    Ambiguous {
        /// As it was asked for.
        name: AssetId,
        /// Those that have it, the greatest first.
        candidates: Vec<Asset>,
    },
    /// There is no price.
    #[error(transparent)]
    Quote(#[from] QuoteError),
}

impl PriceService {
    /// The asset that is meant by a name: what the name stands for if it is a well-known alias such as `bnb`, else
    /// the asset of that id.
    #[must_use]
    pub fn asset_named(name: &AssetId) -> AssetId {
        alias_of(name.as_str()).unwrap_or_else(|| name.clone())
    }

    /// The price of the asset that is meant by a name: an id, an alias, or a ticker that only one asset has.
    ///
    /// # Errors
    /// See [`FindQuoteError`].
    pub async fn find_quote(&self, name: &AssetId, currency: &Currency) -> Result<Quote, FindQuoteError> {
        let asset = Self::asset_named(name);
        match self.quote(&asset, currency).await {
            Err(QuoteError::UnknownAsset(_)) => {}
            outcome => return Ok(outcome?),
        }
        let Found { assets: mut candidates, missed } = self.assets_with_ticker(name).await?;
        if candidates.len() > 1 {
            return Err(FindQuoteError::Ambiguous { name: name.clone(), candidates });
        }
        match (missed, candidates.pop()) {
            // Another may have the ticker too: the one that was found would be a guess.
            (Some(missed), _) => Err(QuoteError::from(missed).into()),
            (None, Some(only)) => Ok(self.quote(&only.id, currency).await?),
            (None, None) => Err(QuoteError::UnknownAsset(name.clone()).into()),
        }
    }

    /// The price of one asset.
    ///
    /// # Errors
    /// See [`QuoteError`].
    pub async fn quote(&self, asset: &AssetId, currency: &Currency) -> Result<Quote, QuoteError> {
        let mut outcomes = self.deps.feed.quotes(vec![asset.clone()], currency.clone());
        outcomes.next().await.map_or_else(|| Err(QuoteError::UnknownAsset(asset.clone())), |(_, outcome)| outcome)
    }

    /// The price of one asset, if it is fresh and nobody needs to be asked.
    #[must_use]
    pub fn at_hand(&self, asset: &AssetId, currency: &Currency) -> Option<Arc<Quote>> {
        self.deps.feed.at_hand(asset, currency)
    }

    /// Whether an asset may have a price in a currency: it has one, or those who could tell do not answer now. For whoever
    /// keeps the two for later, so that a slip is told at once.
    ///
    /// # Errors
    /// `UnknownAsset`, or a `Provider` error that no other time would cure, such as an unknown currency.
    pub async fn check_priced(&self, asset: &AssetId, currency: &Currency) -> Result<(), QuoteError> {
        match self.quote(asset, currency).await {
            Err(QuoteError::UnknownAsset(asset)) => Err(QuoteError::UnknownAsset(asset)),
            Err(QuoteError::Provider(error)) if !error.is_passing() => Err(error.into()),
            Ok(_) | Err(QuoteError::TimedOut | QuoteError::Provider(_)) => Ok(()),
        }
    }

    async fn assets_with_ticker(&self, name: &AssetId) -> Result<Found, QuoteError> {
        let Ok(query) = AssetQuery::parse(name.as_str()) else { return Ok(Found::default()) };
        let mut found = match self.deps.feed.search(&query, CANDIDATES_MAX).await {
            Ok(found) => found,
            // Nobody can be asked by name: what the id led to stands.
            Err(ProviderError::Unsupported) => Found::default(),
            Err(error) => return Err(error.into()),
        };
        found.assets.retain(|asset| asset.symbol == name.as_str());
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::fixtures::{Mocks, asset, known, quote_of};

    fn listed(id: &str, symbol: &str) -> Asset {
        Asset { id: asset(id), symbol: symbol.to_owned(), name: id.to_owned(), rank: None }
    }

    /// A feed that prices these ids, and in which these assets have the ticker `abc`.
    fn feed(ids: &'static [&'static str], with_ticker: &'static [&'static str]) -> Mocks {
        let mut mocks = Mocks::default();
        let price = move |id: &AssetId| ids.contains(&id.as_str()).then(|| quote_of(id));
        mocks.feed.expect_quotes().returning(move |assets, _| known(assets, price));
        let mut found: Vec<_> = with_ticker.iter().map(|id| listed(id, "abc")).collect();
        found.push(listed("abc-network", "abn"));
        mocks.feed.expect_search().returning(move |_, _| Ok(Found { assets: found.clone(), missed: None }));
        mocks
    }

    /// As before, while a provider that may know of more assets fails.
    fn feed_that_missed_some(ids: &'static [&'static str], with_ticker: &'static [&'static str]) -> Mocks {
        let mut mocks = Mocks::default();
        let price = move |id: &AssetId| ids.contains(&id.as_str()).then(|| quote_of(id));
        mocks.feed.expect_quotes().returning(move |assets, _| known(assets, price));
        let assets: Vec<_> = with_ticker.iter().map(|id| listed(id, "abc")).collect();
        let missed = Some(ProviderError::RateLimited { retry_after: None });
        mocks.feed.expect_search().returning(move |_, _| Ok(Found { assets: assets.clone(), missed: missed.clone() }));
        mocks
    }

    async fn found(mocks: Mocks, name: &str) -> Result<AssetId, FindQuoteError> {
        mocks.service().find_quote(&asset(name), &Currency::default()).await.map(|quote| quote.asset_id)
    }

    #[tokio::test]
    async fn an_asset_nobody_knows_has_no_price_rather_than_zero() {
        let refusal = found(feed(&[], &[]), "nocoin").await.unwrap_err();
        assert!(matches!(refusal, FindQuoteError::Quote(QuoteError::UnknownAsset(id)) if id == asset("nocoin")));
    }

    #[tokio::test]
    async fn a_price_is_what_the_feed_says() {
        assert_eq!(found(feed(&["bitcoin"], &[]), "bitcoin").await.unwrap(), asset("bitcoin"));
    }

    #[tokio::test]
    async fn an_alias_stands_for_its_asset() {
        assert_eq!(found(feed(&["binancecoin"], &[]), "bnb").await.unwrap(), asset("binancecoin"));
    }

    #[tokio::test]
    async fn a_ticker_that_one_asset_has_means_that_one() {
        assert_eq!(found(feed(&["abc-coin"], &["abc-coin"]), "abc").await.unwrap(), asset("abc-coin"));
    }

    #[tokio::test]
    async fn a_ticker_that_several_assets_share_is_answered_with_them_and_never_with_a_guess() {
        let refusal = found(feed(&["abc-one", "abc-two"], &["abc-one", "abc-two"]), "abc").await.unwrap_err();
        let FindQuoteError::Ambiguous { candidates, .. } = refusal else { panic!("{refusal:?}") };
        let ids: Vec<_> = candidates.iter().map(|asset| asset.id.as_str()).collect();
        assert_eq!(ids, ["abc-one", "abc-two"]);
    }

    #[tokio::test]
    async fn what_nobody_prices_is_told_before_it_is_kept_and_what_nobody_can_tell_is_not_in_the_way() {
        let usd = Currency::default();
        assert!(feed(&["bitcoin"], &[]).service().check_priced(&asset("bitcoin"), &usd).await.is_ok());
        assert!(feed(&[], &[]).service().check_priced(&asset("nocoin"), &usd).await.is_err());
        for (error, is_fine) in [
            (ProviderError::RateLimited { retry_after: None }, true),
            (ProviderError::UnknownCurrency(usd.clone()), false),
        ] {
            let mut mocks = Mocks::default();
            mocks.feed.expect_quotes().returning(move |assets, _| {
                let outcome = (assets[0].clone(), Err(QuoteError::Provider(error.clone())));
                Box::pin(futures_util::stream::iter([outcome]))
            });
            assert_eq!(mocks.service().check_priced(&asset("bitcoin"), &usd).await.is_ok(), is_fine);
        }
    }

    #[tokio::test]
    async fn a_ticker_is_never_taken_for_the_only_one_found_while_others_may_have_it() {
        for with_ticker in [&["abc-coin"] as &[_], &[]] {
            let refusal = found(feed_that_missed_some(&["abc-coin"], with_ticker), "abc").await.unwrap_err();
            let told =
                matches!(refusal, FindQuoteError::Quote(QuoteError::Provider(ProviderError::RateLimited { .. })));
            assert!(told, "{refusal:?}");
        }
        let refusal = found(feed_that_missed_some(&[], &["abc-one", "abc-two"]), "abc").await.unwrap_err();
        assert!(matches!(refusal, FindQuoteError::Ambiguous { .. }));
    }

    #[tokio::test]
    async fn what_is_found_is_listed_though_there_may_be_more() {
        let service = feed_that_missed_some(&[], &["abc-coin"]).service();
        let query = AssetQuery::parse("abc").unwrap();
        assert_eq!(service.search(&query, 5).await.unwrap(), [listed("abc-coin", "abc")]);
    }

    #[tokio::test]
    async fn an_id_goes_before_a_ticker() {
        assert_eq!(found(feed(&["abc", "abc-coin"], &["abc-coin"]), "abc").await.unwrap(), asset("abc"));
    }
}
