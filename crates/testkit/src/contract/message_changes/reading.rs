//! Messages as they are now, wherever they are read.

use rialto_kernel::MessageId;
use rialto_messaging::{HistoryPart, HistorySlice, Reaction};

use crate::{Scene, Stores, builders};

/// Whoever reads it: members, strangers, users who are not.
pub async fn a_message_is_found_by_its_id(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, eve) = (scene.user("ann").await, scene.user("eve").await);
    let id = scene.group(&[&ann]).await;
    let said = scene.say(id, &ann, "hi").await;
    for reader in [ann.id, eve.id, scene.ids.next()] {
        assert_eq!(scene.changes.find_message(said.id, reader).await.unwrap(), Some(said.clone()));
    }
}

/// Absent, without revisions or pins.
pub async fn an_unknown_message_is_absent(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let unknown: MessageId = scene.ids.next();
    assert_eq!(scene.changes.find_message(unknown, ann.id).await.unwrap(), None);
    assert_eq!(scene.changes.list_revisions(unknown).await.unwrap(), []);
    assert_eq!(scene.changes.list_pins(scene.ids.next(), ann.id).await.unwrap(), []);
}

/// Alone, in the history, among the pins, as the newest of its conversation and in the answer to its retry.
pub async fn a_message_looks_the_same_wherever_it_is_read(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann, &bob]).await;
    let new = scene.new_call(id, &ann, "hi @bob");
    let said = scene.append(new.clone()).await;
    scene.react(&said, &bob, "👍").await;
    scene.react(&said, &ann, "🦀").await;
    scene.pin(&said, &ann).await;
    let seen = scene.message(&said, &ann).await;
    assert_eq!(seen.reactions.len(), 2);
    assert!(seen.pinned_at.is_some() && !seen.mentions.is_empty());
    assert_eq!(scene.history(id, &ann).await, std::slice::from_ref(&seen));
    assert_eq!(scene.changes.list_pins(id, ann.id).await.unwrap(), std::slice::from_ref(&seen));
    let summary = scene.messaging.find_summary(id, ann.id).await.unwrap().unwrap();
    assert_eq!(summary.last_message, Some(seen.clone()));
    let retried = scene.messaging.append_message(new).await.unwrap();
    assert_eq!(retried, rialto_messaging::Appended::Duplicate(seen));
}

/// `mine` is the reader's; all else is the same for all.
pub async fn only_mine_depends_on_the_reader(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob, eve) = (scene.user("ann").await, scene.user("bob").await, scene.user("eve").await);
    let id = scene.group(&[&ann, &bob]).await;
    let said = scene.say(id, &ann, "hi").await;
    scene.react(&said, &bob, "👍").await;
    let mut seen = scene.message(&said, &eve).await;
    let thumbs = |mine| vec![Reaction { emoji: builders::emoji("👍"), count: 1, mine }];
    for (reader, mine) in [(&ann, false), (&bob, true), (&eve, false)] {
        seen.reactions = thumbs(mine);
        assert_eq!(scene.message(&said, reader).await, seen);
        let (part, slice) = (HistoryPart::Main, HistorySlice::Latest);
        assert_eq!(
            scene.messaging.list_messages(id, part, slice, 5, reader.id).await.unwrap(),
            std::slice::from_ref(&seen)
        );
    }
}
