//! What people show of themselves, and how they are found.

use std::time::Duration;

use reqwest::Method;
use rialto_client::Socket;
use rialto_client::wire::frame::{ServerFrame, SignalBody};
use rialto_client::wire::identity::{PresenceWord, UpdateProfileRequest, UserView};
use rialto_client::wire::messaging::PresenceView;
use serde_json::json;

use crate::support::problem::{problem, refused};
use crate::support::{Person, Server, on_every_database};

fn presence(word: PresenceWord) -> UpdateProfileRequest {
    UpdateProfileRequest { presence: Some(word), ..UpdateProfileRequest::default() }
}

on_every_database!(a_profile_changes_in_what_is_given_alone, async |backend| {
    let server = Server::start(backend).await;
    let ann = Person::register(&server, "ann").await;
    let bob = Person::register(&server, "bob").await;
    let patch = async |body: serde_json::Value| -> UserView {
        let response = ann.rest.request(Method::PATCH, "users/me").json(&body).send().await.unwrap();
        assert_eq!(response.status(), 200, "{body}");
        response.json().await.unwrap()
    };
    let me = patch(json!({ "display_name": "Ann Lee", "bio": "Climber.\n❤️" })).await;
    assert_eq!((me.display_name.as_str(), me.bio.as_str()), ("Ann Lee", "Climber.\n❤️"));
    assert_eq!(me.email.as_deref(), Some("ann@example.org"));
    let me = patch(json!({ "bio": "" })).await;
    assert_eq!((me.display_name.as_str(), me.bio.as_str()), ("Ann Lee", ""));
    assert_eq!(patch(json!({})).await, me);
    let seen = bob.rest.user(ann.id()).await.unwrap();
    assert_eq!((seen.display_name.as_str(), seen.email, seen.presence), ("Ann Lee", None, None));
    let said = ann.say(crate::support::lobby(), "hi").await;
    assert_eq!(said.sender.display_name, "Ann Lee");
});

on_every_database!(what_a_profile_cannot_hold_is_refused_field_by_field, async |backend| {
    let server = Server::start(backend).await;
    let ann = Person::register(&server, "ann").await;
    let patch = |body: serde_json::Value| ann.rest.request(Method::PATCH, "users/me").json(&body);
    let body = json!({ "display_name": " ", "bio": "a\u{202e}b", "avatar_url": "javascript:alert(1)" });
    let wanted = [("display_name", "too_short"), ("bio", "invalid_character"), ("avatar_url", "invalid_format")];
    assert_eq!(problem(patch(body)).await, refused(422, "invalid_body", &wanted));
    let long = json!({ "bio": "é".repeat(501) });
    assert_eq!(problem(patch(long)).await, refused(422, "invalid_body", &[("bio", "too_long")]));
    let role = json!({ "role": "admin" });
    assert_eq!(problem(patch(role)).await, refused(422, "invalid_body", &[("role", "unknown_field")]));
    let word = problem(patch(json!({ "presence": "away" }))).await;
    assert_eq!((word.0, word.2[0].0.as_str()), (422, "presence"));
});

on_every_database!(a_guest_changes_their_name_and_no_more, async |backend| {
    let server = Server::start(backend).await;
    let guest = Person::guest(&server, "Ann").await;
    let name = UpdateProfileRequest { display_name: Some("Anna".into()), ..UpdateProfileRequest::default() };
    assert_eq!(guest.rest.update_profile(&name).await.unwrap().display_name, "Anna");
    for body in [json!({ "bio": "x" }), json!({ "avatar_url": null }), json!({ "presence": "hidden" })] {
        let request = guest.rest.request(Method::PATCH, "users/me").json(&body);
        assert_eq!(problem(request).await, refused(403, "guest_refused", &[]), "{body}");
    }
});

on_every_database!(members_are_found_by_words_of_their_name, async |backend| {
    let server = Server::start(backend).await;
    let ann = Person::register(&server, "ann").await;
    let bob = Person::register(&server, "bob").await;
    let guest = Person::guest(&server, "Lee").await;
    for (person, name) in [(&ann, "Anneliese LEE"), (&bob, "Öl Иванов 李小龙")] {
        let request = UpdateProfileRequest { display_name: Some(name.into()), ..UpdateProfileRequest::default() };
        person.rest.update_profile(&request).await.unwrap();
    }
    for (typed, wanted) in [
        ("lee", vec![ann.id()]),
        ("anneL", vec![ann.id()]),
        ("иВан", vec![bob.id()]),
        ("小龙", vec![bob.id()]),
        ("öl 李", vec![bob.id()]),
        ("b", vec![bob.id()]),
        ("öl lee", vec![]),
    ] {
        let found = guest.rest.users(typed).await.unwrap().items;
        assert_eq!(found.iter().map(|user| user.id).collect::<Vec<_>>(), wanted, "{typed}");
    }
});

/// The next thing a socket hears about who is there.
async fn next_presence(socket: &mut Socket) -> Option<PresenceView> {
    while let Ok(frame) = socket.next_within(Duration::from_millis(700)).await {
        if let ServerFrame::Signal { body: SignalBody::Presence(presence), .. } = frame {
            return Some(presence);
        }
    }
    None
}

on_every_database!(whoever_hides_is_offline_to_all_but_themselves, async |backend| {
    let server = Server::start(backend).await;
    let ann = Person::register(&server, "ann").await;
    let bob = Person::register(&server, "bob").await;
    let (mut bobs, _) = bob.connect().await;
    bobs.subscribe(&["x:presence"]).await.unwrap();
    let (anns, _) = ann.connect().await;
    assert!(next_presence(&mut bobs).await.is_some_and(|seen| seen.user_id == ann.id() && seen.online));

    let me = ann.rest.update_profile(&presence(PresenceWord::Hidden)).await.unwrap();
    assert_eq!((me.presence.as_deref(), me.online), (Some("hidden"), true));
    let gone = next_presence(&mut bobs).await.unwrap();
    assert!(gone.user_id == ann.id() && !gone.online && gone.last_seen_at.is_none());
    let seen = bob.rest.user(ann.id()).await.unwrap();
    assert!(!seen.online && seen.last_seen_at.is_none() && seen.presence.is_none());
    drop(anns);
    let (_anns, _) = ann.connect().await;
    assert_eq!(next_presence(&mut bobs).await, None, "nobody hears of it");
    assert!(bob.rest.user(ann.id()).await.unwrap().last_seen_at.is_none());

    ann.rest.update_profile(&presence(PresenceWord::Shown)).await.unwrap();
    assert!(next_presence(&mut bobs).await.is_some_and(|seen| seen.user_id == ann.id() && seen.online));
    assert!(bob.rest.user(ann.id()).await.unwrap().online);
});
