use std::collections::BTreeMap;

use rialto_kernel::{Instant, MessageId, StoreError, UserId};
use rialto_messaging::{Emoji, HistoryPart, HistorySlice, Mention, Message, MessageContent, Nonce, Reaction, Revision};

use super::tables::KeptConversation;
use crate::identity::tables::IdentityTables;

/// A message without what others show of it.
#[derive(Clone, Debug)]
pub(crate) struct KeptMessage {
    pub id: MessageId,
    pub seq: u64,
    pub ordinal: u64,
    pub sender: UserId,
    /// `None` once it is deleted.
    pub content: Option<MessageContent>,
    pub reply_to: Option<MessageId>,
    pub thread_root: Option<MessageId>,
    pub mentions: KeptMentions,
    /// One per user and emoji, in the order they came.
    pub reactions: Vec<KeptReaction>,
    pub pinned_at: Option<Instant>,
    pub edited_at: Option<Instant>,
    pub deleted_at: Option<Instant>,
    pub created_at: Instant,
    pub nonce: Nonce,
    /// What it said before, oldest first.
    pub revisions: Vec<Revision>,
}

/// Whom a message mentions.
#[derive(Clone, Debug, Default)]
pub(crate) struct KeptMentions {
    /// By name, in the order of the text.
    pub named: Vec<UserId>,
    /// Those whom `@here` reaches and the text does not name.
    pub here_now: Vec<UserId>,
    pub all: bool,
    pub here: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct KeptReaction {
    pub emoji: Emoji,
    pub user: UserId,
    pub at: Instant,
}

impl KeptMentions {
    /// Whom it names or reaches, one by one.
    pub fn users(&self) -> impl Iterator<Item = UserId> {
        self.named.iter().chain(&self.here_now).copied()
    }
}

impl KeptMessage {
    /// Whether it concerns a reader who has not read it.
    pub fn counts_for(&self, reader: UserId) -> bool {
        self.sender != reader && self.deleted_at.is_none()
    }

    pub fn mentions_user(&self, user_id: UserId) -> bool {
        self.mentions.all || self.mentions.users().any(|mentioned| mentioned == user_id)
    }

    /// What it said first; `None` once it is deleted.
    pub fn original(&self) -> Option<&MessageContent> {
        self.revisions.first().map(|revision| &revision.content).or(self.content.as_ref())
    }

    /// The emoji under it, the first first; `mine` for this reader.
    fn reactions(&self, reader: Option<UserId>) -> Vec<Reaction> {
        let mut emoji: BTreeMap<&Emoji, (Instant, Reaction)> = BTreeMap::new();
        for reaction in &self.reactions {
            let fresh = || (reaction.at, Reaction { emoji: reaction.emoji.clone(), count: 0, mine: false });
            let (first_at, shown) = emoji.entry(&reaction.emoji).or_insert_with(fresh);
            *first_at = reaction.at.min(*first_at);
            shown.count += 1;
            shown.mine |= Some(reaction.user) == reader;
        }
        let mut shown: Vec<_> = emoji.into_values().collect();
        shown.sort_by_key(|(first_at, _)| *first_at);
        shown.into_iter().map(|(_, reaction)| reaction).collect()
    }
}

impl KeptConversation {
    pub fn kept_message(&self, ordinal: u64) -> Result<&KeptMessage, StoreError> {
        let position = usize::try_from(ordinal).ok().and_then(|ordinal| ordinal.checked_sub(1));
        position.and_then(|at| self.messages.get(at)).ok_or_else(no_such_message)
    }

    pub fn kept_message_mut(&mut self, ordinal: u64) -> Result<&mut KeptMessage, StoreError> {
        let position = usize::try_from(ordinal).ok().and_then(|ordinal| ordinal.checked_sub(1));
        position.and_then(|at| self.messages.get_mut(at)).ok_or_else(no_such_message)
    }

    /// A message as `reader` sees it, or as it is in events.
    pub fn message(&self, users: &IdentityTables, ordinal: u64, reader: Option<UserId>) -> Result<Message, StoreError> {
        let kept = self.kept_message(ordinal)?;
        let thread = self.threads.get(&kept.thread_root.unwrap_or(kept.id));
        let mut mentions = Vec::new();
        for id in &kept.mentions.named {
            mentions.push(Mention::User { id: *id, username: users.face(*id)?.username });
        }
        mentions.extend(kept.mentions.all.then_some(Mention::All));
        mentions.extend(kept.mentions.here.then_some(Mention::Here));
        Ok(Message {
            id: kept.id,
            conversation_id: self.conversation.id,
            seq: kept.seq,
            ordinal,
            sender: users.face(kept.sender)?,
            content: kept.content.clone(),
            reply_to: kept.reply_to,
            thread_root: kept.thread_root,
            thread: thread.and_then(|thread| thread.summary),
            mentions,
            reactions: kept.reactions(reader),
            pinned_at: kept.pinned_at,
            edited_at: kept.edited_at,
            deleted_at: kept.deleted_at,
            created_at: kept.created_at,
            nonce: kept.nonce.clone(),
        })
    }

    pub fn history(
        &self,
        users: &IdentityTables,
        part: HistoryPart,
        slice: HistorySlice,
        limit: i64,
        reader: UserId,
    ) -> Result<Vec<Message>, StoreError> {
        let thread_root = match part {
            HistoryPart::Main => None,
            HistoryPart::Thread(root) => Some(root),
        };
        let messages = self.messages.iter().filter(|message| message.thread_root == thread_root);
        let limit = usize::try_from(limit).unwrap_or(0);
        let listed: Vec<&KeptMessage> = match slice {
            HistorySlice::Latest => messages.rev().take(limit).collect(),
            HistorySlice::Before(seq) => messages.rev().filter(|m| m.seq < seq).take(limit).collect(),
            HistorySlice::After(seq) => messages.filter(|m| m.seq > seq).take(limit).collect(),
        };
        listed.into_iter().map(|message| self.message(users, message.ordinal, Some(reader))).collect()
    }
}

fn no_such_message() -> StoreError {
    StoreError::corrupt("a message that is referred to")
}
