//! The stream `u`.

use super::*;

#[actix_web::test]
async fn the_personal_stream_is_resumed_and_caught_up_like_any_other() {
    let server = Server::start(RealtimeSettings::default()).await;
    server.log.append(conversation_id(2), added, user_id(1));
    let mut ann = server.open(&[]).await.unwrap();
    ann.next("hello").await;
    ann.say(json!({"type": "auth", "data": {"token": "token-1", "resume": {"u": [EPOCH, 1]}}})).await;
    let ready = ann.next("ready").await;
    assert_eq!(ready["data"]["streams"]["u"], json!({"epoch": EPOCH, "seq": 2, "from": 1, "ok": true}));
    let event = ann.next("event").await;
    assert_eq!((&event["stream"], &event["event"]), (&json!("u"), &json!("conversation.entered")));
    assert_eq!((&event["seq"], &event["replay"]), (&json!(2), &json!(true)));
    assert_eq!(ann.next("synced").await, json!({"type": "synced", "stream": "u", "seq": 2}));
    ann.say(json!({"type": "catchup", "id": 1, "stream": "u", "data": {"after": 0}})).await;
    assert_eq!(ann.next("event").await["seq"], 1);
    assert_eq!(ann.next("event").await["seq"], 2);
    assert_eq!(ann.next("ok").await["data"], json!({"seq": 2, "top": 2}));
}

#[actix_web::test]
async fn a_stream_that_is_not_ones_any_more_is_passed_over_and_the_personal_one_says_why() {
    let server = Server::start(RealtimeSettings::default()).await;
    server.messaging.remove_member(conversation_id(1), user_id(1), user_id(2)).await.unwrap();
    let mut bob = server.open(&[]).await.unwrap();
    bob.next("hello").await;
    let resume = json!({talk(): [EPOCH, 2], "u": [EPOCH, 1]});
    bob.say(json!({"type": "auth", "data": {"token": "token-2", "resume": resume}})).await;
    let ready = bob.next("ready").await;
    assert_eq!(ready["data"]["streams"].as_object().unwrap().keys().collect::<Vec<_>>(), ["u"]);
    assert_eq!(bob.next("event").await["event"], "conversation.left");
    bob.next("synced").await;
}

#[actix_web::test]
async fn a_notice_is_told_live_and_replayed_the_same() {
    let server = Server::start(RealtimeSettings::default()).await;
    server.log.append(conversation_id(2), added, user_id(1));
    let mut ann = server.open(&[]).await.unwrap();
    ann.next("hello").await;
    ann.say(json!({"type": "auth", "data": {"token": "token-1"}})).await;
    ann.next("ready").await;
    let fields = ["alert_id", "kind", "price", "currency", "threshold", "provider", "observed_at", "fired_at"];
    let epoch = EPOCH.to_string();
    let texts =
        [epoch.as_str(), "above", "101", "usd", "100", "fake", "2026-11-21T09:15:02.114Z", "2026-11-21T09:15:03.000Z"];
    let fields = fields.into_iter().zip(texts).map(|(name, text)| (name.to_owned(), text.to_owned())).collect();
    let notice = rialto_messaging::Notice { id: EPOCH, name: "alert.fired".to_owned(), fields };
    assert!(server.messaging.tell_user(user_id(1), notice).await.unwrap());
    let live = ann.next("event").await;
    assert_eq!((&live["stream"], &live["event"], &live["seq"]), (&json!("u"), &json!("alert.fired"), &json!(3)));
    assert_eq!((&live["data"]["price"], &live["data"]["firing_id"]), (&json!("101"), &json!(EPOCH)));
    ann.say(json!({"type": "catchup", "id": 1, "stream": "u", "data": {"after": 2}})).await;
    let replayed = ann.next("event").await;
    assert_eq!((&replayed["data"], &replayed["replay"]), (&live["data"], &json!(true)));
}
