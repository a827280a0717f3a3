use std::any::Any;
use std::fmt;
use std::sync::Arc;

use rialto_identity::{AccountDeletions, BlockStore, IdentityStore, ProfileStore, SessionRecords};
use rialto_messaging::{
    Discretion, MessageChanges, MessageSearch, MessagingStore, ModerationStore, ReadPointers, UserTraces,
};

/// The ports about people and what they want of one another.
#[derive(Clone)]
pub struct People {
    /// What they show of themselves.
    pub profiles: Arc<dyn ProfileStore>,
    /// With whom they want nothing to do.
    pub blocks: Arc<dyn BlockStore>,
    /// How they go.
    pub deletions: Arc<dyn AccountDeletions>,
    /// On which devices they were.
    pub sessions: Arc<dyn SessionRecords>,
    /// What follows from all that for those who talk.
    pub discretion: Arc<dyn Discretion>,
    /// What they leave behind.
    pub traces: Arc<dyn UserTraces>,
}

/// All store ports over one fresh, empty database: conversations need users that exist, and one act is seen by all.
pub struct Stores {
    /// Where the users are.
    pub identity: Arc<dyn IdentityStore>,
    /// Where they talk.
    pub messaging: Arc<dyn MessagingStore>,
    /// What becomes of what they said.
    pub changes: Arc<dyn MessageChanges>,
    /// What they have read.
    pub reads: Arc<dyn ReadPointers>,
    /// Who keeps order.
    pub moderation: Arc<dyn ModerationStore>,
    /// What they find again.
    pub search: Arc<dyn MessageSearch>,
    /// Who they are to one another.
    pub people: People,
    /// Whatever must live as long as the database is used, such as a temporary directory.
    pub guard: Box<dyn Any + Send + Sync>,
}

impl Stores {
    /// One value that implements all ports of messaging, beside one for users.
    pub fn new<I, M>(identity: Arc<I>, messaging: Arc<M>, guard: impl Any + Send + Sync) -> Self
    where
        I: IdentityStore + ProfileStore + BlockStore + AccountDeletions + SessionRecords + 'static,
        M: MessagingStore + MessageChanges + ReadPointers + ModerationStore + MessageSearch + 'static,
        M: Discretion + UserTraces,
    {
        Self {
            people: People {
                profiles: identity.clone(),
                blocks: identity.clone(),
                deletions: identity.clone(),
                sessions: identity.clone(),
                discretion: messaging.clone(),
                traces: messaging.clone(),
            },
            identity,
            changes: messaging.clone(),
            reads: messaging.clone(),
            moderation: messaging.clone(),
            search: messaging.clone(),
            messaging,
            guard: Box::new(guard),
        }
    }
}

impl fmt::Debug for Stores {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stores").finish_non_exhaustive()
    }
}
