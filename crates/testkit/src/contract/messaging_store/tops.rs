//! How far logs reach.

use rialto_kernel::ConversationId;
use rialto_messaging::{StreamId, StreamTop, Visibility};

use crate::{Scene, Stores};

async fn top(scene: &Scene, id: ConversationId) -> StreamTop {
    let conversation = scene.messaging.find_conversation(id).await.unwrap().unwrap();
    StreamTop { stream: id.into(), epoch: conversation.epoch, last_seq: conversation.last_seq }
}

fn sorted(mut tops: Vec<StreamTop>) -> Vec<StreamTop> {
    tops.sort_by_key(|top| top.stream);
    tops
}

/// Of every conversation the user is in, and of no other.
pub async fn tops_of_a_user_are_those_of_their_conversations(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let silent = scene.group(&[&ann]).await;
    let busy = scene.group(&[&ann, &bob]).await;
    let left = scene.group(&[&bob, &ann]).await;
    scene.group(&[&bob]).await;
    scene.say(busy, &bob, "hi").await;
    scene.leave(left, &ann).await;
    let wanted = vec![top(&scene, silent).await, top(&scene, busy).await];
    assert_eq!(wanted.iter().map(|top| top.last_seq).collect::<Vec<_>>(), [1, 3]);
    assert_eq!(scene.followed(ann.id).await, sorted(wanted));
}

/// More than a page of conversations is still one answer.
pub async fn tops_of_a_user_are_not_paged(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    for _ in 0..120 {
        scene.group(&[&ann]).await;
    }
    assert_eq!(scene.followed(ann.id).await.len(), 120);
}

/// An empty log has a top too: 0.
pub async fn tops_leave_out_unknown_conversations(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let known = scene.group(&[&ann]).await;
    let empty = scene.create(scene.new_channel("news", Visibility::Public)).await.0.id;
    let wanted = vec![top(&scene, known).await, top(&scene, empty).await];
    assert_eq!(wanted[1].last_seq, 0);
    let unknown = || StreamId::Conversation(scene.ids.next());
    let asked = [known.into(), unknown(), empty.into(), unknown()];
    assert_eq!(sorted(scene.messaging.stream_tops(&asked).await.unwrap()), sorted(wanted));
}

/// From none to thousands, more than some databases bind in one statement.
pub async fn tops_are_asked_for_any_number_of_conversations(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let known = scene.group(&[&ann]).await;
    assert_eq!(scene.messaging.stream_tops(&[]).await.unwrap(), []);
    let mut asked: Vec<_> = (0..40_000).map(|_| StreamId::Conversation(scene.ids.next())).collect();
    asked.push(known.into());
    assert_eq!(scene.messaging.stream_tops(&asked).await.unwrap(), [top(&scene, known).await]);
}
