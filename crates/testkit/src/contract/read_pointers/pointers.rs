//! Read pointers: one per member, only forward.

use std::sync::Arc;

use rialto_messaging::{
    ConversationChanges, Event, EventBody, MarkReadRefusal, MemberRole, ReadChange, ReadState, StreamId,
};

use super::super::concurrency::at_once;
use crate::{Scene, Stores, builders};

/// In the reader's personal stream, with the numbers of that moment; others hear nothing of it.
pub async fn a_pointer_that_moves_is_logged_for_its_reader(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann, &bob]).await;
    for text in ["one", "two", "three"] {
        scene.call(id, &ann, &format!("{text} @bob")).await;
    }
    let before = scene.messaging.find_conversation(id).await.unwrap();
    let done = scene.mark(id, &bob, 1).await;
    let read = ReadState { ordinal: 1, unread: 2, mentions: 2 };
    let change = ReadChange { conversation_id: id, thread_root: None, last_ordinal: 3, read };
    let event =
        Event { stream: StreamId::Personal(bob.id), seq: 2, at: scene.now(), body: EventBody::ReadChanged(change) };
    assert_eq!((done.value, &done.events), (read, &vec![event.clone()]));
    assert_eq!(scene.personal_log(&bob).await[1], event);
    assert_eq!(scene.read_state(id, &bob).await, Some(read));
    assert_eq!(scene.messaging.find_conversation(id).await.unwrap(), before);
    assert_eq!(scene.personal_log(&ann).await.len(), 1);
    assert_eq!(scene.counts(id, &ann).await, (0, 0, 0));
}

/// Nothing is logged for what is read already.
pub async fn a_pointer_never_moves_back(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann, &bob]).await;
    for _ in 0..3 {
        scene.say(id, &ann, "hi").await;
    }
    let read = scene.mark(id, &bob, 2).await.value;
    for ordinal in [2, 1, 0] {
        let done = scene.mark(id, &bob, ordinal).await;
        assert_eq!((done.value, done.events), (read, vec![]), "{ordinal}");
    }
    assert_eq!(scene.personal_log(&bob).await.len(), 2);
}

/// Not past the last message, so that what comes next is unread.
pub async fn a_pointer_stops_at_the_last_message(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann, &bob]).await;
    assert_eq!(scene.mark(id, &bob, 7).await.events, [], "nothing was said");
    scene.say(id, &ann, "one").await;
    for beyond in [2, i64::MAX as u64, i64::MAX as u64 + 1, u64::MAX] {
        let done = scene.mark(id, &bob, beyond).await;
        assert_eq!(done.value, ReadState { ordinal: 1, unread: 0, mentions: 0 });
        assert_eq!(done.events.len(), usize::from(beyond == 2), "{beyond}");
    }
    scene.say(id, &ann, "two").await;
    assert_eq!(scene.counts(id, &bob).await, (1, 1, 0));
}

/// Who never was in, who left, and in a conversation that is not.
pub async fn who_is_not_in_marks_nothing(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob, eve) = (scene.user("ann").await, scene.user("bob").await, scene.user("eve").await);
    let id = scene.channel("news", &[(&ann, MemberRole::Owner), (&bob, MemberRole::Member)]).await;
    scene.say(id, &ann, "hi").await;
    scene.leave(id, &bob).await;
    for (id, reader) in [(id, &eve), (id, &bob), (scene.ids.next(), &ann)] {
        let outcome = scene.reads.mark_read(scene.new_mark(id, reader, 1)).await;
        assert!(matches!(outcome, Err(MarkReadRefusal::NotAMember)), "{outcome:?}");
    }
    assert_eq!(scene.personal_log(&eve).await, []);
}

/// However somebody comes in, also for the second time.
pub async fn who_comes_in_has_read_what_was_said_before(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann]).await;
    scene.call(id, &ann, "before @all").await;
    scene.add(id, &bob, MemberRole::Member).await;
    assert_eq!(scene.counts(id, &bob).await, (1, 0, 0));
    scene.call(id, &ann, "unread @bob").await;
    scene.leave(id, &bob).await;
    scene.call(id, &ann, "while bob is away @all").await;
    assert_eq!(scene.read_state(id, &bob).await, None);
    scene.add(id, &bob, MemberRole::Member).await;
    assert_eq!(scene.counts(id, &bob).await, (3, 0, 0));
    scene.call(id, &ann, "after").await;
    assert_eq!(scene.counts(id, &bob).await, (3, 1, 0));
}

