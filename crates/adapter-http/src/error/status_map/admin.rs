//! What the refusals of those who run the server, and who may register, are told as.

use actix_web::http::StatusCode;
use rialto_identity::service::{AdmissionError, SetPasswordError, SetUpError};
use rialto_identity::{ChangeAccountError, SetUpRefusal};

use super::identity::{email_taken, username_taken};
use crate::error::ApiError;

impl From<AdmissionError> for ApiError {
    fn from(error: AdmissionError) -> Self {
        match (rialto_convert::codes::of_admission(&error), error) {
            (_, AdmissionError::Store(error)) => error.into(),
            (None, error) => Self::internal(error),
            (Some(code), error) => Self::forbidden(code, error.to_string()),
        }
    }
}

impl From<ChangeAccountError> for ApiError {
    fn from(error: ChangeAccountError) -> Self {
        match error {
            ChangeAccountError::NoSuchUser => Self::not_found("user_not_found", error.to_string()),
            ChangeAccountError::IsGuest => Self::conflict("is_a_guest", error.to_string()),
            ChangeAccountError::LastAdmin => Self::conflict("last_admin", error.to_string()),
            ChangeAccountError::Store(error) => error.into(),
        }
    }
}

impl From<SetPasswordError> for ApiError {
    fn from(error: SetPasswordError) -> Self {
        match error {
            SetPasswordError::Account(error) => error.into(),
            SetPasswordError::Hash(error) => error.into(),
        }
    }
}

impl From<SetUpError> for ApiError {
    fn from(error: SetUpError) -> Self {
        let refusal = match error {
            SetUpError::Refused(refusal) => refusal,
            SetUpError::Hash(error) => return error.into(),
        };
        let detail = refusal.to_string();
        match refusal {
            SetUpRefusal::AlreadySetUp => Self::conflict("already_set_up", detail),
            SetUpRefusal::InvalidToken => Self::new(StatusCode::UNPROCESSABLE_ENTITY, "setup_token_invalid", detail)
                .with_field("token", "invalid"),
            SetUpRefusal::UsernameTaken => username_taken(detail),
            SetUpRefusal::EmailTaken => email_taken(detail),
            SetUpRefusal::Store(error) => error.into(),
        }
    }
}
