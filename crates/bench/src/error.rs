//! Why a row has no figure.

use std::io;

/// What went wrong while a row was measured.
#[derive(Debug, thiserror::Error)]
pub enum BenchError {
    /// The machine refused something: a socket, a file, a process.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// SQLite could not be opened.
    #[error("SQLite cannot be opened: {0}")]
    SqliteOpen(#[from] diesel::ConnectionError),
    /// A bare statement failed on SQLite.
    #[error("SQLite: {0}")]
    Sqlite(#[from] diesel::result::Error),
    /// A bare statement failed on PostgreSQL.
    #[error("PostgreSQL: {0:?}")]
    Postgres(#[from] tokio_postgres::Error),
    /// A frame could not be read.
    #[error("a frame that cannot be read: {0}")]
    Frame(#[from] serde_json::Error),
    /// What is measured behaved in a way that makes the measurement worthless.
    #[error("{0}")]
    Broken(String),
    /// There is nothing to measure against here.
    #[error("not run: {0}")]
    Missing(&'static str),
}

/// What measuring gives.
pub type Result<T> = std::result::Result<T, BenchError>;

/// An error in words.
pub fn broken<T>(what: impl Into<String>) -> Result<T> {
    Err(BenchError::Broken(what.into()))
}
