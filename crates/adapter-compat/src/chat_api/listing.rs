//! Reading back what was said.

use rialto_kernel::{ConversationId, Instant, PageLimit, UserId};
use rialto_messaging::service::{History, HistoryPosition, ReadHistoryError};
use rialto_messaging::{HistoryPart, Message, MessagingService};

use super::place::Place;
use super::view::MessageView;

/// So many messages, or people, are listed at most.
pub(super) const MOST: usize = 1_000;

/// The newest messages of one conversation, oldest first.
pub(super) async fn of_one(
    id: ConversationId,
    place: &Place,
    reader: UserId,
    messaging: &MessagingService,
) -> Result<Vec<MessageView>, ReadHistoryError> {
    let messages = newest(id, reader, None, messaging).await?;
    Ok(messages.iter().rev().filter_map(|message| MessageView::of(message, place)).collect())
}

/// The newest messages of all conversations that somebody is in, oldest first.
pub(super) async fn of_all(reader: UserId, messaging: &MessagingService) -> Result<Vec<MessageView>, ReadHistoryError> {
    let (mut found, mut after) = (Vec::<(Message, MessageView)>::new(), None);
    loop {
        let page = messaging.list_conversations(reader, after, PageLimit::FULL).await?;
        for summary in page.items {
            let conversation = &summary.conversation;
            let reached = reached(&found);
            if reached.is_some_and(|reached| conversation.last_event_at < reached) {
                // They come in the order of what happened last: those that follow have nothing newer.
                return Ok(in_order(found));
            }
            let Some(last) = summary.last_message else { continue };
            if reached.is_some_and(|reached| last.created_at < reached) {
                continue;
            }
            let place = Place::of(conversation, reader, messaging).await?;
            let messages = newest(conversation.id, reader, reached, messaging).await?;
            found.extend(messages.into_iter().filter_map(|message| {
                let view = MessageView::of(&message, &place)?;
                Some((message, view))
            }));
            found.sort_unstable_by_key(|(message, _)| std::cmp::Reverse((message.created_at, message.id)));
            found.truncate(MOST);
        }
        after = page.next_cursor;
        if after.is_none() {
            return Ok(in_order(found));
        }
    }
}

/// How far back the list reaches, once it is full.
fn reached(found: &[(Message, MessageView)]) -> Option<Instant> {
    found.last().filter(|_| found.len() >= MOST).map(|(message, _)| message.created_at)
}

fn in_order(found: Vec<(Message, MessageView)>) -> Vec<MessageView> {
    found.into_iter().rev().map(|(_, view)| view).collect()
}

/// The newest messages of a conversation, newest first, down to an instant.
async fn newest(
    id: ConversationId,
    reader: UserId,
    down_to: Option<Instant>,
    messaging: &MessagingService,
) -> Result<Vec<Message>, ReadHistoryError> {
    let (mut messages, mut position) = (Vec::new(), HistoryPosition::Latest);
    loop {
        let page = messaging.read_history(id, HistoryPart::Main, reader, position, PageLimit::FULL).await?;
        let History { messages: more, next_cursor } = page;
        messages.extend(more);
        let is_enough =
            messages.last().is_some_and(|oldest: &Message| down_to.is_some_and(|down_to| oldest.created_at < down_to));
        match next_cursor {
            Some(cursor) if messages.len() < MOST && !is_enough => position = HistoryPosition::Cursor(cursor),
            Some(_) | None => {
                messages.truncate(MOST);
                return Ok(messages);
            }
        }
    }
}
