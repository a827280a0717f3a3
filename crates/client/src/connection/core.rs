//! What a connection knows and decides, without a socket or a clock: frames and commands go in, frames
//! and items come out. It outlives the sockets.
//!
//! | module | holds |
//! |---|---|
//! | `reading` | what each frame of the server does |
//! | `catching` | asking for what streams miss |
//! | `topics` | which topics to hear of, and hearing of them again |

mod catching;
mod reading;
#[cfg(test)]
mod tests;
mod topics;

use std::collections::{BTreeSet, VecDeque};

use rialto_wire::frame::{ClientFrame, OkData, PongData, ReadyData};
use rialto_wire::identity::TokensView;
use tokio::sync::oneshot;
use tokio::time::Instant;

use self::catching::Catching;
use self::topics::Topics;
use super::book::{Book, IfCut, Pending};
use super::item::{End, Item, State};
use super::positions::Positions;
use super::settings::Settings;
use crate::error::ClientError;
use crate::socket::Resume;

/// Frames beside the commands that wait to be written; of what the server did not ask for, the rest is dropped.
const MOST_OWN_FRAMES: usize = 64;

/// What a command gives.
pub type Outcome = Result<Option<OkData>, ClientError>;

/// A command of the caller.
#[derive(Debug)]
pub struct Command {
    pub frame: ClientFrame,
    pub if_cut: IfCut,
    /// Where its answer goes; a command without one is only for now, and dropped while offline.
    pub reply: Option<oneshot::Sender<Outcome>>,
}

/// Who waits for a command's answer, and what the answer changes here.
#[derive(Debug)]
struct Waiting {
    reply: oneshot::Sender<Outcome>,
    change: topics::Change,
}

/// See the module.
pub struct Core {
    settings: Settings,
    positions: Positions,
    book: Book<Waiting>,
    topics: Topics,
    catching: Catching,
    items: VecDeque<Item>,
    /// Frames that come before the caller's commands.
    own: VecDeque<String>,
    /// Answers to the server's pings are many; only the newest matters.
    pong: Option<PongData>,
    online: bool,
    max_frame: usize,
    last_id: u64,
}

impl Core {
    pub fn new(settings: Settings) -> Self {
        Self {
            positions: Positions::new(settings.deaf_after),
            book: Book::new(settings.commands),
            topics: Topics::default(),
            catching: Catching::default(),
            items: VecDeque::new(),
            own: VecDeque::new(),
            pong: None,
            online: false,
            max_frame: 0,
            last_id: 0,
            settings,
        }
    }

    /// From where to go on.
    pub fn resume(&self) -> Resume {
        self.positions.resume()
    }

    /// A socket is ready. It takes frames of at most `max_frame` bytes.
    pub fn connected(&mut self, ready: ReadyData, max_frame: usize, now: Instant) {
        (self.online, self.max_frame) = (true, max_frame);
        let behind = self.positions.ready(&ready.streams, now);
        self.tell(Item::State(State::Online(Box::new(ready))));
        for (stream, reason) in behind {
            self.tell(Item::Behind { stream, reason });
        }
        self.topics.connected(now);
        self.wake(now);
    }

    /// The socket is gone.
    pub fn cut(&mut self) {
        self.online = false;
        self.own.clear();
        self.pong = None;
        self.catching = Catching::default();
        self.topics.cut();
        for failed in self.book.cut() {
            failed.waiting.answer(Err(ClientError::Closed));
        }
    }

    /// Tells the caller something.
    pub fn tell(&mut self, item: Item) {
        self.items.push_back(item);
    }

    /// The connection is over: whoever waits for an answer is told so. Gives what the caller has yet to hear.
    pub fn finish(mut self, end: End) -> VecDeque<Item> {
        self.tell(Item::Ended(end));
        self.items
    }

    /// Whether items wait for the caller. No frame should be read until they are taken.
    pub fn has_items(&self) -> bool {
        !self.items.is_empty()
    }

    pub fn next_item(&mut self) -> Option<Item> {
        self.items.pop_front()
    }

    /// Whether one more command may come.
    pub fn has_room(&self) -> bool {
        self.book.has_room()
    }

