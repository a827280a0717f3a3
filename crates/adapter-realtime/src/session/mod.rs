//! One socket, from upgrade to goodbye. A session never waits for the network to take something, except
//! while it replays; what it waits for are frames, deadlines, and the services.
//!
//! | module | holds |
//! |---|---|
//! | [`upgrade`] | from HTTP to WebSocket: who may, with which credentials |
//! | [`sign_in`] | who is there |
//! | [`renewal`] | a newer token of the same user |
//! | [`connect`] | seat, `ready`, replay |
//! | [`commands`], [`catch_up`] | what a client may ask for |
//! | [`price_stream`] | a socket that follows prices alone |
//! | [`rate`] | how often |
//! | [`incoming`], [`reading`] | frames from bytes, and what breaks below the protocol |
//! | [`liveness`] | pings, silence, expiry |

mod catch_up;
mod commands;
mod connect;
mod incoming;
mod liveness;
mod price_stream;
mod rate;
mod reading;
mod renewal;
mod sign_in;
#[cfg(test)]
mod tests;
mod upgrade;

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use rialto_identity::{Credential, Device};
use rialto_kernel::{ConnectionId, Network, SessionId};
use rialto_messaging::Actor;
use rialto_wire::frame::{ClientFrame, ErrorData, HelloData, PROTOCOL, ServerFrame};
use tokio::time::{sleep_until, timeout};

use crate::RealtimeDeps;
use crate::bye::Bye;
use crate::errors;
use crate::frames::{Frame, millis};
use crate::outbox::Outbox;
use crate::topics::Topic;
use incoming::Incoming;
use liveness::Liveness;
use rate::{CommandRate, Cost, Verdict};
use reading::Heard;
use sign_in::Credentials;
pub(crate) use upgrade::{NewSession, upgrade, upgrade_for_prices, wrong_method};

/// How many frames that cannot be read end the socket.
const STRIKES: u8 = 3;

/// One socket.
struct Session {
    deps: Arc<RealtimeDeps>,
    connection: ConnectionId,
    outbox: Arc<Outbox>,
    incoming: Incoming,
    device: Device,
    network: Network,
    liveness: Liveness,
    rate: CommandRate,
    strikes: u8,
}

/// Who a socket belongs to, and what it has asked for.
struct Account {
    actor: Actor,
    session: SessionId,
    credential: Credential,
    topics: HashSet<Topic>,
    typing: commands::TypingThrottle,
}

/// Carries out what a client may ask for.
trait Commands {
    async fn carry_out(&mut self, session: &mut Session, frame: ClientFrame);
}

impl Commands for Account {
    async fn carry_out(&mut self, session: &mut Session, frame: ClientFrame) {
        session.carry_out(frame, self).await;
    }
}

/// Whether a session goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flow {
    GoOn,
    /// The client closed its side, or is gone.
    Left,
    /// The server has said goodbye.
    Closing,
}

impl Session {
    async fn run(mut self, credentials: Option<Credentials>) {
        self.say_hello();
        let mut flow = Flow::Closing;
        // Apart, each for as long as it runs: a socket that only listens does not hold the room that they take.
        match Box::pin(self.sign_in(credentials)).await {
            Ok(signed_in) => {
                if let Some(mut account) = Box::pin(self.connect(signed_in)).await {
                    flow = self.serve(&mut account).await;
                    Box::pin(self.leave(&account)).await;
                }
            }
            Err(ended) => flow = ended,
        }
        self.part(flow).await;
    }

    fn say_hello(&self) {
        let settings = &self.deps.settings;
        let data = HelloData {
            protocol: PROTOCOL,
            connection: self.connection.uuid(),
            ping_ms: millis(settings.ping_interval),
            auth_ms: millis(settings.auth_timeout),
            max_frame: settings.max_frame_bytes,
        };
        self.outbox.push(Frame::new(&ServerFrame::Hello { data }));
    }

    /// Carries out commands, one after another, until somebody ends it.
    async fn serve(&mut self, client: &mut impl Commands) -> Flow {
        let outbox = self.outbox.clone();
        loop {
            if outbox.is_closing() {
                return Flow::Closing;
            }
            let now = self.deps.clock.now();
            if let Some(bye) = outbox.bye_wanted().or_else(|| self.liveness.over(now)) {
                outbox.close(bye);
                return Flow::Closing;
            }
            if outbox.take_recovered() {
                self.deps.hub.tell_gaps(self.connection);
            }
            if self.liveness.ping_due() {
                self.ping();
            }
            let deadline = self.liveness.next_deadline(now);
            let reads = outbox.has_room();
            tokio::select! {
                biased;
                () = outbox.attention() => {}
                // Whoever is not read cannot be heard.
                () = outbox.until_room(), if !reads => self.liveness.heard(),
                heard = self.hear(), if reads => match self.react(heard, client).await {
                    Flow::GoOn => {}
                    ended => return ended,
                },
                () = sleep_until(deadline) => {}
            }
        }
    }

    async fn react(&mut self, heard: Heard, client: &mut impl Commands) -> Flow {
        match heard {
            Heard::Frame(frame) => {
                match self.rate.take(commands::cost_of(&frame)) {
                    Verdict::Passes => Box::pin(client.carry_out(self, *frame)).await,
                    Verdict::Refused(after) => self.refuse(commands::id_of(&frame), errors::rate_limited(after)),
                    Verdict::Flooding(after) => return self.send_away(after),
                }
                Flow::GoOn
            }
            Heard::Unreadable { id, error } => {
                // It costs what a command costs; that it cannot be read weighs more than how often it comes.
                self.rate.take(Cost::Command);
                self.strike(id, error)
            }
            Heard::End(ended) => ended,
        }
    }

    /// Refuses a frame; too many such end the socket.
    fn strike(&mut self, id: Option<u64>, error: ErrorData) -> Flow {
        self.outbox.push(Frame::error(id, error));
        self.strikes += 1;
        if self.strikes < STRIKES {
            return Flow::GoOn;
        }
        self.outbox.close(Bye::BadFrames);
        Flow::Closing
    }

    /// Ends the socket of a client that does not slow down.
    fn send_away(&self, retry_after: Duration) -> Flow {
        self.outbox.close(Bye::RateLimited { retry_after });
        Flow::Closing
    }

    fn refuse(&self, id: Option<u64>, error: ErrorData) {
        self.outbox.push(Frame::error(id, error));
    }

    /// Takes the socket out of everything it was part of.
    async fn leave(&self, account: &Account) {
        for topic in &account.topics {
            self.unsubscribe_from(topic);
        }
        self.deps.hub.unseat(self.connection);
        self.deps.messaging.device_left(account.actor.id, self.connection).await;
    }

    /// The end: what waits is sent, and the client gets its time to close its side. Closing the connection
    /// while the client still sends would make the network throw away what it has not read yet. What the
    /// client does not take in that time either is not kept for it.
    async fn part(mut self, flow: Flow) {
        let patience = self.deps.settings.close_timeout;
        if flow == Flow::Closing {
            let _ = timeout(patience, self.incoming.closed()).await;
        }
        self.outbox.end();
        if timeout(patience, self.outbox.until_gone()).await.is_err() {
            self.outbox.abandon();
        }
    }
}
