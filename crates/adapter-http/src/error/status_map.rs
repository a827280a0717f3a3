//! The status map: each refusal of the domains, its status and its code. Every `match` is exhaustive,
//! so that a new refusal breaks the build here, where it must be decided what a client is told.

mod admin;
mod identity;
mod messaging;

use std::time::Duration;

use actix_web::http::StatusCode;
use rialto_kernel::StoreError;
use rialto_portfolio::{BulkError, PriceFeedError, QuoteError};

use super::ApiError;
pub(crate) use messaging::send_refusal;

const SOON: Duration = Duration::from_secs(1);
const PROVIDER_PAUSE: Duration = Duration::from_secs(5);

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable { .. } | StoreError::Corrupt { .. } => {
                Self::unavailable("store_unavailable", "the store did not answer; try again", SOON).caused_by(error)
            }
        }
    }
}

impl From<QuoteError> for ApiError {
    fn from(error: QuoteError) -> Self {
        let (code, detail) = (quote_code(&error), error.to_string());
        match error {
            QuoteError::UnknownAsset(_) => Self::not_found(code, detail),
            QuoteError::TimedOut => Self::new(StatusCode::GATEWAY_TIMEOUT, code, detail),
            QuoteError::Feed(PriceFeedError::RateLimited { retry_after }) => {
                Self::unavailable(code, detail, retry_after.unwrap_or(PROVIDER_PAUSE))
            }
            QuoteError::Feed(PriceFeedError::UnknownCurrency(_)) => {
                Self::bad_request("invalid_query", detail).with_field("currency", code)
            }
            QuoteError::Feed(error @ (PriceFeedError::Unavailable { .. } | PriceFeedError::Malformed { .. })) => {
                Self::unavailable(code, "no price provider gives an answer; try again", PROVIDER_PAUSE).caused_by(error)
            }
        }
    }
}

/// The code of a missing price, the same alone and in a bulk answer.
pub(crate) fn quote_code(error: &QuoteError) -> &'static str {
    match error {
        QuoteError::UnknownAsset(_) => "unknown_asset",
        QuoteError::TimedOut => "timeout",
        QuoteError::Feed(PriceFeedError::RateLimited { .. }) => "price_provider_limited",
        QuoteError::Feed(PriceFeedError::UnknownCurrency(_)) => "unknown_currency",
        QuoteError::Feed(PriceFeedError::Unavailable { .. } | PriceFeedError::Malformed { .. }) => {
            "price_provider_unavailable"
        }
    }
}

impl From<BulkError> for ApiError {
    fn from(error: BulkError) -> Self {
        let code = match error {
            BulkError::NoAssets => "too_short",
            BulkError::TooManyAssets { .. } => "too_long",
        };
        Self::unprocessable("invalid_body", error.to_string()).with_field("coins", code)
    }
}

#[cfg(test)]
mod tests {
    use actix_web::ResponseError;
    use rialto_identity::HashError;
    use rialto_identity::service::{AuthenticateError, LogInError, RefreshError, RegisterError};

    use super::*;

    fn seen(error: impl Into<ApiError>) -> (u16, &'static str) {
        let error = error.into();
        (error.status_code().as_u16(), error.code())
    }

    #[test]
    fn what_passes_by_itself_is_a_503() {
        assert_eq!(seen(RegisterError::Hash(HashError::Busy)), (503, "busy"));
        assert_eq!(seen(LogInError::Store(StoreError::corrupt("x"))), (503, "store_unavailable"));
        let limited = PriceFeedError::RateLimited { retry_after: Some(Duration::from_secs(7)) };
        let response = ApiError::from(QuoteError::Feed(limited)).error_response();
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
