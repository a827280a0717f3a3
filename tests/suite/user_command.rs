//! `rialto user`, beside a running server.

use std::time::Duration;

use rialto_client::wire::frame::ServerFrame;
use serde_json::Value;

use crate::support::{Person, Server, code, on_every_database, run};

/// One line that names the trouble.
#[track_caller]
fn assert_refused(outcome: (Option<i32>, String, String), exit_code: i32, words: &str) {
    let (code, _, stderr) = outcome;
    assert_eq!(code, Some(exit_code), "{stderr}");
    assert_eq!(stderr.trim().lines().count(), 1, "{stderr}");
    assert!(stderr.starts_with("rialto: ") && stderr.contains(words), "{words:?} in {stderr}");
}

#[track_caller]
fn done((code, stdout, stderr): (Option<i32>, String, String)) -> String {
    assert_eq!(code, Some(0), "{stderr}");
    stdout
}

on_every_database!(accounts_are_run_from_the_command_line, async |backend| {
    let server = Server::start(backend).await;
    let root = Person::admin(&server, "root").await;
    let create = |name| ["user", "create", name, "--email", "bob@example.org", "--password-stdin"];
    assert!(done(run(&server, &create("bob"), "correct horse\n").await).contains("bob is a member now"));
    assert_refused(run(&server, &create("BOB"), "correct horse\n").await, 1, "the username is taken");
    assert_refused(run(&server, &create("carol"), "correct horse\n").await, 1, "the e-mail address is taken");
    assert_refused(run(&server, &create("carol"), "short\n").await, 2, "at least 8 characters");
    assert_refused(run(&server, &create("a b"), "correct horse\n").await, 2, "the username");
    let without = ["user", "create", "carol", "--email", "carol@example.org"];
    assert_refused(run(&server, &without, "").await, 2, "--password-stdin");

    let bob = Person::sign_in(&server, "bob").await;
    done(run(&server, &["user", "promote", "BOB"], "").await);
    assert_eq!(bob.rest.stats().await.unwrap().users.admins, 2);
    done(run(&server, &["user", "demote", "root"], "").await);
    assert_eq!(code(root.rest.me().await), "token_invalid");
    assert_refused(run(&server, &["user", "demote", "bob"], "").await, 1, "last admin");
    assert_refused(run(&server, &["user", "disable", "bob"], "").await, 1, "last admin");
    assert_refused(run(&server, &["user", "promote", "nobody"], "").await, 1, "no user \"nobody\"");
    let guest = Person::guest(&server, "Visitor").await;
    let guest_name = guest.signed_in.user.username.as_str();
    assert_refused(run(&server, &["user", "promote", guest_name], "").await, 1, "guest");

    done(run(&server, &["user", "reset-password", "bob", "--password-stdin"], "another horse").await);
    assert_eq!(code(bob.rest.me().await), "token_invalid");
    let bob = server.rest().log_in("bob", "another horse").await.unwrap();

    let listed = done(run(&server, &["user", "list", "--json"], "").await);
    let listed: Vec<Value> = listed.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let names: Vec<_> = listed.iter().map(|account| account["username"].as_str().unwrap()).collect();
    assert_eq!(names, ["bob", guest_name, "root"]);
    assert_eq!((&listed[0]["role"], &listed[0]["disabled_at"]), (&Value::from("admin"), &Value::Null));
    assert!(done(run(&server, &["user", "list"], "").await).contains("bob@example.org"));

    let log = server.rest().with_token(&bob.tokens.access_token).security_log("act=role_changed").await.unwrap();
    let told: Vec<_> = log.items.iter().map(|entry| (entry.actor_id, entry.detail.as_str())).collect();
    assert_eq!(told, [(None, "member; command line"), (None, "admin; command line")]);
});

on_every_database!(whoever_is_disabled_there_loses_their_sockets_at_the_next_sweep, async |backend| {
    let server = Server::start_with(backend, &[("RIALTO__REALTIME__SWEEP_INTERVAL_MS", "300")]).await;
    let (ann, bob) = (Person::register(&server, "ann").await, Person::register(&server, "bob").await);
    let ((mut gone, _), (mut stays, _)) = (ann.connect().await, bob.connect().await);
    done(run(&server, &["user", "disable", "ann"], "").await);
    assert_eq!(code(ann.rest.me().await), "token_invalid");
    let bye = loop {
        if let ServerFrame::Bye { data } = gone.next_within(Duration::from_secs(5)).await.unwrap() {
            break data;
        }
    };
    assert_eq!(bye.code, 4403);
    assert!(stays.next_within(Duration::from_secs(1)).await.is_err(), "nothing happens to others");
    done(run(&server, &["user", "enable", "ann"], "").await);
    Person::sign_in(&server, "ann").await;
});
