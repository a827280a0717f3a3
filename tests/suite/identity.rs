//! Accounts, tokens, sessions.

use crate::support::{Person, Server, on_every_database};

on_every_database!(a_person_registers_signs_in_and_is_known, async |backend| {
    let server = Server::start(backend).await;
    let ann = Person::register(&server, "Ann").await;
    assert_eq!(ann.signed_in.user.role, "member");
    assert_eq!(ann.signed_in.tokens.token_type, "Bearer");
    assert_eq!(ann.signed_in.tokens.expires_in, 900);
    assert_eq!(ann.rest.me().await.unwrap().email.as_deref(), Some("Ann@example.org"));

    for login in ["ann", "ANN", "ann@EXAMPLE.org"] {
        let again = server.rest().log_in(login, "correct horse").await.unwrap();
        assert_eq!(again.user.id, ann.id(), "{login}");
    }
});

on_every_database!(a_name_or_address_is_taken_in_any_letter_case, async |backend| {
    let server = Server::start(backend).await;
    Person::register(&server, "ann").await;
    let rest = server.rest();
    let refusal = rest.register("ANN", "other@example.org", "correct horse").await.unwrap_err();
    assert_eq!(refusal.code(), Some("username_taken"));
    let refusal = rest.register("other", "Ann@Example.org", "correct horse").await.unwrap_err();
    assert_eq!(refusal.code(), Some("email_taken"));
});

on_every_database!(wrong_password_and_unknown_account_answer_the_same, async |backend| {
    let server = Server::start(backend).await;
    Person::register(&server, "ann").await;
    let mut answers = Vec::new();
    for (login, password) in [("ann", "wrong horse"), ("nobody", "correct horse"), ("a b@@", "x"), ("ann", "")] {
        let body = serde_json::json!({ "login": login, "password": password });
        let request = server.rest().request(reqwest::Method::POST, "auth/login").json(&body);
        let response = request.send().await.unwrap();
        let status = response.status();
        let mut problem: serde_json::Value = response.json().await.unwrap();
        problem.as_object_mut().unwrap().remove("request_id");
        answers.push((status, problem));
    }
    assert_eq!(answers[0].0, 401);
    assert_eq!(answers[0].1["code"], "wrong_credentials");
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
});

on_every_database!(a_refresh_token_works_once_and_reuse_ends_the_session, async |backend| {
    let server = Server::start(backend).await;
    let ann = Person::register(&server, "ann").await;
    let rest = server.rest();
    let first = &ann.signed_in.tokens.refresh_token;
    let second = rest.refresh(first).await.unwrap().tokens;
    assert_ne!(&second.refresh_token, first);
    let third = rest.refresh(&second.refresh_token).await.unwrap().tokens;
    assert!(rest.with_token(&third.access_token).me().await.is_ok());

    let refusal = rest.refresh(first).await.unwrap_err();
    assert_eq!(refusal.code(), Some("token_reused"));
    // Whoever holds the newest tokens is out as well: one of the two is a thief.
    let refusal = rest.refresh(&third.refresh_token).await.unwrap_err();
    assert_eq!(refusal.code(), Some("token_invalid"));
    let refusal = rest.with_token(&third.access_token).me().await.unwrap_err();
    assert_eq!(refusal.code(), Some("token_invalid"));
});

on_every_database!(of_eight_refreshes_at_once_one_wins, async |backend| {
    let server = Server::start(backend).await;
    let ann = Person::register(&server, "ann").await;
    let refreshes = (0..8).map(|_| {
        let (rest, token) = (server.rest(), ann.signed_in.tokens.refresh_token.clone());
        tokio::spawn(async move { rest.refresh(&token).await.is_ok() })
    });
    let mut won = 0;
    for refresh in refreshes.collect::<Vec<_>>() {
        won += usize::from(refresh.await.unwrap());
    }
    assert_eq!(won, 1);
});

on_every_database!(logging_out_ends_this_session_and_no_other, async |backend| {
    let server = Server::start(backend).await;
    let ann = Person::register(&server, "ann").await;
    let phone = server.rest().log_in("ann", "correct horse").await.unwrap();
    let phone = server.rest().with_token(&phone.tokens.access_token);
    ann.rest.log_out().await.unwrap();
    assert_eq!(ann.rest.me().await.unwrap_err().code(), Some("token_invalid"));
    assert!(phone.me().await.is_ok());
    let refused = server.rest().refresh(&ann.signed_in.tokens.refresh_token).await.unwrap_err();
    assert_eq!(refused.code(), Some("token_invalid"));

    phone.log_out_everywhere().await.unwrap();
    assert_eq!(phone.me().await.unwrap_err().code(), Some("token_invalid"));
});

on_every_database!(a_guest_comes_in_with_a_name, async |backend| {
    let server = Server::start(backend).await;
    let guest = Person::guest(&server, "Ann").await;
    assert_eq!(guest.signed_in.user.role, "guest");
    assert_eq!(guest.signed_in.user.display_name, "Ann");
    let other = Person::guest(&server, "Ann").await;
    assert_ne!(other.id(), guest.id());
    assert!(server.rest().refresh(&guest.signed_in.tokens.refresh_token).await.is_ok());
});

on_every_database!(people_find_each_other_by_name, async |backend| {
    let server = Server::start(backend).await;
    let ann = Person::register(&server, "Anna").await;
    let bob = Person::register(&server, "bob").await;
    Person::guest(&server, "anonymous").await;
    let found = bob.rest.users("ann").await.unwrap().items;
    assert_eq!(found.iter().map(|user| user.id).collect::<Vec<_>>(), [ann.id()]);
    assert_eq!(found[0].email, None, "an address is nobody else's business");
    assert_eq!(bob.rest.user(ann.id()).await.unwrap().username, "Anna");
});

on_every_database!(cookies_sign_a_browser_in, async |backend| {
    let server = Server::start(backend).await;
    let ann = Person::register(&server, "ann").await;
    let login = serde_json::json!({ "login": "ann", "password": "correct horse" });
    let response = server.rest().request(reqwest::Method::POST, "auth/login?cookie=true").json(&login);
    let response = response.send().await.unwrap();
    let cookies: Vec<String> =
        response.headers().get_all("set-cookie").iter().map(|c| c.to_str().unwrap().to_owned()).collect();
    assert_eq!(cookies.len(), 2, "{cookies:?}");
    assert!(cookies.iter().all(|c| c.contains("HttpOnly") && c.contains("SameSite=Lax")), "{cookies:?}");
    let jar = cookies.iter().map(|c| c.split(';').next().unwrap()).collect::<Vec<_>>().join("; ");

    let me = server.rest().request(reqwest::Method::GET, "auth/me").header("cookie", &jar).send().await.unwrap();
    let me: serde_json::Value = me.json().await.unwrap();
    assert_eq!(me["id"], ann.id().to_string());

    // A write that only a cookie vouches for must come from a page of this server.
    let write = |origin: Option<String>| {
        let request = server.rest().request(reqwest::Method::POST, "auth/logout").header("cookie", &jar);
        match origin {
            Some(origin) => request.header("origin", origin),
            None => request,
        }
    };
    for origin in [Some("https://evil.example".to_owned()), Some("null".to_owned()), None] {
        let response = write(origin.clone()).send().await.unwrap();
        assert_eq!(response.status(), 403, "{origin:?}");
        let problem: serde_json::Value = response.json().await.unwrap();
        assert_eq!(problem["code"], "origin_mismatch");
    }
    assert_eq!(write(Some(server.url(""))).send().await.unwrap().status(), 204);
});
