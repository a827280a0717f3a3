//! Conversations that are removed with all that was in them.

use std::sync::Arc;

use rialto_messaging::{
    Actor, AddMemberRefusal, AppendRefusal, Appended, ChangeRefusal, Event, EventBody, HistoryPart, HistorySlice,
    MemberRole, StreamId, Visibility, WriteRefusal,
};

use super::super::concurrency::at_once;
use crate::{Scene, Stores, builders};

/// The last event of its log, told live only; each member's own stream keeps that they are out.
pub async fn a_deleted_conversation_is_told_to_its_members(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&bob, &ann]).await;
    scene.say(id, &ann, "hi").await;
    let events = scene.messaging.delete_conversation(id, builders::actor(bob.id), scene.later()).await.unwrap();
    let at = scene.now();
    let left = |user: &rialto_messaging::Profile| Event {
        stream: StreamId::Personal(user.id),
        seq: 2,
        at,
        body: EventBody::ConversationLeft(id),
    };
    let gone = Event { stream: id.into(), seq: 4, at, body: EventBody::ConversationDeleted };
    assert_eq!(events, [gone, left(&ann), left(&bob)]);
    for user in [&ann, &bob] {
        assert_eq!(scene.personal_log(user).await[1], left(user));
    }
    assert_eq!(scene.log(id).await, []);
}

/// Every question about it is answered as if it had never been; personal streams alone tell that it was.
pub async fn nothing_of_a_deleted_conversation_is_left(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.channel("news", &[(&ann, MemberRole::Owner), (&bob, MemberRole::Member)]).await;
    let root = scene.call(id, &ann, "root @bob").await;
    let reply = scene.reply(&root, &bob, "re").await;
    scene.edit(&root, "root again @bob @all").await;
    scene.react(&root, &bob, "👍").await;
    scene.pin(&root, &ann).await;
    scene.mark(id, &bob, 1).await;
    scene.messaging.delete_conversation(id, builders::actor(ann.id), scene.later()).await.unwrap();

    let store = &scene.messaging;
    assert_eq!(store.find_conversation(id).await.unwrap(), None);
    assert_eq!(store.find_member(id, ann.id).await.unwrap(), None);
    assert_eq!(store.find_summary(id, ann.id).await.unwrap(), None);
    assert_eq!(store.list_summaries(ann.id, None, builders::limit(5)).await.unwrap().items, []);
    assert_eq!(store.list_channels(None, builders::limit(5)).await.unwrap().items, []);
    assert_eq!(store.stream_tops(&[id.into()]).await.unwrap(), []);
    assert_eq!(scene.followed(bob.id).await, []);
    for part in [HistoryPart::Main, HistoryPart::Thread(root.id)] {
        assert_eq!(store.list_messages(id, part, HistorySlice::Latest, 5, ann.id).await.unwrap(), []);
    }
    for message in [&root, &reply] {
        assert_eq!(scene.changes.find_message(message.id, ann.id).await.unwrap(), None);
        assert_eq!(scene.changes.list_revisions(message.id).await.unwrap(), []);
        assert_eq!(scene.reads.find_thread(message.id, ann.id).await.unwrap(), None);
    }
    assert_eq!(scene.changes.list_pins(id, ann.id).await.unwrap(), []);
    assert_eq!(scene.reads.list_receipts(id, None, builders::limit(5)).await.unwrap().items, []);
    let refusal = store.append_message(scene.new_message(id, &ann, "hi")).await.unwrap_err();
    assert!(matches!(refusal, AppendRefusal::Write(WriteRefusal::NotAMember)), "{refusal:?}");
    let refusal = store.add_member(scene.new_member(id, bob.id, MemberRole::Member)).await.unwrap_err();
    assert!(matches!(refusal, AddMemberRefusal::UnknownConversation), "{refusal:?}");
    let refusal = store.delete_conversation(id, builders::actor(ann.id), scene.later()).await.unwrap_err();
    assert!(matches!(refusal, ChangeRefusal::NotFound), "{refusal:?}");
    scene.create(scene.new_channel("NEWS", Visibility::Public)).await;
    let told: Vec<_> = scene.personal_log(&bob).await.iter().map(|event| event.body.name()).collect();
    assert_eq!(told, ["conversation.entered", "read.changed", "conversation.left"]);
}

