//! Between the wire and the portfolio domain.

use std::time::Duration;

use rialto_kernel::{Decimal, Instant};
use rialto_portfolio::{AssetId, Currency, Quote, QuoteError};
use rialto_wire::prices::{BulkQuoteView, BulkQuotesRequest, BulkQuotesView, QuoteProblem, QuoteView};

use crate::error::{ApiError, quote_code};
use crate::fields::FieldErrors;

const DEFAULT_TIMEOUT: Duration = Duration::from_secs(15);

/// What a bulk look-up asks for.
pub(super) struct Bulk {
    pub(super) assets: Vec<AssetId>,
    pub(super) currency: Currency,
    pub(super) timeout: Duration,
}

pub(super) fn bulk(request: &BulkQuotesRequest) -> Result<Bulk, ApiError> {
    let mut errors = FieldErrors::default();
    let parse = |(index, coin): (usize, &String)| errors.check(&format!("coins[{index}]"), AssetId::parse(coin));
    let assets: Vec<AssetId> = request.coins.iter().enumerate().filter_map(parse).collect();
    let currency = match request.currency.as_deref() {
        Some(text) => errors.check("currency", Currency::parse(text)),
        None => Some(Currency::default()),
    };
    let timeout = request.timeout.map_or(DEFAULT_TIMEOUT, Duration::from_secs);
    if !(1..=30).contains(&timeout.as_secs()) {
        errors.refuse("timeout", "out_of_range", "must be a whole number from 1 to 30");
    }
    match currency {
        Some(currency) if errors.is_empty() => Ok(Bulk { assets, currency, timeout }),
        _ => Err(errors.into_invalid_body()),
    }
}

pub(super) fn quote_view(quote: &Quote, now: Instant) -> QuoteView {
    let text = |decimal: &Option<Decimal>| decimal.as_ref().map(ToString::to_string);
    QuoteView {
        asset_id: quote.asset_id.to_string(),
        symbol: quote.symbol.clone(),
        name: quote.name.clone(),
        price: quote.price.to_string(),
        currency: quote.currency.to_string(),
        change_24h: text(&quote.change_24h),
        change_percent_24h: text(&quote.change_percent_24h),
        market_cap: text(&quote.market_cap),
        volume_24h: text(&quote.volume_24h),
        rank: quote.rank,
        provider: quote.provider.to_owned(),
        observed_at: quote.observed_at.into(),
        fetched_at: quote.fetched_at.into(),
        age_ms: u64::try_from(quote.age(now).as_millis()).unwrap_or(u64::MAX),
        stale: quote.stale,
    }
}

pub(super) fn bulk_view(found: Vec<(AssetId, Result<Quote, QuoteError>)>, now: Instant) -> BulkQuotesView {
    let items: Vec<BulkQuoteView> = found
        .into_iter()
        .map(|(asset, outcome)| {
            let (quote, error) = match outcome {
                Ok(quote) => (Some(quote_view(&quote, now)), None),
                Err(error) => {
                    (None, Some(QuoteProblem { code: quote_code(&error).to_owned(), message: error.to_string() }))
                }
            };
            BulkQuoteView { asset_id: asset.to_string(), quote, error }
        })
        .collect();
    let success_count = items.iter().filter(|item| item.quote.is_some()).count();
    BulkQuotesView { error_count: items.len() - success_count, success_count, items }
}
