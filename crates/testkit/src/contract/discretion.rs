//! What every [`Discretion`](rialto_messaging::Discretion) promises, and what blocks mean in messaging.

use rialto_identity::{PresenceSetting, ProfileChanges};
use rialto_kernel::{ConversationId, UserId};
use rialto_messaging::{
    AddMemberRefusal, Added, AppendRefusal, Appended, Block, CreateConversationRefusal, Created, Line, MemberRole,
    MessageRefusal, NewConversationKind, NewMember, PresenceVisibility, Profile, WriteRefusal,
};

use super::concurrency::at_once;
use crate::{Scene, Stores, builders};

/// Runs the rules of [`Discretion`](rialto_messaging::Discretion) on an adapter. The constructor is the absolute path of an
/// `async fn() -> `[`Stores`](crate::Stores).
#[macro_export]
macro_rules! discretion_contract {
    ($name:ident, $new:path) => {
        $crate::contract_tests! { $name, $new, discretion:
            a_block_ends_what_is_said_in_a_direct_conversation,
            a_block_ends_reactions_and_edits_in_a_direct_conversation,
            a_block_keeps_new_direct_conversations_from_beginning,
            nobody_is_brought_in_by_whom_they_block,
            in_groups_and_channels_a_block_changes_nothing,
            nothing_is_said_behind_a_block,
            the_line_of_a_direct_conversation_tells_of_blocks,
            presence_is_seen_by_whom_one_lets,
            visibility_is_that_of_now,
        }
    };
}

async fn block(scene: &Scene, by: &Profile, user: &Profile) {
    assert!(scene.people.blocks.put_block(by.id, user.id, scene.later()).await.unwrap());
}

async fn lift(scene: &Scene, by: &Profile, user: &Profile) {
    assert!(scene.people.blocks.lift_block(by.id, user.id).await.unwrap());
}

async fn said(scene: &Scene, id: ConversationId, sender: &Profile) -> Option<WriteRefusal> {
    match scene.messaging.append_message(scene.new_message(id, sender, "hi")).await {
        Ok(Appended::New(_)) => None,
        Err(AppendRefusal::Write(refusal)) => Some(refusal),
        other => panic!("{other:?}"),
    }
}

/// The one is told that they are blocked, the other to lift the block; a lifted one changes nothing for good.
pub async fn a_block_ends_what_is_said_in_a_direct_conversation(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let direct = scene.create(scene.new_direct(&ann, &bob)).await.0.id;
    assert_eq!(said(&scene, direct, &bob).await, None);
    block(&scene, &ann, &bob).await;
    assert_eq!(said(&scene, direct, &bob).await, Some(WriteRefusal::Blocked));
    assert_eq!(said(&scene, direct, &ann).await, Some(WriteRefusal::UnblockFirst));
    block(&scene, &bob, &ann).await;
    assert_eq!(said(&scene, direct, &ann).await, Some(WriteRefusal::Blocked), "who is blocked need not know more");
    lift(&scene, &ann, &bob).await;
    assert_eq!(said(&scene, direct, &bob).await, Some(WriteRefusal::UnblockFirst));
    lift(&scene, &bob, &ann).await;
    assert_eq!(said(&scene, direct, &bob).await, None);
    assert_eq!(said(&scene, direct, &ann).await, None);
}

/// Nor do they react or edit; what was said can be taken back.
pub async fn a_block_ends_reactions_and_edits_in_a_direct_conversation(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let direct = scene.create(scene.new_direct(&ann, &bob)).await.0.id;
    let message = scene.say(direct, &bob, "hi").await;
    block(&scene, &ann, &bob).await;
    for (user, wanted) in [(&bob, WriteRefusal::Blocked), (&ann, WriteRefusal::UnblockFirst)] {
        let emoji = builders::emoji("👍");
        let outcome = scene.changes.set_reaction(message.id, builders::actor(user.id), emoji, true, scene.now()).await;
        assert!(matches!(outcome, Err(MessageRefusal::Write(refusal)) if refusal == wanted), "{outcome:?}");
    }
    let bobs = builders::actor(bob.id);
    let mentions = builders::wanted_mentions("ho");
    let edit = scene.changes.edit_message(message.id, bobs, builders::content("ho"), mentions, scene.now()).await;
    assert!(matches!(edit, Err(MessageRefusal::Write(WriteRefusal::Blocked))), "{edit:?}");
    assert!(scene.changes.delete_message(message.id, bobs, scene.later()).await.is_ok());
}

/// What there is opens, for both: they may read it.
pub async fn a_block_keeps_new_direct_conversations_from_beginning(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob, cid) = (scene.user("ann").await, scene.user("bob").await, scene.user("cid").await);
    let old = scene.create(scene.new_direct(&ann, &cid)).await.0;
    block(&scene, &ann, &bob).await;
    block(&scene, &ann, &cid).await;
    let outcome = scene.messaging.create_conversation(scene.new_direct(&bob, &ann)).await;
    assert!(matches!(outcome, Err(CreateConversationRefusal::Blocked(id)) if id == ann.id), "{outcome:?}");
    let outcome = scene.messaging.create_conversation(scene.new_direct(&ann, &bob)).await;
    assert!(matches!(outcome, Err(CreateConversationRefusal::UnblockFirst(id)) if id == bob.id), "{outcome:?}");
    for new in [scene.new_direct(&ann, &cid), scene.new_direct(&cid, &ann)] {
        let outcome = scene.messaging.create_conversation(new).await.unwrap();
        assert!(matches!(outcome, Created::Existing(found) if found.id == old.id));
    }
    lift(&scene, &ann, &bob).await;
    scene.create(scene.new_direct(&bob, &ann)).await;
}

