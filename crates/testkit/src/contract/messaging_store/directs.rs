//! A pair of users has one direct conversation.

use std::collections::HashSet;

use rialto_messaging::{Created, NewConversation};

use super::super::concurrency::at_once;
use crate::{Scene, Stores};

/// The second time, in either order, gets the first as it is by now, and stores nothing.
pub async fn a_pair_has_one_direct_conversation_in_any_order(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let (first, _) = scene.create(scene.new_direct(&ann, &bob)).await;
    scene.say(first.id, &bob, "hi").await;
    let by_now = scene.messaging.find_conversation(first.id).await.unwrap().unwrap();
    assert_eq!((by_now.last_seq, by_now.last_ordinal), (3, 1));
    for again in [scene.new_direct(&ann, &bob), scene.new_direct(&bob, &ann)] {
        let NewConversation { id, .. } = again;
        let outcome = scene.messaging.create_conversation(again).await.unwrap();
        assert_eq!(outcome, Created::Existing(by_now.clone()));
        assert_eq!(scene.messaging.find_conversation(id).await.unwrap(), None);
    }
    assert_eq!(scene.log(first.id).await.len(), 3);
}

/// One of them is stored, the others find it.
pub async fn a_pair_raced_in_both_orders_gets_one_conversation(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let outcomes = at_once((0..8).map(|number| {
        let new = if number % 2 == 0 { scene.new_direct(&ann, &bob) } else { scene.new_direct(&bob, &ann) };
        let store = scene.messaging.clone();
        async move { store.create_conversation(new).await.unwrap() }
    }))
    .await;
    assert_eq!(outcomes.iter().filter(|outcome| matches!(outcome, Created::New(..))).count(), 1, "{outcomes:?}");
    let ids: HashSet<_> = outcomes
        .iter()
        .map(|outcome| match outcome {
            Created::New(conversation, _) | Created::Existing(conversation) => conversation.id,
        })
        .collect();
    assert_eq!(ids.len(), 1);
    assert_eq!(scene.followed(ann.id).await.len(), 1);
}

/// Who talks with one may talk with another.
pub async fn other_pairs_have_their_own_direct_conversation(stores: Stores) {
    let scene = Scene::new(stores);
    let people = scene.users(4).await;
    let mut ids = HashSet::new();
    for (number, one) in people.iter().enumerate() {
        for other in &people[..number] {
            ids.insert(scene.create(scene.new_direct(one, other)).await.0.id);
        }
    }
    assert_eq!(ids.len(), 6);
}

/// Looking finds what there is, in either order, and makes nothing.
pub async fn a_direct_conversation_is_found_by_its_pair(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob, cleo) = (scene.user("ann").await, scene.user("bob").await, scene.user("cleo").await);
    assert_eq!(scene.messaging.find_direct(ann.id, bob.id).await.unwrap(), None);
    let (direct, _) = scene.create(scene.new_direct(&ann, &bob)).await;
    for (one, other) in [(ann.id, bob.id), (bob.id, ann.id)] {
        let found = scene.messaging.find_direct(one, other).await.unwrap();
        assert_eq!(found.map(|found| found.id), Some(direct.id));
    }
    for (one, other) in [(ann.id, cleo.id), (cleo.id, bob.id), (ann.id, ann.id)] {
        assert_eq!(scene.messaging.find_direct(one, other).await.unwrap(), None);
    }
}
