//! What one socket follows.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use rialto_kernel::UserId;
use rialto_messaging::{Event, EventBody, LogOrder, MessagingService, StreamId};
use tokio::sync::mpsc::Receiver;
use tokio::time::sleep;
use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::board::SeatId;
use super::{Feed, Item};

/// How many events one read of a log takes.
const PAGE: u16 = 200;
/// How long to wait before a store that did not answer is asked again.
const PAUSE: Duration = Duration::from_millis(500);

/// What comes to a socket.
#[derive(Clone, Debug)]
pub(crate) enum News {
    /// Something happened where its user is.
    Event(Arc<Event>),
    /// A frame as it is.
    Frame(Utf8Bytes),
    /// Its session has ended.
    Revoked,
    /// It did not keep up.
    TooSlow,
}

/// A socket's part of the [`Feed`]; dropping it ends it.
pub(crate) struct Subscription {
    feed: Feed,
    seat: SeatId,
    user: UserId,
    items: Receiver<Item>,
    messaging: MessagingService,
    orders: HashMap<StreamId, LogOrder>,
    ready: VecDeque<Arc<Event>>,
    holes: VecDeque<StreamId>,
}

/// A way to a socket for those of the same surface.
#[derive(Clone)]
pub(crate) struct Mailbox {
    feed: Feed,
    seat: SeatId,
}

impl Mailbox {
    /// Hands over a frame. A socket that does not keep up is closed.
    pub fn post(&self, frame: &Utf8Bytes) {
        self.feed.board().push(self.seat, Item::Frame(frame.clone()));
    }
}

impl Subscription {
    pub(super) fn new(
        feed: Feed,
        seat: SeatId,
        user: UserId,
        items: Receiver<Item>,
        messaging: MessagingService,
    ) -> Self {
        let (orders, ready, holes) = (HashMap::new(), VecDeque::new(), VecDeque::new());
        Self { feed, seat, user, items, messaging, orders, ready, holes }
    }

    pub(super) fn follow(&mut self, stream: StreamId, after: u64) {
        self.orders.entry(stream).or_insert_with(|| LogOrder::starting_after(after));
    }

    pub(super) fn note_top(&mut self, stream: StreamId, top: u64) {
        if let Some(order) = self.orders.get_mut(&stream) {
            order.note_top(top);
            self.look_for_hole(stream);
        }
    }

    /// A way to this socket.
    pub fn mailbox(&self) -> Mailbox {
        Mailbox { feed: self.feed.clone(), seat: self.seat }
    }

    /// The next thing that comes. Nothing is lost when the wait for it is given up.
    pub async fn next(&mut self) -> News {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return News::Event(event);
            }
            if let Some(stream) = self.holes.front().copied() {
                self.read(stream).await;
                continue;
            }
            match self.items.recv().await {
                Some(Item::Event(event)) => self.take(event),
                Some(Item::Entered(stream, after)) => self.follow(stream, after),
                Some(Item::Top(stream, top)) => self.note_top(stream, top),
                Some(Item::Frame(frame)) => return News::Frame(frame),
                Some(Item::Revoked) => return News::Revoked,
                None => return News::TooSlow,
            }
        }
    }

    fn take(&mut self, event: Arc<Event>) {
        let stream = event.stream;
        if matches!(event.body, EventBody::ConversationDeleted) {
            // The log is gone, so what comes before cannot be read.
            self.orders.remove(&stream);
            self.ready.push_back(event);
            return;
        }
        if let Some(order) = self.orders.get_mut(&stream) {
            order.offer(event);
            self.deliver(stream);
            self.look_for_hole(stream);
        }
    }

    fn deliver(&mut self, stream: StreamId) {
        while let Some(event) = self.orders.get_mut(&stream).and_then(LogOrder::next_event) {
            let left = matches!(&event.body, EventBody::MemberRemoved(who) if who.id == self.user);
            self.ready.push_back(event);
            if left {
                // What follows in the log is not theirs any more.
                self.orders.remove(&stream);
            }
        }
    }

    fn look_for_hole(&mut self, stream: StreamId) {
        if self.orders.get_mut(&stream).is_some_and(LogOrder::start_reading) {
            self.holes.push_back(stream);
        }
    }

    async fn read(&mut self, stream: StreamId) {
        let Some(missing) = self.orders.get_mut(&stream).and_then(LogOrder::missing) else {
            self.holes.pop_front();
            return;
        };
        match self.messaging.replay(stream, missing.after, PAGE).await {
            Ok(events) => {
                if let Some(order) = self.orders.get_mut(&stream) {
                    match events.first() {
                        None => order.give_up(missing),
                        Some(first) => order.skip_to(first.seq),
                    }
                }
                for event in events {
                    if let Some(order) = self.orders.get_mut(&stream) {
                        order.offer(Arc::new(event));
                    }
                    self.deliver(stream);
                }
            }
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, ?stream, "a hole cannot be read yet");
                sleep(PAUSE).await;
            }
        }
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.feed.leave(self.seat);
    }
}
