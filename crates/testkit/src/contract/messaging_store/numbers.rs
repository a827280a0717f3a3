//! Numbers: no holes, one order for all, whoever writes at the same time.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rialto_kernel::ConversationId;
use rialto_messaging::{Appended, Event, EventBody, HistoryPart, HistorySlice, MemberRole, Message};

use super::super::concurrency::at_once;
use crate::{Scene, Stores};

fn assert_without_holes(log: &[Event]) {
    let numbers: Vec<u64> = log.iter().map(|event| event.seq).collect();
    assert_eq!(numbers, (1..=log.len() as u64).collect::<Vec<_>>());
}

fn messages_of(log: &[Event]) -> Vec<&Message> {
    let messages = log.iter().filter_map(|event| match &event.body {
        EventBody::MessageCreated(message) => Some((event.seq, message)),
        _ => None,
    });
    messages.inspect(|(seq, message)| assert_eq!(message.seq, *seq)).map(|(_, message)| message).collect()
}

/// `seq` counts every event, `ordinal` only messages.
pub async fn ordinals_count_messages_only(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann]).await;
    let mut numbers = Vec::new();
    for _ in 0..3 {
        let message = scene.say(id, &ann, "hi").await;
        numbers.push((message.seq, message.ordinal));
        scene.add(id, &bob, MemberRole::Member).await;
        let message = scene.say(id, &bob, "hi").await;
        numbers.push((message.seq, message.ordinal));
        scene.leave(id, &bob).await;
    }
    assert_eq!(numbers, [(2, 1), (4, 2), (6, 3), (8, 4), (10, 5), (12, 6)]);
    let conversation = scene.messaging.find_conversation(id).await.unwrap().unwrap();
    assert_eq!((conversation.last_seq, conversation.last_ordinal), (13, 6));
    assert_without_holes(&scene.log(id).await);
}

/// Fifty writers in three conversations, each sending four messages one after the other.
pub async fn numbers_have_no_holes_under_fifty_writers(stores: Stores) {
    let scene = Arc::new(Scene::new(stores));
    let people = scene.users(5).await;
    let everyone: Vec<_> = people.iter().collect();
    let ids = [scene.group(&everyone).await, scene.group(&everyone).await, scene.group(&everyone).await];
    let sent = at_once((0..50).map(|writer| {
        let (scene, sender) = (scene.clone(), people[writer % people.len()].clone());
        async move {
            let mut sent = Vec::new();
            for number in 0..4 {
                sent.push(scene.say(ids[(writer + number) % 3], &sender, &format!("{writer}/{number}")).await);
            }
            sent
        }
    }))
    .await;
    let mut logged = 0;
    for id in ids {
        let log = scene.log(id).await;
        assert_without_holes(&log);
        let messages = messages_of(&log);
        let ordinals: Vec<u64> = messages.iter().map(|message| message.ordinal).collect();
        assert_eq!(ordinals, (1..=messages.len() as u64).collect::<Vec<_>>());
        for message in sent.iter().flatten().filter(|message| message.conversation_id == id) {
            assert_eq!(log[message.seq as usize - 1].body, EventBody::MessageCreated(message.clone()));
        }
        let conversation = scene.messaging.find_conversation(id).await.unwrap().unwrap();
        assert_eq!((conversation.last_seq, conversation.last_ordinal), (log.len() as u64, messages.len() as u64));
        logged += messages.len();
    }
    assert_eq!(logged, 200);
}

/// People come and go while others write: still no hole, and nobody writes after they left.
pub async fn numbers_have_no_holes_while_members_change(stores: Stores) {
    let scene = Arc::new(Scene::new(stores));
    let people = scene.users(6).await;
    let id = scene.group(&[&people[0]]).await;
    at_once(people.into_iter().enumerate().map(|(number, user)| {
        let scene = scene.clone();
        async move {
            for round in 0..6 {
                if number > 0 {
                    let new = scene.new_member(id, user.id, MemberRole::Member);
                    scene.messaging.add_member(new).await.unwrap();
                }
                let outcome = scene.messaging.append_message(scene.new_message(id, &user, "hi")).await.unwrap();
                assert!(matches!(outcome, Appended::New(_)), "{outcome:?}");
                if number > 0 && round % 2 == 0 {
                    scene.leave(id, &user).await;
                }
            }
        }
    }))
    .await;
    let log = scene.log(id).await;
    assert_without_holes(&log);
    assert_eq!(messages_of(&log).len(), 36);
}

/// A reader who sees a number sees every number below it, at every moment.
pub async fn whoever_sees_a_number_sees_all_below(stores: Stores) {
    let scene = Arc::new(Scene::new(stores));
    let people = scene.users(8).await;
    let id = scene.group(&people.iter().collect::<Vec<_>>()).await;
    let done = Arc::new(AtomicBool::new(false));
    let reader = tokio::spawn(watch_growing(scene.clone(), id, done.clone()));
    at_once(people.into_iter().map(|user| {
        let scene = scene.clone();
        async move {
            for _ in 0..10 {
                scene.say(id, &user, "hi").await;
            }
        }
    }))
    .await;
    done.store(true, Ordering::SeqCst);
    assert_eq!(reader.await.unwrap(), 88);
}

async fn watch_growing(scene: Arc<Scene>, id: ConversationId, done: Arc<AtomicBool>) -> usize {
    let mut seen = 0;
    loop {
        let last_round = done.load(Ordering::SeqCst);
        let top = scene.messaging.stream_tops(&[id.into()]).await.unwrap()[0].last_seq;
        let log = scene.log(id).await;
        assert_without_holes(&log);
        assert!(log.len() as u64 >= top, "the log holds what its top promised");
        assert!(log.len() >= seen, "what was seen stays");
        seen = log.len();
        let newest = scene
            .messaging
            .list_messages(id, HistoryPart::Main, HistorySlice::Latest, 1, scene.ids.next())
            .await
            .unwrap();
        assert!(newest.iter().all(|message| message.seq >= seen as u64 || seen == 8), "history keeps up with the log");
        if last_round {
            return seen;
        }
        tokio::task::yield_now().await;
    }
}
