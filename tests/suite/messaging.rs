//! Conversations, messages, history and members over HTTP.

use rialto_client::wire::messaging::{ConversationKindWord, EventBodyView, VisibilityWord};
use uuid::Uuid;

use crate::support::people::{direct, group, message_with_nonce, text};
use crate::support::{Person, Server, lobby, on_every_database};

on_every_database!(everyone_is_in_the_lobby_guests_too, async |backend| {
    let server = Server::start(backend).await;
    let ann = Person::register(&server, "ann").await;
    let guest = Person::guest(&server, "Visitor").await;
    ann.say(lobby(), "welcome").await;
    guest.say(lobby(), "hello").await;
    let history = ann.rest.messages(lobby(), "").await.unwrap();
    let said: Vec<_> = history.items.iter().map(|m| (text(m), m.sender.display_name.as_str())).collect();
    assert_eq!(said, [("hello", "Visitor"), ("welcome", "ann")], "newest first");
    let mine = guest.rest.conversations().await.unwrap().items;
    assert_eq!(mine[0].id, lobby());
    assert_eq!(mine[0].name.as_deref(), Some("lobby"));
    assert_eq!(mine[0].members_count, 2);
    assert_eq!(text(mine[0].last_message.as_ref().unwrap()), "hello");
});

on_every_database!(a_pair_has_one_direct_conversation_whoever_starts, async |backend| {
    let server = Server::start(backend).await;
    let ann = Person::register(&server, "ann").await;
    let bob = Person::register(&server, "bob").await;
    let starts = (0..6).map(|n| {
        let (rest, with) = if n % 2 == 0 { (ann.rest.clone(), bob.id()) } else { (bob.rest.clone(), ann.id()) };
        tokio::spawn(async move { rest.create_conversation(&direct(with)).await.unwrap().id })
    });
    let mut ids = Vec::new();
    for start in starts.collect::<Vec<_>>() {
        ids.push(start.await.unwrap());
    }
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");

    let start = |with| ann.rest.request(reqwest::Method::POST, "conversations").json(&direct(with)).send();
    assert_eq!(start(bob.id()).await.unwrap().status(), 200, "opened, not made");
    let carol = Person::register(&server, "carol").await;
    assert_eq!(start(carol.id()).await.unwrap().status(), 201);
    let refusal = ann.rest.create_conversation(&direct(ann.id())).await.unwrap_err();
    assert_eq!(refusal.code(), Some("invalid_body"));
    let refusal = ann.rest.create_conversation(&direct(Uuid::nil())).await.unwrap_err();
    assert_eq!(refusal.code(), Some("user_not_found"));
});

on_every_database!(strangers_see_and_do_nothing_in_a_private_conversation, async |backend| {
    let server = Server::start(backend).await;
    let ann = Person::register(&server, "ann").await;
    let bob = Person::register(&server, "bob").await;
    let eve = Person::register(&server, "eve").await;
    let friends = ann.start_group("friends", &[&bob]).await;
    assert_eq!(friends.role.as_deref(), Some("owner"));
    bob.say(friends.id, "secret").await;
    for refusal in [
        eve.rest.conversation(friends.id).await.unwrap_err(),
        eve.rest.messages(friends.id, "").await.unwrap_err(),
        eve.rest.events(friends.id, 0, 10).await.unwrap_err(),
        eve.rest.members(friends.id).await.unwrap_err(),
        eve.rest.join(friends.id).await.unwrap_err(),
        eve.rest.leave(friends.id).await.unwrap_err(),
        eve.rest.add_member(friends.id, eve.id()).await.unwrap_err(),
        eve.rest.remove_member(friends.id, bob.id()).await.unwrap_err(),
        eve.rest.send(friends.id, &message_with_nonce("hi", "n")).await.unwrap_err(),
    ] {
        assert_eq!(refusal.code(), Some("conversation_not_found"), "{refusal:?}");
    }
    assert!(eve.rest.conversations().await.unwrap().items.iter().all(|c| c.id != friends.id));
});

