//! What is said.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, HttpResponse, get, post};
use rialto_convert::identity::actor;
use rialto_convert::messages::{history_view, message_view};
use rialto_messaging::service::HistoryPosition;
use rialto_messaging::{HistoryPart, Nonce};
use rialto_wire::list::List;
use rialto_wire::messaging::{MessageView, SendMessageRequest};
use utoipa::IntoParams;

use super::convert::send_message;
use crate::auth::Signed;
use crate::body::ValidJson;
use crate::error::{ApiError, send_refusal};
use crate::path::ConversationPath;
use crate::query::{FromQuery, PageQuery, Params, ValidQuery};
use crate::state::State;
use crate::task::run_to_end;

/// Where in the history; at most one of these, or a cursor.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct HistoryQuery {
    /// Messages with a lower `seq`, newest first.
    before: Option<u64>,
    /// Messages with a higher `seq`, oldest first.
    after: Option<u64>,
    /// Messages on both sides of this `seq`, itself included, oldest first.
    around: Option<u64>,
}

impl FromQuery for (HistoryQuery, PageQuery) {
    fn read(params: &mut Params) -> Self {
        // Sequence numbers are signed in the stores.
        let mut seq = |name| params.number(name, 0..=i64::MAX.unsigned_abs());
        let history = HistoryQuery { before: seq("before"), after: seq("after"), around: seq("around") };
        (history, PageQuery::read(params))
    }
}

pub(super) fn position(history: &HistoryQuery, page: &PageQuery) -> Result<HistoryPosition, ApiError> {
    let mut given = [
        history.before.map(HistoryPosition::Before),
        history.after.map(HistoryPosition::After),
        history.around.map(HistoryPosition::Around),
        page.cursor.clone().map(HistoryPosition::Cursor),
    ]
    .into_iter()
    .flatten();
    match (given.next(), given.next()) {
        (None, _) => Ok(HistoryPosition::Latest),
        (Some(position), None) => Ok(position),
        (Some(_), Some(_)) => {
            Err(ApiError::bad_request("conflicting_parameters", "give at most one of before, after, around and cursor"))
        }
    }
}

/// The messages of a conversation, newest first unless told; for its members.
///
/// Replies in threads are not among them: each message says whether a thread hangs on it.
#[utoipa::path(
    tag = "messages",
    params(("id" = uuid::Uuid, Path, description = "Which conversation"), HistoryQuery, PageQuery),
    responses((status = 200, description = "A page of messages", body = List<MessageView>))
)]
#[get("/api/v1/conversations/{id}/messages")]
pub(crate) async fn list_messages(
    state: State,
    request: Signed<(ConversationPath, ValidQuery<(HistoryQuery, PageQuery)>)>,
) -> Result<HttpResponse, ApiError> {
    let Signed { caller, input: (ConversationPath(id), ValidQuery((query, page))) } = request;
    let position = position(&query, &page)?;
    let part = HistoryPart::Main;
    let history = state.messaging.read_history(id, part, caller.id(), position, page.limit).await?;
    Ok(HttpResponse::Ok().json(history_view(history, caller.id())))
}

/// The header `Idempotency-Key`: the nonce of a client that does not write it into the body.
#[derive(Debug)]
pub(crate) struct IdempotencyKey(Option<Nonce>);

impl FromRequest for IdempotencyKey {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let key = req.headers().get("idempotency-key").map(|key| {
            let nonce = Nonce::parse(&String::from_utf8_lossy(key.as_bytes()));
            nonce.map_err(|refusal| {
                ApiError::bad_request("invalid_header", refusal.message).with_field("Idempotency-Key", refusal.code)
            })
        });
        ready(key.transpose().map(Self))
    }
}

/// Says something.
///
/// Once this answers, it is committed; sending it again with the same nonce says it once.
#[utoipa::path(
    tag = "messages",
    params(
        ("id" = uuid::Uuid, Path, description = "Which conversation"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same as `nonce` in the body"),
    ),
    request_body = SendMessageRequest,
    responses(
        (status = 201, description = "The message", body = MessageView),
        (status = 200, description = "The original: it had been said with this nonce", body = MessageView),
    )
)]
#[post("/api/v1/conversations/{id}/messages")]
pub(crate) async fn post_message(
    state: State,
    request: Signed<(ConversationPath, IdempotencyKey, ValidJson<SendMessageRequest>)>,
) -> Result<HttpResponse, ApiError> {
    let Signed { caller, input: (ConversationPath(id), IdempotencyKey(nonce), ValidJson(body)) } = request;
    let input = send_message(&body, nonce, id, actor(&caller.user))?;
    let (messaging, clock) = (state.messaging.clone(), state.clock.clone());
    let send = async move { messaging.send_message(input).await.map_err(|error| send_refusal(error, clock.now())) };
    let sent = run_to_end(send).await?;
    let mut response = if sent.duplicate { HttpResponse::Ok() } else { HttpResponse::Created() };
    Ok(response.json(message_view(&sent.message, Some(caller.id()))))
}
