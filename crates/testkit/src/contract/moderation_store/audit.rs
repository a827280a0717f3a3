//! What was decided is written down, and by whom.

use rialto_kernel::{ConversationId, Cursor};
use rialto_messaging::{AuditAction, AuditEntry, ConversationChanges, MemberRole, Topic};

use super::super::pages::{NONSENSE_CURSORS, all_pages};
use crate::{Scene, Stores, builders};

async fn audit(scene: &Scene, id: ConversationId, per_page: u64) -> Vec<AuditEntry> {
    all_pages(|after| scene.moderation.list_audit(id, after, builders::limit(per_page))).await
}

/// Every act that decides over somebody or over the conversation, the newest first.
pub async fn every_decision_is_written_down(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob, cid) = (scene.user("ann").await, scene.user("bob").await, scene.user("cid").await);
    let id = scene.group(&[&ann, &bob, &cid]).await;
    let said = scene.say(id, &bob, "hi").await;
    let topic = Some(Topic::parse("news").unwrap());
    let changes = ConversationChanges { topic, slowmode_s: Some(0), ..ConversationChanges::default() };
    scene.change(id, builders::actor(ann.id), changes.clone()).await.unwrap();
    scene.messaging.change_role(id, ann.id, bob.id, MemberRole::Reader, scene.later()).await.unwrap();
    scene.delete(&said, &ann).await;
    scene.messaging.remove_member(id, ann.id, cid.id, scene.later()).await.unwrap();
    let at = scene.now();
    scene.ban(id, &ann, &bob).await;
    let entries = audit(&scene, id, 9).await;
    let seen: Vec<_> = entries.iter().map(|entry| (entry.action, entry.message_id, &*entry.detail)).collect();
    let wanted = [
        (AuditAction::UserBanned, None, "spam"),
        (AuditAction::MemberRemoved, None, ""),
        (AuditAction::MessageDeleted, Some(said.id), ""),
        (AuditAction::RoleChanged, None, "reader"),
        (AuditAction::ConversationChanged, None, &*changes.names()),
    ];
    assert_eq!(seen, wanted);
    assert!(entries.iter().all(|entry| entry.actor == ann));
    assert_eq!([0, 1, 3].map(|at| entries[at].user_id), [Some(bob.id), Some(cid.id), Some(bob.id)]);
    assert_eq!((entries[1].at, entries[4].user_id), (at, None));
}

/// Whoever comes, speaks, changes or takes back what is their own, or leaves.
pub async fn what_people_do_themselves_is_not_written_down(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann]).await;
    scene.add(id, &bob, MemberRole::Member).await;
    let said = scene.say(id, &bob, "hi").await;
    scene.edit(&said, "hello").await;
    scene.react(&said, &ann, "👍").await;
    scene.pin(&said, &ann).await;
    scene.mark(id, &ann, 1).await;
    scene.delete(&said, &bob).await;
    scene.leave(id, &bob).await;
    assert_eq!(audit(&scene, id, 9).await, []);
}

/// Nor is what changes nothing.
pub async fn what_is_refused_is_not_written_down(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob, cid) = (scene.user("ann").await, scene.user("bob").await, scene.user("cid").await);
    let id = scene.group(&[&ann, &bob, &cid]).await;
    let (store, at) = (&scene.messaging, scene.later());
    let rename =
        ConversationChanges { name: Some(builders::conversation_name("friends")), ..ConversationChanges::default() };
    for changes in [rename, ConversationChanges::default()] {
        store.change_conversation(id, builders::actor(ann.id), changes, at).await.unwrap();
    }
    store.change_role(id, ann.id, bob.id, MemberRole::Member, at).await.unwrap();
    store.change_role(id, bob.id, cid.id, MemberRole::Reader, at).await.unwrap_err();
    store.remove_member(id, bob.id, cid.id, at).await.unwrap_err();
    scene.moderation.mute_member(id, ann.id, bob.id, None, at).await.unwrap();
    scene.moderation.ban_user(id, bob.id, cid.id, builders::reason(""), at).await.unwrap_err();
    assert_eq!(audit(&scene, id, 9).await, []);
    assert_eq!(scene.log(id).await.len(), 3);
}

/// In pages of any length, each conversation for itself.
pub async fn the_newest_decision_comes_first(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let (id, elsewhere) = (scene.group(&[&ann, &bob]).await, scene.group(&[&ann, &bob]).await);
    let at = scene.later();
    let roles = [MemberRole::Reader, MemberRole::Admin, MemberRole::Member, MemberRole::Admin, MemberRole::Reader];
    for role in roles {
        for id in [id, elsewhere] {
            scene.messaging.change_role(id, ann.id, bob.id, role, at).await.unwrap();
        }
    }
    let wanted: Vec<_> = roles.iter().rev().map(|role| role.as_str().to_owned()).collect();
    for per_page in 1..=6 {
        let seen: Vec<_> = audit(&scene, id, per_page).await.into_iter().map(|entry| entry.detail).collect();
        assert_eq!(seen, wanted, "{per_page} per page");
    }
    let page = scene.moderation.list_audit(id, None, builders::limit(5)).await.unwrap();
    assert_eq!((page.items.len(), page.next_cursor), (5, None));
    let page = scene.moderation.list_audit(scene.ids.next(), None, builders::limit(5)).await.unwrap();
    assert_eq!((page.items, page.next_cursor), (vec![], None));
    for text in NONSENSE_CURSORS {
        let page = scene.moderation.list_audit(id, Cursor::parse(text), builders::limit(5)).await;
        assert!(page.is_ok(), "{text:?}: {page:?}");
    }
}
