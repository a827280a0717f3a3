//! Learning what changed while one was away.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use reqwest::Method;
use rialto_client::Rest;
use uuid::Uuid;

use crate::support::people::text;
use crate::support::problem::problem;
use crate::support::{Backend, Scene, lobby, on_every_database};

/// Everything since a cursor: what changed, what was left, and where to go on.
async fn all_since(rest: &Rest, cursor: Option<&str>, limit: u16) -> (BTreeSet<Uuid>, BTreeSet<Uuid>, String) {
    let (mut changed, mut left, mut cursor) = (BTreeSet::new(), BTreeSet::new(), cursor.map(str::to_owned));
    loop {
        let page = rest.sync(cursor.as_deref(), limit).await.unwrap();
        assert!(page.items.len() <= usize::from(limit));
        changed.extend(page.items.iter().map(|conversation| conversation.id));
        left.extend(page.left);
        if !page.more {
            return (changed, left, page.next_cursor);
        }
        cursor = Some(page.next_cursor);
    }
}

/// A cursor before which nothing is told again: what was written a moment ago may be told twice.
async fn settled(rest: &Rest, cursor: String) -> String {
    let deadline = Instant::now() + Duration::from_secs(20);
    let mut cursor = cursor;
    loop {
        let (changed, left, next) = all_since(rest, Some(&cursor), 100).await;
        if changed.is_empty() && left.is_empty() {
            return next;
        }
        assert!(Instant::now() < deadline, "told again and again: {changed:?} {left:?}");
        cursor = next;
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

on_every_database!(only_what_changed_is_told_and_nothing_is_left_out, async |backend| {
    let scene = Scene::start(backend).await;
    let Scene { ann, bob, room, .. } = &scene;
    let other = ann.start_group("other", &[bob]).await.id;
    let (changed, left, cursor) = all_since(&bob.rest, None, 100).await;
    assert_eq!((changed, left), ([lobby(), *room, other].into(), [].into()), "everything at first");
    let cursor = settled(&bob.rest, cursor).await;

    ann.say(*room, "while you were away").await;
    let page = bob.rest.sync(Some(&cursor), 100).await.unwrap();
    assert_eq!(page.items.iter().map(|conversation| conversation.id).collect::<Vec<_>>(), [*room]);
    assert_eq!(page.items[0].unread, 1);
    assert_eq!(text(page.items[0].last_message.as_ref().unwrap()), "while you were away");
    // The same question twice has the same answer.
    assert_eq!(bob.rest.sync(Some(&cursor), 100).await.unwrap().items, page.items);

    let cursor = settled(&bob.rest, page.next_cursor).await;
    ann.rest.remove_member(*room, bob.id()).await.unwrap();
    ann.rest.delete_conversation(other).await.unwrap();
    let new = ann.start_group("new", &[bob]).await.id;
    let (changed, left, cursor) = all_since(&bob.rest, Some(&cursor), 100).await;
    assert_eq!((changed, left), ([new].into(), [*room, other].into()));
    let cursor = settled(&bob.rest, cursor).await;
    ann.rest.add_member(*room, bob.id()).await.unwrap();
    let (changed, left, _) = all_since(&bob.rest, Some(&cursor), 100).await;
    assert_eq!((changed, left), ([*room].into(), [].into()), "who is in again has not left");
});

on_every_database!(pages_of_changes_leave_nothing_out_whatever_happens_meanwhile, async |backend| {
    let scene = Scene::start(backend).await;
    let Scene { ann, bob, .. } = &scene;
    let mut rooms = BTreeSet::new();
    for n in 0..12 {
        rooms.insert(ann.start_group(&format!("room {n}"), &[bob]).await.id);
    }
    let (_, _, start) = all_since(&bob.rest, None, 100).await;
    for room in &rooms {
        ann.say(*room, "news").await;
    }
    let (mut seen, mut cursor, mut asked) = (BTreeSet::new(), start, 0);
    loop {
        let page = bob.rest.sync(Some(&cursor), 5).await.unwrap();
        seen.extend(page.items.iter().map(|conversation| (conversation.id, conversation.last_seq)));
        cursor = page.next_cursor;
        asked += 1;
        if asked <= 3 {
            for room in &rooms {
                ann.say(*room, "more news").await;
            }
        } else if !page.more {
            break;
        }
        assert!(asked < 50, "it comes to an end");
    }
    for room in rooms {
        let last = bob.rest.conversation(room).await.unwrap().last_seq;
        assert!(seen.contains(&(room, last)), "the last state of each is told");
    }
});

#[tokio::test]
async fn a_cursor_that_cannot_be_read_starts_over_and_bad_limits_are_named() {
    let scene = Scene::start(Backend::Sqlite).await;
    for cursor in ["x", "1:2:3", "-1", "💥", "99999999999999999999999"] {
        let (changed, left, _) = all_since(&scene.bob.rest, Some(cursor), 100).await;
        assert_eq!((changed, left), ([lobby(), scene.room].into(), [].into()), "{cursor}");
    }
    for query in ["limit=0", "limit=101", "cursor=%00", "since=1"] {
        let (status, code, _) = problem(scene.bob.rest.request(Method::GET, &format!("sync?{query}"))).await;
        assert_eq!((status, code.as_str()), (400, "invalid_query"), "{query}");
    }
}
