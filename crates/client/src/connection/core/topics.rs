use std::time::Duration;

use rialto_wire::frame::{ClientFrame, ErrorData, TopicMode};
use tokio::time::Instant;

use super::{Core, Streams};
use crate::connection::item::Item;

/// How long to wait when the server refuses for now and does not say for how long.
const PAUSE: Duration = Duration::from_secs(2);

/// What the `ok` of a command changes in the topics one hears of.
#[derive(Debug)]
pub(super) enum Change {
    Nothing,
    Add(Vec<String>),
    Remove(Vec<String>),
}

impl Change {
    pub(super) fn of(frame: ClientFrame) -> Self {
        match frame {
            ClientFrame::Subscribe { topics, .. } => Self::Add(topics),
            ClientFrame::Unsubscribe { topics, .. } => Self::Remove(topics),
            _ => Self::Nothing,
        }
    }
}

/// The topics that the server has agreed to. Their number is bounded by it.
#[derive(Debug, Default)]
pub(super) struct Topics {
    heard: Streams,
    again: Again,
}

/// Subscribing again at a new socket.
#[derive(Debug, Default)]
enum Again {
    #[default]
    Done,
    At(Instant),
    Asked {
        id: u64,
        deadline: Instant,
    },
}

impl Topics {
    pub(super) fn apply(&mut self, change: Change) {
        match change {
            Change::Nothing => {}
            Change::Add(topics) => self.heard.extend(topics),
            Change::Remove(topics) => {
                for topic in topics {
                    self.heard.remove(&topic);
                }
            }
        }
    }

    pub(super) fn connected(&mut self, now: Instant) {
        self.again = if self.heard.is_empty() { Again::Done } else { Again::At(now) };
    }

    pub(super) fn cut(&mut self) {
        self.again = Again::Done;
    }

    pub(super) const fn next_wake(&self) -> Option<Instant> {
        match self.again {
            Again::Done => None,
            Again::At(at) => Some(at),
            Again::Asked { deadline, .. } => Some(deadline),
        }
    }

    pub(super) fn is_unanswered(&self, now: Instant) -> bool {
        matches!(self.again, Again::Asked { deadline, .. } if deadline <= now)
    }

    fn take_answer(&mut self, id: u64) -> bool {
        let answered = matches!(self.again, Again::Asked { id: asked, .. } if asked == id);
        if answered {
            self.again = Again::Done;
        }
        answered
    }
}

impl Core {
    /// Hears of the topics at a new socket.
    pub(super) fn subscribe_again(&mut self, now: Instant) {
        if matches!(self.topics.again, Again::At(at) if at <= now) {
            let topics = self.topics.heard.iter().cloned().collect();
            let id = self.write(|id| ClientFrame::Subscribe { id, topics, mode: Some(TopicMode::Latest) });
            self.topics.again = Again::Asked { id, deadline: now + self.settings.connect_patience };
        }
    }

    /// Takes the answer to subscribing again. Gives whether it was one.
    pub(super) fn subscribed_again(&mut self, id: u64) -> bool {
        self.topics.take_answer(id)
    }

    /// Takes the refusal of subscribing again. Gives whether it was one.
    pub(super) fn not_subscribed_again(&mut self, id: u64, error: &ErrorData, now: Instant) -> bool {
        if !self.topics.take_answer(id) {
            return false;
        }
        if error.retry {
            let pause = error.retry_after_ms.map_or(PAUSE, Duration::from_millis).min(self.settings.longest_wait);
            self.topics.again = Again::At(now + pause);
        } else {
            for stream in std::mem::take(&mut self.topics.heard) {
                self.tell(Item::Behind { stream, reason: error.code.clone() });
            }
        }
        true
    }
}
