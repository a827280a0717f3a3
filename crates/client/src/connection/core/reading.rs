use rialto_wire::frame::{ByeData, ErrorData, EventFrame, OkData, PingData, PongData, ServerFrame};
use tokio::time::Instant;

use super::{Core, Outcome};
use crate::connection::incoming::Incoming;
use crate::connection::item::Item;
use crate::connection::positions::Arrival;
use crate::error::ClientError;

/// The name of the personal stream.
const PERSONAL: &str = "u";

impl Core {
    /// Takes in a frame. Gives the goodbye, if it is one.
    pub fn read(&mut self, incoming: Incoming, now: Instant) -> Option<ByeData> {
        match incoming {
            Incoming::Frame(frame) => return self.read_frame(*frame, now),
            Incoming::StrangeEvent { stream, seq } => {
                self.positions.accept(&stream, seq, now);
            }
            Incoming::StrangeOk { id } => {
                let strange = ClientError::Unexpected("an answer of a form that this client does not know".to_owned());
                self.settle(id, Err(strange));
            }
            Incoming::Strange => {}
        }
        None
    }

    fn read_frame(&mut self, frame: ServerFrame, now: Instant) -> Option<ByeData> {
        match frame {
            ServerFrame::Event(event) => self.event(event, now),
            ServerFrame::Signal { stream, body } => self.tell(Item::Signal { stream, body }),
            ServerFrame::Ok { id: Some(id), data } => self.ok(id, data, now),
            ServerFrame::Pong { id: Some(id) } => self.settle(id, Ok(None)),
            ServerFrame::Error { id: Some(id), error } => self.refused(id, error, now),
            ServerFrame::Synced { stream, seq } => self.positions.reaches(&stream, seq, now),
            ServerFrame::Gap { stream, top, reason, .. } => self.gap(stream, top, reason, now),
            ServerFrame::Ping { data } => self.ping(data, now),
            ServerFrame::Bye { data } => return Some(data),
            // Answers to nothing that was asked with an id, and what only the beginning of a socket knows.
            _ => {}
        }
        None
    }

    fn event(&mut self, event: EventFrame, now: Instant) {
        match self.positions.accept(&event.stream, event.seq, now) {
            Arrival::Next => self.tell(Item::Event(Box::new(event))),
            Arrival::Repeated | Arrival::Early => {}
        }
    }

    fn gap(&mut self, stream: String, top: u64, reason: String, now: Instant) {
        if self.positions.knows(&stream) {
            self.positions.reaches(&stream, top, now);
        } else {
            self.positions.begin(&stream, top);
            self.tell(Item::Behind { stream, reason });
        }
    }

    fn ping(&mut self, data: PingData, now: Instant) {
        let personal = data.u.map(|top| (PERSONAL, top));
        for (stream, top) in data.tops.iter().map(|(stream, top)| (stream.as_str(), *top)).chain(personal) {
            self.positions.heard(stream, top, now);
        }
        let seen = data.tops.into_keys().map(|stream| (self.positions.seen(&stream), stream));
        self.pong = Some(PongData {
            u: personal.map(|(stream, _)| self.positions.seen(stream)),
            tops: seen.map(|(seq, stream)| (stream, seq)).collect(),
        });
    }

    fn ok(&mut self, id: u64, data: Option<OkData>, now: Instant) {
        if !self.caught_up(id, data.as_ref(), now) && !self.subscribed_again(id) {
            self.settle(id, Ok(data));
        }
    }

    fn refused(&mut self, id: u64, error: ErrorData, now: Instant) {
        if !self.not_caught_up(id, &error, now) && !self.not_subscribed_again(id, &error, now) {
            self.settle(id, Err(ClientError::Refused(error)));
        }
    }

    fn settle(&mut self, id: u64, outcome: Outcome) {
        let Some(mut settled) = self.book.settle(id) else { return };
        if outcome.is_ok() {
            let change = std::mem::replace(&mut settled.waiting.change, super::topics::Change::Nothing);
            self.topics.apply(change);
        }
        settled.waiting.answer(outcome);
    }
}
