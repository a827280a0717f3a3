//! Messages that are taken back.

use rialto_client::wire::messaging::EventBodyView;
use uuid::Uuid;

use crate::support::people::{direct, message, next_event, next_message};
use crate::support::scene::seen;
use crate::support::{Scene, code, on_every_database};

on_every_database!(what_is_taken_back_leaves_its_place_and_nothing_else, async |backend| {
    let scene = Scene::start(backend).await;
    let (mut carol_socket, _) = scene.carol.connect().await;
    let said = scene.bob.say(scene.room, "swordfish @carol").await;
    scene.bob.rest.edit(said.id, "swordfish, I said, @carol").await.unwrap();
    scene.ann.rest.react(said.id, "👍").await.unwrap();
    scene.ann.rest.pin(said.id).await.unwrap();
    assert_eq!(next_message(&mut carol_socket, scene.room).await.id, said.id);

    let tombstone = scene.bob.rest.delete(said.id).await.unwrap();
    assert_eq!((tombstone.id, tombstone.seq, tombstone.ordinal), (said.id, said.seq, said.ordinal));
    assert!(tombstone.deleted_at.is_some());
    assert_eq!((&tombstone.content, tombstone.pinned), (&None, false));
    assert!(tombstone.reactions.is_empty() && tombstone.mentions.is_empty());

    let rest = &scene.carol.rest;
    assert_eq!(rest.messages(scene.room, "").await.unwrap().items[0].content, None);
    assert_eq!(rest.revisions(said.id).await.unwrap().items, []);
    assert_eq!(rest.pins(scene.room).await.unwrap().items, []);
    assert_eq!(rest.search(&[("q", "swordfish")]).await.unwrap().items, []);
    let log = serde_json::to_string(&rest.events(scene.room, 0, 100).await.unwrap()).unwrap();
    assert!(!log.contains("swordfish"), "{log}");
    let conversation = rest.conversation(scene.room).await.unwrap();
    assert_eq!((conversation.unread, conversation.mentions), (0, 0));
    loop {
        if let EventBodyView::MessageDeleted(heard) = next_event(&mut carol_socket, scene.room).await.body {
            assert_eq!((heard.id, heard.content), (said.id, None));
            break;
        }
    }
});

on_every_database!(its_sender_and_those_who_keep_order_delete_a_message, async |backend| {
    let scene = Scene::start(backend).await;
    let (Scene { ann, bob, carol, eve, room, .. }, at) = (&scene, scene.last_seq().await);
    let said = bob.say(*room, "one").await.id;
    assert_eq!(code(carol.rest.delete(said).await), "not_allowed");
    assert_eq!(code(eve.rest.delete(said).await), "message_not_found");
    assert_eq!(code(eve.rest.delete(Uuid::nil()).await), "message_not_found");
    ann.rest.delete(said).await.unwrap();
    let audit = ann.rest.audit(*room).await.unwrap().items;
    assert_eq!((audit.len(), audit[0].action.as_str(), audit[0].message_id), (1, "message.deleted", Some(said)));

    // What one takes back oneself is nobody else's business.
    let own = carol.say(*room, "two").await.id;
    carol.rest.delete(own).await.unwrap();
    assert_eq!(ann.rest.audit(*room).await.unwrap().items.len(), 1);
    let names = ["message.created", "message.deleted"];
    assert_eq!(scene.events_after(at).await, [names, names].concat());

    let pair = ann.rest.create_conversation(&direct(bob.id())).await.unwrap().id;
    let said = bob.say(pair, "between us").await.id;
    assert_eq!(code(ann.rest.delete(said).await), "not_allowed", "nobody keeps order between two");
});

on_every_database!(deleting_twice_is_deleting_once, async |backend| {
    let scene = Scene::start(backend).await;
    let said = scene.bob.say(scene.room, "gone").await.id;
    let first = scene.bob.rest.delete(said).await.unwrap();
    let last_seq = scene.last_seq().await;
    assert_eq!(scene.bob.rest.delete(said).await.unwrap(), first);
    assert_eq!(scene.last_seq().await, last_seq);
});

on_every_database!(an_answer_outlives_what_it_answers, async |backend| {
    let scene = Scene::start(backend).await;
    let question = scene.bob.say(scene.room, "why?").await.id;
    let mut answer = message("because");
    answer.reply_to = Some(question);
    let answer = scene.ann.rest.send(scene.room, &answer).await.unwrap();
    scene.bob.rest.delete(question).await.unwrap();
    assert_eq!(seen(&scene.carol.rest, answer.id).await.reply_to, Some(question));
    assert_eq!(seen(&scene.carol.rest, question).await.content, None);
});
