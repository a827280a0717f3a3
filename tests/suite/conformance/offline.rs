//! What happened while one was away.

use rialto_client::Socket;
use rialto_client::wire::messaging::EventBodyView;

use crate::support::people::{next_personal, stream};
use crate::support::{Scene, on_every_database};

use super::view::{View, resumed};

on_every_database!(edits_and_deletes_made_while_offline_arrive_on_resume, async |backend| {
    let scene = Scene::start(backend).await;
    let Scene { ann, bob, room, .. } = &scene;
    let edited = ann.say(*room, "helo").await.id;
    let deleted = ann.say(*room, "swordfish").await.id;
    let liked = ann.say(*room, "lunch?").await.id;
    let (mut socket, ready) = bob.connect().await;
    let position = ready.streams[&stream(*room)].clone();
    let mut view = View { messages: View::by_rest(&bob.rest, *room).await, seq: position.seq };
    let last = ann.say(*room, "seen").await.seq;
    view.follow(&mut socket, *room, last).await;
    drop(socket);

    ann.rest.edit(edited, "hello").await.unwrap();
    ann.rest.delete(deleted).await.unwrap();
    ann.rest.react(liked, "👍").await.unwrap();
    ann.rest.react(liked, "🎉").await.unwrap();
    ann.rest.unreact(liked, "🎉").await.unwrap();
    ann.rest.pin(liked).await.unwrap();
    ann.say(*room, "anybody there?").await;
    let top = scene.last_seq().await;
    let mut socket = resumed(&bob.rest, *room, position.epoch, view.seq).await;
    let events = view.follow(&mut socket, *room, top).await;
    assert_eq!(events.iter().map(|event| event.seq).collect::<Vec<_>>(), (last + 1..=top).collect::<Vec<_>>());
    assert_eq!(view.messages, View::by_rest(&bob.rest, *room).await);
    assert_eq!(view.messages[&deleted].content, None);
});

on_every_database!(what_was_missed_comes_before_what_is_live, async |backend| {
    let scene = Scene::start(backend).await;
    let Scene { ann, bob, room, .. } = &scene;
    let (socket, ready) = bob.connect().await;
    let position = ready.streams[&stream(*room)].clone();
    drop(socket);
    for n in 0..60 {
        ann.say(*room, &format!("missed {n}")).await;
    }
    let mut socket = resumed(&bob.rest, *room, position.epoch, position.seq).await;
    // Somebody goes on talking while the replay is under way.
    let (rest, place) = (ann.rest.clone(), *room);
    let live = tokio::spawn(async move {
        let mut last = 0;
        for n in 0..20 {
            last = rest.send(place, &crate::support::people::message(&format!("live {n}"))).await.unwrap().seq;
        }
        last
    });
    let mut view = View { seq: position.seq, ..View::default() };
    let events = view.follow(&mut socket, *room, position.seq + 80).await;
    assert_eq!(live.await.unwrap(), position.seq + 80);
    let expected: Vec<_> = (position.seq + 1..=position.seq + 80).collect();
    assert_eq!(events.iter().map(|event| event.seq).collect::<Vec<_>>(), expected, "each once, in order");
    let first_live = events.iter().position(|event| !event.replay).unwrap_or(events.len());
    assert!(events[first_live..].iter().all(|event| !event.replay), "once live, always live");
});

on_every_database!(what_happened_to_oneself_while_offline_arrives_on_the_personal_stream, async |backend| {
    let scene = Scene::start(backend).await;
    let Scene { ann, bob, room, .. } = &scene;
    let gone = ann.start_group("gone", &[bob]).await.id;
    let (socket, ready) = bob.connect().await;
    let position = ready.streams["u"].clone();
    drop(socket);
    let said = ann.say(*room, "news").await;
    bob.read(*room, said.ordinal).await;
    ann.rest.remove_member(*room, bob.id()).await.unwrap();
    let new = ann.start_group("new", &[bob]).await.id;
    ann.rest.delete_conversation(gone).await.unwrap();

    let mut socket = Socket::connect(&bob.rest.socket_url()).await.unwrap();
    let ready =
        socket.auth(bob.token(), Some([("u".to_owned(), (position.epoch, position.seq))].into())).await.unwrap();
    assert!(ready.streams["u"].ok);
    let mut told = Vec::new();
    for n in 1..=4 {
        let event = next_personal(&mut socket).await;
        assert_eq!((event.seq, event.replay), (position.seq + n, true));
        told.push(match event.body {
            EventBodyView::ReadChanged(change) => ("read", change.conversation_id),
            EventBodyView::ConversationLeft { conversation_id } => ("left", conversation_id),
            EventBodyView::ConversationEntered { conversation_id } => ("entered", conversation_id),
            other => panic!("{other:?}"),
        });
    }
    assert_eq!(told, [("read", *room), ("left", *room), ("entered", new), ("left", gone)]);
});

on_every_database!(replaying_twice_changes_nothing, async |backend| {
    let scene = Scene::start(backend).await;
    let Scene { ann, bob, room, .. } = &scene;
    for n in 0..5 {
        let id = ann.say(*room, &format!("{n}")).await.id;
        bob.rest.react(id, "👍").await.unwrap();
        match n {
            1 => drop(ann.rest.edit(id, "one").await.unwrap()),
            2 => drop(ann.rest.delete(id).await.unwrap()),
            3 => drop(ann.rest.pin(id).await.unwrap()),
            4 => drop(bob.rest.unreact(id, "👍").await.unwrap()),
            _ => {}
        }
    }
    let log = bob.rest.events(*room, 0, 100).await.unwrap().items;
    let mut view = View::default();
    for event in &log {
        view.apply(event.seq, &event.body);
    }
    let once = view.clone();
    assert_eq!(once.messages, View::by_rest(&bob.rest, *room).await);
    for event in log.iter().chain(&log[log.len() / 2..]) {
        view.apply(event.seq, &event.body);
    }
    assert_eq!(view, once);
    assert_eq!(bob.rest.events(*room, 0, 100).await.unwrap().items, log, "nor does the log change by reading it");
});
