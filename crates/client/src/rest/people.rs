use reqwest::Method;
use rialto_wire::identity::{BlockView, DeleteAccountRequest, UpdateProfileRequest, UserView};
use rialto_wire::list::List;
use uuid::Uuid;

use super::Rest;
use crate::error::ClientError;

impl Rest {
    /// Shows this user differently.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn update_profile(&self, request: &UpdateProfileRequest) -> Result<UserView, ClientError> {
        self.patch("users/me", request).await
    }

    /// Takes a picture as this user's: a PNG, JPEG, WebP or GIF.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn put_avatar(&self, picture: Vec<u8>) -> Result<UserView, ClientError> {
        super::read(self.request(Method::PUT, "users/me/avatar").body(picture).send().await?).await
    }

    /// Takes this user's picture away.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn delete_avatar(&self) -> Result<UserView, ClientError> {
        self.call(Method::DELETE, "users/me/avatar").await
    }

    /// Whom this user has blocked.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn blocks(&self, cursor: Option<&str>) -> Result<List<BlockView>, ClientError> {
        self.page("users/me/blocks", cursor).await
    }

    /// Blocks a user.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn block(&self, user_id: Uuid) -> Result<(), ClientError> {
        self.act(Method::PUT, &format!("users/me/blocks/{user_id}")).await
    }

    /// Lifts the block of a user.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn unblock(&self, user_id: Uuid) -> Result<(), ClientError> {
        self.act(Method::DELETE, &format!("users/me/blocks/{user_id}")).await
    }

    /// Deletes this user's account.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn delete_account(&self, request: &DeleteAccountRequest) -> Result<(), ClientError> {
        super::accepted(self.request(Method::DELETE, "users/me").json(request).send().await?).await.map(|_| ())
    }
}
