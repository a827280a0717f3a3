//! What holdings are worth now. Nothing is kept.

use std::time::Duration;

use actix_web::{HttpResponse, post};
use rialto_kernel::{Decimal, Instant, InvalidValue};
use rialto_portfolio::{AssetId, Currency, Holding, Valuation, ValuedHolding};
use rialto_wire::prices::{QuoteProblem, ValuationRequest, ValuationView, ValuedHoldingView};

use super::convert::{currency, outcome_view, timeout};
use crate::auth::Visitor;
use crate::body::ValidJson;
use crate::error::ApiError;
use crate::fields::FieldErrors;
use crate::state::State;

const MAX_HOLDINGS: usize = 1_000;

/// What holdings are worth now, each with its quote or the reason why there is none. Nothing is kept.
#[utoipa::path(
    tag = "prices",
    security(()),
    request_body = ValuationRequest,
    responses((status = 200, description = "One per holding, in the order asked for", body = ValuationView))
)]
#[post("/api/v1/crypto/portfolio")]
pub(crate) async fn value_holdings(
    _visitor: Visitor,
    state: State,
    body: ValidJson<ValuationRequest>,
) -> Result<HttpResponse, ApiError> {
    let Asked { holdings, currency, timeout } = read(&body.0)?;
    let valuation = state.prices.value(holdings, &currency, timeout).await?;
    Ok(HttpResponse::Ok().json(view(&valuation, state.clock.now())))
}

struct Asked {
    holdings: Vec<Holding>,
    currency: Currency,
    timeout: Duration,
}

fn read(request: &ValuationRequest) -> Result<Asked, ApiError> {
    let mut errors = FieldErrors::default();
    let holdings = match (&request.coins, &request.holdings) {
        (Some(coins), None) => units(&mut errors, coins),
        (None, Some(holdings)) if holdings.len() > MAX_HOLDINGS => {
            errors.refuse("holdings", "too_long", format!("may name at most {MAX_HOLDINGS} holdings"));
            Vec::new()
        }
        (None, Some(holdings)) => {
            let mut read = Vec::with_capacity(holdings.len());
            for (index, holding) in holdings.iter().enumerate() {
                let asset = errors.check(&format!("holdings[{index}].asset_id"), AssetId::parse(&holding.asset_id));
                let quantity = errors.check(&format!("holdings[{index}].quantity"), quantity(&holding.quantity));
                read.extend(asset.zip(quantity).map(|(asset, quantity)| Holding { asset, quantity }));
            }
            read
        }
        (Some(_), Some(_)) => {
            errors.refuse("holdings", "conflicting", "name either coins or holdings");
            Vec::new()
        }
        (None, None) => {
            errors.missing("holdings");
            Vec::new()
        }
    };
    let currency = currency(&mut errors, request.currency.as_deref());
    let timeout = timeout(&mut errors, request.timeout);
    match currency {
        Some(currency) if errors.is_empty() => Ok(Asked { holdings, currency, timeout }),
        _ => Err(errors.into_invalid_body()),
    }
}

/// One unit of each.
fn units(errors: &mut FieldErrors, coins: &[String]) -> Vec<Holding> {
    let parse = |(index, coin): (usize, &String)| errors.check(&format!("coins[{index}]"), AssetId::parse(coin));
    let assets: Vec<AssetId> = coins.iter().enumerate().filter_map(parse).collect();
    assets.into_iter().map(|asset| Holding { asset, quantity: Decimal::from(1) }).collect()
}

fn quantity(text: &str) -> Result<Decimal, InvalidValue> {
    let quantity: Decimal = text.parse().map_err(|error| InvalidValue::new("invalid_format", format!("{error}")))?;
    if quantity.is_negative() {
        return Err(InvalidValue::new("out_of_range", "must not be negative"));
    }
    Ok(quantity)
}

fn view(valuation: &Valuation, now: Instant) -> ValuationView {
    let success_count = valuation.items.iter().filter(|item| item.value.is_some()).count();
    ValuationView {
        items: valuation.items.iter().map(|item| item_view(item, now)).collect(),
        total: valuation.total.as_ref().map(ToString::to_string),
        currency: valuation.currency.to_string(),
        coverage: valuation.coverage().to_string(),
        success_count,
        error_count: valuation.items.len() - success_count,
    }
}

fn item_view(item: &ValuedHolding, now: Instant) -> ValuedHoldingView {
    let (quote, why_no_quote) = outcome_view(&item.quote, now);
    let too_large = || QuoteProblem {
        code: "too_large".to_owned(),
        message: "the value has more than 20 digits before the decimal point".to_owned(),
    };
    let error = why_no_quote.or_else(|| item.value.is_none().then(too_large));
    ValuedHoldingView {
        asked: item.holding.asset.to_string(),
        quantity: item.holding.quantity.to_string(),
        value: item.value.as_ref().map(ToString::to_string),
        quote,
        error,
    }
}
