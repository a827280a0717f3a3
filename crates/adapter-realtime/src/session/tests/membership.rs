//! Coming in, going out, being put out.

use super::*;

fn kinds(frames: &[Value]) -> Vec<String> {
    let name = |frame: &Value| frame["event"].as_str().or(frame["type"].as_str()).unwrap().to_owned();
    frames.iter().map(name).collect()
}

#[actix_web::test]
async fn whoever_joins_hears_what_is_said_from_then_on() {
    let server = Server::start(RealtimeSettings::default()).await;
    let ((mut ann, _), (mut carol, _)) = (server.sign_in(1).await, server.sign_in(3).await);
    let joined = carol.ask(json!({"type": "join", "id": 1, "stream": talk()})).await;
    assert_eq!(joined["data"]["member"]["role"], "member");
    ann.ask(message("welcome")).await;
    let heard = loop {
        let event = carol.next("event").await;
        if event["event"] == "message.created" {
            break event;
        }
    };
    assert_eq!(heard["data"]["content"], "welcome");
    let nowhere = format!("c:{}", conversation_id(9));
    let refused = carol.ask(json!({"type": "join", "id": 2, "stream": nowhere})).await;
    assert_eq!(refused["error"]["code"], "conversation_not_found");
}

#[actix_web::test]
async fn whoever_leaves_hears_of_it_before_the_answer_and_nothing_afterwards() {
    let server = Server::start(RealtimeSettings::default()).await;
    let ((mut ann, _), (mut bob, _)) = (server.sign_in(1).await, server.sign_in(2).await);
    bob.say(json!({"type": "leave", "id": 1, "stream": talk()})).await;
    let frames = bob.until("ok").await;
    assert_eq!(kinds(&frames)[0], "member.removed", "the gate is closed before anything else");
    assert_eq!(frames.last().unwrap(), &json!({"type": "ok", "id": 1}));
    assert_eq!(ann.next("event").await["event"], "member.removed");
    ann.ask(message("gone?")).await;
    bob.say(json!({"type": "ping", "id": 2})).await;
    let rest = bob.until("pong").await;
    assert!(rest.iter().all(|frame| frame["stream"] != talk()), "{rest:?}");
    let again = bob.ask(json!({"type": "leave", "id": 3, "stream": talk()})).await;
    assert_eq!(again["error"]["code"], "not_a_member");
    let missed = bob.ask(json!({"type": "catchup", "id": 4, "stream": talk(), "data": {"after": 2}})).await;
    assert_eq!(missed["error"]["code"], "conversation_not_found");
}

#[actix_web::test]
async fn a_removed_member_has_been_told_when_the_removal_returns() {
    let server = Server::start(RealtimeSettings::default()).await;
    let (mut bob, _) = server.sign_in(2).await;
    server.messaging.remove_member(conversation_id(1), user_id(1), user_id(2)).await.unwrap();
    let event = bob.next("event").await;
    assert_eq!((&event["stream"], &event["event"]), (&json!(talk()), &json!("member.removed")));
    let left = bob.next("event").await;
    assert_eq!((&left["stream"], &left["event"]), (&json!("u"), &json!("conversation.left")));
    assert_eq!(left["data"]["conversation_id"], json!(conversation_id(1).uuid()));
}

#[actix_web::test]
async fn a_deleted_conversation_says_so_to_everybody_in_it() {
    let server = Server::start(RealtimeSettings::default()).await;
    let ((mut ann, _), (mut bob, _)) = (server.sign_in(1).await, server.sign_in(2).await);
    let by = rialto_messaging::Actor { id: user_id(1), is_guest: false, is_admin: true };
    server.messaging.delete_conversation(conversation_id(1), by).await.unwrap();
    for client in [&mut ann, &mut bob] {
        let event = client.next("event").await;
        assert_eq!(
            (&event["event"], &event["seq"], &event["data"]),
            (&json!("conversation.deleted"), &json!(3), &json!({}))
        );
        assert_eq!(client.next("event").await["event"], "conversation.left");
    }
}
