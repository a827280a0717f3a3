//! Reading messages back and forth.

use rialto_kernel::ConversationId;
use rialto_messaging::{HistoryPart, HistorySlice, MemberRole, Message};

use crate::{Scene, Stores};

/// Seven messages with other events between them, oldest first.
async fn scene_with_history(stores: Stores) -> (Scene, ConversationId, Vec<Message>) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let (id, elsewhere) = (scene.group(&[&ann]).await, scene.group(&[&ann]).await);
    let mut messages = Vec::new();
    for number in 0..7 {
        messages.push(scene.say(id, &ann, &format!("number {number}")).await);
        scene.say(elsewhere, &ann, "elsewhere").await;
        if number % 2 == 0 {
            scene.add(id, &bob, MemberRole::Member).await;
        } else {
            scene.leave(id, &bob).await;
        }
    }
    (scene, id, messages)
}

async fn listed(scene: &Scene, id: ConversationId, slice: HistorySlice, limit: i64) -> Vec<Message> {
    scene.messaging.list_messages(id, HistoryPart::Main, slice, limit, scene.ids.next()).await.unwrap()
}

fn newest_first(messages: &[Message]) -> Vec<Message> {
    messages.iter().rev().cloned().collect()
}

/// Only messages, only of this conversation.
pub async fn the_latest_messages_come_newest_first(stores: Stores) {
    let (scene, id, all) = scene_with_history(stores).await;
    assert_eq!(listed(&scene, id, HistorySlice::Latest, 100).await, newest_first(&all));
    assert_eq!(listed(&scene, id, HistorySlice::Latest, 7).await, newest_first(&all));
    assert_eq!(listed(&scene, id, HistorySlice::Latest, 3).await, newest_first(&all[4..]));
    assert_eq!(listed(&scene, id, HistorySlice::Latest, 0).await, []);
}

/// The number itself is left out; it may be that of an event that is no message.
pub async fn messages_before_a_number_come_newest_first(stores: Stores) {
    let (scene, id, all) = scene_with_history(stores).await;
    assert_eq!(listed(&scene, id, HistorySlice::Before(all[4].seq), 100).await, newest_first(&all[..4]));
    assert_eq!(listed(&scene, id, HistorySlice::Before(all[4].seq), 2).await, newest_first(&all[2..4]));
    assert_eq!(listed(&scene, id, HistorySlice::Before(all[4].seq + 1), 1).await, newest_first(&all[4..5]));
    for first in [0, 1, all[0].seq] {
        assert_eq!(listed(&scene, id, HistorySlice::Before(first), 100).await, []);
    }
}

/// The number itself is left out; it may be that of an event that is no message.
pub async fn messages_after_a_number_come_oldest_first(stores: Stores) {
    let (scene, id, all) = scene_with_history(stores).await;
    assert_eq!(listed(&scene, id, HistorySlice::After(0), 100).await, all);
    assert_eq!(listed(&scene, id, HistorySlice::After(0), 2).await, all[..2]);
    assert_eq!(listed(&scene, id, HistorySlice::After(all[2].seq), 2).await, all[3..5]);
    assert_eq!(listed(&scene, id, HistorySlice::After(all[2].seq - 1), 1).await, all[2..3]);
    assert_eq!(listed(&scene, id, HistorySlice::After(all[6].seq), 100).await, []);
}

/// From the newest to the oldest and back again, by pages of any length.
pub async fn a_walk_through_the_history_meets_every_message_once(stores: Stores) {
    let (scene, id, all) = scene_with_history(stores).await;
    for length in 1..=8 {
        let mut back = listed(&scene, id, HistorySlice::Latest, length).await;
        let mut forth = listed(&scene, id, HistorySlice::After(0), length).await;
        // As many pages as could be needed; a walk that meets messages twice is too long then.
        for _ in 0..all.len() {
            let (oldest, newest) = (back.last().unwrap().seq, forth.last().unwrap().seq);
            back.extend(listed(&scene, id, HistorySlice::Before(oldest), length).await);
            forth.extend(listed(&scene, id, HistorySlice::After(newest), length).await);
        }
        assert_eq!(back, newest_first(&all), "{length} per page");
        assert_eq!(forth, all, "{length} per page");
    }
}

/// A number that no log reaches is not an error, however great.
pub async fn numbers_beyond_any_log_are_answered(stores: Stores) {
    let (scene, id, all) = scene_with_history(stores).await;
    for beyond in [1_000, i64::MAX as u64, i64::MAX as u64 + 1, u64::MAX] {
        assert_eq!(listed(&scene, id, HistorySlice::Before(beyond), 2).await, newest_first(&all[5..]));
        assert_eq!(listed(&scene, id, HistorySlice::After(beyond), 2).await, []);
        assert_eq!(scene.messaging.list_events(id.into(), beyond, 2).await.unwrap(), []);
    }
}

/// A conversation in which nothing was said yet has an empty history.
pub async fn a_silent_conversation_has_no_messages(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let id = scene.group(&[&ann]).await;
    for slice in [HistorySlice::Latest, HistorySlice::Before(10), HistorySlice::After(0)] {
        assert_eq!(listed(&scene, id, slice, 10).await, []);
    }
}
