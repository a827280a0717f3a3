//! Mentions that were not read.

use rialto_messaging::{MemberRole, NewMessage, WantedMentions};

use crate::{Scene, Stores, builders};

/// For who is named, until it is read; unread counts it as well.
pub async fn a_mention_counts_until_it_is_read(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob, cid) = (scene.user("ann").await, scene.user("bob").await, scene.user("cid").await);
    let id = scene.group(&[&ann, &bob, &cid]).await;
    scene.call(id, &ann, "hi @bob").await;
    scene.call(id, &ann, "hi @BOB and @cid and @bob again").await;
    assert_eq!(scene.counts(id, &bob).await, (0, 2, 2));
    assert_eq!(scene.counts(id, &cid).await, (0, 2, 1));
    scene.mark(id, &bob, 1).await;
    assert_eq!(scene.counts(id, &bob).await, (1, 1, 1));
    scene.mark(id, &bob, 2).await;
    assert_eq!(scene.counts(id, &bob).await, (2, 0, 0));
}

/// Everybody but the sender, whoever comes later excepted.
pub async fn all_counts_for_everybody_else(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob, cid) = (scene.user("ann").await, scene.user("bob").await, scene.user("cid").await);
    let id = scene.group(&[&ann, &bob]).await;
    scene.call(id, &ann, "@all hi").await;
    scene.add(id, &cid, MemberRole::Member).await;
    assert_eq!(scene.counts(id, &ann).await, (0, 0, 0));
    assert_eq!(scene.counts(id, &bob).await, (0, 1, 1));
    assert_eq!(scene.counts(id, &cid).await, (1, 0, 0));
    scene.mark(id, &bob, 1).await;
    assert_eq!(scene.counts(id, &bob).await, (1, 0, 0));
}

/// Members among them, not the sender.
pub async fn here_counts_for_those_who_are_online(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob, cid, eve) =
        (scene.user("ann").await, scene.user("bob").await, scene.user("cid").await, scene.user("eve").await);
    let id = scene.group(&[&ann, &bob, &cid]).await;
    let mentions = WantedMentions { here: Some(vec![eve.id, ann.id, bob.id]), ..WantedMentions::default() };
    scene.append(NewMessage { mentions, ..scene.new_message(id, &ann, "@here") }).await;
    assert_eq!(scene.counts(id, &ann).await, (0, 0, 0));
    assert_eq!(scene.counts(id, &bob).await, (0, 1, 1));
    assert_eq!(scene.counts(id, &cid).await, (0, 1, 0));
}

/// By name, as one of all and as one who is there: it is one message.
pub async fn a_message_that_mentions_somebody_in_every_way_counts_once(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob, cid) = (scene.user("ann").await, scene.user("bob").await, scene.user("cid").await);
    let id = scene.group(&[&ann, &bob, &cid]).await;
    let mentions = WantedMentions { usernames: vec!["bob".to_owned()], all: true, here: Some(vec![bob.id, cid.id]) };
    let new = NewMessage { mentions: mentions.clone(), ..scene.new_message(id, &ann, "@bob @all @here") };
    let root = scene.append(new).await;
    assert_eq!(scene.counts(id, &bob).await, (0, 1, 1));
    assert_eq!(scene.counts(id, &cid).await, (0, 1, 1));
    scene.mark(id, &bob, 1).await;
    scene.append(NewMessage { mentions, ..scene.new_reply(&root, &ann, "@bob @all @here") }).await;
    assert_eq!(scene.thread_counts(&root, &bob).await, Some((1, 1, 1)));
    assert_eq!(scene.counts(id, &bob).await, (1, 0, 1));
}

/// `@all` and `@here` of who may not mention everyone are plain text.
pub async fn a_plain_members_call_to_all_counts_for_nobody(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob, cid) = (scene.user("ann").await, scene.user("bob").await, scene.user("cid").await);
    let id = scene.group(&[&ann, &bob, &cid]).await;
    let mentions = WantedMentions { usernames: Vec::new(), all: true, here: Some(vec![ann.id, cid.id]) };
    let said = scene.append(NewMessage { mentions, ..scene.new_message(id, &bob, "@all @here") }).await;
    assert_eq!(said.mentions, []);
    assert_eq!(scene.counts(id, &ann).await, (0, 1, 0));
    assert_eq!(scene.counts(id, &cid).await, (0, 1, 0));
}