/// Others keep all that is theirs, and go on.
pub async fn other_conversations_outlive_a_deleted_one(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let (gone, kept) = (scene.group(&[&ann, &bob]).await, scene.group(&[&ann, &bob]).await);
    for id in [gone, kept] {
        let root = scene.call(id, &ann, "root @bob").await;
        scene.reply(&root, &bob, "re").await;
        scene.react(&root, &bob, "👍").await;
    }
    let before = (scene.history(kept, &ann).await, scene.log(kept).await, scene.read_state(kept, &bob).await);
    scene.messaging.delete_conversation(gone, builders::actor(ann.id), scene.later()).await.unwrap();
    let after = (scene.history(kept, &ann).await, scene.log(kept).await, scene.read_state(kept, &bob).await);
    assert_eq!(after, before);
    scene.say(kept, &bob, "hi").await;
}

/// Its owner and admins of the server; `NotAllowed` to other members, `NotFound` to strangers, and never a direct one.
pub async fn an_owner_deletes_a_conversation(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob, eve) = (scene.user("ann").await, scene.user("bob").await, scene.user("eve").await);
    let id = scene.group(&[&ann]).await;
    scene.add(id, &bob, MemberRole::Admin).await;
    let direct = scene.create(scene.new_direct(&ann, &bob)).await.0.id;
    let server_admin = Actor { is_admin: true, ..builders::actor(eve.id) };
    let delete = async |id, by| scene.messaging.delete_conversation(id, by, scene.later()).await;
    for (id, by) in [(id, builders::actor(bob.id)), (direct, builders::actor(ann.id)), (direct, server_admin)] {
        let refusal = delete(id, by).await.unwrap_err();
        assert!(matches!(refusal, ChangeRefusal::NotAllowed), "{refusal:?}");
    }
    for (id, by) in [(id, builders::actor(eve.id)), (scene.ids.next(), builders::actor(ann.id))] {
        let refusal = delete(id, by).await.unwrap_err();
        assert!(matches!(refusal, ChangeRefusal::NotFound), "{refusal:?}");
    }
    assert_eq!(scene.log(id).await.len(), 2);
    assert_eq!(delete(id, server_admin).await.unwrap().len(), 3);
}

/// Nobody writes into what is gone, and whoever deletes second finds nothing.
pub async fn of_many_acts_on_a_conversation_that_goes_none_comes_after(stores: Stores) {
    let scene = Arc::new(Scene::new(stores));
    let ann = scene.user("ann").await;
    let id = scene.group(&[&ann]).await;
    let writing = (0..8).map(|_| {
        let (scene, ann) = (scene.clone(), ann.clone());
        tokio::spawn(async move { scene.messaging.append_message(scene.new_message(id, &ann, "hi")).await })
    });
    let writing: Vec<_> = writing.collect();
    let deletions = at_once((0..4).map(|_| {
        let (scene, by) = (scene.clone(), builders::actor(ann.id));
        async move { scene.messaging.delete_conversation(id, by, scene.later()).await }
    }))
    .await;
    for written in writing {
        match written.await.unwrap() {
            Ok(Appended::New(_)) | Err(AppendRefusal::Write(WriteRefusal::NotAMember)) => {}
            outcome => panic!("{outcome:?}"),
        }
    }
    assert_eq!(deletions.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{deletions:?}");
    let late = |outcome: &&_| matches!(outcome, Err(ChangeRefusal::NotFound));
    assert_eq!(deletions.iter().filter(late).count(), 3, "{deletions:?}");
    assert_eq!(scene.log(id).await, []);
    assert_eq!(scene.personal_log(&ann).await.len(), 2);
}

/// There is no message left that it could stand for.
pub async fn a_nonce_of_a_deleted_conversation_is_free(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let (gone, kept) = (scene.group(&[&ann]).await, scene.group(&[&ann]).await);
    let said = scene.say(gone, &ann, "hi").await;
    scene.messaging.delete_conversation(gone, builders::actor(ann.id), scene.later()).await.unwrap();
    let new = rialto_messaging::NewMessage { nonce: said.nonce, ..scene.new_message(kept, &ann, "hi") };
    assert!(matches!(scene.messaging.append_message(new).await.unwrap(), Appended::New(_)));
}
