//! Sending again: one nonce of one sender stands for one message, for ever.

use rialto_messaging::{AppendRefusal, Appended, HistoryPart, HistorySlice, MemberRole, NewMessage};

use super::super::concurrency::at_once;
use crate::{Scene, Stores, builders};

/// The same words in the same place under the same nonce, with a new id and a later time.
pub async fn a_retry_returns_the_original(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let id = scene.group(&[&ann]).await;
    let answered = scene.say(id, &ann, "first").await;
    let new = NewMessage { reply_to: Some(answered.id), ..scene.new_message(id, &ann, "hi") };
    let original = scene.append(new.clone()).await;
    scene.say(id, &ann, "something later").await;
    for retry in [new.clone(), NewMessage { id: scene.ids.next(), at: scene.later(), ..new }] {
        let outcome = scene.messaging.append_message(retry).await.unwrap();
        assert_eq!(outcome, Appended::Duplicate(original.clone()));
    }
    assert_eq!(scene.log(id).await.len(), 4);
}

/// Nor does a lost role keep the original from its sender.
pub async fn a_retry_returns_the_original_even_after_the_sender_left(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann, &bob]).await;
    let new = scene.new_message(id, &bob, "hi");
    let original = scene.append(new.clone()).await;
    scene.leave(id, &bob).await;
    let gone = scene.messaging.append_message(new.clone()).await.unwrap();
    assert_eq!(gone, Appended::Duplicate(original.clone()));
    scene.add(id, &bob, MemberRole::Reader).await;
    let reader = scene.messaging.append_message(new).await.unwrap();
    assert_eq!(reader, Appended::Duplicate(original));
}

/// `NonceConflict` for other words, another place or another answered message; the original stays.
pub async fn a_nonce_of_another_message_conflicts(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let (id, elsewhere) = (scene.group(&[&ann]).await, scene.group(&[&ann]).await);
    let answered = scene.say(id, &ann, "first").await;
    let new = scene.new_message(id, &ann, "hi");
    let original = scene.append(new.clone()).await;
    let others = [
        NewMessage { content: builders::content("Hi"), ..new.clone() },
        NewMessage { content: builders::content("hi "), ..new.clone() },
        NewMessage { conversation_id: elsewhere, ..new.clone() },
        NewMessage { conversation_id: scene.ids.next(), ..new.clone() },
        NewMessage { reply_to: Some(answered.id), ..new.clone() },
    ];
    for other in others {
        let outcome = scene.messaging.append_message(NewMessage { id: scene.ids.next(), ..other }).await;
        assert!(matches!(outcome, Err(AppendRefusal::NonceConflict)), "{outcome:?}");
    }
    assert_eq!(scene.messaging.append_message(new).await.unwrap(), Appended::Duplicate(original));
    assert_eq!(scene.log(elsewhere).await.len(), 1);
}

/// Nobody can hide another's message by guessing its nonce.
pub async fn another_users_nonce_does_not_collide(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann, &bob]).await;
    for sender in [&ann, &bob] {
        let new = NewMessage { nonce: builders::nonce("1"), ..scene.new_message(id, sender, "hi") };
        assert_eq!(&scene.append(new).await.sender, sender);
    }
}

/// Letter case counts, and so does every one of 64 characters.
pub async fn nonces_are_compared_character_by_character(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let id = scene.group(&[&ann]).await;
    let long = "n".repeat(63);
    for text in ["a", "A", "1", "01", "1.0", "%", "_", &format!("{long}x"), &format!("{long}y")] {
        let new = NewMessage { nonce: builders::nonce(text), ..scene.new_message(id, &ann, "hi") };
        assert_eq!(scene.append(new).await.nonce.as_str(), text);
    }
}

/// One is new, the others are duplicates of it.
pub async fn of_many_retries_at_once_one_is_stored(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let id = scene.group(&[&ann]).await;
    let new = scene.new_message(id, &ann, "hi");
    let outcomes = at_once((0..16).map(|_| {
        let (store, retry) = (scene.messaging.clone(), NewMessage { id: scene.ids.next(), ..new.clone() });
        async move { store.append_message(retry).await.unwrap() }
    }))
    .await;
    let stored = scene.messaging.list_messages(id, HistoryPart::Main, HistorySlice::Latest, 10, ann.id).await.unwrap();
    assert_eq!(stored.len(), 1);
    let count = |wanted: &Appended| outcomes.iter().filter(|outcome| *outcome == wanted).count();
    assert_eq!(count(&Appended::New(stored[0].clone())), 1, "{outcomes:?}");
    assert_eq!(count(&Appended::Duplicate(stored[0].clone())), 15, "{outcomes:?}");
}

/// One is new, the others conflict with it, even in other conversations.
pub async fn of_many_messages_of_one_nonce_at_once_one_is_stored(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let ids = [scene.group(&[&ann]).await, scene.group(&[&ann]).await];
    let outcomes = at_once((0..16).map(|number| {
        let new = NewMessage {
            nonce: builders::nonce("1"),
            ..scene.new_message(ids[number % 2], &ann, &format!("text {number}"))
        };
        let store = scene.messaging.clone();
        async move { store.append_message(new).await }
    }))
    .await;
    assert_eq!(outcomes.iter().filter(|outcome| matches!(outcome, Ok(Appended::New(_)))).count(), 1, "{outcomes:?}");
    let conflicts = outcomes.iter().filter(|outcome| matches!(outcome, Err(AppendRefusal::NonceConflict))).count();
    assert_eq!(conflicts, 15, "{outcomes:?}");
    assert_eq!(scene.log(ids[0]).await.len() + scene.log(ids[1]).await.len(), 3);
}
