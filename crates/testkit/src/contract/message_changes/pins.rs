//! Pinned messages.

use std::sync::Arc;

use rialto_messaging::{Event, EventBody, MAX_PINS, MemberRole, Message, MessageRefusal, PinChange};

use super::super::concurrency::at_once;
use crate::{Scene, Stores, builders};

/// The event tells which, who and that it is pinned.
pub async fn a_pin_is_logged_and_shown(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let id = scene.group(&[&ann]).await;
    let said = scene.say(id, &ann, "hi").await;
    let done = scene.pin(&said, &ann).await;
    let at = scene.now();
    let body = EventBody::PinAdded(PinChange { message_id: said.id, user: ann.clone(), pinned: true });
    let event = Event { stream: id.into(), seq: 3, at, body };
    assert_eq!(done.events, std::slice::from_ref(&event));
    assert_eq!(done.value, Message { pinned_at: Some(at), ..said.clone() });
    assert_eq!(scene.log(id).await[2], event);
    assert_eq!(scene.changes.list_pins(id, ann.id).await.unwrap(), [done.value]);
}

/// Pinning what is pinned changes nothing, not even when it was; nor does unpinning what is not.
pub async fn a_message_is_pinned_or_not(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let id = scene.group(&[&ann]).await;
    let said = scene.say(id, &ann, "hi").await;
    let none = scene.try_pin(said.id, &ann, false).await.unwrap();
    assert_eq!((none.value, none.events), (said.clone(), vec![]));
    let pinned = scene.pin(&said, &ann).await.value;
    let again = scene.pin(&said, &ann).await;
    assert_eq!((again.value, again.events), (pinned, vec![]));
    let unpinned = scene.try_pin(said.id, &ann, false).await.unwrap();
    let change = PinChange { message_id: said.id, user: ann.clone(), pinned: false };
    assert_eq!(unpinned.events[0].body, EventBody::PinRemoved(change));
    assert_eq!(unpinned.value, said);
    assert_eq!(scene.changes.list_pins(id, ann.id).await.unwrap(), []);
}

/// Not the newest message, of whatever thread.
pub async fn the_message_pinned_last_comes_first(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let (id, elsewhere) = (scene.group(&[&ann]).await, scene.group(&[&ann]).await);
    let (one, two) = (scene.say(id, &ann, "one").await, scene.say(id, &ann, "two").await);
    let reply = scene.reply(&one, &ann, "reply").await;
    let other = scene.say(elsewhere, &ann, "elsewhere").await;
    for message in [&two, &reply, &other, &one] {
        scene.pin(message, &ann).await;
    }
    let pins: Vec<_> = scene.changes.list_pins(id, ann.id).await.unwrap().into_iter().map(|pin| pin.id).collect();
    assert_eq!(pins, [one.id, reply.id, two.id]);
}

/// Owners and admins; `NotAllowed` to members. Between two users, both do.
pub async fn moderators_pin_and_both_users_of_a_direct_conversation(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob, cid) = (scene.user("ann").await, scene.user("bob").await, scene.user("cid").await);
    let group = scene.group(&[&ann, &bob]).await;
    scene.add(group, &cid, MemberRole::Admin).await;
    let said = scene.say(group, &bob, "hi").await;
    for pinned in [true, false] {
        let refusal = scene.try_pin(said.id, &bob, pinned).await.unwrap_err();
        assert!(matches!(refusal, MessageRefusal::NotAllowed), "{refusal:?}");
    }
    assert_ne!(scene.pin(&said, &cid).await.events, []);
    let direct = scene.create(scene.new_direct(&ann, &bob)).await.0.id;
    for (user, other) in [(&ann, &bob), (&bob, &ann)] {
        let said = scene.say(direct, other, "hi").await;
        assert_ne!(scene.pin(&said, user).await.events, []);
    }
}

