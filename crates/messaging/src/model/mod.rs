//! The values of this domain. Whatever has a `parse` is valid once it exists.

mod conversation;
mod emoji;
mod event;
mod import;
mod log_order;
mod member;
mod mention;
mod message;
mod moderation;
mod notice;
mod presence;
mod read_state;
mod search;
mod standing;
mod stream;
mod traces;

pub use conversation::{
    ChannelListing, Conversation, ConversationChanges, ConversationKind, ConversationName, ConversationSettings,
    ConversationSummary, LOBBY, NewConversation, NewConversationKind, Topic, Visibility,
};
pub use emoji::Emoji;
pub use event::{Event, EventBody, PinChange, ReactionChange, ReadChange};
pub use import::{ConversationHere, ConversationThere, KindThere, MemberThere, MessageThere, PastMessage};
pub use log_order::{LogOrder, Missing};
pub use member::{Actor, Member, MemberRole, NewMember, Profile};
pub use mention::Mentions;
pub use message::{Mention, Message, MessageContent, NewMessage, Nonce, Reaction, Revision, Thread, WantedMentions};
pub use moderation::{AuditAction, AuditEntry, Ban, Reason, Report, ReportClosed, ReportOutcome};
pub use notice::Notice;
pub use presence::{Audience, Presence, PresenceVisibility, Signal};
pub use read_state::{MarkRead, ReadState, Receipt, ThreadState};
pub use search::{Clause, SearchQuery, Within, terms};
pub use standing::{Block, Standing, WriteRefusal};
pub use stream::{Epoch, FollowedStream, StreamId, StreamTop};
pub use traces::OwnReaction;
