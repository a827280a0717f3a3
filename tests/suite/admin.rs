//! Running the server over HTTP.

use std::time::Duration;

use rialto_client::wire::admin::{ChangeAccountRequest, ServerRoleWord};
use rialto_client::wire::frame::ServerFrame;
use rialto_client::wire::messaging::{ChangeConversationRequest, VisibilityWord};
use rialto_client::{Rest, Socket};
use serde_json::json;

use crate::support::{Person, Server, code, on_every_database};

const PROMOTE: ChangeAccountRequest = ChangeAccountRequest { role: Some(ServerRoleWord::Admin), disabled: None };
const DEMOTE: ChangeAccountRequest = ChangeAccountRequest { role: Some(ServerRoleWord::Member), disabled: None };
const DISABLE: ChangeAccountRequest = ChangeAccountRequest { role: None, disabled: Some(true) };
const ENABLE: ChangeAccountRequest = ChangeAccountRequest { role: None, disabled: Some(false) };

/// Whether the server closed a socket for good within a second.
async fn is_shut(socket: &mut Socket) -> bool {
    loop {
        match socket.next_within(Duration::from_secs(1)).await {
            Ok(ServerFrame::Bye { data }) => return data.code == 4403,
            Ok(_) => {}
            Err(_) => return false,
        }
    }
}

on_every_database!(a_disabled_user_is_out_at_once_and_stays_out, async |backend| {
    let server = Server::start(backend).await;
    let (root, ann) = (Person::admin(&server, "root").await, Person::register(&server, "ann").await);
    let (mut socket, _) = ann.connect().await;
    let ticket = ann.rest.ticket().await.unwrap().ticket;

    let account = root.rest.change_account(ann.id(), &DISABLE).await.unwrap();
    assert!(account.disabled_at.is_some());
    assert_eq!(account.email.as_deref(), Some("ann@example.org"));
    assert_eq!(code(ann.rest.me().await), "token_invalid");
    assert!(is_shut(&mut socket).await);
    assert_eq!(code(server.rest().refresh(&ann.signed_in.tokens.refresh_token).await), "token_invalid");
    let with_ticket = format!("{}?ticket={ticket}", server.rest().socket_url());
    let mut late = Socket::connect(&with_ticket).await.unwrap();
    let answer = late.next_within(Duration::from_secs(5)).await;
    assert!(matches!(answer, Ok(ServerFrame::Error { .. } | ServerFrame::Bye { .. })), "{answer:?}");

    // The same answer as for a wrong password.
    let log_in = async |password: &str| {
        let body = json!({ "login": "ann", "password": password });
        let answer = server.rest().request(reqwest::Method::POST, "auth/login").json(&body).send().await.unwrap();
        let status = answer.status().as_u16();
        let mut problem: serde_json::Value = answer.json().await.unwrap();
        problem.as_object_mut().unwrap().remove("request_id");
        (status, problem)
    };
    assert_eq!(log_in("correct horse").await, log_in("wrong horse").await);

    root.rest.change_account(ann.id(), &ENABLE).await.unwrap();
    let again = Person::sign_in(&server, "ann").await;
    assert_eq!(again.id(), ann.id());
    assert_eq!(code(ann.rest.me().await), "token_invalid");
});

on_every_database!(of_two_admins_who_demote_each_other_at_once_one_stays, async |backend| {
    let server = Server::start(backend).await;
    let (ann, bob) = (Person::admin(&server, "ann").await, Person::admin(&server, "bob").await);
    let (first, second) =
        tokio::join!(ann.rest.change_account(bob.id(), &DEMOTE), bob.rest.change_account(ann.id(), &DEMOTE));
    assert!(first.is_ok() != second.is_ok(), "{first:?} {second:?}");
    let (winner, loser) = if first.is_ok() { (&ann, &bob) } else { (&bob, &ann) };
    assert_eq!(code(winner.rest.change_account(winner.id(), &DEMOTE).await), "last_admin");
    assert_eq!(code(winner.rest.change_account(winner.id(), &DISABLE).await), "last_admin");
    assert_eq!(winner.rest.stats().await.unwrap().users.admins, 1);
    // Whoever runs the server no more was signed out.
    assert_eq!(code(loser.rest.me().await), "token_invalid");
    let loser = Person::sign_in(&server, &loser.signed_in.user.username).await;
    assert_eq!(loser.signed_in.user.role, "member");
    assert_eq!(code(loser.rest.stats().await), "not_allowed");
});

