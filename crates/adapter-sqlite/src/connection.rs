//! Connections and their settings.

use std::path::Path;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;

use crate::open_error::OpenError;

/// The connection that writes. Its commits reach the disk before they return.
pub fn open_writing(path: &Path, busy_timeout: Duration) -> Result<SqliteConnection, OpenError> {
    let mut connection = open(path, busy_timeout)?;
    let classify = |error| OpenError::classify(path, error);
    let mode: String = retry_while_locked(busy_timeout, || {
        diesel::dsl::sql::<Text>("PRAGMA journal_mode = WAL").get_result(&mut connection)
    })
    .map_err(classify)?;
    if mode != "wal" {
        return Err(OpenError::NoWriteAheadLog { path: path.to_owned(), mode });
    }
    // The size limit gives back the disk that a burst of writes took.
    connection
        .batch_execute("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA journal_size_limit = 67108864;")
        .map_err(classify)?;
    Ok(connection)
}

/// A connection that only reads.
pub fn open_reading(path: &Path, busy_timeout: Duration) -> Result<SqliteConnection, OpenError> {
    let mut connection = open(path, busy_timeout)?;
    connection.batch_execute("PRAGMA query_only = ON;").map_err(|e| OpenError::classify(path, e))?;
    Ok(connection)
}

fn open(path: &Path, busy_timeout: Duration) -> Result<SqliteConnection, OpenError> {
    let text = path.to_str().ok_or_else(|| OpenError::UnusablePath { path: path.to_owned() })?;
    let mut connection = SqliteConnection::establish(text).map_err(|e| OpenError::classify(path, e))?;
    // First of all settings: the others may have to wait for another connection already.
    let wait = format!("PRAGMA busy_timeout = {};", busy_timeout.as_millis());
    connection.batch_execute(&wait).map_err(|e| OpenError::classify(path, e))?;
    Ok(connection)
}

/// SQLite does not wait for the lock when it changes the journal mode of a new file, so we do.
fn retry_while_locked<T>(patience: Duration, mut attempt: impl FnMut() -> QueryResult<T>) -> QueryResult<T> {
    const PAUSE: Duration = Duration::from_millis(10);
    let mut waited = Duration::ZERO;
    loop {
        match attempt() {
            Err(error) if waited < patience && error.to_string().contains("locked") => {
                std::thread::sleep(PAUSE);
                waited += PAUSE;
            }
            outcome => return outcome,
        }
    }
}

#[cfg(test)]
mod tests {
    use diesel::dsl::sql;
    use diesel::sql_types::BigInt;

    use super::*;

    #[test]
    fn commits_reach_the_disk_and_readers_cannot_write() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("test.db");
        let mut writing = open_writing(&path, Duration::from_secs(1)).unwrap();
        let mut setting =
            |name: &str| sql::<BigInt>(&format!("PRAGMA {name}")).get_result::<i64>(&mut writing).unwrap();
        assert_eq!(setting("synchronous"), 2, "FULL");
        assert_eq!(setting("foreign_keys"), 1);
        assert_eq!(setting("busy_timeout"), 1_000);

        let mut reading = open_reading(&path, Duration::ZERO).unwrap();
        assert!(reading.batch_execute("CREATE TABLE things (id INTEGER)").is_err());
    }
}
