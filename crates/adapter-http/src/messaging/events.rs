//! A conversation's log.

use actix_web::{HttpResponse, get};
use rialto_convert::events::event_view;
use rialto_kernel::PageLimit;
use rialto_wire::list::List;
use rialto_wire::messaging::EventView;
use utoipa::IntoParams;

use crate::auth::Signed;
use crate::error::ApiError;
use crate::path::ConversationPath;
use crate::query::{FromQuery, Params, ValidQuery};
use crate::state::State;

/// Which part of the log.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct EventsQuery {
    /// Events with a higher `seq`; from the first unless told. The `next_cursor` of the page before.
    #[param(value_type = Option<u64>)]
    after: u64,
    /// How many; 50 unless told.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 100)]
    limit: PageLimit,
}

impl FromQuery for EventsQuery {
    fn read(params: &mut Params) -> Self {
        // Sequence numbers are signed in the stores.
        let after = params.number("after", 0..=i64::MAX.unsigned_abs());
        let limit = params.number("limit", 1..=u64::from(PageLimit::MAX)).and_then(PageLimit::parse);
        Self { after: after.unwrap_or_default(), limit: limit.unwrap_or_default() }
    }
}

/// What happened in a conversation, in order and without holes; for its members.
#[utoipa::path(
    tag = "messages",
    params(("id" = uuid::Uuid, Path, description = "Which conversation"), EventsQuery),
    responses((
        status = 200,
        description = "A page of events; pass `next_cursor` as `after` to get the next",
        body = List<EventView>
    ))
)]
#[get("/api/v1/conversations/{id}/events")]
pub(crate) async fn list_events(
    state: State,
    request: Signed<(ConversationPath, ValidQuery<EventsQuery>)>,
) -> Result<HttpResponse, ApiError> {
    let Signed { caller, input: (ConversationPath(id), ValidQuery(query)) } = request;
    let events = state.messaging.list_events(id, caller.id(), query.after, query.limit).await?;
    let full = events.len() == query.limit.as_usize();
    let next_cursor = events.last().filter(|_| full).map(|event| event.seq.to_string());
    let items = events.iter().map(event_view).collect();
    Ok(HttpResponse::Ok().json(List::<EventView> { items, next_cursor }))
}
