//! What this domain asks of the outside. Every port has a contract suite in the testkit that each
//! adapter passes.

use std::pin::Pin;
use std::sync::Arc;

use async_trait::async_trait;
use futures_core::Stream;
use rialto_kernel::{ConnectionId, ConversationId, Cursor, Instant, Page, PageLimit, StoreError, UserId};

use crate::model::{
    ChannelListing, Conversation, ConversationSummary, Event, Member, Message, NewConversation, NewMember, NewMessage,
    Presence, Signal, StreamTop,
};

/// Keeps conversations, members, messages and the event log. Each method is one atomic act.
///
/// **Numbers.** An act that logs an event takes the next `seq` of its conversation (and the next
/// `ordinal` for a message) in the transaction that commits it, under the conversation's lock: numbers
/// have no holes, and whoever sees `seq` n committed sees every number below n.
///
/// **Durability.** When a writing act returns `Ok`, it survives the loss of process and power.
///
/// **Cancellation.** A writing act whose caller stops waiting is either done whole or not at all.
#[cfg_attr(any(test, feature = "mocks"), mockall::automock)]
#[async_trait]
pub trait MessagingStore: Send + Sync {
    /// Stores a conversation with its first members and logs `member.added` for each. For a direct
    /// conversation whose pair has one already, in whatever order, that one is returned and nothing is
    /// stored; of two at once, one is stored.
    ///
    /// # Errors
    /// `UnknownUser` for a member that is no user; `NameTaken` for a channel whose
    /// [`ConversationName::key`](crate::ConversationName::key) another channel has.
    async fn create_conversation(&self, new: NewConversation) -> Result<Created, CreateConversationRefusal>;

    /// A conversation by id.
    async fn find_conversation(&self, id: ConversationId) -> Result<Option<Conversation>, StoreError>;

    /// A user's membership.
    async fn find_member(&self, conversation_id: ConversationId, user_id: UserId)
    -> Result<Option<Member>, StoreError>;

    /// A conversation as `reader` sees it. `role` and `last_message` are `None` if `reader` is no member.
    async fn find_summary(
        &self,
        conversation_id: ConversationId,
        reader: UserId,
    ) -> Result<Option<ConversationSummary>, StoreError>;

    /// The conversations `reader` is in, the one with the newest event first, equal times by id downwards.
    async fn list_summaries(
        &self,
        reader: UserId,
        after: Option<Cursor>,
        limit: PageLimit,
    ) -> Result<Page<ConversationSummary>, StoreError>;

    /// Public channels in order of [`ConversationName::key`](crate::ConversationName::key).
    async fn list_channels(&self, after: Option<Cursor>, limit: PageLimit) -> Result<Page<ChannelListing>, StoreError>;

    /// Stores a membership and logs `member.added`; a user who is in already stays as they are.
    ///
    /// # Errors
    /// `UnknownUser`, `UnknownConversation`; `InviterMayNot` if there is an inviter whose membership at
    /// commit does not allow it ([`MemberRole::may_invite`](crate::MemberRole::may_invite)).
    async fn add_member(&self, new: NewMember) -> Result<Added, AddMemberRefusal>;

    /// Ends one's own membership and logs `member.removed`; `None` if there was none.
    ///
    /// # Errors
    /// `OwnerMustStay` if the member is an owner and others are in at commit.
    async fn leave_conversation(
        &self,
        conversation_id: ConversationId,
        user_id: UserId,
        at: Instant,
    ) -> Result<Option<Event>, LeaveRefusal>;

    /// Ends a membership and logs `member.removed`; `None` if there was none.
    async fn remove_member(
        &self,
        conversation_id: ConversationId,
        user_id: UserId,
        at: Instant,
    ) -> Result<Option<Event>, StoreError>;

    /// The members in order of joining, equal times by user id.
    async fn list_members(
        &self,
        conversation_id: ConversationId,
        after: Option<Cursor>,
        limit: PageLimit,
    ) -> Result<Page<Member>, StoreError>;

    /// Appends a message and logs `message.created`. If the sender used the nonce before, nothing is
    /// stored: a retry ([`NewMessage::is_retry_of`]) gets the original, even after the sender left.
    ///
    /// # Errors
    /// `NonceConflict` if the nonce stands for another message; `NotAMember` and `ReadOnly` by the
    /// sender's membership at commit ([`MemberRole::may_write`](crate::MemberRole::may_write));
    /// `UnknownReply` if `reply_to` is no message of this conversation. Checked in this order.
    async fn append_message(&self, new: NewMessage) -> Result<Appended, AppendRefusal>;