/// Neither when it begins nor later; who has blocked may bring in whom they like.
pub async fn nobody_is_brought_in_by_whom_they_block(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    block(&scene, &ann, &bob).await;
    let name = || NewConversationKind::Group(builders::conversation_name("friends"));
    let with = |one, other| scene.new_conversation(name(), &[(one, MemberRole::Owner), (other, MemberRole::Member)]);
    let outcome = scene.messaging.create_conversation(with(&bob, &ann)).await;
    assert!(matches!(outcome, Err(CreateConversationRefusal::Blocked(id)) if id == ann.id), "{outcome:?}");
    scene.create(with(&ann, &bob)).await;
    let bobs = scene.group(&[&bob]).await;
    let invited =
        |by: &Profile| NewMember { invited_by: Some(by.id), ..scene.new_member(bobs, ann.id, MemberRole::Member) };
    let outcome = scene.messaging.add_member(invited(&bob)).await;
    assert!(matches!(outcome, Err(AddMemberRefusal::Blocked)), "{outcome:?}");
    let by_herself = scene.messaging.add_member(scene.new_member(bobs, ann.id, MemberRole::Member)).await.unwrap();
    assert!(matches!(by_herself, Added::New { .. }));
    assert!(matches!(scene.messaging.add_member(invited(&bob)).await.unwrap(), Added::Already(_)));
}

/// What clients hide is theirs to decide.
pub async fn in_groups_and_channels_a_block_changes_nothing(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let group = scene.group(&[&ann, &bob]).await;
    block(&scene, &ann, &bob).await;
    assert_eq!(said(&scene, group, &bob).await, None);
    assert_eq!(said(&scene, group, &ann).await, None);
    let line = scene.people.discretion.line_of(group, bob.id).await.unwrap();
    assert_eq!(line, Line::Shared);
}

/// Nothing is committed behind a block: what many say while it comes is there before it, or never.
pub async fn nothing_is_said_behind_a_block(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let direct = scene.create(scene.new_direct(&ann, &bob)).await.0.id;
    for round in 0..5 {
        let messages: Vec<_> = (0..16).map(|_| scene.new_message(direct, &bob, "hi")).collect();
        let store = scene.messaging.clone();
        let saying = tokio::spawn(async move {
            at_once(messages.into_iter().map(|new| {
                let store = store.clone();
                async move { store.append_message(new).await.is_ok() }
            }))
            .await
        });
        block(&scene, &ann, &bob).await;
        let then = scene.history(direct, &ann).await.len();
        let said = saying.await.unwrap().into_iter().filter(|said| *said).count();
        assert_eq!(scene.history(direct, &ann).await.len(), then, "{round}: {said} were said");
        lift(&scene, &ann, &bob).await;
    }
}

/// As each of the two must know before they signal.
pub async fn the_line_of_a_direct_conversation_tells_of_blocks(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let direct = scene.create(scene.new_direct(&ann, &bob)).await.0.id;
    let line = async |user: &Profile| scene.people.discretion.line_of(direct, user.id).await.unwrap();
    assert_eq!(line(&bob).await, Line::Direct(None));
    block(&scene, &ann, &bob).await;
    assert_eq!(line(&bob).await, Line::Direct(Some(Block::ByOther)));
    assert_eq!(line(&ann).await, Line::Direct(Some(Block::ByOneself)));
}

async fn hide(scene: &Scene, user: &Profile, presence: PresenceSetting) {
    let changes = ProfileChanges { presence: Some(presence), ..Default::default() };
    scene.people.profiles.update_profile(user.id, changes, scene.later()).await.unwrap();
}

async fn unseen(scene: &Scene, reader: &Profile, users: &[UserId]) -> Vec<UserId> {
    let mut unseen = scene.people.discretion.unseen_by(reader.id, users).await.unwrap();
    unseen.sort_unstable();
    unseen
}

/// Nobody but oneself sees who hides, and the blocked do not see the blocker.
pub async fn presence_is_seen_by_whom_one_lets(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob, cid) = (scene.user("ann").await, scene.user("bob").await, scene.user("cid").await);
    let all = [ann.id, bob.id, cid.id, scene.ids.next()];
    assert_eq!(unseen(&scene, &bob, &all).await, []);
    hide(&scene, &ann, PresenceSetting::Hidden).await;
    block(&scene, &cid, &bob).await;
    let mut both = vec![ann.id, cid.id];
    both.sort_unstable();
    assert_eq!(unseen(&scene, &bob, &all).await, both);
    assert_eq!(unseen(&scene, &ann, &all).await, []);
    assert_eq!(unseen(&scene, &cid, &all).await, [ann.id]);
    assert_eq!(unseen(&scene, &bob, &[]).await, []);
    hide(&scene, &ann, PresenceSetting::Shown).await;
    assert_eq!(unseen(&scene, &cid, &all).await, []);
}

/// By the setting and the blocks of now.
pub async fn visibility_is_that_of_now(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let visibility = async || scene.people.discretion.visibility_of(ann.id).await.unwrap();
    assert_eq!(visibility().await, PresenceVisibility::default());
    hide(&scene, &ann, PresenceSetting::Hidden).await;
    block(&scene, &ann, &bob).await;
    assert_eq!(visibility().await, PresenceVisibility { hidden: true, hidden_from: vec![bob.id] });
    scene.people.deletions.delete_account(builders::deletion(&scene.ids, bob.id, scene.later())).await.unwrap();
    assert_eq!(visibility().await, PresenceVisibility { hidden: true, hidden_from: Vec::new() });
}
