//! `GET /api/v1/conversations/{id}/messages`.

use std::collections::HashMap;

use actix_web::{HttpRequest, HttpResponse, web};
use rialto_kernel::{Cursor, PageLimit};
use rialto_messaging::HistoryPart;
use rialto_messaging::service::{AccessError, HistoryPosition, ReadHistoryError};
use serde_json::json;

use super::State;
use super::auth::caller;
use super::conversations::open;
use super::refusal::Refusal;
use super::views::MessageView;

/// Newest first, from the newest one or from behind a cursor.
pub(super) async fn list(
    req: HttpRequest,
    path: web::Path<String>,
    query: web::Query<HashMap<String, String>>,
    state: web::Data<State>,
) -> Result<HttpResponse, Refusal> {
    let user = caller(&req, &state).await?.user;
    let conversation = open(&path, &user, &state).await?.conversation;
    let limit = limit_of(query.get("limit").map(String::as_str));
    let position = match query.get("cursor").filter(|cursor| !cursor.is_empty()) {
        Some(cursor) => HistoryPosition::Cursor(Cursor::parse(cursor).ok_or_else(wrong_cursor)?),
        None => HistoryPosition::Latest,
    };
    let read = state.deps.messaging.read_history(conversation.id, HistoryPart::Main, user.id, position, limit).await;
    let history = read.map_err(|error| match error {
        ReadHistoryError::InvalidCursor => wrong_cursor(),
        ReadHistoryError::Access(AccessError::Store(error)) => error.into(),
        ReadHistoryError::Access(AccessError::NotFound | AccessError::NotAMember) => {
            Refusal::not_found("Conversation not found")
        }
    })?;
    // What was taken back is not shown.
    let messages: Vec<_> = history.messages.iter().filter_map(MessageView::of).collect();
    let mut answer = json!({ "messages": messages, "has_more": history.next_cursor.is_some() });
    if let Some(cursor) = history.next_cursor {
        answer["next_cursor"] = cursor.as_str().into();
    }
    Ok(HttpResponse::Ok().json(answer))
}

fn wrong_cursor() -> Refusal {
    Refusal::bad("Invalid cursor")
}

/// 50 unless told; whatever is no number, too; never more than 100.
fn limit_of(text: Option<&str>) -> PageLimit {
    let number = text.and_then(|text| text.parse::<u64>().ok());
    number.and_then(|number| PageLimit::parse(number.min(PageLimit::MAX.into()))).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_fifty_unless_told_and_at_most_a_hundred() {
        for (text, limit) in
            [(None, 50), (Some("0"), 50), (Some("-1"), 50), (Some("x"), 50), (Some("7"), 7), (Some("500"), 100)]
        {
            assert_eq!(limit_of(text).as_usize(), limit, "{text:?}");
        }
    }
}
