use reqwest::Method;
use rialto_wire::identity::{
    ConfirmTotpRequest, LoginRequest, OfferTotpRequest, ProveTotpRequest, RecoveryCodesView, SignedInView,
    TotpOfferView, TotpView,
};
use uuid::Uuid;

use super::Rest;
use crate::error::ClientError;

/// The second factor.
impl Rest {
    /// Signs in to an account that asks for a code: of the app, or a recovery code.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn log_in_with_code(&self, login: &str, password: &str, code: &str) -> Result<SignedInView, ClientError> {
        let (login, password, code) = (login.into(), password.into(), Some(code.into()));
        self.post("auth/login", &LoginRequest { login, password, code }).await
    }

    /// What one has of a second factor.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn totp(&self) -> Result<TotpView, ClientError> {
        self.get("auth/totp").await
    }

    /// Asks for a secret; nothing is on before it is confirmed.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn offer_totp(&self, password: &str) -> Result<TotpOfferView, ClientError> {
        self.post("auth/totp", &OfferTotpRequest { password: password.into() }).await
    }

    /// Switches the second factor on with a code of that secret.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn confirm_totp(&self, code: &str) -> Result<RecoveryCodesView, ClientError> {
        self.post("auth/totp/confirm", &ConfirmTotpRequest { code: code.into() }).await
    }

    /// Asks for new recovery codes in place of the old ones.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn renew_recovery_codes(&self, password: &str, code: &str) -> Result<RecoveryCodesView, ClientError> {
        let body = ProveTotpRequest { password: password.into(), code: code.into() };
        self.post("auth/totp/recovery-codes", &body).await
    }

    /// Switches the second factor off.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn disable_totp(&self, password: &str, code: &str) -> Result<(), ClientError> {
        let body = ProveTotpRequest { password: password.into(), code: code.into() };
        let request = self.request(Method::DELETE, "auth/totp").json(&body);
        super::accepted(request.send().await?).await.map(|_| ())
    }

    /// Switches somebody's second factor off; for admins.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn reset_totp_of(&self, id: Uuid) -> Result<(), ClientError> {
        self.act(Method::DELETE, &format!("admin/users/{id}/totp")).await
    }
}
