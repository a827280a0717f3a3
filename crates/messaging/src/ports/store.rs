use async_trait::async_trait;
use rialto_kernel::{ConversationId, Cursor, Instant, MessageId, Page, PageLimit, StoreError, UserId};

use crate::model::{
    Actor, ChannelListing, Conversation, ConversationChanges, ConversationSummary, Event, FollowedStream, Member,
    MemberRole, Message, NewConversation, NewMember, NewMessage, StreamId, StreamTop, WriteRefusal,
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
///
/// **Rights.** An act that somebody asks for is allowed or refused by what holds at commit, under the
/// conversation's lock ([`Standing`](crate::Standing)); an act on a deleted conversation finds none.
///
/// **Personal streams.** An act that brings a user into a conversation logs `conversation.entered` in their
/// personal stream in the same transaction, one that ends a membership `conversation.left`. Acts return all that
/// they logged, conversation events first. An act that locks several logs takes the conversation first, then
/// personal streams in the order of user ids.
#[cfg_attr(any(test, feature = "mocks"), mockall::automock)]
#[async_trait]
pub trait MessagingStore: Send + Sync {
    /// Stores a conversation with its first members and logs `member.added` for each. A member has read all that
    /// was said before they came. For a direct
    /// conversation whose pair has one already, in whatever order, that one is returned and nothing is
    /// stored; of two at once, one is stored.
    ///
    /// # Errors
    /// `UnknownUser` for a member that is no user or whose account is deleted; `Blocked` if one of the others has
    /// blocked the first member, who starts it; `UnblockFirst` if it is a direct one and the first has blocked the
    /// other; `NameTaken` for a channel whose
    /// [`ConversationName::key`](crate::ConversationName::key) another channel has.
    async fn create_conversation(&self, new: NewConversation) -> Result<Created, CreateConversationRefusal>;

    /// A conversation by id.
    async fn find_conversation(&self, id: ConversationId) -> Result<Option<Conversation>, StoreError>;

    /// The direct conversation of two users, in whatever order, if they have one.
    async fn find_direct(&self, one: UserId, other: UserId) -> Result<Option<Conversation>, StoreError>;

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

    /// Makes a conversation different, logs `conversation.changed` and writes down who did it. Nothing is logged if
    /// nothing changes.
    ///
    /// # Errors
    /// `NotFound` to who is not in it and no admin of the server; `NotAllowed` by
    /// [`ConversationChanges::needed_role`], and for a direct conversation; `NameTaken` as on creation.
    async fn change_conversation(
        &self,
        conversation_id: ConversationId,
        by: Actor,
        changes: ConversationChanges,
        at: Instant,
    ) -> Result<Done<Conversation>, ChangeRefusal>;

    /// Removes a conversation with its members, messages and log, and returns a `conversation.deleted` under the
    /// number that would be next, and `conversation.left` for each member.
    ///
    /// # Errors
    /// `NotFound` as above; `NotAllowed` to who is not its owner, and for a direct conversation.
    async fn delete_conversation(
        &self,
        conversation_id: ConversationId,
        by: Actor,
        at: Instant,
    ) -> Result<Vec<Event>, ChangeRefusal>;

    /// Stores a membership and logs `member.added`; a user who is in already stays as they are. Whoever comes back finds
    /// their mute, waits out the pause of slow mode, and has read the threads they follow as far as they go; the event
    /// knows of no mute.
    ///
    /// # Errors
    /// `UnknownUser`, also for a deleted account, `UnknownConversation`; `Banned`; `InviterMayNot` if there is an inviter
    /// whose membership at commit does not allow it ([`MemberRole::may_invite`](crate::MemberRole::may_invite));
    /// `Blocked` if the user has blocked the inviter.
    async fn add_member(&self, new: NewMember) -> Result<Added, AddMemberRefusal>;

    /// Gives a member another role, logs `member.role_changed` and writes down who did it. To make somebody `owner`
    /// is to hand ownership over: the owner becomes `admin` in the same act, and that is logged first. Nothing is
    /// logged if the role stays.
    ///
    /// # Errors
    /// `NotFound` if `by` is not in it; `NoSuchMember`; `NotAllowed` by [`MemberRole::may_change`], for a hand-over by
    /// anybody but the owner, and in a direct conversation.
    async fn change_role(
        &self,
        conversation_id: ConversationId,
        by: UserId,
        user_id: UserId,
        role: MemberRole,
        at: Instant,
    ) -> Result<Done<Member>, ChangeRefusal>;

    /// Ends one's own membership and logs `member.removed`; nothing if there was none.
    ///
    /// # Errors
    /// `OwnerMustStay` if the member is an owner and others are in at commit.
    async fn leave_conversation(
        &self,
        conversation_id: ConversationId,
        user_id: UserId,
        at: Instant,
    ) -> Result<Vec<Event>, LeaveRefusal>;

    /// Ends somebody's membership, logs `member.removed` and writes down who did it.
    ///
    /// # Errors
    /// `NotFound` if `by` is not in it; `NoSuchMember`; `NotAllowed` by [`MemberRole::may_remove`].
    async fn remove_member(
        &self,
        conversation_id: ConversationId,
        by: UserId,
        user_id: UserId,
        at: Instant,
    ) -> Result<Vec<Event>, ChangeRefusal>;

    /// The members in order of joining, equal times by user id.
    async fn list_members(
        &self,
        conversation_id: ConversationId,
        after: Option<Cursor>,
        limit: PageLimit,
    ) -> Result<Page<Member>, StoreError>;

    /// Appends a message and logs `message.created`. If the sender used the nonce before, nothing is
    /// stored: a retry ([`NewMessage::is_retry_of`]) gets the original as it is now, even after the sender left.
    ///
    /// Of the wanted mentions, those of members other than the sender are stored, and the groups if the sender may;
    /// `@here` counts for the members who are online. A thread's starter, repliers and mentioned members follow it; a
    /// follower has read what was said in it before. A reply in a thread may only answer messages of that thread, its
    /// root included, and a message outside threads only others outside.
    ///
    /// # Errors
    /// `NonceConflict` if the nonce stands for another message; `Write` by [`Standing::check_write`](crate::Standing::check_write);
    /// `SlowMode` by [`Standing::slowed_until`](crate::Standing::slowed_until); `UnknownThread` if `thread_root` is no
    /// message of this conversation, is deleted, or is in a thread itself; `UnknownReply` if `reply_to` is none that may be
    /// answered. Checked in this order.
    async fn append_message(&self, new: NewMessage) -> Result<Appended, AppendRefusal>;

    /// Up to `limit` messages of a conversation, in the slice's order, as `reader` sees them. Those of threads are
    /// in the part of their thread alone.
    async fn list_messages(
        &self,
        conversation_id: ConversationId,
        part: HistoryPart,
        slice: HistorySlice,
        limit: i64,
        reader: UserId,
    ) -> Result<Vec<Message>, StoreError>;

    /// Up to `limit` events with `seq > after`, in order of `seq`.
    async fn list_events(&self, stream: StreamId, after: u64, limit: i64) -> Result<Vec<Event>, StoreError>;

    /// The log positions of every conversation `user_id` is in and of their personal stream, with what they have
    /// read; in no particular order.
    async fn followed_streams(&self, user_id: UserId) -> Result<Vec<FollowedStream>, StoreError>;

    /// The log positions of these streams, in no particular order; unknown ones are left out.
    async fn stream_tops(&self, streams: &[StreamId]) -> Result<Vec<StreamTop>, StoreError>;

    /// The conversations of `reader` in whose logs something was written after `after`, and those `reader` left since;
    /// all of them without `after`. Each is named at least once by the pages that follow one another, and the last
    /// page's cursor is where to go on another day. What it costs follows from what changed, not from how many
    /// conversations there are.
    async fn list_changes(
        &self,
        reader: UserId,
        after: Option<Cursor>,
        limit: PageLimit,
    ) -> Result<Changes, StoreError>;
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
    /// A member has blocked who starts it.
    #[error("the user {0} does not take conversations from you")]
    Blocked(UserId),
    /// Who starts it has blocked the other.
    #[error("you have blocked the user {0}; lift the block first")]
    UnblockFirst(UserId),
    /// Another channel has the name.
    #[error("another channel has this name")]
    NameTaken,
    /// The store could not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// An act that was done, and what it logged; nothing if all was so already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done<T> {
    /// What it is about, as it is now.
    pub value: T,
    /// The events, in the order of their commit.
    pub events: Vec<Event>,
}

/// Why something about a conversation or a member stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum ChangeRefusal {
    /// There is no such conversation for the one who asks.
    #[error("there is no such conversation")]
    NotFound,
    /// The one who asks is in it, but may not.
    #[error("your role in this conversation does not allow it")]
    NotAllowed,
    /// The user is not in it.
    #[error("the user is not a member of this conversation")]
    NoSuchMember,
    /// Another channel has the name.
    #[error("another channel has this name")]
    NameTaken,
    /// The store could not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What changed for a reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changes {
    /// Conversations in which something happened, each as it is now.
    pub changed: Vec<ConversationSummary>,
    /// Conversations the reader is not in any more.
    pub left: Vec<ConversationId>,
    /// Where to go on.
    pub next_cursor: Cursor,
    /// Whether there is more at once.
    pub more: bool,
}

