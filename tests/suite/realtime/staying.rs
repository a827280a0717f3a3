//! Newer tokens, and guests who become members, on open sockets.

use rialto_client::wire::frame::{AuthData, ClientFrame};
use serde_json::json;

use super::next_error;
use super::raw::RawSocket;
use crate::support::people::{message, next_message};
use crate::support::{Backend, Person, Server, lobby, on_every_database};

on_every_database!(the_socket_of_a_guest_who_becomes_a_member_goes_on_under_the_new_name, async |backend| {
    let server = Server::start(backend).await;
    let bob = Person::register(&server, "bob").await;
    let (mut bobs_socket, _) = bob.connect().await;
    let guest = Person::guest(&server, "Ann").await;
    let (mut socket, ready) = guest.connect().await;
    socket.send(lobby(), message("as a guest")).await.unwrap();
    assert!(next_message(&mut bobs_socket, lobby()).await.sender.username.starts_with("guest-"));

    let ann = guest.upgrade("ann").await.unwrap();
    socket.send(lobby(), message("with the token from before")).await.unwrap();
    let expires_at = socket.refresh(ann.token()).await.unwrap();
    assert!(expires_at >= ready.expires_at);
    socket.send(lobby(), message("with the newer token")).await.unwrap();
    for words in ["with the token from before", "with the newer token"] {
        let heard = next_message(&mut bobs_socket, lobby()).await;
        assert_eq!((heard.content.as_deref(), heard.sender.username.as_str()), (Some(words), "ann"));
        assert_eq!(heard.sender.id, guest.id());
    }
    // The token may come in a second `auth` just as well.
    let data = AuthData { token: Some(ann.token().to_owned()), ..AuthData::default() };
    socket.write(&ClientFrame::Auth { id: Some(99), data }).await.unwrap();
    assert!(socket.send(lobby(), message("and again")).await.is_ok());
});

#[tokio::test]
async fn a_socket_is_refreshed_by_a_token_of_its_own_user_alone() {
    let server = Server::start(Backend::Sqlite).await;
    let (ann, bob) = (Person::register(&server, "ann").await, Person::register(&server, "bob").await);
    let (mut socket, _) = ann.connect().await;
    for (token, code) in [(bob.token(), "wrong_user"), ("nonsense", "token_invalid")] {
        assert_eq!(socket.refresh(token).await.unwrap_err().code(), Some(code));
    }
    assert!(socket.send(lobby(), message("still here")).await.is_ok());
    let mut stranger = RawSocket::open(&server, &[]).await;
    stranger.say(&json!({"type": "refresh", "id": 1, "data": {"token": ann.token()}})).await;
    assert_eq!(stranger.hear("error").await["error"]["code"], "not_authenticated");
}

#[tokio::test]
async fn a_refreshed_socket_belongs_to_the_session_of_its_newer_token() {
    let server = Server::start(Backend::Sqlite).await;
    let ann = Person::register(&server, "ann").await;
    let (mut socket, _) = ann.connect().await;
    let phone = server.rest().log_in("ann", "correct horse").await.unwrap();
    socket.refresh(&phone.tokens.access_token).await.unwrap();
    ann.rest.log_out().await.unwrap();
    assert!(socket.send(lobby(), message("its first session has ended")).await.is_ok());
    socket.write(&ClientFrame::Auth { id: None, data: AuthData::default() }).await.unwrap();
    assert_eq!(next_error(&mut socket).await, "already_authenticated");
    server.rest().with_token(&phone.tokens.access_token).log_out().await.unwrap();
    assert_eq!(super::bye(&mut socket).await, 4403);
}
