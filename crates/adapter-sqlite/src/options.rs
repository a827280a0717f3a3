//! How a database is opened.

use std::time::Duration;

/// How a database is opened; the defaults suit one node.
#[derive(Clone, Copy, Debug)]
pub struct SqliteOptions {
    /// Apply pending migrations; otherwise a database that lacks some is refused.
    pub migrate: bool,
    /// How many reads run at once; at least 1.
    pub read_connections: usize,
    /// How many acts may wait for the writer before their callers wait too; at least 1.
    pub write_queue: usize,
    /// How long to wait for a lock that another process holds.
    pub busy_timeout: Duration,
}

impl Default for SqliteOptions {
    fn default() -> Self {
        Self { migrate: true, read_connections: 4, write_queue: 1024, busy_timeout: Duration::from_secs(5) }
    }
}
