//! A few connections that only read, each used by one blocking task at a time.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use rialto_kernel::StoreError;
use tokio::sync::Semaphore;

use crate::connection::open_reading;
use crate::error::store_error;
use crate::open_error::OpenError;

/// The readers. Clones share the connections.
#[derive(Clone)]
pub struct ReadPool {
    shared: Arc<Shared>,
    permits: Arc<Semaphore>,
}

struct Shared {
    path: PathBuf,
    busy_timeout: Duration,
    idle: Mutex<Vec<SqliteConnection>>,
}

impl ReadPool {
    /// Opens one connection, to find out whether it works; the others open when they are needed.
    pub fn open(path: PathBuf, size: usize, busy_timeout: Duration) -> Result<Self, OpenError> {
        let first = open_reading(&path, busy_timeout)?;
        let shared = Shared { path, busy_timeout, idle: Mutex::new(vec![first]) };
        Ok(Self { shared: Arc::new(shared), permits: Arc::new(Semaphore::new(size.max(1))) })
    }

    /// Runs `query` over one state of the database: that of now or a newer one.
    pub async fn run<T, Q>(&self, query: Q) -> Result<T, StoreError>
    where
        T: Send + 'static,
        Q: FnOnce(&mut SqliteConnection) -> Result<T, StoreError> + Send + 'static,
    {
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(StoreError::unavailable)?;
        let shared = Arc::clone(&self.shared);
        // The permit goes along, since the task runs on when the caller stops waiting.
        let task = tokio::task::spawn_blocking(move || {
            let outcome = shared.run(query);
            drop(permit);
            outcome
        });
        task.await.map_err(StoreError::unavailable)?
    }
}

impl Shared {
    fn run<T>(&self, query: impl FnOnce(&mut SqliteConnection) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut connection = match idle {
            Some(connection) => connection,
            None => open_reading(&self.path, self.busy_timeout).map_err(StoreError::unavailable)?,
        };
        // A connection is given back only with its transaction ended: a panic or an error in between
        // closes it, and the next reader opens a new one.
        connection.batch_execute("BEGIN").map_err(store_error)?;
        let outcome = query(&mut connection);
        connection.batch_execute("COMMIT").map_err(store_error)?;
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
        outcome
    }
}
