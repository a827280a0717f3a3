//! What a client is told when a command is refused: the codes are those of the HTTP API.

use std::error::Error;
use std::time::Duration;

use rialto_convert::codes;
use rialto_convert::inputs::WrongField;
use rialto_identity::service::{AuthenticateError, RedeemTicketError, RegisterError};
use rialto_identity::{HashError, Scope};
use rialto_kernel::{Instant, InvalidValue};
use rialto_messaging::service::SendMessageError;
use rialto_messaging::{MessageRefusal, WriteRefusal};
use rialto_wire::frame::ErrorData;

use crate::frames::millis;

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

/// All fields whose values are refused.
pub(crate) fn invalid_fields(wrong: &[WrongField]) -> ErrorData {
    let told: Vec<_> = wrong.iter().map(|wrong| format!("{} {}", wrong.field, wrong.why.message)).collect();
    refusal("invalid_body", told.join("; "))
}

/// Too many commands; the next may come after this long.
pub(crate) fn rate_limited(retry_after: Duration) -> ErrorData {
    let message = "too many commands; slow down";
    // Rounded up: a client that comes back a moment too early is refused again.
    retrying("rate_limited", message, millis(retry_after).saturating_add(1))
}

/// Too many messages, over whatever sockets and requests; the next may come after this long.
pub(crate) fn too_many_messages(retry_after: Duration) -> ErrorData {
    retrying("rate_limited", "too many messages; slow down", millis(retry_after).saturating_add(1))
}

pub(crate) fn not_authenticated() -> ErrorData {
    refusal("not_authenticated", "say who you are first: send an auth frame")
}

pub(crate) fn unknown_conversation() -> ErrorData {
    refusal("conversation_not_found", "there is no such conversation")
}

/// The store did not answer; the log gets the cause.
pub(crate) fn of_store(error: &(dyn Error + 'static)) -> ErrorData {
    tracing::error!(error, "the store did not answer a command");
    retrying("store_unavailable", "the server's store does not answer; try again", 1_000)
}

/// A refusal by its code; without one it is the store's fault.
pub(crate) fn of(code: Option<&str>, error: &(dyn Error + 'static)) -> ErrorData {
    match code {
        Some(code) => refusal(code, error.to_string()),
        None => of_store(error),
    }
}

pub(crate) fn of_send(error: &SendMessageError, now: Instant) -> ErrorData {
    let told = of(codes::of_send(error), error);
    match error {
        SendMessageError::SlowMode { until } | SendMessageError::Write(WriteRefusal::Muted { until }) => {
            ending(told, *until, now)
        }
        _ => told,
    }
}

pub(crate) fn of_message(refusal: &MessageRefusal, now: Instant) -> ErrorData {
    let told = of(codes::of_message(refusal), refusal);
    match refusal {
        MessageRefusal::Write(WriteRefusal::Muted { until }) => ending(told, *until, now),
        _ => told,
    }
}

/// A refusal that is over at `until`.
fn ending(refusal: ErrorData, until: Instant, now: Instant) -> ErrorData {
    let left = (until - now).to_std().unwrap_or_default();
    ErrorData { retry: true, retry_after_ms: Some(millis(left).saturating_add(1)), ..refusal }
}

fn retrying(code: &str, message: &str, after_ms: u64) -> ErrorData {
    ErrorData { retry: true, retry_after_ms: Some(after_ms), ..refusal(code, message) }
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

/// An API token that is not good for what is asked.
pub(crate) fn scope_missing(scope: Scope) -> ErrorData {
    refusal("scope_missing", format!("this needs an API token with the scope {scope}"))
}

/// Why a guest did not come in. A guest has a random username and neither e-mail nor password, so what is
/// not the store's fault is chance, and over with the next try.
pub(crate) fn of_guest(error: &RegisterError) -> ErrorData {
    let code = match error {
        RegisterError::Admission(error) => return of(codes::of_admission(error), error),
        RegisterError::UsernameTaken => "username_taken",
        RegisterError::EmailTaken => "email_taken",
        RegisterError::Hash(HashError::Busy) => "busy",
        RegisterError::Hash(HashError::Failed(_)) => "internal",
        RegisterError::Store(error) => return of_store(error),
    };
    ErrorData { retry: true, ..refusal(code, "that did not work out; try again") }
}

#[cfg(test)]
mod tests {
    use rialto_kernel::StoreError;

    use super::*;
    use crate::testing::now;

    #[test]
    fn what_ends_by_itself_says_when() {
        let until = now() + Duration::from_millis(1_500);
        let slow = of_send(&SendMessageError::SlowMode { until }, now());
        assert_eq!((slow.code.as_str(), slow.retry, slow.retry_after_ms), ("slow_mode", true, Some(1_501)));
        let muted = of_message(&MessageRefusal::Write(WriteRefusal::Muted { until }), until + Duration::from_secs(1));
        assert_eq!((muted.code.as_str(), muted.retry, muted.retry_after_ms), ("muted", true, Some(1)));
        let read_only = of_send(&SendMessageError::Write(WriteRefusal::ReadOnly), now());
        assert_eq!((read_only.code.as_str(), read_only.retry), ("read_only", false));
    }

    #[test]
    fn the_stores_faults_do_not_show() {
        let error = SendMessageError::Store(StoreError::unavailable("secret"));
        let told = of_send(&error, now());
        assert_eq!((told.code.as_str(), told.retry), ("store_unavailable", true));
        assert!(!told.message.contains("secret"));
    }
}
