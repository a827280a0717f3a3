//! All of messaging in PostgreSQL.
//!
//! | port | in | acts |
//! |---|---|---|
//! | `MessagingStore` | `store` | `conversations`, `settings`, `members`, `roles`, `append`, `history`, `events`, `summaries`, `sync` |
//! | `MessageChanges` | `message_changes` | `changes`, `reactions`, `pins`, each on a `place` |
//! | `ReadPointers` | `read_pointers` | `reads` |
//! | `ModerationStore` | `moderation_store` | `moderation`, `reports`, `audit` |
//! | `MessageSearch` | `message_search` | `search` |
//! | `NoticeBoard` | `notice_board` | `personal` |
//! | `HistoryImport` | `history_import` | there |
//! | `Discretion`, `UserTraces` | `people` | `discretion`, `traces` |
//!
//! Appends go through `group`, which commits many at once.
//!
//! `log` and `personal` write the logs of conversations and of users. An act locks in this order, and so never waits
//! for one who waits for it: users' rows against deletion, the conversation's row, what is in the conversation,
//! personal logs in the order of user ids.

mod append;
mod audit;
mod changes;
mod conversations;
mod counts;
mod cursors;
mod discretion;
mod event_rows;
mod events;
mod figures;
mod group;
mod history;
mod history_import;
mod log;
mod members;
mod mentions;
mod message_changes;
mod message_parts;
mod message_rows;
mod message_search;
mod moderation;
mod moderation_store;
mod notice_board;
mod people;
mod personal;
mod pins;
mod place;
mod profiles;
mod reactions;
mod read_pointers;
mod reads;
mod referred;
mod reports;
mod roles;
mod rows;
mod search;
mod settings;
mod snapshot;
mod store;
mod summaries;
mod sync;
pub(crate) mod terms;
mod threads;
mod traces;

pub(crate) use cursors::{read_time_cursor, time_cursor};
pub(crate) use rows::{bound, number};
pub use store::PgMessagingStore;
