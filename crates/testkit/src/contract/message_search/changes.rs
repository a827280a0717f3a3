//! A message is found by what it says now.

use rialto_messaging::{Message, SearchQuery};

use super::texts::found;
use crate::{Scene, Stores, builders};

/// And no longer by what it said before.
pub async fn an_edited_message_is_found_by_what_it_says_now(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let id = scene.group(&[&ann]).await;
    let said = scene.say(id, &ann, "apples").await;
    scene.edit(&said, "oranges").await;
    assert_eq!(found(&scene, &ann, "oranges").await, ["oranges"]);
    assert_eq!(found(&scene, &ann, "apples").await, Vec::<String>::new());
    scene.edit(&said, "apples again").await;
    assert_eq!(found(&scene, &ann, "apples").await, ["apples again"]);
    assert_eq!(found(&scene, &ann, "oranges").await, Vec::<String>::new());
}

/// Neither by its words nor by a filter alone.
pub async fn a_deleted_message_is_never_found(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let id = scene.group(&[&ann]).await;
    let (said, kept) = (scene.say(id, &ann, "apples").await, scene.say(id, &ann, "pears").await);
    scene.edit(&said, "oranges").await;
    scene.delete(&said, &ann).await;
    for typed in ["apples", "oranges"] {
        assert_eq!(found(&scene, &ann, typed).await, Vec::<String>::new(), "{typed}");
    }
    assert_eq!(found(&scene, &ann, "from:ann").await, [kept.content.unwrap().as_str()]);
}

/// With reactions, thread and pin, the reader's own reactions marked.
pub async fn a_found_message_is_as_its_reader_sees_it(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann, &bob]).await;
    let said = scene.call(id, &ann, "apples for @bob").await;
    scene.react(&said, &bob, "👍").await;
    scene.pin(&said, &ann).await;
    scene.reply(&said, &bob, "thanks").await;
    for reader in [&ann, &bob] {
        let query = SearchQuery::parse("apples").unwrap();
        let page = scene.search.search_messages(reader.id, query, None, builders::limit(5)).await.unwrap();
        let seen: Message = scene.message(&said, reader).await;
        assert!(seen.thread.is_some() && seen.pinned_at.is_some());
        assert_eq!(page.items, [seen]);
    }
}

/// At once, with no refresh to wait for, however many write.
pub async fn what_was_said_is_found_when_its_act_returns(stores: Stores) {
    let scene = std::sync::Arc::new(Scene::new(stores));
    let people = scene.users(8).await;
    let id = scene.group(&people.iter().collect::<Vec<_>>()).await;
    super::super::concurrency::at_once(people.into_iter().enumerate().map(|(number, user)| {
        let scene = scene.clone();
        async move {
            for round in 0..5 {
                let text = format!("word{number}x{round}");
                scene.say(id, &user, &text).await;
                assert_eq!(found(&scene, &user, &text).await, [text]);
            }
        }
    }))
    .await;
}

/// With all that was in it.
pub async fn what_was_said_in_a_deleted_conversation_is_not_found(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let (gone, kept) = (scene.group(&[&ann]).await, scene.group(&[&ann]).await);
    scene.say(gone, &ann, "apples gone").await;
    scene.say(kept, &ann, "apples kept").await;
    scene.messaging.delete_conversation(gone, builders::actor(ann.id), scene.later()).await.unwrap();
    assert_eq!(found(&scene, &ann, "apples").await, ["apples kept"]);
}
