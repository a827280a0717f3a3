//! Users who are kept out.

use std::sync::Arc;

use rialto_identity::User;
use rialto_kernel::{ConversationId, Cursor, UserId};
use rialto_messaging::{
    AddMemberRefusal, Added, AuditAction, Ban, ChangeRefusal, Event, EventBody, MemberRole, NewMember, Profile,
    StreamId,
};
use uuid::Uuid;

use super::super::concurrency::at_once;
use super::super::pages::{NONSENSE_CURSORS, all_pages};
use crate::{Scene, Stores, builders};

async fn try_ban(scene: &Scene, id: ConversationId, by: &Profile, user: UserId) -> Result<Vec<Event>, ChangeRefusal> {
    scene.moderation.ban_user(id, by.id, user, builders::reason("spam"), scene.later()).await
}

async fn bans(scene: &Scene, id: ConversationId, per_page: u64) -> Vec<Ban> {
    all_pages(|after| scene.moderation.list_bans(id, after, builders::limit(per_page))).await
}

/// Out, and told so: `member.removed` there, `conversation.left` in their own stream.
pub async fn a_banned_member_is_out(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann, &bob]).await;
    let events = scene.ban(id, &ann, &bob).await;
    let at = scene.now();
    let wanted = [
        Event { stream: id.into(), seq: 3, at, body: EventBody::MemberRemoved(bob.clone()) },
        Event { stream: StreamId::Personal(bob.id), seq: 2, at, body: EventBody::ConversationLeft(id) },
    ];
    assert_eq!(events, wanted);
    assert_eq!(scene.messaging.find_member(id, bob.id).await.unwrap(), None);
    assert_eq!(scene.log(id).await[2], wanted[0]);
    assert_eq!(scene.personal_log(&bob).await[1], wanted[1]);
    let ban = Ban { user: bob, by: ann.id, reason: builders::reason("spam"), at };
    assert_eq!(bans(&scene, id, 5).await, [ban]);
}

/// `Banned`, whether they come by themselves or are brought in; elsewhere they are welcome.
pub async fn a_banned_user_does_not_come_in(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob, eve) = (scene.user("ann").await, scene.user("bob").await, scene.user("eve").await);
    let id = scene.channel("news", &[(&ann, MemberRole::Owner), (&bob, MemberRole::Member)]).await;
    let elsewhere = scene.group(&[&ann]).await;
    assert_eq!(scene.ban(id, &ann, &eve).await, [], "who is not in is not taken out");
    scene.ban(id, &ann, &bob).await;
    for user in [&bob, &eve] {
        for invited_by in [None, Some(ann.id)] {
            let new = NewMember { invited_by, ..scene.new_member(id, user.id, MemberRole::Member) };
            let outcome = scene.messaging.add_member(new).await;
            assert!(matches!(outcome, Err(AddMemberRefusal::Banned)), "{outcome:?}");
        }
        scene.add(elsewhere, user, MemberRole::Member).await;
    }
    assert_eq!(bans(&scene, elsewhere, 5).await, []);
}

/// The first reason stays, and nothing is written down.
pub async fn banning_again_changes_nothing(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann, &bob]).await;
    scene.ban(id, &ann, &bob).await;
    let before = (bans(&scene, id, 5).await, scene.log(id).await);
    let reason = builders::reason("other");
    let again = scene.moderation.ban_user(id, ann.id, bob.id, reason, scene.later()).await.unwrap();
    assert_eq!(again, []);
    assert_eq!((bans(&scene, id, 5).await, scene.log(id).await), before);
    assert_eq!(scene.moderation.list_audit(id, None, builders::limit(5)).await.unwrap().items.len(), 1);
}

/// Not by the lifting itself; and there is nothing to lift the second time.
pub async fn a_lifted_ban_lets_come_in_again(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann, &bob]).await;
    let lift = async || scene.moderation.lift_ban(id, ann.id, bob.id, scene.later()).await.unwrap();
    assert!(!lift().await);
    scene.ban(id, &ann, &bob).await;
    let log = scene.log(id).await;
    assert!(lift().await);
    assert!(!lift().await);
    assert_eq!(scene.messaging.find_member(id, bob.id).await.unwrap(), None);
    assert_eq!(scene.log(id).await, log);
    assert_eq!(bans(&scene, id, 5).await, []);
    scene.add(id, &bob, MemberRole::Member).await;
    let actions: Vec<_> = scene.moderation.list_audit(id, None, builders::limit(9)).await.unwrap().items;
    let actions: Vec<_> = actions.into_iter().map(|entry| (entry.action, entry.user_id, entry.detail)).collect();
    let wanted = [
        (AuditAction::UserUnbanned, Some(bob.id), String::new()),
        (AuditAction::UserBanned, Some(bob.id), "spam".to_owned()),
    ];
    assert_eq!(actions, wanted);
}

