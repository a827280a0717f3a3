//! What a client is told when a command is refused: the codes are those of the HTTP API.

use rialto_identity::HashError;
use rialto_identity::service::{AuthenticateError, RedeemTicketError, RegisterError};
use rialto_kernel::{InvalidValue, StoreError};
use rialto_messaging::service::{AccessError, SendMessageError};
use rialto_wire::frame::ErrorData;

/// An error that the same command would meet again.
pub(crate) fn refusal(code: &str, message: impl Into<String>) -> ErrorData {
    ErrorData { code: code.to_owned(), message: message.into(), retry: false, retry_after_ms: None }
}

/// A frame that cannot be read.
pub(crate) fn bad_frame(what: impl Into<String>) -> ErrorData {
    refusal("bad_frame", what)
}

/// A field whose value is refused.
pub(crate) fn invalid_field(field: &str, why: &InvalidValue) -> ErrorData {
    refusal("invalid_body", format!("{field} {}", why.message))
}

pub(crate) fn not_authenticated() -> ErrorData {
    refusal("not_authenticated", "say who you are first: send an auth frame")
}

pub(crate) fn unknown_conversation() -> ErrorData {
    refusal("conversation_not_found", "there is no such conversation")
}

/// The store did not answer; the log gets the cause.
pub(crate) fn of_store(error: &StoreError) -> ErrorData {
    tracing::error!(error = error as &dyn std::error::Error, "the store did not answer a command");
    ErrorData {
        code: "store_unavailable".to_owned(),
        message: "the server's store does not answer; try again".to_owned(),
        retry: true,
        retry_after_ms: Some(1_000),
    }
}

pub(crate) fn of_send(error: &SendMessageError) -> ErrorData {
    let code = match error {
        SendMessageError::NotFound => "conversation_not_found",
        SendMessageError::NotAMember => "not_a_member",
        SendMessageError::ReadOnly => "read_only",
        SendMessageError::NonceConflict => "nonce_conflict",
        SendMessageError::UnknownReply => "unknown_reply",
        SendMessageError::Store(error) => return of_store(error),
    };
    refusal(code, error.to_string())
}

pub(crate) fn of_access(error: &AccessError) -> ErrorData {
    let code = match error {
        AccessError::NotFound => "conversation_not_found",
        AccessError::NotAMember => "not_a_member",
        AccessError::Store(error) => return of_store(error),
    };
    refusal(code, error.to_string())
}

pub(crate) fn of_authenticate(error: &AuthenticateError) -> ErrorData {
    let code = match error {
        AuthenticateError::InvalidToken => "token_invalid",
        AuthenticateError::ExpiredToken => "token_expired",
        AuthenticateError::Store(error) => return of_store(error),
    };
    refusal(code, error.to_string())
}

pub(crate) fn of_ticket(error: &RedeemTicketError) -> ErrorData {
    match error {
        RedeemTicketError::InvalidTicket => refusal("ticket_invalid", error.to_string()),
        RedeemTicketError::Store(error) => of_store(error),
    }
}

/// Why a guest did not come in. A guest has a random username and neither e-mail nor password, so what is
/// not the store's fault is chance, and over with the next try.
pub(crate) fn of_guest(error: &RegisterError) -> ErrorData {
    let code = match error {
        RegisterError::UsernameTaken => "username_taken",
        RegisterError::EmailTaken => "email_taken",
        RegisterError::Hash(HashError::Busy) => "busy",
        RegisterError::Hash(HashError::Failed(_)) => "internal",
        RegisterError::Store(error) => return of_store(error),
    };
    ErrorData { retry: true, ..refusal(code, "that did not work out; try again") }
}
