//! Who is out hears nothing.

use std::time::Duration;

use rialto_client::Socket;
use rialto_client::wire::frame::{EventFrame, ServerFrame};

use crate::support::people::{message, next_event, stream};
use crate::support::{Person, Scene, lobby, on_every_database};

/// The events of the group that a socket still gets, up to a message in the lobby that comes after them.
async fn heard_until_now(socket: &mut Socket, scene: &Scene) -> Vec<EventFrame> {
    scene.carol.say(lobby(), "the end").await;
    let mut heard = Vec::new();
    loop {
        match socket.next_within(Duration::from_secs(10)).await.expect("a frame") {
            ServerFrame::Event(event) if event.stream == stream(scene.room) => heard.push(event),
            ServerFrame::Event(event) if event.stream == stream(lobby()) => return heard,
            _ => {}
        }
    }
}

on_every_database!(a_removed_member_gets_nothing_more, async |backend| {
    let scene = Scene::start(backend).await;
    for round in 0..10 {
        let (mut socket, _) = scene.bob.connect().await;
        // Others are talking all the time.
        let talking = {
            let (rest, room) = (scene.carol.rest.clone(), scene.room);
            tokio::spawn(async move {
                for _ in 0..20 {
                    rest.send(room, &message("chatter")).await.unwrap();
                }
            })
        };
        scene.ann.rest.remove_member(scene.room, scene.bob.id()).await.unwrap();
        // From the moment the call has returned.
        let secret = scene.ann.say(scene.room, "now that he is gone").await;
        talking.await.unwrap();
        let heard = heard_until_now(&mut socket, &scene).await;
        let text = serde_json::to_string(&heard).unwrap();
        assert!(!text.contains("now that he is gone"), "round {round}: {text}");
        let last = heard.last().expect("being told that one is out");
        assert!(text.contains("member.removed") && last.seq < secret.seq, "round {round}: {text}");
        scene.ann.rest.add_member(scene.room, scene.bob.id()).await.unwrap();
    }
});

on_every_database!(a_removed_member_learns_nothing_by_asking, async |backend| {
    let scene = Scene::start(backend).await;
    let (mut socket, ready) = scene.bob.connect().await;
    let position = ready.streams[&stream(scene.room)].clone();
    scene.ann.rest.remove_member(scene.room, scene.bob.id()).await.unwrap();
    scene.ann.say(scene.room, "now that he is gone").await;
    next_event(&mut socket, scene.room).await;
    let id = socket.fresh_id();
    let data = rialto_client::wire::frame::CatchupData { after: position.seq };
    let ask = rialto_client::wire::frame::ClientFrame::Catchup { id: Some(id), stream: stream(scene.room), data };
    socket.write(&ask).await.unwrap();
    assert_eq!(socket.answer_to(id).await.unwrap_err().code(), Some("conversation_not_found"));
    let mut again = Socket::connect(&scene.bob.rest.socket_url()).await.unwrap();
    let resume = [(stream(scene.room), (position.epoch, position.seq))].into();
    let ready = again.auth(scene.bob.token(), Some(resume)).await.unwrap();
    assert!(!ready.streams.contains_key(&stream(scene.room)));
    assert!(heard_until_now(&mut again, &scene).await.is_empty());
});

on_every_database!(whoever_comes_back_hears_from_their_coming_on, async |backend| {
    let scene = Scene::start(backend).await;
    let (mut socket, _) = scene.bob.connect().await;
    let room = scene.room;
    let out_and_in = async |bob: &Person| {
        scene.ann.rest.remove_member(room, bob.id()).await.unwrap();
        scene.ann.say(room, "now that he is gone").await;
        scene.ann.rest.add_member(room, bob.id()).await.unwrap();
        scene.ann.say(room, "welcome back").await;
    };
    out_and_in(&scene.bob).await;
    let heard = heard_until_now(&mut socket, &scene).await;
    let text = serde_json::to_string(&heard).unwrap();
    assert!(text.contains("welcome back") && !text.contains("now that he is gone"), "{text}");
});
