//! What happens in the conversations of those whose sockets are open, in the order of each log, without a hole and
//! without a repetition.
//!
//! The feed takes the hints of the bus and hands each to the sockets it concerns; the [`Subscription`] of each socket
//! puts them in order and reads from the log what is missing. Nothing here waits for a socket: one that does not keep up loses its
//! subscription.
//!
//! | module | holds |
//! |---|---|
//! | [`board`] | who is subscribed to what |
//! | [`subscription`] | one socket's view: order, holes |
//! | [`upkeep`] | looks for what no hint told |

mod board;
mod subscription;
mod upkeep;

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use rialto_kernel::{SessionId, StoreError, UserId};
use rialto_messaging::{Event, EventBody, FollowedStream, MessagingService, SocketGate, StreamId};
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::Utf8Bytes;

use self::board::Board;
pub(crate) use self::subscription::{Mailbox, News, Subscription};

/// How many items may wait for a socket: what the servers that the surfaces stand in for allow.
const QUEUE: usize = 256;

/// What waits for a socket.
#[derive(Debug)]
pub(super) enum Item {
    /// Something happened.
    Event(Arc<Event>),
    /// The user came into a conversation; what follows this number is theirs.
    Entered(StreamId, u64),
    /// A log reaches at least so far.
    Top(StreamId, u64),
    /// A frame as it is, from another socket of the same surface.
    Frame(Utf8Bytes),
    /// The session has ended.
    Revoked,
}

/// The sockets of all surfaces on this node, and what they follow. Cloning shares it.
#[derive(Clone, Default)]
pub struct Feed {
    inner: Arc<Inner>,
}

#[derive(Default)]
struct Inner {
    board: Mutex<Board>,
    /// Read without the lock: where nobody is subscribed, a hint costs nothing.
    subscribed: AtomicUsize,
}

impl Feed {
    /// Takes a hint that an event was committed.
    pub fn hint(&self, event: &Arc<Event>) {
        if self.inner.subscribed.load(Ordering::SeqCst) == 0 || event.stream.conversation().is_none() {
            return;
        }
        let mut board = self.board();
        if let EventBody::MemberAdded(member) = &event.body {
            board.let_in(event, member.user.id);
        }
        board.hand_out(event);
        match &event.body {
            EventBody::MemberRemoved(user) => board.let_out(event, user.id),
            EventBody::ConversationDeleted => board.close(event.stream),
            _ => {}
        }
    }

    /// Ends the subscriptions of these sessions; each is told so.
    pub fn end_sessions(&self, sessions: &[SessionId]) {
        if self.inner.subscribed.load(Ordering::SeqCst) > 0 {
            self.board().end_sessions(sessions);
        }
    }

    /// Subscribes a socket to all that happens where its user is, from now on.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(crate) async fn subscribe(
        &self,
        messaging: &MessagingService,
        user: UserId,
        session: SessionId,
    ) -> Result<Subscription, StoreError> {
        self.subscribe_from(messaging, user, session, |followed| followed.top.last_seq).await
    }

    /// Subscribes a socket to all that happens where its user is, in each conversation from behind the event that
    /// `start` names: what is in the log already comes first.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(crate) async fn subscribe_from(
        &self,
        messaging: &MessagingService,
        user: UserId,
        session: SessionId,
        mut start: impl FnMut(&FollowedStream) -> u64,
    ) -> Result<Subscription, StoreError> {
        let (queue, items) = mpsc::channel(QUEUE);
        self.inner.subscribed.fetch_add(1, Ordering::SeqCst);
        let seat = self.board().take_seat(user, session, queue);
        let mut subscription = Subscription::new(self.clone(), seat, user, items, messaging.clone());
        // Looked up after the seat was taken: whoever comes in or goes out from then on is known to the board.
        let followed = messaging.followed_streams(user).await?;
        let followed: Vec<_> =
            followed.into_iter().filter(|followed| followed.top.stream.conversation().is_some()).collect();
        let tops: Vec<_> = followed.iter().map(|followed| followed.top).collect();
        let starts: HashMap<_, _> = followed.iter().map(|followed| (followed.top.stream, start(followed))).collect();
        for top in self.board().attach(seat, &tops) {
            let start = starts.get(&top.stream).map_or(top.last_seq, |start| top.last_seq.min(*start));
            subscription.follow(top.stream, start);
        }
        // What happened between the look and the attaching was hinted at nobody.
        let streams: Vec<_> = tops.iter().map(|top| top.stream).collect();
        for top in messaging.stream_tops(&streams).await? {
            subscription.note_top(top.stream, top.last_seq);
        }
        Ok(subscription)
    }

    /// Subscribes one who wants to hear of nothing but frames from their mailbox and the end of their session.
    pub(crate) fn watch_session(&self, messaging: &MessagingService, user: UserId, session: SessionId) -> Subscription {
        let (queue, items) = mpsc::channel(QUEUE);
        self.inner.subscribed.fetch_add(1, Ordering::SeqCst);
        let seat = self.board().watch_session(user, session, queue);
        Subscription::new(self.clone(), seat, user, items, messaging.clone())
    }

    fn leave(&self, seat: board::SeatId) {
        self.board().give_up(seat);
        self.inner.subscribed.fetch_sub(1, Ordering::SeqCst);
    }

    fn board(&self) -> MutexGuard<'_, Board> {
        // Nothing that can panic half-way through a change runs under this lock.
        self.inner.board.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl SocketGate for Feed {
    async fn close(&self, event: Arc<Event>) {
        self.hint(&event);
    }
}

#[cfg(test)]
mod tests;
