use reqwest::Method;
use rialto_wire::list::List;
use rialto_wire::messaging::{
    AuditEntryView, BanView, CloseReportRequest, MemberView, MuteRequest, ReasonRequest, ReportOutcomeWord, ReportView,
};
use uuid::Uuid;

use super::Rest;
use crate::error::ClientError;

impl Rest {
    /// Tells those who keep order of a message.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn report(&self, message: Uuid, reason: &str) -> Result<ReportView, ClientError> {
        self.post(&format!("messages/{message}/report"), &ReasonRequest { reason: reason.to_owned() }).await
    }

    /// The reports one may decide on, open or closed, newest first; the first page.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn reports(&self, closed: bool) -> Result<List<ReportView>, ClientError> {
        self.get(&format!("moderation/reports?closed={closed}")).await
    }

    /// Closes a report.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn close_report(&self, id: Uuid, outcome: ReportOutcomeWord) -> Result<ReportView, ClientError> {
        self.patch(&format!("moderation/reports/{id}"), &CloseReportRequest { outcome }).await
    }

    /// Silences a member for so many seconds.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn mute(&self, id: Uuid, user_id: Uuid, seconds: u64) -> Result<MemberView, ClientError> {
        self.put(&format!("conversations/{id}/mutes/{user_id}"), &MuteRequest { seconds }).await
    }

    /// Lets a member write again.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn unmute(&self, id: Uuid, user_id: Uuid) -> Result<MemberView, ClientError> {
        self.call(Method::DELETE, &format!("conversations/{id}/mutes/{user_id}")).await
    }

    /// Keeps a user out, member or not.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn ban(&self, id: Uuid, user_id: Uuid, reason: &str) -> Result<(), ClientError> {
        let request = self.request(Method::PUT, &format!("conversations/{id}/bans/{user_id}"));
        let request = request.json(&ReasonRequest { reason: reason.to_owned() });
        super::accepted(request.send().await?).await.map(|_| ())
    }

    /// Lets a user come in again.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn lift_ban(&self, id: Uuid, user_id: Uuid) -> Result<(), ClientError> {
        self.act(Method::DELETE, &format!("conversations/{id}/bans/{user_id}")).await
    }

    /// Who is kept out; the first page.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn bans(&self, id: Uuid) -> Result<List<BanView>, ClientError> {
        self.get(&format!("conversations/{id}/bans")).await
    }

    /// What was decided in a conversation, newest first; the first page.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn audit(&self, id: Uuid) -> Result<List<AuditEntryView>, ClientError> {
        self.get(&format!("conversations/{id}/audit")).await
    }
}
