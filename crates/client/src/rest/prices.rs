use reqwest::Method;
use rialto_wire::list::List;
use rialto_wire::prices::{
    AssetView, BulkQuotesRequest, BulkQuotesView, CacheStatsView, HistoryView, ProviderView, QuoteView,
    ValuationRequest, ValuationView, WatchedView,
};

use super::Rest;
use crate::error::ClientError;

impl Rest {
    /// The price of one asset, by its id or another name.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn quote(&self, name: &str) -> Result<QuoteView, ClientError> {
        self.get(&format!("crypto/{name}")).await
    }

    /// The same in another currency than US dollars.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn quote_in(&self, name: &str, currency: &str) -> Result<QuoteView, ClientError> {
        self.get(&format!("crypto/{name}?currency={currency}")).await
    }

    /// The assets of greatest market capitalisation.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn popular(&self, limit: u16) -> Result<List<QuoteView>, ClientError> {
        self.get(&format!("crypto/popular?limit={limit}")).await
    }

    /// Many prices at once.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn bulk_quotes(&self, request: &BulkQuotesRequest) -> Result<BulkQuotesView, ClientError> {
        self.post("crypto/bulk", request).await
    }

    /// What holdings are worth now.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn value(&self, request: &ValuationRequest) -> Result<ValuationView, ClientError> {
        self.post("crypto/portfolio", request).await
    }

    /// Assets by name, symbol or id.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn search_assets(&self, query: &str) -> Result<List<AssetView>, ClientError> {
        super::read(self.request(Method::GET, "crypto/search").query(&[("q", query)]).send().await?).await
    }

    /// Closing prices between two instants, each `interval` apart: `5m`, `1h` or `1d`.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn history(&self, name: &str, interval: &str, from: &str, to: &str) -> Result<HistoryView, ClientError> {
        let request = self.request(Method::GET, &format!("crypto/{name}/history"));
        super::read(request.query(&[("interval", interval), ("from", from), ("to", to)]).send().await?).await
    }

    /// How the providers do.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn providers(&self) -> Result<List<ProviderView>, ClientError> {
        self.get("crypto/providers").await
    }

    /// How the cache of prices does.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn price_cache(&self) -> Result<CacheStatsView, ClientError> {
        self.get("crypto/cache/stats").await
    }

    /// Empties the cache of prices; for admins.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn clear_price_cache(&self) -> Result<(), ClientError> {
        self.act(Method::DELETE, "crypto/cache").await
    }

    /// The assets one follows.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn watchlist(&self) -> Result<List<WatchedView>, ClientError> {
        self.get("watchlist").await
    }

    /// Follows an asset.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn watch(&self, name: &str) -> Result<(), ClientError> {
        self.act(Method::PUT, &format!("watchlist/{name}")).await
    }

    /// Follows an asset no longer.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn unwatch(&self, name: &str) -> Result<(), ClientError> {
        self.act(Method::DELETE, &format!("watchlist/{name}")).await
    }
}
