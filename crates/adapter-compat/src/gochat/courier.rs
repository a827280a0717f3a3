//! How far whom this surface has told what happened. What was told counts at once, and is stored a moment later, many
//! positions in one act: were a write to come with every message to every socket, the store would do little else. Whatever
//! a crash takes along is told again.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rialto_kernel::{ConversationId, StoreError, UserId};
use rialto_messaging::{Delivered, DeliveryBook};
use tokio::time::sleep;

use super::NAME;

/// How long a position waits for others to be stored with.
const PAUSE: Duration = Duration::from_millis(500);
/// How many are stored in one act.
const BATCH: usize = 500;

pub(super) struct Courier {
    book: Arc<dyn DeliveryBook>,
    told: Mutex<Told>,
}

/// What is not known to be stored.
#[derive(Default)]
struct Told {
    positions: HashMap<(UserId, ConversationId), u64>,
    /// Whether somebody is about to store it.
    is_writing: bool,
}

impl Courier {
    pub fn new(book: Arc<dyn DeliveryBook>) -> Self {
        Self { book, told: Mutex::default() }
    }

    /// How far a user was told, in each conversation for which that is known.
    pub async fn positions_of(&self, user_id: UserId) -> Result<HashMap<ConversationId, u64>, StoreError> {
        // Before the store is asked: what is stored meanwhile is then found there.
        let told: Vec<(ConversationId, u64)> = {
            let told = self.told();
            let own = told.positions.iter().filter(|((user, _), _)| *user == user_id);
            own.map(|((_, conversation), seq)| (*conversation, *seq)).collect()
        };
        let stored = self.book.list_deliveries(NAME, user_id).await?;
        let mut positions: HashMap<_, _> =
            stored.into_iter().map(|delivered| (delivered.conversation_id, delivered.seq)).collect();
        for (conversation, seq) in told {
            let position = positions.entry(conversation).or_default();
            *position = seq.max(*position);
        }
        Ok(positions)
    }

    /// A user was told of these events.
    pub fn note(self: &Arc<Self>, user_id: UserId, events: impl IntoIterator<Item = (ConversationId, u64)>) {
        let mut told = self.told();
        for (conversation, seq) in events {
            let position = told.positions.entry((user_id, conversation)).or_default();
            *position = seq.max(*position);
        }
        if !told.positions.is_empty() && !told.is_writing {
            told.is_writing = true;
            let this = Arc::clone(self);
            tokio::spawn(async move { this.store_soon().await });
        }
    }

    async fn store_soon(self: Arc<Self>) {
        loop {
            sleep(PAUSE).await;
            self.store_all().await;
            let mut told = self.told();
            if told.positions.is_empty() {
                told.is_writing = false;
                return;
            }
        }
    }

    /// Stores what is not stored yet; what cannot be stored now waits for the next time.
    pub async fn store_all(&self) {
        let delivered: Vec<Delivered> = {
            let told = self.told();
            let delivered = |((user_id, conversation_id), seq): (&(UserId, ConversationId), &u64)| Delivered {
                user_id: *user_id,
                conversation_id: *conversation_id,
                seq: *seq,
            };
            told.positions.iter().map(delivered).collect()
        };
        for batch in delivered.chunks(BATCH) {
            if let Err(error) = self.book.record_deliveries(NAME, batch).await {
                tracing::warn!(error = &error as &dyn std::error::Error, "positions are not stored yet");
                return;
            }
            let mut told = self.told();
            for stored in batch {
                let key = (stored.user_id, stored.conversation_id);
                // Unless it moved on meanwhile.
                if told.positions.get(&key) == Some(&stored.seq) {
                    told.positions.remove(&key);
                }
            }
        }
    }

    fn told(&self) -> MutexGuard<'_, Told> {
        // Nothing that can panic half-way through a change runs under this lock.
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use rialto_messaging::ports::MockDeliveryBook;
    use uuid::Uuid;

    use super::*;

    fn user() -> UserId {
        UserId::from_uuid(Uuid::from_u128(1))
    }

    fn conversation(n: u128) -> ConversationId {
        ConversationId::from_uuid(Uuid::from_u128(n))
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_told_counts_at_once_and_is_stored_together() {
        let mut book = MockDeliveryBook::new();
        book.expect_list_deliveries()
            .returning(|_, user_id| Ok(vec![Delivered { user_id, conversation_id: conversation(1), seq: 9 }]));
        book.expect_record_deliveries()
            .once()
            .withf(|way, batch| way == NAME && batch.len() == 2)
            .returning(|_, _| Ok(()));
        let courier = Arc::new(Courier::new(Arc::new(book)));
        courier.note(user(), [(conversation(1), 4), (conversation(2), 5)]);
        courier.note(user(), [(conversation(2), 7), (conversation(2), 6)]);
        let positions = courier.positions_of(user()).await.unwrap();
        assert_eq!(positions, HashMap::from([(conversation(1), 9), (conversation(2), 7)]));
        sleep(PAUSE * 3).await;
        assert!(courier.told().positions.is_empty());
        assert!(!courier.told().is_writing);
    }

    #[tokio::test(start_paused = true)]
    async fn what_cannot_be_stored_is_stored_later() {
        let mut book = MockDeliveryBook::new();
        let mut answers = vec![Ok(()), Err(StoreError::unavailable("away"))];
        book.expect_record_deliveries().times(2).returning(move |_, _| answers.pop().unwrap());
        let courier = Arc::new(Courier::new(Arc::new(book)));
        courier.note(user(), [(conversation(1), 4)]);
        sleep(PAUSE + PAUSE / 2).await;
        assert_eq!(courier.told().positions.len(), 1);
        sleep(PAUSE).await;
        assert!(courier.told().positions.is_empty());
    }
}