/// `Deleted`; and a pinned message that is deleted makes room.
pub async fn a_deleted_message_is_not_pinned(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let id = scene.group(&[&ann]).await;
    let said = scene.say(id, &ann, "hi").await;
    scene.pin(&said, &ann).await;
    scene.delete(&said, &ann).await;
    let refusal = scene.try_pin(said.id, &ann, true).await.unwrap_err();
    assert!(matches!(refusal, MessageRefusal::Deleted), "{refusal:?}");
}

/// `TooMany` for one more, until one is unpinned or deleted; another conversation counts for itself.
pub async fn a_conversation_has_a_hundred_pins(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let (id, elsewhere) = (scene.group(&[&ann]).await, scene.group(&[&ann]).await);
    let mut pinned = Vec::new();
    for _ in 0..MAX_PINS {
        pinned.push(scene.say(id, &ann, "hi").await);
        scene.pin(&pinned[pinned.len() - 1], &ann).await;
    }
    let more = [scene.say(id, &ann, "more").await, scene.say(id, &ann, "more").await];
    let refused = async |message: &Message| {
        let refusal = scene.try_pin(message.id, &ann, true).await.unwrap_err();
        assert!(matches!(refusal, MessageRefusal::TooMany), "{refusal:?}");
    };
    refused(&more[0]).await;
    scene.try_pin(pinned[0].id, &ann, false).await.unwrap();
    scene.pin(&more[0], &ann).await;
    refused(&more[1]).await;
    scene.delete(&pinned[1], &ann).await;
    scene.pin(&more[1], &ann).await;
    let said = scene.say(elsewhere, &ann, "hi").await;
    scene.pin(&said, &ann).await;
    assert_eq!(scene.changes.list_pins(id, ann.id).await.unwrap().len(), MAX_PINS);
}

/// Whether it is pinned now, whatever the event was.
pub async fn a_replay_shows_whether_it_is_pinned_now(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let id = scene.group(&[&ann]).await;
    let said = scene.say(id, &ann, "hi").await;
    scene.pin(&said, &ann).await;
    scene.try_pin(said.id, &ann, false).await.unwrap();
    let now = scene.pin(&said, &ann).await.value;
    let bodies: Vec<_> = scene.log(id).await.into_iter().skip(1).map(|event| event.body).collect();
    let change = PinChange { message_id: said.id, user: ann.clone(), pinned: true };
    let wanted = [
        EventBody::MessageCreated(now),
        EventBody::PinAdded(change.clone()),
        EventBody::PinRemoved(change.clone()),
        EventBody::PinAdded(change),
    ];
    assert_eq!(bodies, wanted);
}

/// The limit holds under many at once.
pub async fn of_many_pins_at_once_no_more_than_fit_are_made(stores: Stores) {
    let scene = Arc::new(Scene::new(stores));
    let ann = scene.user("ann").await;
    let id = scene.group(&[&ann]).await;
    for _ in 0..MAX_PINS - 3 {
        let said = scene.say(id, &ann, "hi").await;
        scene.pin(&said, &ann).await;
    }
    let mut others = Vec::new();
    for _ in 0..10 {
        others.push(scene.say(id, &ann, "more").await);
    }
    let outcomes = at_once(others.into_iter().map(|said| {
        let (scene, ann) = (scene.clone(), ann.clone());
        async move { scene.try_pin(said.id, &ann, true).await }
    }))
    .await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 3, "{outcomes:?}");
    assert_eq!(scene.changes.list_pins(id, ann.id).await.unwrap().len(), MAX_PINS);
}

/// Whoever is in, and as they see it: with their own reactions.
pub async fn pins_are_shown_as_the_reader_sees_them(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann, &bob]).await;
    let said = scene.say(id, &ann, "hi").await;
    scene.pin(&said, &ann).await;
    scene.react(&said, &bob, "👍").await;
    for (reader, mine) in [(&ann, false), (&bob, true)] {
        let pins = scene.changes.list_pins(id, reader.id).await.unwrap();
        assert_eq!(pins[0].reactions[0].mine, mine);
        assert_eq!(pins[0].reactions[0].emoji, builders::emoji("👍"));
    }
}
