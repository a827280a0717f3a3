//! How the first admin is made.

use rialto_client::wire::admin::SetUpRequest;

use crate::support::{Backend, Person, Server, code, on_every_database};

fn by(token: &str, name: &str) -> SetUpRequest {
    SetUpRequest {
        token: token.to_owned(),
        username: name.to_owned(),
        email: format!("{name}@example.org"),
        password: "correct horse".to_owned(),
    }
}

fn token_of(server: &Server) -> String {
    let (page, token) = server.setup_link().expect("a set-up link").split_once("#token=").unwrap();
    assert_eq!(page, server.url("/setup"));
    token.to_owned()
}

on_every_database!(the_link_makes_the_first_admin_once, async |backend| {
    let mut server = Server::start(backend).await;
    Person::register(&server, "ann").await;
    let old = token_of(&server);
    server.crash_and_restart().await;
    let token = token_of(&server);
    assert_ne!(token, old);
    let rest = server.rest();
    for wrong in ["", "nonsense", &old] {
        assert_eq!(code(rest.set_up(&by(wrong, "root")).await), "setup_token_invalid", "{wrong:?}");
    }
    assert_eq!(code(rest.set_up(&by(&token, "ANN")).await), "username_taken");
    let root = rest.set_up(&by(&token, "root")).await.unwrap();
    assert_eq!(root.user.role, "admin");
    assert_eq!(rest.with_token(&root.tokens.access_token).stats().await.unwrap().users.admins, 1);
    assert_eq!(code(rest.set_up(&by(&token, "eve")).await), "already_set_up");

    server.crash_and_restart().await;
    assert_eq!(server.setup_link(), None);
    assert!(!server.log().contains(&token) && !server.log().contains(&old));
});

on_every_database!(any_node_honours_the_newest_link, async |backend| {
    let server = Server::start(backend).await;
    let Some(beside) = server.start_beside().await else { return };
    // The second node's start replaced the first one's link.
    assert_eq!(code(beside.rest().set_up(&by(&token_of(&server), "root")).await), "setup_token_invalid");
});

#[tokio::test]
async fn the_page_of_the_link_is_served_with_strict_headers() {
    let server = Server::start(Backend::Sqlite).await;
    let page = reqwest::get(server.url("/setup")).await.unwrap();
    assert_eq!(page.status(), 200);
    let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.contains("script-src 'self'") && !policy.contains("unsafe"), "{policy}");
    assert!(page.text().await.unwrap().contains("/assets/app/setup.js"));
}
