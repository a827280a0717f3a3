//! What is told once: typing, presence.

use std::time::Duration;

use rialto_client::wire::frame::{ClientFrame, OkData, PresenceData, ServerFrame, SignalBody};

use crate::support::people::{message, stream};
use crate::support::{Backend, PLENTY, Person, Server, lobby};

#[tokio::test]
async fn typing_is_told_to_the_others() {
    let server = Server::start(Backend::Sqlite).await;
    let ann = Person::register(&server, "ann").await;
    let bob = Person::register(&server, "bob").await;
    let (mut ann_socket, _) = ann.connect().await;
    let (mut bob_socket, _) = bob.connect().await;
    ann_socket.write(&ClientFrame::Typing { id: None, stream: stream(lobby()) }).await.unwrap();
    loop {
        let frame = bob_socket.next_within(Duration::from_secs(10)).await.expect("a signal");
        if let ServerFrame::Signal { stream: place, body: SignalBody::Typing { user_id, ttl_ms } } = frame {
            assert_eq!((place, user_id), (stream(lobby()), ann.id()));
            assert!(ttl_ms > 0);
            break;
        }
    }
}

#[tokio::test]
async fn presence_follows_the_last_device() {
    let server = Server::start(Backend::Sqlite).await;
    let ann = Person::register(&server, "ann").await;
    let bob = Person::register(&server, "bob").await;
    let (mut ann_socket, _) = ann.connect().await;
    ann_socket.subscribe(&["x:presence"]).await.unwrap();
    let (phone, _) = bob.connect().await;
    let (laptop, _) = bob.connect().await;
    assert!(ann.rest.user(bob.id()).await.unwrap().online);
    phone.close().await.unwrap();
    laptop.close().await.unwrap();
    let mut told = Vec::new();
    while told.len() < 2 {
        let frame = ann_socket.next_within(Duration::from_secs(10)).await.expect("a signal");
        if let ServerFrame::Signal { body: SignalBody::Presence(presence), .. } = frame
            && presence.user_id == bob.id()
        {
            told.push(presence.online);
        }
    }
    assert_eq!(told, [true, false]);
    let id = ann_socket.fresh_id();
    let ask = ClientFrame::Presence { id: Some(id), data: PresenceData { user_ids: vec![ann.id(), bob.id()] } };
    ann_socket.write(&ask).await.unwrap();
    let answer = ann_socket.answer_to(id).await.unwrap();
    let ServerFrame::Ok { data: Some(OkData::Presence { users }), .. } = answer else { panic!("{answer:?}") };
    assert_eq!(users.iter().map(|presence| presence.online).collect::<Vec<_>>(), [true, false]);
}

#[tokio::test]
async fn nobody_types_everywhere_at_once() {
    let server = Server::start_with(Backend::Sqlite, &PLENTY).await;
    let ann = Person::register(&server, "ann").await;
    let bob = Person::register(&server, "bob").await;
    let room = ann.start_group("room", &[&bob]).await.id;
    let (mut ann_socket, _) = ann.connect().await;
    let (mut bob_socket, _) = bob.connect().await;
    for _ in 0..100 {
        for place in [lobby(), room] {
            ann_socket.write(&ClientFrame::Typing { id: None, stream: stream(place) }).await.unwrap();
        }
    }
    ann_socket.send(lobby(), message("done")).await.unwrap();
    let mut signals = 0;
    loop {
        match bob_socket.next_within(Duration::from_secs(10)).await.expect("a frame") {
            ServerFrame::Signal { .. } => signals += 1,
            ServerFrame::Event(_) => break,
            _ => {}
        }
    }
    // Once in each place, or twice if a second passed meanwhile.
    assert!((2..=4).contains(&signals), "{signals}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_is_told_ready_is_online_for_everybody() {
    let server = Server::start(Backend::Sqlite).await;
    let ann = Person::register(&server, "ann").await;
    for n in 0..30 {
        let guest = Person::guest(&server, &format!("Guest {n}")).await;
        let (_socket, _) = guest.connect().await;
        assert!(ann.rest.user(guest.id()).await.unwrap().online, "at connection {n}");
    }
}
