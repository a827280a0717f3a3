//! The directory of public channels.

use rialto_kernel::Cursor;
use rialto_messaging::{ChannelListing, MemberRole, Visibility};

use super::super::pages::{NONSENSE_CURSORS, all_pages};
use crate::{Scene, Stores, builders};

async fn channels(scene: &Scene, per_page: u64) -> Vec<ChannelListing> {
    all_pages(|after| scene.messaging.list_channels(after, builders::limit(per_page))).await
}

async fn listed_names(scene: &Scene, per_page: u64) -> Vec<String> {
    let listed = channels(scene, per_page).await;
    listed.into_iter().map(|listing| listing.conversation.name.unwrap().as_str().to_owned()).collect()
}

/// With their members counted, none left out for having none.
pub async fn public_channels_are_listed_with_their_count(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let busy = scene.create(scene.new_channel("busy", Visibility::Public)).await.0.id;
    scene.add(busy, &ann, MemberRole::Owner).await;
    scene.add(busy, &bob, MemberRole::Member).await;
    scene.say(busy, &ann, "hi").await;
    let empty = scene.create(scene.new_channel("empty", Visibility::Public)).await.0;
    let busy = scene.messaging.find_conversation(busy).await.unwrap().unwrap();
    let wanted = [
        ChannelListing { conversation: busy, members_count: 2 },
        ChannelListing { conversation: empty, members_count: 0 },
    ];
    assert_eq!(channels(&scene, 10).await, wanted);
}

/// Private channels, groups and direct conversations are nobody else's business.
pub async fn what_is_private_is_not_in_the_directory(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    scene.create(scene.new_channel("secret", Visibility::Private)).await;
    scene.group(&[&ann, &bob]).await;
    scene.create(scene.new_direct(&ann, &bob)).await;
    assert_eq!(channels(&scene, 10).await, []);
}

/// By code point of the key, in pages of any length, whatever the names hold.
pub async fn channels_are_listed_in_order_of_their_key(stores: Stores) {
    let scene = Scene::new(stores);
    let longest = "𝔘".repeat(99);
    let names = [
        "zebra",
        "Apple",
        "apple pie",
        "apple~pie",
        "apple-pie",
        "Économie",
        "economy",
        "新闻",
        "a",
        "~",
        "% _ \\ '",
        &format!("{longest}1"),
        &format!("{longest}2"),
        "🦀",
    ];
    for name in names {
        scene.create(scene.new_channel(name, Visibility::Public)).await;
    }
    let mut in_order = names.map(builders::conversation_name);
    in_order.sort_by_key(|name| name.key());
    let in_order = in_order.map(|name| name.as_str().to_owned());
    for per_page in [1, 2, 5, 14, 15] {
        assert_eq!(listed_names(&scene, per_page).await, in_order, "{per_page} per page");
    }
}

/// As many channels as a page holds are one page; no channels are an empty one.
pub async fn a_full_last_page_of_channels_has_no_cursor(stores: Stores) {
    let scene = Scene::new(stores);
    let nothing = scene.messaging.list_channels(None, builders::limit(2)).await.unwrap();
    assert_eq!((nothing.items, nothing.next_cursor), (vec![], None));
    for name in ["one", "two"] {
        scene.create(scene.new_channel(name, Visibility::Public)).await;
    }
    let page = scene.messaging.list_channels(None, builders::limit(2)).await.unwrap();
    assert_eq!((page.items.len(), page.next_cursor), (2, None));
}

/// A cursor that no store wrote never is an error.
pub async fn channels_after_a_strange_cursor_are_a_page(stores: Stores) {
    let scene = Scene::new(stores);
    scene.create(scene.new_channel("news", Visibility::Public)).await;
    for text in NONSENSE_CURSORS {
        let page = scene.messaging.list_channels(Cursor::parse(text), builders::limit(5)).await;
        assert!(page.is_ok(), "{text:?}: {page:?}");
    }
}
