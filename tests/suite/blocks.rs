//! Who wants nothing to do with whom.

use std::time::Duration;

use reqwest::Method;
use rialto_client::wire::frame::ServerFrame;

use crate::support::people::{direct, group, message};
use crate::support::problem::{code, problem, refused};
use crate::support::{Person, Scene, Server, lobby, on_every_database};

on_every_database!(blocks_are_put_listed_and_lifted, async |backend| {
    let server = Server::start(backend).await;
    let (ann, bob) = (Person::register(&server, "ann").await, Person::register(&server, "bob").await);
    for _ in 0..2 {
        ann.rest.block(bob.id()).await.unwrap();
    }
    let blocks = ann.rest.blocks(None).await.unwrap().items;
    assert_eq!(blocks.iter().map(|block| block.user.id).collect::<Vec<_>>(), [bob.id()]);
    assert_eq!(bob.rest.blocks(None).await.unwrap().items, []);
    for _ in 0..2 {
        ann.rest.unblock(bob.id()).await.unwrap();
    }
    assert_eq!(ann.rest.blocks(None).await.unwrap().items, []);
    assert_eq!(code(ann.rest.block(ann.id()).await), "with_oneself");
    let nobody = ann.rest.request(Method::PUT, "users/me/blocks/nonsense");
    assert_eq!(problem(nobody).await, refused(404, "user_not_found", &[]));
});

on_every_database!(a_block_ends_a_direct_conversation_and_nothing_else, async |backend| {
    let scene = Scene::start(backend).await;
    let (ann, bob) = (&scene.ann, &scene.bob);
    let talk = ann.rest.create_conversation(&direct(bob.id())).await.unwrap().id;
    let said = bob.say(talk, "hi").await;
    ann.rest.block(bob.id()).await.unwrap();

    assert_eq!(code(bob.rest.send(talk, &message("hello?")).await), "blocked");
    assert_eq!(code(ann.rest.send(talk, &message("hello?")).await), "unblock_first");
    let react =
        |person: &Person| person.rest.request(Method::PUT, &format!("messages/{}/reactions/%F0%9F%91%8D", said.id));
    assert_eq!(problem(react(bob)).await, refused(403, "blocked", &[]));
    assert_eq!(problem(react(ann)).await, refused(409, "unblock_first", &[]));
    // What there is can be opened and read.
    assert_eq!(bob.rest.create_conversation(&direct(ann.id())).await.unwrap().id, talk);
    assert_eq!(bob.rest.conversation(talk).await.unwrap().last_message.unwrap().id, said.id);

    bob.say(scene.room, "hi all").await;
    bob.say(lobby(), "hi everybody").await;

    ann.rest.unblock(bob.id()).await.unwrap();
    bob.say(talk, "hello again").await;
});

on_every_database!(the_blocked_start_nothing_with_the_blocker, async |backend| {
    let server = Server::start(backend).await;
    let (ann, bob) = (Person::register(&server, "ann").await, Person::register(&server, "bob").await);
    let room = bob.start_group("bobs", &[]).await.id;
    ann.rest.block(bob.id()).await.unwrap();
    assert_eq!(code(bob.rest.create_conversation(&direct(ann.id())).await), "blocked");
    assert_eq!(code(ann.rest.create_conversation(&direct(bob.id())).await), "unblock_first");
    assert_eq!(code(bob.rest.create_conversation(&group("us", vec![ann.id()])).await), "blocked");
    let add = bob.rest.request(Method::POST, &format!("conversations/{room}/members"));
    let add = add.json(&serde_json::json!({ "user_id": ann.id() }));
    assert_eq!(problem(add).await, refused(403, "blocked", &[]));
    assert!(ann.rest.create_conversation(&group("mine", vec![bob.id()])).await.is_ok());
});

on_every_database!(the_blocked_see_the_blocker_offline, async |backend| {
    let server = Server::start(backend).await;
    let (ann, bob) = (Person::register(&server, "ann").await, Person::register(&server, "bob").await);
    let cid = Person::register(&server, "cid").await;
    let _anns = ann.connect().await;
    assert!(bob.rest.user(ann.id()).await.unwrap().online);
    ann.rest.block(bob.id()).await.unwrap();
    assert!(!bob.rest.user(ann.id()).await.unwrap().online);
    assert!(cid.rest.user(ann.id()).await.unwrap().online);
    ann.rest.unblock(bob.id()).await.unwrap();
    assert!(bob.rest.user(ann.id()).await.unwrap().online);
});

on_every_database!(the_blocked_do_not_type, async |backend| {
    let server = Server::start(backend).await;
    let (ann, bob) = (Person::register(&server, "ann").await, Person::register(&server, "bob").await);
    let talk = ann.rest.create_conversation(&direct(bob.id())).await.unwrap().id;
    let (mut bobs, _) = bob.connect().await;
    let (mut anns, _) = ann.connect().await;
    ann.rest.block(bob.id()).await.unwrap();
    let typing = serde_json::json!({ "type": "typing", "id": 5, "stream": format!("c:{talk}") });
    bobs.write_text(typing.to_string()).await.unwrap();
    let code = loop {
        let frame = bobs.next_within(Duration::from_secs(5)).await.expect("an error");
        if let ServerFrame::Error { id: Some(5), error } = frame {
            break error.code;
        }
    };
    assert_eq!(code, "blocked");
    while let Ok(frame) = anns.next_within(Duration::from_millis(300)).await {
        assert!(!matches!(frame, ServerFrame::Signal { .. }), "{frame:?}");
    }
});
