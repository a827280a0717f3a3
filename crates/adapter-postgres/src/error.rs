//! Why there is no connection, and why an act ended early.

use std::error::Error as StdError;

use diesel::result::Error as QueryError;
use diesel_async::pooled_connection::deadpool::BuildError;
use rialto_kernel::StoreError;
use tokio_postgres::error::SqlState;

/// Why the database cannot be used. The message names the cause and what to do about it, and never the
/// password.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The URL cannot be read.
    #[error(
        "the database URL cannot be read: {}; it should look like postgres://user:password@host:5432/name",
        root_cause(source)
    )]
    InvalidUrl {
        /// What is wrong with it.
        #[source]
        source: tokio_postgres::Error,
    },
    /// Nothing answers there.
    #[error("PostgreSQL cannot be reached at {address}: {}; check that it is running, and the host and port of the database URL", root_cause(source.as_ref()))]
    Unreachable {
        /// Host and port.
        address: String,
        /// What the driver said.
        #[source]
        source: Box<dyn StdError + Send + Sync>,
    },
    /// Something is there, but does not answer in time.
    #[error(
        "PostgreSQL at {address} did not answer within {seconds} s; check the network, and the host and port of the database URL"
    )]
    TimedOut {
        /// Host and port.
        address: String,
        /// How long it was given.
        seconds: f32,
    },
    /// No encrypted connection could be agreed on.
    #[error(
        "no TLS connection to PostgreSQL at {address}: {}; SSL_CERT_FILE names an own CA to trust, \
         sslmode=require encrypts without checking the certificate",
        root_cause(source.as_ref())
    )]
    Tls {
        /// Host and port.
        address: String,
        /// What failed.
        #[source]
        source: Box<dyn StdError + Send + Sync>,
    },
    /// The server does not let this user in.
    #[error("PostgreSQL at {address} refused the login: {}; check user and password in the database URL", root_cause(source.as_ref()))]
    LoginRefused {
        /// Host and port.
        address: String,
        /// What the server said.
        #[source]
        source: Box<dyn StdError + Send + Sync>,
    },
    /// The server has no database of this name.
    #[error("PostgreSQL at {address} has no database {name:?}; make it with: createdb {name}")]
    UnknownDatabase {
        /// Host and port.
        address: String,
        /// The name in the URL.
        name: String,
    },
    /// The server is full.
    #[error(
        "PostgreSQL at {address} accepts no more connections; lower database.max_connections or raise the server's max_connections"
    )]
    TooManyConnections {
        /// Host and port.
        address: String,
    },
    /// The pool could not be made.
    #[error("the connection pool cannot be made: {0}")]
    Pool(#[from] BuildError),
    /// The schema could not be brought up to date.
    #[error(transparent)]
    Migrate(#[from] MigrateError),
}

impl ConnectError {
    /// Sorts what the driver said by what can be done about it.
    pub(crate) fn from_driver(error: tokio_postgres::Error, address: &str, database: &str) -> Self {
        let address = address.to_owned();
        match error.code() {
            Some(&(SqlState::INVALID_PASSWORD | SqlState::INVALID_AUTHORIZATION_SPECIFICATION)) => {
                Self::LoginRefused { address, source: error.into() }
            }
            Some(&SqlState::INVALID_CATALOG_NAME) => Self::UnknownDatabase { address, name: database.to_owned() },
            Some(&SqlState::TOO_MANY_CONNECTIONS) => Self::TooManyConnections { address },
            // The driver tells failures of TLS apart by their text alone.
            None if error.to_string().starts_with("error performing TLS handshake") => {
                Self::Tls { address, source: error.into() }
            }
            _ if error.to_string().starts_with("invalid configuration") => Self::InvalidUrl { source: error },
            _ => Self::Unreachable { address, source: error.into() },
        }
    }
}

/// Why migrations were not applied.
#[derive(Debug, thiserror::Error)]
#[error("the database's migrations cannot be applied: {}", root_cause(source.as_ref()))]
pub struct MigrateError {
    /// What failed.
    #[source]
    pub source: Box<dyn StdError + Send + Sync>,
}

impl MigrateError {
    pub(crate) fn new(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self { source: source.into() }
    }
}

/// Why an act ended early; inside a transaction, everything it did is rolled back.
#[derive(Debug)]
pub(crate) enum ActError<R> {
    /// The port's own refusal.
    Refused(R),
    /// A statement failed.
    Query(QueryError),
    /// There is no connection, or a value cannot be read.
    Store(StoreError),
}

impl<R> From<QueryError> for ActError<R> {
    fn from(error: QueryError) -> Self {
        Self::Query(error)
    }
}

impl<R> From<StoreError> for ActError<R> {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl<R: From<StoreError>> ActError<R> {
    /// What the caller of the port is told.
    pub(crate) fn into_refusal(self) -> R {
        match self {
            Self::Refused(refusal) => refusal,
            Self::Query(error) => store_error(error).into(),
            Self::Store(error) => error.into(),
        }
    }
}

/// What acts end with that have no refusals of their own.
pub(crate) type StoreActError = ActError<StoreError>;

impl From<StoreActError> for StoreError {
    fn from(error: StoreActError) -> Self {
        error.into_refusal()
    }
}

fn store_error(error: QueryError) -> StoreError {
    match error {
        QueryError::DeserializationError(source) => StoreError::corrupt(source.to_string()),
        other => StoreError::unavailable(other),
    }
}

/// The innermost cause: the outer ones only say that something failed.
fn root_cause<'e>(error: &'e (dyn StdError + 'static)) -> &'e (dyn StdError + 'static) {
    let mut cause = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause
}
