use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::messaging::{MarkReadRequest, SendMessageRequest};

/// A frame from a client. `id` comes back in the answer.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum ClientFrame {
    /// Says who is there; the first frame, unless the upgrade said so.
    Auth {
        /// Comes back in `ready` or `error`.
        id: Option<u64>,
        /// Who.
        data: AuthData,
    },
    /// Keeps the socket open past the end of its token.
    Refresh {
        /// Comes back in `ok` or `error`.
        id: Option<u64>,
        /// By which token.
        data: RefreshData,
    },
    /// Says something in a conversation.
    Send {
        /// Comes back in `ok` or `error`.
        id: Option<u64>,
        /// `c:<conversation id>`.
        stream: String,
        /// What.
        data: SendMessageRequest,
    },
    /// Tells the others that one is writing.
    Typing {
        /// Comes back in `error`.
        id: Option<u64>,
        /// `c:<conversation id>`.
        stream: String,
    },
    /// Wants to hear of topics.
    Subscribe {
        /// Comes back in `ok` or `error`.
        id: Option<u64>,
        /// `x:price:<asset id>` or `x:presence`.
        topics: Vec<String>,
        /// `latest` unless told.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        mode: Option<TopicMode>,
    },
    /// Wants to hear no more of topics.
    Unsubscribe {
        /// Comes back in `ok` or `error`.
        id: Option<u64>,
        /// Those of `subscribe`.
        topics: Vec<String>,
    },
    /// Asks who is there.
    Presence {
        /// Comes back in `ok` or `error`.
        id: Option<u64>,
        /// About whom.
        data: PresenceData,
    },
    /// Asks for the events of a stream that were missed.
    Catchup {
        /// Comes back in `ok` or `error`.
        id: Option<u64>,
        /// `c:<conversation id>` or `u`.
        stream: String,
        /// From where.
        data: CatchupData,
    },
    /// Says one's own message differently.
    Edit {
        /// Comes back in `ok` or `error`.
        id: Option<u64>,
        /// Which message, and what it says from now on.
        data: EditData,
    },
    /// Takes a message back.
    Delete {
        /// Comes back in `ok` or `error`.
        id: Option<u64>,
        /// Which.
        data: MessageRefData,
    },
    /// Puts a reaction under a message.
    React {
        /// Comes back in `ok` or `error`.
        id: Option<u64>,
        /// Which, under which message.
        data: ReactData,
    },
    /// Takes a reaction back.
    Unreact {
        /// Comes back in `ok` or `error`.
        id: Option<u64>,
        /// Which, under which message.
        data: ReactData,
    },
    /// Pins a message.
    Pin {
        /// Comes back in `ok` or `error`.
        id: Option<u64>,
        /// Which.
        data: MessageRefData,
    },
    /// Unpins a message.
    Unpin {
        /// Comes back in `ok` or `error`.
        id: Option<u64>,
        /// Which.
        data: MessageRefData,
    },
    /// Says how far one has read.
    Read {
        /// Comes back in `ok` or `error`.
        id: Option<u64>,
        /// `c:<conversation id>`.
        stream: String,
        /// Up to where.
        data: MarkReadRequest,
    },
    /// Comes into a public channel.
    Join {
        /// Comes back in `ok` or `error`.
        id: Option<u64>,
        /// `c:<conversation id>`.
        stream: String,
    },
    /// Goes out of a group or channel.
    Leave {
        /// Comes back in `ok` or `error`.
        id: Option<u64>,
        /// `c:<conversation id>`.
        stream: String,
    },
    /// Asks for a page of messages.
    History {
        /// Comes back in `ok` or `error`.
        id: Option<u64>,
        /// `c:<conversation id>`.
        stream: String,
        /// Which page.
        #[serde(default)]
        data: HistoryData,
    },
    /// Asks whether the server is there; answered by `pong`.
    Ping {
        /// Comes back in `pong`.
        id: Option<u64>,
    },
    /// Answers a `ping`.
    Pong {
        /// Comes back in `error`.
        id: Option<u64>,
        /// What the client has seen; for diagnosis only.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        data: Option<PongData>,
    },
}

/// Says who is there: `token` or `guest`, one of them.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AuthData {
    /// An access token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// A name to come in with as a guest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guest: Option<GuestData>,
    /// What the client has seen: stream to (epoch, seq).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resume: Option<BTreeMap<String, (Uuid, u64)>>,
}

/// By which token a socket stays open.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RefreshData {
    /// A newer access token of the same user.
    pub token: String,
}

/// A guest's name.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GuestData {
    /// 1 to 50 characters.
    pub name: String,
}

/// How the ticks of a price are delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TopicMode {
    /// A slow socket gets the newest value once there is room.
    Latest,
    /// Every tick as it comes; a slow socket misses some and is not told the newest later.
    All,
}

/// A message to edit.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EditData {
    /// Which.
    pub message_id: Uuid,
    /// 1 to 8,000 characters.
    pub content: String,
}

/// Names a message.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MessageRefData {
    /// Which.
    pub message_id: Uuid,
}

/// A reaction.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReactData {
    /// To which message.
    pub message_id: Uuid,
    /// One emoji.
    pub emoji: String,
}

/// Which page of messages: at most one of `before`, `after`, `around` and `cursor`; the newest without.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HistoryData {
    /// Messages with a lower `seq`, newest first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<u64>,
    /// Messages with a higher `seq`, oldest first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<u64>,
    /// Messages on both sides of this `seq`, oldest first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub around: Option<u64>,
    /// Where an earlier page ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// 1 to 100 messages; 50 unless told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
    /// The first message of a thread: its replies instead of what is outside threads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread_root: Option<Uuid>,
}

/// About whom to ask.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PresenceData {
    /// 1 to 100 users.
    pub user_ids: Vec<Uuid>,
}

/// From where to catch up.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CatchupData {
    /// The last `seq` that was seen.
    pub after: u64,
}

/// What a client has seen.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PongData {
    /// The last event of the personal stream.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub u: Option<u64>,
    /// Stream to seq.
    #[serde(default)]
    pub tops: BTreeMap<String, u64>,
}
