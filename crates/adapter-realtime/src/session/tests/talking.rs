//! What is said and who hears it.

use super::*;

#[actix_web::test]
async fn what_one_says_all_hear() {
    let server = Server::start(RealtimeSettings::default()).await;
    let (mut ann, ready) = server.sign_in(1).await;
    assert_eq!(ready["data"]["streams"][talk()]["seq"], 2);
    assert_eq!(ready["data"]["user"]["online"], true);
    let (mut bob, _) = server.sign_in(2).await;
    ann.say(message("hi")).await;
    let event = bob.next("event").await;
    assert_eq!((&event["seq"], &event["event"]), (&json!(3), &json!("message.created")));
    assert_eq!(event["data"]["nonce"], Value::Null);
    let mut kinds = Vec::new();
    for _ in 0..2 {
        let Some(Message::Text(text)) = ann.hear().await else { panic!("closed") };
        let frame: Value = serde_json::from_str(&text).unwrap();
        if frame["type"] == "ok" {
            assert_eq!((&frame["id"], &frame["data"]["seq"]), (&json!(7), &json!(3)));
        }
        kinds.push(frame["type"].as_str().unwrap().to_owned());
    }
    kinds.sort();
    assert_eq!(kinds, ["event", "ok"]);
    ann.say(json!({"type": "typing", "stream": talk()})).await;
    let signal = bob.next("signal").await;
    assert_eq!((&signal["signal"], &signal["data"]["ttl_ms"]), (&json!("typing"), &json!(6000)));
    ann.say(json!({"type": "ping", "id": 8})).await;
    assert_eq!(ann.next("pong").await["id"], 8, "the typist hears nothing of it");
}

#[actix_web::test]
async fn only_who_is_in_a_conversation_types_in_it() {
    let server = Server::start(RealtimeSettings::default()).await;
    let ((mut ann, _), (mut bob, _)) = (server.sign_in(1).await, server.sign_in(2).await);
    let (mut carol, _) = server.sign_in(3).await;
    let typing = json!({"type": "typing", "id": 1, "stream": talk()});
    assert_eq!(carol.ask(typing.clone()).await["error"]["code"], "not_a_member");
    ann.say(typing.clone()).await;
    assert_eq!(bob.next("signal").await["signal"], "typing");

    server.messaging.remove_member(conversation_id(1), user_id(1), user_id(2)).await.unwrap();
    assert_eq!(bob.ask(typing).await["error"]["code"], "not_a_member");
    ann.say(json!({"type": "ping", "id": 2})).await;
    let heard = ann.until("pong").await;
    assert!(heard.iter().all(|frame| frame["type"] != "signal"), "{heard:?}");
}
