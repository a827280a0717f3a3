use actix_web::ResponseError;
use rialto_wire::problem::Problem;

use super::*;
use crate::fixtures::{ann, ann_profile, now};

async fn refused(error: ApiError) -> Vec<String> {
    let body = actix_web::body::to_bytes(error.error_response().into_body()).await.unwrap();
    let problem: Problem = serde_json::from_slice(&body).unwrap();
    problem.errors.iter().map(|error| format!("{}: {}", error.field, error.code)).collect()
}

async fn refused_start(body: serde_json::Value) -> Vec<String> {
    refused(start_conversation(serde_json::from_value(body).unwrap(), &ann()).unwrap_err()).await
}

#[actix_web::test]
async fn each_kind_of_conversation_has_its_own_fields() {
    assert_eq!(refused_start(serde_json::json!({"kind": "direct"})).await, ["participant_id: missing_field"]);
    assert_eq!(refused_start(serde_json::json!({"kind": "group"})).await, ["name: missing_field"]);
    let group = serde_json::json!({"kind": "group", "name": "", "visibility": "public", "topic": "x".repeat(501)});
    assert_eq!(refused_start(group).await, ["topic: too_long", "name: too_short", "visibility: not_allowed"]);
}

fn message() -> Message {
    Message {
        id: uuid::Uuid::from_u128(3).into(),
        conversation_id: uuid::Uuid::from_u128(4).into(),
        seq: 1,
        ordinal: 1,
        sender: ann_profile(),
        content: MessageContent::parse("hi").unwrap(),
        reply_to: None,
        created_at: now(),
        nonce: Nonce::parse("n1").unwrap(),
    }
}

#[test]
fn a_nonce_is_shown_to_its_sender_alone() {
    assert_eq!(message_view(message(), Some(ann().id)).nonce.as_deref(), Some("n1"));
    assert_eq!(message_view(message(), Some(uuid::Uuid::nil().into())).nonce, None);
    let event = Event {
        conversation_id: message().conversation_id,
        seq: 1,
        at: now(),
        body: EventBody::MessageCreated(message()),
    };
    assert!(!serde_json::to_string(&event_view(event)).unwrap().contains("n1"));
}

#[actix_web::test]
async fn the_header_and_the_body_may_both_give_the_nonce_if_they_agree() {
    let request = SendMessageRequest { content: "hi".into(), nonce: Some("n1".into()), ..Default::default() };
    let send = |nonce: &str| {
        let nonce = Some(Nonce::parse(nonce).unwrap());
        send_message(&request, nonce, message().conversation_id, ann().id)
    };
    assert!(send("n1").is_ok());
    assert_eq!(refused(send("n2").unwrap_err()).await, ["nonce: conflicting"]);
}

#[actix_web::test]
async fn everything_wrong_with_a_message_is_told_at_once() {
    let request = SendMessageRequest {
        content: String::new(),
        nonce: Some("a b".into()),
        files: vec![uuid::Uuid::nil()],
        ..Default::default()
    };
    let error = send_message(&request, None, message().conversation_id, ann().id).unwrap_err();
    assert_eq!(refused(error).await, ["content: too_short", "nonce: invalid_character", "files: not_supported"]);
}
