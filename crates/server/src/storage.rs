//! Opens the database that the configuration names: SQLite in the data directory, or PostgreSQL.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rialto_adapter_memory::MemoryPresenceBoard;
use rialto_adapter_postgres::{
    PgAlertStore, PgDatabase, PgDeliveryBook, PgIdentityStore, PgMessagingStore, PgNumberBook, PgOptions,
    PgPortfolioStore,
};
use rialto_adapter_sqlite::{
    SqliteAlertStore, SqliteDatabase, SqliteDeliveryBook, SqliteIdentityStore, SqliteMessagingStore, SqliteNumberBook,
    SqliteOptions, SqlitePortfolioStore,
};
use rialto_identity::{
    AccountAdmin, AccountDeletions, AccountImport, ApiTokenStore, BlockStore, IdentityStore, InvitationStore,
    KnownAddresses, PasswordStore, ProfileStore, SecurityLog, SessionRecords, SessionStore, SessionWatch, SetupStore,
    TotpStore,
};
use rialto_kernel::{Clock, IdSource, NumberBook, StoreError};
use rialto_messaging::{
    DeliveryBook, Discretion, HistoryImport, MessageChanges, MessageSearch, MessagingDeps, MessagingFigures,
    MessagingService, MessagingStore, ModerationStore, NoticeBoard, ReadPointers, RealtimeBus, SocketGate, UserTraces,
};
use rialto_portfolio::{AlertStore, PricePointStore, ProviderBudgets, WatchlistStore};
use secrecy::ExposeSecret;

use crate::config::Config;
use crate::start_error::StartError;

/// The stores, and the database behind them.
pub struct Storage {
    pub identity: IdentityStores,
    pub messaging: MessagingStores,
    pub portfolio: PortfolioStores,
    pub numbers: Arc<dyn NumberBook>,
    pub deliveries: Arc<dyn DeliveryBook>,
    pub database: Database,
}

/// The stores of the identity domain, all in one database.
#[derive(Clone)]
pub struct IdentityStores {
    pub store: Arc<dyn IdentityStore>,
    pub accounts: Arc<dyn AccountAdmin>,
    pub blocks: Arc<dyn BlockStore>,
    pub deletions: Arc<dyn AccountDeletions>,
    pub imports: Arc<dyn AccountImport>,
    pub api_tokens: Arc<dyn ApiTokenStore>,
    pub invitations: Arc<dyn InvitationStore>,
    pub known_addresses: Arc<dyn KnownAddresses>,
    pub log: Arc<dyn SecurityLog>,
    pub passwords: Arc<dyn PasswordStore>,
    pub profiles: Arc<dyn ProfileStore>,
    pub records: Arc<dyn SessionRecords>,
    pub sessions: Arc<dyn SessionStore>,
    pub setup: Arc<dyn SetupStore>,
    pub totp: Arc<dyn TotpStore>,
    pub watch: Arc<dyn SessionWatch>,
}

impl IdentityStores {
    fn of<S>(store: S) -> Self
    where
        S: IdentityStore
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
    {
        let store = Arc::new(store);
        Self {
            accounts: store.clone(),
            blocks: store.clone(),
            deletions: store.clone(),
            imports: store.clone(),
            api_tokens: store.clone(),
            invitations: store.clone(),
            known_addresses: store.clone(),
            log: store.clone(),
            passwords: store.clone(),
            profiles: store.clone(),
            records: store.clone(),
            sessions: store.clone(),
            setup: store.clone(),
            totp: store.clone(),
            watch: store.clone(),
            store,
        }
    }
}

/// The stores of the messaging domain, all in one database.
#[derive(Clone)]
pub struct MessagingStores {
    pub store: Arc<dyn MessagingStore>,
    pub changes: Arc<dyn MessageChanges>,
    pub reads: Arc<dyn ReadPointers>,
    pub moderation: Arc<dyn ModerationStore>,
    pub search: Arc<dyn MessageSearch>,
    pub discretion: Arc<dyn Discretion>,
    pub traces: Arc<dyn UserTraces>,
    pub notices: Arc<dyn NoticeBoard>,
    pub figures: Arc<dyn MessagingFigures>,
    pub imports: Arc<dyn HistoryImport>,
}

impl MessagingStores {
    fn of<S>(store: S) -> Self
    where
        S: MessagingStore
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
        let store = Arc::new(store);
        Self {
            store: store.clone(),
            changes: store.clone(),
            reads: store.clone(),
            moderation: store.clone(),
            search: store.clone(),
            discretion: store.clone(),
            traces: store.clone(),
            notices: store.clone(),
            figures: store.clone(),
            imports: store,
        }
    }
}

