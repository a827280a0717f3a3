//! Conversations, messages and the event log that carries them.
//!
//! The log is the truth: every change of a conversation is an [`Event`] with the next `seq` of that
//! conversation, written in the transaction that makes the change; what concerns one user alone goes into
//! their personal log the same way. The bus only hints that there is something new to read.
//!
//! | where | what |
//! |---|---|
//! | [`model`] | conversations, members, messages, events, signals: values that are valid once they exist |
//! | [`Standing`] | what somebody may do in a conversation |
//! | [`ports`] | what this domain asks of the outside: stores, bus, gate, presence board |
//! | [`service`] | [`MessagingService`], one file per use case |
//!
//! To add a kind of event: 1. a variant of [`EventBody`] with its name; 2. the atomic act in the port
//! that appends it, with a rule in the contract suite; 3. the use case in `service/`; 4. its wire form in
//! `rialto-wire`.

pub mod model;
pub mod ports;
pub mod service;

pub use model::{
    Actor, Audience, AuditAction, AuditEntry, Ban, Block, ChannelListing, Clause, Conversation, ConversationChanges,
    ConversationKind, ConversationName, ConversationSettings, ConversationSummary, Emoji, Epoch, Event, EventBody,
    FollowedStream, LOBBY, LogOrder, MarkRead, Member, MemberRole, Mention, Mentions, Message, MessageContent, Missing,
    NewConversation, NewConversationKind, NewMember, NewMessage, Nonce, Notice, OwnReaction, PinChange, Presence,
    PresenceVisibility, Profile, Reaction, ReactionChange, ReadChange, ReadState, Reason, Receipt, Report,
    ReportClosed, ReportOutcome, Revision, SearchQuery, Signal, Standing, StreamId, StreamTop, Thread, ThreadState,
    Topic, Visibility, WantedMentions, Within, WriteRefusal, terms,
};
pub use ports::{
    AddMemberRefusal, Added, AppendRefusal, Appended, BusItem, BusStream, ChangeRefusal, Changes,
    CreateConversationRefusal, Created, Discretion, Done, HistoryPart, HistorySlice, LeaveRefusal, Line, MAX_EMOJI,
    MAX_PINS, MAX_REVISIONS, MarkReadRefusal, MessageChanges, MessageRefusal, MessageSearch, MessagingCounts,
    MessagingFigures, MessagingStore, ModerationStore, NoticeBoard, PostNoticeRefusal, PresenceBoard, ReadPointers,
    RealtimeBus, SocketGate, UserTraces,
};
pub use service::{MessagingDeps, MessagingService};
