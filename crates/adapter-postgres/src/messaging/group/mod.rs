//! Messages that wait together are committed together.
//!
//! | where | what |
//! |---|---|
//! | `writer` | [`Writer`]: takes whatever appends wait, and answers each after its commit |
//! | `batch` | the one transaction of many appends, and what becomes of each |
//! | `asked` | what is read under the locks, for all of them at once |
//! | `said` | what is written, for all of them at once |
//!
//! A batch takes two round trips, however many messages it has. What is rare takes the way of `append`, alone: threads,
//! mentions, slow mode, a nonce that was used before, senders who are no members, direct
//! conversations of users who block or are blocked, and every message of a batch that failed.

mod asked;
mod batch;
mod said;
mod writer;

pub use said::insert;
pub use writer::Writer;
