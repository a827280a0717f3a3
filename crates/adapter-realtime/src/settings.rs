//! What the server's owner decides about sockets.

use std::net::IpAddr;
use std::time::Duration;

/// Bounds and intervals of the realtime side. [`Default`] gives what suits most servers.
#[derive(Clone, Debug)]
pub struct RealtimeSettings {
    /// How often the server pings a socket.
    pub ping_interval: Duration,
    /// How long a socket may take to say who it is.
    pub auth_timeout: Duration,
    /// A socket from which nothing came for this long is closed. More than twice `ping_interval`, so that
    /// one lost answer closes nothing.
    pub pong_timeout: Duration,
    /// How long the server waits for a client to close its side after `bye`.
    pub close_timeout: Duration,
    /// The largest message that is read, in bytes, whatever the number of its fragments.
    pub max_frame_bytes: usize,
    /// How many bytes may wait for one socket.
    pub queue_bytes: usize,
    /// How many frames may wait for one socket.
    pub queue_frames: usize,
    /// A socket that takes nothing for this long while something waits for it is closed as slow.
    pub write_timeout: Duration,
    /// How many sockets this node holds.
    pub max_connections: usize,
    /// How many sockets of one user this node holds.
    pub max_connections_per_user: usize,
    /// How many sockets of one address this node holds.
    pub max_connections_per_address: usize,
    /// The same for whoever comes from this machine.
    pub max_connections_from_loopback: usize,
    /// How many events of one stream a resuming socket may be behind.
    pub replay_limit: u64,
    /// How often the log is asked for events whose hints were lost.
    pub sweep_interval: Duration,
    /// How many commands a socket may give in a second, over time; pings and pongs count a fifth. At least 1.
    pub commands_per_second: u32,
    /// How many commands a socket may give at once after it was quiet. At least 1.
    pub command_burst: u32,
    /// A socket that was refused more commands than this without a pause is sent away.
    pub rate_strikes: u32,
    /// Origins of pages besides the server's own that may open sockets, such as `https://chat.example.org`;
    /// `*` allows every page, but never with the cookie.
    pub allowed_origins: Vec<String>,
    /// Peers whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// How long a client should show that somebody is writing.
    pub typing_ttl: Duration,
    /// How many topics one socket may subscribe to.
    pub max_topics: usize,
}

impl Default for RealtimeSettings {
    fn default() -> Self {
        Self {
            ping_interval: Duration::from_secs(25),
            auth_timeout: Duration::from_secs(5),
            pong_timeout: Duration::from_secs(60),
            close_timeout: Duration::from_secs(3),
            max_frame_bytes: 64 * 1024,
            queue_bytes: 256 * 1024,
            queue_frames: 512,
            write_timeout: Duration::from_secs(10),
            max_connections: 100_000,
            max_connections_per_user: 50,
            max_connections_per_address: 256,
            max_connections_from_loopback: 100_000,
            replay_limit: 10_000,
            sweep_interval: Duration::from_secs(30),
            commands_per_second: 50,
            command_burst: 200,
            rate_strikes: 200,
            allowed_origins: Vec::new(),
            trusted_proxies: Vec::new(),
            typing_ttl: Duration::from_secs(6),
            max_topics: 250,
        }
    }
}
