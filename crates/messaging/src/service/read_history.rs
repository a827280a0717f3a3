use rialto_kernel::{ConversationId, Cursor, PageLimit, StoreError, UserId};

use super::MessagingService;
use super::access::AccessError;
use crate::model::{Event, Message};
use crate::ports::{HistoryPart, HistorySlice};

/// Where in the history to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HistoryPosition {
    /// The newest messages, newest first.
    Latest,
    /// Below this `seq`, newest first.
    Before(u64),
    /// Above this `seq`, oldest first.
    After(u64),
    /// On both sides of this `seq`, itself included, oldest first.
    Around(u64),
    /// Where an earlier page ended, in that page's order.
    Cursor(Cursor),
}

/// One page of history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct History {
    /// The messages, in the position's order.
    pub messages: Vec<Message>,
    /// Where the next page starts; `None` when there is no more in that direction.
    pub next_cursor: Option<Cursor>,
}

/// Why there is no history to read.
#[derive(Debug, thiserror::Error)]
pub enum ReadHistoryError {
    /// The conversation is closed to the reader.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// The cursor is none that this server gave.
    #[error("the cursor is not valid here")]
    InvalidCursor,
}

impl From<StoreError> for ReadHistoryError {
    fn from(error: StoreError) -> Self {
        Self::Access(error.into())
    }
}

impl MessagingService {
    /// A page of a conversation's messages, outside threads or of one. Pages are cut by `seq`, so that they stay where they are
    /// whatever is written meanwhile.
    ///
    /// # Errors
    /// See [`ReadHistoryError`].
    pub async fn read_history(
        &self,
        conversation_id: ConversationId,
        part: HistoryPart,
        reader: UserId,
        position: HistoryPosition,
        limit: PageLimit,
    ) -> Result<History, ReadHistoryError> {
        self.membership(conversation_id, reader).await?;
        let slice = match position {
            HistoryPosition::Latest => HistorySlice::Latest,
            HistoryPosition::Before(seq) => HistorySlice::Before(seq),
            HistoryPosition::After(seq) => HistorySlice::After(seq),
            HistoryPosition::Cursor(cursor) => read_cursor(&cursor).ok_or(ReadHistoryError::InvalidCursor)?,
            HistoryPosition::Around(seq) => return self.read_around(conversation_id, part, reader, seq, limit).await,
        };
        let rows = self.deps.store.list_messages(conversation_id, part, slice, limit.overfull(), reader).await?;
        Ok(cut(rows, limit.as_usize(), slice))
    }

    async fn read_around(
        &self,
        conversation_id: ConversationId,
        part: HistoryPart,
        reader: UserId,
        seq: u64,
        limit: PageLimit,
    ) -> Result<History, ReadHistoryError> {
        let older = HistorySlice::Before(seq);
        let store = &self.deps.store;
        // Less than half of the page, so that there is room for the message itself.
        let half = (limit.as_usize() / 2) as i64;
        let mut messages = store.list_messages(conversation_id, part, older, half, reader).await?;
        messages.reverse();
        let room = limit.as_usize().saturating_sub(messages.len());
        let newer = HistorySlice::After(seq.saturating_sub(1));
        let rows = store.list_messages(conversation_id, part, newer, room as i64 + 1, reader).await?;
        let rest = cut(rows, room, newer);
        messages.extend(rest.messages);
        Ok(History { messages, next_cursor: rest.next_cursor })
    }

    /// Up to `limit` logged events after `after`, oldest first; for members.
    ///
    /// # Errors
    /// See [`AccessError`].
    pub async fn list_events(
        &self,
        conversation_id: ConversationId,
        reader: UserId,
        after: u64,
        limit: PageLimit,
    ) -> Result<Vec<Event>, AccessError> {
        self.membership(conversation_id, reader).await?;
        Ok(self.deps.store.list_events(conversation_id.into(), after, limit.as_usize() as i64).await?)
    }
}

