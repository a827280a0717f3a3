//! Whoever loses access is out of the stream before anybody is told that it is done.
//!
//! Their sockets are sent the event at once, directly after what they have been sent of the stream, and nothing of it
//! afterwards: not when the node has yet to read what comes before the event, and not when the socket is still being
//! sent what it missed. So the event may come before the last things that happened while they were in; those they do
//! not get any more. A socket that has not been told yet where its streams are is not told of this one at all.

use std::sync::Arc;

use async_trait::async_trait;
use rialto_messaging::{Event, SocketGate};

use super::Hub;
use crate::frames::Frame;
use crate::outbox::Wakes;

#[async_trait]
impl SocketGate for Hub {
    async fn close(&self, event: Arc<Event>) {
        self.close_access(&event);
    }
}

impl Hub {
    pub(super) fn close_access(&self, event: &Event) {
        let (frame, mut wakes) = (Frame::event(event, false), Wakes::default());
        // Whoever sends to a socket of the stream does it under this lock.
        self.lock().let_out(event, &frame, &mut wakes);
    }
}
