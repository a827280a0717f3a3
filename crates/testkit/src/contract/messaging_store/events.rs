//! Reading the log.

use rialto_messaging::{Event, EventBody, MemberRole};

use crate::{Scene, Stores};

/// Each event as the act that logged it returned it, in order of `seq`.
pub async fn the_log_replays_what_was_logged(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann]).await;
    let mut wanted = scene.log(id).await;
    let created = |message: rialto_messaging::Message| Event {
        stream: id.into(),
        seq: message.seq,
        at: message.created_at,
        body: EventBody::MessageCreated(message),
    };
    wanted.push(scene.add(id, &bob, MemberRole::Admin).await);
    wanted.push(created(scene.say(id, &bob, "hi").await));
    wanted.push(scene.leave(id, &bob).await);
    wanted.push(created(scene.say(id, &ann, "bye").await));
    assert_eq!(scene.log(id).await, wanted);
    let names: Vec<_> = wanted.iter().map(|event| event.body.name()).collect();
    assert_eq!(names, ["member.added", "member.added", "message.created", "member.removed", "message.created"]);
}

/// From any position, in pages of any length; the position itself is left out.
pub async fn the_log_is_read_from_any_position(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann, &bob]).await;
    for _ in 0..6 {
        scene.say(id, &ann, "hi").await;
    }
    scene.leave(id, &bob).await;
    let log = scene.log(id).await;
    assert_eq!(log.len(), 9);
    for after in 0..=9 {
        for limit in [0, 1, 4, 9, 10] {
            let page = scene.messaging.list_events(id.into(), after as u64, limit).await.unwrap();
            let end = log.len().min(after + limit as usize);
            assert_eq!(page, log[after..end], "{limit} after {after}");
        }
    }
}

/// Numbers of one conversation say nothing about another.
pub async fn logs_of_conversations_are_kept_apart(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let (one, other) = (scene.group(&[&ann]).await, scene.group(&[&ann]).await);
    for _ in 0..3 {
        assert_eq!(scene.say(one, &ann, "one").await.seq, scene.say(other, &ann, "other").await.seq);
    }
    for id in [one, other] {
        let log = scene.log(id).await;
        assert_eq!(log.len(), 4);
        assert!(log.iter().all(|event| event.stream == id.into()));
    }
}
