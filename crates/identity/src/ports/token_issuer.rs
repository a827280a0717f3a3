use rialto_kernel::Instant;

use crate::model::{
    AccessClaims, AccessToken, RefreshDigest, RefreshToken, ResetDigest, ResetToken, RetryKey, RetryKeyDigest, Ticket,
    TicketDigest, TokenAudience,
};

/// Makes and checks tokens.
#[cfg_attr(any(test, feature = "mocks"), mockall::automock)]
pub trait TokenIssuer: Send + Sync {
    /// Signs an access token that opens one way in.
    fn sign_access(&self, claims: &AccessClaims, audience: TokenAudience) -> AccessToken;

    /// Reads an access token that this issuer signed for `audience` and that is valid at `now`.
    ///
    /// # Errors
    /// `Expired`, or `Invalid` for everything else: other keys, other algorithms, other claims, another audience.
    fn verify_access(
        &self,
        token: &str,
        audience: TokenAudience,
        now: Instant,
    ) -> Result<AccessClaims, AccessTokenError>;

    /// A refresh token nobody can guess (256 random bits).
    fn fresh_refresh_token(&self) -> RefreshToken;

    /// The digest under which a refresh token is stored.
    fn digest(&self, refresh_token: &str) -> RefreshDigest;

    /// The digest under which the key of a refresh is kept.
    fn retry_key_digest(&self, key: &RetryKey) -> RetryKeyDigest;

    /// A reset token nobody can guess (256 random bits), of characters that a URL holds as they are.
    fn fresh_reset_token(&self) -> ResetToken;

    /// The digest under which a reset token is stored.
    fn reset_digest(&self, reset_token: &str) -> ResetDigest;

    /// A ticket nobody can guess (256 random bits), of characters that a URL holds as they are.
    fn fresh_ticket(&self) -> Ticket;

    /// The digest under which a ticket is kept.
    fn ticket_digest(&self, ticket: &str) -> TicketDigest;
}

/// Why an access token opens nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AccessTokenError {
    /// Its time is over.
    #[error("the access token has expired")]
    Expired,
    /// It is not one of ours.
    #[error("the access token is not valid")]
    Invalid,
}
