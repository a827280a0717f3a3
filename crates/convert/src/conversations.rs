//! Conversations.

use rialto_kernel::UserId;
use rialto_messaging::{
    Changes, ChannelListing, Conversation, ConversationKind, ConversationSummary, ReadState, Visibility,
};
use rialto_wire::messaging::{
    ChangesView, ConversationKindWord, ConversationStateView, ConversationView, VisibilityWord,
};

use crate::messages::message_view;

/// A conversation as `reader` sees it.
#[must_use]
pub fn conversation_view(summary: &ConversationSummary, reader: UserId) -> ConversationView {
    let ReadState { unread, mentions, .. } = summary.read.unwrap_or_default();
    ConversationView {
        role: summary.role.map(|role| role.as_str().to_owned()),
        last_message: summary.last_message.as_ref().map(|message| message_view(message, Some(reader))),
        read: summary.read.map(|read| read.ordinal),
        unread,
        mentions,
        ..bare_view(&summary.conversation, summary.members_count)
    }
}

/// A channel as everybody sees it.
#[must_use]
pub fn channel_view(listing: &ChannelListing) -> ConversationView {
    bare_view(&listing.conversation, listing.members_count)
}

fn bare_view(conversation: &Conversation, members_count: u64) -> ConversationView {
    let state = conversation_state_view(conversation);
    ConversationView {
        id: state.id,
        kind: state.kind,
        name: state.name,
        topic: state.topic,
        visibility: state.visibility,
        created_at: conversation.created_at.into(),
        last_seq: conversation.last_seq,
        members_count,
        role: None,
        last_message: None,
        read: None,
        unread: 0,
        mentions: 0,
        archived_at: state.archived_at,
        slowmode_s: state.slowmode_s,
        guests_may_write: state.guests_may_write,
        receipts: state.receipts,
    }
}

/// What is the same for all members.
#[must_use]
pub fn conversation_state_view(conversation: &Conversation) -> ConversationStateView {
    ConversationStateView {
        id: conversation.id.uuid(),
        kind: match conversation.kind {
            ConversationKind::Direct => ConversationKindWord::Direct,
            ConversationKind::Group => ConversationKindWord::Group,
            ConversationKind::Channel => ConversationKindWord::Channel,
        },
        name: conversation.name.as_ref().map(|name| name.as_str().to_owned()),
        topic: conversation.topic.as_str().to_owned(),
        visibility: match conversation.visibility {
            Visibility::Public => VisibilityWord::Public,
            Visibility::Private => VisibilityWord::Private,
        },
        archived_at: conversation.archived_at.map(Into::into),
        slowmode_s: conversation.settings.slowmode_s,
        guests_may_write: conversation.settings.guests_may_write,
        receipts: conversation.settings.receipts,
    }
}

/// The domain's visibility of a word.
#[must_use]
pub const fn visibility(word: VisibilityWord) -> Visibility {
    match word {
        VisibilityWord::Public => Visibility::Public,
        VisibilityWord::Private => Visibility::Private,
    }
}

/// What changed for a reader.
#[must_use]
pub fn changes_view(changes: &Changes, reader: UserId) -> ChangesView {
    ChangesView {
        items: changes.changed.iter().map(|summary| conversation_view(summary, reader)).collect(),
        left: changes.left.iter().map(|id| id.uuid()).collect(),
        next_cursor: changes.next_cursor.as_str().to_owned(),
        more: changes.more,
    }
}
