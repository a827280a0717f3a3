//! How the server ends sockets.

use super::*;

#[actix_web::test]
async fn an_ended_session_and_silence_close_the_socket() {
    let settings = RealtimeSettings {
        ping_interval: Duration::from_millis(100),
        pong_timeout: Duration::from_millis(400),
        ..Default::default()
    };
    let server = Server::start(settings).await;
    let (mut ann, _) = server.sign_in(1).await;
    assert_eq!(ann.next("ping").await["data"]["tops"], json!({talk(): 2}));
    server.hub.end_sessions(&[Uuid::from_u128(1).into()]);
    assert_eq!(ann.close_code().await, 4403);
    let (mut deaf, _) = server.sign_in(2).await;
    // It reads nothing for a while, so it answers no ping either.
    tokio::time::sleep(Duration::from_millis(700)).await;
    assert_eq!(deaf.close_code().await, 4003);
}

#[actix_web::test]
async fn a_session_that_ended_elsewhere_is_closed_by_the_next_sweep() {
    let often = Duration::from_millis(100);
    let settings = RealtimeSettings { sweep_interval: often, ping_interval: often, ..Default::default() };
    let server = Server::start(settings).await;
    let (mut gone, _) = server.sign_in(66).await;
    let (mut ann, _) = server.sign_in(1).await;
    assert_eq!(gone.close_code().await, 4403);
    for _ in 0..3 {
        ann.next("ping").await;
    }
}

#[actix_web::test]
async fn draining_sends_everyone_away_and_lets_nobody_in() {
    let server = Server::start(RealtimeSettings::default()).await;
    let (mut ann, _) = server.sign_in(1).await;
    let unknown = server.open(&[]).await.unwrap();
    assert_eq!(server.hub.connections(), 2);
    let realtime = server.realtime.clone();
    let drained = actix_web::rt::spawn(async move { realtime.drain(Duration::from_millis(200)).await });
    let bye = ann.next("bye").await;
    assert_eq!((&bye["data"]["code"], &bye["data"]["resume"]), (&json!(4001), &json!(true)));
    assert!(bye["data"]["retry_after_ms"].as_u64().unwrap() < 200);
    assert_eq!(ann.close_code().await, 4001);
    match server.open(&[]).await {
        Err(Error::Http(response)) => assert_eq!(response.status(), 503),
        _ => panic!("let in"),
    }
    drop(unknown);
    let _ = ann.hear().await;
    drained.await.unwrap();
    assert_eq!(server.hub.connections(), 0);
}
