//! What the refusals of the messaging domain are told as; their codes are those of the sockets.

use rialto_convert::codes;
use rialto_kernel::Instant;
use rialto_messaging::service::{
    AccessError, AddMemberError, ChangeError, CreateConversationError, JoinChannelError, LeaveConversationError,
    MarkReadError, ReadHistoryError, ReadThreadError, ReceiptsError, RemoveMemberError, SendMessageError,
};
use rialto_messaging::{MessageRefusal, WriteRefusal};

use crate::error::ApiError;

fn conversation_not_found(detail: String) -> ApiError {
    ApiError::not_found("conversation_not_found", detail)
}

fn not_a_member(detail: String) -> ApiError {
    ApiError::forbidden("not_a_member", detail)
}

fn role_too_low(detail: String) -> ApiError {
    ApiError::forbidden("role_too_low", detail)
}

impl From<AccessError> for ApiError {
    fn from(error: AccessError) -> Self {
        match error {
            AccessError::NotFound => conversation_not_found(error.to_string()),
            AccessError::NotAMember => not_a_member(error.to_string()),
            AccessError::Store(error) => error.into(),
        }
    }
}

impl From<CreateConversationError> for ApiError {
    fn from(error: CreateConversationError) -> Self {
        let detail = error.to_string();
        match error {
            CreateConversationError::GuestRefused => Self::forbidden("guest_refused", detail),
            CreateConversationError::WithOneself => {
                Self::unprocessable("invalid_body", detail).with_field("participant_id", "with_oneself")
            }
            CreateConversationError::TooManyParticipants => {
                Self::unprocessable("invalid_body", detail).with_field("participant_ids", "too_long")
            }
            CreateConversationError::UnknownUser(_) => Self::not_found("user_not_found", detail),
            CreateConversationError::Blocked(_) => Self::forbidden("blocked", detail),
            CreateConversationError::UnblockFirst => Self::conflict("unblock_first", detail),
            CreateConversationError::NameTaken => Self::conflict("name_taken", detail).with_field("name", "taken"),
            CreateConversationError::Store(error) => error.into(),
        }
    }
}

impl From<JoinChannelError> for ApiError {
    fn from(error: JoinChannelError) -> Self {
        match error {
            JoinChannelError::NotFound => conversation_not_found(error.to_string()),
            JoinChannelError::Banned => Self::forbidden("banned", error.to_string()),
            JoinChannelError::Archived => Self::forbidden("archived", error.to_string()),
            JoinChannelError::Store(error) => error.into(),
        }
    }
}

impl From<LeaveConversationError> for ApiError {
    fn from(error: LeaveConversationError) -> Self {
        let detail = error.to_string();
        match error {
            LeaveConversationError::NotFound => conversation_not_found(detail),
            LeaveConversationError::NotAMember => not_a_member(detail),
            LeaveConversationError::Permanent => Self::conflict("membership_permanent", detail),
            LeaveConversationError::OwnerMustStay => Self::conflict("owner_must_stay", detail),
            LeaveConversationError::Store(error) => error.into(),
        }
    }
}

impl From<AddMemberError> for ApiError {
    fn from(error: AddMemberError) -> Self {
        let detail = error.to_string();
        match error {
            AddMemberError::NotFound => conversation_not_found(detail),
            AddMemberError::NotAMember => not_a_member(detail),
            AddMemberError::RoleTooLow => role_too_low(detail),
            AddMemberError::DirectIsForTwo => Self::conflict("direct_is_for_two", detail),
            AddMemberError::UnknownUser => Self::not_found("user_not_found", detail),
            AddMemberError::Banned => Self::forbidden("banned", detail),
            AddMemberError::Blocked => Self::forbidden("blocked", detail),
            AddMemberError::Store(error) => error.into(),
        }
    }
}

