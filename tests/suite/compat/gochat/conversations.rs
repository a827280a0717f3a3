//! Conversations and what was said in them.

use rialto_client::wire::messaging::VisibilityWord;

use super::*;
use crate::support::people::message;
use crate::support::{Person, lobby};

at_both_places! { "gochat":
    two_have_one_conversation,
    a_direct_conversation_needs_another,
    who_makes_a_group_is_its_admin,
    a_group_needs_a_name_and_participants_that_are,
    the_list_begins_with_what_was_updated_last,
    channels_and_the_lobby_are_not_here,
    who_is_not_in_a_conversation_is_told_so,
    history_is_paged_newest_first_and_loses_nothing,
    a_message_that_was_taken_back_is_not_shown,
}

async fn two_have_one_conversation(at: At) {
    let (ann, bob) = (User::register(&at, "ann").await, User::register(&at, "bob").await);
    let (status, made) = ann.post(&at, "/api/v1/conversations", &json!({ "participant_id": bob.id })).await;
    assert_eq!((status, &made["is_new"]), (StatusCode::CREATED, &json!(true)));
    let conversation = &made["conversation"];
    assert_eq!(conversation["type"], "direct");
    assert!(conversation.get("name").is_none(), "{made}");
    for name in ["created_at", "updated_at"] {
        assert!(text(&conversation[name]).contains('T'), "{made}");
    }
    let mut shown: Vec<_> = made["participants"].as_array().unwrap().iter().collect();
    shown.sort_by_key(|participant| text(&participant["username"]));
    for (participant, user) in shown.iter().zip([&ann, &bob]) {
        assert_eq!((text(&participant["id"]), text(&participant["username"])), (user.id.clone(), user.name.clone()));
        assert_eq!(participant["is_active"], true);
        for name in ["joined_at", "created_at"] {
            assert!(text(&participant[name]).contains('T'), "{made}");
        }
    }
    // What the accounts do not show to others is not shown here either.
    assert_eq!((&shown[0]["email"], &shown[1]["email"]), (&json!("ann@example.org"), &json!("")));
    for (user, other) in [(&ann, &bob), (&bob, &ann)] {
        let (status, again) = user.post(&at, "/api/v1/conversations", &json!({ "participant_id": other.id })).await;
        assert_eq!((status, &again["is_new"]), (StatusCode::OK, &json!(false)));
        assert_eq!(again["conversation"]["id"], conversation["id"]);
        assert_eq!(again["participants"].as_array().unwrap().len(), 2);
    }
}

async fn a_direct_conversation_needs_another(at: At) {
    let ann = User::register(&at, "ann").await;
    for id in ["0190a0e0-0000-7000-8000-000000000001", "nobody"] {
        let refused = ann.post(&at, "/api/v1/conversations", &json!({ "participant_id": id })).await;
        assert_refused(refused, 404, "Participant not found");
    }
    let (status, _) = ann.post(&at, "/api/v1/conversations", &json!({ "participant_id": ann.id })).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert_refused(ann.post(&at, "/api/v1/conversations", &json!("x")).await, 400, "Invalid request body");
    assert_eq!(ann.post(&at, "/api/v1/conversations", &json!({})).await.0, StatusCode::BAD_REQUEST);
}

async fn who_makes_a_group_is_its_admin(at: At) {
    let (ann, bob, eve) =
        (User::register(&at, "ann").await, User::register(&at, "bob").await, User::register(&at, "eve").await);
    let body = json!({ "name": "crew", "participant_ids": [bob.id, eve.id, bob.id] });
    let (status, made) = ann.post(&at, "/api/v1/conversations", &body).await;
    assert_eq!(status, StatusCode::CREATED);
    let conversation = &made["conversation"];
    assert_eq!((&conversation["type"], &conversation["name"]), (&json!("group"), &json!("crew")));
    assert_eq!(conversation["created_by"], json!(ann.id));
    assert!(made.get("is_new").is_none(), "{made}");
    let roles: Vec<_> =
        made["participants"].as_array().unwrap().iter().map(|p| (text(&p["username"]), text(&p["role"]))).collect();
    for (name, role) in [("ann", "admin"), ("bob", "member"), ("eve", "member")] {
        assert!(roles.contains(&(name.to_owned(), role.to_owned())), "{roles:?}");
    }
    assert_eq!(roles.len(), 3);
    let (status, shown) = bob.get(&at, &format!("/api/v1/conversations/{}", text(&conversation["id"]))).await;
    assert_eq!((status, &shown["conversation"]), (StatusCode::OK, conversation));
}

async fn a_group_needs_a_name_and_participants_that_are(at: At) {
    let (ann, bob) = (User::register(&at, "ann").await, User::register(&at, "bob").await);
    for body in [json!({ "participant_ids": [bob.id] }), json!({ "name": " ", "participant_ids": [bob.id] })] {
        assert_refused(ann.post(&at, "/api/v1/conversations", &body).await, 400, "Group name is required");
    }
    for id in ["0190a0e0-0000-7000-8000-000000000001", "nobody"] {
        let body = json!({ "name": "crew", "participant_ids": [bob.id, id] });
        let refused = ann.post(&at, "/api/v1/conversations", &body).await;
        assert_refused(refused, 404, &format!("Participant not found: {id}"));
    }
}

