//! People without an account.

use rialto_client::wire::messaging::{ChangeConversationRequest, VisibilityWord};

use crate::support::people::{group, message};
use crate::support::{Person, Scene, code, lobby, on_every_database};

on_every_database!(guests_talk_in_the_lobby_and_where_a_channel_lets_them, async |backend| {
    let scene = Scene::start(backend).await;
    let guest = Person::guest(&scene.server, "Visitor").await;
    let said = guest.say(lobby(), "hello").await.id;
    guest.rest.edit(said, "hello there").await.unwrap();
    guest.rest.react(said, "👋").await.unwrap();

    let news = scene.ann.start_channel("news", VisibilityWord::Public).await;
    assert!(!news.guests_may_write);
    guest.rest.join(news.id).await.unwrap();
    let post = scene.ann.say(news.id, "read all about it").await.id;
    assert_eq!(guest.rest.messages(news.id, "").await.unwrap().items.len(), 1);
    assert_eq!(code(guest.rest.send(news.id, &message("x")).await), "guests_read_only");
    assert_eq!(code(guest.rest.react(post, "👍").await), "guests_read_only");

    let open =
        |guests_may_write| ChangeConversationRequest { guests_may_write: Some(guests_may_write), ..Default::default() };
    scene.ann.rest.change_conversation(news.id, &open(true)).await.unwrap();
    let said = guest.say(news.id, "at last").await.id;
    scene.ann.rest.change_conversation(news.id, &open(false)).await.unwrap();
    assert_eq!(code(guest.rest.edit(said, "x").await), "guests_read_only");
    // To take one's own words back is not to write.
    guest.rest.delete(said).await.unwrap();
});

on_every_database!(a_guest_who_is_invited_to_a_group_talks_there, async |backend| {
    let scene = Scene::start(backend).await;
    let guest = Person::guest(&scene.server, "Visitor").await;
    scene.ann.rest.add_member(scene.room, guest.id()).await.unwrap();
    guest.say(scene.room, "thanks").await;
});

on_every_database!(guests_start_no_conversation_of_any_kind, async |backend| {
    let scene = Scene::start(backend).await;
    let guest = Person::guest(&scene.server, "Visitor").await;
    let start = guest.rest.create_conversation(&group("mine", vec![scene.ann.id()])).await;
    assert_eq!(code(start), "guest_refused");
});
