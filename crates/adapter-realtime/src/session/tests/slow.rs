//! Clients that do not keep up.

use super::*;

/// More messages than the network's buffers and the socket's queue hold together.
const MANY: u64 = 900;

#[actix_web::test]
async fn a_client_that_reads_nothing_costs_only_itself() {
    let settings = RealtimeSettings {
        write_timeout: Duration::from_millis(500),
        commands_per_second: 1_000_000,
        command_burst: 1_000_000,
        ..Default::default()
    };
    let server = Server::start(settings).await;
    let mut slow = server.open_narrow().await;
    slow.next("hello").await;
    slow.next("ready").await;
    let (mut bob, _) = server.sign_in(2).await;
    let text = "\u{1F980}".repeat(8_000);
    for _ in 0..MANY {
        bob.say(json!({"type": "send", "stream": talk(), "data": {"content": text}})).await;
        for _ in 0..2 {
            assert!(matches!(bob.hear().await, Some(Message::Text(_))));
        }
    }
    tokio::time::sleep(Duration::from_secs(2)).await;

    let mut last = 2;
    loop {
        match slow.hear().await {
            Some(Message::Text(text)) => {
                let frame: Value = serde_json::from_str(&text).unwrap();
                if frame["type"] == "event" {
                    assert_eq!(frame["seq"], last + 1);
                    last += 1;
                } else {
                    assert_eq!(frame["data"]["code"], 4002, "{frame}");
                    break;
                }
            }
            Some(Message::Close(_)) | None => panic!("no goodbye"),
            _ => {}
        }
    }
    assert!(last < MANY);
    assert_eq!(slow.close_code().await, 4002);
}
