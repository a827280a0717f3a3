//! Conversations, messages and the event log that carries them.
//!
//! The log is the truth: every change of a conversation is an [`Event`] with the next `seq` of that
//! conversation, written in the transaction that makes the change. The bus only hints that there is
//! something new to read.
//!
//! | where | what |
//! |---|---|
//! | [`model`] | conversations, members, messages, events, signals: values that are valid once they exist |
//! | [`ports`] | what this domain asks of the outside: store, bus, presence board |
//! | [`service`] | [`MessagingService`], one file per use case |
//!
//! To add a kind of event: 1. a variant of [`EventBody`] with its name; 2. the atomic act in
//! [`MessagingStore`] that appends it, with a rule in the contract suite; 3. the use case in
//! `service/`; 4. its wire form in `rialto-wire`.

pub mod model;
pub mod ports;
pub mod service;

pub use model::{
    Actor, ChannelListing, Clause, Conversation, ConversationKind, ConversationName, ConversationSummary, Emoji, Epoch,
    Event, EventBody, LOBBY, Member, MemberRole, Mentions, Message, MessageContent, NewConversation,
    NewConversationKind, NewMember, NewMessage, Nonce, Presence, Profile, SearchQuery, Signal, StreamTop, Topic,
    Visibility, Within, terms,
};
pub use ports::{
    AddMemberRefusal, Added, AppendRefusal, Appended, BusItem, BusStream, CreateConversationRefusal, Created,
    HistorySlice, LeaveRefusal, MessagingStore, PresenceBoard, RealtimeBus,
};
pub use service::{MessagingDeps, MessagingService};
