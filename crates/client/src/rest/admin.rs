use reqwest::Method;
use rialto_wire::admin::{
    AccountView, ChangeAccountRequest, CreateInvitationRequest, InvitationView, IssuedInvitationView,
    SecurityEntryView, SetPasswordRequest, SetUpRequest, StatsView,
};
use rialto_wire::identity::SignedInView;
use rialto_wire::list::List;
use uuid::Uuid;

use super::Rest;
use crate::error::ClientError;

/// Running the server; for its admins.
impl Rest {
    /// Makes the first admin, with the token of the set-up link.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn set_up(&self, request: &SetUpRequest) -> Result<SignedInView, ClientError> {
        self.post("auth/setup", request).await
    }

    /// Everybody whose username or e-mail address starts with `query`, guests too; the first page.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn accounts(&self, query: &str) -> Result<List<AccountView>, ClientError> {
        super::read(self.request(Method::GET, "admin/users").query(&[("query", query)]).send().await?).await
    }

    /// One account.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn account(&self, id: Uuid) -> Result<AccountView, ClientError> {
        self.get(&format!("admin/users/{id}")).await
    }

    /// Changes role or state of an account.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn change_account(&self, id: Uuid, request: &ChangeAccountRequest) -> Result<AccountView, ClientError> {
        self.patch(&format!("admin/users/{id}"), request).await
    }

    /// Signs a user out everywhere.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn end_sessions_of(&self, id: Uuid) -> Result<(), ClientError> {
        self.act(Method::DELETE, &format!("admin/users/{id}/sessions")).await
    }

    /// Gives a user another password.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn set_password_of(&self, id: Uuid, new_password: &str) -> Result<(), ClientError> {
        let body = SetPasswordRequest { new_password: new_password.to_owned() };
        let request = self.request(Method::PUT, &format!("admin/users/{id}/password")).json(&body);
        super::accepted(request.send().await?).await.map(drop)
    }

    /// What happened to accounts, newest first, the part that a query such as `act=login_failed` picks; the first page.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn security_log(&self, query: &str) -> Result<List<SecurityEntryView>, ClientError> {
        self.get(&format!("admin/audit?{query}")).await
    }

    /// Makes an invitation.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn invite(&self, request: &CreateInvitationRequest) -> Result<IssuedInvitationView, ClientError> {
        self.post("admin/invitations", request).await
    }

    /// The invitations there are, newest first; the first page.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn invitations(&self) -> Result<List<InvitationView>, ClientError> {
        self.get("admin/invitations").await
    }

    /// Takes an invitation back.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn revoke_invitation(&self, id: Uuid) -> Result<(), ClientError> {
        self.act(Method::DELETE, &format!("admin/invitations/{id}")).await
    }

    /// How much there is.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn stats(&self) -> Result<StatsView, ClientError> {
        self.get("admin/stats").await
    }
}
