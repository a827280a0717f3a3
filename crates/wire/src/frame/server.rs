use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::identity::{TokensView, UserView};
use crate::messaging::{EventBodyView, MemberView, MessageView, PresenceView, ReadStateView, ReceiptView};
use crate::time::Timestamp;

/// A frame from the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerFrame {
    /// The first frame: what this connection is and may.
    Hello {
        /// See [`HelloData`].
        data: HelloData,
    },
    /// Who is there is known, and the socket is attached to its streams.
    Ready {
        /// That of the `auth` frame.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<u64>,
        /// See [`ReadyData`].
        data: Box<ReadyData>,
    },
    /// A logged event.
    Event(EventFrame),
    /// Everything up to `seq` was sent; what follows is live.
    Synced {
        /// `c:<conversation id>` or `u`.
        stream: String,
        /// Up to where.
        seq: u64,
    },
    /// A command was carried out.
    Ok {
        /// That of the command.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<u64>,
        /// What came of it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        data: Option<OkData>,
    },
    /// A command was refused, or a frame could not be read.
    Error {
        /// That of the command, if it could be read.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<u64>,
        /// Why.
        error: ErrorData,
    },
    /// Something that is told once and kept nowhere.
    Signal {
        /// `c:<conversation id>` or a topic.
        stream: String,
        /// What.
        #[serde(flatten)]
        body: SignalBody,
    },
    /// Are you there? Also tells how far the streams reach.
    Ping {
        /// See [`PingData`].
        data: PingData,
    },
    /// The server is here.
    Pong {
        /// That of the client's `ping`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<u64>,
    },
    /// Events of a stream were left out because the socket was too slow: catch up.
    Gap {
        /// `c:<conversation id>` or `u`.
        stream: String,
        /// The last `seq` that was sent.
        after: u64,
        /// How far the stream reached.
        top: u64,
        /// `slow`, or `joined`: the stream is one's although its coming in was overlooked.
        reason: String,
    },
    /// The last frame: the server closes the socket.
    Bye {
        /// See [`ByeData`].
        data: ByeData,
    },
}

/// What a connection is and may.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HelloData {
    /// Always [`PROTOCOL`](super::PROTOCOL).
    pub protocol: u32,
    /// Names this connection, for diagnosis.
    pub connection: Uuid,
    /// The server pings this often, in milliseconds.
    pub ping_ms: u64,
    /// The client has this long to say who it is, in milliseconds.
    pub auth_ms: u64,
    /// The largest frame the server reads, in bytes.
    pub max_frame: usize,
}

/// Who is there, and how far their streams reach.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReadyData {
    /// Who.
    pub user: UserView,
    /// Which session.
    pub session: Uuid,
    /// Until when the token is good.
    pub expires_at: Timestamp,
    /// For a guest that just came in: the tokens to come back with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tokens: Option<TokensView>,
    /// Stream to position.
    pub streams: BTreeMap<String, StreamPosition>,
}

/// How far a stream reaches, and what will be replayed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StreamPosition {
    /// Which history the numbers belong to.
    pub epoch: Uuid,
    /// Number of the last event.
    pub seq: u64,
    /// Replay starts after this; only when resuming.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<u64>,
    /// Whether what follows `from` (or, without it, `seq`) comes without a hole.
    pub ok: bool,
    /// Why not: `too_far` or `epoch_changed`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The read pointer; not for `u`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read: Option<u64>,
    /// Messages after it; left out when there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unread: Option<u64>,
    /// Those of them, threads included, that mention one; left out when there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mentions: Option<u64>,
}

/// A logged event on its way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EventFrame {
    /// `c:<conversation id>` or `u`.
    pub stream: String,
    /// Its number in the stream.
    pub seq: u64,
    /// When it was logged.
    pub at: Timestamp,
    /// Whether it comes from the log and not live.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub replay: bool,
    /// What happened.
    #[serde(flatten)]
    pub body: EventBodyView,
}

/// What came of a command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum OkData {
    /// Of `send`.
    Sent(SentData),
    /// Of `edit`, `delete`, `react`, `unreact`, `pin` and `unpin`: the message as it is now.
    Message {
        /// As the reader sees it.
        message: MessageView,
    },
    /// Of `history`.
    History {
        /// The messages, in the order of the page.
        items: Vec<MessageView>,
        /// Where the next page starts.
        next_cursor: Option<String>,
    },
    /// Of `join`.
    Joined {
        /// One's membership.
        member: MemberView,
    },
    /// Of `read`.
    Read(ReadStateView),
    /// Of `presence`.
    Presence {
        /// In the order asked for.
        users: Vec<PresenceView>,
    },
    /// Of `catchup`.
    CaughtUp {
        /// The last `seq` that was sent.
        seq: u64,
        /// How far the stream reaches; ask again while it is greater than `seq`.
        top: u64,
    },
    /// Of `refresh`, and of a second `auth`.
    Refreshed {
        /// Until when the token is good.
        expires_at: Timestamp,
    },
}

/// A message that is committed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SentData {
    /// Its id.
    pub message_id: Uuid,
    /// Number of its event.
    pub seq: u64,
    /// Number among the messages.
    pub ordinal: u64,
    /// When it was said.
    pub at: Timestamp,
    /// Whether an earlier send had made it.
    pub dup: bool,
}

/// Why something was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ErrorData {
    /// Stable, `snake_case`; the same as in problems.
    pub code: String,
    /// One line for a person.
    pub message: String,
    /// Whether the same command may succeed later.
    pub retry: bool,
    /// When to try again, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<u64>,
}

/// What is signalled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "signal", content = "data", rename_all = "snake_case")]
pub enum SignalBody {
    /// A member is writing.
    Typing {
        /// Who.
        user_id: Uuid,
        /// Show it this long, in milliseconds.
        ttl_ms: u64,
    },
    /// A member has read on.
    Read(ReceiptView),
    /// A user came or went.
    Presence(PresenceView),
    /// A price.
    Tick {
        /// One unit in `currency`.
        price: String,
        /// What the price is counted in.
        currency: String,
        /// When the provider saw it.
        at: Timestamp,
        /// Who says so.
        provider: String,
        /// How much the price moved in 24 hours, in percent.
        change_percent_24h: Option<String>,
        /// Whether it is older than it should be.
        stale: bool,
    },
}

/// How far the streams reach.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PingData {
    /// The last event of the personal stream.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub u: Option<u64>,
    /// Stream to seq, for the streams this socket is attached to.
    pub tops: BTreeMap<String, u64>,
}

/// Why the server closes a socket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ByeData {
    /// The close code: 4001 draining, 4002 slow, 4003 no pong, 4004 token expired, 4005 rate limited, 1013 the
    /// store is away; final: 4401 bad credentials, 4403 session ended, 4409 too many connections, 4422 bad frames.
    pub code: u16,
    /// The code in words.
    pub reason: String,
    /// Whether to connect again and resume.
    pub resume: bool,
    /// When, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<u64>,
}
