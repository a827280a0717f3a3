//! Reading frames of a server that may be newer than this client.

use rialto_wire::frame::ServerFrame;
use serde::Deserialize;

/// A frame as far as it is understood.
#[derive(Debug, PartialEq, Eq)]
pub enum Incoming {
    /// All of it.
    Frame(Box<ServerFrame>),
    /// An event of a kind that this client does not know: its number counts all the same.
    StrangeEvent { stream: String, seq: u64 },
    /// An answer in a form that this client does not know.
    StrangeOk { id: u64 },
    /// Nothing of it: frames and fields may be added to the protocol, so it is passed over.
    Strange,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Outline {
    Event { stream: String, seq: u64 },
    Ok { id: u64 },
}

/// Reads a frame.
pub fn read(text: &str) -> Incoming {
    if let Ok(frame) = serde_json::from_str(text) {
        return Incoming::Frame(Box::new(frame));
    }
    match serde_json::from_str(text) {
        Ok(Outline::Event { stream, seq }) => Incoming::StrangeEvent { stream, seq },
        Ok(Outline::Ok { id }) => Incoming::StrangeOk { id },
        Err(_) => Incoming::Strange,
    }
}

#[cfg(test)]
mod tests {
    use rialto_wire::messaging::EventBodyView;

    use super::*;

    #[test]
    fn what_a_newer_server_adds_is_passed_over_without_losing_count() {
        let event =
            r#"{"type":"event","stream":"u","seq":7,"at":"2026-11-21T09:15:02.114Z","event":"star.fell","data":{}}"#;
        assert_eq!(read(event), Incoming::StrangeEvent { stream: "u".to_owned(), seq: 7 });
        assert_eq!(read(r#"{"type":"ok","id":5,"data":{"stars":3}}"#), Incoming::StrangeOk { id: 5 });
        assert_eq!(read(r#"{"type":"comet"}"#), Incoming::Strange);
        assert_eq!(read("not JSON"), Incoming::Strange);
        let known = r#"{"type":"pong","id":1,"new":true}"#;
        assert_eq!(read(known), Incoming::Frame(Box::new(ServerFrame::Pong { id: Some(1) })));
    }
    #[test]
    fn a_price_alert_is_read() {
        let event = r#"{"type":"event","stream":"u","seq":7,"at":"2026-11-21T09:15:02.114Z","event":"alert.fired","data":{
            "alert_id":"00000000-0000-7000-8000-00000000000a","firing_id":"00000000-0000-7000-8000-00000000000b",
            "asset_id":"bitcoin","kind":"above","price":"101","currency":"usd","threshold":"100","provider":"fake",
            "observed_at":"2026-11-21T09:15:01Z","fired_at":"2026-11-21T09:15:02Z","later":"more"}}"#;
        let Incoming::Frame(frame) = read(event) else { panic!() };
        let ServerFrame::Event(event) = *frame else { panic!() };
        let EventBodyView::AlertFired(fired) = event.body else { panic!() };
        assert_eq!((fired.price.as_str(), fired.threshold.as_deref(), fired.note), ("101", Some("100"), None));
    }
}
