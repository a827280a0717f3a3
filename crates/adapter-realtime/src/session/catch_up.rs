//! The client asks for what it has missed of a stream.

use rialto_wire::frame::OkData;

use super::{Account, Session};
use crate::errors;
use crate::frames::Frame;
use crate::hub::GoLive;
use crate::replay::{Replay, Stopped};

impl Session {
    /// Sends one page of events after `after`. A stream that was held off goes on once a page has reached
    /// what was delivered to others; one that is live, or still replayed, goes on as it was.
    pub(super) async fn catch_up(&self, id: Option<u64>, stream: &str, after: u64, account: &Account) {
        let hub = &self.deps.hub;
        let Some(stream) = self.stream(id, stream, account) else { return };
        let Some(begun) = hub.begin_catch_up(stream, self.connection) else {
            return self.refuse(id, errors::unknown_conversation());
        };
        let replay = Replay { messaging: &self.deps.messaging, hub, outbox: &self.outbox };
        let mut sent = after.min(begun.top);
        let mut top = begun.top;
        loop {
            if sent < top {
                match replay.page(begun.pass, sent, top).await {
                    Ok(last) => sent = last,
                    Err(Stopped::Store(error)) => {
                        if begun.was_lagging {
                            hub.pause_catch_up(begun.pass, sent);
                        }
                        return self.refuse(id, errors::of_store(&error));
                    }
                    Err(Stopped::Left) => return self.refuse(id, errors::unknown_conversation()),
                    Err(Stopped::Closing) => return,
                }
            }
            let told = Frame::ok(id, Some(OkData::CaughtUp { seq: sent, top }));
            if !begun.was_lagging {
                return self.outbox.push(told);
            }
            if sent < top {
                hub.pause_catch_up(begun.pass, sent);
                return self.outbox.push(told);
            }
            match hub.go_live(begun.pass, sent, Some(told.clone())) {
                GoLive::Done => return,
                GoLive::NotHeld => return self.outbox.push(told),
                GoLive::ReadTo(further) => top = further,
            }
        }
    }
}
