//! Coming back: nothing is missed, nothing comes twice.

use std::collections::BTreeSet;
use std::time::Duration;

use rialto_client::Socket;
use rialto_client::wire::frame::{CatchupData, ClientFrame, ServerFrame};
use rialto_client::wire::messaging::EventBodyView;

use crate::support::people::{message, next_event, stream, text};
use crate::support::{Backend, PLENTY, Person, Server, lobby, on_every_database};

on_every_database!(resume_replays_what_was_missed_in_order_then_goes_live, async |backend| {
    let mut server = Server::start(backend).await;
    let ann = Person::register(&server, "ann").await;
    let bob = Person::register(&server, "bob").await;
    let (mut socket, ready) = bob.connect().await;
    let position = ready.streams[&stream(lobby())].clone();
    ann.say(lobby(), "seen").await;
    let seen = next_event(&mut socket, lobby()).await;
    drop(socket);
    for n in 0..150 {
        ann.say(lobby(), &format!("missed {n}")).await;
    }
    server.crash_and_restart().await;

    let ann = ann.rest_on(&server);
    let mut socket = Socket::connect(&server.rest().socket_url()).await.unwrap();
    let resume = [(stream(lobby()), (position.epoch, seen.seq))].into();
    let ready = socket.auth(bob.token(), Some(resume)).await.unwrap();
    let resumed = &ready.streams[&stream(lobby())];
    assert_eq!((resumed.ok, resumed.from), (true, Some(seen.seq)));
    ann.send(lobby(), &message("live")).await.unwrap();
    let mut expected = seen.seq;
    for n in 0..150 {
        let event = next_event(&mut socket, lobby()).await;
        expected += 1;
        assert_eq!(event.seq, expected);
        assert!(event.replay);
        assert!(matches!(event.body, EventBodyView::MessageCreated(m) if text(&m) == format!("missed {n}")));
    }
    loop {
        match socket.next_within(Duration::from_secs(10)).await.unwrap() {
            ServerFrame::Synced { stream: synced, seq } if synced == stream(lobby()) => {
                assert!(seq >= expected);
            }
            ServerFrame::Event(event) => {
                assert!(matches!(event.body, EventBodyView::MessageCreated(m) if text(&m) == "live"));
                assert_eq!(event.seq, expected + 1);
                break;
            }
            _ => {}
        }
    }
});

on_every_database!(a_position_of_another_history_is_refused, async |backend| {
    let server = Server::start(backend).await;
    let ann = Person::register(&server, "ann").await;
    let (_, ready) = ann.connect().await;
    let epoch = ready.streams[&stream(lobby())].epoch;
    for position in [(ann.id(), 1), (epoch, 1_000_000)] {
        let mut socket = Socket::connect(&server.rest().socket_url()).await.unwrap();
        let ready = socket.auth(ann.token(), Some([(stream(lobby()), position)].into())).await.unwrap();
        let refused = &ready.streams[&stream(lobby())];
        assert_eq!((refused.ok, refused.reason.as_deref()), (false, Some("epoch_changed")));
    }
});

#[tokio::test]
async fn catching_up_during_a_replay_leaves_no_hole() {
    let server = Server::start_with(Backend::Sqlite, &PLENTY).await;
    let ann = Person::register(&server, "ann").await;
    let (mut socket, ready) = ann.connect().await;
    let epoch = ready.streams[&stream(lobby())].epoch;
    for _ in 0..500 {
        let said = ClientFrame::Send { id: None, stream: stream(lobby()), data: message("hi") };
        socket.write(&said).await.unwrap();
    }
    let top = socket.send(lobby(), message("the last")).await.unwrap().seq;
    for after in [0, top - 50] {
        let mut socket = Socket::connect(&server.rest().socket_url()).await.unwrap();
        let resume = [(stream(lobby()), (epoch, 0))].into();
        socket.auth(ann.token(), Some(resume)).await.unwrap();
        for id in 100..104 {
            let ask = ClientFrame::Catchup { id: Some(id), stream: stream(lobby()), data: CatchupData { after } };
            socket.write(&ask).await.unwrap();
        }
        let live = ann.say(lobby(), "live").await.seq;
        // The answers and the replay come as they like, but the stream becomes live once, and whole.
        let (mut seen, mut answers, mut synced) = (BTreeSet::new(), 0, None);
        while answers < 4 || synced.is_none() || !seen.contains(&live) {
            match socket.next_within(Duration::from_secs(10)).await.expect("a frame") {
                ServerFrame::Event(event) => {
                    assert!(event.replay || synced.is_some(), "live before synced: {event:?}");
                    seen.insert(event.seq);
                }
                ServerFrame::Ok { .. } => answers += 1,
                ServerFrame::Synced { seq, .. } => synced = Some(seq),
                _ => {}
            }
        }
        assert_eq!(seen, (1..=live).collect());
    }
}
