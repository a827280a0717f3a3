//! The stable code of each refusal: the same in a problem and in an `error` frame. `None` is for what is the
//! store's fault, which every edge tells its own way.

use rialto_identity::service::AdmissionError;
use rialto_messaging::service::{
    AccessError, JoinChannelError, LeaveConversationError, MarkReadError, ReadHistoryError, SendMessageError,
    SignalTypingError,
};
use rialto_messaging::{MessageRefusal, WriteRefusal};

/// Why somebody may not make an account.
#[must_use]
pub const fn of_admission(error: &AdmissionError) -> Option<&'static str> {
    match error {
        AdmissionError::Closed => Some("registration_closed"),
        AdmissionError::NoGuests => Some("guests_not_allowed"),
        AdmissionError::InvitationRequired => Some("invitation_required"),
        AdmissionError::InvitationInvalid => Some("invitation_invalid"),
        AdmissionError::Store(_) => None,
    }
}

/// Why a conversation is closed.
#[must_use]
pub const fn of_access(error: &AccessError) -> Option<&'static str> {
    match error {
        AccessError::NotFound => Some("conversation_not_found"),
        AccessError::NotAMember => Some("not_a_member"),
        AccessError::Store(_) => None,
    }
}

/// Why somebody may not write.
#[must_use]
pub const fn of_write(refusal: &WriteRefusal) -> &'static str {
    match refusal {
        WriteRefusal::NotAMember => "not_a_member",
        WriteRefusal::Archived => "archived",
        WriteRefusal::ReadOnly => "read_only",
        WriteRefusal::GuestsReadOnly => "guests_read_only",
        WriteRefusal::Muted { .. } => "muted",
        WriteRefusal::Blocked => "blocked",
        WriteRefusal::UnblockFirst => "unblock_first",
    }
}

/// Why nobody is told that somebody is writing.
#[must_use]
pub const fn of_typing(error: &SignalTypingError) -> Option<&'static str> {
    match error {
        SignalTypingError::Access(error) => of_access(error),
        SignalTypingError::Write(refusal) => Some(of_write(refusal)),
    }
}

/// Why nothing was said.
#[must_use]
pub const fn of_send(error: &SendMessageError) -> Option<&'static str> {
    match error {
        SendMessageError::NotFound => Some("conversation_not_found"),
        SendMessageError::Write(refusal) => Some(of_write(refusal)),
        SendMessageError::SlowMode { .. } => Some("slow_mode"),
        SendMessageError::NonceConflict => Some("nonce_conflict"),
        SendMessageError::UnknownThread => Some("unknown_thread"),
        SendMessageError::UnknownReply => Some("unknown_reply"),
        SendMessageError::Store(_) => None,
    }
}

/// Why a message stays as it is.
#[must_use]
pub const fn of_message(refusal: &MessageRefusal) -> Option<&'static str> {
    match refusal {
        MessageRefusal::UnknownMessage => Some("message_not_found"),
        MessageRefusal::Write(refusal) => Some(of_write(refusal)),
        MessageRefusal::NotAllowed => Some("not_allowed"),
        MessageRefusal::Deleted => Some("message_deleted"),
        MessageRefusal::TooMany => Some("too_many"),
        MessageRefusal::Store(_) => None,
    }
}

/// Why there is no history.
#[must_use]
pub const fn of_history(error: &ReadHistoryError) -> Option<&'static str> {
    match error {
        ReadHistoryError::Access(error) => of_access(error),
        ReadHistoryError::InvalidCursor => Some("invalid_cursor"),
    }
}

/// Why a pointer stays.
#[must_use]
pub const fn of_mark_read(error: &MarkReadError) -> Option<&'static str> {
    match error {
        MarkReadError::Access(error) => of_access(error),
        MarkReadError::UnknownThread => Some("unknown_thread"),
    }
}

/// Why nobody joined.
#[must_use]
pub const fn of_join(error: &JoinChannelError) -> Option<&'static str> {
    match error {
        JoinChannelError::NotFound => Some("conversation_not_found"),
        JoinChannelError::Banned => Some("banned"),
        JoinChannelError::Archived => Some("archived"),
        JoinChannelError::Store(_) => None,
    }
}

/// Why somebody stays.
#[must_use]
pub const fn of_leave(error: &LeaveConversationError) -> Option<&'static str> {
    match error {
        LeaveConversationError::NotFound => Some("conversation_not_found"),
        LeaveConversationError::NotAMember => Some("not_a_member"),
        LeaveConversationError::Permanent => Some("membership_permanent"),
        LeaveConversationError::OwnerMustStay => Some("owner_must_stay"),
        LeaveConversationError::Store(_) => None,
    }
}
