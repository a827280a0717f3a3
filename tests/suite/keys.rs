//! The keys that sign tokens: changing them, and what they are not.

use crate::support::{Backend, Person, Server, code, on_every_database};

const OLD: &str = "5c1f0b1e7a94d3826f5c1f0b1e7a94d3826f5c1f";
const NEW: &str = "e7a94d3826f5c1f0b15c1f0b1e7a94d3826f5c1f";

on_every_database!(a_new_secret_signs_nobody_out_while_the_old_one_is_named, async |backend| {
    let mut server = Server::start_with(backend, &[("JWT_SECRET", OLD)]).await;
    let ann = Person::register(&server, "ann").await;
    let previous = ("RIALTO__AUTH__JWT_PREVIOUS_SECRETS", OLD);
    server.restart_with(&[("JWT_SECRET", NEW), previous]).await;
    assert!(ann.rest_on(&server).me().await.is_ok());
    let newer = server.rest().log_in("ann", "correct horse").await.unwrap();

    server.restart_with(&[("JWT_SECRET", NEW)]).await;
    assert_eq!(code(ann.rest_on(&server).me().await), "token_invalid");
    assert!(server.rest().with_token(&newer.tokens.access_token).me().await.is_ok());
    // The session outlives the key: a refresh gets a token of the new one.
    let refreshed = server.rest().refresh(&ann.signed_in.tokens.refresh_token).await.unwrap();
    assert!(server.rest().with_token(&refreshed.tokens.access_token).me().await.is_ok());
});

#[tokio::test]
async fn a_token_is_for_the_server_that_it_names() {
    let mut server = Server::start_with(Backend::Sqlite, &[("JWT_SECRET", OLD)]).await;
    let ann = Person::register(&server, "ann").await;
    for (key, value) in [("RIALTO__AUTH__JWT_ISSUER", "other"), ("RIALTO__AUTH__JWT_AUDIENCE", "other-api")] {
        server.restart_with(&[("JWT_SECRET", OLD), (key, value)]).await;
        assert_eq!(code(ann.rest_on(&server).me().await), "token_invalid", "{key}");
    }
    server.restart_with(&[("JWT_SECRET", OLD)]).await;
    assert!(ann.rest_on(&server).me().await.is_ok());
}

#[tokio::test]
async fn leeway_is_for_clocks_that_differ() {
    let short = ("RIALTO__AUTH__ACCESS_MINUTES", "0");
    let server = Server::start_with(Backend::Sqlite, &[short, ("RIALTO__AUTH__JWT_LEEWAY_SECONDS", "60")]).await;
    let ann = Person::register(&server, "ann").await;
    assert!(ann.rest.me().await.is_ok());
}
