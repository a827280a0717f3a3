use std::any::Any;
use std::fmt;
use std::sync::Arc;

use rialto_identity::IdentityStore;
use rialto_messaging::MessagingStore;

/// Both store ports over one fresh, empty database: conversations need users that exist.
pub struct Stores {
    /// Where the users are.
    pub identity: Arc<dyn IdentityStore>,
    /// Where they talk.
    pub messaging: Arc<dyn MessagingStore>,
    /// Whatever must live as long as the database is used, such as a temporary directory.
    pub guard: Box<dyn Any + Send + Sync>,
}

impl fmt::Debug for Stores {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stores").finish_non_exhaustive()
    }
}
