use rialto_wire::list::List;
use rialto_wire::prices::{BulkQuotesRequest, BulkQuotesView, QuoteView};

use super::Rest;
use crate::error::ClientError;

impl Rest {
    /// The price of one asset.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn quote(&self, asset_id: &str) -> Result<QuoteView, ClientError> {
        self.get(&format!("crypto/{asset_id}")).await
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
}
