//! What changed since a day: nothing is skipped.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rialto_kernel::{ConversationId, Cursor};
use rialto_messaging::{Changes, ConversationSummary, MemberRole, Profile};

use super::super::concurrency::at_once;
use super::super::pages::NONSENSE_CURSORS;
use crate::{Scene, Stores, builders};

/// Follows the cursors to the end: the newest summary of each changed conversation, those left, and where to go on.
async fn changes_since(
    scene: &Scene,
    reader: &Profile,
    mut after: Option<Cursor>,
    per_page: u64,
) -> (BTreeMap<ConversationId, ConversationSummary>, BTreeSet<ConversationId>, Cursor) {
    let (mut changed, mut left) = (BTreeMap::new(), BTreeSet::new());
    for _ in 0..1_000 {
        let page = scene.messaging.list_changes(reader.id, after, builders::limit(per_page)).await.unwrap();
        assert!(page.changed.len() as u64 <= per_page);
        changed.extend(page.changed.into_iter().map(|summary| (summary.conversation.id, summary)));
        left.extend(page.left);
        let cursor =
            Cursor::parse(page.next_cursor.as_str()).expect("a store's own cursor is short enough to come back");
        if !page.more {
            return (changed, left, cursor);
        }
        after = Some(cursor);
    }
    panic!("the pages never end: {changed:?}");
}

async fn top_cursor(scene: &Scene, reader: &Profile) -> Cursor {
    changes_since(scene, reader, None, 100).await.2
}

/// All the reader is in, in pages of any length, as the list of conversations shows them; none is left.
pub async fn without_a_cursor_everything_has_changed(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let mut ids = BTreeSet::new();
    for number in 0..7 {
        let id = scene.group(&[&ann, &bob]).await;
        scene.call(id, &bob, "hi @ann").await;
        if number % 3 == 0 {
            scene.leave(scene.group(&[&bob, &ann]).await, &ann).await;
        }
        ids.insert(id);
    }
    scene.group(&[&bob]).await;
    for per_page in [1, 2, 6, 7, 100] {
        let (changed, left, _) = changes_since(&scene, &ann, None, per_page).await;
        assert_eq!(changed.keys().copied().collect::<BTreeSet<_>>(), ids, "{per_page} per page");
        assert_eq!(left, BTreeSet::new());
        for (id, summary) in changed {
            assert_eq!(scene.messaging.find_summary(id, ann.id).await.unwrap(), Some(summary));
        }
    }
}

/// For a reader who is nowhere there is a cursor too.
pub async fn nothing_that_changed_is_a_page_with_a_cursor(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let (changed, left, cursor) = changes_since(&scene, &ann, None, 5).await;
    assert_eq!((changed.len(), left.len()), (0, 0));
    let id = scene.group(&[&ann]).await;
    let (changed, left, cursor) = changes_since(&scene, &ann, Some(cursor), 5).await;
    assert_eq!((changed.into_keys().collect::<Vec<_>>(), left), (vec![id], BTreeSet::new()));
    let page = scene.messaging.list_changes(ann.id, Some(cursor.clone()), builders::limit(5)).await.unwrap();
    let Changes { changed, left, more, next_cursor } = page;
    assert_eq!((changed, left, more), (vec![], vec![], false));
    let (changed, ..) = changes_since(&scene, &ann, Some(next_cursor), 5).await;
    assert_eq!(changed.len(), 0);
}

/// Whatever is logged in a conversation is a change; what is elsewhere, or is not logged, is none.
pub async fn whatever_is_logged_is_a_change(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob, cid) = (scene.user("ann").await, scene.user("bob").await, scene.user("cid").await);
    let id = scene.group(&[&ann, &bob]).await;
    let quiet = scene.group(&[&ann, &bob]).await;
    let others = scene.group(&[&ann]).await;
    let said = scene.say(id, &ann, "hi").await;
    let mut cursor = top_cursor(&scene, &bob).await;
    for act in 0..10 {
        match act {
            0 => drop(scene.say(id, &ann, "hi").await),
            1 => drop(scene.edit(&said, "hello").await),
            2 => drop(scene.react(&said, &ann, "👍").await),
            3 => drop(scene.pin(&said, &ann).await),
            4 => drop(scene.delete(&said, &ann).await),
            5 => drop(scene.add(id, &cid, MemberRole::Member).await),
            6 => scene.mute(id, &ann, &cid, Some(scene.now() + chrono::TimeDelta::hours(1))).await,
            7 => {
                drop(scene.messaging.change_role(id, ann.id, cid.id, MemberRole::Reader, scene.later()).await.unwrap())
            }
            8 => drop(scene.leave(id, &cid).await),
            _ => {
                let name = Some(builders::conversation_name("other"));
                let changes = rialto_messaging::ConversationChanges { name, ..Default::default() };
                drop(scene.change(id, builders::actor(ann.id), changes).await.unwrap());
            }
        }
        scene.say(others, &ann, "elsewhere").await;
        let (changed, left, next) = changes_since(&scene, &bob, Some(cursor), 5).await;
        assert_eq!(changed.into_keys().collect::<Vec<_>>(), [id], "act {act}");
        assert_eq!(left, BTreeSet::new());
        cursor = next;
    }
    assert_ne!(id, quiet);
}

