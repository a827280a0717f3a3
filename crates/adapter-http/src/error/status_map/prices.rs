//! Prices, watchlists and alerts.

use std::time::Duration;

use actix_web::http::StatusCode;
use rialto_portfolio::{
    AddWatchedError, BulkError, ChangeAlertError, CourierError, CreateAlertError, FindQuoteError, HistoryError,
    ProviderError, QuoteError, UnfitAlert,
};

use super::SOON;
use crate::error::ApiError;
use crate::prices::convert::asset_view;

const PROVIDER_PAUSE: Duration = Duration::from_secs(5);
/// A month may end at any time, and there may be another provider.
const BUDGET_PAUSE: Duration = Duration::from_secs(300);

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

impl From<HistoryError> for ApiError {
    fn from(error: HistoryError) -> Self {
        let detail = error.to_string();
        match error {
            HistoryError::TooManyPoints { .. } => {
                Self::bad_request("invalid_query", detail).with_field("from", "out_of_range")
            }
            HistoryError::Quote(error) => error.into(),
            HistoryError::Store(error) => error.into(),
        }
    }
}

impl From<AddWatchedError> for ApiError {
    fn from(error: AddWatchedError) -> Self {
        let detail = error.to_string();
        match error {
            AddWatchedError::UnknownAsset(_) => Self::not_found("unknown_asset", detail),
            AddWatchedError::Full { .. } => Self::conflict("too_many", detail),
            AddWatchedError::UnknownUser => Self::not_found("user_not_found", detail),
            AddWatchedError::Provider(error) => error.into(),
            AddWatchedError::Store(error) => error.into(),
        }
    }
}

impl From<CreateAlertError> for ApiError {
    fn from(error: CreateAlertError) -> Self {
        let detail = error.to_string();
        match error {
            CreateAlertError::TooMany => Self::conflict("too_many", detail),
            CreateAlertError::UnknownUser => Self::not_found("user_not_found", detail),
            CreateAlertError::Unfit(unfit) => unfit.into(),
            CreateAlertError::MayNotPost => may_not_post(detail),
            CreateAlertError::Courier(error) => error.into(),
            CreateAlertError::Store(error) => error.into(),
        }
    }
}

impl From<ChangeAlertError> for ApiError {
    fn from(error: ChangeAlertError) -> Self {
        let detail = error.to_string();
        match error {
            ChangeAlertError::NotFound => Self::not_found("alert_not_found", detail),
            ChangeAlertError::Unfit(unfit) => unfit.into(),
            ChangeAlertError::MayNotPost => may_not_post(detail),
            ChangeAlertError::Courier(error) => error.into(),
            ChangeAlertError::Store(error) => error.into(),
        }
    }
}

impl From<UnfitAlert> for ApiError {
    fn from(unfit: UnfitAlert) -> Self {
        let (field, code) = match unfit {
            UnfitAlert::MoveCurrency => ("currency", "not_allowed"),
            UnfitAlert::WindowTooLong { .. } => ("window_s", "out_of_range"),
            UnfitAlert::CooldownTooShort { .. } => ("cooldown_s", "out_of_range"),
        };
        Self::unprocessable("invalid_body", unfit.to_string()).with_field(field, code)
    }
}

impl From<CourierError> for ApiError {
    fn from(error: CourierError) -> Self {
        match error {
            CourierError::Refused { reason } => may_not_post(format!("you may not write there: {reason}")),
            CourierError::Unavailable { .. } => {
                Self::unavailable("store_unavailable", "the store did not answer; try again", SOON).caused_by(error)
            }
        }
    }
}

/// The same for a conversation that there is not: who is not in it learns nothing of it.
fn may_not_post(detail: String) -> ApiError {
    ApiError::unprocessable("invalid_body", detail).with_field("deliver", "not_allowed")
}

#[cfg(test)]
mod tests {
    use actix_web::ResponseError;
    use chrono::TimeDelta;

    use super::*;

    #[actix_web::test]
    async fn what_an_alert_may_not_ask_for_is_told_by_field() {
        let minute = TimeDelta::minutes(1);
        for (unfit, field) in [
            (UnfitAlert::MoveCurrency, "currency"),
            (UnfitAlert::WindowTooLong { max: minute }, "window_s"),
            (UnfitAlert::CooldownTooShort { min: minute }, "cooldown_s"),
        ] {
            for error in [ApiError::from(CreateAlertError::Unfit(unfit)), ChangeAlertError::Unfit(unfit).into()] {
                let response = error.error_response();
                assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
                let body = actix_web::body::to_bytes(response.into_body()).await.unwrap();
                let problem: rialto_wire::problem::Problem = serde_json::from_slice(&body).unwrap();
                assert_eq!(problem.errors[0].field, field);
            }
        }
    }
}
