//! The pool, and how an act becomes one transaction that nobody can cancel.

use std::sync::Arc;
use std::time::Duration;

use diesel::ConnectionError;
use diesel_async::pooled_connection::deadpool::{Object, Pool};
use diesel_async::pooled_connection::{AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod};
use diesel_async::{AnsiTransactionManager, AsyncPgConnection, SimpleAsyncConnection, TransactionManager};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use rialto_kernel::StoreError;
use tokio::runtime::Handle;
use tokio::time::timeout;
use tracing::Instrument;

use crate::error::{ActError, ConnectError};
use crate::migrate;
use crate::server::Server;

/// How to use a PostgreSQL database.
#[derive(Clone, Debug)]
pub struct PgOptions {
    /// The most connections this process holds open; at least 1.
    pub max_connections: usize,
    /// How long an act waits for a free connection before it fails.
    pub wait_timeout: Duration,
    /// How long opening a connection may take.
    pub connect_timeout: Duration,
    /// Whether pending migrations are applied on connecting.
    pub migrate: bool,
}

impl Default for PgOptions {
    fn default() -> Self {
        Self {
            max_connections: 16,
            wait_timeout: Duration::from_secs(5),
            connect_timeout: Duration::from_secs(5),
            migrate: true,
        }
    }
}

/// A PostgreSQL database and the connections to it. Cheap to clone; clones share the connections.
///
/// It may be used from any tokio runtime, but its connections live on the one that called
/// [`PgDatabase::connect`].
#[derive(Clone)]
pub struct PgDatabase {
    pool: Pool<AsyncPgConnection>,
    wait_timeout: Duration,
    server: Arc<Server>,
    runtime: Handle,
}

impl PgDatabase {
    /// Connects to the database that a `postgres://` URL names, and brings its schema up to date if the
    /// options say so. Must be called on the runtime that lives the longest.
    ///
    /// # Errors
    /// See [`ConnectError`]; within [`PgOptions::connect_timeout`] unless migrations are applied.
    pub async fn connect(url: &str, options: PgOptions) -> Result<Self, ConnectError> {
        let server = Arc::new(Server::new(url, options.connect_timeout)?);
        let runtime = Handle::current();
        let first = Arc::clone(&server).open_on(&runtime).await?;
        if options.migrate {
            migrate::apply(first).await?;
        }
        let pool = pool(Arc::clone(&server), runtime.clone(), options.max_connections)?;
        Ok(Self { pool, wait_timeout: options.wait_timeout, server, runtime })
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// When it does not, within [`PgOptions::wait_timeout`] if there is no connection to it.
    pub async fn ping(&self) -> Result<(), StoreError> {
        let mut connection = self.connection().await?;
        connection.batch_execute("SELECT 1").await.map_err(StoreError::unavailable)
    }

    /// The versions of the migrations that are still to be applied, in order.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn pending_migrations(&self) -> Result<Vec<String>, ConnectError> {
        Ok(migrate::pending(self.open().await?).await?)
    }

    /// Applies what is pending, and names the versions. Nodes that do so at once wait for one another.
    ///
    /// # Errors
    /// When a migration fails; those before it stay applied.
    pub async fn apply_migrations(&self) -> Result<Vec<String>, ConnectError> {
        Ok(migrate::apply(self.open().await?).await?)
    }

    async fn open(&self) -> Result<AsyncPgConnection, ConnectError> {
        Arc::clone(&self.server).open_on(&self.runtime).await
    }

    /// A connection for reading: statements on it commit by themselves.
    pub(crate) async fn connection(&self) -> Result<Object<AsyncPgConnection>, StoreError> {
        match timeout(self.wait_timeout, self.pool.get()).await {
            Ok(connection) => connection.map_err(StoreError::unavailable),
            Err(_) => Err(StoreError::unavailable(format!(
                "no connection to the database became free within {:?}",
                self.wait_timeout
            ))),
        }
    }

    /// Runs a task where the connections live.
    pub(crate) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.runtime.spawn(task);
    }

    /// Runs an act as one transaction, rolled back if the act fails. It runs in a task of its own: a
    /// caller that stops waiting leaves no transaction open, which would keep its locks.
    pub(crate) async fn write<T, R, F>(&self, act: F) -> Result<T, R>
    where
        T: Send + 'static,
        R: From<StoreError> + Send + 'static,
        F: Send + 'static + for<'c> FnOnce(&'c AsyncPgConnection) -> BoxFuture<'c, Result<T, ActError<R>>>,
    {
        // Named, because the acts rely on seeing what was committed while they waited for a lock, and a
        // server's default may be another level.
        self.run("BEGIN ISOLATION LEVEL READ COMMITTED", act).await
    }

    /// Reads in several statements as if at one instant.
    pub(crate) async fn read<T, R, F>(&self, look: F) -> Result<T, R>
    where
        T: Send + 'static,
        R: From<StoreError> + Send + 'static,
        F: Send + 'static + for<'c> FnOnce(&'c AsyncPgConnection) -> BoxFuture<'c, Result<T, ActError<R>>>,
    {
        self.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", look).await
    }

    async fn run<T, R, F>(&self, begin: &'static str, act: F) -> Result<T, R>
    where
        T: Send + 'static,
        R: From<StoreError> + Send + 'static,
        F: Send + 'static + for<'c> FnOnce(&'c AsyncPgConnection) -> BoxFuture<'c, Result<T, ActError<R>>>,
    {
        let database = self.clone();
        let task = async move {
            let mut connection = database.connection().await?;
            transaction(&mut connection, begin, act).await
        };
        match self.runtime.spawn(task.in_current_span()).await {
            Ok(outcome) => outcome.map_err(ActError::into_refusal),
            Err(died) => Err(StoreError::unavailable(died).into()),
        }
    }
}

impl std::fmt::Debug for PgDatabase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PgDatabase").field("pool", &self.pool.status()).finish_non_exhaustive()
    }
}

async fn transaction<T, R, F>(connection: &mut AsyncPgConnection, begin: &str, act: F) -> Result<T, ActError<R>>
where
    F: for<'c> FnOnce(&'c AsyncPgConnection) -> BoxFuture<'c, Result<T, ActError<R>>>,
{
    AnsiTransactionManager::begin_transaction_sql(connection, begin).await?;
    match act(connection).await {
        Ok(done) => {
            AnsiTransactionManager::commit_transaction(connection).await?;
            Ok(done)
        }
        Err(error) => {
            if let Err(rollback) = AnsiTransactionManager::rollback_transaction(connection).await {
                // The pool throws the connection away, which ends the transaction too.
                tracing::warn!(error = %rollback, "a transaction could not be rolled back");
            }
            Err(error)
        }
    }
}

fn pool(server: Arc<Server>, runtime: Handle, max_connections: usize) -> Result<Pool<AsyncPgConnection>, ConnectError> {
    let mut config = ManagerConfig::<AsyncPgConnection>::default();
    // A query per checkout would double the cost of small acts; a dead connection is noticed without.
    config.recycling_method = RecyclingMethod::Fast;
    config.custom_setup = Box::new(move |_| {
        let (server, runtime) = (Arc::clone(&server), runtime.clone());
        let opened = async move { server.open_on(&runtime).await };
        opened.map(|opened| opened.map_err(|error| ConnectionError::BadConnection(error.to_string()))).boxed()
    });
    // The URL stays with the server: the manager would only hand it back to the closure above.
    let manager = AsyncDieselConnectionManager::new_with_config("", config);
    Ok(Pool::builder(manager).max_size(max_connections.max(1)).build()?)
}
