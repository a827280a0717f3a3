//! Requests parsed into the domain's values: all that is wrong with one is told at once, by field.

use rialto_kernel::{ConversationId, InvalidValue};
use rialto_messaging::service::SendMessage;
use rialto_messaging::{Actor, MessageContent, Nonce};
use rialto_wire::messaging::SendMessageRequest;

/// A field and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongField {
    /// Its name in the request.
    pub field: &'static str,
    /// What is wrong.
    pub why: InvalidValue,
}

/// Reads a message to send.
///
/// # Errors
/// Every field that cannot be taken.
pub fn send_message(
    conversation_id: ConversationId,
    sender: Actor,
    request: &SendMessageRequest,
) -> Result<SendMessage, Vec<WrongField>> {
    let mut wrong = Vec::new();
    let mut refuse = |field, why| wrong.push(WrongField { field, why });
    let content = MessageContent::parse(&request.content).map_err(|why| refuse("content", why)).ok();
    let nonce = request.nonce.as_deref().map(Nonce::parse).transpose();
    let nonce = nonce.map_err(|why| refuse("nonce", why)).ok().flatten();
    if !request.files.is_empty() {
        refuse("files", InvalidValue::new("not_supported", "must be empty: this server takes no files yet"));
    }
    match content {
        Some(content) if wrong.is_empty() => Ok(SendMessage {
            conversation_id,
            sender,
            content,
            nonce,
            reply_to: request.reply_to.map(Into::into),
            thread_root: request.thread_root.map(Into::into),
        }),
        _ => Err(wrong),
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn everything_wrong_with_a_message_is_told_at_once() {
        let request = SendMessageRequest {
            content: String::new(),
            nonce: Some("a b".into()),
            files: vec![Uuid::nil()],
            ..Default::default()
        };
        let sender = Actor { id: Uuid::nil().into(), is_guest: false, is_admin: false };
        let wrong = send_message(Uuid::nil().into(), sender, &request).unwrap_err();
        let told: Vec<_> = wrong.iter().map(|wrong| (wrong.field, wrong.why.code)).collect();
        assert_eq!(told, [("content", "too_short"), ("nonce", "invalid_character"), ("files", "not_supported")]);
    }
}
