//! Who may not see a message does not learn from a refusal that it exists.

use rialto_kernel::MessageId;
use rialto_messaging::{Actor, ConversationChanges, MemberRole, MessageRefusal, Profile, WantedMentions, WriteRefusal};

use crate::{Scene, Stores, builders};

/// The refusals of all four acts on a message.
async fn refusals(scene: &Scene, id: MessageId, by: Actor) -> Vec<MessageRefusal> {
    let (content, wanted) = (builders::content("changed"), WantedMentions::default());
    vec![
        scene.changes.edit_message(id, by, content, wanted, scene.later()).await.unwrap_err(),
        scene.changes.set_reaction(id, by, builders::emoji("👍"), true, scene.later()).await.unwrap_err(),
        scene.changes.set_pin(id, by, true, scene.later()).await.unwrap_err(),
    ]
}

/// `UnknownMessage`, whether the message is or is not, and in a public channel too.
pub async fn strangers_learn_of_no_message(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob, eve) = (scene.user("ann").await, scene.user("bob").await, scene.user("eve").await);
    let group = scene.group(&[&ann, &bob]).await;
    let channel = scene.channel("news", &[(&ann, MemberRole::Owner), (&bob, MemberRole::Member)]).await;
    let (hidden, open) = (scene.say(group, &bob, "hi").await, scene.say(channel, &bob, "hi").await);
    for id in [group, channel] {
        scene.leave(id, &bob).await;
    }
    for id in [hidden.id, open.id, scene.ids.next()] {
        for stranger in [&eve, &bob] {
            let actor = builders::actor(stranger.id);
            let deletion = scene.changes.delete_message(id, actor, scene.later()).await.unwrap_err();
            for refusal in refusals(&scene, id, actor).await.into_iter().chain([deletion]) {
                assert!(matches!(refusal, MessageRefusal::UnknownMessage), "{refusal:?}");
            }
        }
    }
    assert_eq!(scene.message(&hidden, &ann).await, hidden);
}

/// An admin of the server who is not in: deletes, but nothing else.
pub async fn an_admin_of_the_server_from_outside_may_only_delete(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob, root) = (scene.user("ann").await, scene.user("bob").await, scene.user("root").await);
    let admin = Actor { is_admin: true, ..builders::actor(root.id) };
    let group = scene.group(&[&ann]).await;
    let direct = scene.create(scene.new_direct(&ann, &bob)).await.0.id;
    for id in [group, direct] {
        let said = scene.say(id, &ann, "hi").await;
        for refusal in refusals(&scene, said.id, admin).await {
            assert!(matches!(refusal, MessageRefusal::UnknownMessage), "{refusal:?}");
        }
        let deleted = scene.changes.delete_message(said.id, admin, scene.later()).await.unwrap();
        assert_eq!(deleted.value.content, None);
        assert_eq!(deleted.events.len(), 1);
    }
}

/// Readers, the muted, guests of a channel where they only read, and everybody where it is archived.
pub async fn who_may_not_write_changes_nothing(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.channel("news", &[(&ann, MemberRole::Owner), (&bob, MemberRole::Admin)]).await;
    let said = scene.say(id, &bob, "hi").await;
    let check = async |actor: Actor, wanted: WriteRefusal| {
        for refusal in refusals(&scene, said.id, actor).await {
            assert!(matches!(&refusal, MessageRefusal::Write(refusal) if *refusal == wanted), "{refusal:?}");
        }
    };
    let bobs = builders::actor(bob.id);
    let until = scene.now() + chrono::TimeDelta::hours(1);
    scene.mute(id, &ann, &bob, Some(until)).await;
    check(bobs, WriteRefusal::Muted { until }).await;
    scene.mute(id, &ann, &bob, None).await;
    check(Actor { is_guest: true, ..bobs }, WriteRefusal::GuestsReadOnly).await;
    scene.messaging.change_role(id, ann.id, bob.id, MemberRole::Reader, scene.later()).await.unwrap();
    check(bobs, WriteRefusal::ReadOnly).await;
    let archive = ConversationChanges { archived: Some(true), ..ConversationChanges::default() };
    scene.change(id, builders::actor(ann.id), archive).await.unwrap();
    check(bobs, WriteRefusal::Archived).await;
    check(builders::actor(ann.id), WriteRefusal::Archived).await;
    assert_eq!(scene.message(&said, &ann).await, said);
}

/// `NotAllowed` to whoever did not send it, the owner included.
pub async fn only_the_sender_edits(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob, root) = (scene.user("ann").await, scene.user("bob").await, scene.user("root").await);
    let id = scene.group(&[&ann, &bob, &root]).await;
    let said = scene.say(id, &bob, "hi").await;
    let by = |user: &Profile, is_admin| Actor { is_admin, ..builders::actor(user.id) };
    for actor in [by(&ann, false), by(&root, true)] {
        let (content, wanted) = (builders::content("changed"), WantedMentions::default());
        let refusal = scene.changes.edit_message(said.id, actor, content, wanted, scene.later()).await.unwrap_err();
        assert!(matches!(refusal, MessageRefusal::NotAllowed), "{refusal:?}");
    }
    assert_eq!(scene.message(&said, &bob).await, said);
    assert_eq!(scene.changes.list_revisions(said.id).await.unwrap(), []);
}
