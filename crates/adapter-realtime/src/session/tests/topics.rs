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