/// Those the reader is not in any more, by whatever way they went; not those they came back to.
pub async fn conversations_that_were_left_are_named(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let mut ids = Vec::new();
    for _ in 0..6 {
        ids.push(scene.group(&[&ann, &bob]).await);
    }
    scene.leave(ids[0], &bob).await;
    let cursor = top_cursor(&scene, &bob).await;
    scene.leave(ids[1], &bob).await;
    scene.messaging.remove_member(ids[2], ann.id, bob.id, scene.later()).await.unwrap();
    scene.ban(ids[3], &ann, &bob).await;
    scene.messaging.delete_conversation(ids[4], builders::actor(ann.id), scene.later()).await.unwrap();
    scene.leave(ids[5], &bob).await;
    scene.add(ids[5], &bob, MemberRole::Member).await;
    let between = scene.group(&[&ann, &bob]).await;
    scene.leave(between, &bob).await;
    for per_page in [1, 5] {
        let (changed, left, next) = changes_since(&scene, &bob, Some(cursor.clone()), per_page).await;
        assert_eq!(changed.into_keys().collect::<Vec<_>>(), [ids[5]]);
        let wanted: BTreeSet<_> = ids[1..5].iter().copied().collect();
        assert!(left.is_superset(&wanted) && !left.contains(&ids[0]) && !left.contains(&ids[5]), "{left:?}");
        let (changed, left, _) = changes_since(&scene, &bob, Some(next), per_page).await;
        assert_eq!((changed.len(), left.len()), (0, 0), "what was told is not told again");
    }
}

/// It starts over: everything has changed.
pub async fn a_strange_cursor_starts_over(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let id = scene.group(&[&ann]).await;
    for text in NONSENSE_CURSORS {
        let page = scene.messaging.list_changes(ann.id, Cursor::parse(text), builders::limit(5)).await.unwrap();
        assert_eq!(page.changed.iter().map(|summary| summary.conversation.id).collect::<Vec<_>>(), [id], "{text:?}");
        assert_eq!((page.left, page.more), (vec![], false), "{text:?}");
    }
}

/// What changes between two pages is named by a later one, even if it was named before.
pub async fn what_changes_between_two_pages_is_named_again(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let mut ids = Vec::new();
    for _ in 0..4 {
        ids.push(scene.group(&[&ann]).await);
    }
    let first = scene.messaging.list_changes(ann.id, None, builders::limit(2)).await.unwrap();
    assert!(first.more && first.changed.len() == 2);
    let named = first.changed[0].conversation.id;
    let said = scene.say(named, &ann, "hi").await;
    let (changed, _, _) = changes_since(&scene, &ann, Some(first.next_cursor), 2).await;
    assert_eq!(changed.get(&named).map(|summary| summary.last_message.clone()), Some(Some(said)));
    let seen: BTreeSet<_> =
        first.changed.iter().map(|summary| summary.conversation.id).chain(changed.into_keys()).collect();
    assert_eq!(seen, ids.into_iter().collect());
}

/// A reader who follows along while many write ends up with the newest state of every conversation.
pub async fn no_change_is_skipped_while_many_write(stores: Stores) {
    let scene = Arc::new(Scene::new(stores));
    let people = scene.users(6).await;
    let mut ids = Vec::new();
    for _ in 0..6 {
        ids.push(scene.group(&people.iter().collect::<Vec<_>>()).await);
    }
    let done = Arc::new(AtomicBool::new(false));
    let following = tokio::spawn({
        let (scene, reader, done) = (scene.clone(), people[0].clone(), done.clone());
        async move {
            let (mut known, mut cursor) = (BTreeMap::new(), None);
            loop {
                let last_round = done.load(Ordering::SeqCst);
                let (changed, _, next) = changes_since(&scene, &reader, cursor, 2).await;
                for (id, summary) in changed {
                    known.insert(id, summary.conversation.last_seq);
                }
                cursor = Some(next);
                if last_round {
                    return known;
                }
                tokio::task::yield_now().await;
            }
        }
    });
    at_once((0..24).map(|writer| {
        let (scene, user, ids) = (scene.clone(), people[writer % people.len()].clone(), ids.clone());
        async move {
            for number in 0..5 {
                scene.say(ids[(writer + number) % ids.len()], &user, "hi").await;
            }
        }
    }))
    .await;
    done.store(true, Ordering::SeqCst);
    let known = following.await.unwrap();
    for id in ids {
        let last_seq = scene.messaging.find_conversation(id).await.unwrap().unwrap().last_seq;
        assert_eq!(known.get(&id), Some(&last_seq));
    }
}
