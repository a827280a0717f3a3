use rialto_kernel::{ConversationId, Instant, MessageId, UserId};
use rialto_messaging::{
    Actor, Added, ChangeRefusal, Conversation, ConversationChanges, Done, Event, MarkRead, MemberRole, Message,
    MessageRefusal, NewMember, NewMessage, Profile, ReadState, ThreadState, Visibility,
};

use super::Scene;
use crate::builders;

/// What becomes of messages, and what people do to one another. Each act must be allowed.
impl Scene {
    /// Stores a public channel with these members.
    pub async fn channel(&self, name: &str, members: &[(&Profile, MemberRole)]) -> ConversationId {
        let id = self.create(self.new_channel(name, Visibility::Public)).await.0.id;
        for (user, role) in members {
            self.add(id, user, *role).await;
        }
        id
    }

    /// A message that is not stored yet, with the mentions in its text.
    pub fn new_call(&self, conversation_id: ConversationId, sender: &Profile, text: &str) -> NewMessage {
        let mentions = builders::wanted_mentions(text);
        NewMessage { mentions, ..self.new_message(conversation_id, sender, text) }
    }

    /// Says something that mentions people.
    pub async fn call(&self, conversation_id: ConversationId, sender: &Profile, text: &str) -> Message {
        self.append(self.new_call(conversation_id, sender, text)).await
    }

    /// A reply in the thread of `root` that is not stored yet, with the mentions in its text.
    pub fn new_reply(&self, root: &Message, sender: &Profile, text: &str) -> NewMessage {
        NewMessage { thread_root: Some(root.id), ..self.new_call(root.conversation_id, sender, text) }
    }

    /// Replies in the thread of `root`.
    pub async fn reply(&self, root: &Message, sender: &Profile, text: &str) -> Message {
        self.append(self.new_reply(root, sender, text)).await
    }

    /// Says a message differently, with the mentions in the new text.
    pub async fn try_edit(&self, id: MessageId, by: &Profile, text: &str) -> Result<Done<Message>, MessageRefusal> {
        let mentions = builders::wanted_mentions(text);
        let (actor, content) = (builders::actor(by.id), builders::content(text));
        self.changes.edit_message(id, actor, content, mentions, self.later()).await
    }

    /// Says a message differently.
    pub async fn edit(&self, message: &Message, text: &str) -> Done<Message> {
        self.try_edit(message.id, &message.sender, text).await.unwrap()
    }

    /// Takes a message back.
    pub async fn delete(&self, message: &Message, by: &Profile) -> Done<Message> {
        self.changes.delete_message(message.id, builders::actor(by.id), self.later()).await.unwrap()
    }

    /// Reacts to a message.
    pub async fn react(&self, message: &Message, by: &Profile, emoji: &str) -> Done<Message> {
        let (actor, emoji) = (builders::actor(by.id), builders::emoji(emoji));
        self.changes.set_reaction(message.id, actor, emoji, true, self.later()).await.unwrap()
    }

    /// Takes a reaction back.
    pub async fn unreact(&self, message: &Message, by: &Profile, emoji: &str) -> Done<Message> {
        let (actor, emoji) = (builders::actor(by.id), builders::emoji(emoji));
        self.changes.set_reaction(message.id, actor, emoji, false, self.later()).await.unwrap()
    }

    /// Pins or unpins a message.
    pub async fn try_pin(&self, id: MessageId, by: &Profile, pinned: bool) -> Result<Done<Message>, MessageRefusal> {
        self.changes.set_pin(id, builders::actor(by.id), pinned, self.later()).await
    }

    /// Pins a message.
    pub async fn pin(&self, message: &Message, by: &Profile) -> Done<Message> {
        self.try_pin(message.id, by, true).await.unwrap()
    }

    /// A message as a user sees it.
    pub async fn message(&self, message: &Message, reader: &Profile) -> Message {
        self.changes.find_message(message.id, reader.id).await.unwrap().unwrap()
    }

    /// Marks a conversation as read up to an ordinal.
    pub fn new_mark(&self, conversation_id: ConversationId, reader: &Profile, ordinal: u64) -> MarkRead {
        MarkRead { conversation_id, thread_root: None, user_id: reader.id, ordinal, at: self.later() }
    }

    /// Marks a conversation as read up to an ordinal.
    pub async fn mark(&self, conversation_id: ConversationId, reader: &Profile, ordinal: u64) -> Done<ReadState> {
        self.reads.mark_read(self.new_mark(conversation_id, reader, ordinal)).await.unwrap()
    }

    /// Marks a thread as read up to an ordinal.
    pub async fn mark_thread(&self, root: &Message, reader: &Profile, ordinal: u64) -> Done<ReadState> {
        let mark = self.new_mark(root.conversation_id, reader, ordinal);
        self.reads.mark_read(MarkRead { thread_root: Some(root.id), ..mark }).await.unwrap()
    }

    /// What a member has read: pointer, unread messages, mentions.
    pub async fn counts(&self, conversation_id: ConversationId, reader: &Profile) -> (u64, u64, u64) {
        let ReadState { ordinal, unread, mentions } = self.read_state(conversation_id, reader).await.unwrap();
        (ordinal, unread, mentions)
    }

    /// A thread as a user sees it.
    pub async fn thread(&self, root: &Message, reader: &Profile) -> ThreadState {
        self.reads.find_thread(root.id, reader.id).await.unwrap().unwrap()
    }

    /// What a follower has read of a thread: pointer, unread replies, mentions.
    pub async fn thread_counts(&self, root: &Message, reader: &Profile) -> Option<(u64, u64, u64)> {
        let read = self.thread(root, reader).await.read;
        read.map(|ReadState { ordinal, unread, mentions }| (ordinal, unread, mentions))
    }

    /// Makes a conversation different.
    pub async fn change(
        &self,
        id: ConversationId,
        by: Actor,
        changes: ConversationChanges,
    ) -> Result<Done<Conversation>, ChangeRefusal> {
        self.messaging.change_conversation(id, by, changes, self.later()).await
    }

    /// Silences a member until then.
    pub async fn mute(&self, id: ConversationId, by: &Profile, user: &Profile, until: Option<Instant>) {
        self.moderation.mute_member(id, by.id, user.id, until, self.later()).await.unwrap();
    }

    /// Bans a user.
    pub async fn ban(&self, id: ConversationId, by: &Profile, user: &Profile) -> Vec<Event> {
        self.moderation.ban_user(id, by.id, user.id, builders::reason("spam"), self.later()).await.unwrap()
    }

    /// Brings in a user who must not be in yet; all that is logged.
    pub async fn admit(&self, conversation_id: ConversationId, user: UserId, role: MemberRole) -> Vec<Event> {
        let new: NewMember = self.new_member(conversation_id, user, role);
        match self.messaging.add_member(new).await.unwrap() {
            Added::New { events, .. } => events,
            Added::Already(member) => panic!("{member:?} was in already"),
        }
    }
}
