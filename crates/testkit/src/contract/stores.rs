use std::any::Any;
use std::fmt;
use std::sync::Arc;

use rialto_identity::{IdentityStore, KnownAddresses, PasswordStore, SessionStore};
use rialto_messaging::{MessageChanges, MessageSearch, MessagingStore, ModerationStore, ReadPointers};

/// All store ports over one fresh, empty database: conversations need users that exist, and one act is seen by all.
pub struct Stores {
    /// Where the users are.
    pub identity: Arc<dyn IdentityStore>,
    /// Where they have signed in.
    pub known_addresses: Arc<dyn KnownAddresses>,
    /// What is shown of their sessions.
    pub sessions: Arc<dyn SessionStore>,
    /// How their passwords change.
    pub passwords: Arc<dyn PasswordStore>,
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
    /// Whatever must live as long as the database is used, such as a temporary directory.
    pub guard: Box<dyn Any + Send + Sync>,
}

impl Stores {
    /// One value that implements all ports of messaging, beside one for users.
    pub fn new<I, M>(identity: Arc<I>, messaging: Arc<M>, guard: impl Any + Send + Sync) -> Self
    where
        I: IdentityStore + KnownAddresses + PasswordStore + SessionStore + 'static,
        M: MessagingStore + MessageChanges + ReadPointers + ModerationStore + MessageSearch + 'static,
    {
        Self {
            known_addresses: identity.clone(),
            sessions: identity.clone(),
            passwords: identity.clone(),
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
