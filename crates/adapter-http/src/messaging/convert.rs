//! Between the wire and the messaging domain.

use rialto_identity::{Role, User};
use rialto_kernel::{ConversationId, Page, UserId};
use rialto_messaging::service::{CreateConversation, RequestedConversation, SendMessage};
use rialto_messaging::{
    Actor, ChannelListing, Conversation, ConversationKind, ConversationName, ConversationSummary, Event, EventBody,
    Member, Message, MessageContent, Nonce, Presence, Profile, Topic, Visibility,
};
use rialto_wire::list::List;
use rialto_wire::messaging::{
    ConversationKindWord, ConversationView, CreateConversationRequest, EventBodyView, EventView, MemberView,
    MessageView, PresenceView, ProfileView, SendMessageRequest, VisibilityWord,
};

use crate::error::ApiError;
use crate::fields::FieldErrors;

pub(super) fn start_conversation(
    request: CreateConversationRequest,
    creator: &User,
) -> Result<CreateConversation, ApiError> {
    let mut errors = FieldErrors::default();
    let topic = errors.check("topic", Topic::parse(request.topic.as_deref().unwrap_or_default()));
    let name = request.name.as_deref().and_then(|name| errors.check("name", ConversationName::parse(name)));
    let participants = || request.participant_ids.iter().flatten().copied().map(UserId::from).collect();

    let mut refuse_if = |given: bool, field: &str| {
        if given {
            errors.refuse(field, "not_allowed", "does not go with this kind of conversation");
        }
    };
    let what = match request.kind {
        ConversationKindWord::Direct => {
            refuse_if(request.name.is_some(), "name");
            refuse_if(request.participant_ids.is_some(), "participant_ids");
            refuse_if(request.visibility == Some(VisibilityWord::Public), "visibility");
            if request.participant_id.is_none() {
                errors.missing("participant_id");
            }
            request.participant_id.map(|id| RequestedConversation::Direct { with: id.into() })
        }
        ConversationKindWord::Group => {
            refuse_if(request.participant_id.is_some(), "participant_id");
            refuse_if(request.visibility == Some(VisibilityWord::Public), "visibility");
            need_name(&mut errors, request.name.as_deref());
            name.map(|name| RequestedConversation::Group { name, participants: participants() })
        }
        ConversationKindWord::Channel => {
            refuse_if(request.participant_id.is_some(), "participant_id");
            need_name(&mut errors, request.name.as_deref());
            let visibility = match request.visibility {
                None | Some(VisibilityWord::Public) => Visibility::Public,
                Some(VisibilityWord::Private) => Visibility::Private,
            };
            name.map(|name| RequestedConversation::Channel { name, visibility, participants: participants() })
        }
    };
    match (what, topic) {
        (Some(what), Some(topic)) if errors.is_empty() => {
            let creator = Actor { id: creator.id, is_guest: creator.role == Role::Guest };
            Ok(CreateConversation { creator, what, topic })
        }
        _ => Err(errors.into_invalid_body()),
    }
}

fn need_name(errors: &mut FieldErrors, name: Option<&str>) {
    if name.is_none() {
        errors.missing("name");
    }
}

pub(super) fn send_message(
    request: &SendMessageRequest,
    nonce: Option<Nonce>,
    conversation_id: ConversationId,
    sender_id: UserId,
) -> Result<SendMessage, ApiError> {
    let mut errors = FieldErrors::default();
    let content = errors.check("content", MessageContent::parse(&request.content));
    let in_body = request.nonce.as_deref().and_then(|nonce| errors.check("nonce", Nonce::parse(nonce)));
    if request.thread_root.is_some() {
        errors.refuse("thread_root", "not_supported", "this server has no threads yet");
    }
    if !request.files.is_empty() {
        errors.refuse("files", "not_supported", "this server takes no files yet");
    }
    let Some(content) = content.filter(|_| errors.is_empty()) else {
        return Err(errors.into_invalid_body());
    };
    if let (Some(in_header), Some(in_body)) = (&nonce, &in_body)
        && in_header != in_body
    {
        let detail = "Idempotency-Key and nonce mean the same, but differ";
        return Err(ApiError::bad_request("conflicting_parameters", detail).with_field("nonce", "conflicting"));
    }
    let reply_to = request.reply_to.map(Into::into);
    Ok(SendMessage { conversation_id, sender_id, content, nonce: nonce.or(in_body), reply_to })
}

