//! Who is called by a message.

use rialto_client::wire::messaging::{MarkReadRequest, MentionView, MessageView};

use crate::support::people::{direct, next_message};
use crate::support::scene::seen;
use crate::support::{Person, Scene, on_every_database};

/// The names a message shows as mentioned.
fn called(message: &MessageView) -> Vec<&str> {
    let names = message.mentions.iter().map(|mention| match mention {
        MentionView::User { username, .. } => username.as_str(),
        MentionView::All => "@all",
        MentionView::Here => "@here",
    });
    names.collect()
}

async fn mentions_of(person: &Person, scene: &Scene) -> u64 {
    person.rest.conversation(scene.room).await.unwrap().mentions
}

on_every_database!(a_member_is_mentioned_by_name_until_they_have_read_it, async |backend| {
    let scene = Scene::start(backend).await;
    let (mut socket, _) = scene.bob.connect().await;
    let said = scene.ann.say(scene.room, "@Bob, @bob and @carol: lunch?").await;
    assert_eq!(called(&said), ["bob", "carol"]);
    assert_eq!(called(&next_message(&mut socket, scene.room).await), ["bob", "carol"]);
    assert_eq!((mentions_of(&scene.bob, &scene).await, mentions_of(&scene.ann, &scene).await), (1, 0));
    scene.ann.say(scene.room, "nobody in particular").await;
    let state = scene.bob.read(scene.room, said.ordinal).await;
    assert_eq!((state.unread, state.mentions), (1, 0));
    assert_eq!((mentions_of(&scene.bob, &scene).await, mentions_of(&scene.carol, &scene).await), (0, 1));
});

on_every_database!(who_is_not_there_and_oneself_are_not_mentioned, async |backend| {
    let scene = Scene::start(backend).await;
    let said = scene.ann.say(scene.room, "@eve @ann @nobody ann@bob.example `@bob`").await;
    assert_eq!(called(&said), [""; 0]);
    // Coming in later does not make it a call.
    scene.ann.rest.add_member(scene.room, scene.eve.id()).await.unwrap();
    assert_eq!(called(&seen(&scene.eve.rest, said.id).await), [""; 0]);
    assert_eq!(mentions_of(&scene.eve, &scene).await, 0);
});

on_every_database!(an_edit_changes_who_is_mentioned_and_deleting_ends_it, async |backend| {
    let scene = Scene::start(backend).await;
    let said = scene.ann.say(scene.room, "@bob").await.id;
    assert_eq!(called(&scene.ann.rest.edit(said, "@carol, not you").await.unwrap()), ["carol"]);
    assert_eq!((mentions_of(&scene.bob, &scene).await, mentions_of(&scene.carol, &scene).await), (0, 1));
    scene.ann.rest.delete(said).await.unwrap();
    assert_eq!(mentions_of(&scene.carol, &scene).await, 0);
});

on_every_database!(who_keeps_order_calls_everyone_and_nobody_else_does, async |backend| {
    let scene = Scene::start(backend).await;
    let said = scene.bob.say(scene.room, "@all look").await;
    assert_eq!((called(&said), mentions_of(&scene.carol, &scene).await), (vec![], 0));
    let said = scene.ann.say(scene.room, "@All and @carol, look").await;
    assert_eq!(called(&said), ["carol", "@all"]);
    assert_eq!(mentions_of(&scene.bob, &scene).await, 1);
    assert_eq!(mentions_of(&scene.ann, &scene).await, 0, "not who calls");
    let pair = scene.bob.rest.create_conversation(&direct(scene.ann.id())).await.unwrap().id;
    assert_eq!(called(&scene.bob.say(pair, "@all").await), ["@all"], "both of a pair may");
});

on_every_database!(here_calls_those_who_are_connected, async |backend| {
    let scene = Scene::start(backend).await;
    let (_socket, _) = scene.bob.connect().await;
    let said = scene.ann.say(scene.room, "@here, quick!").await;
    assert_eq!(called(&said), ["@here"], "who that is, is not shown");
    assert_eq!((mentions_of(&scene.bob, &scene).await, mentions_of(&scene.carol, &scene).await), (1, 0));
});

on_every_database!(a_mention_in_a_thread_counts_until_the_thread_is_read, async |backend| {
    let scene = Scene::start(backend).await;
    let root = scene.ann.say(scene.room, "plans").await;
    let reply = scene.ann.reply(scene.room, root.id, "@carol, yours?").await;
    scene.carol.read(scene.room, reply.ordinal).await;
    assert_eq!(mentions_of(&scene.carol, &scene).await, 1, "the history was read, the thread was not");
    let mark = MarkReadRequest { ordinal: reply.ordinal, thread_root: Some(root.id) };
    scene.carol.rest.mark_read(scene.room, &mark).await.unwrap();
    assert_eq!(mentions_of(&scene.carol, &scene).await, 0);
});
