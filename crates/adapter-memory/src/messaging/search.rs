use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::Bound;

use async_trait::async_trait;
use rialto_kernel::text::fold;
use rialto_kernel::{Cursor, MessageId, Page, PageLimit, StoreError, UserId};
use rialto_messaging::{ConversationKind, Message, MessageContent, MessageSearch, SearchQuery, Within, terms};

use super::messages::KeptMessage;
use super::tables::KeptConversation;
use crate::MemoryStore;
use crate::identity::tables::IdentityTables;
use crate::page::{nothing, page_of, read_time_cursor, time_cursor};

#[async_trait]
impl MessageSearch for MemoryStore {
    async fn search_messages(
        &self,
        reader: UserId,
        query: SearchQuery,
        after: Option<Cursor>,
        limit: PageLimit,
    ) -> Result<Page<Message>, StoreError> {
        let start = match after.as_ref().map(read_time_cursor::<MessageId>) {
            Some(None) => return Ok(nothing()),
            Some(Some(position)) => Bound::Excluded(Reverse(position)),
            None => Bound::Unbounded,
        };
        let state = self.state()?;
        let mut found = BTreeMap::new();
        for kept in state.messaging.conversations_of(reader).filter(|kept| kept.is_within(query.within.as_ref())) {
            for message in kept.messages.iter().filter(|message| message.matches(&state.identity, &query)) {
                let position = (message.created_at.timestamp_micros(), message.id);
                found.insert(Reverse(position), (kept, message.ordinal));
            }
        }
        let found = found.range((start, Bound::Unbounded)).map(|(_, found)| *found);
        let page = page_of(found, limit, |(kept, ordinal)| match kept.kept_message(*ordinal) {
            Ok(message) => time_cursor(message.created_at, message.id),
            Err(_) => Cursor::from_keys(&[]),
        });
        let items = page.items.iter().map(|(kept, ordinal)| kept.message(&state.identity, *ordinal, Some(reader)));
        Ok(Page { items: items.collect::<Result<_, _>>()?, next_cursor: page.next_cursor })
    }
}

impl KeptConversation {
    fn is_within(&self, within: Option<&Within>) -> bool {
        let is_channel = self.conversation.kind == ConversationKind::Channel;
        match within {
            None => true,
            Some(Within::Conversation(id)) => self.conversation.id == *id,
            Some(Within::ChannelNamed(key)) => {
                is_channel && self.conversation.name.as_ref().is_some_and(|name| name.key() == *key)
            }
        }
    }
}

impl KeptMessage {
    fn matches(&self, users: &IdentityTables, query: &SearchQuery) -> bool {
        let said = self.content.as_ref().map(MessageContent::as_str).map(terms);
        said.is_some_and(|said| query.matches_terms(&said))
            && query.before.is_none_or(|before| self.created_at < before)
            && query.after.is_none_or(|after| self.created_at >= after)
            && query.from.as_ref().is_none_or(|from| self.is_from(users, from))
    }

    fn is_from(&self, users: &IdentityTables, folded: &str) -> bool {
        users.profile(self.sender).is_some_and(|sender| fold(&sender.username) == folded)
    }
}