on_every_database!(an_admin_sees_everybody_and_signs_them_out, async |backend| {
    let server = Server::start(backend).await;
    let root = Person::admin(&server, "root").await;
    let (ann, guest) = (Person::register(&server, "ann").await, Person::guest(&server, "Visitor").await);
    let names = async |query: &str| {
        let found = root.rest.accounts(query).await.unwrap().items;
        found.into_iter().map(|account| account.username).collect::<Vec<_>>()
    };
    assert_eq!(names("").await, ["ann", &guest.signed_in.user.username, "root"]);
    assert_eq!(names("ANN@").await, ["ann"]);
    assert_eq!(names("guest-").await, [guest.signed_in.user.username.as_str()]);
    // Elsewhere too admins see addresses, and nobody else does.
    assert!(root.rest.user(ann.id()).await.unwrap().email.is_some());
    assert!(ann.rest.user(root.id()).await.unwrap().email.is_none());

    let (mut socket, _) = ann.connect().await;
    root.rest.end_sessions_of(ann.id()).await.unwrap();
    assert_eq!(code(ann.rest.me().await), "token_invalid");
    assert!(is_shut(&mut socket).await);

    let ann = Person::sign_in(&server, "ann").await;
    root.rest.set_password_of(ann.id(), "another horse").await.unwrap();
    assert_eq!(code(ann.rest.me().await), "token_invalid");
    assert_eq!(code(server.rest().log_in("ann", "correct horse").await), "wrong_credentials");
    server.rest().log_in("ann", "another horse").await.unwrap();

    for outcome in [
        code(root.rest.set_password_of(guest.id(), "another horse").await),
        code(root.rest.change_account(guest.id(), &PROMOTE).await),
    ] {
        assert_eq!(outcome, "is_a_guest");
    }
    let nobody = uuid::Uuid::from_u128(1);
    for outcome in [
        code(root.rest.account(nobody).await),
        code(root.rest.change_account(nobody, &DISABLE).await),
        code(root.rest.end_sessions_of(nobody).await),
        code(root.rest.set_password_of(nobody, "another horse").await),
    ] {
        assert_eq!(outcome, "user_not_found");
    }
    let stats = root.rest.stats().await.unwrap();
    assert_eq!((stats.users.admins, stats.users.members, stats.users.guests), (1, 1, 1));
    assert_eq!((stats.conversations, stats.live_sessions), (1, 3));
});

on_every_database!(what_happens_to_accounts_is_written_down, async |backend| {
    let server = Server::start(backend).await;
    let (root, ann) = (Person::admin(&server, "root").await, Person::register(&server, "ann").await);
    server.rest().log_in("ann", "wrong horse").await.unwrap_err();
    root.rest.change_account(ann.id(), &PROMOTE).await.unwrap();
    let acts = async |rest: &Rest, query: String| {
        let log = rest.security_log(&query).await.unwrap().items;
        log.into_iter().map(|entry| entry.act).collect::<Vec<_>>()
    };
    let about_ann = format!("user_id={}", ann.id());
    assert_eq!(acts(&root.rest, about_ann.clone()).await, ["role_changed", "login_failed", "registered"]);
    assert_eq!(acts(&ann.rest, format!("{about_ann}&act=login_failed")).await, ["login_failed"]);
    let changed = &root.rest.security_log("act=role_changed").await.unwrap().items[0];
    assert_eq!((changed.actor_id, changed.detail.as_str()), (Some(root.id()), "admin"));
    assert_eq!(changed.address.as_deref(), Some("127.0.0.1"));
    let created = &root.rest.security_log("act=user_created").await.unwrap().items[0];
    assert_eq!((created.actor_id, created.detail.as_str()), (None, "admin; command line"));
    let page = root.rest.security_log(&format!("{about_ann}&limit=2")).await.unwrap();
    let rest = format!("{about_ann}&limit=2&cursor={}", page.next_cursor.unwrap());
    assert_eq!(acts(&root.rest, rest).await, ["registered"]);
    assert_eq!(code(root.rest.security_log("act=nonsense").await), "invalid_query");
    assert_eq!(code(Person::guest(&server, "Visitor").await.rest.security_log("").await), "not_allowed");
});

on_every_database!(a_server_admin_who_changes_a_foreign_conversation_is_told_what_it_is_now, async |backend| {
    let server = Server::start(backend).await;
    let (root, ann) = (Person::admin(&server, "root").await, Person::register(&server, "ann").await);
    let room = ann.start_channel("secret", VisibilityWord::Private).await.id;
    let change = ChangeConversationRequest { topic: Some("calm".to_owned()), ..Default::default() };
    let changed = root.rest.change_conversation(room, &change).await.unwrap();
    assert_eq!((changed.topic.as_str(), changed.role, changed.members_count), ("calm", None, 1));
    assert_eq!(ann.rest.conversation(room).await.unwrap().topic, "calm");
    // It is no way to read it.
    assert_eq!(code(root.rest.conversation(room).await), "conversation_not_found");
    let eve = Person::register(&server, "eve").await;
    assert_eq!(code(eve.rest.change_conversation(room, &change).await), "conversation_not_found");
});
