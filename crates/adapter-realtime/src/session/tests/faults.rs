//! What a client does wrong.

use super::*;

#[actix_web::test]
async fn faults_are_answered_and_the_third_ends_the_socket() {
    let server = Server::start(RealtimeSettings::default()).await;
    let (mut ann, _) = server.sign_in(1).await;
    ann.say(json!({"type": "send", "id": 1, "stream": "c:nowhere", "data": {"content": "x"}})).await;
    assert_eq!(ann.next("error").await["error"]["code"], "invalid_body");
    ann.say(json!({"type": "send", "id": 1, "stream": talk(), "data": {"content": " "}})).await;
    assert!(ann.next("error").await["error"]["message"].as_str().unwrap().contains("content"));
    ann.say(json!({"type": "subscribe", "id": 1, "topics": ["x:weather"]})).await;
    assert_eq!(ann.next("error").await["error"]["code"], "unknown_topic");
    ann.say(json!({"type": "dance", "id": 5})).await;
    let error = ann.next("error").await;
    assert_eq!((&error["id"], &error["error"]["code"]), (&json!(5), &json!("bad_frame")));
    ann.socket.send(Message::binary(vec![1, 2])).await.unwrap();
    ann.next("error").await;
    ann.socket.send(Message::text("{")).await.unwrap();
    ann.next("error").await;
    assert_eq!(ann.next("bye").await["data"]["code"], 4422);
    assert_eq!(ann.close_code().await, 4422);
}

#[actix_web::test]
async fn faults_below_the_protocol_close_with_the_standard_codes() {
    let server = Server::start(RealtimeSettings::default()).await;
    let raw = |payload: Vec<u8>, opcode| Message::Frame(RawFrame::message(payload, opcode, true));
    let (mut big, _) = server.sign_in(1).await;
    big.socket.send(Message::text("x".repeat(70_000))).await.unwrap();
    assert_eq!(big.close_code().await, 1009);
    let (mut garbled, _) = server.sign_in(1).await;
    garbled.socket.send(raw(vec![0xff, 0xfe], OpCode::Data(Data::Text))).await.unwrap();
    assert_eq!(garbled.close_code().await, 1007);
    let (mut torn, _) = server.sign_in(1).await;
    torn.socket.send(raw(vec![1], OpCode::Data(Data::Continue))).await.unwrap();
    assert_eq!(torn.close_code().await, 1002);
}
