//! SQLite behind the store ports: one file, nothing to install.
//!
//! | where | what |
//! |---|---|
//! | [`database`] | [`SqliteDatabase`]: opens the file, applies migrations, hands out reads and writes |
//! | [`options`] | [`SqliteOptions`]: how a database is opened |
//! | [`open_error`] | [`OpenError`]: why it cannot be, and what to do about it |
//! | [`migrate`] | the embedded migrations, for `rialto migrate` too |
//! | `writer` | the one thread that writes: acts that arrive together commit together |
//! | `pool` | a few connections that only read |
//! | `connection`, `schema`, `value`, `prepared`, `error` | how this crate speaks to Diesel |
//! | `deliveries` | [`SqliteDeliveryBook`]: how far which way has told whom |
//! | `numbers` | [`SqliteNumberBook`]: numbers in the place of ids |
//! | [`identity`], [`messaging`], [`portfolio`] | the stores: `store` lists the acts, `rows` turns rows into values, one file per topic |
//!
//! **Writes.** SQLite has one writer at a time, so there is one: a thread that takes whatever acts wait,
//! runs each inside its own savepoint, and commits them together. An act is answered only after the
//! commit that holds it reached the disk. What an act checked stays true until its commit, since nobody
//! else can write: lookups before an insert need no second guess.
//!
//! **Reads** see every act that was answered before they began, and one state of the database
//! throughout.
//!
//! To add an act of a store: 1. write it over `&mut SqliteConnection` in the file of its topic; 2. call
//! it in `store.rs` through `SqliteDatabase::write` or `read`; 3. if it needs a column, add a migration
//! for both databases, a line in `schema.rs` and a field in `rows.rs`; 4. run the contract suites.

mod connection;
pub mod database;
mod deliveries;
mod error;
pub mod identity;
pub mod messaging;
pub mod migrate;
mod numbers;
pub mod open_error;
pub mod options;
mod pool;
pub mod portfolio;
mod prepared;
mod schema;
mod value;
mod writer;

pub use database::SqliteDatabase;
pub use deliveries::SqliteDeliveryBook;
pub use identity::SqliteIdentityStore;
pub use messaging::SqliteMessagingStore;
pub use migrate::{apply_migrations, pending_migrations};
pub use numbers::SqliteNumberBook;
pub use open_error::OpenError;
pub use options::SqliteOptions;
pub use portfolio::{SqliteAlertStore, SqlitePortfolioStore};
pub use writer::WriteStats;
