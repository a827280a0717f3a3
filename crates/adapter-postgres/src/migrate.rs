//! The embedded migrations, applied under a lock so that several nodes may start at once.

use diesel::pg::Pg;
use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;
use diesel_async::{AsyncPgConnection, SimpleAsyncConnection};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use tokio::task::spawn_blocking;

use crate::backfill;
use crate::error::MigrateError;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations/postgres");

/// Only one session of a database holds the lock of this number ("rialto" in ASCII). The session holds
/// it until it ends, however it ends. Waiting for it, and a long migration, may take any time.
const TAKE_LOCK: &str = "SET statement_timeout = 0; SELECT pg_advisory_lock(x'7269616c746f'::bigint)";

/// Applies what is pending and names the versions, in order. Ends the connection.
pub async fn apply(connection: AsyncPgConnection) -> Result<Vec<String>, MigrateError> {
    alone(connection, |harness| {
        let applied = harness.run_pending_migrations(MIGRATIONS)?.iter().map(ToString::to_string).collect();
        backfill::terms(harness)?;
        backfill::names(harness)?;
        Ok(applied)
    })
    .await
    .inspect(|applied| {
        for version in applied {
            tracing::info!(version, "applied a migration");
        }
    })
}

/// Names the versions that are still to be applied, in order. Ends the connection.
pub async fn pending(connection: AsyncPgConnection) -> Result<Vec<String>, MigrateError> {
    alone(connection, |harness| {
        let pending = MigrationHarness::<Pg>::pending_migrations(harness, MIGRATIONS)?;
        Ok(pending.iter().map(|migration| migration.name().version().to_string()).collect())
    })
    .await
}

pub type Harness = AsyncConnectionWrapper<AsyncPgConnection>;

async fn alone<T: Send + 'static>(
    mut connection: AsyncPgConnection,
    work: impl FnOnce(&mut Harness) -> diesel::migration::Result<T> + Send + 'static,
) -> Result<T, MigrateError> {
    connection.batch_execute(TAKE_LOCK).await.map_err(MigrateError::new)?;
    // The harness blocks, which a worker thread of a runtime must not.
    let done = spawn_blocking(move || work(&mut Harness::from(connection))).await;
    done.map_err(MigrateError::new)?.map_err(MigrateError::new)
}

#[cfg(test)]
mod tests {
    use diesel::migration::MigrationSource;

    use super::*;

    #[test]
    fn every_migration_can_be_reverted() {
        for migration in MigrationSource::<Pg>::migrations(&MIGRATIONS).unwrap() {
            let folder = format!("{}/../../migrations/postgres/{}", env!("CARGO_MANIFEST_DIR"), migration.name());
            assert!(std::path::Path::new(&folder).join("down.sql").is_file(), "{folder}");
        }
    }
}
