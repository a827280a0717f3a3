use rialto_kernel::{MessageId, UserId};
use rialto_messaging::ReadState;

use super::messages::KeptMessage;
use super::tables::KeptConversation;

impl KeptConversation {
    /// What a member has read.
    pub fn read_of(&self, reader: UserId) -> Option<ReadState> {
        let ordinal = self.members.get(&reader)?.read_ordinal;
        let unread = self
            .messages
            .iter()
            .filter(|message| message.thread_root.is_none() && message.ordinal > ordinal && message.counts_for(reader));
        let mentions_here = unread.clone().filter(|message| message.mentions_user(reader)).count();
        let mentions_in_threads: u64 =
            self.threads.keys().filter_map(|root| self.read_of_thread(*root, reader)).map(|read| read.mentions).sum();
        Some(ReadState { ordinal, unread: unread.count() as u64, mentions: mentions_here as u64 + mentions_in_threads })
    }

    /// What a follower has read of a thread.
    pub fn read_of_thread(&self, root: MessageId, reader: UserId) -> Option<ReadState> {
        let ordinal = *self.threads.get(&root)?.followers.get(&reader)?;
        let is_unread = |message: &&KeptMessage| {
            message.thread_root == Some(root) && message.ordinal > ordinal && message.counts_for(reader)
        };
        let unread = self.messages.iter().filter(is_unread);
        let mentions = unread.clone().filter(|message| message.mentions_user(reader)).count();
        Some(ReadState { ordinal, unread: unread.count() as u64, mentions: mentions as u64 })
    }
}
