//! Events, as they go to everybody: nothing in them depends on the reader.

use rialto_kernel::MessageId;
use rialto_messaging::{Event, EventBody, PinChange, ReactionChange, ReadChange};
use rialto_wire::messaging::{EventBodyView, EventView, PinChangeView, ReactionChangeView, ReadChangeView};

use crate::conversations::conversation_state_view;
use crate::members::{member_view, profile_view};
use crate::messages::message_view;
use crate::notices::notice_body_view;

/// An entry of a log.
#[must_use]
pub fn event_view(event: &Event) -> EventView {
    EventView { seq: event.seq, at: event.at.into(), body: event_body_view(&event.body) }
}

/// What happened.
#[must_use]
pub fn event_body_view(body: &EventBody) -> EventBodyView {
    match body {
        EventBody::MessageCreated(message) => EventBodyView::MessageCreated(message_view(message, None)),
        EventBody::MessageEdited(message) => EventBodyView::MessageEdited(message_view(message, None)),
        EventBody::MessageDeleted(message) => EventBodyView::MessageDeleted(message_view(message, None)),
        EventBody::ReactionAdded(change) => EventBodyView::ReactionAdded(reaction_change_view(change)),
        EventBody::ReactionRemoved(change) => EventBodyView::ReactionRemoved(reaction_change_view(change)),
        EventBody::PinAdded(change) => EventBodyView::PinAdded(pin_change_view(change)),
        EventBody::PinRemoved(change) => EventBodyView::PinRemoved(pin_change_view(change)),
        EventBody::MemberAdded(member) => EventBodyView::MemberAdded(member_view(member)),
        EventBody::MemberRemoved(user) => EventBodyView::MemberRemoved { user: profile_view(user) },
        EventBody::MemberRoleChanged(member) => EventBodyView::MemberRoleChanged(member_view(member)),
        EventBody::MemberMuteChanged(member) => EventBodyView::MemberMuteChanged(member_view(member)),
        EventBody::ConversationChanged(conversation) => {
            EventBodyView::ConversationChanged(conversation_state_view(conversation))
        }
        EventBody::ConversationDeleted => EventBodyView::ConversationDeleted {},
        EventBody::ConversationEntered(id) => EventBodyView::ConversationEntered { conversation_id: id.uuid() },
        EventBody::ConversationLeft(id) => EventBodyView::ConversationLeft { conversation_id: id.uuid() },
        EventBody::ReadChanged(change) => EventBodyView::ReadChanged(read_change_view(change)),
        EventBody::Notified(notice) => notice_body_view(notice),
    }
}

fn reaction_change_view(change: &ReactionChange) -> ReactionChangeView {
    ReactionChangeView {
        message_id: change.message_id.uuid(),
        user: profile_view(&change.user),
        emoji: change.emoji.as_str().to_owned(),
        count: change.count,
    }
}

fn pin_change_view(change: &PinChange) -> PinChangeView {
    PinChangeView { message_id: change.message_id.uuid(), user: profile_view(&change.user), pinned: change.pinned }
}

fn read_change_view(change: &ReadChange) -> ReadChangeView {
    ReadChangeView {
        conversation_id: change.conversation_id.uuid(),
        thread_root: change.thread_root.map(MessageId::uuid),
        ordinal: change.read.ordinal,
        last_ordinal: change.last_ordinal,
        unread: change.read.unread,
        mentions: change.read.mentions,
    }
}