pub(super) fn list_of<T, V>(page: Page<T>, view: impl FnMut(T) -> V) -> List<V> {
    List {
        items: page.items.into_iter().map(view).collect(),
        next_cursor: page.next_cursor.map(|cursor| cursor.as_str().to_owned()),
    }
}

pub(super) fn conversation_view(summary: ConversationSummary, reader: UserId) -> ConversationView {
    ConversationView {
        role: summary.role.map(|role| role.as_str().to_owned()),
        last_message: summary.last_message.map(|message| message_view(message, Some(reader))),
        ..bare_view(summary.conversation, summary.members_count)
    }
}

/// A channel as everybody sees it.
pub(super) fn channel_view(listing: ChannelListing) -> ConversationView {
    bare_view(listing.conversation, listing.members_count)
}

fn bare_view(conversation: Conversation, members_count: u64) -> ConversationView {
    ConversationView {
        id: conversation.id.uuid(),
        kind: match conversation.kind {
            ConversationKind::Direct => ConversationKindWord::Direct,
            ConversationKind::Group => ConversationKindWord::Group,
            ConversationKind::Channel => ConversationKindWord::Channel,
        },
        name: conversation.name.map(|name| name.as_str().to_owned()),
        topic: conversation.topic.as_str().to_owned(),
        visibility: match conversation.visibility {
            Visibility::Public => VisibilityWord::Public,
            Visibility::Private => VisibilityWord::Private,
        },
        created_at: conversation.created_at.into(),
        last_seq: conversation.last_seq,
        members_count,
        role: None,
        last_message: None,
    }
}

/// A message; its nonce only if `reader` sent it.
pub(super) fn message_view(message: Message, reader: Option<UserId>) -> MessageView {
    let own = reader == Some(message.sender.id);
    MessageView {
        id: message.id.uuid(),
        conversation_id: message.conversation_id.uuid(),
        seq: message.seq,
        ordinal: message.ordinal,
        sender: profile_view(message.sender),
        content: message.content.as_str().to_owned(),
        reply_to: message.reply_to.map(rialto_kernel::MessageId::uuid),
        created_at: message.created_at.into(),
        nonce: own.then(|| message.nonce.as_str().to_owned()),
    }
}

pub(super) fn event_view(event: Event) -> EventView {
    EventView {
        seq: event.seq,
        at: event.at.into(),
        body: match event.body {
            EventBody::MessageCreated(message) => EventBodyView::MessageCreated(message_view(message, None)),
            EventBody::MemberAdded(member) => EventBodyView::MemberAdded(member_view(member)),
            EventBody::MemberRemoved(user) => EventBodyView::MemberRemoved { user: profile_view(user) },
        },
    }
}

pub(super) fn member_view(member: Member) -> MemberView {
    MemberView {
        user: profile_view(member.user),
        role: member.role.as_str().to_owned(),
        joined_at: member.joined_at.into(),
    }
}

fn profile_view(profile: Profile) -> ProfileView {
    ProfileView {
        id: profile.id.uuid(),
        username: profile.username,
        display_name: profile.display_name,
        avatar_url: profile.avatar_url,
    }
}

pub(super) fn presence_view(presence: Presence) -> PresenceView {
    PresenceView {
        user_id: presence.user_id.uuid(),
        online: presence.online,
        last_seen_at: presence.last_seen_at.map(Into::into),
    }
}

#[cfg(test)]
mod tests;
