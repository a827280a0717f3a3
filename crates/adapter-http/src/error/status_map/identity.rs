//! What the refusals of the identity domain are told as.

use actix_web::http::StatusCode;
use rialto_identity::service::{
    AuthenticateError, BecomeMemberError, BlockUserError, ChangePasswordError, ChangeProfileError, CreateApiTokenError,
    DeleteAccountError, EndSessionError, LogInError, RedeemTicketError, RefreshError, RegisterError,
    ResetPasswordError, RevokeApiTokenError, TotpError,
};
use rialto_identity::{FetchPictureError, HashError, PictureRefusal};

use super::SOON;
use crate::error::ApiError;

impl From<HashError> for ApiError {
    fn from(error: HashError) -> Self {
        match error {
            HashError::Busy => Self::unavailable("busy", "too many people are signing in; try again", SOON),
            HashError::Failed(_) => Self::internal(error),
        }
    }
}

pub(super) fn username_taken(detail: String) -> ApiError {
    ApiError::conflict("username_taken", detail).with_field("username", "taken")
}

pub(super) fn email_taken(detail: String) -> ApiError {
    ApiError::conflict("email_taken", detail).with_field("email", "taken")
}

impl From<RegisterError> for ApiError {
    fn from(error: RegisterError) -> Self {
        match error {
            RegisterError::Admission(error) => error.into(),
            RegisterError::UsernameTaken => username_taken(error.to_string()),
            RegisterError::EmailTaken => email_taken(error.to_string()),
            RegisterError::Hash(error) => error.into(),
            RegisterError::Store(error) => error.into(),
        }
    }
}

impl From<BecomeMemberError> for ApiError {
    fn from(error: BecomeMemberError) -> Self {
        match error {
            BecomeMemberError::Admission(error) => error.into(),
            BecomeMemberError::NotAGuest => Self::conflict("not_a_guest", error.to_string()),
            BecomeMemberError::SessionEnded => AuthenticateError::InvalidToken.into(),
            BecomeMemberError::UsernameTaken => username_taken(error.to_string()),
            BecomeMemberError::EmailTaken => email_taken(error.to_string()),
            BecomeMemberError::Hash(error) => error.into(),
            BecomeMemberError::Store(error) => error.into(),
        }
    }
}

impl From<ChangePasswordError> for ApiError {
    fn from(error: ChangePasswordError) -> Self {
        match error {
            // Not 401: a client would refresh its tokens and try again.
            ChangePasswordError::WrongPassword => {
                Self::forbidden("wrong_password", error.to_string()).with_field("current_password", "wrong_password")
            }
            ChangePasswordError::Throttled { retry_after } => {
                Self::too_many("login_throttled", error.to_string(), retry_after)
            }
            ChangePasswordError::NoPassword => Self::conflict("no_password", error.to_string()),
            ChangePasswordError::SessionEnded => AuthenticateError::InvalidToken.into(),
            ChangePasswordError::Hash(error) => error.into(),
            ChangePasswordError::Store(error) => error.into(),
        }
    }
}

impl From<CreateApiTokenError> for ApiError {
    fn from(error: CreateApiTokenError) -> Self {
        match error {
            CreateApiTokenError::IsGuest => Self::forbidden("guest_refused", error.to_string()),
            // Closed since they proved who they are.
            CreateApiTokenError::NoSuchUser => AuthenticateError::InvalidToken.into(),
            CreateApiTokenError::TooMany => Self::conflict("too_many", error.to_string()),
            CreateApiTokenError::Store(error) => error.into(),
        }
    }
}

impl From<RevokeApiTokenError> for ApiError {
    fn from(error: RevokeApiTokenError) -> Self {
        match error {
            RevokeApiTokenError::NotFound => Self::not_found("api_token_not_found", error.to_string()),
            RevokeApiTokenError::Store(error) => error.into(),
        }
    }
}

impl From<EndSessionError> for ApiError {
    fn from(error: EndSessionError) -> Self {
        match error {
            EndSessionError::NotFound => Self::not_found("session_not_found", error.to_string()),
            EndSessionError::Store(error) => error.into(),
        }
    }
}

impl From<ResetPasswordError> for ApiError {
    fn from(error: ResetPasswordError) -> Self {
        match error {
            ResetPasswordError::InvalidToken => Self::unprocessable("reset_token_invalid", error.to_string()),
            ResetPasswordError::Hash(error) => error.into(),
            ResetPasswordError::Store(error) => error.into(),
        }
    }
}

impl From<LogInError> for ApiError {
    fn from(error: LogInError) -> Self {
        match error {
            LogInError::WrongCredentials => Self::unauthorized("wrong_credentials", error.to_string()),
            LogInError::CodeRequired => Self::unauthorized("totp_required", error.to_string()),
            LogInError::WrongCode => Self::unauthorized("totp_code_invalid", error.to_string()),
            LogInError::Throttled { retry_after } => Self::too_many("login_throttled", error.to_string(), retry_after),
            LogInError::Hash(error) => error.into(),
            LogInError::Store(error) => error.into(),
        }
    }
}

