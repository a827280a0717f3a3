//! Finding messages by what they say.

use actix_web::{HttpResponse, get};
use rialto_convert::messages::message_view;
use rialto_kernel::InvalidValue;
use rialto_messaging::SearchQuery;
use rialto_wire::list::List;
use rialto_wire::messaging::MessageView;
use utoipa::IntoParams;

use crate::auth::Signed;
use crate::error::ApiError;
use crate::lists::list_of;
use crate::query::{FromQuery, PageQuery, Params, ValidQuery};
use crate::state::State;

/// What to look for: `q`, or at least one of the others.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct SearchParams {
    /// Words, which all must be there, the last letters of each left out if one likes; `"a phrase"`; and the other
    /// parameters as `from:ann`, `in:lobby`, `before:2026-01-31`, `after:2026-01-01`. At most 256 characters.
    #[param(value_type = Option<String>, max_length = 256)]
    q: Option<SearchQuery>,
    /// Whose messages: a username.
    #[param(value_type = Option<String>)]
    from: Option<SearchQuery>,
    /// Where: the id of a conversation, or the name of a channel.
    #[param(value_type = Option<String>, rename = "in")]
    within: Option<SearchQuery>,
    /// Said before this day (UTC) or instant.
    #[param(value_type = Option<String>)]
    before: Option<SearchQuery>,
    /// Said on this day (UTC), at this instant, or after.
    #[param(value_type = Option<String>)]
    after: Option<SearchQuery>,
}

impl FromQuery for (SearchParams, PageQuery) {
    fn read(params: &mut Params) -> Self {
        let q = params.parse("q", SearchQuery::parse);
        let mut filter = |name: &str| params.parse(name, |text| parse_filter(name, text));
        let search = SearchParams {
            q,
            from: filter("from"),
            within: filter("in"),
            before: filter("before"),
            after: filter("after"),
        };
        if search.parts().is_empty() {
            params.refuse("q", "missing_field", "is needed, or one of from, in, before and after");
        }
        (search, PageQuery::read(params))
    }
}

/// A parameter means what the same operator in `q` means.
fn parse_filter(name: &str, text: &str) -> Result<SearchQuery, InvalidValue> {
    let quote = |c| matches!(c, '"' | '“' | '”' | '«' | '»' | '「' | '」');
    if text.chars().any(quote) {
        return Err(InvalidValue::new("invalid_format", "must not hold quotes"));
    }
    SearchQuery::parse(&format!("{name}:\"{text}\""))
}

impl SearchParams {
    fn parts(&self) -> Vec<&SearchQuery> {
        [&self.q, &self.from, &self.within, &self.before, &self.after].into_iter().flatten().collect()
    }

    /// All of it in one query.
    fn joined(&self) -> Result<SearchQuery, ApiError> {
        let parts = self.parts();
        Ok(SearchQuery {
            clauses: parts.iter().flat_map(|part| part.clauses.clone()).collect(),
            from: once("from", parts.iter().map(|part| part.from.clone()))?,
            within: once("in", parts.iter().map(|part| part.within.clone()))?,
            before: once("before", parts.iter().map(|part| part.before))?,
            after: once("after", parts.iter().map(|part| part.after))?,
        })
    }
}

/// The value that is given, if it is given once.
fn once<T>(name: &str, values: impl Iterator<Item = Option<T>>) -> Result<Option<T>, ApiError> {
    let mut given = values.flatten();
    match (given.next(), given.next()) {
        (value, None) => Ok(value),
        (_, Some(_)) => {
            let detail = "give from, in, before and after in q or as a parameter, not both";
            Err(ApiError::bad_request("conflicting_parameters", detail).with_field(name, "conflicting"))
        }
    }
}

/// Messages in the conversations one is in, threads included, newest first.
///
/// Words are found in any letter case and by their beginnings, in every script; text without spaces, Chinese and Japanese,
/// by any part of it; emoji too. What was deleted is not found, and what was edited by what it says now.
#[utoipa::path(
    tag = "messages",
    params(SearchParams, PageQuery),
    responses((status = 200, description = "A page of messages", body = List<MessageView>))
)]
#[get("/api/v1/search")]
pub(crate) async fn search_messages(
    state: State,
    request: Signed<ValidQuery<(SearchParams, PageQuery)>>,
) -> Result<HttpResponse, ApiError> {
    let Signed { caller, input: ValidQuery((search, page)) } = request;
    let query = search.joined()?;
    let found = state.messaging.search_messages(caller.id(), query, page.cursor, page.limit).await?;
    Ok(HttpResponse::Ok().json(list_of(found, |message| message_view(&message, Some(caller.id())))))
}
