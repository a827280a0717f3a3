//! Appending messages: what is stored is what was said.

use chrono::TimeDelta;
use rialto_messaging::{
    Event, EventBody, HistoryPart, HistorySlice, MemberRole, Message, MessageContent, NewConversationKind, NewMessage,
};

use crate::{Scene, Stores, builders};

/// Every field, to the microsecond, in the answer, the history and the log.
pub async fn a_message_comes_back_as_it_was_stored(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let id = scene.group(&[&ann]).await;
    let first = scene.say(id, &ann, "Who is there?").await;
    let at = scene.clock.advance(TimeDelta::microseconds(7));
    let new = NewMessage {
        nonce: builders::nonce("~!@#$%^&*()_+'\"\\;--"),
        reply_to: Some(first.id),
        at,
        ..scene.new_message(id, &ann, "Nobody.")
    };
    let message = scene.append(new.clone()).await;
    let wanted = Message {
        id: new.id,
        conversation_id: id,
        seq: 3,
        ordinal: 2,
        sender: ann,
        content: Some(new.content),
        reply_to: Some(first.id),
        thread_root: None,
        thread: None,
        mentions: Vec::new(),
        reactions: Vec::new(),
        pinned_at: None,
        edited_at: None,
        deleted_at: None,
        created_at: at,
        nonce: new.nonce,
    };
    assert_eq!(message, wanted);
    let newest =
        scene.messaging.list_messages(id, HistoryPart::Main, HistorySlice::Latest, 1, wanted.sender.id).await.unwrap();
    assert_eq!(newest.first(), Some(&wanted));
    let event = Event { stream: id.into(), seq: 3, at, body: EventBody::MessageCreated(wanted) };
    assert_eq!(scene.messaging.list_events(id.into(), 2, 10).await.unwrap(), [event]);
}

/// Content is not trimmed, normalised, escaped or cut.
pub async fn content_comes_back_character_for_character(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let id = scene.group(&[&ann]).await;
    let longest = "👩‍👩‍👧界xy".repeat(MessageContent::MAX_CHARACTERS / 8);
    let texts = [
        "  white space \r\n\t around ",
        "'; DROP TABLE messages; --",
        "\"quoted\" \\ back\\slash $1 ? :name %s %",
        "e\u{301} is not é, ﬁ is not fi",
        "李小龙 русский עברית العربية",
        "👩‍👩‍👧 🏳️‍🌈 🦀",
        "\u{feff}\u{202e}\u{1}\u{7f}\u{10ffff}.",
        "<script>alert(1)</script> &amp; {\"a\":null}",
        &longest,
    ];
    for text in texts {
        let message = scene.say(id, &ann, text).await;
        assert_eq!(message.content.as_ref().map(MessageContent::as_str), Some(text));
        let newest =
            scene.messaging.list_messages(id, HistoryPart::Main, HistorySlice::Latest, 1, ann.id).await.unwrap();
        assert_eq!(newest, [message]);
    }
}

/// What came by a way that takes more at once comes back whole.
pub async fn the_longest_message_comes_back(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let id = scene.group(&[&ann]).await;
    let longest = "界".repeat(MessageContent::LONGEST);
    let content = MessageContent::parse_of_at_most(&longest, MessageContent::LONGEST).unwrap();
    let said = scene.append(NewMessage { content, ..scene.new_message(id, &ann, "x") }).await;
    assert_eq!(said.content.as_ref().map(MessageContent::as_str), Some(longest.as_str()));
    let newest = scene.messaging.list_messages(id, HistoryPart::Main, HistorySlice::Latest, 1, ann.id).await.unwrap();
    assert_eq!(newest, [said]);
}

/// Numbers and time of the conversation follow its newest message.
pub async fn a_message_moves_its_conversation_on(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let id = scene.group(&[&ann]).await;
    let before = scene.messaging.find_conversation(id).await.unwrap().unwrap();
    for round in 1..=3 {
        let message = scene.say(id, &ann, "hi").await;
        let after = scene.messaging.find_conversation(id).await.unwrap().unwrap();
        assert_eq!((after.last_seq, after.last_ordinal), (1 + round, round));
        assert_eq!(after.last_event_at, message.created_at);
        assert_eq!((after.created_at, after.epoch, &after.topic), (before.created_at, before.epoch, &before.topic));
    }
}

/// Readers alone are kept from writing.
pub async fn every_role_but_reader_writes(stores: Stores) {
    let scene = Scene::new(stores);
    let people = scene.users(3).await;
    let roles = [MemberRole::Owner, MemberRole::Admin, MemberRole::Member];
    let members: Vec<_> = people.iter().zip(roles).collect();
    let kind = NewConversationKind::Group(builders::conversation_name("friends"));
    let id = scene.create(scene.new_conversation(kind, &members)).await.0.id;
    for (ordinal, user) in (1..).zip(&people) {
        let message = scene.say(id, user, "hi").await;
        assert_eq!((message.ordinal, &message.sender), (ordinal, user));
    }
}

/// A message may answer any message of its conversation, its sender's own and that of one who left.
pub async fn a_message_answers_any_message_of_its_conversation(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann, &bob]).await;
    let own = scene.say(id, &ann, "mine").await;
    let other = scene.say(id, &bob, "yours").await;
    scene.leave(id, &bob).await;
    for answered in [own.id, other.id] {
        let new = NewMessage { reply_to: Some(answered), ..scene.new_message(id, &ann, "re") };
        assert_eq!(scene.append(new).await.reply_to, Some(answered));
    }
}
