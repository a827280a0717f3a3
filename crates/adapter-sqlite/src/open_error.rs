//! Why a database cannot be opened, and what to do about it.

use std::error::Error as StdError;
use std::io;
use std::path::{Path, PathBuf};

/// Why a database cannot be opened. Each message says what to do.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The file or its directory cannot be made or written.
    #[error("cannot write the database {}: {source}; let this user write there, or choose another directory", path.display())]
    Unwritable {
        /// The database.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The path is not UTF-8, which SQLite needs.
    #[error("the path {} is not valid UTF-8; choose another one", path.display())]
    UnusablePath {
        /// The database.
        path: PathBuf,
    },
    /// The file is something else.
    #[error("{} is not a SQLite database; move it away, or choose another file", path.display())]
    NotADatabase {
        /// The file.
        path: PathBuf,
    },
    /// A newer release changed the database.
    #[error("{} was migrated by a newer release (to {version}); run that release, or restore a backup", path.display())]
    NewerSchema {
        /// The database.
        path: PathBuf,
        /// The last migration that this release does not know.
        version: String,
    },
    /// Migrations are to be applied first.
    #[error("{} lacks the migrations {}; run `rialto migrate`, or allow migrations at start", path.display(), pending.join(", "))]
    MigrationsPending {
        /// The database.
        path: PathBuf,
        /// What it lacks, in order.
        pending: Vec<String>,
    },
    /// Another program holds it.
    #[error("{} is locked by another program; end that one, then try again", path.display())]
    Locked {
        /// The database.
        path: PathBuf,
    },
    /// The file system lacks what write-ahead logging needs.
    #[error("{} lies on a file system without shared memory (journal mode is {mode}); choose a local disk", path.display())]
    NoWriteAheadLog {
        /// The database.
        path: PathBuf,
        /// The journal mode that SQLite fell back to.
        mode: String,
    },
    /// A migration failed; none of those that were pending is applied.
    #[error("a migration of {} failed: {source}; nothing was changed", path.display())]
    Migration {
        /// The database.
        path: PathBuf,
        /// What the driver said.
        source: Box<dyn StdError + Send + Sync>,
    },
    /// Anything else.
    #[error("cannot open the database {}: {source}", path.display())]
    Failed {
        /// The database.
        path: PathBuf,
        /// What the driver or the system said.
        source: Box<dyn StdError + Send + Sync>,
    },
}

impl OpenError {
    /// Tells by SQLite's words what is wrong: the driver keeps no result code.
    pub(crate) fn classify(path: &Path, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        let source = source.into();
        let path = path.to_owned();
        let said = source.to_string();
        if said.contains("file is not a database") || said.contains("malformed") {
            Self::NotADatabase { path }
        } else if said.contains("database is locked") || said.contains("database table is locked") {
            Self::Locked { path }
        } else if said.contains("readonly database") || said.contains("unable to open database file") {
            Self::Unwritable { path, source: io::Error::new(io::ErrorKind::PermissionDenied, said) }
        } else {
            Self::Failed { path, source }
        }
    }
}
