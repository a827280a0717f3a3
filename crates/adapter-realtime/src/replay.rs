//! What one socket missed is read from the log and sent to it as fast as it reads.

use std::time::Duration;

use rialto_kernel::{ConnectionId, ConversationId, StoreError};
use rialto_messaging::MessagingService;

use crate::frames::Frame;
use crate::hub::{GoLive, Hub};
use crate::outbox::{Closing, Outbox};

/// How many events one read takes, and one `catchup` sends.
const PAGE: u16 = 200;
/// How long to wait before asking a store again that did not answer.
const PAUSE: Duration = Duration::from_millis(500);

/// A stream of a socket that has just connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Start {
    pub conversation: ConversationId,
    /// The last event the client has.
    pub from: u64,
    /// How far the stream reached when the client was told.
    pub position: u64,
    /// Whether the client resumes, and is told when that is done.
    pub resumed: bool,
}

/// What replays need.
pub(crate) struct Replay<'a> {
    pub messaging: &'a MessagingService,
    pub hub: &'a Hub,
    pub outbox: &'a Outbox,
    pub connection: ConnectionId,
}

impl Replay<'_> {
    /// Sends what a stream has missed, then lets it go live. A store that does not answer is asked again
    /// until it does or the socket closes: meanwhile the stream waits, and nothing is skipped.
    pub async fn start(&self, start: Start) -> Result<(), Closing> {
        let (conversation, mut sent) = (start.conversation, start.from);
        let mut reach = start.position;
        loop {
            while sent < reach {
                match self.page(conversation, sent, reach).await? {
                    Ok(last) => sent = last,
                    Err(error) => {
                        let error = &error as &dyn std::error::Error;
                        tracing::warn!(error, %conversation, "a replay waits for the store");
                        tokio::time::sleep(PAUSE).await;
                        if self.outbox.is_closing() {
                            return Err(Closing);
                        }
                    }
                }
            }
            let prelude = start.resumed.then(|| Frame::synced(conversation, sent));
            match self.hub.go_live(conversation, self.connection, sent, prelude) {
                GoLive::Done | GoLive::NotHeld => return Ok(()),
                GoLive::ReadTo(top) => reach = top,
            }
        }
    }

    /// Sends one page of events after `after`, none beyond `top`. Answers the last number that is covered:
    /// `top` when the log has nothing more up to it.
    pub async fn page(
        &self,
        conversation: ConversationId,
        after: u64,
        top: u64,
    ) -> Result<Result<u64, StoreError>, Closing> {
        let events = match self.messaging.replay(conversation, after, PAGE).await {
            Ok(events) => events,
            Err(error) => return Ok(Err(error)),
        };
        let whole = events.len() < usize::from(PAGE);
        let mut last = after;
        for event in events.iter().take_while(|event| event.seq <= top) {
            self.outbox.push_paced(Frame::event(event, true)).await?;
            last = event.seq;
        }
        Ok(Ok(if whole { top.max(last) } else { last }))
    }
}
