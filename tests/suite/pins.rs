//! Pinned messages.

use rialto_client::wire::messaging::{EventBodyView, MemberRoleWord};
use uuid::Uuid;

use crate::support::people::{direct, next_event};
use crate::support::{Scene, code, on_every_database};

on_every_database!(pins_are_listed_the_last_one_first_and_everyone_hears, async |backend| {
    let scene = Scene::start(backend).await;
    let first = scene.bob.say(scene.room, "rules").await.id;
    let second = scene.bob.say(scene.room, "where we meet").await.id;
    let (mut socket, _) = scene.carol.connect().await;
    assert!(scene.ann.rest.pin(second).await.unwrap().pinned);
    scene.ann.rest.pin(first).await.unwrap();
    let pinned = async || -> Vec<Uuid> {
        scene.carol.rest.pins(scene.room).await.unwrap().items.iter().map(|message| message.id).collect()
    };
    assert_eq!(pinned().await, [first, second]);
    for id in [second, first] {
        let EventBodyView::PinAdded(heard) = next_event(&mut socket, scene.room).await.body else { panic!() };
        assert_eq!((heard.message_id, heard.user.id, heard.pinned), (id, scene.ann.id(), true));
    }
    assert!(!scene.ann.rest.unpin(first).await.unwrap().pinned);
    assert_eq!(pinned().await, [second]);
    let EventBodyView::PinRemoved(heard) = next_event(&mut socket, scene.room).await.body else { panic!() };
    assert_eq!((heard.message_id, heard.pinned), (first, false));
});

on_every_database!(pinning_twice_is_pinning_once, async |backend| {
    let scene = Scene::start(backend).await;
    let said = scene.bob.say(scene.room, "rules").await;
    for _ in 0..2 {
        scene.ann.rest.pin(said.id).await.unwrap();
    }
    for _ in 0..2 {
        scene.ann.rest.unpin(said.id).await.unwrap();
    }
    assert_eq!(scene.events_after(said.seq).await, ["pin.added", "pin.removed"]);
});

on_every_database!(who_keeps_order_pins_and_both_of_a_pair_do, async |backend| {
    let scene = Scene::start(backend).await;
    let Scene { ann, bob, carol, eve, room, .. } = &scene;
    let said = bob.say(*room, "rules").await.id;
    assert_eq!(code(bob.rest.pin(said).await), "not_allowed", "not even one's own");
    assert_eq!(code(eve.rest.pin(said).await), "message_not_found");
    assert_eq!(code(ann.rest.pin(Uuid::nil()).await), "message_not_found");
    assert_eq!(code(eve.rest.pins(*room).await), "conversation_not_found");
    ann.rest.change_role(*room, bob.id(), MemberRoleWord::Admin).await.unwrap();
    bob.rest.pin(said).await.unwrap();
    assert_eq!(code(carol.rest.unpin(said).await), "not_allowed");

    let pair = carol.rest.create_conversation(&direct(bob.id())).await.unwrap().id;
    let said = bob.say(pair, "my address").await.id;
    carol.rest.pin(said).await.unwrap();
    bob.rest.unpin(said).await.unwrap();
    bob.rest.delete(said).await.unwrap();
    assert_eq!(code(bob.rest.pin(said).await), "message_deleted");
});

on_every_database!(a_hundred_messages_are_pinned_at_most, async |backend| {
    let scene = Scene::start(backend).await;
    let mut pinned = Vec::new();
    for n in 0..100 {
        let id = scene.ann.say(scene.room, &n.to_string()).await.id;
        scene.ann.rest.pin(id).await.unwrap();
        pinned.push(id);
    }
    let one_more = scene.ann.say(scene.room, "one more").await.id;
    assert_eq!(code(scene.ann.rest.pin(one_more).await), "too_many");
    assert_eq!(scene.bob.rest.pins(scene.room).await.unwrap().items.len(), 100);
    // What is deleted is not pinned any more, and leaves room.
    scene.ann.rest.delete(pinned[0]).await.unwrap();
    scene.ann.rest.pin(one_more).await.unwrap();
});
