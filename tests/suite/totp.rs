//! The second factor.

use rialto_client::Rest;
use rialto_client::wire::identity::TotpView;

use crate::support::{Backend, Person, Server, code, on_every_database, run};

const PASSWORD: &str = "correct horse";

mod app;

use app::App;

/// Somebody whose second factor is on, their app and their recovery codes.
async fn enabled(server: &Server, name: &str) -> (Person, App, Vec<String>) {
    let person = Person::register(server, name).await;
    let mut app = App::new(&person.rest.offer_totp(PASSWORD).await.unwrap().secret);
    let codes = person.rest.confirm_totp(&app.code().await).await.unwrap().recovery_codes;
    (person, app, codes)
}

/// Switches somebody's second factor on.
pub(crate) async fn switch_on(person: &Person) {
    let mut app = App::new(&person.rest.offer_totp(PASSWORD).await.unwrap().secret);
    person.rest.confirm_totp(&app.code().await).await.unwrap();
}

async fn log_in(rest: &Rest, name: &str, shown: &str) -> &'static str {
    match rest.log_in_with_code(name, PASSWORD, shown).await {
        Ok(_) => "in",
        Err(error) => match error.code() {
            Some("totp_required") => "totp_required",
            Some("totp_code_invalid") => "totp_code_invalid",
            Some("wrong_credentials") => "wrong_credentials",
            Some("login_throttled") => "login_throttled",
            other => panic!("{other:?}"),
        },
    }
}

on_every_database!(a_sign_in_asks_for_a_code_once_it_is_on, async |backend| {
    let server = Server::start(backend).await;
    let rest = server.rest();
    let ann = Person::register(&server, "ann").await;
    assert_eq!(code(ann.rest.offer_totp("wrong horse").await), "wrong_password");
    let replaced = ann.rest.offer_totp(PASSWORD).await.unwrap();
    let offer = ann.rest.offer_totp(PASSWORD).await.unwrap();
    assert_eq!(offer.uri, format!("otpauth://totp/Rialto:ann?secret={}&issuer=Rialto", offer.secret));
    assert_eq!(ann.rest.totp().await.unwrap(), TotpView { enabled: false, recovery_codes_left: 0 });
    assert!(rest.log_in("ann", PASSWORD).await.is_ok(), "nothing is on yet");
    assert_eq!(code(ann.rest.confirm_totp(&App::new(&replaced.secret).code().await).await), "totp_code_invalid");

    let mut app = App::new(&offer.secret);
    let first = app.code().await;
    let codes = ann.rest.confirm_totp(&first).await.unwrap().recovery_codes;
    assert_eq!(codes.len(), 10);
    assert!(codes.iter().all(|code| code.len() == 19), "{codes:?}");
    assert_eq!(ann.rest.totp().await.unwrap(), TotpView { enabled: true, recovery_codes_left: 10 });
    assert!(ann.rest.me().await.is_ok(), "sessions go on");
    assert_eq!(code(ann.rest.offer_totp(PASSWORD).await), "totp_enabled");
    assert_eq!(code(ann.rest.confirm_totp(&first).await), "totp_enabled");

    assert_eq!(code(rest.log_in("ann", PASSWORD).await), "totp_required");
    assert_eq!(code(rest.log_in("ann", "wrong horse").await), "wrong_credentials");
    assert_eq!(code(rest.log_in_with_code("ann", "wrong horse", &first).await), "wrong_credentials");
    assert_eq!(log_in(&rest, "ann", &first).await, "totp_code_invalid", "the confirmation used it");
    let next = app.code().await;
    assert_eq!(log_in(&rest, "ann", &next).await, "in");
    assert_eq!(log_in(&rest, "ann", &next).await, "totp_code_invalid", "a code works once");

    let log = server.log();
    for secret in [&offer.secret, &first, &next, &codes[0]] {
        assert!(!log.contains(secret.as_str()), "a secret in the log");
    }
});

on_every_database!(of_eight_sign_ins_with_one_code_one_comes_in, async |backend| {
    let attempts = ("RIALTO__LIMITS__LOGIN_FREE_ATTEMPTS", "1000");
    let server = Server::start_with(backend, &[attempts]).await;
    let (_, mut app, codes) = enabled(&server, "ann").await;
    for shown in [app.code().await, codes[0].clone()] {
        let attempts = (0..8).map(|_| {
            let (rest, shown) = (server.rest(), shown.clone());
            tokio::spawn(async move { log_in(&rest, "ann", &shown).await })
        });
        let mut came_in = 0;
        for attempt in attempts.collect::<Vec<_>>() {
            match attempt.await.unwrap() {
                "in" => came_in += 1,
                other => assert_eq!(other, "totp_code_invalid"),
            }
        }
        assert_eq!(came_in, 1);
    }
});

