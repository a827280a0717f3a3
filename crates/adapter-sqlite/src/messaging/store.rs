//! The ports, act by act.

mod changes;
mod conversations;
mod figures;
mod imports;
mod moderation;
mod notices;
mod people;
mod reads;
mod search;

use crate::database::SqliteDatabase;

/// All messaging ports in SQLite: [`MessagingStore`](rialto_messaging::MessagingStore),
/// [`MessageChanges`](rialto_messaging::MessageChanges), [`ReadPointers`](rialto_messaging::ReadPointers),
/// [`ModerationStore`](rialto_messaging::ModerationStore), [`MessageSearch`](rialto_messaging::MessageSearch),
/// [`NoticeBoard`](rialto_messaging::NoticeBoard), [`Discretion`](rialto_messaging::Discretion),
/// [`HistoryImport`](rialto_messaging::HistoryImport) and [`UserTraces`](rialto_messaging::UserTraces).
#[derive(Clone)]
pub struct SqliteMessagingStore {
    database: SqliteDatabase,
}

impl SqliteMessagingStore {
    /// A store in this database.
    #[must_use]
    pub fn new(database: SqliteDatabase) -> Self {
        Self { database }
    }
}
