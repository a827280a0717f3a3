use reqwest::Method;
use rialto_wire::list::List;
use rialto_wire::messaging::{AddMemberRequest, ChangeMemberRequest, MemberRoleWord, MemberView};
use uuid::Uuid;

use super::Rest;
use crate::error::ClientError;

impl Rest {
    /// Comes into a public channel.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn join(&self, id: Uuid) -> Result<MemberView, ClientError> {
        self.call(Method::POST, &format!("conversations/{id}/join")).await
    }

    /// Goes out of a group or channel.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn leave(&self, id: Uuid) -> Result<(), ClientError> {
        self.act(Method::POST, &format!("conversations/{id}/leave")).await
    }

    /// Who is in a conversation; the first page.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn members(&self, id: Uuid) -> Result<List<MemberView>, ClientError> {
        self.get(&format!("conversations/{id}/members")).await
    }

    /// Brings a user in.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn add_member(&self, id: Uuid, user_id: Uuid) -> Result<MemberView, ClientError> {
        self.post(&format!("conversations/{id}/members"), &AddMemberRequest { user_id }).await
    }

    /// Gives a member another role; `Owner` hands ownership over.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn change_role(&self, id: Uuid, user_id: Uuid, role: MemberRoleWord) -> Result<MemberView, ClientError> {
        self.patch(&format!("conversations/{id}/members/{user_id}"), &ChangeMemberRequest { role }).await
    }

    /// Takes a member out.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn remove_member(&self, id: Uuid, user_id: Uuid) -> Result<(), ClientError> {
        self.act(Method::DELETE, &format!("conversations/{id}/members/{user_id}")).await
    }

    /// Who is in a conversation, from a cursor on; a page of the largest size.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn members_from(&self, id: Uuid, cursor: Option<&str>) -> Result<List<MemberView>, ClientError> {
        self.page(&format!("conversations/{id}/members"), cursor).await
    }
}
