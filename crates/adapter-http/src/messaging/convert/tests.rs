use actix_web::ResponseError;
use rialto_messaging::LOBBY;
use rialto_wire::problem::Problem;

use super::*;
use crate::fixtures::ann;

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

#[actix_web::test]
async fn the_header_and_the_body_may_both_give_the_nonce_if_they_agree() {
    let request = SendMessageRequest { content: "hi".into(), nonce: Some("n1".into()), ..Default::default() };
    let send = |nonce: &str| {
        let nonce = Some(Nonce::parse(nonce).unwrap());
        send_message(&request, nonce, LOBBY, actor(&ann()))
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
    let error = send_message(&request, None, LOBBY, actor(&ann())).unwrap_err();
    assert_eq!(refused(error).await, ["content: too_short", "nonce: invalid_character", "files: not_supported"]);
}

#[actix_web::test]
async fn everything_wrong_with_a_change_is_told_at_once() {
    let request = ChangeConversationRequest {
        name: Some(String::new()),
        topic: Some("x".repeat(501)),
        slowmode_s: Some(21_601),
        ..Default::default()
    };
    let error = change_conversation(request).unwrap_err();
    assert_eq!(refused(error).await, ["name: too_short", "topic: too_long", "slowmode_s: out_of_range"]);
}
