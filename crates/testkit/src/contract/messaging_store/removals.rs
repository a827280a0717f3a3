//! Members who are taken out by others.

use rialto_kernel::ConversationId;
use rialto_messaging::{ChangeRefusal, Event, EventBody, MemberRole, Profile, StreamId};

use crate::{Scene, Stores};

async fn try_remove(
    scene: &Scene,
    id: ConversationId,
    by: &Profile,
    user: &Profile,
) -> Result<Vec<Event>, ChangeRefusal> {
    scene.messaging.remove_member(id, by.id, user.id, scene.later()).await
}

/// `member.removed` for those who stay, `conversation.left` for the one who goes.
pub async fn who_is_taken_out_is_told(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann, &bob]).await;
    let events = try_remove(&scene, id, &ann, &bob).await.unwrap();
    let at = scene.now();
    let wanted = [
        Event { stream: id.into(), seq: 3, at, body: EventBody::MemberRemoved(bob.clone()) },
        Event { stream: StreamId::Personal(bob.id), seq: 2, at, body: EventBody::ConversationLeft(id) },
    ];
    assert_eq!(events, wanted);
    assert_eq!(scene.log(id).await[2], wanted[0]);
    assert_eq!(scene.personal_log(&bob).await[1], wanted[1]);
    assert_eq!(scene.messaging.find_member(id, bob.id).await.unwrap(), None);
    assert_eq!(scene.personal_log(&ann).await.len(), 1);
}

/// `NotAllowed` over equals and over oneself; between two users nobody removes the other.
pub async fn only_who_is_below_is_taken_out(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob, cid) = (scene.user("ann").await, scene.user("bob").await, scene.user("cid").await);
    let (dan, eve) = (scene.user("dan").await, scene.user("eve").await);
    let id = scene.group(&[&ann, &bob, &eve]).await;
    for admin in [&cid, &dan] {
        scene.add(id, admin, MemberRole::Admin).await;
    }
    let direct = scene.create(scene.new_direct(&ann, &bob)).await.0.id;
    for (id, by, user) in [
        (id, &bob, &eve),
        (id, &bob, &ann),
        (id, &cid, &dan),
        (id, &cid, &ann),
        (id, &cid, &cid),
        (id, &ann, &ann),
        (direct, &ann, &bob),
    ] {
        let refusal = try_remove(&scene, id, by, user).await.unwrap_err();
        assert!(matches!(refusal, ChangeRefusal::NotAllowed), "{refusal:?}");
    }
    assert_eq!(scene.log(id).await.len(), 5);
    for (by, user) in [(&cid, &bob), (&ann, &cid)] {
        assert_eq!(try_remove(&scene, id, by, user).await.unwrap().len(), 2);
    }
}

/// `NotFound` to strangers, whoever they name; `NoSuchMember` for a stranger.
pub async fn strangers_take_nobody_out(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob, eve) = (scene.user("ann").await, scene.user("bob").await, scene.user("eve").await);
    let id = scene.group(&[&ann, &bob]).await;
    for (id, by, user) in [(id, &eve, &bob), (id, &eve, &eve), (scene.ids.next(), &ann, &bob)] {
        let refusal = try_remove(&scene, id, by, user).await.unwrap_err();
        assert!(matches!(refusal, ChangeRefusal::NotFound), "{refusal:?}");
    }
    let refusal = try_remove(&scene, id, &ann, &eve).await.unwrap_err();
    assert!(matches!(refusal, ChangeRefusal::NoSuchMember), "{refusal:?}");
}