on_every_database!(a_recovery_code_works_once_until_there_are_new_ones, async |backend| {
    let server = Server::start(backend).await;
    let rest = server.rest();
    let (ann, _, codes) = enabled(&server, "ann").await;
    assert_eq!(log_in(&rest, "ann", &codes[0].to_uppercase()).await, "in");
    assert_eq!(log_in(&rest, "ann", &codes[0]).await, "totp_code_invalid");
    assert_eq!(ann.rest.totp().await.unwrap().recovery_codes_left, 9);
    assert_eq!(code(ann.rest.renew_recovery_codes("wrong horse", &codes[1]).await), "wrong_password");
    let new = ann.rest.renew_recovery_codes(PASSWORD, &codes[1]).await.unwrap().recovery_codes;
    assert_eq!(ann.rest.totp().await.unwrap().recovery_codes_left, 10);
    assert_eq!(log_in(&rest, "ann", &codes[2]).await, "totp_code_invalid");
    assert_eq!(log_in(&rest, "ann", &new[2]).await, "in");
    let root = Person::admin(&server, "root").await;
    let used = root.rest.security_log("act=recovery_code_used").await.unwrap();
    assert_eq!(used.items.len(), 3);
});

on_every_database!(it_is_switched_off_with_password_and_code, async |backend| {
    let server = Server::start(backend).await;
    let (ann, mut app, codes) = enabled(&server, "ann").await;
    let shown = app.code().await;
    assert_eq!(code(ann.rest.disable_totp("wrong horse", &shown).await), "wrong_password");
    assert_eq!(code(ann.rest.disable_totp(PASSWORD, "").await), "totp_code_invalid");
    ann.rest.disable_totp(PASSWORD, &shown).await.unwrap();
    assert_eq!(ann.rest.totp().await.unwrap(), TotpView { enabled: false, recovery_codes_left: 0 });
    assert!(server.rest().log_in("ann", PASSWORD).await.is_ok());
    assert_eq!(code(ann.rest.disable_totp(PASSWORD, &codes[0]).await), "totp_not_enabled");
    assert!(ann.rest.offer_totp(PASSWORD).await.is_ok());
});

#[tokio::test]
async fn guessing_codes_makes_one_wait_and_the_right_password_forgives_nothing() {
    let settings = [("RIALTO__LIMITS__LOGIN_FREE_ATTEMPTS", "3"), ("RIALTO__LIMITS__LOGIN_FIRST_WAIT_SECONDS", "50")];
    let server = Server::start_with(Backend::Sqlite, &settings).await;
    let rest = server.rest();
    let (_, _, codes) = enabled(&server, "ann").await;
    for _ in 0..3 {
        assert_eq!(code(rest.log_in("ann", PASSWORD).await), "totp_required");
        assert_eq!(log_in(&rest, "ann", "nonsense").await, "totp_code_invalid");
    }
    assert_eq!(log_in(&rest, "ann", &codes[0]).await, "login_throttled");
    assert_eq!(code(rest.log_in("ann", PASSWORD).await), "login_throttled");
}

on_every_database!(who_runs_the_server_switches_it_off_for_who_lost_everything, async |backend| {
    let server = Server::start(backend).await;
    let root = Person::admin(&server, "root").await;
    let (ann, ..) = enabled(&server, "ann").await;
    assert_eq!(code(ann.rest.reset_totp_of(ann.id()).await), "not_allowed");
    assert_eq!(code(root.rest.reset_totp_of(uuid::Uuid::from_u128(1)).await), "user_not_found");
    root.rest.reset_totp_of(ann.id()).await.unwrap();
    assert!(server.rest().log_in("ann", PASSWORD).await.is_ok());
    assert!(ann.rest.me().await.is_ok(), "sessions go on");

    enabled(&server, "bob").await;
    let (exit, stdout, stderr) = run(&server, &["user", "reset-totp", "bob"], "").await;
    assert_eq!((exit, stdout.trim()), (Some(0), "bob signs in with the password alone now"), "{stderr}");
    assert!(server.rest().log_in("bob", PASSWORD).await.is_ok());
    assert_eq!(root.rest.security_log("act=totp_enabled").await.unwrap().items.len(), 2);
    assert_eq!(root.rest.security_log("act=totp_disabled").await.unwrap().items.len(), 2);
});

on_every_database!(a_reset_by_mail_and_another_password_leave_it_on, async |backend| {
    let (server, post) = crate::support::mail::start_with_mail(backend, &[]).await;
    let name = crate::support::mail::fresh_name("ann");
    let (ann, mut app, _) = enabled(&server, &name).await;
    ann.rest.change_password(PASSWORD, "battery staple").await.unwrap();
    assert_eq!(code(server.rest().log_in(&name, "battery staple").await), "totp_required");
    let address = format!("{name}@example.org");
    server.rest().forgot_password(&address).await.unwrap();
    let letters = post.wait_for(&address, 1).await;
    let token = crate::support::mail::token_in(&letters[0].text);
    server.rest().reset_password(&token, PASSWORD).await.unwrap();
    assert_eq!(code(server.rest().log_in(&name, PASSWORD).await), "totp_required");
    assert_eq!(log_in(&server.rest(), &name, &app.code().await).await, "in");
});
