//! Conversations, members, messages and the event logs in SQLite.
//!
//! | file | acts on |
//! |---|---|
//! | `conversations` | conversations: made, found, log positions |
//! | `settings` | conversations that become different, or go |
//! | `summaries` | conversations as a reader's lists show them |
//! | `sync` | what changed for a reader |
//! | `members`, `roles` | who is in them, and what each may do |
//! | `append` | the next message |
//! | `changes`, `reactions`, `pins` | messages that are there |
//! | `mentions`, `threads` | whom messages mention, what hangs on them |
//! | `reads` | what everybody has read |
//! | `history` | messages and events that are there |
//! | `search`, `terms` | messages by what they say, and the index of it |
//! | `past` | what was said on another server |
//! | `moderation`, `reports`, `audit` | what keeps order |
//! | `discretion`, `traces` | what users do not want others to see, and what they leave behind |
//! | `log`, `personal` | the next number of a log, for every act that writes an event |
//! | `place` | what every act asks before it decides |
//! | `message_parts` | what hangs on messages, for every list of them |
//! | `store` | the ports |

mod append;
mod audit;
mod changes;
mod conversations;
mod discretion;
mod history;
mod log;
mod members;
mod mentions;
mod message_parts;
mod moderation;
mod past;
mod personal;
mod pins;
mod place;
mod reactions;
mod reads;
mod reports;
mod roles;
mod rows;
mod search;
mod settings;
mod store;
mod summaries;
mod sync;
mod terms;
mod threads;
mod traces;

pub use store::SqliteMessagingStore;
pub(crate) use terms::index_missing;

#[cfg(test)]
mod tests;
