//! The client asks for what it has missed of a stream.

use rialto_wire::frame::OkData;

use super::Session;
use crate::errors;
use crate::frames::Frame;
use crate::hub::GoLive;
use crate::replay::Replay;

impl Session {
    /// Sends one page of events after `after`. A stream that was held off goes on once a page has reached
    /// what was delivered to others; one that is live, or still replayed, goes on as it was.
    pub(super) async fn catch_up(&self, id: Option<u64>, stream: &str, after: u64) {
        let (hub, connection) = (&self.deps.hub, self.connection);
        let Some(conversation) = self.conversation(id, stream) else { return };
        let Some(begun) = hub.begin_catch_up(conversation, connection) else {
            return self.refuse(id, errors::unknown_conversation());
        };
        let replay = Replay { messaging: &self.deps.messaging, hub, outbox: &self.outbox, connection };
        let mut sent = after.min(begun.top);
        let mut top = begun.top;
        loop {
            if sent < top {
                match replay.page(conversation, sent, top).await {
                    Ok(Ok(last)) => sent = last,
                    Ok(Err(error)) => {
                        if begun.was_lagging {
                            hub.pause_catch_up(conversation, connection, sent);
                        }
                        return self.refuse(id, errors::of_store(&error));
                    }
                    Err(_closing) => return,
                }
            }
            let told = Frame::ok(id, Some(OkData::CaughtUp { seq: sent, top }));
            if !begun.was_lagging {
                return self.outbox.push(told);
            }
            if sent < top {
                hub.pause_catch_up(conversation, connection, sent);
                return self.outbox.push(told);
            }
            match hub.go_live(conversation, connection, sent, Some(told.clone())) {
                GoLive::Done => return,
                GoLive::NotHeld => return self.outbox.push(told),
                GoLive::ReadTo(further) => top = further,
            }
        }
    }
}
