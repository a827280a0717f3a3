//! Conversations as a user sees them.

use rialto_kernel::{ConversationId, Cursor, UserId};
use rialto_messaging::{ConversationSummary, MemberRole, NewConversation, NewConversationKind, Visibility};

use super::super::pages::{NONSENSE_CURSORS, all_pages};
use crate::{Scene, Stores, builders};

async fn summaries(scene: &Scene, reader: UserId, per_page: u64) -> Vec<ConversationSummary> {
    all_pages(|after| scene.messaging.list_summaries(reader, after, builders::limit(per_page))).await
}

async fn listed_ids(scene: &Scene, reader: UserId, per_page: u64) -> Vec<ConversationId> {
    summaries(scene, reader, per_page).await.into_iter().map(|summary| summary.conversation.id).collect()
}

/// Role, count and newest message, in the list and alone.
pub async fn a_member_sees_role_count_and_newest_message(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob, cid) = (scene.user("ann").await, scene.user("bob").await, scene.user("cid").await);
    let id = scene.group(&[&ann, &bob]).await;
    scene.add(id, &cid, MemberRole::Reader).await;
    scene.say(id, &ann, "first").await;
    let newest = scene.say(id, &bob, "second").await;
    scene.leave(id, &bob).await;
    let conversation = scene.messaging.find_conversation(id).await.unwrap().unwrap();
    assert_eq!((conversation.last_seq, conversation.last_ordinal), (6, 2));
    for (reader, role) in [(&ann, MemberRole::Owner), (&cid, MemberRole::Reader)] {
        let wanted = ConversationSummary {
            conversation: conversation.clone(),
            role: Some(role),
            members_count: 2,
            last_message: Some(newest.clone()),
            read: scene.read_state(id, reader).await,
        };
        assert_eq!(scene.messaging.find_summary(id, reader.id).await.unwrap(), Some(wanted.clone()));
        assert_eq!(summaries(&scene, reader.id, 10).await, [wanted]);
    }
}

/// A stranger learns what it is and how many are in it, not what was said.
pub async fn a_stranger_sees_no_message(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.create(scene.new_channel("news", Visibility::Public)).await.0.id;
    scene.add(id, &ann, MemberRole::Owner).await;
    scene.say(id, &ann, "hi").await;
    let conversation = scene.messaging.find_conversation(id).await.unwrap().unwrap();
    let seen = scene.messaging.find_summary(id, bob.id).await.unwrap();
    assert_eq!(
        seen,
        Some(ConversationSummary { conversation, role: None, members_count: 1, last_message: None, read: None })
    );
    assert_eq!(summaries(&scene, bob.id, 10).await, []);
}

/// Nothing was said: no newest message; nobody is in: zero members.
pub async fn a_silent_conversation_has_no_newest_message(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let group = scene.group(&[&ann]).await;
    let summary = scene.messaging.find_summary(group, ann.id).await.unwrap().unwrap();
    assert_eq!((summary.members_count, summary.last_message), (1, None));
    let empty = scene.create(scene.new_channel("news", Visibility::Public)).await.0.id;
    let summary = scene.messaging.find_summary(empty, ann.id).await.unwrap().unwrap();
    assert_eq!((summary.members_count, summary.role), (0, None));
}

/// A message, but also who came or left, brings a conversation to the top.
pub async fn the_conversation_with_the_newest_event_comes_first(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let (one, two, three) = (scene.group(&[&ann]).await, scene.group(&[&ann]).await, scene.group(&[&ann]).await);
    assert_eq!(listed_ids(&scene, ann.id, 2).await, [three, two, one]);
    scene.say(one, &ann, "hi").await;
    assert_eq!(listed_ids(&scene, ann.id, 2).await, [one, three, two]);
    scene.add(two, &bob, MemberRole::Member).await;
    assert_eq!(listed_ids(&scene, ann.id, 2).await, [two, one, three]);
    scene.leave(two, &bob).await;
    scene.say(three, &ann, "hi").await;
    scene.leave(two, &ann).await;
    assert_eq!(listed_ids(&scene, ann.id, 2).await, [three, one]);
}

/// A page may end between equal times; ids compare as unsigned numbers.
pub async fn conversations_of_equal_times_are_listed_by_id_downwards(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let at = scene.later();
    let mut ids: Vec<ConversationId> =
        [1, u128::MAX, 1 << 127, (1 << 127) - 1, 255, 1 << 64].map(|id| uuid::Uuid::from_u128(id).into()).to_vec();
    for id in &ids {
        let kind = NewConversationKind::Group(builders::conversation_name("friends"));
        let new = NewConversation { id: *id, at, ..scene.new_conversation(kind, &[(&ann, MemberRole::Owner)]) };
        scene.create(new).await;
    }
    ids.sort();
    ids.reverse();
    for per_page in 1..=7 {
        assert_eq!(listed_ids(&scene, ann.id, per_page).await, ids, "{per_page} per page");
    }
}

/// Of everyone's conversations, only the reader's own.
pub async fn a_user_sees_only_their_own_conversations(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let mine = scene.group(&[&ann]).await;
    let ours = scene.group(&[&bob, &ann]).await;
    scene.group(&[&bob]).await;
    scene.create(scene.new_channel("news", Visibility::Public)).await;
    assert_eq!(listed_ids(&scene, ann.id, 100).await, [ours, mine]);
}

/// As many conversations as a page holds are one page.
pub async fn a_full_last_page_of_summaries_has_no_cursor(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    for _ in 0..3 {
        scene.group(&[&ann]).await;
    }
    let page = scene.messaging.list_summaries(ann.id, None, builders::limit(3)).await.unwrap();
    assert_eq!((page.items.len(), page.next_cursor), (3, None));
}

/// A cursor that no store wrote leads nowhere.
pub async fn summaries_after_a_strange_cursor_are_none(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    scene.group(&[&ann]).await;
    for text in NONSENSE_CURSORS {
        let page = scene.messaging.list_summaries(ann.id, Cursor::parse(text), builders::limit(5)).await.unwrap();
        assert_eq!((page.items, page.next_cursor), (vec![], None), "{text:?}");
    }
}
