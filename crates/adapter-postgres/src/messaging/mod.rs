//! Conversations, messages and the event log in PostgreSQL.

mod append;
mod conversations;
mod history;
mod log;
mod members;
mod profiles;
mod rows;
mod store;
mod summaries;

pub use store::PgMessagingStore;
