use std::time::Duration;

/// How patient a connection is, and how much it keeps.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How many items wait for the caller; while that many do, the server is not read.
    pub items: usize,
    /// How many commands may be unanswered; more wait for room.
    pub commands: usize,
    /// How long a command may take, disconnects included.
    pub patience: Duration,
    /// How long getting through to the server, and each answer that the connection itself waits for, may take.
    pub connect_patience: Duration,
    /// The first attempt after a disconnect is made within this time; the time doubles with each failure.
    pub first_wait: Duration,
    /// It doubles up to this.
    pub longest_wait: Duration,
    /// A connection that lasted so long was a good one: the waits start over.
    pub stable_after: Duration,
    /// The server says that a stream reaches further than what came, and nothing comes for so long: it is
    /// asked for.
    pub deaf_after: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            items: 256,
            commands: 128,
            patience: Duration::from_secs(120),
            connect_patience: Duration::from_secs(10),
            first_wait: Duration::from_millis(500),
            longest_wait: Duration::from_secs(30),
            stable_after: Duration::from_secs(10),
            deaf_after: Duration::from_secs(5),
        }
    }
}