impl From<RemoveMemberError> for ApiError {
    fn from(error: RemoveMemberError) -> Self {
        let detail = error.to_string();
        match error {
            RemoveMemberError::NotFound => conversation_not_found(detail),
            RemoveMemberError::NotAMember => not_a_member(detail),
            RemoveMemberError::Permanent => Self::conflict("membership_permanent", detail),
            RemoveMemberError::RoleTooLow => role_too_low(detail),
            RemoveMemberError::NoSuchMember => Self::not_found("member_not_found", detail),
            RemoveMemberError::Store(error) => error.into(),
        }
    }
}

impl From<ReadHistoryError> for ApiError {
    fn from(error: ReadHistoryError) -> Self {
        let detail = error.to_string();
        match error {
            ReadHistoryError::Access(error) => error.into(),
            ReadHistoryError::InvalidCursor => {
                Self::bad_request("invalid_query", detail).with_field("cursor", "invalid_cursor")
            }
        }
    }
}

impl From<WriteRefusal> for ApiError {
    fn from(refusal: WriteRefusal) -> Self {
        match refusal {
            WriteRefusal::NotAMember
            | WriteRefusal::Archived
            | WriteRefusal::ReadOnly
            | WriteRefusal::GuestsReadOnly
            | WriteRefusal::Muted { .. }
            | WriteRefusal::Blocked => Self::forbidden(codes::of_write(&refusal), refusal.to_string()),
            WriteRefusal::UnblockFirst => Self::conflict(codes::of_write(&refusal), refusal.to_string()),
        }
    }
}

/// What the sender of a refused message is told at `now`.
pub(crate) fn send_refusal(error: SendMessageError, now: Instant) -> ApiError {
    let detail = error.to_string();
    match error {
        SendMessageError::NotFound => conversation_not_found(detail),
        SendMessageError::Write(refusal) => refusal.into(),
        SendMessageError::SlowMode { until } => {
            ApiError::too_many("slow_mode", detail, (until - now).to_std().unwrap_or_default())
        }
        SendMessageError::NonceConflict => ApiError::conflict("nonce_conflict", detail),
        SendMessageError::UnknownThread => {
            ApiError::unprocessable("unknown_thread", detail).with_field("thread_root", "unknown_thread")
        }
        SendMessageError::UnknownReply => {
            ApiError::unprocessable("unknown_reply", detail).with_field("reply_to", "unknown_reply")
        }
        SendMessageError::Store(error) => error.into(),
    }
}

impl From<MessageRefusal> for ApiError {
    fn from(refusal: MessageRefusal) -> Self {
        let detail = refusal.to_string();
        match refusal {
            MessageRefusal::UnknownMessage => Self::not_found("message_not_found", detail),
            MessageRefusal::Write(refusal) => refusal.into(),
            MessageRefusal::NotAllowed => Self::forbidden("not_allowed", detail),
            MessageRefusal::Deleted => Self::conflict("message_deleted", detail),
            MessageRefusal::TooMany => Self::conflict("too_many", detail),
            MessageRefusal::Store(error) => error.into(),
        }
    }
}

impl From<ReadThreadError> for ApiError {
    fn from(error: ReadThreadError) -> Self {
        match error {
            ReadThreadError::Message(refusal) => refusal.into(),
            ReadThreadError::History(error) => error.into(),
        }
    }
}

impl From<MarkReadError> for ApiError {
    fn from(error: MarkReadError) -> Self {
        let detail = error.to_string();
        match error {
            MarkReadError::Access(error) => error.into(),
            MarkReadError::UnknownThread => {
                Self::unprocessable("unknown_thread", detail).with_field("thread_root", "unknown_thread")
            }
        }
    }
}

impl From<ReceiptsError> for ApiError {
    fn from(error: ReceiptsError) -> Self {
        let detail = error.to_string();
        match error {
            ReceiptsError::Access(error) => error.into(),
            ReceiptsError::Disabled => Self::conflict("receipts_disabled", detail),
        }
    }
}

