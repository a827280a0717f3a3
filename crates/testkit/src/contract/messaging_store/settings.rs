//! Conversations that are made different.

use rialto_kernel::ConversationId;
use rialto_messaging::{
    Actor, ChangeRefusal, Conversation, ConversationChanges, ConversationSettings, Event, EventBody, MemberRole,
    NewConversationKind, Topic, Visibility,
};

use super::super::concurrency::at_once;
use crate::{Scene, Stores, builders};

fn renamed(name: &str) -> ConversationChanges {
    ConversationChanges { name: Some(builders::conversation_name(name)), ..ConversationChanges::default() }
}

fn everything(name: &str) -> ConversationChanges {
    ConversationChanges {
        name: Some(builders::conversation_name(name)),
        topic: Some(Topic::parse("What's new?\n世界").unwrap()),
        visibility: Some(Visibility::Private),
        archived: Some(true),
        slowmode_s: Some(30),
        guests_may_write: Some(true),
        receipts: Some(true),
    }
}

async fn stored(scene: &Scene, id: ConversationId) -> Conversation {
    scene.messaging.find_conversation(id).await.unwrap().unwrap()
}

/// Every field, in the answer, the event, the lists and alone; the rest stays.
pub async fn a_changed_conversation_comes_back_as_it_was_changed(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let id = scene.channel("news", &[(&ann, MemberRole::Owner)]).await;
    let before = stored(&scene, id).await;
    let done = scene.change(id, builders::actor(ann.id), everything("Old News 🦀")).await.unwrap();
    let at = scene.now();
    let wanted = Conversation {
        name: Some(builders::conversation_name("Old News 🦀")),
        topic: Topic::parse("What's new?\n世界").unwrap(),
        visibility: Visibility::Private,
        archived_at: Some(at),
        settings: ConversationSettings { slowmode_s: 30, guests_may_write: true, receipts: true },
        last_seq: 2,
        last_event_at: at,
        ..before
    };
    let event = Event { stream: id.into(), seq: 2, at, body: EventBody::ConversationChanged(wanted.clone()) };
    assert_eq!((&done.value, &done.events[..]), (&wanted, std::slice::from_ref(&event)));
    assert_eq!(stored(&scene, id).await, wanted);
    assert_eq!(scene.log(id).await[1], event);
    let summary = scene.messaging.find_summary(id, ann.id).await.unwrap().unwrap();
    assert_eq!(summary.conversation, wanted);
    assert_eq!(scene.messaging.list_channels(None, builders::limit(5)).await.unwrap().items, []);
}

/// One thing at a time leaves the others as they are.
pub async fn what_is_not_named_stays(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let id = scene.channel("news", &[(&ann, MemberRole::Owner)]).await;
    scene.change(id, builders::actor(ann.id), everything("news")).await.unwrap();
    let before = stored(&scene, id).await;
    let (plain, topic) = (ConversationChanges::default(), Topic::default());
    for changes in [
        renamed("other news"),
        ConversationChanges { topic: Some(topic), ..plain.clone() },
        ConversationChanges { visibility: Some(Visibility::Public), ..plain.clone() },
        ConversationChanges { slowmode_s: Some(0), ..plain.clone() },
        ConversationChanges { guests_may_write: Some(false), ..plain.clone() },
        ConversationChanges { receipts: Some(false), ..plain.clone() },
        ConversationChanges { archived: Some(false), ..plain },
    ] {
        let before = stored(&scene, id).await;
        let done = scene.change(id, builders::actor(ann.id), changes.clone()).await.unwrap();
        let wanted = Conversation {
            last_seq: before.last_seq + 1,
            last_event_at: scene.now(),
            ..changes.applied_to(&before, scene.now())
        };
        assert_eq!(done.value, wanted);
        assert_eq!(stored(&scene, id).await, wanted);
    }
    assert_eq!(stored(&scene, id).await.epoch, before.epoch);
}

/// Not even when it was archived.
pub async fn a_change_to_what_is_so_already_is_none(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let id = scene.channel("news", &[(&ann, MemberRole::Owner)]).await;
    scene.change(id, builders::actor(ann.id), everything("news")).await.unwrap();
    let before = stored(&scene, id).await;
    for changes in [everything("news"), ConversationChanges::default()] {
        let done = scene.change(id, builders::actor(ann.id), changes).await.unwrap();
        assert_eq!((done.value, done.events), (before.clone(), vec![]));
    }
    assert_eq!(stored(&scene, id).await, before);
}

