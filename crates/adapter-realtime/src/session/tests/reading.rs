//! What was said, and how far it was read.

use super::*;

#[actix_web::test]
async fn reading_on_moves_ones_own_devices_and_shows_the_others() {
    let server = Server::start(RealtimeSettings::default()).await;
    let ((mut phone, _), (mut laptop, _), (mut bob, _)) =
        (server.sign_in(1).await, server.sign_in(1).await, server.sign_in(2).await);
    let answer = phone.ask(json!({"type": "read", "id": 1, "stream": talk(), "data": {"ordinal": 4}})).await;
    assert_eq!(answer["data"], json!({"ordinal": 4, "unread": 1, "mentions": 0}));
    let event = laptop.next("event").await;
    assert_eq!((&event["stream"], &event["event"]), (&json!("u"), &json!("read.changed")));
    assert_eq!(event["data"]["last_ordinal"], 5);
    let signal = bob.next("signal").await;
    assert_eq!((&signal["stream"], &signal["signal"]), (&json!(talk()), &json!("read")));
    assert_eq!(signal["data"], json!({"user_id": user_id(1).uuid(), "ordinal": 4}));
    let (mut carol, _) = server.sign_in(3).await;
    let refused = carol.ask(json!({"type": "read", "id": 1, "stream": talk(), "data": {"ordinal": 4}})).await;
    assert_eq!(refused["error"]["code"], "not_a_member");
}

#[actix_web::test]
async fn ready_says_what_is_unread() {
    let server = Server::start(RealtimeSettings::default()).await;
    server.log.append(conversation_id(1), message_event, user_id(2));
    let (_, ready) = server.sign_in(1).await;
    assert_eq!(ready["data"]["streams"][talk()], json!({"epoch": EPOCH, "seq": 3, "ok": true, "read": 0, "unread": 1}));
    let (_, ready) = server.sign_in(2).await;
    assert_eq!(ready["data"]["streams"][talk()], json!({"epoch": EPOCH, "seq": 3, "ok": true, "read": 0}));
    assert_eq!(ready["data"]["streams"]["u"], json!({"epoch": EPOCH, "seq": 1, "ok": true}));
}

#[actix_web::test]
async fn a_page_of_history_is_larger_than_the_queue_and_still_comes() {
    let settings = RealtimeSettings { queue_bytes: 4_096, ..Default::default() };
    let server = Server::start(settings).await;
    for _ in 0..30 {
        server.log.append(conversation_id(1), message_event, user_id(2));
    }
    let (mut ann, _) = server.sign_in(1).await;
    let page = ann.ask(json!({"type": "history", "id": 1, "stream": talk(), "data": {"limit": 20}})).await;
    assert_eq!(page["data"]["items"].as_array().unwrap().len(), 20);
    assert_eq!(page["data"]["items"][0]["reactions"][0]["mine"], false);
    assert!(page["data"]["next_cursor"].is_string());
    let bare = ann.ask(json!({"type": "history", "id": 2, "stream": talk()})).await;
    assert_eq!((bare["data"]["items"].as_array().unwrap().len(), &bare["data"]["next_cursor"]), (30, &Value::Null));
    let both = json!({"type": "history", "id": 3, "stream": talk(), "data": {"before": 1, "after": 2}});
    assert_eq!(ann.ask(both).await["error"]["code"], "conflicting_parameters");
}
