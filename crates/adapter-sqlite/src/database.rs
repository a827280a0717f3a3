//! One open database: a writer and some readers.

use std::fs::{self, OpenOptions};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Integer;
use rialto_kernel::StoreError;

use crate::connection::open_writing;
use crate::error::store_error;
use crate::migrate;
use crate::open_error::OpenError;
use crate::options::SqliteOptions;
use crate::pool::ReadPool;
use crate::writer::{WriteStats, Writer};

/// An open database. Clones share it; dropping the last one waits for the acts that were handed over,
/// folds the log into the file and closes it.
#[derive(Clone)]
pub struct SqliteDatabase {
    // Before the writer, so that its connection is the last one and folds the log.
    readers: ReadPool,
    writer: Arc<Writer>,
}

impl SqliteDatabase {
    /// Opens the database at `path`. A missing file is made, with its directories, for this user alone.
    /// Blocks.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn open(path: &Path, options: SqliteOptions) -> Result<Self, OpenError> {
        let path = prepare_file(path)?;
        let mut connection = open_writing(&path, options.busy_timeout)?;
        if options.migrate {
            let applied = migrate::apply(&path, &mut connection)?;
            if !applied.is_empty() {
                tracing::info!(migrations = ?applied, "migrated the database");
            }
        } else {
            let pending = migrate::pending(&path, &mut connection)?;
            if !pending.is_empty() {
                return Err(OpenError::MigrationsPending { path, pending });
            }
        }
        let readers = ReadPool::open(path.clone(), options.read_connections, options.busy_timeout)?;
        let writer = Writer::start(connection, options.write_queue)
            .map_err(|error| OpenError::Failed { path, source: error.into() })?;
        Ok(Self { readers, writer: Arc::new(writer) })
    }

    /// Whether a reader and the writer answer.
    ///
    /// # Errors
    /// When one of them does not.
    pub async fn ping(&self) -> Result<(), StoreError> {
        let select = |connection: &mut SqliteConnection| -> Result<(), StoreError> {
            sql::<Integer>("SELECT 1").get_result::<i32>(connection).map(drop).map_err(store_error)
        };
        self.read(select).await?;
        self.write(select).await
    }

    /// What the writer did since the database was opened.
    #[must_use]
    pub fn write_stats(&self) -> WriteStats {
        self.writer.stats()
    }

    /// Runs a query on a reader.
    pub(crate) async fn read<T, Q>(&self, query: Q) -> Result<T, StoreError>
    where
        T: Send + 'static,
        Q: FnOnce(&mut SqliteConnection) -> Result<T, StoreError> + Send + 'static,
    {
        self.readers.run(query).await
    }

    /// Does an act on the writer: done and on the disk with `Ok`, undone with `Err`.
    pub(crate) async fn write<T, E, A>(&self, act: A) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        A: FnOnce(&mut SqliteConnection) -> Result<T, E> + Send + 'static,
    {
        self.writer.run(act).await
    }
}

/// Makes the file if it is missing, and finds out what is wrong in the system's own words, which are
/// clearer than SQLite's. Returns the absolute path, which SQLite never takes for a URI.
pub(crate) fn prepare_file(path: &Path) -> Result<PathBuf, OpenError> {
    let unwritable = |source| OpenError::Unwritable { path: path.to_owned(), source };
    let path = std::path::absolute(path).map_err(unwritable)?;
    if let Some(directory) = path.parent() {
        fs::create_dir_all(directory).map_err(unwritable)?;
    }
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        // Password hashes are in it. SQLite gives its log the same mode.
        options.mode(0o600);
    }
    options.open(&path).map_err(unwritable)?;
    Ok(path)
}
