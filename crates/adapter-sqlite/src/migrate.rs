//! The migrations, embedded in the binary and applied under the database's write lock, all or none:
//! of several programs that start at once, one migrates and the others find it done.

use std::path::Path;

use diesel::migration::{Migration, MigrationSource};
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use crate::connection::open_writing;
use crate::database::prepare_file;
use crate::identity::index_names;
use crate::messaging::index_missing;
use crate::open_error::OpenError;
use crate::options::SqliteOptions;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");

/// The migration that makes the index of what messages say. The program fills it, since it makes the terms.
const SEARCH: &str = "00006_search";

/// The migration that makes the index of display names. The program fills it.
const PEOPLE: &str = "00009_people";

/// The migrations that a database lacks, in order; all of them if it does not exist. Applies
/// nothing.
///
/// # Errors
/// See [`OpenError`]; `NewerSchema` if the database has migrations that this release does not know.
pub fn pending_migrations(path: &Path) -> Result<Vec<String>, OpenError> {
    let exists = path.try_exists().map_err(|source| OpenError::Unwritable { path: path.to_owned(), source })?;
    if !exists {
        return Ok(known(path)?.iter().map(|migration| migration.name().to_string()).collect());
    }
    let path = prepare_file(path)?;
    let mut connection = open_writing(&path, SqliteOptions::default().busy_timeout)?;
    pending(&path, &mut connection)
}

/// Applies the migrations that a database lacks and names them; makes the database if it does not exist.
///
/// # Errors
/// See [`OpenError`]; nothing is changed then.
pub fn apply_migrations(path: &Path) -> Result<Vec<String>, OpenError> {
    let path = prepare_file(path)?;
    let mut connection = open_writing(&path, SqliteOptions::default().busy_timeout)?;
    apply(&path, &mut connection)
}

pub(crate) fn pending(path: &Path, connection: &mut SqliteConnection) -> Result<Vec<String>, OpenError> {
    let failed = |source| OpenError::Migration { path: path.to_owned(), source };
    let known = known(path)?;
    let applied = connection.applied_migrations().map_err(failed)?;
    let foreign = applied.iter().find(|version| !known.iter().any(|migration| migration.name().version() == **version));
    if let Some(version) = foreign {
        return Err(OpenError::NewerSchema { path: path.to_owned(), version: version.to_string() });
    }
    let pending = MigrationHarness::<Sqlite>::pending_migrations(connection, MIGRATIONS).map_err(failed)?;
    Ok(pending.iter().map(|migration| migration.name().to_string()).collect())
}

pub(crate) fn apply(path: &Path, connection: &mut SqliteConnection) -> Result<Vec<String>, OpenError> {
    // The outer transaction is the lock; those of the single migrations become savepoints in it.
    let outcome = connection.immediate_transaction(|connection| {
        let names = pending(path, connection)?;
        connection
            .run_pending_migrations(MIGRATIONS)
            .map_err(|source| OpenError::Migration { path: path.to_owned(), source })?;
        if names.iter().any(|name| name == SEARCH) {
            index_missing(connection)
                .map_err(|error| OpenError::Migration { path: path.to_owned(), source: error.into() })?;
        }
        if names.iter().any(|name| name == PEOPLE) {
            index_names(connection)
                .map_err(|error| OpenError::Migration { path: path.to_owned(), source: error.into() })?;
        }
        Ok(names)
    });
    match outcome {
        Ok(names) => Ok(names),
        Err(Aborted::Refused(error)) => Err(error),
        Err(Aborted::Database(error)) => Err(OpenError::classify(path, error)),
    }
}

fn known(path: &Path) -> Result<Vec<Box<dyn Migration<Sqlite>>>, OpenError> {
    let mut known = MigrationSource::<Sqlite>::migrations(&MIGRATIONS)
        .map_err(|source| OpenError::Migration { path: path.to_owned(), source })?;
    known.sort_by(|a, b| a.name().version().cmp(&b.name().version()));
    Ok(known)
}

/// Why the transaction around the migrations ended early.
enum Aborted {
    Refused(OpenError),
    Database(diesel::result::Error),
}

impl From<OpenError> for Aborted {
    fn from(error: OpenError) -> Self {
        Self::Refused(error)
    }
}

impl From<diesel::result::Error> for Aborted {
    fn from(error: diesel::result::Error) -> Self {
        Self::Database(error)
    }
}
