//! Ids in paths. What is no id names nothing, so it answers like an id that names nothing.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use rialto_kernel::{AlertId, ConversationId, InvitationId, MessageId, ReportId, SessionId, UserId};
use uuid::Uuid;

use crate::error::ApiError;

macro_rules! path_ids {
    ($($(#[$doc:meta])* $name:ident($id:ty) = $parameter:literal, $code:literal, $detail:literal;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub(crate) struct $name(pub(crate) $id);

        impl FromRequest for $name {
            type Error = ApiError;
            type Future = Ready<Result<Self, ApiError>>;

            fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
                let id = req.match_info().get($parameter).and_then(canonical);
                ready(id.map(|id| Self(id.into())).ok_or_else(|| ApiError::not_found($code, $detail)))
            }
        }
    )+};
}

path_ids! {
    /// The `id` of `/conversations/{id}`.
    ConversationPath(ConversationId) = "id", "conversation_not_found", "there is no such conversation";
    /// The `id` of `/users/{id}`.
    UserPath(UserId) = "id", "user_not_found", "there is no such user";
    /// The `id` of `/users/me/blocks/{id}`.
    BlockPath(UserId) = "id", "user_not_found", "there is no such user";
    /// The `user_id` of `/conversations/{id}/members/{user_id}`.
    MemberPath(UserId) = "user_id", "member_not_found", "the user is not a member of this conversation";
    /// The `id` of `/messages/{id}`.
    MessagePath(MessageId) = "id", "message_not_found", "there is no such message";
    /// The `id` of `/auth/sessions/{id}`.
    SessionPath(SessionId) = "id", "session_not_found", "you have no such session";
    /// The `id` of `/auth/api-tokens/{id}`.
    ApiTokenPath(SessionId) = "id", "api_token_not_found", "you have no such API token";
    /// The `id` of `/admin/invitations/{id}`.
    InvitationPath(InvitationId) = "id", "invitation_not_found", "there is no such invitation";
    /// The `id` of `/alerts/{id}`.
    AlertPath(AlertId) = "id", "alert_not_found", "you have no such alert";
    /// The `id` of `/moderation/reports/{id}`.
    ReportPath(ReportId) = "id", "report_not_found", "there is no such report";
}

/// Reads the one spelling that this API writes, so that a thing has one address.
pub(crate) fn canonical(text: &str) -> Option<Uuid> {
    Uuid::try_parse(text).ok().filter(|_| text.len() == uuid::fmt::Hyphenated::LENGTH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_hyphenated_spelling_is_an_id() {
        let id = "0190a0e0-0000-7000-8000-000000000001";
        assert!(canonical(id).is_some());
        for text in ["", "1", "lobby", &id.replace('-', ""), &format!("{{{id}}}"), &format!("urn:uuid:{id}")] {
            assert!(canonical(text).is_none(), "{text}");
        }
    }
}
