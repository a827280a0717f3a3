use std::time::Duration;

use reqwest::Method;
use rialto_wire::identity::{
    ApiTokenView, ChangePasswordRequest, CreateApiTokenRequest, ForgotPasswordRequest, GuestRequest,
    IssuedApiTokenView, LoginRequest, RefreshRequest, RegisterRequest, ResetPasswordRequest, SessionView, SignedInView,
    TicketView, UpgradeRequest, UserView,
};
use rialto_wire::list::List;
use uuid::Uuid;

use super::Rest;
use crate::error::ClientError;

/// Before each further attempt at a refresh.
const REFRESH_PAUSES: [Duration; 2] = [Duration::from_millis(200), Duration::from_millis(1_000)];

/// A key for one refresh and its repetitions. Where the system gives no random numbers it is empty, and the server refuses
/// it rather than that somebody guesses it.
pub fn retry_key() -> String {
    let mut bits = [0; 16];
    match getrandom::fill(&mut bits) {
        Ok(()) => bits.iter().map(|byte| format!("{byte:02x}")).collect(),
        Err(_) => String::new(),
    }
}

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
        let (login, password) = (login.into(), password.into());
        self.post("auth/login", &LoginRequest { login, password, code: None }).await
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

    /// Trades a refresh token for the next pair. If no answer comes it asks again a few times, in a way that does not end
    /// the session should the server have traded the token already.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn refresh(&self, refresh_token: &str) -> Result<SignedInView, ClientError> {
        let key = retry_key();
        let mut pauses = REFRESH_PAUSES.into_iter();
        loop {
            let answer = self.refresh_with_key(refresh_token, &key).await;
            match (answer, pauses.next()) {
                (Err(error), Some(pause)) if error.may_be_lost() => tokio::time::sleep(pause).await,
                (answer, _) => return answer,
            }
        }
    }

    /// Trades a refresh token for the next pair, once. Whoever hears no answer asks again with the same token and the same
    /// key, 16 to 200 visible ASCII characters that nobody can guess; but no more once an answer's token was used.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn refresh_with_key(&self, refresh_token: &str, key: &str) -> Result<SignedInView, ClientError> {
        let body = RefreshRequest { refresh_token: Some(refresh_token.into()) };
        let request = self.request(Method::POST, "auth/refresh").header("idempotency-key", key).json(&body);
        super::read(request.send().await?).await
    }

    /// One's live sessions, the one used last first.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn sessions(&self) -> Result<List<SessionView>, ClientError> {
        self.get("auth/sessions").await
    }

    /// Ends one of one's sessions.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn end_session(&self, id: Uuid) -> Result<(), ClientError> {
        self.act(Method::DELETE, &format!("auth/sessions/{id}")).await
    }

    /// Makes a token for a program.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn create_api_token(&self, request: &CreateApiTokenRequest) -> Result<IssuedApiTokenView, ClientError> {
        self.post("auth/api-tokens", request).await
    }

    /// One's tokens of programs, the newest first.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn api_tokens(&self) -> Result<List<ApiTokenView>, ClientError> {
        self.get("auth/api-tokens").await
    }

    /// Ends one of one's tokens of programs.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn revoke_api_token(&self, id: Uuid) -> Result<(), ClientError> {
        self.act(Method::DELETE, &format!("auth/api-tokens/{id}")).await
    }

    /// Changes one's password; every other session ends.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn change_password(&self, current: &str, new: &str) -> Result<(), ClientError> {
        let body = ChangePasswordRequest { current_password: current.into(), new_password: new.into() };
        self.tell("auth/password", &body).await
    }

    /// Has a mail sent that sets a password anew, if there is an account of this address.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn forgot_password(&self, email: &str) -> Result<(), ClientError> {
        self.tell("auth/password/forgot", &ForgotPasswordRequest { email: email.into() }).await
    }

    /// Sets a password anew with the token of a mail; every session ends.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn reset_password(&self, token: &str, new: &str) -> Result<(), ClientError> {
        let body = ResetPasswordRequest { token: token.into(), new_password: new.into() };
        self.tell("auth/password/reset", &body).await
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