fn cut(mut rows: Vec<Message>, limit: usize, slice: HistorySlice) -> History {
    let more = rows.len() > limit;
    rows.truncate(limit);
    let direction = match slice {
        HistorySlice::Latest | HistorySlice::Before(_) => "before",
        HistorySlice::After(_) => "after",
    };
    let last = rows.last().filter(|_| more);
    let next_cursor = last.map(|message| Cursor::from_keys(&[&direction, &message.seq]));
    History { messages: rows, next_cursor }
}

fn read_cursor(cursor: &Cursor) -> Option<HistorySlice> {
    let mut keys = cursor.keys();
    let (direction, seq, end) = (keys.next()?, keys.next()?.parse().ok()?, keys.next());
    match (direction, end) {
        ("before", None) => Some(HistorySlice::Before(seq)),
        ("after", None) => Some(HistorySlice::After(seq)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::MemberRole;
    use crate::service::fixtures::{Mocks, ann, conversation, member, message_numbered};

    /// A store that holds messages 1 to 10.
    fn ten_messages() -> Mocks {
        let mut mocks = Mocks::default();
        mocks.store.expect_find_member().returning(|_, _| Ok(Some(member(ann(), MemberRole::Reader))));
        mocks.store.expect_list_messages().returning(|_, _, slice, limit, _| {
            let all = 1..=10;
            let limit = usize::try_from(limit).unwrap();
            Ok(match slice {
                HistorySlice::Latest => all.rev().take(limit).map(message_numbered).collect(),
                HistorySlice::Before(seq) => all.rev().filter(|s| *s < seq).take(limit).map(message_numbered).collect(),
                HistorySlice::After(seq) => all.filter(|s| *s > seq).take(limit).map(message_numbered).collect(),
            })
        });
        mocks
    }

    async fn read(position: HistoryPosition, limit: u64) -> (Vec<u64>, Option<Cursor>) {
        let service = ten_messages().service();
        let limit = PageLimit::parse(limit).unwrap();
        let history =
            service.read_history(conversation().id, HistoryPart::Main, ann().id, position, limit).await.unwrap();
        (history.messages.iter().map(|message| message.seq).collect(), history.next_cursor)
    }

    #[tokio::test]
    async fn cursors_lead_through_the_whole_history_once() {
        let mut seen = Vec::new();
        let mut position = HistoryPosition::Latest;
        loop {
            let (seqs, cursor) = read(position, 3).await;
            seen.extend(seqs);
            match cursor {
                Some(cursor) => position = HistoryPosition::Cursor(cursor),
                None => break,
            }
        }
        assert_eq!(seen, (1..=10).rev().collect::<Vec<_>>());
    }

    #[tokio::test]
    async fn around_shows_both_sides_in_order() {
        assert_eq!(read(HistoryPosition::Around(5), 4).await.0, [3, 4, 5, 6]);
        assert_eq!(read(HistoryPosition::Around(1), 4).await.0, [1, 2, 3, 4]);
        assert_eq!(read(HistoryPosition::Around(5), 3).await.0, [4, 5, 6]);
        assert_eq!(read(HistoryPosition::Around(5), 1).await.0, [5]);
    }

    #[tokio::test]
    async fn after_reads_forwards() {
        assert_eq!(read(HistoryPosition::After(7), 50).await, (vec![8, 9, 10], None));
    }

    #[tokio::test]
    async fn a_foreign_cursor_is_refused() {
        for text in ["x", "before", "before~x", "sideways~3", "before~3~4", "before~-1"] {
            let service = ten_messages().service();
            let position = HistoryPosition::Cursor(Cursor::parse(text).unwrap());
            let part = HistoryPart::Main;
            let outcome = service.read_history(conversation().id, part, ann().id, position, PageLimit::default()).await;
            assert!(matches!(outcome, Err(ReadHistoryError::InvalidCursor)), "{text}");
        }
    }
}