impl From<TotpError> for ApiError {
    fn from(error: TotpError) -> Self {
        match error {
            TotpError::AlreadyOn => Self::conflict("totp_enabled", error.to_string()),
            TotpError::NotOn => Self::conflict("totp_not_enabled", error.to_string()),
            TotpError::NotOffered => Self::conflict("totp_not_offered", error.to_string()),
            TotpError::NoPassword => Self::conflict("no_password", error.to_string()),
            // Not 401: a client would refresh its tokens and try again.
            TotpError::WrongPassword => {
                Self::forbidden("wrong_password", error.to_string()).with_field("password", "wrong_password")
            }
            TotpError::WrongCode => {
                Self::unprocessable("totp_code_invalid", error.to_string()).with_field("code", "totp_code_invalid")
            }
            TotpError::Throttled { retry_after } => Self::too_many("login_throttled", error.to_string(), retry_after),
            TotpError::Hash(error) => error.into(),
            TotpError::Store(error) => error.into(),
        }
    }
}

impl From<AuthenticateError> for ApiError {
    fn from(error: AuthenticateError) -> Self {
        match error {
            AuthenticateError::InvalidToken => Self::unauthorized("token_invalid", error.to_string()),
            AuthenticateError::ExpiredToken => Self::unauthorized("token_expired", error.to_string()),
            AuthenticateError::Store(error) => error.into(),
        }
    }
}

impl From<RedeemTicketError> for ApiError {
    fn from(error: RedeemTicketError) -> Self {
        match error {
            RedeemTicketError::InvalidTicket => Self::unauthorized("ticket_invalid", error.to_string()),
            RedeemTicketError::Store(error) => error.into(),
        }
    }
}

impl From<RefreshError> for ApiError {
    fn from(error: RefreshError) -> Self {
        match error {
            RefreshError::InvalidToken => Self::unauthorized("token_invalid", error.to_string()),
            RefreshError::TokenReused => Self::unauthorized("token_reused", error.to_string()),
            RefreshError::Overtaken => Self::unavailable("busy", error.to_string(), SOON),
            RefreshError::Store(error) => error.into(),
        }
    }
}

impl From<ChangeProfileError> for ApiError {
    fn from(error: ChangeProfileError) -> Self {
        let detail = error.to_string();
        // A picture that came along was looked at by the edge: what is refused here was to be loaded.
        let loaded = |code| Self::unprocessable("invalid_body", detail.clone()).with_field("avatar_url", code);
        match error {
            ChangeProfileError::GuestRefused => Self::forbidden("guest_refused", detail),
            ChangeProfileError::UnknownUser => AuthenticateError::InvalidToken.into(),
            ChangeProfileError::Fetch(FetchPictureError::Unreachable) => loaded("unreachable"),
            ChangeProfileError::Fetch(FetchPictureError::TooLarge)
            | ChangeProfileError::Picture(PictureRefusal::TooLarge) => loaded("too_large"),
            ChangeProfileError::Picture(PictureRefusal::NotAPicture) => loaded("not_a_picture"),
            ChangeProfileError::Picture(PictureRefusal::BadSize) => loaded("out_of_range"),
            ChangeProfileError::Store(error) => error.into(),
        }
    }
}

impl From<PictureRefusal> for ApiError {
    fn from(refusal: PictureRefusal) -> Self {
        let detail = refusal.to_string();
        match refusal {
            PictureRefusal::TooLarge => Self::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", detail),
            PictureRefusal::NotAPicture => Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not_a_picture", detail),
            PictureRefusal::BadSize => Self::unprocessable("picture_size", detail),
        }
    }
}

impl From<BlockUserError> for ApiError {
    fn from(error: BlockUserError) -> Self {
        let detail = error.to_string();
        match error {
            BlockUserError::Oneself => Self::conflict("with_oneself", detail),
            BlockUserError::UnknownUser => Self::not_found("user_not_found", detail),
            BlockUserError::TooMany => Self::conflict("too_many", detail),
            BlockUserError::Store(error) => error.into(),
        }
    }
}

impl From<DeleteAccountError> for ApiError {
    fn from(error: DeleteAccountError) -> Self {
        let detail = error.to_string();
        match error {
            DeleteAccountError::WrongPassword => {
                Self::forbidden("wrong_password", detail).with_field("password", "wrong")
            }
            DeleteAccountError::Throttled { retry_after } => Self::too_many("login_throttled", detail, retry_after),
            DeleteAccountError::UnknownUser => AuthenticateError::InvalidToken.into(),
            DeleteAccountError::LastAdmin => Self::conflict("last_admin", detail),
            DeleteAccountError::Hash(error) => error.into(),
            DeleteAccountError::Store(error) => error.into(),
        }
    }
}
