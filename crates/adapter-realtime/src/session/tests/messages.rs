//! What happens to messages that are there.

use super::*;

/// Ann with a message of hers that Bob, too, has heard; and its id.
async fn said(server: &Server) -> (Client, Client, Value) {
    let ((mut ann, _), (mut bob, _)) = (server.sign_in(1).await, server.sign_in(2).await);
    let ok = ann.ask(message("hi")).await;
    bob.next("event").await;
    (ann, bob, ok["data"]["message_id"].clone())
}

#[actix_web::test]
async fn every_change_of_a_message_is_answered_with_it_and_told_to_the_others() {
    let server = Server::start(RealtimeSettings::default()).await;
    let (mut ann, mut bob, id) = said(&server).await;
    let content = json!({"message_id": id, "content": "hello"});
    let emoji = json!({"message_id": id, "emoji": "👍"});
    let only = json!({"message_id": id});
    for (n, (command, data, event, changed)) in [
        ("edit", &content, "message.edited", json!({"content": "hello"})),
        ("react", &emoji, "reaction.added", json!({"reactions": [{"emoji": "👍", "count": 1, "mine": true}]})),
        ("unreact", &emoji, "reaction.removed", json!({})),
        ("pin", &only, "pin.added", json!({"pinned": true})),
        ("unpin", &only, "pin.removed", json!({"pinned": false})),
        ("delete", &only, "message.deleted", json!({"content": null})),
    ]
    .into_iter()
    .enumerate()
    {
        let answer = ann.ask(json!({"type": command, "id": n + 100, "data": data})).await;
        assert_eq!((&answer["type"], &answer["data"]["message"]["id"]), (&json!("ok"), &id), "{answer}");
        assert!(answer["data"]["message"]["nonce"].is_string(), "it is hers");
        for (field, value) in changed.as_object().unwrap() {
            assert_eq!(&answer["data"]["message"][field], value, "{command}");
        }
        let told = bob.next("event").await;
        assert_eq!(told["event"], event);
        let named =
            if told["data"]["message_id"].is_null() { &told["data"]["id"] } else { &told["data"]["message_id"] };
        assert_eq!(named, &id, "{told}");
        assert_eq!(told["data"]["nonce"], Value::Null);
    }
}

#[actix_web::test]
async fn what_may_not_be_done_to_a_message_is_refused_by_name() {
    let server = Server::start(RealtimeSettings::default()).await;
    let (mut ann, mut bob, id) = said(&server).await;
    let nowhere = json!({"message_id": Uuid::nil()});
    for (command, code) in [
        (json!({"type": "delete", "id": 1, "data": nowhere}), "message_not_found"),
        (json!({"type": "edit", "id": 1, "data": {"message_id": id, "content": ""}}), "invalid_body"),
        (json!({"type": "react", "id": 1, "data": {"message_id": id, "emoji": ""}}), "invalid_body"),
    ] {
        let error = ann.ask(command).await["error"].clone();
        assert_eq!((&error["code"], &error["retry"]), (&json!(code), &json!(false)), "{error}");
        assert!(!error["message"].as_str().unwrap().contains('\n'));
    }
    let foreign = bob.ask(json!({"type": "pin", "id": 1, "data": {"message_id": id}})).await;
    assert_eq!(foreign["error"]["code"], "not_allowed");

    let (mut muted, _) = server.sign_in(3).await;
    let error = muted.ask(json!({"type": "unpin", "id": 1, "data": {"message_id": id}})).await["error"].clone();
    assert_eq!((&error["code"], &error["retry"]), (&json!("muted"), &json!(true)));
    assert_eq!(error["retry_after_ms"], 60_001);
}
