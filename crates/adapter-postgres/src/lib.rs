//! PostgreSQL behind the store ports of identity, messaging and portfolio.
//!
//! | where | what |
//! |---|---|
//! | `pool` | [`PgDatabase`]: the pool, and how an act becomes one transaction that nobody can cancel |
//! | `server` | where the server is and how one connection to it is opened |
//! | `tls` | what `sslmode` asks of TLS |
//! | `migrate` | the embedded migrations, applied under a lock |
//! | `backfill` | what migrations leave to the program |
//! | `error` | why there is no connection, and why an act ended early |
//! | `schema` | the tables, as Diesel sees them |
//! | `statement` | statements in plain SQL, kept prepared |
//! | `deliveries` | [`PgDeliveryBook`] |
//! | `identity` | [`PgIdentityStore`] |
//! | `messaging` | [`PgMessagingStore`] |
//! | `numbers` | [`PgNumberBook`] |
//! | `portfolio` | [`PgPortfolioStore`], [`PgAlertStore`] |
//! | `elsewhere` | [`Elsewhere`]: the databases of other servers, read to bring over what is in them |
//!
//! Transactions that write are READ COMMITTED. What must not change between a look and a write is locked
//! by the look: the conversation's row by every act that logs an event, the token's and the session's row
//! by a redemption, the users' rows (against deletion alone) by whatever refers to them. What is read in
//! several statements and must fit together is read from one snapshot.
//!
//! To add an atomic act: 1. its function over a connection, in the file of its topic; 2. the port's
//! method in `store.rs`, which hands the function to `PgDatabase::write`; 3. the rule in the contract
//! suite. To add a table: 1. a migration for every database; 2. `schema`; 3. a row type in `rows.rs`.

mod backfill;
mod deliveries;
mod elsewhere;
mod error;
mod identity;
mod messaging;
mod migrate;
mod numbers;
mod pool;
mod portfolio;
mod schema;
mod server;
mod statement;
mod tls;

pub use deliveries::PgDeliveryBook;
pub use elsewhere::{ConversationRow, Elsewhere, ElsewhereError, KnownServer, LeftOut, MemberRow, MessageRow, Place};
pub use error::{ConnectError, MigrateError};
pub use identity::PgIdentityStore;
pub use messaging::PgMessagingStore;
pub use numbers::PgNumberBook;
pub use pool::{PgDatabase, PgOptions};
pub use portfolio::{PgAlertStore, PgPortfolioStore};
