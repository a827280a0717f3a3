use std::collections::BTreeMap;

use rialto_kernel::{Instant, MessageId, UserId};
use rialto_messaging::{Thread, ThreadState};

use super::tables::KeptConversation;

/// What hangs on a message that somebody replied to in a thread, or follows in case they do.
#[derive(Debug, Default)]
pub(crate) struct KeptThread {
    /// `None` if nobody has replied.
    pub summary: Option<Thread>,
    /// Who follows it, and up to which ordinal they have read it.
    pub followers: BTreeMap<UserId, u64>,
}

impl KeptThread {
    /// Lets a user follow it from this ordinal on, unless they follow it already.
    pub fn follow(&mut self, user_id: UserId, read_ordinal: u64) {
        self.followers.entry(user_id).or_insert(read_ordinal);
    }
}

impl KeptConversation {
    /// The ordinal of a message that is outside threads.
    pub fn root_ordinal(&self, id: MessageId) -> Option<u64> {
        let root = self.messages.iter().find(|message| message.id == id)?;
        root.thread_root.is_none().then_some(root.ordinal)
    }

    /// Counts the reply of this ordinal and lets those follow the thread whom it concerns.
    pub fn add_reply(&mut self, root: MessageId, ordinal: u64, sender: UserId, mentioned: &[UserId], at: Instant) {
        let starter = self.messages.iter().find(|message| message.id == root).map(|message| message.sender);
        let thread = self.threads.entry(root).or_default();
        let replies = thread.summary.map_or(0, |summary| summary.replies) + 1;
        thread.summary = Some(Thread { replies, last_reply_at: at });
        thread.follow(sender, ordinal);
        // What they have not read yet begins with the reply that concerns them.
        for user_id in starter.iter().chain(mentioned) {
            thread.follow(*user_id, ordinal - 1);
        }
    }

    pub fn thread_state(&self, root: MessageId, reader: UserId) -> ThreadState {
        let summary = self.threads.get(&root).and_then(|thread| thread.summary);
        ThreadState {
            replies: summary.map_or(0, |thread| thread.replies),
            last_reply_at: summary.map(|thread| thread.last_reply_at),
            read: self.read_of_thread(root, reader),
        }
    }
}
