//! Frames from bytes, and what breaks below the protocol.

use std::io::ErrorKind;

use actix_web::error::PayloadError;
use actix_ws::{AggregatedMessage, CloseReason, ProtocolError};
use rialto_wire::frame::{ClientFrame, ErrorData};
use serde::Deserialize;

use super::{Flow, Session};
use crate::errors::bad_frame;
use crate::frames::Frame;

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
            let message = match self.incoming.recv().await {
                None => return Heard::End(Flow::Left),
                Some(Err(error)) => return Heard::End(self.broken(&error)),
                Some(Ok(message)) => message,
            };
            self.liveness.heard();
            match message {
                AggregatedMessage::Text(text) => return read(&text),
                AggregatedMessage::Binary(_) => {
                    let error = bad_frame("frames are JSON in text messages, not binary messages");
                    return Heard::Unreadable { id: None, error };
                }
                AggregatedMessage::Ping(payload) => self.outbox.push(Frame::protocol_pong(&payload)),
                AggregatedMessage::Pong(_) => {}
                AggregatedMessage::Close(reason) => return Heard::End(self.echo_close(reason)),
            }
        }
    }

    fn echo_close(&self, reason: Option<CloseReason>) -> Flow {
        self.outbox.close_bare(Frame::close(reason.map(|reason| reason.code.into()), ""));
        Flow::Left
    }

    /// Closes with the code that the WebSocket protocol gives the fault.
    fn broken(&self, error: &ProtocolError) -> Flow {
        let Some((code, reason)) = close_code(error) else { return Flow::Left };
        tracing::debug!(%error, code, "a client broke the WebSocket protocol");
        self.outbox.close_bare(Frame::close(Some(code), reason));
        Flow::Closing
    }
}

/// The close code of a fault; `None` when there is nobody left to tell.
fn close_code(error: &ProtocolError) -> Option<(u16, &'static str)> {
    const TOO_BIG: (u16, &str) = (1009, "message too big");
    const PROTOCOL: (u16, &str) = (1002, "protocol error");
    match error {
        ProtocolError::Overflow => Some(TOO_BIG),
        ProtocolError::Io(error) => match error.get_ref() {
            Some(cause) if cause.is::<PayloadError>() => None,
            // The library tells these apart by their words alone.
            Some(cause) if error.kind() == ErrorKind::InvalidData && cause.to_string().contains("reserved bits") => {
                Some(PROTOCOL)
            }
            Some(_) if error.kind() == ErrorKind::InvalidData => Some((1007, "invalid UTF-8")),
            // What is left is the size of all fragments together.
            Some(_) => Some(TOO_BIG),
            None => None,
        },
        _ => Some(PROTOCOL),
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
    use std::error::Error;

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

    #[test]
    fn faults_below_the_protocol_have_the_standard_codes() {
        let io = |kind, cause: Box<dyn Error + Send + Sync>| ProtocolError::Io(std::io::Error::new(kind, cause));
        use std::io::ErrorKind::{InvalidData, Other};
        let utf8 = String::from_utf8(vec![0xff]).unwrap_err();
        let code = |error: ProtocolError| close_code(&error).map(|(code, _)| code);
        assert_eq!(code(ProtocolError::Overflow), Some(1009));
        assert_eq!(code(io(Other, "Exceeded maximum continuation size".into())), Some(1009));
        assert_eq!(code(io(InvalidData, utf8.into())), Some(1007));
        assert_eq!(code(io(InvalidData, "Received a frame with non-zero reserved bits".into())), Some(1002));
        assert_eq!(code(ProtocolError::UnmaskedFrame), Some(1002));
        assert_eq!(code(io(Other, PayloadError::Incomplete(None).into())), None);
    }
}
