//! Once, in order, on every device.

use rialto_client::Socket;
use rialto_client::wire::frame::ClientFrame;

use crate::support::people::{message, message_with_nonce, next_message, stream, text};
use crate::support::{PLENTY, Scene, Server, on_every_database};

use super::view::View;

on_every_database!(a_retry_after_a_lost_reply_says_it_once, async |backend| {
    let mut scene = Scene::start(backend).await;
    let (mut socket, _) = scene.bob.connect().await;
    let data = message_with_nonce("pay 5 to carol", "phone-1");
    let send = ClientFrame::Send { id: Some(1), stream: stream(scene.room), data: data.clone() };
    socket.write(&send).await.unwrap();
    // The reply is lost with the connection, and then the server goes down too.
    drop(socket);
    let mut before = Socket::connect(&scene.bob.rest.socket_url()).await.unwrap();
    before.auth(scene.bob.token(), None).await.unwrap();
    let by_socket = before.send(scene.room, data.clone()).await.unwrap();
    scene.server.crash_and_restart().await;
    let rest = scene.bob.rest_on(&scene.server);
    let by_http = rest.send(scene.room, &data).await.unwrap();
    assert_eq!(by_http.id, by_socket.message_id);
    let mut after = Socket::connect(&rest.socket_url()).await.unwrap();
    after.auth(scene.bob.token(), None).await.unwrap();
    let again = after.send(scene.room, data).await.unwrap();
    assert_eq!((again.message_id, again.dup), (by_socket.message_id, true));
    assert_eq!(rest.messages(scene.room, "").await.unwrap().items.len(), 1);
});

on_every_database!(two_devices_see_the_same_in_the_same_order, async |backend| {
    let scene = Scene::start(backend).await;
    let room = scene.room;
    let (mut phone, ready) = scene.bob.connect().await;
    let (mut laptop, _) = scene.bob.connect().await;
    let start = ready.streams[&stream(room)].seq;
    let talkers = [&scene.ann, &scene.bob, &scene.carol].map(|person| {
        let rest = person.rest.clone();
        tokio::spawn(async move {
            for n in 0..15 {
                let id = rest.send(room, &message(&n.to_string())).await.unwrap().id;
                if n % 3 == 0 {
                    rest.edit(id, "edited").await.unwrap();
                }
                if n % 5 == 0 {
                    rest.react(id, "👍").await.unwrap();
                }
            }
        })
    });
    for talker in talkers {
        talker.await.unwrap();
    }
    let top = scene.last_seq().await;
    let mut views = [View { seq: start, ..View::default() }, View { seq: start, ..View::default() }];
    let mut orders = Vec::new();
    for (view, socket) in views.iter_mut().zip([&mut phone, &mut laptop]) {
        let events = view.follow(socket, room, top).await;
        orders.push(events.into_iter().map(|event| event.seq).collect::<Vec<_>>());
    }
    assert_eq!(orders[0], (start + 1..=top).collect::<Vec<_>>());
    assert_eq!(orders[0], orders[1]);
    assert_eq!(views[0], views[1]);
    assert_eq!(views[0].messages, View::by_rest(&scene.carol.rest, room).await);
});

on_every_database!(rapid_messages_keep_their_order, async |backend| {
    let scene = Scene::on(Server::start_with(backend, &PLENTY).await).await;
    let (mut bob, _) = scene.bob.connect().await;
    let (mut ann, _) = scene.ann.connect().await;
    // Typed faster than any answer comes.
    for n in 0..100 {
        let send = ClientFrame::Send { id: Some(n), stream: stream(scene.room), data: message(&n.to_string()) };
        ann.write(&send).await.unwrap();
    }
    for n in 0..100 {
        assert_eq!(text(&next_message(&mut bob, scene.room).await), n.to_string());
    }
    let history = scene.carol.rest.messages(scene.room, "after=0&limit=100").await.unwrap().items;
    let said: Vec<u64> = history.iter().map(|message| text(message).parse().unwrap()).collect();
    assert_eq!(said, (0..100).collect::<Vec<_>>());
});