/// Over whoever is below them and over who is not in; only users are banned.
pub async fn moderators_ban_whoever_is_below_them(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob, cid) = (scene.user("ann").await, scene.user("bob").await, scene.user("cid").await);
    let (dan, eve) = (scene.user("dan").await, scene.user("eve").await);
    let id = scene.group(&[&ann, &bob]).await;
    scene.add(id, &cid, MemberRole::Admin).await;
    scene.add(id, &dan, MemberRole::Admin).await;
    let forbidden = [(&bob, &eve), (&bob, &ann), (&cid, &ann), (&cid, &dan), (&cid, &cid), (&ann, &ann)];
    for (by, user) in forbidden {
        let refusal = try_ban(&scene, id, by, user.id).await.unwrap_err();
        assert!(matches!(refusal, ChangeRefusal::NotAllowed), "{refusal:?}");
    }
    let refusal = scene.moderation.lift_ban(id, bob.id, eve.id, scene.later()).await.unwrap_err();
    assert!(matches!(refusal, ChangeRefusal::NotAllowed), "{refusal:?}");
    let direct = scene.create(scene.new_direct(&ann, &bob)).await.0.id;
    let refusal = try_ban(&scene, direct, &ann, bob.id).await.unwrap_err();
    assert!(matches!(refusal, ChangeRefusal::NotAllowed), "{refusal:?}");
    for (id, by) in [(id, &eve), (scene.ids.next(), &ann)] {
        let refusal = try_ban(&scene, id, by, bob.id).await.unwrap_err();
        assert!(matches!(refusal, ChangeRefusal::NotFound), "{refusal:?}");
        let refusal = scene.moderation.lift_ban(id, by.id, bob.id, scene.later()).await.unwrap_err();
        assert!(matches!(refusal, ChangeRefusal::NotFound), "{refusal:?}");
    }
    let refusal = try_ban(&scene, id, &ann, scene.ids.next()).await.unwrap_err();
    assert!(matches!(refusal, ChangeRefusal::NoSuchMember), "{refusal:?}");
    assert_eq!(bans(&scene, id, 5).await, []);
    for user in [&bob, &eve] {
        try_ban(&scene, id, &cid, user.id).await.unwrap();
    }
    assert_eq!(try_ban(&scene, id, &ann, dan.id).await.unwrap().len(), 2);
}

/// Ids compare as unsigned numbers, in pages of any length.
pub async fn bans_are_listed_in_order_of_user_id(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let id = scene.group(&[&ann]).await;
    let mut ids: Vec<UserId> =
        [u128::MAX, 1, 1 << 127, (1 << 127) - 1, 1 << 64, 255].map(Uuid::from_u128).map(UserId::from).to_vec();
    for (number, user_id) in ids.iter().enumerate() {
        let user = User { id: *user_id, ..scene.new_user(&format!("user-{number}")) };
        scene.identity.insert_account(builders::account(&scene.ids, user)).await.unwrap();
        try_ban(&scene, id, &ann, *user_id).await.unwrap();
    }
    ids.sort();
    for per_page in 1..=7 {
        let listed: Vec<_> = bans(&scene, id, per_page).await.into_iter().map(|ban| ban.user.id).collect();
        assert_eq!(listed, ids, "{per_page} per page");
    }
    let page = scene.moderation.list_bans(id, None, builders::limit(6)).await.unwrap();
    assert_eq!((page.items.len(), page.next_cursor), (6, None));
    for text in NONSENSE_CURSORS {
        let page = scene.moderation.list_bans(id, Cursor::parse(text), builders::limit(5)).await.unwrap();
        assert_eq!((page.items, page.next_cursor), (vec![], None), "{text:?}");
    }
}

/// One takes the member out.
pub async fn of_many_bans_at_once_one_is_logged(stores: Stores) {
    let scene = Arc::new(Scene::new(stores));
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann, &bob]).await;
    let outcomes = at_once((0..8).map(|_| {
        let (scene, ann, bob) = (scene.clone(), ann.clone(), bob.clone());
        async move { scene.ban(id, &ann, &bob).await }
    }))
    .await;
    assert_eq!(outcomes.iter().filter(|events| !events.is_empty()).count(), 1, "{outcomes:?}");
    assert_eq!(scene.log(id).await.len(), 3);
    assert_eq!(scene.moderation.list_audit(id, None, builders::limit(9)).await.unwrap().items.len(), 1);
}

/// Whoever comes first, in the end the user is out.
pub async fn nobody_is_in_whom_a_ban_keeps_out(stores: Stores) {
    let scene = Arc::new(Scene::new(stores));
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    for _ in 0..10 {
        let id = scene.group(&[&ann]).await;
        let new = scene.new_member(id, bob.id, MemberRole::Member);
        let adding = scene.messaging.clone();
        let added = tokio::spawn(async move { adding.add_member(new).await });
        let banning = tokio::spawn({
            let (scene, ann, bob) = (scene.clone(), ann.clone(), bob.clone());
            async move { scene.ban(id, &ann, &bob).await }
        });
        let (added, banned) = (added.await.unwrap(), banning.await.unwrap());
        match added {
            Ok(Added::New { .. }) => assert_eq!(banned.len(), 2),
            Err(AddMemberRefusal::Banned) => assert_eq!(banned, []),
            outcome => panic!("{outcome:?}"),
        }
        assert_eq!(scene.messaging.find_member(id, bob.id).await.unwrap(), None);
    }
}
