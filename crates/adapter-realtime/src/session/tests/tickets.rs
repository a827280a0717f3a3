//! Sockets that a ticket signs in.

use chrono::TimeDelta;
use rialto_testkit::FakeClock;

use super::*;

#[actix_web::test]
async fn a_ticket_signs_one_socket_in() {
    let server = Server::start(RealtimeSettings::default()).await;
    let mut ann = server.open_at("/ws?ticket=ticket-1", &[]).await.unwrap();
    ann.next("hello").await;
    let ready = ann.next("ready").await;
    assert_eq!(ready["data"]["user"]["id"], json!(user_id(1).uuid()));
    assert_eq!((&ready["id"], &ready["data"]["tokens"]), (&Value::Null, &Value::Null));
    let mut second = server.open_at("/ws?ticket=ticket-1", &[]).await.unwrap();
    second.next("hello").await;
    assert_eq!(second.next("error").await["error"]["code"], "ticket_invalid");
    assert_eq!(second.next("bye").await["data"]["code"], 4401);
    assert_eq!(second.close_code().await, 4401);
}

#[actix_web::test]
async fn no_other_credentials_make_up_for_a_bad_ticket() {
    let server = Server::start(RealtimeSettings::default()).await;
    let own = format!("http://{}", server.address);
    let cookie = [("origin", own.as_str()), ("cookie", "rialto_access=token-1")];
    let bearer = [("authorization", "Bearer token-1")];
    for (path, headers) in [("/ws?ticket=nonsense", &cookie[..]), ("/ws?ticket=", &bearer[..]), ("/ws?ticket=x", &[])] {
        let mut client = server.open_at(path, headers).await.unwrap();
        client.next("hello").await;
        assert_eq!(client.next("error").await["error"]["code"], "ticket_invalid", "{path}");
        assert_eq!(client.close_code().await, 4401);
    }
}

#[actix_web::test]
async fn a_ticket_does_not_let_a_foreign_page_in() {
    let server = Server::start(RealtimeSettings::default()).await;
    match server.open_at("/ws?ticket=ticket-1", &[("origin", "https://evil.org")]).await {
        Err(Error::Http(response)) => assert_eq!(response.status(), 403),
        _ => panic!("let in"),
    }
    // Nor has the page used it up.
    let mut ann = server.open_at("/ws?v=1&ticket=ticket-1", &[]).await.unwrap();
    ann.next("hello").await;
    ann.next("ready").await;
}

#[actix_web::test]
async fn a_socket_with_a_ticket_lives_as_long_as_a_token_made_when_it_opened() {
    let clock = Arc::new(FakeClock::new());
    let settings = RealtimeSettings { ping_interval: Duration::from_millis(100), ..Default::default() };
    let server = Server::start_at(clock.clone(), settings).await;
    clock.advance(TimeDelta::seconds(100));
    let mut ann = server.open_at("/ws?ticket=ticket-1", &[]).await.unwrap();
    ann.next("hello").await;
    assert_eq!(ann.next("ready").await["data"]["expires_at"], "2023-11-14T22:30:00.000Z");
    clock.advance(TimeDelta::seconds(900));
    assert_eq!(ann.close_code().await, 4004);
}

#[actix_web::test]
async fn an_access_token_in_the_address_signs_nobody_in() {
    let server = Server::start(RealtimeSettings::default()).await;
    let mut client = server.open_at("/ws?token=token-1&access_token=token-1", &[]).await.unwrap();
    client.next("hello").await;
    client.say(json!({"type": "ping"})).await;
    assert_eq!(client.next("error").await["error"]["code"], "not_authenticated");
}
