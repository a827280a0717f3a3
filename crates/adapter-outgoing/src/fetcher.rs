//! Pictures that lie elsewhere.

use async_trait::async_trait;
use rialto_identity::{FetchPictureError, Picture, PictureAddress, PictureFetcher};

use crate::caller::{CallError, Caller, OutgoingSettings, SetupError};

/// [`PictureFetcher`] over HTTP and HTTPS.
pub struct OutgoingPictureFetcher {
    caller: Caller,
}

impl OutgoingPictureFetcher {
    /// A fetcher with these bounds.
    ///
    /// # Errors
    /// When the HTTP client cannot be set up.
    pub fn new(settings: OutgoingSettings) -> Result<Self, SetupError> {
        Ok(Self { caller: Caller::new(settings)? })
    }
}

#[async_trait]
impl PictureFetcher for OutgoingPictureFetcher {
    async fn fetch(&self, address: &PictureAddress) -> Result<Vec<u8>, FetchPictureError> {
        let accept = "image/png, image/jpeg, image/webp, image/gif";
        self.caller.get(address.as_str(), accept, Picture::MAX_BYTES).await.map_err(|error| {
            tracing::debug!(error = &error as &dyn std::error::Error, "a picture was not loaded");
            match error {
                CallError::TooLarge => FetchPictureError::TooLarge,
                // Which it was would tell a stranger what there is in our own network.
                CallError::NotTheWeb
                | CallError::NotPublic
                | CallError::TooManyRedirects
                | CallError::Status(_)
                | CallError::TimedOut
                | CallError::Failed(_) => FetchPictureError::Unreachable,
            }
        })
    }
}
