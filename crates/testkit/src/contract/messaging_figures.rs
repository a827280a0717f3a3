//! What every [`MessagingFigures`](rialto_messaging::MessagingFigures) promises.

use rialto_messaging::MessagingCounts;

use crate::{Scene, Stores, builders};

/// Runs the rules of [`MessagingFigures`](rialto_messaging::MessagingFigures) on an adapter. The constructor is the
/// absolute path of an `async fn() -> `[`Stores`](crate::Stores).
#[macro_export]
macro_rules! messaging_figures_contract {
    ($name:ident, $new:path) => {
        $crate::contract_tests! { $name, $new, messaging_figures:
            conversations_and_messages_are_counted,
        }
    };
}

/// A deleted message leaves a tombstone, a deleted conversation nothing.
pub async fn conversations_and_messages_are_counted(stores: Stores) {
    let scene = Scene::new(stores);
    assert_eq!(scene.figures.count_all().await.unwrap(), MessagingCounts::default());
    let ann = scene.user("ann").await;
    let (first, second) = (scene.group(&[&ann]).await, scene.group(&[&ann]).await);
    let said = scene.say(first, &ann, "hi").await;
    for conversation in [first, second, second] {
        scene.say(conversation, &ann, "ho").await;
    }
    scene.delete(&said, &ann).await;
    let counts = MessagingCounts { conversations: 2, messages: 4 };
    assert_eq!(scene.figures.count_all().await.unwrap(), counts);
    scene.messaging.delete_conversation(second, builders::actor(ann.id), scene.later()).await.unwrap();
    let counts = MessagingCounts { conversations: 1, messages: 2 };
    assert_eq!(scene.figures.count_all().await.unwrap(), counts);
}