impl From<ChangeError> for ApiError {
    fn from(error: ChangeError) -> Self {
        let detail = error.to_string();
        match error {
            ChangeError::Access(error) => error.into(),
            ChangeError::RoleTooLow => role_too_low(detail),
            ChangeError::NoSuchMember => Self::not_found("member_not_found", detail),
            ChangeError::NameTaken => Self::conflict("name_taken", detail).with_field("name", "taken"),
            ChangeError::Permanent => Self::conflict("conversation_permanent", detail),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use actix_web::ResponseError;

    use super::*;
    use crate::fixtures::now;

    fn seen(error: impl Into<ApiError>) -> (u16, &'static str) {
        let error = error.into();
        (error.status_code().as_u16(), error.code())
    }

    #[test]
    fn a_stranger_is_told_404_and_an_outsider_of_a_public_channel_403() {
        assert_eq!(seen(AccessError::NotFound), (404, "conversation_not_found"));
        assert_eq!(seen(send_refusal(SendMessageError::NotFound, now())), (404, "conversation_not_found"));
        assert_eq!(seen(AccessError::NotAMember), (403, "not_a_member"));
        assert_eq!(seen(RemoveMemberError::NotAMember), (403, "not_a_member"));
    }

    #[test]
    fn a_reused_nonce_is_a_conflict() {
        assert_eq!(seen(send_refusal(SendMessageError::NonceConflict, now())), (409, "nonce_conflict"));
    }

    #[test]
    fn slow_mode_says_how_long_to_wait() {
        let until = now() + Duration::from_millis(2_500);
        let response = send_refusal(SendMessageError::SlowMode { until }, now()).error_response();
        assert_eq!(response.status(), 429);
        assert_eq!(response.headers().get("retry-after").unwrap(), "3");
    }

    #[test]
    fn a_message_that_is_not_ones_own_looks_absent_to_strangers_and_closed_to_members() {
        assert_eq!(seen(MessageRefusal::UnknownMessage), (404, "message_not_found"));
        assert_eq!(seen(MessageRefusal::NotAllowed), (403, "not_allowed"));
        assert_eq!(seen(MessageRefusal::Deleted), (409, "message_deleted"));
        assert_eq!(seen(WriteRefusal::Muted { until: now() }), (403, "muted"));
    }

    #[test]
    fn a_refusal_has_one_code_over_http_and_over_sockets() {
        for error in [AccessError::NotFound, AccessError::NotAMember] {
            assert_eq!(codes::of_access(&error), Some(seen(error).1));
        }
        let write = || WriteRefusal::Archived;
        for error in [
            SendMessageError::NotFound,
            SendMessageError::Write(write()),
            SendMessageError::SlowMode { until: now() },
            SendMessageError::NonceConflict,
            SendMessageError::UnknownThread,
            SendMessageError::UnknownReply,
        ] {
            assert_eq!(codes::of_send(&error), Some(send_refusal(error, now()).code()));
        }
        for refusal in [
            MessageRefusal::UnknownMessage,
            MessageRefusal::Write(write()),
            MessageRefusal::NotAllowed,
            MessageRefusal::Deleted,
            MessageRefusal::TooMany,
        ] {
            assert_eq!(codes::of_message(&refusal), Some(seen(refusal).1));
        }
        for error in [JoinChannelError::NotFound, JoinChannelError::Banned, JoinChannelError::Archived] {
            assert_eq!(codes::of_join(&error), Some(seen(error).1));
        }
        for error in [
            LeaveConversationError::NotFound,
            LeaveConversationError::NotAMember,
            LeaveConversationError::Permanent,
            LeaveConversationError::OwnerMustStay,
        ] {
            assert_eq!(codes::of_leave(&error), Some(seen(error).1));
        }
        assert_eq!(codes::of_mark_read(&MarkReadError::UnknownThread), Some(seen(MarkReadError::UnknownThread).1));
    }
}