    /// Up to `limit` messages of a conversation, in the slice's order.
    async fn list_messages(
        &self,
        conversation_id: ConversationId,
        slice: HistorySlice,
        limit: i64,
    ) -> Result<Vec<Message>, StoreError>;

    /// Up to `limit` events with `seq > after`, in order of `seq`.
    async fn list_events(
        &self,
        conversation_id: ConversationId,
        after: u64,
        limit: i64,
    ) -> Result<Vec<Event>, StoreError>;

    /// The log positions of every conversation `user_id` is in, in no particular order.
    async fn stream_tops_of(&self, user_id: UserId) -> Result<Vec<StreamTop>, StoreError>;

    /// The log positions of these conversations, in no particular order; unknown ones are left out.
    async fn stream_tops(&self, conversations: &[ConversationId]) -> Result<Vec<StreamTop>, StoreError>;
}

/// What came of creating a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Created {
    /// It is stored, with these events in its log.
    New(Conversation, Vec<Event>),
    /// The pair has this direct conversation already.
    Existing(Conversation),
}

/// Why a conversation was not stored.
#[derive(Debug, thiserror::Error)]
pub enum CreateConversationRefusal {
    /// A member is no user.
    #[error("there is no user {0}")]
    UnknownUser(UserId),
    /// Another channel has the name.
    #[error("another channel has this name")]
    NameTaken,
    /// The store could not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What came of adding a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Added {
    /// They are in now: a `member.added` event.
    New(Event),
    /// They were in already.
    Already(Member),
}

/// Why a member was not added.
#[derive(Debug, thiserror::Error)]
pub enum AddMemberRefusal {
    /// No such user.
    #[error("there is no such user")]
    UnknownUser,
    /// No such conversation.
    #[error("there is no such conversation")]
    UnknownConversation,
    /// The inviter is not in it, or their role does not allow it.
    #[error("the inviter may not add members")]
    InviterMayNot,
    /// The store could not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why somebody is still in a conversation.
#[derive(Debug, thiserror::Error)]
pub enum LeaveRefusal {
    /// An owner does not leave others behind.
    #[error("the owner cannot leave while others are in the conversation")]
    OwnerMustStay,
    /// The store could not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What came of appending a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Appended {
    /// It is in the log.
    New(Message),
    /// It was in the log already: the original.
    Duplicate(Message),
}

/// Why a message was not appended.
#[derive(Debug, thiserror::Error)]
pub enum AppendRefusal {
    /// The sender used the nonce for another message.
    #[error("the nonce was used for another message")]
    NonceConflict,
    /// The sender is not in the conversation, or there is no such conversation.
    #[error("the sender is not a member of the conversation")]
    NotAMember,
    /// The sender's role may only read.
    #[error("the sender may only read in the conversation")]
    ReadOnly,
    /// The message to answer is not in the conversation.
    #[error("the message to reply to is not in the conversation")]
    UnknownReply,
    /// The store could not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Which part of the history to list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HistorySlice {
    /// Newest first.
    Latest,
    /// Those with a `seq` below this, newest first.
    Before(u64),
    /// Those with a `seq` above this, oldest first.
    After(u64),
}

/// Carries hints from the node where something happened to every node, itself included. It may lose,
/// repeat and delay: the log is the truth.
#[cfg_attr(any(test, feature = "mocks"), mockall::automock)]
#[async_trait]
pub trait RealtimeBus: Send + Sync {
    /// Hints that an event was committed. Never fails for the caller: what is lost is found in the log.
    async fn publish_event(&self, event: Arc<Event>);

    /// Sends a signal, best effort.
    async fn publish_signal(&self, signal: Signal);

    /// Everything published from now on.
    fn subscribe(&self) -> BusStream;
}

/// What a subscriber of the bus receives.
pub type BusStream = Pin<Box<dyn Stream<Item = BusItem> + Send>>;

/// One thing the bus carried.
#[derive(Clone, Debug)]
pub enum BusItem {
    /// An event was committed.
    Event(Arc<Event>),
    /// Somebody signals something.
    Signal(Signal),
    /// The subscriber was too slow and lost this many items: read the log.
    Lagged(u64),
}

/// Knows which users have a device connected.
#[cfg_attr(any(test, feature = "mocks"), mockall::automock)]
#[async_trait]
pub trait PresenceBoard: Send + Sync {
    /// A device connected; the user's presence if that brought them online.
    async fn connect(&self, user_id: UserId, connection: ConnectionId) -> Option<Presence>;

    /// A device left at `at`; the user's presence if it was their last.
    async fn disconnect(&self, user_id: UserId, connection: ConnectionId, at: Instant) -> Option<Presence>;

    /// The presence of each of these users, in the same order.
    async fn presence_of(&self, users: &[UserId]) -> Vec<Presence>;
}
