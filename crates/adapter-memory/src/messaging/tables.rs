use std::collections::{BTreeMap, HashMap};

use rialto_kernel::{ConversationId, Instant, MessageId, UserId};
use rialto_messaging::{
    Conversation, Event, EventBody, Member, MemberRole, Message, NewConversation, NewMessage, Nonce, Profile, StreamTop,
};

/// What is kept of conversations.
#[derive(Debug, Default)]
pub(crate) struct MessagingTables {
    pub conversations: HashMap<ConversationId, KeptConversation>,
    /// Direct conversations, by their pair in order of id.
    pub directs: HashMap<(UserId, UserId), ConversationId>,
    /// Channels by [`ConversationName::key`](rialto_messaging::ConversationName::key).
    pub channels: BTreeMap<String, ConversationId>,
    /// Where the message of a nonce is: its conversation and `seq`.
    pub nonces: HashMap<(UserId, Nonce), (ConversationId, u64)>,
}

/// A conversation with its members and its log.
#[derive(Debug)]
pub(crate) struct KeptConversation {
    pub conversation: Conversation,
    pub members: HashMap<UserId, Member>,
    /// The event of `seq` n is at n - 1.
    pub log: Vec<Event>,
}

impl MessagingTables {
    /// The message that a sender's nonce stands for.
    pub fn message_of_nonce(&self, sender: UserId, nonce: &Nonce) -> Option<&Message> {
        let (conversation_id, seq) = self.nonces.get(&(sender, nonce.clone()))?;
        let position = usize::try_from(*seq).ok()?.checked_sub(1)?;
        message_in(self.conversations.get(conversation_id)?.log.get(position)?)
    }
}

impl KeptConversation {
    pub fn new(new: &NewConversation) -> Self {
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
        };
        Self { conversation, members: HashMap::new(), log: Vec::new() }
    }

    pub fn admit(&mut self, user: Profile, role: MemberRole, at: Instant) -> Event {
        let member = Member { user, role, joined_at: at };
        self.members.insert(member.user.id, member.clone());
        self.append(at, EventBody::MemberAdded(member))
    }

    pub fn dismiss(&mut self, user_id: UserId, at: Instant) -> Option<Event> {
        let member = self.members.remove(&user_id)?;
        Some(self.append(at, EventBody::MemberRemoved(member.user)))
    }

    pub fn say(&mut self, sender: Profile, new: NewMessage) -> Message {
        self.conversation.last_ordinal += 1;
        let message = Message {
            id: new.id,
            conversation_id: new.conversation_id,
            seq: self.conversation.last_seq + 1,
            ordinal: self.conversation.last_ordinal,
            sender,
            content: new.content,
            reply_to: new.reply_to,
            created_at: new.at,
            nonce: new.nonce,
        };
        self.append(new.at, EventBody::MessageCreated(message.clone()));
        message
    }

    fn append(&mut self, at: Instant, body: EventBody) -> Event {
        self.conversation.last_seq += 1;
        self.conversation.last_event_at = at;
        let event = Event { conversation_id: self.conversation.id, seq: self.conversation.last_seq, at, body };
        self.log.push(event.clone());
        event
    }

    /// The messages, oldest first.
    pub fn messages(&self) -> impl DoubleEndedIterator<Item = &Message> {
        self.log.iter().filter_map(message_in)
    }

    pub fn holds_message(&self, id: MessageId) -> bool {
        self.messages().any(|message| message.id == id)
    }

    pub fn members_count(&self) -> u64 {
        self.members.len() as u64
    }

    pub fn top(&self) -> StreamTop {
        let Conversation { id, epoch, last_seq, .. } = self.conversation;
        StreamTop { conversation_id: id, epoch, last_seq }
    }
}

fn message_in(event: &Event) -> Option<&Message> {
    match &event.body {
        EventBody::MessageCreated(message) => Some(message),
        EventBody::MemberAdded(_) | EventBody::MemberRemoved(_) => None,
    }
}
