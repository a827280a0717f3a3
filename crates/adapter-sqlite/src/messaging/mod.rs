//! Conversations, members, messages and the event log in SQLite.
//!
//! | file | acts on |
//! |---|---|
//! | `conversations` | conversations: made, found, log positions |
//! | `summaries` | conversations as a reader's lists show them |
//! | `members` | who is in them |
//! | `append` | the next message |
//! | `history` | messages and events that are there |
//! | `log` | the next number of a log, for every act that writes an event |

mod append;
mod conversations;
mod history;
mod log;
mod members;
mod rows;
mod store;
mod summaries;

pub use store::SqliteMessagingStore;
