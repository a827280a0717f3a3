//! Prices on request.

use actix_web::{HttpRequest, HttpResponse, get, post, web};
use rialto_portfolio::{AssetId, AssetQuery, Currency, PriceService};
use rialto_wire::list::List;
use rialto_wire::prices::{AssetView, BulkQuotesRequest, BulkQuotesView, QuoteView};
use utoipa::IntoParams;

use super::convert::{self, asset_view, bulk_view, quote_view};
use crate::auth::Visitor;
use crate::body::ValidJson;
use crate::error::ApiError;
use crate::query::{FromQuery, Params, ValidQuery};
use crate::state::State;

/// What to count in.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct CurrencyQuery {
    /// A currency code; `usd` unless told.
    #[param(value_type = Option<String>, example = "usd")]
    pub(super) currency: Currency,
}

impl FromQuery for CurrencyQuery {
    fn read(params: &mut Params) -> Self {
        Self { currency: params.parse("currency", Currency::parse).unwrap_or_default() }
    }
}

/// How many.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PopularQuery {
    /// How many; 10 unless told.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 100)]
    limit: u16,
}

impl FromQuery for (PopularQuery, CurrencyQuery) {
    fn read(params: &mut Params) -> Self {
        let limit = params.number("limit", 1..=100).and_then(|limit| u16::try_from(limit).ok());
        (PopularQuery { limit: limit.unwrap_or(10) }, CurrencyQuery::read(params))
    }
}

/// The assets of greatest market capitalisation, greatest first.
#[utoipa::path(
    tag = "prices",
    security(()),
    params(PopularQuery, CurrencyQuery),
    responses((status = 200, description = "Their quotes", body = List<QuoteView>))
)]
#[get("/api/v1/crypto/popular")]
pub(crate) async fn list_popular(
    _visitor: Visitor,
    state: State,
    query: ValidQuery<(PopularQuery, CurrencyQuery)>,
) -> Result<HttpResponse, ApiError> {
    let ValidQuery((popular, CurrencyQuery { currency })) = query;
    let quotes = state.prices.popular(popular.limit, &currency).await?;
    let now = state.clock.now();
    let items = quotes.iter().map(|quote| quote_view(quote, now)).collect();
    Ok(HttpResponse::Ok().json(List::<QuoteView> { items, next_cursor: None }))
}

/// Many prices at once, each with its quote or the reason why there is none.
#[utoipa::path(
    tag = "prices",
    security(()),
    request_body = BulkQuotesRequest,
    responses((status = 200, description = "One per asset, in the order asked for", body = BulkQuotesView))
)]
#[post("/api/v1/crypto/bulk")]
pub(crate) async fn look_up_many(
    _visitor: Visitor,
    state: State,
    body: ValidJson<BulkQuotesRequest>,
) -> Result<HttpResponse, ApiError> {
    let asked = convert::bulk(&body.0)?;
    let found = state.prices.bulk(asked.assets, &asked.currency, asked.timeout).await?;
    Ok(HttpResponse::Ok().json(bulk_view(found, state.clock.now())))
}

/// What to look for.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct SearchQuery {
    /// Part of a name, symbol or id: 1 to 64 characters.
    #[param(value_type = String, example = "bit")]
    q: Option<AssetQuery>,
    /// How many; 10 unless told.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 50)]
    limit: u16,
}

impl FromQuery for SearchQuery {
    fn read(params: &mut Params) -> Self {
        let q = params.take("q").map(|text| AssetQuery::parse(&text));
        let q = match q {
            Some(Ok(query)) => Some(query),
            Some(Err(refusal)) => {
                params.refuse("q", refusal.code, &refusal.message);
                None
            }
            None => {
                params.refuse("q", "missing_field", "is needed");
                None
            }
        };
        let limit = params.number("limit", 1..=50).and_then(|limit| u16::try_from(limit).ok());
        Self { q, limit: limit.unwrap_or(10) }
    }
}

/// Assets by name, symbol or id, the most fitting first.
#[utoipa::path(
    tag = "prices",
    security(()),
    params(SearchQuery),
    responses((status = 200, description = "Those that match", body = List<AssetView>))
)]
#[get("/api/v1/crypto/search")]
pub(crate) async fn search_assets(
    _visitor: Visitor,
    state: State,
    query: ValidQuery<SearchQuery>,
) -> Result<HttpResponse, ApiError> {
    let SearchQuery { q, limit } = query.0;
    let found = match q {
        Some(query) => state.prices.search(&query, limit).await?,
        None => Vec::new(),
    };
    let items = found.iter().map(asset_view).collect();
    Ok(HttpResponse::Ok().json(List::<AssetView> { items, next_cursor: None }))
}

/// The price of one asset, named by its id, by a well-known alias such as `bnb`, or by a ticker that it alone has.
#[utoipa::path(
    tag = "prices",
    security(()),
    params(("coin" = String, Path, description = "A stable id such as `bitcoin`, or another name"), CurrencyQuery),
    responses(
        (status = 200, description = "Its quote", body = QuoteView),
        (status = 409, description = "Several assets have this ticker: `ambiguous_asset`, with `candidates`"),
    )
)]
#[get("/api/v1/crypto/{coin}")]
pub(crate) async fn get_quote(
    _visitor: Visitor,
    req: HttpRequest,
    state: State,
    coin: web::Path<String>,
    query: ValidQuery<CurrencyQuery>,
) -> Result<HttpResponse, ApiError> {
    let name = AssetId::parse(&coin).map_err(|_| no_asset())?;
    let quote = state.prices.find_quote(&name, &query.0.currency).await?;
    if PriceService::asset_named(&name) == quote.asset_id
        && let Some(asked) = req.uri().path_and_query()
    {
        state.ready_quotes.learn(asked.as_str(), &quote.asset_id, &query.0.currency);
    }
    Ok(HttpResponse::Ok().json(quote_view(&quote, state.clock.now())))
}

/// What cannot be an id names no asset.
pub(super) fn no_asset() -> ApiError {
    ApiError::not_found("unknown_asset", "no asset can have this id")
}