/// What came of adding a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Added {
    /// They are in now.
    New {
        /// As this member.
        member: Member,
        /// `member.added`, `conversation.entered`.
        events: Vec<Event>,
    },
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
    /// A moderator keeps the user out.
    #[error("the user is banned from this conversation")]
    Banned,
    /// The inviter is not in it, or their role does not allow it.
    #[error("the inviter may not add members")]
    InviterMayNot,
    /// The user wants nothing to do with the inviter.
    #[error("the user has blocked the inviter")]
    Blocked,
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
    /// The sender may not write.
    #[error(transparent)]
    Write(#[from] WriteRefusal),
    /// The sender must wait.
    #[error("slow mode: the next message may come at {until}")]
    SlowMode {
        /// Until when.
        until: Instant,
    },
    /// There is no such thread in the conversation.
    #[error("the thread is not in the conversation")]
    UnknownThread,
    /// The message to answer is not in the conversation.
    #[error("the message to reply to is not in the conversation")]
    UnknownReply,
    /// The store could not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Which messages of a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HistoryPart {
    /// Those outside threads, the first messages of threads included.
    Main,
    /// The replies of a thread, without its first message.
    Thread(MessageId),
}

/// Which slice of them to list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HistorySlice {
    /// Newest first.
    Latest,
    /// Those with a `seq` below this, newest first.
    Before(u64),
    /// Those with a `seq` above this, oldest first.
    After(u64),
}
