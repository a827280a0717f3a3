//! The status map: each refusal of the domains, its status and its code. Every `match` is exhaustive,
//! so that a new refusal breaks the build here, where it must be decided what a client is told.

mod admin;
mod identity;
mod messaging;
mod prices;

use std::time::Duration;

use rialto_kernel::StoreError;

use super::ApiError;
pub(crate) use messaging::send_refusal;
pub(crate) use prices::quote_code;

const SOON: Duration = Duration::from_secs(1);

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable { .. } | StoreError::Corrupt { .. } => {
                Self::unavailable("store_unavailable", "the store did not answer; try again", SOON).caused_by(error)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::ResponseError;
    use rialto_identity::HashError;
    use rialto_identity::service::{AuthenticateError, LogInError, RefreshError, RegisterError};
    use rialto_portfolio::{ProviderError, QuoteError};

    use super::*;

    fn seen(error: impl Into<ApiError>) -> (u16, &'static str) {
        let error = error.into();
        (error.status_code().as_u16(), error.code())
    }

    #[test]
    fn what_passes_by_itself_is_a_503() {
        assert_eq!(seen(RegisterError::Hash(HashError::Busy)), (503, "busy"));
        assert_eq!(seen(LogInError::Store(StoreError::corrupt("x"))), (503, "store_unavailable"));
        let limited = ProviderError::RateLimited { retry_after: Some(Duration::from_secs(7)) };
        let response = ApiError::from(QuoteError::Provider(limited)).error_response();
        assert_eq!(response.status(), 503);
        assert_eq!(response.headers().get("retry-after").unwrap(), "7");
    }

    #[test]
    fn every_401_names_the_scheme() {
        for error in [AuthenticateError::InvalidToken, AuthenticateError::ExpiredToken] {
            let response = ApiError::from(error).error_response();
            assert_eq!(response.status(), 401);
            assert_eq!(response.headers().get("www-authenticate").unwrap(), "Bearer");
        }
        assert_eq!(seen(RefreshError::TokenReused), (401, "token_reused"));
    }
}
