use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::Bound;

use rialto_kernel::{ConversationId, Cursor, Page, PageLimit, UserId};
use rialto_messaging::{ChannelListing, ConversationSummary, Member, Visibility};

use super::tables::{KeptConversation, MessagingTables};
use crate::page::{nothing, page_of, read_time_cursor, time_cursor};

impl KeptConversation {
    pub fn summary_for(&self, reader: UserId) -> ConversationSummary {
        let role = self.members.get(&reader).map(|member| member.role);
        ConversationSummary {
            conversation: self.conversation.clone(),
            role,
            members_count: self.members_count(),
            last_message: role.and_then(|_| self.messages().next_back().cloned()),
        }
    }

    pub fn member_page(&self, after: Option<&Cursor>, limit: PageLimit) -> Page<Member> {
        let start = match after.map(read_time_cursor::<UserId>) {
            Some(None) => return nothing(),
            Some(Some(position)) => Bound::Excluded(position),
            None => Bound::Unbounded,
        };
        let in_order: BTreeMap<_, _> = self
            .members
            .values()
            .map(|member| ((member.joined_at.timestamp_micros(), member.user.id), member))
            .collect();
        let members = in_order.range((start, Bound::Unbounded)).map(|(_, member)| (*member).clone());
        page_of(members, limit, |member| time_cursor(member.joined_at, member.user.id))
    }
}

impl MessagingTables {
    pub fn conversations_of(&self, user_id: UserId) -> impl Iterator<Item = &KeptConversation> {
        self.conversations.values().filter(move |kept| kept.members.contains_key(&user_id))
    }

    pub fn summary_page(&self, reader: UserId, after: Option<&Cursor>, limit: PageLimit) -> Page<ConversationSummary> {
        let start = match after.map(read_time_cursor::<ConversationId>) {
            Some(None) => return nothing(),
            Some(Some(position)) => Bound::Excluded(Reverse(position)),
            None => Bound::Unbounded,
        };
        let position =
            |kept: &KeptConversation| (kept.conversation.last_event_at.timestamp_micros(), kept.conversation.id);
        let in_order: BTreeMap<_, _> =
            self.conversations_of(reader).map(|kept| (Reverse(position(kept)), kept)).collect();
        let summaries = in_order.range((start, Bound::Unbounded)).map(|(_, kept)| kept.summary_for(reader));
        page_of(summaries, limit, |summary| time_cursor(summary.conversation.last_event_at, summary.conversation.id))
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
