//! What prices were.

use actix_web::{HttpResponse, get, web};
use chrono::{DateTime, Days, NaiveDate, TimeDelta};
use rialto_kernel::{Instant, InvalidValue};
use rialto_portfolio::{AssetId, Currency, History, HistoryPoint, Interval, PriceService, Span};
use rialto_wire::prices::{HistoryView, PricePointView};
use utoipa::IntoParams;

use super::convert::quote_problem;
use super::handlers::no_asset;
use crate::auth::Visitor;
use crate::error::ApiError;
use crate::query::{FromQuery, Params, ValidQuery};
use crate::state::State;

/// Before the first coin there was no price: 3 January 2009.
const FIRST_SECOND: i64 = 1_230_940_800;

/// Which stretch, in which steps.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct HistoryQuery {
    /// The first instant, as a date or in RFC 3339; unless told, 288 intervals of 5 minutes, 168 hours or 90 days before `to`.
    #[param(value_type = Option<String>, example = "2026-11-01")]
    from: Option<Instant>,
    /// The first instant after it; now unless told.
    #[param(value_type = Option<String>)]
    to: Option<Instant>,
    /// How far points are apart: `5m`, `1h` or `1d`, which it is unless told.
    #[param(value_type = Option<String>, example = "1d")]
    interval: Interval,
    /// A currency code; `usd` unless told.
    #[param(value_type = Option<String>, example = "usd")]
    currency: Currency,
}

impl FromQuery for HistoryQuery {
    fn read(params: &mut Params) -> Self {
        Self {
            from: params.parse("from", instant),
            to: params.parse("to", instant),
            interval: params.parse("interval", Interval::parse).unwrap_or(Interval::Day),
            currency: params.parse("currency", Currency::parse).unwrap_or_default(),
        }
    }
}

/// Closing prices of an asset, in order of time: recorded ones, and the providers' where nothing was recorded.
///
/// At most 2,000 points; the last one is of the interval that runs, and not closed. Where nobody knows a price there is
/// no point.
#[utoipa::path(
    tag = "prices",
    security(()),
    params(("coin" = String, Path, description = "A stable id such as `bitcoin`, or an alias"), HistoryQuery),
    responses((status = 200, description = "Its history", body = HistoryView))
)]
#[get("/api/v1/crypto/{coin}/history")]
pub(crate) async fn get_history(
    _visitor: Visitor,
    state: State,
    coin: web::Path<String>,
    query: ValidQuery<HistoryQuery>,
) -> Result<HttpResponse, ApiError> {
    let asset = PriceService::asset_named(&AssetId::parse(&coin).map_err(|_| no_asset())?);
    let span = span(&query.0, state.clock.now())?;
    let history = state.histories.history(&asset, &query.0.currency, span).await?;
    Ok(HttpResponse::Ok().json(view(&history)))
}

fn span(query: &HistoryQuery, now: Instant) -> Result<Span, ApiError> {
    let refusal = |field, message: &'static str| {
        ApiError::bad_request("invalid_query", message).with_field(field, "out_of_range")
    };
    let interval = query.interval;
    let first = DateTime::from_timestamp(FIRST_SECOND, 0).unwrap_or(DateTime::UNIX_EPOCH);
    // What has not begun has no price; a little more than now makes the interval that runs one that is asked for.
    let to = query.to.unwrap_or(now + TimeDelta::seconds(1)).min(now + TimeDelta::seconds(1));
    let from = query.from.unwrap_or_else(|| (to - interval.length() * usual(interval)).max(first));
    if from < first {
        return Err(refusal("from", "must not be before 2009-01-03"));
    }
    if from >= to {
        return Err(refusal("from", "must be before `to` and not in the future"));
    }
    Ok(Span { from, to, interval })
}

const fn usual(interval: Interval) -> i32 {
    match interval {
        Interval::FiveMinutes => 288,
        Interval::Hour => 168,
        Interval::Day => 90,
    }
}

fn instant(text: &str) -> Result<Instant, InvalidValue> {
    let refusal =
        || InvalidValue::new("invalid_format", "must be a date such as 2026-11-01, or an instant in RFC 3339");
    if let Ok(day) = text.parse::<NaiveDate>() {
        return day.and_hms_opt(0, 0, 0).map(|midnight| midnight.and_utc()).filter(is_sane).ok_or_else(refusal);
    }
    DateTime::parse_from_rfc3339(text).ok().map(|at| at.to_utc()).filter(is_sane).ok_or_else(refusal)
}

/// Far enough from the ends of time that nothing that is reckoned with it runs over.
fn is_sane(at: &Instant) -> bool {
    at.checked_add_days(Days::new(400_000)).is_some() && at.checked_sub_days(Days::new(400_000)).is_some()
}

fn view(history: &History) -> HistoryView {
    HistoryView {
        asset_id: history.asset_id.to_string(),
        currency: history.currency.to_string(),
        interval: history.interval.to_string(),
        points: history.points.iter().map(point_view).collect(),
        providers: history.providers.clone(),
        missing: history.missing,
        unfilled: history.unfilled.as_ref().map(quote_problem),
    }
}

fn point_view(point: &HistoryPoint) -> PricePointView {
    PricePointView {
        at: point.at.into(),
        price: point.price.to_string(),
        observed_at: point.observed_at.into(),
        provider: point.provider.clone(),
        closed: point.closed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        instant(text).unwrap()
    }

    fn query(from: Option<&str>, to: Option<&str>) -> HistoryQuery {
        let currency = Currency::default();
        HistoryQuery { from: from.map(at), to: to.map(at), interval: Interval::Day, currency }
    }

    #[test]
    fn a_date_is_its_midnight_in_utc() {
        assert_eq!(at("2026-11-01"), at("2026-11-01T00:00:00Z"));
        assert_eq!(at("2026-11-01T02:00:00+02:00"), at("2026-11-01"));
        for text in ["yesterday", "2026-13-01", "+262142-12-31", "-262143-01-01T00:00:00Z", "1700000000"] {
            assert!(instant(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_stretch_ends_now_and_begins_when_there_were_coins() {
        let now = at("2026-11-28T12:00:00Z");
        let whole = span(&query(None, None), now).unwrap();
        assert_eq!((whole.to - now, whole.to - whole.from), (TimeDelta::seconds(1), TimeDelta::days(90)));
        assert_eq!(span(&query(Some("2026-11-01"), Some("2030-01-01")), now).unwrap().to, whole.to);
        for (from, to) in [("2008-12-31", "2010-01-01"), ("2026-11-02", "2026-11-01"), ("2027-01-01", "2028-01-01")] {
            assert!(span(&query(Some(from), Some(to)), now).is_err(), "{from}");
        }
    }
}