/// Whom the new text names, and no longer whom the old did; what was read stays read.
pub async fn an_edit_changes_whom_a_message_mentions(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob, cid) = (scene.user("ann").await, scene.user("bob").await, scene.user("cid").await);
    let id = scene.group(&[&ann, &bob, &cid]).await;
    let said = scene.call(id, &ann, "hi @bob").await;
    scene.edit(&said, "hi @cid").await;
    assert_eq!(scene.counts(id, &bob).await, (0, 1, 0));
    assert_eq!(scene.counts(id, &cid).await, (0, 1, 1));
    scene.edit(&said, "hi @all").await;
    assert_eq!(scene.counts(id, &bob).await, (0, 1, 1));
    assert_eq!(scene.counts(id, &cid).await, (0, 1, 1));
    scene.mark(id, &bob, 1).await;
    scene.edit(&said, "hi @bob").await;
    assert_eq!(scene.counts(id, &bob).await, (1, 0, 0));
    assert_eq!(scene.counts(id, &cid).await, (0, 1, 0));
}

/// By name and by `@all`.
pub async fn a_deleted_message_mentions_nobody(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann, &bob]).await;
    let root = scene.say(id, &bob, "root").await;
    for text in ["hi @bob", "hi @all"] {
        let said = scene.call(id, &ann, text).await;
        assert_eq!(scene.counts(id, &bob).await, (0, 1, 1));
        scene.delete(&said, &ann).await;
        assert_eq!(scene.counts(id, &bob).await, (0, 0, 0));
        let reply = scene.reply(&root, &ann, text).await;
        assert_eq!(scene.counts(id, &bob).await, (0, 0, 1));
        scene.delete(&reply, &ann).await;
        assert_eq!(scene.counts(id, &bob).await, (0, 0, 0));
    }
}

/// There until the thread is read, whatever is read of the conversation.
pub async fn mentions_in_threads_count_in_the_conversation_too(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob, cid) = (scene.user("ann").await, scene.user("bob").await, scene.user("cid").await);
    let id = scene.group(&[&ann, &bob, &cid]).await;
    let root = scene.say(id, &ann, "root").await;
    let reply = scene.reply(&root, &ann, "what do you say, @bob?").await;
    assert_eq!(scene.counts(id, &bob).await, (0, 1, 1));
    assert_eq!(scene.thread_counts(&root, &bob).await, Some((1, 1, 1)));
    let all_read = scene.mark(id, &bob, reply.ordinal).await.value;
    assert_eq!((all_read.unread, all_read.mentions), (0, 1));
    let thread_read = scene.mark_thread(&root, &bob, reply.ordinal).await.value;
    assert_eq!((thread_read.unread, thread_read.mentions), (0, 0));
    assert_eq!(scene.counts(id, &bob).await, (2, 0, 0));
    assert_eq!(scene.counts(id, &cid).await, (0, 1, 0));
}

/// Followers other than the sender.
pub async fn all_in_a_thread_counts_for_its_followers(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob, cid) = (scene.user("ann").await, scene.user("bob").await, scene.user("cid").await);
    let id = scene.group(&[&ann, &bob, &cid]).await;
    let root = scene.say(id, &ann, "root").await;
    scene.reply(&root, &bob, "re").await;
    let call = scene.reply(&root, &ann, "@all hi").await;
    assert_eq!(scene.thread_counts(&root, &bob).await, Some((2, 1, 1)));
    assert_eq!(scene.counts(id, &bob).await, (0, 1, 1));
    assert_eq!(scene.counts(id, &cid).await, (0, 1, 0));
    assert_eq!(scene.counts(id, &ann).await, (0, 0, 0));
    scene.mark_thread(&root, &bob, call.ordinal).await;
    assert_eq!(scene.counts(id, &bob).await, (0, 1, 0));
}

/// Nor does a user who is not in, or is nobody.
pub async fn who_is_not_in_is_not_mentioned(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob, eve) = (scene.user("ann").await, scene.user("bob").await, scene.user("eve").await);
    let id = scene.group(&[&ann, &bob]).await;
    let mentions = builders::mentioning(&["eve", "nobody", "ann"]);
    let said = scene.append(NewMessage { mentions, ..scene.new_message(id, &ann, "hi") }).await;
    assert_eq!(said.mentions, []);
    scene.add(id, &eve, MemberRole::Member).await;
    for user in [&ann, &bob, &eve] {
        assert_eq!(scene.counts(id, user).await.2, 0);
    }
}
