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

#[actix_web::test]
async fn messages_of_all_sockets_of_a_user_share_one_allowance() {
    let rates = Rates { enabled: true, send: 3, sign_in: 100, ..Rates::NONE };
    let server = Server::start_limited(Arc::new(FakeNow), RealtimeSettings::default(), rates).await;
    let ((mut one, _), (mut other, _)) = (server.sign_in(1).await, server.sign_in(1).await);
    for n in 0..3 {
        let socket = if n % 2 == 0 { &mut one } else { &mut other };
        assert_eq!(socket.ask(message("hi")).await["type"], "ok", "{n}");
    }
    for socket in [&mut one, &mut other] {
        let error = socket.ask(message("too many")).await["error"].clone();
        assert_eq!((&error["code"], &error["retry"]), (&json!("rate_limited"), &json!(true)));
        assert_eq!(error["retry_after_ms"], 20_001);
    }
    let (mut bob, _) = server.sign_in(2).await;
    assert_eq!(bob.ask(message("hi")).await["type"], "ok");
}

#[actix_web::test]
async fn first_frames_count_to_the_limit_of_ways_in() {
    let rates = Rates { enabled: true, send: 100, sign_in: 2, ..Rates::NONE };
    let server = Server::start_limited(Arc::new(FakeNow), RealtimeSettings::default(), rates).await;
    for n in 0..3 {
        let mut client = server.open(&[]).await.unwrap();
        client.next("hello").await;
        client.say(json!({"type": "auth", "id": 1, "data": {"guest": {"name": "Ann"}}})).await;
        if n < 2 {
            client.next("ready").await;
        } else {
            assert_eq!(client.next("error").await["error"]["code"], "rate_limited");
            let bye = client.next("bye").await["data"].clone();
            assert_eq!((&bye["code"], &bye["retry_after_ms"]), (&json!(4005), &json!(30_000)));
        }
    }
}

#[actix_web::test]
async fn an_address_has_so_many_sockets_and_room_again_when_one_is_gone() {
    let settings = RealtimeSettings { max_connections_from_loopback: 2, ..Default::default() };
    let server = Server::start(settings).await;
    let ((one, _), (_two, _)) = (server.sign_in(1).await, server.sign_in(2).await);
    match server.open(&[]).await {
        Err(Error::Http(response)) => assert_eq!(response.status(), 429),
        _ => panic!("a third was let in"),
    }
    drop(one);
    for _ in 0..200 {
        if server.open(&[]).await.is_ok() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("no room came back");
}

#[actix_web::test]
async fn an_address_that_has_enough_price_sockets_still_has_room_to_chat() {
    let settings = RealtimeSettings { max_connections_from_loopback: 8, ..Default::default() };
    let server = Server::start(settings).await;
    let path = "/api/v1/crypto/stream/ws";
    let _open = [server.open_at(path, &[]).await.unwrap(), server.open_at(path, &[]).await.unwrap()];
    match server.open_at(path, &[]).await {
        Err(Error::Http(response)) => assert_eq!(response.status(), 429),
        _ => panic!("a third was let in"),
    }
    server.sign_in(1).await;
}