impl MessagingStores {
    /// The domain over these stores. `gate` and `bus` reach whoever is connected to this process.
    pub fn service(
        self,
        gate: Arc<dyn SocketGate>,
        bus: Arc<dyn RealtimeBus>,
        (clock, ids): (Arc<dyn Clock>, Arc<dyn IdSource>),
    ) -> MessagingService {
        MessagingService::new(MessagingDeps {
            store: self.store,
            changes: self.changes,
            reads: self.reads,
            moderation: self.moderation,
            search: self.search,
            discretion: self.discretion,
            traces: self.traces,
            notices: self.notices,
            figures: self.figures,
            gate,
            bus,
            presence: Arc::new(MemoryPresenceBoard::default()),
            clock,
            ids,
        })
    }
}

/// The stores of the portfolio domain, all in one database.
#[derive(Clone)]
pub struct PortfolioStores {
    pub alerts: Arc<dyn AlertStore>,
    pub points: Arc<dyn PricePointStore>,
    pub watchlists: Arc<dyn WatchlistStore>,
    pub budgets: Arc<dyn ProviderBudgets>,
}

impl PortfolioStores {
    fn of<S>(store: S, alerts: impl AlertStore + 'static) -> Self
    where
        S: PricePointStore + WatchlistStore + ProviderBudgets + 'static,
    {
        let store = Arc::new(store);
        Self { alerts: Arc::new(alerts), points: store.clone(), watchlists: store.clone(), budgets: store }
    }
}

/// An open database.
#[derive(Clone)]
pub enum Database {
    Sqlite(SqliteDatabase, PathBuf),
    Postgres(PgDatabase),
}

impl Database {
    /// Opens the database, applying pending migrations if `migrate`.
    pub async fn open(config: &Config, migrate: bool) -> Result<Self, StartError> {
        let url = config.database.url.expose_secret();
        if url.is_empty() {
            let path = config.data.dir.join("rialto.db");
            let options = SqliteOptions { migrate, ..SqliteOptions::default() };
            let opened = SqliteDatabase::open(&path, options).map_err(|e| StartError::Database(e.to_string()))?;
            Ok(Self::Sqlite(opened, path))
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let options =
                PgOptions { migrate, max_connections: config.database.max_connections, ..PgOptions::default() };
            let connected = PgDatabase::connect(url, options)
                .await
                .map_err(|error| StartError::Database(format!("DATABASE_URL: {error}")))?;
            Ok(Self::Postgres(connected))
        } else {
            let message = "DATABASE_URL must start with postgres://, or be empty for the embedded SQLite";
            Err(StartError::Config(message.to_owned()))
        }
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(database, _) => database.ping().await,
            Self::Postgres(database) => database.ping().await,
        }
    }

    /// For people; without credentials.
    pub fn describe(&self) -> String {
        match self {
            Self::Sqlite(_, path) => format!("SQLite, {}", path.display()),
            Self::Postgres(_) => "PostgreSQL".to_owned(),
        }
    }
}

impl Storage {
    /// The stores over an open database.
    pub fn over(database: Database) -> Self {
        match &database {
            Database::Sqlite(sqlite, _) => Self {
                identity: IdentityStores::of(SqliteIdentityStore::new(sqlite.clone())),
                messaging: MessagingStores::of(SqliteMessagingStore::new(sqlite.clone())),
                portfolio: PortfolioStores::of(
                    SqlitePortfolioStore::new(sqlite.clone()),
                    SqliteAlertStore::new(sqlite.clone()),
                ),
                numbers: Arc::new(SqliteNumberBook::new(sqlite.clone())),
                deliveries: Arc::new(SqliteDeliveryBook::new(sqlite.clone())),
                database,
            },
            Database::Postgres(postgres) => Self {
                identity: IdentityStores::of(PgIdentityStore::new(postgres.clone())),
                messaging: MessagingStores::of(PgMessagingStore::new(postgres.clone())),
                portfolio: PortfolioStores::of(
                    PgPortfolioStore::new(postgres.clone()),
                    PgAlertStore::new(postgres.clone()),
                ),
                numbers: Arc::new(PgNumberBook::new(postgres.clone())),
                deliveries: Arc::new(PgDeliveryBook::new(postgres.clone())),
                database,
            },
        }
    }
}

/// Makes sure that the data directory is there and can be written.
pub fn prepare_data_directory(dir: &Path) -> Result<(), StartError> {
    let refused = |reason: std::io::Error| StartError::DataDirectory {
        path: dir.display().to_string(),
        reason: reason.to_string(),
    };
    fs::create_dir_all(dir).map_err(refused)?;
    let probe = dir.join(".write-test");
    fs::write(&probe, b"").map_err(refused)?;
    fs::remove_file(&probe).map_err(refused)
}
