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
    ConversationHere, ConversationKind, ConversationName, ConversationSettings, ConversationSummary, ConversationThere,
    Emoji, Epoch, Event, EventBody, FollowedStream, KindThere, LOBBY, LogOrder, MarkRead, Member, MemberRole,
    MemberThere, Mention, Mentions, Message, MessageContent, MessageThere, Missing, NewConversation,
    NewConversationKind, NewMember, NewMessage, Nonce, Notice, OwnReaction, PastMessage, PinChange, Presence,
    PresenceVisibility, Profile, Reaction, ReactionChange, ReadChange, ReadState, Reason, Receipt, Report,
    ReportClosed, ReportOutcome, Revision, SearchQuery, Signal, Standing, StreamId, StreamTop, Thread, ThreadState,
    Topic, Visibility, WantedMentions, Within, WriteRefusal, terms,
};
pub use ports::{
    AddMemberRefusal, Added, AppendRefusal, Appended, BroughtIn, BusItem, BusStream, ChangeRefusal, Changes,
    CreateConversationRefusal, Created, Delivered, DeliveryBook, Discretion, Done, HistoryImport, HistoryPart,
    HistorySlice, LeaveRefusal, Line, MAX_EMOJI, MAX_PINS, MAX_REVISIONS, MarkReadRefusal, MessageChanges,
    MessageRefusal, MessageSearch, MessagingCounts, MessagingFigures, MessagingStore, ModerationStore, NoticeBoard,
    PastAppended, PostNoticeRefusal, PresenceBoard, ReadPointers, RealtimeBus, SocketGate, UserTraces,
};
pub use service::{HistoryDeps, HistoryImporter, MessagingDeps, MessagingService};