async fn the_list_begins_with_what_was_updated_last(at: At) {
    let (ann, bob) = (User::register(&at, "ann").await, User::register(&at, "bob").await);
    assert_eq!(ann.get(&at, "/api/v1/conversations").await.1, json!({ "conversations": [], "count": 0 }));
    let (group, direct) = (ann.group(&at, &[&bob]).await, ann.direct(&at, &bob).await);
    let listed = async || {
        let (_, list) = bob.get(&at, "/api/v1/conversations").await;
        assert_eq!(list["count"], 2);
        let ids = list["conversations"].as_array().unwrap().iter().map(|one| text(&one["conversation"]["id"]));
        assert_eq!(list["conversations"][0]["participants"].as_array().unwrap().len(), 2);
        ids.collect::<Vec<_>>()
    };
    assert_eq!(listed().await, [direct.clone(), group.clone()]);
    let mut socket = ann.connect(&at).await;
    socket.say(said(&group, "hi")).await;
    bob.connect(&at).await.next().await;
    assert_eq!(listed().await, [group, direct]);
}

async fn channels_and_the_lobby_are_not_here(at: At) {
    let canonical = Person::register(&at.server, "ann").await;
    let channel = canonical.start_channel("news", VisibilityWord::Public).await;
    let ann = User::log_in(&at, "ann").await;
    assert_eq!(ann.get(&at, "/api/v1/conversations").await.1["count"], 0);
    let mut socket = ann.connect(&at).await;
    for id in [channel.id, lobby()] {
        for path in [format!("/api/v1/conversations/{id}"), format!("/api/v1/conversations/{id}/messages")] {
            assert_refused(ann.get(&at, &path).await, 404, "Conversation not found");
        }
        canonical.say(id, "not for here").await;
        socket.say(said(&id.to_string(), "hi")).await;
        assert_eq!(socket.next().await, json!({ "error": true, "message": "Conversation not found" }));
    }
    socket.is_silent().await;
}

async fn who_is_not_in_a_conversation_is_told_so(at: At) {
    let (ann, bob, eve) =
        (User::register(&at, "ann").await, User::register(&at, "bob").await, User::register(&at, "eve").await);
    let id = ann.direct(&at, &bob).await;
    let stranger = "You are not a participant of this conversation";
    let mut socket = eve.connect(&at).await;
    for (id, status, why) in [
        (id.as_str(), 403, stranger),
        ("0190a0e0-0000-7000-8000-000000000001", 404, "Conversation not found"),
        ("no-uuid", 404, "Conversation not found"),
    ] {
        assert_refused(eve.get(&at, &format!("/api/v1/conversations/{id}")).await, status, why);
        assert_refused(eve.get(&at, &format!("/api/v1/conversations/{id}/messages")).await, status, why);
        socket.say(said(id, "let me in")).await;
        assert_eq!(socket.next().await, json!({ "error": true, "message": why }));
    }
    assert_eq!(ann.messages(&at, &id, "").await["messages"], json!([]));
}

async fn history_is_paged_newest_first_and_loses_nothing(at: At) {
    let canonical = Person::register(&at.server, "ann").await;
    let (ann, bob) = (User::log_in(&at, "ann").await, User::register(&at, "bob").await);
    let id = ann.direct(&at, &bob).await;
    let empty = ann.messages(&at, &id, "").await;
    assert_eq!(empty, json!({ "messages": [], "has_more": false }));
    let texts: Vec<String> = (1..=120).map(|n| format!("m{n}")).collect();
    for text in &texts {
        canonical.rest.send(id.parse().unwrap(), &message(text)).await.unwrap();
    }
    for (query, expected) in [("", 50), ("?limit=1000", 100), ("?limit=0", 50), ("?limit=x", 50), ("?limit=7", 7)] {
        let page = bob.messages(&at, &id, query).await;
        assert_eq!(
            (page["messages"].as_array().unwrap().len(), &page["has_more"]),
            (expected, &json!(true)),
            "{query}"
        );
    }
    let (mut read, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = bob.messages(&at, &id, &format!("?limit=50{cursor}")).await;
        read.extend(contents(&page["messages"]).into_iter().map(str::to_owned));
        if page["has_more"] == false {
            assert!(page.get("next_cursor").is_none(), "{page}");
            break;
        }
        cursor = format!("&cursor={}", text(&page["next_cursor"]));
    }
    read.reverse();
    assert_eq!(read, texts);
    let newest = &bob.messages(&at, &id, "?limit=1").await["messages"][0];
    let names: Vec<_> = newest.as_object().unwrap().keys().map(String::as_str).collect();
    let mut expected = ["id", "conversation_id", "sender_id", "sender_username", "content", "type", "sent_at"];
    expected.sort_unstable();
    assert_eq!(
        {
            let mut names = names;
            names.sort_unstable();
            names
        },
        expected
    );
    assert_eq!((&newest["sender_username"], &newest["type"]), (&json!("ann"), &json!("text")));
    assert!(text(&newest["sent_at"]).contains('T'), "{newest}");
    let wrong = bob.get(&at, &format!("/api/v1/conversations/{id}/messages?cursor=nonsense")).await;
    assert_refused(wrong, 400, "Invalid cursor");
}

async fn a_message_that_was_taken_back_is_not_shown(at: At) {
    let canonical = Person::register(&at.server, "ann").await;
    let (ann, bob) = (User::log_in(&at, "ann").await, User::register(&at, "bob").await);
    let id = ann.direct(&at, &bob).await;
    let gone = canonical.say(id.parse().unwrap(), "oops").await;
    canonical.say(id.parse().unwrap(), "hello").await;
    canonical.rest.delete(gone.id).await.unwrap();
    assert_eq!(contents(&bob.messages(&at, &id, "").await["messages"]), ["hello"]);
    assert_eq!(bob.connect(&at).await.next().await["content"], "hello");
}
