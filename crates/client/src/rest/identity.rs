use reqwest::Method;
use rialto_wire::identity::{
    GuestRequest, LoginRequest, RefreshRequest, RegisterRequest, SignedInView, TicketView, UpgradeRequest, UserView,
};
use rialto_wire::list::List;
use uuid::Uuid;

use super::Rest;
use crate::error::ClientError;

impl Rest {
    /// Makes an account.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn register(&self, username: &str, email: &str, password: &str) -> Result<SignedInView, ClientError> {
        let (username, email, password) = (username.into(), email.into(), password.into());
        self.register_with(&RegisterRequest { username, email, password, invitation: None }).await
    }

    /// Makes an account, by an invitation if the request holds one.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn register_with(&self, request: &RegisterRequest) -> Result<SignedInView, ClientError> {
        self.post("auth/register", request).await
    }

    /// Signs in.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn log_in(&self, login: &str, password: &str) -> Result<SignedInView, ClientError> {
        self.post("auth/login", &LoginRequest { login: login.into(), password: password.into() }).await
    }

    /// Comes in without an account.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn enter_as_guest(&self, name: &str) -> Result<SignedInView, ClientError> {
        self.post("auth/guest", &GuestRequest { name: name.into() }).await
    }

    /// Makes this guest a member; the answer holds the session's next tokens.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn upgrade(&self, request: &UpgradeRequest) -> Result<SignedInView, ClientError> {
        self.post("auth/upgrade", request).await
    }

    /// A ticket that signs one socket in: `<socket_url>?ticket=<ticket>`.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn ticket(&self) -> Result<TicketView, ClientError> {
        super::read(self.request(Method::POST, "auth/tickets").send().await?).await
    }

    /// Trades a refresh token for the next pair.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn refresh(&self, refresh_token: &str) -> Result<SignedInView, ClientError> {
        self.post("auth/refresh", &RefreshRequest { refresh_token: Some(refresh_token.into()) }).await
    }

    /// Ends this session.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn log_out(&self) -> Result<(), ClientError> {
        self.act(Method::POST, "auth/logout").await
    }

    /// Ends every session of this user.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn log_out_everywhere(&self) -> Result<(), ClientError> {
        self.act(Method::POST, "auth/logout-all").await
    }

    /// Who this is.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn me(&self) -> Result<UserView, ClientError> {
        self.get("auth/me").await
    }

    /// A user by id.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn user(&self, id: Uuid) -> Result<UserView, ClientError> {
        self.get(&format!("users/{id}")).await
    }

    /// Users whose username starts with `prefix`, guests left out; the first page.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn users(&self, prefix: &str) -> Result<List<UserView>, ClientError> {
        let request = self.request(Method::GET, "users").query(&[("query", prefix)]);
        super::read(request.send().await?).await
    }
}