/// Admins most of it, owners all; `NotAllowed` to members, `NotFound` to strangers.
pub async fn who_changes_a_conversation_needs_the_role(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob, cid, eve) =
        (scene.user("ann").await, scene.user("bob").await, scene.user("cid").await, scene.user("eve").await);
    let members = [(&ann, MemberRole::Owner), (&bob, MemberRole::Member), (&cid, MemberRole::Admin)];
    let id = scene.channel("news", &members).await;
    let plain = ConversationChanges::default;
    for (by, changes) in [
        (&bob, renamed("mine")),
        (&bob, ConversationChanges { topic: Some(Topic::parse("mine").unwrap()), ..plain() }),
        (&cid, ConversationChanges { visibility: Some(Visibility::Private), ..plain() }),
        (&cid, ConversationChanges { archived: Some(true), ..renamed("mine") }),
    ] {
        let refusal = scene.change(id, builders::actor(by.id), changes).await.unwrap_err();
        assert!(matches!(refusal, ChangeRefusal::NotAllowed), "{refusal:?}");
    }
    for (id, by) in [(id, &eve), (scene.ids.next(), &ann)] {
        let refusal = scene.change(id, builders::actor(by.id), renamed("mine")).await.unwrap_err();
        assert!(matches!(refusal, ChangeRefusal::NotFound), "{refusal:?}");
    }
    assert_eq!(scene.log(id).await.len(), 3);
    for (by, changes) in [
        (&cid, ConversationChanges { slowmode_s: Some(5), guests_may_write: Some(true), ..renamed("ours") }),
        (&ann, ConversationChanges { visibility: Some(Visibility::Private), archived: Some(true), ..plain() }),
    ] {
        assert_eq!(scene.change(id, builders::actor(by.id), changes).await.unwrap().events.len(), 1);
    }
}

/// Whether they are in or not; it is written down under their name.
pub async fn admins_of_the_server_change_any_conversation(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, root) = (scene.user("ann").await, scene.user("root").await);
    let admin = Actor { is_admin: true, ..builders::actor(root.id) };
    let id = scene.group(&[&ann]).await;
    let archive = ConversationChanges { archived: Some(true), ..ConversationChanges::default() };
    assert_eq!(scene.change(id, admin, archive).await.unwrap().events.len(), 1);
    scene.add(id, &root, MemberRole::Reader).await;
    assert_eq!(scene.change(id, admin, renamed("kept in order")).await.unwrap().events.len(), 1);
    let audit = scene.moderation.list_audit(id, None, builders::limit(5)).await.unwrap().items;
    assert_eq!(
        audit.iter().map(|entry| (&entry.actor, &*entry.detail)).collect::<Vec<_>>(),
        [(&root, "name"), (&root, "archived"),]
    );
}

/// `NotAllowed`, to its users and to admins of the server.
pub async fn a_direct_conversation_stays_as_it_is(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob, root) = (scene.user("ann").await, scene.user("bob").await, scene.user("root").await);
    let id = scene.create(scene.new_direct(&ann, &bob)).await.0.id;
    for by in [builders::actor(ann.id), Actor { is_admin: true, ..builders::actor(root.id) }] {
        let refusal = scene.change(id, by, renamed("ours")).await.unwrap_err();
        assert!(matches!(refusal, ChangeRefusal::NotAllowed), "{refusal:?}");
    }
}

/// `NameTaken` by another channel, in any letter case; a channel may change the case of its own, and the old name
/// is free for others.
pub async fn a_channel_takes_no_name_of_another(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let owner = builders::actor(ann.id);
    let (news, talk) = (
        scene.channel("News", &[(&ann, MemberRole::Owner)]).await,
        scene.channel("Talk", &[(&ann, MemberRole::Owner)]).await,
    );
    let refusal = scene.change(talk, owner, renamed("nEWS")).await.unwrap_err();
    assert!(matches!(refusal, ChangeRefusal::NameTaken), "{refusal:?}");
    assert_eq!(scene.log(talk).await.len(), 1);
    assert_eq!(scene.change(news, owner, renamed("NEWS")).await.unwrap().events.len(), 1);
    scene.change(news, owner, renamed("Archive")).await.unwrap();
    scene.change(talk, owner, renamed("news")).await.unwrap();
    scene.create(scene.new_channel("Talk", Visibility::Public)).await;
    let listed = scene.messaging.list_channels(None, builders::limit(9)).await.unwrap().items;
    let names: Vec<_> =
        listed.into_iter().map(|listing| listing.conversation.name.unwrap().as_str().to_owned()).collect();
    assert_eq!(names, ["Archive", "news", "Talk"]);
    let group = scene.group(&[&ann]).await;
    scene.change(group, owner, renamed("news")).await.unwrap();
    let kind = NewConversationKind::Group(builders::conversation_name("talk"));
    scene.create(scene.new_conversation(kind, &[(&ann, MemberRole::Owner)])).await;
}

/// One takes the name, the others are told so, never with a store error.
pub async fn of_many_channels_that_take_a_name_at_once_one_gets_it(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let mut ids = Vec::new();
    for number in 0..8 {
        ids.push(scene.channel(&format!("channel {number}"), &[(&ann, MemberRole::Owner)]).await);
    }
    let outcomes = at_once(ids.into_iter().map(|id| {
        let (store, by, at) = (scene.messaging.clone(), builders::actor(ann.id), scene.later());
        async move { store.change_conversation(id, by, renamed("The One"), at).await }
    }))
    .await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{outcomes:?}");
    let taken = |outcome: &&_| matches!(outcome, Err(ChangeRefusal::NameTaken));
    assert_eq!(outcomes.iter().filter(taken).count(), 7, "{outcomes:?}");
}

/// The conversation as it is now, whatever the change was.
pub async fn a_replay_shows_the_conversation_of_now(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let id = scene.group(&[&ann]).await;
    for name in ["one", "two"] {
        scene.change(id, builders::actor(ann.id), renamed(name)).await.unwrap();
    }
    scene.say(id, &ann, "hi").await;
    let now = stored(&scene, id).await;
    for event in &scene.log(id).await[1..3] {
        assert_eq!(event.body, EventBody::ConversationChanged(now.clone()));
    }
}
