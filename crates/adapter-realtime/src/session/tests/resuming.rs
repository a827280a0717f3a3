//! What was missed comes before what is live.

use super::*;

#[actix_web::test]
async fn a_client_that_resumes_gets_what_it_missed_then_synced_then_live_events() {
    let server = Server::start(RealtimeSettings::default()).await;
    for _ in 0..450 {
        server.log.append(conversation_id(1), message_event, user_id(2));
    }
    let mut ann = server.open(&[]).await.unwrap();
    ann.next("hello").await;
    ann.say(json!({"type": "auth", "id": 1, "data": {"token": "token-1", "resume": {talk(): [EPOCH, 2]}}})).await;
    let ready = ann.next("ready").await;
    assert_eq!(ready["id"], 1);
    assert_eq!(
        ready["data"]["streams"][talk()],
        json!({"epoch": EPOCH, "seq": 452, "from": 2, "ok": true, "read": 0, "unread": 450})
    );
    for seq in 3..=452 {
        let event = ann.next("event").await;
        assert_eq!((&event["seq"], &event["replay"]), (&json!(seq), &json!(true)));
    }
    assert_eq!(ann.next("synced").await["seq"], 452);
    let (mut bob, _) = server.sign_in(2).await;
    bob.say(message("hi")).await;
    let event = ann.next("event").await;
    assert_eq!((&event["seq"], &event["replay"]), (&json!(453), &Value::Null));
    ann.say(json!({"type": "catchup", "id": 2, "stream": talk(), "data": {"after": 451}})).await;
    assert_eq!(ann.next("event").await["seq"], 452);
    assert_eq!(ann.next("event").await["seq"], 453);
    assert_eq!(ann.next("ok").await["data"], json!({"seq": 453, "top": 453}));
}
