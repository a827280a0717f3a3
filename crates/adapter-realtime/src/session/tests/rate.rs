//! Clients that ask too often.

use super::*;

fn settings() -> RealtimeSettings {
    RealtimeSettings { commands_per_second: 1, command_burst: 3, rate_strikes: 10, ..Default::default() }
}

#[actix_web::test]
async fn a_command_too_many_is_refused_and_says_when_to_try_again() {
    let server = Server::start(settings()).await;
    let (mut ann, _) = server.sign_in(1).await;
    let mut passed = 0;
    let error = loop {
        let answer = ann.ask(json!({"type": "unsubscribe", "id": 1, "topics": []})).await;
        if answer["type"] == "error" {
            break answer["error"].clone();
        }
        passed += 1;
    };
    assert!(passed >= 3, "{passed}");
    assert_eq!((&error["code"], &error["retry"]), (&json!("rate_limited"), &json!(true)));
    let wait = error["retry_after_ms"].as_u64().unwrap();
    assert!((1..=1_001).contains(&wait), "{wait}");
    tokio::time::sleep(Duration::from_millis(wait)).await;
    assert_eq!(ann.ask(json!({"type": "unsubscribe", "id": 5, "topics": []})).await["type"], "ok");
}

#[actix_web::test]
async fn who_does_not_slow_down_is_sent_away_for_a_while() {
    let server = Server::start(settings()).await;
    let (mut ann, _) = server.sign_in(1).await;
    for _ in 0..30 {
        if ann.socket.send(Message::text(r#"{"type":"typing","stream":"c:x"}"#)).await.is_err() {
            break;
        }
    }
    let frames = ann.until("bye").await;
    let refused = frames.iter().filter(|frame| frame["error"]["code"] == "rate_limited").count();
    assert_eq!(refused, 10);
    let bye = frames.last().unwrap()["data"].clone();
    assert_eq!(bye, json!({"code": 4005, "reason": "rate_limited", "resume": true, "retry_after_ms": 3_000}));
    assert_eq!(ann.close_code().await, 4005);
}

#[actix_web::test]
async fn pings_of_the_websocket_protocol_count_too() {
    let server = Server::start(settings()).await;
    let (mut ann, _) = server.sign_in(1).await;
    for _ in 0..60 {
        if ann.socket.send(Message::Ping(Vec::new().into())).await.is_err() {
            break;
        }
    }
    assert_eq!(ann.close_code().await, 4005);
}
