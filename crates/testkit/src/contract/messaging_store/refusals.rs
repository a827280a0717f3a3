//! Messages that are refused: for what reason first, and without a trace.

use rialto_kernel::{ConversationId, MessageId};
use rialto_messaging::{AppendRefusal, Appended, MemberRole, NewMessage, Profile, WriteRefusal};

use crate::{Scene, Stores, builders};

async fn refusal(scene: &Scene, new: NewMessage) -> AppendRefusal {
    scene.messaging.append_message(new).await.unwrap_err()
}

fn answering(scene: &Scene, id: ConversationId, sender: &Profile, reply_to: MessageId) -> NewMessage {
    NewMessage { reply_to: Some(reply_to), ..scene.new_message(id, sender, "re") }
}

/// Who never was in, who was removed, and who is in another conversation only.
pub async fn who_is_not_in_does_not_write(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob, cid) = (scene.user("ann").await, scene.user("bob").await, scene.user("cid").await);
    let id = scene.group(&[&ann, &bob]).await;
    scene.group(&[&cid]).await;
    scene.leave(id, &bob).await;
    for sender in [&bob, &cid] {
        let refusal = refusal(&scene, scene.new_message(id, sender, "hi")).await;
        assert!(matches!(refusal, AppendRefusal::Write(WriteRefusal::NotAMember)), "{refusal:?}");
    }
}

/// A conversation that is not, and a sender who is not, are no store errors.
pub async fn unknown_conversations_and_senders_are_no_members(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let id = scene.group(&[&ann]).await;
    let unknown_conversation = scene.new_message(scene.ids.next(), &ann, "hi");
    let unknown_sender = NewMessage { sender: builders::actor(scene.ids.next()), ..scene.new_message(id, &ann, "hi") };
    for new in [unknown_conversation, unknown_sender] {
        let refusal = refusal(&scene, new).await;
        assert!(matches!(refusal, AppendRefusal::Write(WriteRefusal::NotAMember)), "{refusal:?}");
    }
}

/// `ReadOnly`.
pub async fn a_reader_does_not_write(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann]).await;
    scene.add(id, &bob, MemberRole::Reader).await;
    let refusal = refusal(&scene, scene.new_message(id, &bob, "hi")).await;
    assert!(matches!(refusal, AppendRefusal::Write(WriteRefusal::ReadOnly)), "{refusal:?}");
}

/// `UnknownReply`, for a message that is not and for one that is elsewhere, even if the sender sees it.
pub async fn a_message_answers_no_message_of_elsewhere(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let (here, there) = (scene.group(&[&ann]).await, scene.group(&[&ann]).await);
    let elsewhere = scene.say(there, &ann, "hi").await;
    let own_id = scene.new_message(here, &ann, "re");
    for new in [
        answering(&scene, here, &ann, scene.ids.next()),
        answering(&scene, here, &ann, elsewhere.id),
        NewMessage { reply_to: Some(own_id.id), ..own_id },
    ] {
        let refusal = refusal(&scene, new).await;
        assert!(matches!(refusal, AppendRefusal::UnknownReply), "{refusal:?}");
    }
}

/// Nonce, then membership, then role, then the answered message.
pub async fn refusals_come_in_their_order(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann, &bob]).await;
    let said = scene.say(id, &bob, "hi").await;
    scene.leave(id, &bob).await;
    let wrong_in_all = || answering(&scene, id, &bob, scene.ids.next());

    let conflict = refusal(&scene, NewMessage { nonce: said.nonce.clone(), ..wrong_in_all() }).await;
    assert!(matches!(conflict, AppendRefusal::NonceConflict), "{conflict:?}");
    let stranger = refusal(&scene, wrong_in_all()).await;
    assert!(matches!(stranger, AppendRefusal::Write(WriteRefusal::NotAMember)), "{stranger:?}");
    scene.add(id, &bob, MemberRole::Reader).await;
    let reader = refusal(&scene, wrong_in_all()).await;
    assert!(matches!(reader, AppendRefusal::Write(WriteRefusal::ReadOnly)), "{reader:?}");
}

/// No number is used up, and the nonce is free for the message that is right.
pub async fn a_refused_message_leaves_nothing_behind(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann]).await;
    let before = (scene.messaging.find_conversation(id).await.unwrap(), scene.log(id).await);
    let by_stranger = scene.new_message(id, &bob, "hi");
    refusal(&scene, by_stranger.clone()).await;
    let to_nothing = answering(&scene, id, &ann, scene.ids.next());
    refusal(&scene, to_nothing.clone()).await;
    assert_eq!((scene.messaging.find_conversation(id).await.unwrap(), scene.log(id).await), before);

    scene.add(id, &bob, MemberRole::Member).await;
    for right in [by_stranger, NewMessage { reply_to: None, ..to_nothing }] {
        let outcome = scene.messaging.append_message(right).await.unwrap();
        assert!(matches!(outcome, Appended::New(_)), "{outcome:?}");
    }
}
