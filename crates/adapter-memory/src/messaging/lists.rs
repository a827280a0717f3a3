use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::Bound;

use rialto_kernel::{ConversationId, Cursor, Page, PageLimit, StoreError, UserId};
use rialto_messaging::{ChannelListing, ConversationSummary, Member, Visibility};

use super::tables::{KeptConversation, MessagingTables};
use crate::identity::tables::IdentityTables;
use crate::page::{nothing, page_of, read_time_cursor, time_cursor, try_map};

impl KeptConversation {
    pub fn summary_for(&self, users: &IdentityTables, reader: UserId) -> Result<ConversationSummary, StoreError> {
        let role = self.role_of(reader);
        let newest = self.messages.iter().rev().find(|message| message.thread_root.is_none());
        let newest = newest.filter(|_| role.is_some());
        Ok(ConversationSummary {
            conversation: self.conversation.clone(),
            role,
            members_count: self.members_count(),
            last_message: newest.map(|message| self.message(users, message.ordinal, Some(reader))).transpose()?,
            read: self.read_of(reader),
        })
    }

    pub fn member_page(
        &self,
        users: &IdentityTables,
        after: Option<&Cursor>,
        limit: PageLimit,
    ) -> Result<Page<Member>, StoreError> {
        let start = match after.map(read_time_cursor::<UserId>) {
            Some(None) => return Ok(nothing()),
            Some(Some(position)) => Bound::Excluded(position),
            None => Bound::Unbounded,
        };
        let in_order: BTreeMap<_, _> = self
            .members
            .iter()
            .map(|(user_id, member)| ((member.joined_at.timestamp_micros(), *user_id), member.joined_at))
            .collect();
        let members = in_order.range((start, Bound::Unbounded)).map(|((_, user_id), joined_at)| (*user_id, *joined_at));
        let page = page_of(members, limit, |(user_id, joined_at)| time_cursor(*joined_at, *user_id));
        try_map(page, |(user_id, _)| {
            self.member(users, user_id)?.ok_or_else(|| StoreError::corrupt("a listed membership"))
        })
    }
}

impl MessagingTables {
    pub fn summary_page(
        &self,
        users: &IdentityTables,
        reader: UserId,
        after: Option<&Cursor>,
        limit: PageLimit,
    ) -> Result<Page<ConversationSummary>, StoreError> {
        let start = match after.map(read_time_cursor::<ConversationId>) {
            Some(None) => return Ok(nothing()),
            Some(Some(position)) => Bound::Excluded(Reverse(position)),
            None => Bound::Unbounded,
        };
        let position =
            |kept: &KeptConversation| (kept.conversation.last_event_at.timestamp_micros(), kept.conversation.id);
        let in_order: BTreeMap<_, _> =
            self.conversations_of(reader).map(|kept| (Reverse(position(kept)), kept)).collect();
        let listed = in_order.range((start, Bound::Unbounded)).map(|(_, kept)| *kept);
        let page = page_of(listed, limit, |kept| time_cursor(kept.conversation.last_event_at, kept.conversation.id));
        try_map(page, |kept| kept.summary_for(users, reader))
    }

    pub fn channel_page(&self, after: Option<&Cursor>, limit: PageLimit) -> Page<ChannelListing> {
        // The cursor is the id, since a name may be longer than a cursor and hold any character.
        let last_key = match after.map(|cursor| self.channel_key(cursor)) {
            Some(None) => return nothing(),
            Some(Some(key)) => Bound::Excluded(key),
            None => Bound::Unbounded,
        };
        let listings = self
            .channels
            .range((last_key, Bound::Unbounded))
            .filter_map(|(_, id)| self.conversations.get(id))
            .filter(|kept| kept.conversation.visibility == Visibility::Public)
            .map(|kept| ChannelListing {
                conversation: kept.conversation.clone(),
                members_count: kept.members_count(),
            });
        page_of(listings, limit, |listing| Cursor::from_keys(&[&listing.conversation.id]))
    }

    fn channel_key(&self, cursor: &Cursor) -> Option<String> {
        let id: ConversationId = cursor.as_str().parse().ok()?;
        self.conversations.get(&id)?.conversation.name.as_ref().map(rialto_messaging::ConversationName::key)
    }
}