/// What one said does not say what one read.
pub async fn sending_moves_no_pointer(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann, &bob]).await;
    scene.say(id, &ann, "hi").await;
    scene.say(id, &bob, "hi yourself").await;
    assert_eq!(scene.counts(id, &bob).await, (0, 1, 0));
    assert_eq!(scene.counts(id, &ann).await, (0, 1, 0));
    assert_eq!(scene.personal_log(&bob).await.len(), 1);
}

/// A pointer of one conversation says nothing about another.
pub async fn pointers_of_conversations_are_kept_apart(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let (one, other) = (scene.group(&[&ann, &bob]).await, scene.group(&[&ann, &bob]).await);
    for id in [one, other] {
        scene.say(id, &ann, "hi").await;
    }
    scene.mark(one, &bob, 1).await;
    assert_eq!(scene.counts(one, &bob).await, (1, 0, 0));
    assert_eq!(scene.counts(other, &bob).await, (0, 1, 0));
}

/// Reading needs no right to write.
pub async fn who_may_only_read_marks_what_they_read(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.channel("news", &[(&ann, MemberRole::Owner), (&bob, MemberRole::Reader)]).await;
    scene.say(id, &ann, "one").await;
    assert_eq!(scene.mark(id, &bob, 1).await.events.len(), 1);
    scene.mute(id, &ann, &bob, Some(scene.now() + chrono::TimeDelta::days(1))).await;
    scene.say(id, &ann, "two").await;
    let archive = ConversationChanges { archived: Some(true), ..ConversationChanges::default() };
    scene.change(id, builders::actor(ann.id), archive).await.unwrap();
    assert_eq!(scene.mark(id, &bob, 2).await.events.len(), 1);
}

/// Twenty devices at once: the furthest wins, each move is logged once, forward, without holes.
pub async fn of_many_marks_at_once_the_furthest_wins(stores: Stores) {
    let scene = Arc::new(Scene::new(stores));
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann, &bob]).await;
    for _ in 0..20 {
        scene.say(id, &ann, "hi").await;
    }
    let outcomes = at_once((1..=20).map(|ordinal| {
        let (scene, bob) = (scene.clone(), bob.clone());
        async move { scene.mark(id, &bob, (ordinal * 11) % 21).await }
    }))
    .await;
    assert_eq!(scene.counts(id, &bob).await, (20, 0, 0));
    let log = scene.personal_log(&bob).await;
    assert_eq!(log.iter().map(|event| event.seq).collect::<Vec<_>>(), (1..=log.len() as u64).collect::<Vec<_>>());
    let mut last = 0;
    for event in &log[1..] {
        let EventBody::ReadChanged(change) = event.body else { panic!("{event:?}") };
        assert!(change.read.ordinal > last, "{log:?}");
        assert_eq!(change.read.unread, 20 - change.read.ordinal);
        last = change.read.ordinal;
    }
    let logged: usize = outcomes.iter().map(|done| done.events.len()).sum();
    assert_eq!(logged, log.len() - 1);
}

/// While others write: no number of the personal log is missing or comes twice, whichever conversations it is about.
pub async fn personal_numbers_have_no_holes_while_much_happens(stores: Stores) {
    let scene = Arc::new(Scene::new(stores));
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let mut ids = Vec::new();
    for _ in 0..4 {
        ids.push(scene.group(&[&ann]).await);
    }
    at_once(ids.iter().copied().map(|id| {
        let (scene, ann, bob) = (scene.clone(), ann.clone(), bob.clone());
        async move {
            for _ in 0..4 {
                scene.add(id, &bob, MemberRole::Member).await;
                let said = scene.say(id, &ann, "hi").await;
                scene.mark(id, &bob, said.ordinal).await;
                scene.leave(id, &bob).await;
            }
        }
    }))
    .await;
    let log = scene.personal_log(&bob).await;
    assert_eq!(log.iter().map(|event| event.seq).collect::<Vec<_>>(), (1..=48).collect::<Vec<_>>());
    for id in ids {
        let names: Vec<_> = log
            .iter()
            .filter(|event| match event.body {
                EventBody::ConversationEntered(about) | EventBody::ConversationLeft(about) => about == id,
                EventBody::ReadChanged(change) => change.conversation_id == id,
                _ => panic!("{event:?}"),
            })
            .map(|event| event.body.name())
            .collect();
        assert_eq!(names, ["conversation.entered", "read.changed", "conversation.left"].repeat(4));
    }
}
