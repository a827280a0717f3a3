use std::collections::{BTreeMap, HashMap};

use rialto_kernel::{ConversationId, Instant, MessageId, StoreError, UserId};
use rialto_messaging::{
    AuditAction, AuditEntry, Ban, Conversation, Member, MemberRole, NewConversation, Nonce, Report, StreamTop,
};

use super::changed::ChangeCounter;
use super::log::LogEntry;
use super::messages::KeptMessage;
use super::personal::PersonalLogs;
use super::threads::KeptThread;
use crate::identity::tables::IdentityTables;

/// What is kept of conversations.
#[derive(Debug, Default)]
pub(crate) struct MessagingTables {
    pub conversations: HashMap<ConversationId, KeptConversation>,
    /// Direct conversations, by their pair in order of id.
    pub directs: HashMap<(UserId, UserId), ConversationId>,
    /// Channels by [`ConversationName::key`](rialto_messaging::ConversationName::key).
    pub channels: BTreeMap<String, ConversationId>,
    /// Where each message is: its conversation and ordinal.
    pub places: HashMap<MessageId, (ConversationId, u64)>,
    /// Which message a sender's nonce stands for.
    pub nonces: HashMap<(UserId, Nonce), MessageId>,
    pub personal: PersonalLogs,
    /// Outlive the conversations they are about.
    pub reports: Vec<Report>,
    pub counter: ChangeCounter,
}

/// A conversation with all that is in it.
#[derive(Debug)]
pub(crate) struct KeptConversation {
    pub conversation: Conversation,
    pub members: BTreeMap<UserId, KeptMember>,
    /// Up to which `seq` whom which way has told.
    pub delivered: HashMap<(UserId, String), u64>,
    /// The event of `seq` n is at n - 1.
    pub log: Vec<LogEntry>,
    /// The message of `ordinal` n is at n - 1.
    pub messages: Vec<KeptMessage>,
    /// By their first message.
    pub threads: HashMap<MessageId, KeptThread>,
    /// Until when; they outlast the memberships.
    pub mutes: HashMap<UserId, Instant>,
    pub bans: BTreeMap<UserId, Ban>,
    /// Oldest first.
    pub audit: Vec<AuditEntry>,
    pub counter: ChangeCounter,
    /// What the counter said when the newest event was logged.
    pub change_number: u64,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct KeptMember {
    pub role: MemberRole,
    pub joined_at: Instant,
    pub read_ordinal: u64,
}

impl MessagingTables {
    /// The conversation of a message, with the message's ordinal.
    pub fn place_of(&self, id: MessageId) -> Option<(&KeptConversation, u64)> {
        let (conversation_id, ordinal) = self.places.get(&id)?;
        Some((self.conversations.get(conversation_id)?, *ordinal))
    }

    pub fn place_of_mut(&mut self, id: MessageId) -> Option<(&mut KeptConversation, u64)> {
        let (conversation_id, ordinal) = self.places.get(&id)?;
        Some((self.conversations.get_mut(conversation_id)?, *ordinal))
    }

    pub fn conversations_of(&self, user_id: UserId) -> impl Iterator<Item = &KeptConversation> {
        self.conversations.values().filter(move |kept| kept.members.contains_key(&user_id))
    }
}

impl KeptConversation {
    pub fn new(new: &NewConversation, counter: ChangeCounter) -> Self {
        let conversation = Conversation {
            id: new.id,
            kind: new.kind.kind(),
            name: new.kind.name().cloned(),
            topic: new.topic.clone(),
            visibility: new.kind.visibility(),
            created_at: new.at,
            last_seq: 0,
            last_ordinal: 0,
            last_event_at: new.at,
            epoch: new.epoch,
            archived_at: None,
            settings: new.settings,
        };
        Self {
            conversation,
            members: BTreeMap::new(),
            delivered: HashMap::new(),
            log: Vec::new(),
            messages: Vec::new(),
            threads: HashMap::new(),
            mutes: HashMap::new(),
            bans: BTreeMap::new(),
            audit: Vec::new(),
            counter,
            change_number: 0,
        }
    }

    /// A user's membership.
    pub fn member(&self, users: &IdentityTables, user_id: UserId) -> Result<Option<Member>, StoreError> {
        let Some(kept) = self.members.get(&user_id) else { return Ok(None) };
        let KeptMember { role, joined_at, .. } = *kept;
        let muted_until = self.mutes.get(&user_id).copied();
        Ok(Some(Member { user: users.face(user_id)?, role, joined_at, muted_until }))
    }

    pub fn role_of(&self, user_id: UserId) -> Option<MemberRole> {
        self.members.get(&user_id).map(|member| member.role)
    }

    pub fn members_count(&self) -> u64 {
        self.members.len() as u64
    }

    pub fn top(&self) -> StreamTop {
        let Conversation { id, epoch, last_seq, .. } = self.conversation;
        StreamTop { stream: id.into(), epoch, last_seq }
    }

    /// Writes down that somebody decided something.
    pub fn note(&mut self, decision: Decision<'_>) -> Result<(), StoreError> {
        let Decision { users, by, action, user_id, message_id, detail, at } = decision;
        let actor = users.face(by)?;
        self.audit.push(AuditEntry { at, actor, action, user_id, message_id, detail });
        Ok(())
    }
}

/// Something that was decided over a conversation or somebody in it.
pub(crate) struct Decision<'a> {
    pub users: &'a IdentityTables,
    pub by: UserId,
    pub action: AuditAction,
    pub user_id: Option<UserId>,
    pub message_id: Option<MessageId>,
    pub detail: String,
    pub at: Instant,
}
