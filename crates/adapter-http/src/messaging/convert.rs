//! Between the wire and the messaging domain.

use rialto_convert::conversations::visibility;
use rialto_convert::identity::actor;
use rialto_convert::inputs;
use rialto_identity::User;
use rialto_kernel::{ConversationId, InvalidValue, UserId};
use rialto_messaging::service::{CreateConversation, RequestedConversation, SendMessage};
use rialto_messaging::{
    Actor, ConversationChanges, ConversationName, ConversationSettings, Nonce, Reason, Topic, Visibility,
};
use rialto_wire::messaging::{
    ChangeConversationRequest, ConversationKindWord, CreateConversationRequest, SendMessageRequest, VisibilityWord,
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
            let visibility = request.visibility.map_or(Visibility::Public, visibility);
            name.map(|name| RequestedConversation::Channel { name, visibility, participants: participants() })
        }
    };
    match (what, topic) {
        (Some(what), Some(topic)) if errors.is_empty() => {
            Ok(CreateConversation { creator: actor(creator), what, topic })
        }
        _ => Err(errors.into_invalid_body()),
    }
}

fn need_name(errors: &mut FieldErrors, name: Option<&str>) {
    if name.is_none() {
        errors.missing("name");
    }
}

pub(super) fn change_conversation(request: ChangeConversationRequest) -> Result<ConversationChanges, ApiError> {
    let mut errors = FieldErrors::default();
    let name = request.name.as_deref().and_then(|name| errors.check("name", ConversationName::parse(name)));
    let topic = request.topic.as_deref().and_then(|topic| errors.check("topic", Topic::parse(topic)));
    let max = ConversationSettings::MAX_SLOWMODE_S;
    if request.slowmode_s.is_some_and(|seconds| seconds > max) {
        errors.refuse("slowmode_s", "out_of_range", format!("must be a whole number from 0 to {max}"));
    }
    if !errors.is_empty() {
        return Err(errors.into_invalid_body());
    }
    Ok(ConversationChanges {
        name,
        topic,
        visibility: request.visibility.map(visibility),
        archived: request.archived,
        slowmode_s: request.slowmode_s,
        guests_may_write: request.guests_may_write,
        receipts: request.receipts,
    })
}

/// A message to send; the nonce may come in the body or in the header `Idempotency-Key`.
pub(super) fn send_message(
    request: &SendMessageRequest,
    in_header: Option<Nonce>,
    conversation_id: ConversationId,
    sender: Actor,
) -> Result<SendMessage, ApiError> {
    let mut input = inputs::send_message(conversation_id, sender, request).map_err(|wrong| {
        let mut errors = FieldErrors::default();
        for inputs::WrongField { field, why } in wrong {
            errors.refuse(field, why.code, why.message);
        }
        errors.into_invalid_body()
    })?;
    if let (Some(in_header), Some(in_body)) = (&in_header, &input.nonce)
        && in_header != in_body
    {
        let detail = "Idempotency-Key and nonce mean the same, but differ";
        return Err(ApiError::bad_request("conflicting_parameters", detail).with_field("nonce", "conflicting"));
    }
    input.nonce = in_header.or(input.nonce);
    Ok(input)
}

/// One field of a body.
pub(super) fn field<T>(name: &str, outcome: Result<T, InvalidValue>) -> Result<T, ApiError> {
    let mut errors = FieldErrors::default();
    errors.check(name, outcome).ok_or_else(|| errors.into_invalid_body())
}

pub(super) fn reason(text: &str) -> Result<Reason, ApiError> {
    field("reason", Reason::parse(text))
}

#[cfg(test)]
mod tests;