on_every_database!(members_come_and_go_by_their_roles, async |backend| {
    let server = Server::start(backend).await;
    let ann = Person::register(&server, "ann").await;
    let bob = Person::register(&server, "bob").await;
    let carol = Person::register(&server, "carol").await;
    let friends = ann.start_group("friends", &[&bob]).await.id;
    let refusal = bob.rest.add_member(friends, carol.id()).await.unwrap_err();
    assert_eq!(refusal.code(), Some("role_too_low"));
    assert_eq!(ann.rest.add_member(friends, carol.id()).await.unwrap().role, "member");
    ann.rest.add_member(friends, carol.id()).await.unwrap();
    let names = |list: rialto_client::wire::list::List<rialto_client::wire::messaging::MemberView>| {
        list.items.into_iter().map(|member| member.user.username).collect::<Vec<_>>()
    };
    assert_eq!(names(ann.rest.members(friends).await.unwrap()).len(), 3);

    assert_eq!(bob.rest.remove_member(friends, ann.id()).await.unwrap_err().code(), Some("role_too_low"));
    ann.rest.remove_member(friends, bob.id()).await.unwrap();
    assert_eq!(bob.rest.messages(friends, "").await.unwrap_err().code(), Some("conversation_not_found"));
    assert_eq!(ann.rest.leave(friends).await.unwrap_err().code(), Some("owner_must_stay"));
    carol.rest.leave(friends).await.unwrap();
    assert_eq!(names(ann.rest.members(friends).await.unwrap()), ["ann"]);
    assert_eq!(ann.rest.leave(lobby()).await.unwrap_err().code(), Some("membership_permanent"));

    let log = ann.rest.events(friends, 0, 100).await.unwrap().items;
    let words: Vec<_> = log
        .iter()
        .map(|event| match &event.body {
            EventBodyView::MessageCreated(message) => text(message).to_owned(),
            EventBodyView::MemberAdded(member) => format!("+{}", member.user.username),
            EventBodyView::MemberRemoved { user } => format!("-{}", user.username),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(words, ["+ann", "+bob", "+carol", "-bob", "-carol"]);
    assert_eq!(log.iter().map(|event| event.seq).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
});

on_every_database!(a_public_channel_is_found_and_joined, async |backend| {
    let server = Server::start(backend).await;
    let ann = Person::register(&server, "ann").await;
    let bob = Person::register(&server, "bob").await;
    let news = ann.start_channel("News", VisibilityWord::Public).await;
    let board = ann.start_channel("board", VisibilityWord::Private).await;
    let listed: Vec<_> = bob.rest.channels().await.unwrap().items.into_iter().map(|c| c.name.unwrap()).collect();
    assert_eq!(listed, ["lobby", "News"]);
    assert_eq!(bob.rest.conversation(news.id).await.unwrap().role, None);
    assert_eq!(bob.rest.messages(news.id, "").await.unwrap_err().code(), Some("not_a_member"));
    bob.rest.join(news.id).await.unwrap();
    bob.say(news.id, "first").await;
    assert_eq!(bob.rest.join(board.id).await.unwrap_err().code(), Some("conversation_not_found"));
    let mut again = group("NEWS", vec![]);
    again.kind = ConversationKindWord::Channel;
    assert_eq!(bob.rest.create_conversation(&again).await.unwrap_err().code(), Some("name_taken"));
});

on_every_database!(a_retry_with_its_nonce_never_makes_a_second_message, async |backend| {
    let mut server = Server::start(backend).await;
    let ann = Person::register(&server, "ann").await;
    let first = ann.rest.send(lobby(), &message_with_nonce("hi", "n1")).await.unwrap();
    assert_eq!(first.nonce.as_deref(), Some("n1"));
    server.crash_and_restart().await;
    let rest = server.rest().with_token(ann.token());
    assert_eq!(rest.send(lobby(), &message_with_nonce("hi", "n1")).await.unwrap(), first);
    let refusal = rest.send(lobby(), &message_with_nonce("other", "n1")).await.unwrap_err();
    assert_eq!(refusal.code(), Some("nonce_conflict"));
    // The header does the same, and answers 200 rather than 201 for what was there already.
    let path = format!("conversations/{}/messages", lobby());
    let request = rest.request(reqwest::Method::POST, &path).header("Idempotency-Key", "n1");
    let response = request.json(&serde_json::json!({ "content": "hi" })).send().await.unwrap();
    assert_eq!(response.status(), 200);
    // Another person's nonce is another matter.
    let bob = Person::register(&server, "bob").await;
    assert_ne!(bob.rest.send(lobby(), &message_with_nonce("hi", "n1")).await.unwrap().id, first.id);
    assert_eq!(rest.messages(lobby(), "").await.unwrap().items.len(), 2);
});

on_every_database!(history_pages_lead_through_every_message_once, async |backend| {
    let server = Server::start(backend).await;
    let ann = Person::register(&server, "ann").await;
    let room = ann.start_group("room", &[]).await.id;
    for n in 1..=25 {
        ann.say(room, &format!("m{n}")).await;
    }
    let (mut seen, mut query) = (Vec::new(), "limit=10".to_owned());
    loop {
        let page = ann.rest.messages(room, &query).await.unwrap();
        seen.extend(page.items.into_iter().map(|m| m.ordinal));
        ann.say(room, "meanwhile").await;
        match page.next_cursor {
            Some(cursor) => query = format!("limit=10&cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!(seen, (1..=25).rev().collect::<Vec<u64>>());

    let ordinals = async |query: &str| -> Vec<u64> {
        ann.rest.messages(room, query).await.unwrap().items.into_iter().map(|m| m.ordinal).collect()
    };
    // The group's first event is its owner; message n has seq n + 1.
    assert_eq!(ordinals("before=5&limit=2").await, [3, 2]);
    assert_eq!(ordinals("after=5&limit=2").await, [5, 6]);
    assert_eq!(ordinals("around=5&limit=4").await, [2, 3, 4, 5]);
});

on_every_database!(a_reply_names_a_message_of_the_same_conversation, async |backend| {
    let server = Server::start(backend).await;
    let ann = Person::register(&server, "ann").await;
    let question = ann.say(lobby(), "why?").await;
    let mut answer = message_with_nonce("because", "n2");
    answer.reply_to = Some(question.id);
    assert_eq!(ann.rest.send(lobby(), &answer).await.unwrap().reply_to, Some(question.id));
    let room = ann.start_group("room", &[]).await.id;
    answer.nonce = Some("n3".into());
    assert_eq!(ann.rest.send(room, &answer).await.unwrap_err().code(), Some("unknown_reply"));
});

on_every_database!(guests_start_nothing, async |backend| {
    let server = Server::start(backend).await;
    let ann = Person::register(&server, "ann").await;
    let guest = Person::guest(&server, "Visitor").await;
    let refusal = guest.rest.create_conversation(&direct(ann.id())).await.unwrap_err();
    assert_eq!(refusal.code(), Some("guest_refused"));
});

on_every_database!(text_comes_back_as_it_was_written, async |backend| {
    let server = Server::start(backend).await;
    let ann = Person::register(&server, "ann").await;
    for words in ["<b>x</b> & \"q\" '; DROP TABLE users;--", "こんにちは 👋🏽 مرحبا", "  a\n\tb  ", &"界".repeat(8_000)]
    {
        assert_eq!(text(&ann.say(lobby(), words).await), words);
    }
});
