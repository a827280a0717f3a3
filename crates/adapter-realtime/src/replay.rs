//! What one socket missed is read from the log and sent to it as fast as it reads.

mod page;
mod pages;

use std::time::Duration;

use rialto_kernel::StoreError;
use rialto_messaging::MessagingService;

use crate::frames::Frame;
use crate::hub::{GoLive, Hub, Pass};
use crate::outbox::{Closing, Outbox};
pub(crate) use pages::Pages;

/// How long to wait before asking a store again that did not answer.
const PAUSE: Duration = Duration::from_millis(500);

/// A stream of a socket that has just connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Start {
    pub pass: Pass,
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
}

/// Why a page was not sent whole.
#[derive(Debug)]
pub(crate) enum Stopped {
    /// The store did not answer.
    Store(StoreError),
    /// The stream is not the socket's any more: it gets nothing further of it.
    Left,
    /// The socket closes.
    Closing,
}

impl Replay<'_> {
    /// Sends what a stream has missed, then lets it go live. A store that does not answer is asked again
    /// until it does or the socket closes: meanwhile the stream waits, and nothing is skipped.
    pub async fn start(&self, start: Start) -> Result<(), Closing> {
        let (pass, mut sent) = (start.pass, start.from);
        let mut reach = start.position;
        loop {
            while sent < reach {
                match self.page(pass, sent, reach).await {
                    Ok(last) => sent = last,
                    Err(Stopped::Left) => return Ok(()),
                    Err(Stopped::Closing) => return Err(Closing),
                    Err(Stopped::Store(error)) => {
                        let error = &error as &dyn std::error::Error;
                        tracing::warn!(error, stream = ?pass.stream, "a replay waits for the store");
                        tokio::time::sleep(PAUSE).await;
                        if self.outbox.is_closing() {
                            return Err(Closing);
                        }
                    }
                }
            }
            let prelude = start.resumed.then(|| Frame::synced(pass.stream, sent));
            match self.hub.go_live(pass, sent, prelude) {
                GoLive::Done | GoLive::NotHeld => return Ok(()),
                GoLive::ReadTo(top) => reach = top,
            }
        }
    }

    /// Sends one page of events after `after`, none beyond `top`. Answers the last number that is covered:
    /// `top` when the log has nothing more up to it.
    pub async fn page(&self, pass: Pass, after: u64, top: u64) -> Result<u64, Stopped> {
        let page = self.hub.pages().read(self.messaging, pass.stream, after, top).await.map_err(Stopped::Store)?;
        self.push(pass, page.up_to(top)).await?;
        Ok(page.covers(after, top))
    }

    /// Sends events once the queue is below half, so that replays go no faster than the client reads.
    async fn push(&self, pass: Pass, mut frames: &[(u64, Frame)]) -> Result<(), Stopped> {
        loop {
            let room = self.outbox.room();
            if self.outbox.is_ending() {
                return Err(Stopped::Closing);
            }
            if !self.hub.push_replayed(pass, &mut frames) {
                return Err(Stopped::Left);
            }
            if frames.is_empty() {
                return Ok(());
            }
            room.await;
        }
    }
}
