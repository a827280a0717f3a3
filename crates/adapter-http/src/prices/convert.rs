//! Between the wire and the portfolio domain.

use std::time::Duration;

use rialto_kernel::{Decimal, Instant};
use rialto_portfolio::{Asset, AssetId, Conversion, Currency, LookedUp, Quote, QuoteError};
use rialto_wire::prices::{
    AssetView, BulkQuoteView, BulkQuotesRequest, BulkQuotesView, ConversionView, QuoteProblem, QuoteView,
};

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
    let currency = currency(&mut errors, request.currency.as_deref());
    let timeout = timeout(&mut errors, request.timeout);
    match currency {
        Some(currency) if errors.is_empty() => Ok(Bulk { assets, currency, timeout }),
        _ => Err(errors.into_invalid_body()),
    }
}

/// What to count in; `usd` unless told.
pub(super) fn currency(errors: &mut FieldErrors, text: Option<&str>) -> Option<Currency> {
    match text {
        Some(text) => errors.check("currency", Currency::parse(text)),
        None => Some(Currency::default()),
    }
}

/// How long to wait at the longest.
pub(super) fn timeout(errors: &mut FieldErrors, seconds: Option<u64>) -> Duration {
    let timeout = seconds.map_or(DEFAULT_TIMEOUT, Duration::from_secs);
    if !(1..=30).contains(&timeout.as_secs()) {
        errors.refuse("timeout", "out_of_range", "must be a whole number from 1 to 30");
    }
    timeout
}

pub(crate) fn asset_view(asset: &Asset) -> AssetView {
    AssetView { id: asset.id.to_string(), symbol: asset.symbol.clone(), name: asset.name.clone(), rank: asset.rank }
}

fn conversion_view(step: &Conversion) -> ConversionView {
    ConversionView {
        from: step.from.to_string(),
        to: step.to.to_string(),
        rate: step.rate.to_string(),
        provider: step.provider.to_owned(),
        observed_at: step.observed_at.into(),
    }
}

pub(super) fn quote_problem(error: &QuoteError) -> QuoteProblem {
    QuoteProblem { code: quote_code(error).to_owned(), message: error.to_string() }
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
        conversion: quote.conversion.iter().map(conversion_view).collect(),
    }
}

/// A quote, or why there is none.
pub(super) fn outcome_view(
    outcome: &Result<Quote, QuoteError>,
    now: Instant,
) -> (Option<QuoteView>, Option<QuoteProblem>) {
    match outcome {
        Ok(quote) => (Some(quote_view(quote, now)), None),
        Err(error) => (None, Some(quote_problem(error))),
    }
}

pub(super) fn bulk_view(found: Vec<LookedUp>, now: Instant) -> BulkQuotesView {
    let view = |LookedUp { name, asset, outcome }: LookedUp| {
        let (quote, error) = outcome_view(&outcome, now);
        BulkQuoteView { asked: name.to_string(), asset_id: asset.to_string(), quote, error }
    };
    let items: Vec<BulkQuoteView> = found.into_iter().map(view).collect();
    let success_count = items.iter().filter(|item| item.quote.is_some()).count();
    BulkQuotesView { error_count: items.len() - success_count, success_count, items }
}
