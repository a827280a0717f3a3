//! Pings, silence, and the end of a token's time.

use std::time::Duration;

use rialto_kernel::Instant;
use rialto_wire::frame::ServerFrame;
use tokio::time::Instant as Moment;

use super::Session;
use crate::bye::Bye;
use crate::frames::Frame;
use crate::outbox::Wakes;
use crate::settings::RealtimeSettings;

/// What a session must do when.
pub(super) struct Liveness {
    ping_interval: Duration,
    pong_timeout: Duration,
    next_ping: Moment,
    heard_at: Moment,
    expires_at: Instant,
}

impl Liveness {
    pub fn new(settings: &RealtimeSettings) -> Self {
        let now = Moment::now();
        Self {
            ping_interval: settings.ping_interval,
            pong_timeout: settings.pong_timeout,
            next_ping: now + settings.ping_interval,
            heard_at: now,
            expires_at: Instant::MAX_UTC,
        }
    }

    /// Something came from the client.
    pub fn heard(&mut self) {
        self.heard_at = Moment::now();
    }

    /// The token is good until then.
    pub fn good_until(&mut self, expires_at: Instant) {
        self.expires_at = expires_at;
    }

    /// Why the socket must close at `now`, if it must.
    pub fn over(&self, now: Instant) -> Option<Bye> {
        if now >= self.expires_at {
            Some(Bye::TokenExpired)
        } else if Moment::now() >= self.heard_at + self.pong_timeout {
            Some(Bye::NoPong)
        } else {
            None
        }
    }

    /// Whether it is time to ping; counts as done.
    pub fn ping_due(&mut self) -> bool {
        let now = Moment::now();
        let due = now >= self.next_ping;
        if due {
            self.next_ping = now + self.ping_interval;
        }
        due
    }

    /// When to look again.
    pub fn next_deadline(&self, now: Instant) -> Moment {
        let moment = Moment::now();
        // A token without an end would reach past what a timer can name; a day is soon enough to look again.
        let left = (self.expires_at - now).to_std().unwrap_or_default().min(Duration::from_secs(86_400));
        (moment + left).min(self.heard_at + self.pong_timeout).min(self.next_ping)
    }
}

impl Session {
    /// Pings twice: as WebSocket for proxies, as a frame so that a client that hears nothing of its streams
    /// finds out.
    pub(super) fn ping(&self) {
        self.outbox.push(Frame::protocol_ping());
        let data = self.deps.hub.tops_of(self.connection);
        self.outbox.push_optional(Frame::new(&ServerFrame::Ping { data }), &mut Wakes::default());
    }
}
