//! The values of this domain. Whatever has a `parse` is valid once it exists.

mod conversation;
mod emoji;
mod event;
mod member;
mod mention;
mod message;
mod presence;
mod search;

pub use conversation::{
    ChannelListing, Conversation, ConversationKind, ConversationName, ConversationSummary, Epoch, LOBBY,
    NewConversation, NewConversationKind, StreamTop, Topic, Visibility,
};
pub use emoji::Emoji;
pub use event::{Event, EventBody};
pub use member::{Actor, Member, MemberRole, NewMember, Profile};
pub use mention::Mentions;
pub use message::{Message, MessageContent, NewMessage, Nonce};
pub use presence::{Presence, Signal};
pub use search::{Clause, SearchQuery, Within, terms};
