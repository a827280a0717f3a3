//! Small numbers in the place of UUIDs, for clients that know no other ids.

use async_trait::async_trait;
use uuid::Uuid;

use crate::StoreError;

/// What is numbered, each kind from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Numbered {
    /// Users.
    User,
    /// Conversations of every kind.
    Conversation,
    /// Messages.
    Message,
}

impl Numbered {
    /// Every kind there is.
    pub const ALL: [Self; 3] = [Self::User, Self::Conversation, Self::Message];

    /// The number of the kind itself, in storage.
    #[must_use]
    pub const fn code(self) -> i64 {
        match self {
            Self::User => 1,
            Self::Conversation => 2,
            Self::Message => 3,
        }
    }
}

/// Gives numbers to ids, and remembers them for ever. It does not know whether what an id names is there.
#[async_trait]
pub trait NumberBook: Send + Sync {
    /// The numbers of these ids, in the same order. Whichever has none gets the next of its kind, without holes and in the
    /// order of the slice; of several who ask at once for the same id, all are told the same number.
    async fn numbers_of(&self, kind: Numbered, ids: &[Uuid]) -> Result<Vec<u64>, StoreError>;

    /// The id that has this number, if one has.
    async fn id_of(&self, kind: Numbered, number: u64) -> Result<Option<Uuid>, StoreError>;
}
