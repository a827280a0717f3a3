//! Who is there.

use actix_web::{HttpResponse, get};
use rialto_convert::members::presence_view;
use rialto_kernel::UserId;
use rialto_wire::list::List;
use rialto_wire::messaging::PresenceView;
use utoipa::IntoParams;

use crate::auth::Signed;
use crate::path::canonical;
use crate::query::{FromQuery, Params, ValidQuery};
use crate::state::State;

const MAX_USERS: usize = 100;

/// Whose presence.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PresenceQuery {
    /// Whose: 1 to 100 ids, separated by commas or repeated.
    #[param(value_type = String)]
    user_id: Vec<UserId>,
}

impl FromQuery for PresenceQuery {
    fn read(params: &mut Params) -> Self {
        let texts = params.take_all("user_id");
        let texts = texts.iter().flat_map(|text| text.split(',')).map(str::trim).filter(|text| !text.is_empty());
        let ids: Vec<Option<UserId>> =
            texts.take(MAX_USERS + 1).map(|text| canonical(text).map(UserId::from)).collect();
        if ids.is_empty() {
            params.refuse("user_id", "missing_field", "is needed");
        } else if ids.len() > MAX_USERS {
            params.refuse("user_id", "too_long", "may name at most 100 users");
        } else if ids.contains(&None) {
            params.refuse("user_id", "invalid_format", "must be ids separated by commas");
        }
        Self { user_id: ids.into_iter().flatten().collect() }
    }
}

/// Whether users are there.
#[utoipa::path(
    tag = "users",
    params(PresenceQuery),
    responses((status = 200, description = "One per user, in the order asked for", body = List<PresenceView>))
)]
#[get("/api/v1/presence")]
pub(crate) async fn list_presence(state: State, request: Signed<ValidQuery<PresenceQuery>>) -> HttpResponse {
    let Signed { caller, input: ValidQuery(query) } = request;
    let found = state.messaging.presence_of(caller.id(), &query.user_id).await;
    let items = found.into_iter().map(presence_view).collect();
    HttpResponse::Ok().json(List::<PresenceView> { items, next_cursor: None })
}
