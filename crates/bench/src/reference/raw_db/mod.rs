//! `raw-db`: the rows that a message leaves behind, written and read by a bare client.

mod postgres;
mod sqlite;

use uuid::Uuid;

use crate::database::{Backend, Database};
use crate::error::Result;
use crate::seed::{content, group_id};

/// A bare client of one database.
pub trait RawDb {
    /// Writes messages, their events and the counters of their conversations in one commit.
    fn write(&mut self, rows: &[Row]) -> Result<()>;

    /// Reads the events of a conversation after `after`, with their messages and senders; answers how many.
    fn read(&mut self, conversation: Uuid, after: u64) -> Result<usize>;
}

/// Connects to a database in the way that suits it.
pub fn connect(database: &Database) -> Result<Box<dyn RawDb>> {
    Ok(match database.backend() {
        Backend::Sqlite => Box::new(sqlite::Raw::connect(database)?),
        Backend::Postgres => Box::new(postgres::Raw::connect(database)?),
    })
}

/// One message.
pub struct Row {
    pub conversation: Uuid,
    pub seq: i64,
    pub message: Uuid,
    pub sender: Uuid,
    pub nonce: String,
    pub content: String,
}

/// Makes messages, round and round over some groups.
pub struct RawRows {
    first_group: usize,
    seqs: Vec<i64>,
    sender: Uuid,
    count: usize,
}

impl RawRows {
    /// Over `groups` groups from `first_group` on, whose logs are empty.
    pub fn new(first_group: usize, groups: usize, sender: Uuid) -> Self {
        Self { first_group, seqs: vec![0; groups], sender, count: 0 }
    }

    /// The next messages.
    pub fn next(&mut self, count: usize) -> Vec<Row> {
        (0..count).map(|_| self.row()).collect()
    }

    fn row(&mut self) -> Row {
        let group = self.count % self.seqs.len();
        self.count += 1;
        self.seqs[group] += 1;
        // Ids that grow, as the server's do.
        let message = Uuid::from_u128(0x0199_0000_0000_7000_8000_0000_0000_0000 + self.count as u128);
        Row {
            conversation: group_id(self.first_group + group),
            seq: self.seqs[group],
            message,
            sender: self.sender,
            nonce: format!("raw-{}", self.count),
            content: content(),
        }
    }
}
