//! Sockets that a ticket signs in.

use std::time::Duration;

use serde_json::json;

use super::raw::RawSocket;
use crate::support::{Backend, Person, Server, on_every_database};

async fn open(server: &Server, ticket: &str) -> RawSocket {
    RawSocket::open_at(server, &format!("/ws?ticket={ticket}"), &[]).await
}

async fn is_refused(server: &Server, ticket: &str) {
    let mut socket = open(server, ticket).await;
    assert_eq!(socket.hear("error").await["error"]["code"], "ticket_invalid");
    assert_eq!(socket.hear("bye").await["data"]["code"], 4401);
    assert_eq!(socket.close_code().await, Some(4401));
}

on_every_database!(a_ticket_signs_one_socket_in_as_its_session, async |backend| {
    let server = Server::start(backend).await;
    let ann = Person::register(&server, "ann").await;
    let issued = ann.rest.ticket().await.unwrap();
    assert_eq!(issued.expires_in, 30);
    let mut socket = open(&server, &issued.ticket).await;
    assert_eq!(socket.hear("ready").await["data"]["user"]["id"], json!(ann.id()));
    is_refused(&server, &issued.ticket).await;
    ann.rest.log_out().await.unwrap();
    assert_eq!(socket.close_code().await, Some(4403));
});

on_every_database!(a_ticket_ends_with_its_session, async |backend| {
    let server = Server::start(backend).await;
    let ann = Person::register(&server, "ann").await;
    let issued = ann.rest.ticket().await.unwrap();
    ann.rest.log_out().await.unwrap();
    is_refused(&server, &issued.ticket).await;
    assert_eq!(ann.rest.ticket().await.unwrap_err().code(), Some("token_invalid"));
    assert_eq!(server.rest().ticket().await.unwrap_err().code(), Some("token_missing"));
});

#[tokio::test]
async fn a_ticket_works_for_its_seconds() {
    let server = Server::start_with(Backend::Sqlite, &[("RIALTO__AUTH__TICKET_SECONDS", "1")]).await;
    let ann = Person::guest(&server, "Ann").await;
    let issued = ann.rest.ticket().await.unwrap();
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    is_refused(&server, &issued.ticket).await;
    for ticket in ["", "nonsense", ann.token()] {
        is_refused(&server, ticket).await;
    }
}
