//! A conversation as a client keeps it: read once, then moved on by events alone.

use std::collections::BTreeMap;

use rialto_kernel::{MessageId, UserId};
use rialto_messaging::{
    Conversation, Event, EventBody, Member, Mention, Message, PinChange, Reaction, ReactionChange, StreamId,
};

/// What a reader knows of a conversation they are in. Events may come twice, as long as all that follow come too.
///
/// What events do not tell is left out: the order of the emoji under a message, whom `@here` reached, and who follows
/// a thread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replica {
    /// Whose it is.
    pub reader: UserId,
    /// The conversation; its `last_seq` is how far the replica is.
    pub conversation: Conversation,
    /// Who is in it.
    pub members: BTreeMap<UserId, Member>,
    /// All messages, those of threads too, by ordinal.
    pub messages: BTreeMap<u64, Message>,
    /// The reader's read pointer.
    pub read_ordinal: u64,
    /// How far the replica is in the reader's personal stream.
    pub personal_seq: u64,
}

impl Replica {
    /// Moves on by one event of the conversation or of the reader's personal stream.
    pub fn apply(&mut self, event: &Event) {
        match event.stream {
            StreamId::Personal(_) => self.personal_seq = self.personal_seq.max(event.seq),
            StreamId::Conversation(_) => {
                self.conversation.last_seq = self.conversation.last_seq.max(event.seq);
                self.conversation.last_event_at = self.conversation.last_event_at.max(event.at);
            }
        }
        match &event.body {
            EventBody::MessageCreated(message)
            | EventBody::MessageEdited(message)
            | EventBody::MessageDeleted(message) => self.put_message(message.clone()),
            EventBody::ReactionAdded(change) => self.set_reaction(change, true),
            EventBody::ReactionRemoved(change) => self.set_reaction(change, false),
            EventBody::PinAdded(change) | EventBody::PinRemoved(change) => self.set_pin(change, event),
            EventBody::MemberAdded(member)
            | EventBody::MemberRoleChanged(member)
            | EventBody::MemberMuteChanged(member) => drop(self.members.insert(member.user.id, member.clone())),
            EventBody::MemberRemoved(user) => drop(self.members.remove(&user.id)),
            EventBody::ConversationChanged(changed) => {
                let Conversation { last_seq, last_ordinal, last_event_at, .. } = self.conversation;
                self.conversation = Conversation { last_seq, last_ordinal, last_event_at, ..changed.clone() };
            }
            EventBody::ReadChanged(change) if change.conversation_id == self.conversation.id => {
                if change.thread_root.is_none() {
                    // An event from before the reader went and came back knows of less.
                    self.read_ordinal = self.read_ordinal.max(change.read.ordinal);
                }
            }
            EventBody::ReadChanged(_)
            | EventBody::ConversationDeleted
            | EventBody::ConversationEntered(_)
            | EventBody::ConversationLeft(_)
            // What others tell the reader is about nothing in here.
            | EventBody::Notified(_) => {}
        }
    }

    /// Messages outside threads after the pointer that are unread, and those of them that mention the reader.
    #[must_use]
    pub fn unread(&self) -> (u64, u64) {
        self.counts(None, self.read_ordinal)
    }

    /// Replies of a thread after a pointer that are unread, and those of them that mention the reader.
    #[must_use]
    pub fn unread_in_thread(&self, root: MessageId, pointer: u64) -> (u64, u64) {
        self.counts(Some(root), pointer)
    }

    /// The newest message outside threads.
    #[must_use]
    pub fn newest(&self) -> Option<&Message> {
        self.messages.values().rev().find(|message| message.thread_root.is_none())
    }

    /// The same replica with the emoji of each message in the order of their text, to compare it with another.
    #[must_use]
    pub fn in_order(mut self) -> Self {
        for message in self.messages.values_mut() {
            message.reactions.sort_by(|one, other| one.emoji.cmp(&other.emoji));
        }
        self
    }

    fn put_message(&mut self, mut message: Message) {
        // Events are the same for all: what is the reader's own they know themselves.
        let known = self.messages.get(&message.ordinal).map_or(&[][..], |known| &known.reactions);
        for reaction in &mut message.reactions {
            reaction.mine = known.iter().any(|known| known.mine && known.emoji == reaction.emoji);
        }
        let (root, thread) = (message.thread_root.unwrap_or(message.id), message.thread);
        self.conversation.last_ordinal = self.conversation.last_ordinal.max(message.ordinal);
        self.messages.insert(message.ordinal, message);
        for other in self.messages.values_mut().filter(|other| other.thread_root == Some(root) || other.id == root) {
            other.thread = thread;
        }
    }

    fn set_reaction(&mut self, change: &ReactionChange, present: bool) {
        let is_mine = change.user.id == self.reader;
        let Some(message) = self.messages.values_mut().find(|message| message.id == change.message_id) else { return };
        let before = message.reactions.iter().position(|reaction| reaction.emoji == change.emoji);
        let before = before.map(|position| message.reactions.remove(position));
        let mine = if is_mine { present } else { before.is_some_and(|reaction| reaction.mine) };
        if change.count > 0 {
            message.reactions.push(Reaction { emoji: change.emoji.clone(), count: change.count, mine });
        }
    }

    fn set_pin(&mut self, change: &PinChange, event: &Event) {
        let message = self.messages.values_mut().find(|message| message.id == change.message_id);
        if let Some(message) = message {
            message.pinned_at = change.pinned.then_some(event.at);
        }
    }

    fn counts(&self, thread_root: Option<MessageId>, pointer: u64) -> (u64, u64) {
        let unread = self.messages.values().filter(|message| {
            message.thread_root == thread_root
                && message.ordinal > pointer
                && message.sender.id != self.reader
                && message.deleted_at.is_none()
        });
        let is_mentioned = |message: &&Message| message.mentions.iter().any(|mention| self.is_called_by(mention));
        (unread.clone().count() as u64, unread.filter(is_mentioned).count() as u64)
    }

    fn is_called_by(&self, mention: &Mention) -> bool {
        match mention {
            Mention::User { id, .. } => *id == self.reader,
            Mention::All => true,
            Mention::Here => false,
        }
    }
}
