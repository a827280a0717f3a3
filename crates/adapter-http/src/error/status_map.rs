//! The status map: each refusal of the domains, its status and its code. Every `match` is exhaustive,
//! so that a new refusal breaks the build here, where it must be decided what a client is told.

mod admin;
mod identity;
mod messaging;

use std::time::Duration;

use actix_web::http::StatusCode;
use rialto_kernel::StoreError;
use rialto_portfolio::{BulkError, FindQuoteError, ProviderError, QuoteError};

use super::ApiError;
use crate::prices::convert::asset_view;
pub(crate) use messaging::send_refusal;

const SOON: Duration = Duration::from_secs(1);
const PROVIDER_PAUSE: Duration = Duration::from_secs(5);
/// A month may end at any time, and there may be another provider.
const BUDGET_PAUSE: Duration = Duration::from_secs(300);

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
        match error {
            QuoteError::UnknownAsset(_) => Self::not_found(quote_code(&error), error.to_string()),
            QuoteError::TimedOut => Self::new(StatusCode::GATEWAY_TIMEOUT, quote_code(&error), error.to_string()),
            QuoteError::Provider(error) => error.into(),
        }
    }
}

impl From<ProviderError> for ApiError {
    fn from(error: ProviderError) -> Self {
        let (code, detail) = (provider_code(&error), error.to_string());
        match error {
            ProviderError::RateLimited { retry_after } => {
                Self::unavailable(code, detail, retry_after.unwrap_or(PROVIDER_PAUSE))
            }
            ProviderError::UnknownCurrency(_) => {
                Self::bad_request("invalid_query", detail).with_field("currency", code)
            }
            ProviderError::BudgetSpent { .. } => Self::unavailable(code, detail, BUDGET_PAUSE),
            ProviderError::Unsupported => Self::not_found(code, "no price provider of this server offers this"),
            ProviderError::Unavailable { .. } | ProviderError::Malformed { .. } | ProviderError::Resting { .. } => {
                Self::unavailable(code, "no price provider gives an answer; try again", PROVIDER_PAUSE).caused_by(error)
            }
        }
    }
}

impl From<FindQuoteError> for ApiError {
    fn from(error: FindQuoteError) -> Self {
        let detail = error.to_string();
        match error {
            FindQuoteError::Ambiguous { candidates, .. } => {
                let candidates = candidates.iter().map(asset_view).collect();
                Self::conflict("ambiguous_asset", detail).with_candidates(candidates)
            }
            FindQuoteError::Quote(error) => error.into(),
        }
    }
}

/// The code of a missing price, the same alone and in a bulk answer.
pub(crate) const fn quote_code(error: &QuoteError) -> &'static str {
    match error {
        QuoteError::UnknownAsset(_) => "unknown_asset",
        QuoteError::TimedOut => "timeout",
        QuoteError::Provider(error) => provider_code(error),
    }
}

const fn provider_code(error: &ProviderError) -> &'static str {
    match error {
        ProviderError::RateLimited { .. } => "price_provider_limited",
        ProviderError::BudgetSpent { .. } => "price_provider_spent",
        ProviderError::UnknownCurrency(_) => "unknown_currency",
        ProviderError::Unsupported => "not_offered",
        ProviderError::Unavailable { .. } | ProviderError::Malformed { .. } | ProviderError::Resting { .. } => {
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
