//! What a reader may find, and how they narrow it.

use rialto_messaging::{MemberRole, Visibility};

use super::texts::found;
use crate::{Scene, Stores, builders};

/// Not in a public channel they have not joined, nor where they were once.
pub async fn only_what_the_reader_is_in_is_found(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let shared = scene.group(&[&ann, &bob]).await;
    let others = scene.group(&[&ann]).await;
    let public = scene.channel("news", &[(&ann, MemberRole::Owner)]).await;
    let left = scene.group(&[&ann, &bob]).await;
    let direct = scene.create(scene.new_direct(&ann, &bob)).await.0.id;
    for (id, text) in [
        (shared, "apples shared"),
        (others, "apples others"),
        (public, "apples public"),
        (left, "apples left"),
        (direct, "apples direct"),
    ] {
        scene.say(id, &ann, text).await;
    }
    scene.leave(left, &bob).await;
    assert_eq!(found(&scene, &bob, "apples").await, ["apples direct", "apples shared"]);
    assert_eq!(found(&scene, &bob, "from:ann").await, ["apples direct", "apples shared"]);
    assert_eq!(found(&scene, &bob, "apples in:news").await, Vec::<String>::new());
    assert_eq!(found(&scene, &bob, &format!("in:{others}")).await, Vec::<String>::new());
    scene.add(public, &bob, MemberRole::Reader).await;
    assert_eq!(found(&scene, &bob, "apples in:news").await, ["apples public"]);
    let nobody = builders::profile(&scene.new_user("nobody"));
    assert_eq!(found(&scene, &nobody, "apples").await, Vec::<String>::new());
}

/// Replies as well as what is outside.
pub async fn messages_in_threads_are_found(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann, &bob]).await;
    let root = scene.say(id, &ann, "apples root").await;
    scene.reply(&root, &ann, "apples reply").await;
    assert_eq!(found(&scene, &bob, "apples").await, ["apples reply", "apples root"]);
}

/// By name, in any letter case; a name that nobody has finds nothing.
pub async fn from_narrows_to_a_sender(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("Ann.Lee").await, scene.user("bob").await);
    let id = scene.group(&[&ann, &bob]).await;
    scene.say(id, &ann, "apples one").await;
    scene.say(id, &bob, "apples two").await;
    assert_eq!(found(&scene, &bob, "apples from:ann.lee").await, ["apples one"]);
    assert_eq!(found(&scene, &bob, "from:@ANN.LEE").await, ["apples one"]);
    assert_eq!(found(&scene, &bob, "from:bob pears").await, Vec::<String>::new());
    assert_eq!(found(&scene, &bob, "apples from:nobody").await, Vec::<String>::new());
    scene.leave(id, &bob).await;
    assert_eq!(found(&scene, &ann, "from:bob").await, ["apples two"], "who left is still who said it");
}

/// By the channel's name in any letter case, or by the id of whatever conversation; groups have no unique name.
pub async fn in_narrows_to_a_conversation(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let group = scene.group(&[&ann]).await;
    let channel = scene.create(scene.new_channel("Big News", Visibility::Private)).await.0.id;
    scene.add(channel, &ann, MemberRole::Owner).await;
    scene.say(group, &ann, "apples group").await;
    scene.say(channel, &ann, "apples channel").await;
    assert_eq!(found(&scene, &ann, "apples in:\"BIG news\"").await, ["apples channel"]);
    assert_eq!(found(&scene, &ann, &format!("apples in:{group}")).await, ["apples group"]);
    assert_eq!(found(&scene, &ann, &format!("in:{channel}")).await, ["apples channel"]);
    assert_eq!(found(&scene, &ann, "apples in:friends").await, Vec::<String>::new());
    let unknown: rialto_kernel::ConversationId = scene.ids.next();
    assert_eq!(found(&scene, &ann, &format!("apples in:{unknown}")).await, Vec::<String>::new());
}

/// `before` is exclusive, `after` inclusive, to the microsecond; by the time of sending, not of an edit.
pub async fn before_and_after_narrow_the_time(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let id = scene.group(&[&ann]).await;
    let one = scene.say(id, &ann, "one").await;
    let two = scene.say(id, &ann, "two").await;
    let three = scene.say(id, &ann, "three").await;
    scene.edit(&one, "one again").await;
    let at = |instant: rialto_kernel::Instant| instant.to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
    assert_eq!(found(&scene, &ann, &format!("before:{}", at(two.created_at))).await, ["one again"]);
    assert_eq!(found(&scene, &ann, &format!("after:{}", at(two.created_at))).await, ["three", "two"]);
    let just_after = two.created_at + chrono::TimeDelta::microseconds(1);
    assert_eq!(found(&scene, &ann, &format!("after:{}", at(just_after))).await, ["three"]);
    let between = format!("after:{} before:{}", at(two.created_at), at(three.created_at));
    assert_eq!(found(&scene, &ann, &between).await, ["two"]);
    assert_eq!(found(&scene, &ann, &format!("{between} three")).await, Vec::<String>::new());
    assert_eq!(found(&scene, &ann, "before:1970-01-01").await, Vec::<String>::new());
}
