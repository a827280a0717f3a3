//! Who is let in, and for how long.

use rialto_client::wire::frame::{AuthData, ClientFrame};
use rialto_client::{ClientError, Socket};
use serde_json::json;

use super::bye;
use super::raw::{RawSocket, refused_upgrade};
use crate::support::people::{message, stream};
use crate::support::{Backend, Person, Server, lobby, on_every_database};

on_every_database!(hello_auth_ready, async |backend| {
    let server = Server::start(backend).await;
    let ann = Person::register(&server, "ann").await;
    let (socket, ready) = ann.connect().await;
    assert_eq!(socket.hello().protocol, 1);
    assert_eq!(ready.user.id, ann.id());
    let position = &ready.streams[&stream(lobby())];
    assert!(position.ok && position.seq >= 1, "{position:?}");
});

#[tokio::test]
async fn a_guest_comes_in_through_the_socket_alone() {
    let server = Server::start(Backend::Sqlite).await;
    let mut socket = Socket::connect(&server.rest().socket_url()).await.unwrap();
    let ready = socket.auth_as_guest("Ann").await.unwrap();
    assert_eq!(ready.user.role, "guest");
    socket.send(lobby(), message("hello")).await.unwrap();
    let tokens = ready.tokens.expect("tokens to come back with");
    assert_eq!(server.rest().with_token(&tokens.access_token).me().await.unwrap().id, ready.user.id);
}

#[tokio::test]
async fn nobody_talks_before_saying_who_they_are() {
    let server = Server::start_with(Backend::Sqlite, &[("RIALTO__REALTIME__AUTH_TIMEOUT_MS", "700")]).await;
    let mut socket = Socket::connect(&server.rest().socket_url()).await.unwrap();
    assert_eq!(socket.send(lobby(), message("hi")).await.unwrap_err().code(), Some("not_authenticated"));
    assert_eq!(bye(&mut socket).await, 4401);

    let mut socket = Socket::connect(&server.rest().socket_url()).await.unwrap();
    let data = AuthData { token: Some("nonsense".to_owned()), ..AuthData::default() };
    socket.write(&ClientFrame::Auth { id: Some(1), data }).await.unwrap();
    assert_eq!(bye(&mut socket).await, 4401);
}

#[tokio::test]
async fn logging_out_closes_the_sockets_of_the_session() {
    let server = Server::start(Backend::Sqlite).await;
    let ann = Person::register(&server, "ann").await;
    let (mut socket, _) = ann.connect().await;
    let other = server.rest().log_in("ann", "correct horse").await.unwrap();
    let mut other_socket = Socket::connect(&server.rest().socket_url()).await.unwrap();
    other_socket.auth(&other.tokens.access_token, None).await.unwrap();
    ann.rest.log_out().await.unwrap();
    assert_eq!(bye(&mut socket).await, 4403);
    assert!(other_socket.send(lobby(), message("still here")).await.is_ok());
}

#[tokio::test]
async fn a_token_that_expires_closes_the_socket_so_that_it_comes_back() {
    // A token of a minute is waited out only in part: the server counts from the token's own claims.
    let server = Server::start_with(Backend::Sqlite, &[("RIALTO__AUTH__ACCESS_MINUTES", "0")]).await;
    let mut socket = Socket::connect(&server.rest().socket_url()).await.unwrap();
    match socket.auth_as_guest("Ann").await {
        Ok(_) => assert_eq!(bye(&mut socket).await, 4004),
        Err(ClientError::Bye(data)) => assert_eq!(data.code, 4004),
        Err(error) => panic!("{error:?}"),
    }
}

#[tokio::test]
async fn a_stale_cookie_does_not_keep_a_good_token_out() {
    let server = Server::start(Backend::Sqlite).await;
    let ann = Person::register(&server, "ann").await;
    let origin = server.url("");
    let headers = [("Origin", origin.as_str()), ("Cookie", "rialto_access=stale")];
    let mut socket = RawSocket::open(&server, &headers).await;
    socket.say(&json!({"type": "auth", "id": 1, "data": {"token": ann.token()}})).await;
    assert_eq!(socket.hear("ready").await["id"], 1);
    // A header is no accident: nothing follows a bad one.
    let mut socket = RawSocket::open(&server, &[("Authorization", "Bearer stale")]).await;
    assert_eq!(socket.close_code().await, Some(4401));
}

#[tokio::test]
async fn what_is_no_upgrade_is_told_what_is_missing() {
    let server = Server::start(Backend::Sqlite).await;
    let good = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==\r\n";
    for (first, headers, status, code) in [
        ("GET /ws HTTP/1.1", "", 400, "websocket_expected"),
        ("GET /ws HTTP/1.0", good, 400, "websocket_expected"),
        ("GET /ws HTTP/1.1", &good.replace("13", "12"), 426, "websocket_expected"),
        ("GET /ws HTTP/1.1", &good.replace("x3JJ", ""), 400, "websocket_expected"),
        ("GET /ws HTTP/1.1", &format!("{good}Content-Length: 2\r\n"), 400, "websocket_expected"),
        ("GET /ws HTTP/1.1", &format!("{good}Transfer-Encoding: chunked\r\n"), 400, "websocket_expected"),
        ("GET /ws HTTP/1.1", &format!("{good}Origin: null\r\n"), 403, "origin_mismatch"),
        ("POST /ws HTTP/1.1", good, 405, "method_not_allowed"),
    ] {
        let (told, problem) = refused_upgrade(&server, first, headers).await;
        assert_eq!((told, problem["code"].as_str()), (status, Some(code)), "{first} {headers}");
    }
}