    /// Takes a command.
    pub fn command(&mut self, command: Command, now: Instant) {
        let Command { frame, if_cut, reply } = command;
        let id = self.fresh_id();
        let text = match with_id(&frame, id) {
            Ok(text) => text,
            Err(error) => return answer(reply, Err(error)),
        };
        if let Some(reply) = reply {
            let waiting = Waiting { reply, change: topics::Change::of(frame) };
            self.book.enter(id, Pending { text, if_cut, deadline: now + self.settings.patience, waiting });
        } else if self.online && self.own.len() < MOST_OWN_FRAMES {
            self.own.push_back(text);
        }
    }

    /// The tokens were renewed; the socket stays open with the new one.
    pub fn renewed(&mut self, pair: TokensView) {
        if self.online {
            let data =
                rialto_wire::frame::AuthData { token: Some(pair.access_token.clone()), guest: None, resume: None };
            self.write(|id| ClientFrame::Auth { id, data });
        }
        self.tell(Item::Tokens(pair));
    }

    /// Whether there is a frame to write.
    pub fn has_frame(&self) -> bool {
        self.pong.is_some() || !self.own.is_empty() || self.book.has_unwritten()
    }

    /// The next frame to write. Commands that the server would not take are refused on the way.
    pub fn next_frame(&mut self) -> Option<String> {
        if let Some(data) = self.pong.take() {
            return serde_json::to_string(&ClientFrame::Pong { id: None, data: Some(data) }).ok();
        }
        if let Some(text) = self.own.pop_front() {
            return Some(text);
        }
        loop {
            let (id, command) = self.book.next_unwritten()?;
            let bytes = command.text.len();
            if bytes <= self.max_frame {
                return Some(command.text.clone());
            }
            if let Some(refused) = self.book.settle(id) {
                refused.waiting.answer(Err(ClientError::TooLong { bytes, max: self.max_frame }));
            }
        }
    }

    /// When [`Core::expire`] has something to do.
    pub fn next_expiry(&self) -> Option<Instant> {
        self.book.first_deadline()
    }

    /// Gives up on commands that have taken too long.
    pub fn expire(&mut self, now: Instant) {
        for expired in self.book.expire(now) {
            expired.waiting.answer(Err(ClientError::TimedOut));
        }
    }

    /// When [`Core::wake`] has something to do; only while online.
    pub fn next_wake(&self) -> Option<Instant> {
        let times = [self.catching.next_wake(&self.positions), self.topics.next_wake()];
        times.into_iter().flatten().min()
    }

    /// Asks for what is due. `false` when the server leaves what was asked unanswered: the socket is of no
    /// use any more.
    pub fn wake(&mut self, now: Instant) -> bool {
        self.catch_up(now);
        self.subscribe_again(now);
        !self.catching.is_unanswered(now) && !self.topics.is_unanswered(now)
    }

    const fn fresh_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    /// Writes a frame of the connection's own, and gives its id.
    fn write(&mut self, frame: impl FnOnce(Option<u64>) -> ClientFrame) -> u64 {
        let id = self.fresh_id();
        // These frames are made here, of strings and numbers: they have a JSON form.
        if let Ok(text) = serde_json::to_string(&frame(Some(id))) {
            self.own.push_back(text);
        }
        id
    }
}

impl Waiting {
    fn answer(self, outcome: Outcome) {
        answer(Some(self.reply), outcome);
    }
}

/// Whoever asked may have lost interest.
fn answer(reply: Option<oneshot::Sender<Outcome>>, outcome: Outcome) {
    if let Some(reply) = reply {
        let _nobody_waits = reply.send(outcome);
    }
}

/// A frame's JSON with this id, whichever frame it is.
fn with_id(frame: &ClientFrame, id: u64) -> Result<String, ClientError> {
    let unreadable = |error: serde_json::Error| ClientError::Unexpected(error.to_string());
    let mut value = serde_json::to_value(frame).map_err(unreadable)?;
    value["id"] = id.into();
    serde_json::to_string(&value).map_err(unreadable)
}

/// Streams of which something was asked.
type Streams = BTreeSet<String>;
