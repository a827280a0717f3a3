//! Frames from bytes, and what breaks below the protocol.

use rialto_wire::frame::{ClientFrame, ErrorData};
use serde::Deserialize;

use super::rate::{Cost, Verdict};
use super::{Flow, Session};
use crate::decoding::{Fault, Received};
use crate::errors::bad_frame;
use crate::frames::Frame;
use crate::outbox::Wakes;

/// What came from the client.
pub(super) enum Heard {
    Frame(Box<ClientFrame>),
    /// Not a frame of this protocol.
    Unreadable {
        id: Option<u64>,
        error: ErrorData,
    },
    End(Flow),
}

impl Session {
    /// The next frame. Loses nothing when it is not waited for to the end.
    pub(super) async fn hear(&mut self) -> Heard {
        loop {
            let message = match self.incoming.next().await {
                None => return Heard::End(Flow::Left),
                Some(Err(fault)) => return Heard::End(self.broken(fault)),
                Some(Ok(message)) => message,
            };
            self.liveness.heard();
            match message {
                Received::Text(text) => return read(&text),
                Received::Binary => {
                    let error = bad_frame("frames are JSON in text messages, not binary messages");
                    return Heard::Unreadable { id: None, error };
                }
                // Pings that come faster than their answers are read need not all be answered (RFC 6455, 5.5.3).
                Received::Ping(payload) => match self.rate.take(Cost::Ping) {
                    Verdict::Passes => self.outbox.push_optional(Frame::protocol_pong(&payload), &mut Wakes::default()),
                    Verdict::Refused(_) => {}
                    Verdict::Flooding(after) => return Heard::End(self.send_away(after)),
                },
                Received::Pong => match self.rate.take(Cost::Ping) {
                    Verdict::Passes | Verdict::Refused(_) => {}
                    Verdict::Flooding(after) => return Heard::End(self.send_away(after)),
                },
                Received::Close(code) => {
                    self.outbox.close_bare(Frame::close(code, ""));
                    return Heard::End(Flow::Left);
                }
            }
        }
    }

    /// Closes with the code that the WebSocket protocol gives the fault.
    fn broken(&self, fault: Fault) -> Flow {
        let (code, reason) = fault.close();
        tracing::debug!(code, reason, "a client broke the WebSocket protocol");
        self.outbox.close_bare(Frame::close(Some(code), reason));
        Flow::Closing
    }
}

fn read(text: &str) -> Heard {
    match serde_json::from_str(text) {
        Ok(frame) => Heard::Frame(Box::new(frame)),
        Err(error) => {
            /// Enough of a frame to answer it.
            #[derive(Deserialize)]
            struct Numbered {
                id: Option<u64>,
            }
            let id = serde_json::from_str::<Numbered>(text).ok().and_then(|frame| frame.id);
            Heard::Unreadable { id, error: bad_frame(error.to_string()) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> (Option<u64>, String) {
        match read(text) {
            Heard::Unreadable { id, error } => (id, error.message),
            _ => panic!("{text} was read"),
        }
    }

    #[test]
    fn what_is_wrong_with_a_frame_is_named() {
        for (text, name) in [
            ("{", "EOF"),
            ("[]", "type"),
            (r#"{"id":1}"#, "type"),
            (r#"{"type":"dance"}"#, "dance"),
            (r#"{"type":"ping","colour":1}"#, "colour"),
            (r#"{"type":"send","stream":"c:1","data":{"content":"x","kolor":1}}"#, "kolor"),
            (r#"{"type":"typing"}"#, "stream"),
        ] {
            let (_, message) = refusal(text);
            assert!(message.contains(name), "{text}: {message}");
        }
    }

    #[test]
    fn an_unreadable_frame_is_answered_by_its_number_if_it_has_one() {
        assert_eq!(refusal(r#"{"type":"dance","id":7}"#).0, Some(7));
        assert_eq!(refusal(r#"{"type":"dance","id":"seven"}"#).0, None);
    }
}
