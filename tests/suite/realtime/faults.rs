//! Clients that break the protocol, or the one below it.

use std::time::Duration;

use rialto_client::wire::frame::ServerFrame;
use serde_json::json;

use super::raw::{RawSocket, claiming, frame};
use super::{bye, next_error};
use crate::support::people::message;
use crate::support::{Backend, PLENTY, Person, Server, lobby};

#[tokio::test]
async fn bad_frames_are_told_so_and_the_third_ends_the_socket() {
    let server = Server::start(Backend::Sqlite).await;
    let ann = Person::register(&server, "ann").await;
    let (mut socket, _) = ann.connect().await;
    for bad in ["{", r#"{"type":"shout","id":1}"#] {
        socket.write_text(bad.to_owned()).await.unwrap();
        assert_eq!(next_error(&mut socket).await, "bad_frame", "{bad}");
    }
    assert!(socket.send(lobby(), message("still here")).await.is_ok());
    socket.write_text("[]".to_owned()).await.unwrap();
    assert_eq!(bye(&mut socket).await, 4422);
    assert!(server.rest().health().await.is_ok());
}

#[tokio::test]
async fn a_frame_that_is_too_large_closes_the_socket_and_nothing_else() {
    let server = Server::start(Backend::Sqlite).await;
    let ann = Person::register(&server, "ann").await;
    let (mut socket, _) = ann.connect().await;
    let _ = socket.write_text("x".repeat(200_000)).await;
    while let Ok(frame) = socket.next_within(Duration::from_secs(10)).await {
        assert!(!matches!(frame, ServerFrame::Ok { .. }));
    }
    assert!(ann.connect().await.0.send(lobby(), message("hi")).await.is_ok());
}

#[tokio::test]
async fn a_message_that_is_announced_too_large_is_refused_before_it_comes() {
    let server = Server::start(Backend::Sqlite).await;
    for length in [65_537, 1 << 33] {
        // Nobody has said who they are: strangers least of all may fill the server's memory.
        let mut socket = RawSocket::open(&server, &[]).await;
        socket.write(&claiming(0x81, length)).await;
        assert_eq!(socket.close_code().await, Some(1009), "{length}");
    }
}

#[tokio::test]
async fn faults_below_the_protocol_close_with_the_standard_codes() {
    let server = Server::start(Backend::Sqlite).await;
    let ping = br#"{"type":"ping","id":1}"#;
    for (name, bytes, code) in [
        ("reserved bits, as of compression", frame(0xc1, ping), Some(1002)),
        ("an unknown opcode", frame(0x83, b""), Some(1002)),
        ("no mask", vec![0x81, 0], Some(1002)),
        ("a continuation of nothing", frame(0x80, b"x"), Some(1002)),
        ("a message inside a message", [frame(0x01, b"{"), frame(0x81, ping)].concat(), Some(1002)),
        ("a ping that is too long", claiming(0x89, 126), Some(1002)),
        ("a ping in fragments", frame(0x09, b""), Some(1002)),
        ("invalid text", frame(0x81, b"\xff"), Some(1007)),
        ("invalid text in a first fragment", frame(0x01, b"a\xff"), Some(1007)),
        (
            "fragments that are too long together",
            [frame(0x01, &[b' '; 65_536]), frame(0x80, b"x")].concat(),
            Some(1009),
        ),
        ("a close of one byte", frame(0x88, b"x"), Some(1002)),
        ("a code that nobody may send", frame(0x88, &1005_u16.to_be_bytes()), Some(1002)),
        ("a reason that is no text", frame(0x88, b"\x03\xe8\xff"), Some(1007)),
        ("goodbye", frame(0x88, &4999_u16.to_be_bytes()), Some(4999)),
        ("goodbye without a code", frame(0x88, b""), None),
    ] {
        let mut socket = RawSocket::open(&server, &[]).await;
        socket.write(&bytes).await;
        assert_eq!(socket.close_code().await, code, "{name}");
    }
}

#[tokio::test]
async fn a_client_that_asks_faster_than_it_reads_is_answered_all_the_same() {
    let server = Server::start_with(Backend::Sqlite, &PLENTY).await;
    let ann = Person::register(&server, "ann").await;
    let mut socket = RawSocket::open(&server, &[("Authorization", &format!("Bearer {}", ann.token()))]).await;
    socket.hear("ready").await;
    let asked: Vec<u8> =
        (0..3_000).flat_map(|id| frame(0x81, json!({"type": "ping", "id": id}).to_string().as_bytes())).collect();
    socket.write(&asked).await;
    for id in 0..3_000 {
        assert_eq!(socket.hear("pong").await["id"], id);
    }
}
