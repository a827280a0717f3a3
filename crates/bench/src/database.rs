//! Where a server under test keeps its data, and a bare way to the same place.

use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};

use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio_postgres::{Client, Config, NoTls};

use crate::error::{BenchError, Result};
use crate::seed::{Dialect, Seed};

/// Which store is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    Sqlite,
    Postgres,
}

impl Backend {
    /// As rows name it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }
}

/// A fresh database of one row, with a data directory that ends with it.
pub struct Database {
    directory: TempDir,
    postgres: Option<Config>,
    url: Option<String>,
}

impl Database {
    /// Makes an empty one. `server` is the URL of a throw-away PostgreSQL.
    pub fn create(backend: Backend, server: Option<&str>) -> Result<Self> {
        let directory = tempfile::Builder::new().prefix("rialto-bench.").tempdir()?;
        match backend {
            Backend::Sqlite => Ok(Self { directory, postgres: None, url: None }),
            Backend::Postgres => {
                let server = server.ok_or(BenchError::Missing("no PostgreSQL; start it through `just bench`"))?;
                let name = unique_name();
                let mut config: Config = server.parse()?;
                let admin = Bare::connect(&config)?;
                // Copying template0, because nobody can be connected to it.
                admin.run(admin.client.batch_execute(&format!("CREATE DATABASE {name} TEMPLATE template0")))?;
                config.dbname(&name);
                let url = server.rsplit_once('/').map(|(before, _)| format!("{before}/{name}"));
                Ok(Self { directory, postgres: Some(config), url })
            }
        }
    }

    /// Which store it is.
    pub fn backend(&self) -> Backend {
        if self.postgres.is_some() { Backend::Postgres } else { Backend::Sqlite }
    }

    /// The data directory for the server.
    pub fn directory(&self) -> &Path {
        self.directory.path()
    }

    /// The URL for the server, if it is PostgreSQL.
    pub fn url(&self) -> Option<&str> {
        self.url.as_deref()
    }

    /// A bare connection to SQLite, with the durability that the server promises.
    pub fn sqlite(&self) -> Result<SqliteConnection> {
        let path: PathBuf = self.directory.path().join("rialto.db");
        let mut connection = SqliteConnection::establish(&path.to_string_lossy())?;
        connection.batch_execute(
            "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;",
        )?;
        Ok(connection)
    }

    /// A bare connection to PostgreSQL.
    pub fn postgres(&self) -> Result<Bare> {
        let config = self.postgres.as_ref().ok_or(BenchError::Missing("this database is not PostgreSQL"))?;
        Bare::connect(config)
    }

    /// Writes what a row needs to be there, beside the server.
    pub fn seed(&self, seed: &Seed) -> Result<()> {
        match self.backend() {
            Backend::Sqlite => {
                let mut connection = self.sqlite()?;
                connection.batch_execute("BEGIN")?;
                for statement in seed.statements(Dialect::Sqlite) {
                    connection.batch_execute(&statement)?;
                }
                connection.batch_execute("COMMIT; PRAGMA wal_checkpoint(TRUNCATE);")?;
            }
            Backend::Postgres => {
                let bare = self.postgres()?;
                for statement in seed.statements(Dialect::Postgres) {
                    bare.run(bare.client.batch_execute(&statement))?;
                }
                bare.run(bare.client.batch_execute("ANALYZE"))?;
            }
        }
        Ok(())
    }
}

/// A connection to PostgreSQL on a runtime of its own, for code that waits for each answer.
pub struct Bare {
    pub client: Client,
    runtime: Runtime,
}

impl Bare {
    fn connect(config: &Config) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let client = runtime.block_on(async {
            let (client, connection) = config.connect(NoTls).await?;
            // Ends with the client; what breaks it is told by the client's next call.
            tokio::spawn(connection);
            Ok::<_, tokio_postgres::Error>(client)
        })?;
        Ok(Self { client, runtime })
    }

    /// Waits for a call.
    pub fn run<T>(&self, call: impl Future<Output = std::result::Result<T, tokio_postgres::Error>>) -> Result<T> {
        Ok(self.runtime.block_on(call)?)
    }
}

fn unique_name() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    format!("rialto_bench_{}_{}", process::id(), COUNT.fetch_add(1, Ordering::Relaxed))
}
