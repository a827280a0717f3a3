//! Prices and how they are asked for.

use super::*;

#[actix_web::test]
async fn prices_tick_while_somebody_is_subscribed() {
    let server = Server::start(RealtimeSettings::default()).await;
    for n in [1, 2] {
        let (mut client, _) = server.sign_in(n).await;
        client.say(json!({"type": "subscribe", "id": 1, "topics": ["x:price:bitcoin"], "mode": "latest"})).await;
        client.next("ok").await;
        let tick = client.next("signal").await;
        assert_eq!((&tick["stream"], &tick["data"]["price"]), (&json!("x:price:bitcoin"), &json!("1")));
    }
}

#[actix_web::test]
async fn a_ticket_in_the_address_of_prices_alone_is_left_as_it_is() {
    let server = Server::start(RealtimeSettings::default()).await;
    let address = "/api/v1/crypto/stream/ws?ticket=ticket-1&coins=bitcoin";
    let mut client = server.open_at(address, &[]).await.unwrap();
    client.next("hello").await;
    assert_eq!(client.next("signal").await["stream"], "x:price:bitcoin");
    let mut ann = server.open_at("/ws?ticket=ticket-1", &[]).await.unwrap();
    ann.next("hello").await;
    ann.next("ready").await;
}

#[actix_web::test]
async fn whoever_follows_prices_alone_needs_no_name() {
    let server = Server::start(RealtimeSettings::default()).await;
    let path = "/api/v1/crypto/stream/ws";
    let mut client = server.open_at(&format!("{path}?coins=btc"), &[]).await.unwrap();
    client.next("hello").await;
    assert_eq!(client.next("signal").await["stream"], "x:price:bitcoin", "an alias stands for its asset");
    client.say(json!({"type": "subscribe", "id": 1, "topics": ["x:price:ethereum"]})).await;
    assert_eq!(client.next("ok").await["id"], 1);
    assert_eq!(client.next("signal").await["stream"], "x:price:ethereum");
    for (id, frame, code) in [
        (2, json!({"type": "subscribe", "id": 2, "topics": ["x:presence"]}), "unknown_topic"),
        (3, json!({"type": "send", "id": 3, "stream": "c:1", "data": {"nonce": "n", "content": "hi"}}), "not_offered"),
    ] {
        client.say(frame).await;
        let refusal = client.next("error").await;
        assert_eq!((&refusal["id"], &refusal["error"]["code"]), (&json!(id), &json!(code)));
    }
    client.say(json!({"type": "ping", "id": 4})).await;
    client.next("pong").await;
    for query in
        ["coins=a%20b", "colour=red", &format!("coins={}", (0..300).map(|n| format!("c{n},")).collect::<String>())]
    {
        assert!(server.open_at(&format!("{path}?{query}"), &[]).await.is_err(), "{query}");
    }
}
