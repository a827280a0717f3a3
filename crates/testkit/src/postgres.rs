//! PostgreSQL databases for tests.

use std::env;
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio_postgres::{Client, Config, NoTls};

const VARIABLE: &str = "RIALTO_TEST_POSTGRES_URL";

/// A fresh, empty database on the PostgreSQL server that `RIALTO_TEST_POSTGRES_URL` names. It stays
/// there: the server is thrown away after the tests.
#[derive(Clone, Debug)]
pub struct TestDatabase {
    url: String,
    name: String,
}

impl TestDatabase {
    /// Makes a database that no other test has.
    ///
    /// # Panics
    /// If there is no server: tests of PostgreSQL fail without it, they are never skipped.
    pub async fn create() -> Self {
        let server = server_url();
        let name = unique_name();
        let client = connect(&server).await;
        // Copying template0, and as files: it is there on every server, empty, and nobody is connected to it.
        client.batch_execute(&format!("CREATE DATABASE {name} TEMPLATE template0")).await.unwrap();
        Self { url: with_database(&server, &name), name }
    }

    /// The URL of the database, for the adapter that is tested.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The database's name, as the server's own views show it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// A connection beside the adapter's, to look at what it does.
    ///
    /// # Panics
    /// If the server does not answer.
    pub async fn client(&self) -> Client {
        connect(&self.url).await
    }
}

#[expect(clippy::disallowed_methods, reason = "only tests need this variable; the server never reads it")]
fn server_url() -> String {
    env::var(VARIABLE).unwrap_or_else(|_| {
        panic!("{VARIABLE} is not set: scripts/test starts a PostgreSQL and sets it; so does scripts/services/postgres.sh cargo test")
    })
}

/// Unique among processes and over time: a server may outlive one run of the tests.
#[expect(clippy::disallowed_methods, reason = "names of databases, not time that a test could want to decide")]
fn unique_name() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("rialto_test_{}_{}_{count}", since_1970.as_micros(), process::id())
}

/// The same server's URL with another database in its path.
fn with_database(server: &str, name: &str) -> String {
    let (before, query) = match server.split_once('?') {
        Some((before, query)) => (before, format!("?{query}")),
        None => (server, String::new()),
    };
    let authority = before.find("://").map_or(0, |scheme| scheme + 3);
    let path = before[authority..].find('/').map_or(before.len(), |slash| authority + slash);
    format!("{}/{name}{query}", &before[..path])
}

async fn connect(url: &str) -> Client {
    let config: Config = url.parse().unwrap_or_else(|error| panic!("{VARIABLE}: {error}"));
    let (client, connection) = config.connect(NoTls).await.unwrap_or_else(|error| panic!("{VARIABLE}: {error:?}"));
    tokio::spawn(connection);
    client
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_database_of_a_url_changes() {
        assert_eq!(with_database("postgres://u@h:1/a", "b"), "postgres://u@h:1/b");
        assert_eq!(with_database("postgres://u@h:1", "b"), "postgres://u@h:1/b");
        assert_eq!(with_database("postgres://u@h:1/a?sslmode=disable", "b"), "postgres://u@h:1/b?sslmode=disable");
    }

    #[test]
    fn no_two_names_are_the_same() {
        assert_ne!(unique_name(), unique_name());
    }
}
