//! What is found comes in order, page by page.

use rialto_kernel::{Cursor, MessageId};
use rialto_messaging::{NewMessage, Profile, SearchQuery};
use uuid::Uuid;

use super::super::pages::{NONSENSE_CURSORS, all_pages};
use crate::{Scene, Stores, builders};

async fn found_ids(scene: &Scene, reader: &Profile, typed: &str, per_page: u64) -> Vec<MessageId> {
    let query = SearchQuery::parse(typed).unwrap();
    let search = |after| scene.search.search_messages(reader.id, query.clone(), after, builders::limit(per_page));
    all_pages(search).await.into_iter().map(|message| message.id).collect()
}

/// By the time of sending, equal times by id downwards, across conversations, in pages of any length.
pub async fn the_newest_match_comes_first(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let ids = [scene.group(&[&ann]).await, scene.group(&[&ann]).await];
    let (early, late) = (scene.later(), scene.later());
    let mut sent = Vec::new();
    let numbers: [u128; 7] = [1 << 127, 1, u128::MAX, (1 << 127) - 1, 255, 1 << 64, 2];
    for (place, number) in numbers.into_iter().enumerate() {
        let (id, at) = (MessageId::from(Uuid::from_u128(number)), if place % 3 == 0 { early } else { late });
        let new = scene.new_message(ids[place % 2], &ann, "apples and pears");
        scene.append(NewMessage { id, at, ..new }).await;
        scene.say(ids[place % 2], &ann, "something else").await;
        sent.push((at, id));
    }
    sent.sort();
    sent.reverse();
    let wanted: Vec<_> = sent.into_iter().map(|(_, id)| id).collect();
    for per_page in 1..=8 {
        assert_eq!(found_ids(&scene, &ann, "apples", per_page).await, wanted, "{per_page} per page");
        let filtered = format!("before:{}", (late + chrono::TimeDelta::microseconds(1)).to_rfc3339());
        let filtered = filtered.replace("+00:00", "Z");
        assert_eq!(found_ids(&scene, &ann, &filtered, per_page).await, wanted, "{per_page} per page");
    }
}

/// As many as a page holds are one page.
pub async fn a_full_last_page_of_matches_has_no_cursor(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let id = scene.group(&[&ann]).await;
    for text in ["apples", "pears", "apples", "apples"] {
        scene.say(id, &ann, text).await;
    }
    let query = SearchQuery::parse("apples").unwrap();
    let page = scene.search.search_messages(ann.id, query, None, builders::limit(3)).await.unwrap();
    assert_eq!((page.items.len(), page.next_cursor), (3, None));
}

/// A cursor that no store wrote leads nowhere.
pub async fn matches_after_a_strange_cursor_are_none(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let id = scene.group(&[&ann]).await;
    scene.say(id, &ann, "apples").await;
    for text in NONSENSE_CURSORS {
        let query = SearchQuery::parse("apples").unwrap();
        let page = scene.search.search_messages(ann.id, query, Cursor::parse(text), builders::limit(5)).await.unwrap();
        assert_eq!((page.items, page.next_cursor), (vec![], None), "{text:?}");
    }
}

/// What is said, edited or deleted between two pages moves nothing that was there.
pub async fn pages_go_on_while_others_write(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let id = scene.group(&[&ann]).await;
    let mut sent = Vec::new();
    for _ in 0..6 {
        sent.push(scene.say(id, &ann, "apples").await);
    }
    let query = SearchQuery::parse("apples").unwrap();
    let first = scene.search.search_messages(ann.id, query.clone(), None, builders::limit(3)).await.unwrap();
    scene.say(id, &ann, "apples").await;
    scene.delete(&sent[4], &ann).await;
    scene.delete(&sent[1], &ann).await;
    let next = scene.search.search_messages(ann.id, query, first.next_cursor, builders::limit(3)).await.unwrap();
    let seen: Vec<_> = next.items.iter().map(|message| message.id).collect();
    assert_eq!(seen, [sent[2].id, sent[0].id]);
}
