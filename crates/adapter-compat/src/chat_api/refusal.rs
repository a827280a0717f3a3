//! Refusals: one line of text.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::http::header::{self, ContentType};
use actix_web::{HttpResponse, ResponseError};
use rialto_edge::whole_seconds;
use rialto_identity::HashError;
use rialto_identity::service::AdmissionError;
use rialto_identity::service::{AuthenticateError, LogInError, RegisterError, RenewAccessError};
use rialto_kernel::StoreError;
use rialto_messaging::WriteRefusal;
use rialto_messaging::service::{
    AccessError, AddMemberError, CreateConversationError, JoinChannelError, LeaveConversationError, ReadHistoryError,
    RemoveMemberError, SendMessageError,
};

use crate::body::Unreadable;
use crate::send::SendError;

/// Why something was not done, in words for the client.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    text: Cow<'static, str>,
    wait: Option<Duration>,
}

impl Refusal {
    pub fn new(status: StatusCode, text: impl Into<Cow<'static, str>>) -> Self {
        Self { status, text: text.into(), wait: None }
    }

    pub fn bad(text: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, text)
    }

    pub fn forbidden(text: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::FORBIDDEN, text)
    }

    pub fn not_found(text: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::NOT_FOUND, text)
    }

    pub fn no_such_user() -> Self {
        Self::not_found("user not found")
    }

    pub fn no_such_room() -> Self {
        Self::not_found("room not found")
    }

    /// Who asks too often.
    pub fn too_often(wait: Duration) -> Self {
        let text = format!("Too many requests; try again in {} s", whole_seconds(wait));
        Self { wait: Some(wait), ..Self::new(StatusCode::TOO_MANY_REQUESTS, text) }
    }

    /// The words, for a frame.
    pub fn text(&self) -> &str {
        &self.text
    }

    fn busy(text: &'static str) -> Self {
        Self { wait: Some(Duration::from_secs(1)), ..Self::new(StatusCode::SERVICE_UNAVAILABLE, text) }
    }

    /// What is wrong is written down here, and nowhere else.
    pub fn fault(error: &(dyn Error + 'static)) -> Self {
        tracing::error!(error, "a request of chat-api failed");
        Self::busy("The server cannot answer now; try again later")
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl ResponseError for Refusal {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status);
        response.content_type(ContentType::plaintext());
        if let Some(wait) = self.wait {
            response.insert_header((header::RETRY_AFTER, whole_seconds(wait)));
        }
        response.body(format!("{}\n", self.text))
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self::fault(&error)
    }
}

impl From<Unreadable> for Refusal {
    fn from(error: Unreadable) -> Self {
        match error {
            Unreadable::TooLarge { .. } => Self::new(StatusCode::PAYLOAD_TOO_LARGE, error.to_string()),
            Unreadable::BrokenOff | Unreadable::Malformed(_) => Self::bad("Invalid request body"),
        }
    }
}

impl From<HashError> for Refusal {
    fn from(error: HashError) -> Self {
        match error {
            HashError::Busy => Self::busy("The server is busy; try again in a second"),
            HashError::Failed(_) => Self::fault(&error),
        }
    }
}

impl From<AuthenticateError> for Refusal {
    fn from(error: AuthenticateError) -> Self {
        match error {
            AuthenticateError::InvalidToken | AuthenticateError::ExpiredToken => {
                Self::new(StatusCode::UNAUTHORIZED, "Invalid token")
            }
            AuthenticateError::Store(error) => error.into(),
        }
    }
}

impl From<RegisterError> for Refusal {
    fn from(error: RegisterError) -> Self {
        match error {
            RegisterError::UsernameTaken => Self::new(StatusCode::CONFLICT, "username already exists"),
            RegisterError::EmailTaken => Self::new(StatusCode::CONFLICT, "email already exists"),
            RegisterError::Admission(AdmissionError::Store(error)) | RegisterError::Store(error) => error.into(),
            RegisterError::Admission(
                AdmissionError::Closed
                | AdmissionError::NoGuests
                | AdmissionError::InvitationRequired
                | AdmissionError::InvitationInvalid,
            ) => Self::forbidden(error.to_string()),
            RegisterError::Hash(error) => error.into(),
        }
    }
}

impl From<LogInError> for Refusal {
    fn from(error: LogInError) -> Self {
        match error {
            LogInError::WrongCredentials => Self::new(StatusCode::UNAUTHORIZED, "invalid credentials"),
            LogInError::CodeRequired | LogInError::WrongCode => Self::forbidden(
                "this account has a second factor, which cannot be shown here; sign in on the server's own page",
            ),
            LogInError::Throttled { retry_after } => Self::too_often(retry_after),
            LogInError::Hash(error) => error.into(),
            LogInError::Store(error) => error.into(),
        }
    }
}

