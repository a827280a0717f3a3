use rialto_kernel::{Instant, UserId};
use rialto_messaging::{AppendRefusal, Appended, NewMessage, Standing, WriteRefusal};

use super::log::Act;
use super::messages::KeptMessage;
use super::tables::KeptConversation;
use crate::state::State;

impl State {
    pub fn append_message(&mut self, new: NewMessage) -> Result<Appended, AppendRefusal> {
        let Self { identity, messaging, .. } = self;
        let sender = new.sender.id;
        let earlier = messaging.nonces.get(&(sender, new.nonce.clone()));
        if let Some((kept, ordinal)) = earlier.and_then(|id| messaging.place_of(*id)) {
            let message = kept.message(identity, ordinal, Some(sender))?;
            let original = kept.kept_message(ordinal)?.original();
            let is_retry = new.is_retry_of(&message, original);
            return if is_retry { Ok(Appended::Duplicate(message)) } else { Err(AppendRefusal::NonceConflict) };
        }
        let kept = messaging.conversations.get_mut(&new.conversation_id).ok_or(WriteRefusal::NotAMember)?;
        let member = kept.member(identity, sender)?;
        let standing = Standing {
            conversation: &kept.conversation,
            member: member.as_ref(),
            block: kept.block_for(identity, sender),
            actor: new.sender,
            at: new.at,
        };
        standing.check_write()?;
        if let Some(until) = standing.slowed_until(kept.last_sent_at(sender)) {
            return Err(AppendRefusal::SlowMode { until });
        }
        kept.check_thread(&new)?;
        kept.check_reply(&new)?;
        let ordinal = kept.conversation.last_ordinal + 1;
        let message = KeptMessage {
            id: new.id,
            seq: kept.conversation.last_seq + 1,
            ordinal,
            sender,
            content: Some(new.content),
            reply_to: new.reply_to,
            thread_root: new.thread_root,
            mentions: kept.mentions_of(identity, &standing, &new.mentions),
            reactions: Vec::new(),
            pinned_at: None,
            edited_at: None,
            deleted_at: None,
            created_at: new.at,
            nonce: new.nonce.clone(),
            revisions: Vec::new(),
        };
        kept.keep(message);
        messaging.places.insert(new.id, (new.conversation_id, ordinal));
        messaging.nonces.insert((sender, new.nonce), new.id);
        Ok(Appended::New(kept.message(identity, ordinal, Some(sender))?))
    }
}

impl KeptConversation {
    fn last_sent_at(&self, sender: UserId) -> Option<Instant> {
        self.messages.iter().rfind(|message| message.sender == sender).map(|message| message.created_at)
    }

    fn check_thread(&self, new: &NewMessage) -> Result<(), AppendRefusal> {
        let Some(root) = new.thread_root else { return Ok(()) };
        let is_root =
            |message: &KeptMessage| message.id == root && message.thread_root.is_none() && message.deleted_at.is_none();
        if self.messages.iter().any(is_root) { Ok(()) } else { Err(AppendRefusal::UnknownThread) }
    }

    /// An answer stays in the thread of what it answers, whose first message belongs to both sides.
    fn check_reply(&self, new: &NewMessage) -> Result<(), AppendRefusal> {
        let Some(answered) = new.reply_to else { return Ok(()) };
        let may_be_answered = |message: &KeptMessage| {
            message.id == answered && (message.thread_root == new.thread_root || Some(message.id) == new.thread_root)
        };
        if self.messages.iter().any(may_be_answered) { Ok(()) } else { Err(AppendRefusal::UnknownReply) }
    }

    fn keep(&mut self, message: KeptMessage) {
        let KeptMessage { ordinal, sender, created_at: at, thread_root, .. } = message;
        self.conversation.last_ordinal = ordinal;
        let mentioned: Vec<_> = message.mentions.users().collect();
        self.messages.push(message);
        if let Some(root) = thread_root {
            self.add_reply(root, ordinal, sender, &mentioned, at);
        }
        self.append(at, Act::Said(ordinal));
    }
}
