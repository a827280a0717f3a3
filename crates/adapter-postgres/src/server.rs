//! Where the server is, and how one connection to it is opened.

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use diesel_async::{AsyncPgConnection, SimpleAsyncConnection};
use tokio::runtime::Handle;
use tokio::time::timeout;
use tokio_postgres::config::Host;
use tokio_postgres::tls::MakeTlsConnect;
use tokio_postgres::{Client, Config, Connection, Socket};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::error::ConnectError;
use crate::tls;

/// Given to each new session, where the operator has not set something safer: a commit waits for the
/// disk, and neither a statement nor an abandoned transaction holds its locks for ever.
const SAFE_SETTINGS: &str = "
    SELECT set_config(name, safe, false)
    FROM (VALUES
        ('synchronous_commit', 'off', 'on'),
        ('statement_timeout', '0', '30s'),
        ('idle_in_transaction_session_timeout', '0', '30s')
    ) AS setting (name, unsafe, safe)
    WHERE current_setting(name) = unsafe";

type Encrypted = <MakeRustlsConnect as MakeTlsConnect<Socket>>::Stream;

/// A PostgreSQL server and database, as the URL names them.
pub struct Server {
    config: Config,
    tls: MakeRustlsConnect,
    connect_timeout: Duration,
}

impl Server {
    pub fn new(url: &str, connect_timeout: Duration) -> Result<Self, ConnectError> {
        let (url, verify) = take_verification(url);
        let mut config = Config::from_str(&url).map_err(|source| ConnectError::InvalidUrl { source })?;
        if config.get_application_name().is_none() {
            config.application_name("rialto");
        }
        // A peer that vanished without a word is noticed in minutes, not hours.
        config.keepalives_idle(Duration::from_secs(60)).tcp_user_timeout(Duration::from_secs(30));
        let address = address_of(&config);
        let tls = tls::connector(verify).map_err(|source| ConnectError::Tls { address, source: source.into() })?;
        Ok(Self { config, tls, connect_timeout })
    }

    /// Opens a connection that lives on `runtime`, wherever it is used: a connection is driven by the
    /// runtime that opened it and dies with it, and a worker's runtime may end before the others.
    pub async fn open_on(self: Arc<Self>, runtime: &Handle) -> Result<AsyncPgConnection, ConnectError> {
        let address = address_of(&self.config);
        let opened = runtime.spawn(async move { self.open().await }).await;
        opened.map_err(|source| ConnectError::Unreachable { address, source: source.into() })?
    }

    /// Opens a connection to a database that is not ours, with the settings that it has.
    pub async fn open_client(&self) -> Result<Client, ConnectError> {
        let (client, connection) = self.in_time(self.connect()).await?;
        // It ends with the client, and what goes wrong the client's next statement tells.
        tokio::spawn(connection);
        Ok(client)
    }

    async fn open(&self) -> Result<AsyncPgConnection, ConnectError> {
        self.in_time(self.try_open()).await
    }

    async fn in_time<T>(&self, opening: impl Future<Output = Result<T, ConnectError>>) -> Result<T, ConnectError> {
        let opened = timeout(self.connect_timeout, opening).await;
        opened.map_err(|_| ConnectError::TimedOut {
            address: address_of(&self.config),
            seconds: self.connect_timeout.as_secs_f32(),
        })?
    }

    async fn connect(&self) -> Result<(Client, Connection<Socket, Encrypted>), ConnectError> {
        let address = address_of(&self.config);
        let database = self.config.get_dbname().or(self.config.get_user()).unwrap_or_default();
        let connected = self.config.connect(self.tls.clone()).await;
        connected.map_err(|error| ConnectError::from_driver(error, &address, database))
    }

    async fn try_open(&self) -> Result<AsyncPgConnection, ConnectError> {
        let address = address_of(&self.config);
        let (client, connection) = self.connect().await?;
        let mut connection = AsyncPgConnection::try_from_client_and_connection(client, connection)
            .await
            .map_err(|error| ConnectError::Unreachable { address: address.clone(), source: error.into() })?;
        connection
            .batch_execute(SAFE_SETTINGS)
            .await
            .map_err(|error| ConnectError::Unreachable { address, source: error.into() })?;
        Ok(connection)
    }
}

/// Takes `sslmode=verify-full` and `verify-ca` out of a URL: the driver knows neither, and whether
/// certificates are checked is the connector's business.
fn take_verification(url: &str) -> (String, bool) {
    let Some((base, query)) = url.split_once('?') else {
        return (url.to_owned(), false);
    };
    let mut verify = false;
    let read = query.split('&').map(|pair| match pair {
        "sslmode=verify-full" | "sslmode=verify-ca" => {
            verify = true;
            "sslmode=require"
        }
        other => other,
    });
    let query = read.collect::<Vec<_>>().join("&");
    (format!("{base}?{query}"), verify)
}

/// Host and port, for messages.
fn address_of(config: &Config) -> String {
    let host = match config.get_hosts().first() {
        Some(Host::Tcp(host)) => host.clone(),
        Some(Host::Unix(path)) => path.display().to_string(),
        None => "localhost".to_owned(),
    };
    let port = config.get_ports().first().copied().unwrap_or(5432);
    format!("{host}:{port}")
}

#[cfg(test)]
mod tests {
    use diesel_async::RunQueryDsl;
    use rialto_testkit::postgres::TestDatabase;

    use super::*;

    #[test]
    fn verification_is_taken_out_of_the_url() {
        let (url, verify) = take_verification("postgres://h/d?application_name=a&sslmode=verify-full");
        assert_eq!((url.as_str(), verify), ("postgres://h/d?application_name=a&sslmode=require", true));
        let plain = "postgres://h/d?sslmode=disable";
        assert_eq!(take_verification(plain), (plain.to_owned(), false));
    }

    #[test]
    fn a_url_that_cannot_be_read_says_how_one_looks() {
        let error = Server::new("postgres://h:port/d", Duration::from_secs(1)).err().unwrap().to_string();
        assert!(error.contains("postgres://user:password@host:5432/name"), "{error}");
    }

    #[test]
    fn addresses_never_hold_the_password() {
        let server = Server::new("postgres://ann:secret@db.example:6000/d", Duration::from_secs(1)).unwrap();
        assert_eq!(address_of(&server.config), "db.example:6000");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_server_that_acknowledges_too_early_is_overruled() {
        #[derive(diesel::QueryableByName)]
        struct Setting {
            #[diesel(sql_type = diesel::sql_types::Text)]
            synchronous_commit: String,
        }
        let fresh = TestDatabase::create().await;
        let lazily = format!("ALTER DATABASE {} SET synchronous_commit = off", fresh.name());
        fresh.client().await.batch_execute(&lazily).await.unwrap();
        let server = Server::new(fresh.url(), Duration::from_secs(5)).unwrap();
        let mut connection = server.open().await.unwrap();
        let setting: Setting = diesel::sql_query("SHOW synchronous_commit").get_result(&mut connection).await.unwrap();
        assert_eq!(setting.synchronous_commit, "on");
    }
}
