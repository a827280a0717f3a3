//! Guests who become members.

use rialto_client::wire::identity::UpgradeRequest;

use crate::support::people::{group, upgrade};
use crate::support::{Person, Server, lobby, on_every_database};

on_every_database!(a_guest_becomes_a_member_and_stays_the_same_user, async |backend| {
    let server = Server::start(backend).await;
    let guest = Person::guest(&server, "Ann of the train").await;
    let said = guest.say(lobby(), "as a guest").await;
    let ann = guest.upgrade("ann").await.unwrap();
    let user = &ann.signed_in.user;
    assert_eq!((user.id, user.role.as_str()), (guest.id(), "member"));
    assert_eq!((user.username.as_str(), user.display_name.as_str()), ("ann", "Ann of the train"));
    assert_eq!(ann.rest.me().await.unwrap().email.as_deref(), Some("ann@example.org"));

    for login in ["ANN", "ann@example.org"] {
        assert_eq!(server.rest().log_in(login, "correct horse").await.unwrap().user.id, guest.id(), "{login}");
    }
    let bob = Person::register(&server, "bob").await;
    let history = bob.rest.messages(lobby(), "").await.unwrap().items;
    let original = history.iter().find(|message| message.id == said.id).unwrap();
    assert_eq!((original.sender.id, original.sender.username.as_str()), (guest.id(), "ann"));
    assert_eq!(bob.rest.users("an").await.unwrap().items[0].id, guest.id());
    // What guests may not do.
    assert!(ann.rest.create_conversation(&group("friends", vec![bob.id()])).await.is_ok());
});

on_every_database!(the_session_goes_on_with_the_next_tokens, async |backend| {
    let server = Server::start(backend).await;
    let guest = Person::guest(&server, "Ann").await;
    let ann = guest.upgrade("ann").await.unwrap();
    assert_eq!(guest.rest.me().await.unwrap().role, "member", "the token from before still works");
    let refreshed = server.rest().refresh(&ann.signed_in.tokens.refresh_token).await.unwrap();
    assert_eq!(refreshed.user.username, "ann");
    let refusal = server.rest().refresh(&guest.signed_in.tokens.refresh_token).await.unwrap_err();
    assert_eq!(refusal.code(), Some("token_reused"), "one refresh token of a session is unused at a time");
});

on_every_database!(a_refused_upgrade_leaves_a_guest, async |backend| {
    let server = Server::start(backend).await;
    let bob = Person::register(&server, "bob").await;
    let guest = Person::guest(&server, "Ann").await;
    let code = async |person: &Person, request: UpgradeRequest| {
        person.rest.upgrade(&request).await.unwrap_err().code().unwrap().to_owned()
    };
    let taken_name = UpgradeRequest { username: "BOB".into(), ..upgrade("ann") };
    assert_eq!(code(&guest, taken_name).await, "username_taken");
    let taken_address = UpgradeRequest { email: "Bob@Example.org".into(), ..upgrade("ann") };
    assert_eq!(code(&guest, taken_address).await, "email_taken");
    let wrong = UpgradeRequest { display_name: Some("\u{202e}".into()), password: "short".into(), ..upgrade("ann") };
    assert_eq!(code(&guest, wrong).await, "invalid_body");
    assert_eq!(code(&bob, upgrade("robert")).await, "not_a_guest");
    assert_eq!(guest.rest.me().await.unwrap().role, "guest");

    let shown = UpgradeRequest { display_name: Some("Ann Lee".into()), ..upgrade("ann") };
    assert_eq!(guest.rest.upgrade(&shown).await.unwrap().user.display_name, "Ann Lee");
    assert_eq!(code(&guest, upgrade("anna")).await, "not_a_guest");
});

on_every_database!(of_eight_upgrades_at_once_one_wins, async |backend| {
    let server = Server::start(backend).await;
    let guest = Person::guest(&server, "Ann").await;
    let upgrades = (0..8).map(|number| {
        let rest = guest.rest.clone();
        tokio::spawn(async move { rest.upgrade(&upgrade(&format!("ann-{number}"))).await })
    });
    let mut names = Vec::new();
    for outcome in upgrades.collect::<Vec<_>>() {
        match outcome.await.unwrap() {
            Ok(signed_in) => names.push(signed_in.user.username),
            Err(refusal) => assert_eq!(refusal.code(), Some("not_a_guest")),
        }
    }
    assert_eq!(names, [guest.rest.me().await.unwrap().username]);
});
