//! How long a socket lives, and what makes it live longer.

use chrono::TimeDelta;
use rialto_testkit::FakeClock;

use super::*;

/// A server that looks at its clock ten times a second.
async fn server() -> (Arc<FakeClock>, Server) {
    let clock = Arc::new(FakeClock::new());
    let settings = RealtimeSettings { ping_interval: Duration::from_millis(100), ..Default::default() };
    (clock.clone(), Server::start_at(clock, settings).await)
}

fn refresh(token: &str) -> Value {
    json!({"type": "refresh", "id": 9, "data": {"token": token}})
}

fn again(token: &str) -> Value {
    json!({"type": "auth", "id": 9, "data": {"token": token}})
}

impl Client {
    /// The answer to a command; pings and signals are passed over.
    async fn answer(&mut self, command: Value) -> Value {
        self.say(command).await;
        loop {
            match self.hear().await {
                Some(Message::Text(text)) => {
                    let frame: Value = serde_json::from_str(&text).unwrap();
                    if frame["type"] != "ping" {
                        return frame;
                    }
                }
                Some(Message::Ping(_) | Message::Pong(_)) => {}
                other => panic!("{other:?} instead of an answer"),
            }
        }
    }
}

#[actix_web::test]
async fn a_socket_closes_when_its_token_expires() {
    let (clock, server) = server().await;
    let (mut ann, ready) = server.sign_in(1).await;
    assert_eq!(ready["data"]["expires_at"], "2023-11-14T22:28:20.000Z");
    clock.advance(TimeDelta::seconds(900));
    assert_eq!(ann.close_code().await, 4004);
}

#[actix_web::test]
async fn a_refreshed_socket_outlives_its_first_token_and_closes_with_the_newer_one() {
    for command in [refresh("newer-1"), again("newer-1")] {
        let (clock, server) = server().await;
        let (mut ann, _) = server.sign_in(1).await;
        let ok = ann.answer(command).await;
        assert_eq!(ok, json!({"type": "ok", "id": 9, "data": {"expires_at": "2023-11-14T23:28:20.000Z"}}));
        clock.advance(TimeDelta::seconds(900));
        for _ in 0..3 {
            tokio::time::sleep(Duration::from_millis(150)).await;
            assert_eq!(ann.answer(json!({"type": "ping", "id": 1})).await["type"], "pong");
        }
        clock.advance(TimeDelta::seconds(3_600));
        assert_eq!(ann.close_code().await, 4004);
    }
}

#[actix_web::test]
async fn a_refused_refresh_says_why_and_leaves_the_socket_its_time() {
    let (clock, server) = server().await;
    let (mut ann, _) = server.sign_in(1).await;
    assert_eq!(ann.answer(refresh("newer-1")).await["type"], "ok");
    clock.advance(TimeDelta::seconds(901));
    for (token, code) in [("nonsense", "token_invalid"), ("token-1", "token_expired"), ("newer-2", "wrong_user")] {
        for command in [refresh(token), again(token)] {
            let error = ann.answer(command).await;
            assert_eq!((&error["id"], &error["error"]["code"]), (&json!(9), &json!(code)));
        }
    }
    let guest = json!({"type": "auth", "id": 9, "data": {"guest": {"name": "Ann"}}});
    assert_eq!(ann.answer(guest).await["error"]["code"], "already_authenticated");
    assert_eq!(ann.answer(json!({"type": "ping"})).await["type"], "pong");
    clock.advance(TimeDelta::seconds(3_600));
    assert_eq!(ann.close_code().await, 4004);
}

#[actix_web::test]
async fn nothing_is_refreshed_before_it_is_known_who_is_there() {
    let (_, server) = server().await;
    let mut client = server.open(&[]).await.unwrap();
    client.next("hello").await;
    let error = client.answer(refresh("token-1")).await;
    assert_eq!((&error["id"], &error["error"]["code"]), (&json!(9), &json!("not_authenticated")));
}
