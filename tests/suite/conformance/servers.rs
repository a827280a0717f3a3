//! Several servers over one database.

use crate::support::people::{message, next_message, stream, text};
use crate::support::{Backend, Scene, Server};

use super::view::{View, resumed};

/// Servers over one database sign tokens with one secret.
const SHARED: [(&str, &str); 1] = [("JWT_SECRET", "b0a4d2f7c96e13588e0f7a6d4c21b95f3e7d80a1c6f24e9b")];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_resume_goes_on_at_another_process() {
    let mut scene = Scene::on(Server::start_with(Backend::Postgres, &SHARED).await).await;
    let other = scene.server.start_beside().await.unwrap();
    let (mut socket, ready) = scene.bob.connect().await;
    let position = ready.streams[&stream(scene.room)].clone();
    let edited = scene.ann.say(scene.room, "one").await.id;
    assert_eq!(text(&next_message(&mut socket, scene.room).await), "one");
    drop(socket);
    scene.ann.say(scene.room, "two").await;
    scene.ann.rest.edit(edited, "first").await.unwrap();
    let top = scene.last_seq().await;
    scene.server.kill().await;

    let rest = other.rest().with_token(scene.bob.token());
    let mut socket = resumed(&rest, scene.room, position.epoch, position.seq + 1).await;
    let mut view = View { seq: position.seq + 1, ..View::default() };
    let events = view.follow(&mut socket, scene.room, top).await;
    assert_eq!(events.len(), 2);
    let ann = other.rest().with_token(scene.ann.token());
    ann.send(scene.room, &message("three")).await.unwrap();
    assert_eq!(text(&next_message(&mut socket, scene.room).await), "three");
}