impl From<RenewAccessError> for Refusal {
    fn from(error: RenewAccessError) -> Self {
        match error {
            RenewAccessError::TooFresh | RenewAccessError::SessionOver => {
                Self::new(StatusCode::UNAUTHORIZED, "token not eligible for refresh")
            }
            RenewAccessError::Store(error) => error.into(),
        }
    }
}

/// Whoever is not in a room does not learn that it is there.
impl From<AccessError> for Refusal {
    fn from(error: AccessError) -> Self {
        match error {
            AccessError::NotFound | AccessError::NotAMember => Self::no_such_room(),
            AccessError::Store(error) => error.into(),
        }
    }
}

impl From<ReadHistoryError> for Refusal {
    fn from(error: ReadHistoryError) -> Self {
        match error {
            ReadHistoryError::Access(error) => error.into(),
            ReadHistoryError::InvalidCursor => Self::fault(&error),
        }
    }
}

impl From<CreateConversationError> for Refusal {
    fn from(error: CreateConversationError) -> Self {
        match error {
            CreateConversationError::UnknownUser(_) => Self::no_such_user(),
            CreateConversationError::GuestRefused
            | CreateConversationError::Blocked(_)
            | CreateConversationError::UnblockFirst => Self::forbidden(error.to_string()),
            CreateConversationError::WithOneself | CreateConversationError::TooManyParticipants => {
                Self::bad(error.to_string())
            }
            CreateConversationError::NameTaken => Self::new(StatusCode::CONFLICT, error.to_string()),
            CreateConversationError::Store(error) => error.into(),
        }
    }
}

impl From<AddMemberError> for Refusal {
    fn from(error: AddMemberError) -> Self {
        match error {
            AddMemberError::NotFound | AddMemberError::NotAMember | AddMemberError::DirectIsForTwo => {
                Self::no_such_room()
            }
            AddMemberError::UnknownUser => Self::no_such_user(),
            AddMemberError::RoleTooLow | AddMemberError::Banned | AddMemberError::Blocked => {
                Self::forbidden(error.to_string())
            }
            AddMemberError::Store(error) => error.into(),
        }
    }
}

impl From<JoinChannelError> for Refusal {
    fn from(error: JoinChannelError) -> Self {
        match error {
            JoinChannelError::NotFound => Self::no_such_room(),
            JoinChannelError::Banned | JoinChannelError::Archived => Self::forbidden(error.to_string()),
            JoinChannelError::Store(error) => error.into(),
        }
    }
}

impl From<RemoveMemberError> for Refusal {
    fn from(error: RemoveMemberError) -> Self {
        match error {
            RemoveMemberError::NotFound | RemoveMemberError::NotAMember | RemoveMemberError::Permanent => {
                Self::no_such_room()
            }
            RemoveMemberError::NoSuchMember => Self::not_found(error.to_string()),
            RemoveMemberError::RoleTooLow => Self::forbidden(error.to_string()),
            RemoveMemberError::Store(error) => error.into(),
        }
    }
}

impl From<LeaveConversationError> for Refusal {
    fn from(error: LeaveConversationError) -> Self {
        match error {
            LeaveConversationError::NotFound
            | LeaveConversationError::NotAMember
            | LeaveConversationError::Permanent => Self::no_such_room(),
            LeaveConversationError::OwnerMustStay => Self::new(StatusCode::CONFLICT, error.to_string()),
            LeaveConversationError::Store(error) => error.into(),
        }
    }
}

impl From<SendError> for Refusal {
    fn from(error: SendError) -> Self {
        match error {
            SendError::Unknown => Self::new(StatusCode::INTERNAL_SERVER_ERROR, "Failed to save message"),
            SendError::Refused(refusal) => refusal.into(),
        }
    }
}

impl From<SendMessageError> for Refusal {
    fn from(error: SendMessageError) -> Self {
        match error {
            SendMessageError::NotFound | SendMessageError::Write(WriteRefusal::NotAMember) => Self::no_such_room(),
            SendMessageError::Write(_) => Self::forbidden(error.to_string()),
            SendMessageError::SlowMode { .. } => Self::new(StatusCode::TOO_MANY_REQUESTS, error.to_string()),
            SendMessageError::UnknownThread | SendMessageError::UnknownReply => Self::not_found(error.to_string()),
            SendMessageError::NonceConflict => Self::new(StatusCode::CONFLICT, error.to_string()),
            SendMessageError::Store(_) => Self::new(StatusCode::INTERNAL_SERVER_ERROR, "Failed to save message"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_must_wait_is_told_whole_seconds() {
        for (wait, seconds) in [(0, 1), (300, 1), (1_000, 1), (1_001, 2)] {
            assert_eq!(whole_seconds(Duration::from_millis(wait)), seconds, "{wait}");
        }
        let refusal = Refusal::too_often(Duration::from_secs(3)).error_response();
        let header = |name: &str| refusal.headers().get(name).map(|value| value.to_str().unwrap());
        assert_eq!(header("retry-after"), Some("3"));
        assert_eq!(header("content-type"), Some("text/plain; charset=utf-8"));
    }
}
