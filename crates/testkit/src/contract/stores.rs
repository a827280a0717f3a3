use std::any::Any;
use std::fmt;
use std::sync::Arc;

use rialto_identity::{
    AccountAdmin, AccountDeletions, AccountImport, ApiTokenStore, BlockStore, IdentityStore, InvitationStore,
    KnownAddresses, PasswordStore, ProfileStore, SecurityLog, SessionRecords, SessionStore, SessionWatch, SetupStore,
    TotpStore,
};
use rialto_messaging::{
    Discretion, HistoryImport, MessageChanges, MessageSearch, MessagingFigures, MessagingStore, ModerationStore,
    NoticeBoard, ReadPointers, UserTraces,
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
    /// Where they have signed in.
    pub known_addresses: Arc<dyn KnownAddresses>,
    /// What is shown of their sessions.
    pub sessions: Arc<dyn SessionStore>,
    /// How their passwords change.
    pub passwords: Arc<dyn PasswordStore>,
    /// What those who run the server do with them.
    pub accounts: Arc<dyn AccountAdmin>,
    /// How they come from another server.
    pub account_imports: Arc<dyn AccountImport>,
    /// Who may become one.
    pub invitations: Arc<dyn InvitationStore>,
    /// What happened to them.
    pub log: Arc<dyn SecurityLog>,
    /// How the first admin is made.
    pub setup: Arc<dyn SetupStore>,
    /// The tokens of their programs.
    pub api_tokens: Arc<dyn ApiTokenStore>,
    /// Their second factors.
    pub totp: Arc<dyn TotpStore>,
    /// Which of their sessions ended.
    pub watch: Arc<dyn SessionWatch>,
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
    /// What other parts of the server tell them.
    pub notices: Arc<dyn NoticeBoard>,
    /// What they said on another server.
    pub history_imports: Arc<dyn HistoryImport>,
    /// How much there is.
    pub figures: Arc<dyn MessagingFigures>,
    /// Whatever must live as long as the database is used, such as a temporary directory.
    pub guard: Box<dyn Any + Send + Sync>,
}

impl Stores {
    /// One value that implements all ports of messaging, beside one for all of identity.
    pub fn new<I, M>(identity: Arc<I>, messaging: Arc<M>, guard: impl Any + Send + Sync) -> Self
    where
        I: IdentityStore
            + AccountAdmin
            + AccountDeletions
            + AccountImport
            + BlockStore
            + ApiTokenStore
            + InvitationStore
            + KnownAddresses
            + PasswordStore
            + ProfileStore
            + SecurityLog
            + SessionRecords
            + SessionStore
            + SessionWatch
            + SetupStore
            + TotpStore
            + 'static,
        M: MessagingStore
            + MessageChanges
            + ReadPointers
            + ModerationStore
            + MessageSearch
            + MessagingFigures
            + NoticeBoard
            + HistoryImport
            + Discretion
            + UserTraces
            + 'static,
    {
        Self {
            known_addresses: identity.clone(),
            sessions: identity.clone(),
            passwords: identity.clone(),
            accounts: identity.clone(),
            account_imports: identity.clone(),
            api_tokens: identity.clone(),
            invitations: identity.clone(),
            log: identity.clone(),
            setup: identity.clone(),
            totp: identity.clone(),
            watch: identity.clone(),
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
            notices: messaging.clone(),
            history_imports: messaging.clone(),
            figures: messaging.clone(),
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
