use std::collections::BTreeMap;
use std::time::Duration;

use rialto_wire::frame::{CatchupData, ClientFrame, ErrorData, OkData};
use tokio::time::Instant;

use super::{Core, Streams};
use crate::connection::item::Item;
use crate::connection::positions::Positions;

/// How many streams are caught up at once.
const AT_ONCE: usize = 4;
/// How long to wait when the server refuses for now and does not say for how long.
const PAUSE: Duration = Duration::from_secs(1);

/// The questions that are open, by id.
#[derive(Debug, Default)]
pub(super) struct Catching {
    asked: BTreeMap<u64, Asked>,
    streams: Streams,
}

#[derive(Debug)]
struct Asked {
    stream: String,
    after: u64,
    deadline: Instant,
}

impl Catching {
    fn take(&mut self, id: u64) -> Option<Asked> {
        let asked = self.asked.remove(&id)?;
        self.streams.remove(&asked.stream);
        Some(asked)
    }

    fn next_due<'a>(&self, positions: &'a Positions) -> Option<(&'a String, Instant)> {
        if self.asked.len() >= AT_ONCE {
            return None;
        }
        let open = positions.due().iter().filter(|(stream, _)| !self.streams.contains(*stream));
        open.map(|(stream, due)| (stream, *due)).min_by_key(|(_, due)| *due)
    }

    pub(super) fn next_wake(&self, positions: &Positions) -> Option<Instant> {
        let unanswered = self.asked.values().map(|asked| asked.deadline).min();
        let due = self.next_due(positions).map(|(_, due)| due);
        [unanswered, due].into_iter().flatten().min()
    }

    pub(super) fn is_unanswered(&self, now: Instant) -> bool {
        self.asked.values().any(|asked| asked.deadline <= now)
    }
}

impl Core {
    /// Asks for what streams miss, a page at a time.
    pub(super) fn catch_up(&mut self, now: Instant) {
        while let Some((stream, due)) = self.catching.next_due(&self.positions)
            && due <= now
        {
            let stream = stream.clone();
            let after = self.positions.seen(&stream);
            let asked = stream.clone();
            let id = self.write(|id| ClientFrame::Catchup { id, stream: asked, data: CatchupData { after } });
            self.catching.streams.insert(stream.clone());
            let deadline = now + self.settings.connect_patience;
            self.catching.asked.insert(id, Asked { stream, after, deadline });
        }
    }

    /// Takes the end of a page. Gives whether the answer was one.
    pub(super) fn caught_up(&mut self, id: u64, data: Option<&OkData>, now: Instant) -> bool {
        let Some(Asked { stream, after, .. }) = self.catching.take(id) else { return false };
        if let Some(OkData::CaughtUp { top, .. }) = data {
            self.positions.reaches(&stream, *top, now);
        }
        if self.positions.is_behind(&stream) && self.positions.seen(&stream) == after {
            self.give_up(stream, "no_events".to_owned());
        }
        true
    }

    /// Takes the refusal of a page. Gives whether the answer was one.
    pub(super) fn not_caught_up(&mut self, id: u64, error: &ErrorData, now: Instant) -> bool {
        let Some(Asked { stream, .. }) = self.catching.take(id) else { return false };
        if error.retry {
            let pause = error.retry_after_ms.map_or(PAUSE, Duration::from_millis).min(self.settings.longest_wait);
            self.positions.postpone(&stream, now + pause);
        } else {
            self.give_up(stream, error.code.clone());
        }
        true
    }

    fn give_up(&mut self, stream: String, reason: String) {
        self.positions.skip(&stream);
        self.tell(Item::Behind { stream, reason });
    }
}
