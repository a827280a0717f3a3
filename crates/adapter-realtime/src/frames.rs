//! Frames on their way out: domain values become wire types, and wire types become bytes once, however
//! many sockets get them.

use bytes::Bytes;
use rialto_identity::{TokenPair, User};
use rialto_kernel::{ConversationId, Instant};
use rialto_messaging::{Event, EventBody, Member, Message, Presence, Profile};
use rialto_portfolio::{AssetId, Quote};
use rialto_wire::frame::{ErrorData, EventFrame, OkData, ServerFrame, SignalBody};
use rialto_wire::identity::{TokensView, UserView};
use rialto_wire::messaging::{EventBodyView, MemberView, MessageView, PresenceView, ProfileView};
use rialto_wire::time::Timestamp;

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
            stream: stream_name(event.conversation_id),
            seq: event.seq,
            at: event.at.into(),
            replay,
            body: event_body(&event.body),
        }))
    }

    pub fn synced(conversation: ConversationId, seq: u64) -> Self {
        Self::new(&ServerFrame::Synced { stream: stream_name(conversation), seq })
    }

    pub fn gap(conversation: ConversationId, after: u64, top: u64, reason: &str) -> Self {
        Self::new(&ServerFrame::Gap { stream: stream_name(conversation), after, top, reason: reason.to_owned() })
    }

    pub fn typing(conversation: ConversationId, user: rialto_kernel::UserId, ttl: std::time::Duration) -> Self {
        let body = SignalBody::Typing { user_id: user.uuid(), ttl_ms: millis(ttl) };
        Self::new(&ServerFrame::Signal { stream: stream_name(conversation), body })
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
pub(crate) fn millis(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// `c:<conversation id>`.
pub(crate) fn stream_name(conversation: ConversationId) -> String {
    format!("c:{conversation}")
}

/// Reads `c:<conversation id>`.
pub(crate) fn parse_stream(name: &str) -> Option<ConversationId> {
    name.strip_prefix("c:")?.parse().ok()
}

fn event_body(body: &EventBody) -> EventBodyView {
    match body {
        EventBody::MessageCreated(message) => EventBodyView::MessageCreated(message_view(message)),
        EventBody::MemberAdded(member) => EventBodyView::MemberAdded(member_view(member)),
        EventBody::MemberRemoved(user) => EventBodyView::MemberRemoved { user: profile_view(user) },
    }
}

/// The message as everybody sees it: the bytes are shared, so the sender's nonce is left out.
fn message_view(message: &Message) -> MessageView {
    MessageView {
        id: message.id.uuid(),
        conversation_id: message.conversation_id.uuid(),
        seq: message.seq,
        ordinal: message.ordinal,
        sender: profile_view(&message.sender),
        content: message.content.as_str().to_owned(),
        reply_to: message.reply_to.map(|id| id.uuid()),
        created_at: message.created_at.into(),
        nonce: None,
    }
}

fn member_view(member: &Member) -> MemberView {
    MemberView {
        user: profile_view(&member.user),
        role: member.role.as_str().to_owned(),
        joined_at: member.joined_at.into(),
    }
}

fn profile_view(profile: &Profile) -> ProfileView {
    ProfileView {
        id: profile.id.uuid(),
        username: profile.username.clone(),
        display_name: profile.display_name.clone(),
        avatar_url: profile.avatar_url.clone(),
    }
}

pub(crate) fn presence_view(presence: Presence) -> PresenceView {
    PresenceView {
        user_id: presence.user_id.uuid(),
        online: presence.online,
        last_seen_at: presence.last_seen_at.map(Instant::into),
    }
}

/// The user as they see themselves: online, since this very socket is theirs.
pub(crate) fn own_user_view(user: &User) -> UserView {
    UserView {
        id: user.id.uuid(),
        username: user.username.to_string(),
        display_name: user.display_name.to_string(),
        bio: user.bio.clone(),
        avatar_url: user.avatar_url.clone(),
        role: user.role.to_string(),
        online: true,
        last_seen_at: None,
        created_at: Timestamp(user.created_at),
        email: user.email.as_ref().map(|email| email.as_str().to_owned()),
    }
}

pub(crate) fn tokens_view(tokens: &TokenPair) -> TokensView {
    TokensView {
        access_token: tokens.access.reveal().to_owned(),
        refresh_token: tokens.refresh.reveal().to_owned(),
        token_type: "Bearer".to_owned(),
        expires_in: tokens.access_lifetime.as_secs(),
    }
}
