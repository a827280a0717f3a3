//! Replies that hang on a message.

use rialto_client::wire::messaging::MarkReadRequest;
use uuid::Uuid;

use crate::support::people::{message, next_message, reply_in, text};
use crate::support::problem::{problem, refused};
use crate::support::scene::seen;
use crate::support::{Backend, Scene, code, on_every_database};

on_every_database!(replies_hang_on_their_message_and_stay_out_of_the_history, async |backend| {
    let scene = Scene::start(backend).await;
    let Scene { ann, bob, carol, room, .. } = &scene;
    let root = ann.say(*room, "plans").await.id;
    let last = bob.say(*room, "by the way").await.id;
    let (mut socket, _) = carol.connect().await;
    let reply = bob.reply(*room, root, "mine").await;
    assert_eq!(reply.thread_root, Some(root));
    ann.reply(*room, root, "and mine").await;
    // Live, replies come like every message of the conversation.
    let heard = next_message(&mut socket, *room).await;
    assert_eq!((heard.id, heard.thread_root, heard.thread.unwrap().replies), (reply.id, Some(root), 1));

    let history: Vec<_> = carol.rest.messages(*room, "").await.unwrap().items.iter().map(|m| m.id).collect();
    assert_eq!(history, [last, root]);
    let summary = seen(&carol.rest, root).await.thread.unwrap();
    assert_eq!(summary.replies, 2);
    let conversation = carol.rest.conversation(*room).await.unwrap();
    assert_eq!(conversation.last_message.unwrap().id, last);
    assert_eq!(conversation.unread, 2, "replies are counted in their thread");

    let thread = carol.rest.thread(root, "").await.unwrap();
    assert_eq!((thread.root.id, thread.replies, thread.read), (root, 2, None));
    assert_eq!(thread.items.iter().map(text).collect::<Vec<_>>(), ["and mine", "mine"], "newest first");
});

on_every_database!(a_thread_is_followed_by_those_it_concerns, async |backend| {
    let scene = Scene::start(backend).await;
    let Scene { ann, bob, carol, room, .. } = &scene;
    let root = ann.say(*room, "plans").await;
    bob.reply(*room, root.id, "mine").await;
    let unread = async |person: &crate::support::Person| {
        let thread = person.rest.thread(root.id, "").await.unwrap();
        (thread.read.is_some(), thread.unread)
    };
    assert_eq!(unread(ann).await, (true, 1), "who started it");
    assert_eq!(unread(bob).await, (true, 0), "who replied");
    assert_eq!(unread(carol).await, (false, 0), "who did neither");
    let called = ann.reply(*room, root.id, "what do you say, @carol?").await;
    assert_eq!(unread(carol).await, (true, 1), "who is mentioned has read what was before");
    assert_eq!(unread(bob).await, (true, 1));
    bob.reply(*room, root.id, "hm").await;
    assert_eq!(unread(bob).await, (true, 1), "talking is not reading");

    let mark = MarkReadRequest { ordinal: called.ordinal, thread_root: Some(root.id) };
    assert_eq!(carol.rest.mark_read(*room, &mark).await.unwrap().unread, 1);
    ann.rest.delete(called.id).await.unwrap();
    assert_eq!(unread(bob).await, (true, 0), "what is deleted is not unread");
    assert_eq!(bob.rest.thread(root.id, "").await.unwrap().replies, 3, "but it was a reply");
});

on_every_database!(a_thread_hangs_on_a_message_of_the_conversation_and_on_no_reply, async |backend| {
    let scene = Scene::start(backend).await;
    let Scene { ann, bob, eve, room, .. } = &scene;
    let root = ann.say(*room, "plans").await.id;
    let reply = bob.reply(*room, root, "mine").await.id;
    let elsewhere = eve.start_group("elsewhere", &[bob]).await.id;
    let foreign = eve.say(elsewhere, "x").await.id;
    let gone = ann.say(*room, "gone").await.id;
    ann.rest.delete(gone).await.unwrap();
    for nowhere in [reply, foreign, gone, Uuid::nil()] {
        assert_eq!(code(bob.rest.send(*room, &reply_in(nowhere, "x")).await), "unknown_thread");
    }
    // One answers within the thread, or outside of threads.
    for (thread_root, reply_to, outcome) in [
        (Some(root), reply, "allowed"),
        (Some(root), root, "allowed"),
        (None, root, "allowed"),
        (None, reply, "unknown_reply"),
        (None, foreign, "unknown_reply"),
    ] {
        let mut answer = message("x");
        (answer.thread_root, answer.reply_to) = (thread_root, Some(reply_to));
        assert_eq!(code(ann.rest.send(*room, &answer).await), outcome, "{thread_root:?} {reply_to}");
    }
    assert_eq!(code(eve.rest.thread(root, "").await), "message_not_found");
    assert_eq!(code(bob.rest.thread(reply, "").await), "message_not_found");
    assert_eq!(bob.rest.thread(gone, "").await.unwrap().replies, 0);
});

on_every_database!(a_long_thread_is_read_page_by_page, async |backend| {
    let scene = Scene::start(backend).await;
    let root = scene.ann.say(scene.room, "plans").await.id;
    for n in 1..=25 {
        scene.bob.reply(scene.room, root, &n.to_string()).await;
        scene.bob.say(scene.room, "beside it").await;
    }
    let (mut seen, mut query) = (Vec::new(), "limit=10".to_owned());
    loop {
        let page = scene.ann.rest.thread(root, &query).await.unwrap();
        seen.extend(page.items.iter().map(|reply| text(reply).parse::<u64>().unwrap()));
        match page.next_cursor {
            Some(cursor) => query = format!("limit=10&cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!(seen, (1..=25).rev().collect::<Vec<_>>());
    let oldest = scene.ann.rest.thread(root, "after=0&limit=2").await.unwrap();
    assert_eq!(oldest.items.iter().map(text).collect::<Vec<_>>(), ["1", "2"]);
});

#[tokio::test]
async fn bad_questions_about_threads_are_named() {
    let scene = Scene::start(Backend::Sqlite).await;
    let root = scene.ann.say(scene.room, "plans").await.id;
    let ask =
        |id: &str, query: &str| scene.ann.rest.request(reqwest::Method::GET, &format!("messages/{id}/thread?{query}"));
    let root = root.to_string();
    assert_eq!(problem(ask("nonsense", "")).await, refused(404, "message_not_found", &[]));
    assert_eq!(problem(ask(&root, "limit=0")).await, refused(400, "invalid_query", &[("limit", "out_of_range")]));
    assert_eq!(problem(ask(&root, "sort=up")).await, refused(400, "invalid_query", &[("sort", "unknown_field")]));
    assert_eq!(problem(ask(&root, "before=1&after=2")).await.1, "conflicting_parameters");
    assert_eq!(problem(ask(&root, "cursor=x")).await, refused(400, "invalid_query", &[("cursor", "invalid_cursor")]));
}
