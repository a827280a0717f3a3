//! What is said and who hears it.

use std::time::Duration;

use rialto_client::ClientError;
use rialto_client::wire::frame::ServerFrame;
use rialto_client::wire::messaging::EventBodyView;
use serde_json::json;

use super::next_error;
use crate::support::people::{message, message_with_nonce, next_event, next_message, stream, text};
use crate::support::{Backend, Person, Server, lobby, on_every_database};

on_every_database!(two_people_talk_and_every_device_hears, async |backend| {
    let server = Server::start(backend).await;
    let ann = Person::register(&server, "ann").await;
    let bob = Person::register(&server, "bob").await;
    let (mut ann_phone, _) = ann.connect().await;
    let (mut ann_laptop, _) = ann.connect().await;
    let (mut bob_phone, _) = bob.connect().await;

    let sent = ann_phone.send(lobby(), message("hi Bob")).await.unwrap();
    for socket in [&mut ann_phone, &mut ann_laptop, &mut bob_phone] {
        let heard = next_message(socket, lobby()).await;
        assert_eq!((heard.id, heard.seq, text(&heard)), (sent.message_id, sent.seq, "hi Bob"));
        assert_eq!(heard.sender.username, "ann");
        assert_eq!(heard.nonce, None);
    }
    // What is said over HTTP is heard on sockets, and what is said on sockets is read over HTTP.
    let said = bob.say(lobby(), "hi Ann").await;
    assert_eq!(next_message(&mut ann_laptop, lobby()).await.id, said.id);
    let history = bob.rest.messages(lobby(), "limit=2").await.unwrap().items;
    assert_eq!(history.iter().map(|m| m.id).collect::<Vec<_>>(), [said.id, sent.message_id]);
});

on_every_database!(a_retry_on_the_socket_is_the_same_message, async |backend| {
    let server = Server::start(backend).await;
    let ann = Person::register(&server, "ann").await;
    let (mut socket, _) = ann.connect().await;
    let first = socket.send(lobby(), message_with_nonce("hi", "n1")).await.unwrap();
    let again = socket.send(lobby(), message_with_nonce("hi", "n1")).await.unwrap();
    assert_eq!((first.dup, again.dup, again.message_id), (false, true, first.message_id));
    let over_http = ann.rest.send(lobby(), &message_with_nonce("hi", "n1")).await.unwrap();
    assert_eq!(over_http.id, first.message_id);
    let conflict = socket.send(lobby(), message_with_nonce("ho", "n1")).await.unwrap_err();
    assert_eq!(conflict.code(), Some("nonce_conflict"));
});

on_every_database!(a_new_member_hears_at_once_and_a_removed_one_no_more, async |backend| {
    let server = Server::start(backend).await;
    let ann = Person::register(&server, "ann").await;
    let bob = Person::register(&server, "bob").await;
    let (mut bob_socket, _) = bob.connect().await;
    let room = ann.start_group("room", &[&bob]).await.id;
    // Bob's socket was connected before the group was; its first event there is his own coming in.
    let first = next_event(&mut bob_socket, room).await;
    assert!(matches!(&first.body, EventBodyView::MemberAdded(member) if member.user.id == bob.id()), "{first:?}");
    ann.say(room, "welcome").await;
    assert_eq!(text(&next_message(&mut bob_socket, room).await), "welcome");

    ann.rest.remove_member(room, bob.id()).await.unwrap();
    ann.say(room, "between us").await;
    let last = next_event(&mut bob_socket, room).await;
    assert!(matches!(&last.body, EventBodyView::MemberRemoved { user } if user.id == bob.id()), "{last:?}");
    ann.say(lobby(), "to all").await;
    loop {
        match bob_socket.next_within(Duration::from_secs(10)).await.unwrap() {
            ServerFrame::Event(event) if event.stream == stream(room) => panic!("still hears: {event:?}"),
            ServerFrame::Event(event) if matches!(event.body, EventBodyView::MessageCreated(_)) => break,
            _ => {}
        }
    }
});

#[tokio::test]
async fn commands_are_refused_with_the_codes_of_the_api() {
    let server = Server::start(Backend::Sqlite).await;
    let ann = Person::register(&server, "ann").await;
    let bob = Person::register(&server, "bob").await;
    let room = bob.start_group("room", &[]).await.id;
    let (mut socket, _) = ann.connect().await;
    let code = |outcome: Result<_, ClientError>| outcome.unwrap_err().code().map(str::to_owned);
    assert_eq!(code(socket.send(room, message("hi")).await).as_deref(), Some("conversation_not_found"));
    assert_eq!(code(socket.send(lobby(), message("")).await).as_deref(), Some("invalid_body"));
    assert_eq!(code(socket.send(lobby(), message(&"x".repeat(8_001))).await).as_deref(), Some("invalid_body"));
    let unknown = json!({"type":"send","id":70,"stream":stream(lobby()),"data":{"content":"x","sender":"bob"}});
    socket.write_text(unknown.to_string()).await.unwrap();
    assert_eq!(next_error(&mut socket).await, "bad_frame");
}
