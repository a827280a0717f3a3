//! Frames on their way out: domain values become wire types, and wire types become bytes once, however
//! many sockets get them.

use std::time::Duration;

use bytes::Bytes;
use rialto_convert::events::event_body_view;
use rialto_convert::members::presence_view;
use rialto_convert::reads::receipt_view;
use rialto_convert::streams::stream_name;
use rialto_kernel::{ConversationId, UserId};
use rialto_messaging::{Event, Presence, Receipt, StreamId};
use rialto_portfolio::{AssetId, Quote};
use rialto_wire::frame::{ErrorData, EventFrame, OkData, ServerFrame, SignalBody};

use crate::encoding::{Opcode, framed};

/// A frame as it goes over the wire, WebSocket header included. Cloning shares the bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Frame {
    pub bytes: Bytes,
    pub kind: FrameKind,
}

/// What a frame is, for metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FrameKind {
    Hello,
    Ready,
    Event,
    Synced,
    Ok,
    Error,
    Signal,
    Ping,
    Pong,
    Gap,
    Bye,
    /// Ping, pong and close of the WebSocket protocol itself.
    Control,
}

impl FrameKind {
    pub const ALL: [Self; 12] = [
        Self::Hello,
        Self::Ready,
        Self::Event,
        Self::Synced,
        Self::Ok,
        Self::Error,
        Self::Signal,
        Self::Ping,
        Self::Pong,
        Self::Gap,
        Self::Bye,
        Self::Control,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hello => "hello",
            Self::Ready => "ready",
            Self::Event => "event",
            Self::Synced => "synced",
            Self::Ok => "ok",
            Self::Error => "error",
            Self::Signal => "signal",
            Self::Ping => "ping",
            Self::Pong => "pong",
            Self::Gap => "gap",
            Self::Bye => "bye",
            Self::Control => "control",
        }
    }

    const fn of(frame: &ServerFrame) -> Self {
        match frame {
            ServerFrame::Hello { .. } => Self::Hello,
            ServerFrame::Ready { .. } => Self::Ready,
            ServerFrame::Event(_) => Self::Event,
            ServerFrame::Synced { .. } => Self::Synced,
            ServerFrame::Ok { .. } => Self::Ok,
            ServerFrame::Error { .. } => Self::Error,
            ServerFrame::Signal { .. } => Self::Signal,
            ServerFrame::Ping { .. } => Self::Ping,
            ServerFrame::Pong { .. } => Self::Pong,
            ServerFrame::Gap { .. } => Self::Gap,
            ServerFrame::Bye { .. } => Self::Bye,
        }
    }
}

impl Frame {
    /// Encodes a frame.
    pub fn new(frame: &ServerFrame) -> Self {
        Self { bytes: crate::encoding::text(frame), kind: FrameKind::of(frame) }
    }

    /// Answers a ping of the WebSocket protocol.
    pub fn protocol_pong(payload: &[u8]) -> Self {
        Self { bytes: framed(Opcode::Pong, payload), kind: FrameKind::Control }
    }

    /// A ping of the WebSocket protocol: keeps proxies from closing an idle connection.
    pub fn protocol_ping() -> Self {
        Self { bytes: framed(Opcode::Ping, b""), kind: FrameKind::Control }
    }

    /// The close frame of the WebSocket protocol; without a code when the peer gave none.
    pub fn close(code: Option<u16>, reason: &str) -> Self {
        let payload = code.map(|code| [&code.to_be_bytes()[..], reason.as_bytes()].concat()).unwrap_or_default();
        Self { bytes: framed(Opcode::Close, &payload), kind: FrameKind::Control }
    }

    pub fn ok(id: Option<u64>, data: Option<OkData>) -> Self {
        Self::new(&ServerFrame::Ok { id, data })
    }

    pub fn error(id: Option<u64>, error: ErrorData) -> Self {
        Self::new(&ServerFrame::Error { id, error })
    }

    pub fn event(event: &Event, replay: bool) -> Self {
        Self::new(&ServerFrame::Event(EventFrame {
            stream: stream_name(event.stream),
            seq: event.seq,
            at: event.at.into(),
            replay,
            body: event_body_view(&event.body),
        }))
    }

    pub fn synced(stream: StreamId, seq: u64) -> Self {
        Self::new(&ServerFrame::Synced { stream: stream_name(stream), seq })
    }

    pub fn gap(stream: StreamId, after: u64, top: u64, reason: &str) -> Self {
        Self::new(&ServerFrame::Gap { stream: stream_name(stream), after, top, reason: reason.to_owned() })
    }

    pub fn typing(conversation: ConversationId, user: UserId, ttl: Duration) -> Self {
        Self::signal(conversation, SignalBody::Typing { user_id: user.uuid(), ttl_ms: millis(ttl) })
    }

    pub fn read(conversation: ConversationId, receipt: Receipt) -> Self {
        Self::signal(conversation, SignalBody::Read(receipt_view(receipt)))
    }

    fn signal(conversation: ConversationId, body: SignalBody) -> Self {
        Self::new(&ServerFrame::Signal { stream: stream_name(conversation.into()), body })
    }

    pub fn presence(presence: Presence) -> Self {
        let body = SignalBody::Presence(presence_view(presence));
        Self::new(&ServerFrame::Signal { stream: crate::topics::PRESENCE.to_owned(), body })
    }

    pub fn tick(asset: &AssetId, quote: &Quote) -> Self {
        let body = SignalBody::Tick {
            price: quote.price.to_string(),
            currency: quote.currency.to_string(),
            at: quote.observed_at.into(),
            provider: quote.provider.to_owned(),
            change_percent_24h: quote.change_percent_24h.as_ref().map(ToString::to_string),
            stale: quote.stale,
        };
        Self::new(&ServerFrame::Signal { stream: format!("{}{asset}", crate::topics::PRICE_PREFIX), body })
    }
}

/// A duration in whole milliseconds.
pub(crate) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
