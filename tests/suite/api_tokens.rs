//! Tokens of programs.

use std::time::Duration;

use reqwest::Method;
use rialto_client::wire::admin::ChangeAccountRequest;
use rialto_client::wire::identity::{CreateApiTokenRequest, IssuedApiTokenView};
use rialto_client::{Rest, Socket};
use serde_json::{Value, json};

use crate::realtime::bye;
use crate::realtime::raw::RawSocket;
use crate::support::people::{message, next_message, stream};
use crate::support::{Person, Server, code, lobby, on_every_database, run};

fn wish(scopes: &[&str]) -> CreateApiTokenRequest {
    let scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
    CreateApiTokenRequest { name: "bot".to_owned(), scopes, expires_in_days: None }
}

/// A token of this person, and what speaks with it.
async fn bot(person: &Person, scopes: &[&str]) -> (IssuedApiTokenView, Rest) {
    let issued = person.rest.create_api_token(&wish(scopes)).await.unwrap();
    let rest = person.rest.with_token(&issued.token);
    (issued, rest)
}

on_every_database!(a_bot_says_something_within_its_scopes_and_nothing_beyond, async |backend| {
    let server = Server::start(backend).await;
    let (ann, bob) = (Person::register(&server, "ann").await, Person::register(&server, "bob").await);
    let (issued, writer) = bot(&ann, &["messages:write", "messages:write"]).await;
    assert!(issued.token.starts_with("rlt_") && issued.token.len() == 4 + 43, "{}", issued.token);
    assert_eq!((issued.scopes.as_slice(), issued.expires_at), (&["messages:write".to_owned()][..], None));

    let (mut socket, _) = bob.connect().await;
    writer.send(lobby(), &message("I am a bot")).await.unwrap();
    let heard = next_message(&mut socket, lobby()).await;
    assert_eq!((heard.sender.id, heard.content.as_deref()), (ann.id(), Some("I am a bot")));

    assert_eq!(code(writer.me().await), "scope_missing");
    assert_eq!(code(writer.api_tokens().await), "scope_missing");
    assert_eq!(code(writer.create_api_token(&wish(&["messages:read"])).await), "scope_missing");
    assert_eq!(code(writer.log_out_everywhere().await), "scope_missing");
    assert_eq!(code(writer.ticket().await), "scope_missing");
    assert_eq!(code(server.rest().refresh(&issued.token).await), "token_invalid");
    let cookie = format!("rialto_access={}", issued.token);
    let by_cookie = server.rest().request(Method::GET, "auth/me").header("cookie", cookie).send().await.unwrap();
    assert_eq!(by_cookie.status(), 401);

    let listed = ann.rest.api_tokens().await.unwrap().items;
    assert_eq!((listed.len(), listed[0].id, listed[0].name.as_str()), (1, issued.id, "bot"));
    // Nobody waits for the note.
    let mut noted = listed[0].last_used_at;
    for _ in 0..50 {
        if noted.is_some() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        noted = ann.rest.api_tokens().await.unwrap().items[0].last_used_at;
    }
    assert!(noted.is_some_and(|at| at >= issued.created_at));

    assert_eq!(code(bob.rest.revoke_api_token(issued.id).await), "api_token_not_found");
    ann.rest.revoke_api_token(issued.id).await.unwrap();
    assert_eq!(code(writer.send(lobby(), &message("still here?")).await), "token_invalid");
    assert_eq!(code(ann.rest.revoke_api_token(issued.id).await), "api_token_not_found");
    assert_eq!(ann.rest.api_tokens().await.unwrap().items, []);
    assert!(!server.log().contains(&issued.token));

    let guest = Person::guest(&server, "Visitor").await;
    assert_eq!(code(guest.rest.create_api_token(&wish(&["messages:read"])).await), "guest_refused");
});

on_every_database!(a_socket_of_a_bot_is_held_to_its_scopes_and_closes_with_its_token, async |backend| {
    let server = Server::start(backend).await;
    let ann = Person::register(&server, "ann").await;
    let (issued, reader) = bot(&ann, &["messages:read"]).await;
    let bearer = format!("Bearer {}", issued.token);
    let mut by_header = RawSocket::open(&server, &[("authorization", &bearer)]).await;
    let ready = by_header.hear("ready").await;
    assert_eq!(ready["data"]["session"], json!(issued.id));
    assert_eq!(ready["data"]["expires_at"], "9999-12-31T23:59:59.000Z");
    let mut by_frame = Socket::connect(&reader.socket_url()).await.unwrap();
    by_frame.auth(&issued.token, None).await.unwrap();

    assert_eq!(code(by_frame.send(lobby(), message("no")).await), "scope_missing");
    assert_eq!(code(by_frame.subscribe(&["x:price:bitcoin"]).await), "scope_missing");
    assert_eq!(code(by_frame.subscribe(&["x:presence"]).await), "scope_missing");
    assert_eq!(code(by_frame.refresh(&issued.token).await), "token_invalid", "it renews nothing");
    by_header.say(&json!({"type": "typing", "id": 3, "stream": stream(lobby())})).await;
    assert_eq!(by_header.hear("error").await["error"]["code"], "scope_missing");
    ann.say(lobby(), "hello, bot").await;
    assert_eq!(next_message(&mut by_frame, lobby()).await.content.as_deref(), Some("hello, bot"));

    let (_, writer) = bot(&ann, &["messages:write", "prices:read"]).await;
    let mut deaf = Socket::connect(&writer.socket_url()).await.unwrap();
    assert_eq!(code(deaf.auth(writer.access_token().unwrap(), None).await), "scope_missing");
    assert_eq!(bye(&mut deaf).await, 4401);
    let (_, both) = bot(&ann, &["messages:read", "messages:write", "prices:read", "profile:read"]).await;
    let mut whole = Socket::connect(&both.socket_url()).await.unwrap();
    whole.auth(both.access_token().unwrap(), None).await.unwrap();
    whole.send(lobby(), message("by socket")).await.unwrap();
    whole.subscribe(&["x:presence", "x:price:bitcoin"]).await.unwrap();

    ann.rest.revoke_api_token(issued.id).await.unwrap();
    assert_eq!(bye(&mut by_frame).await, 4403);
    assert_eq!(by_header.close_code().await, Some(4403));
    whole.send(lobby(), message("others stay")).await.unwrap();
});

on_every_database!(a_closed_account_ends_its_tokens_and_a_new_password_does_not, async |backend| {
    let server = Server::start(backend).await;
    let (root, ann) = (Person::admin(&server, "root").await, Person::register(&server, "ann").await);
    let (_, reader) = bot(&ann, &["messages:read", "profile:read"]).await;
    ann.rest.change_password("correct horse", "battery staple").await.unwrap();
    ann.rest.log_out_everywhere().await.unwrap();
    root.rest.end_sessions_of(ann.id()).await.unwrap();
    assert_eq!(reader.me().await.unwrap().id, ann.id());

    let mut socket = Socket::connect(&reader.socket_url()).await.unwrap();
    socket.auth(reader.access_token().unwrap(), None).await.unwrap();
    root.rest.change_account(ann.id(), &ChangeAccountRequest { role: None, disabled: Some(true) }).await.unwrap();
    assert_eq!(code(reader.me().await), "token_invalid");
    assert_eq!(bye(&mut socket).await, 4403);
    root.rest.change_account(ann.id(), &ChangeAccountRequest { role: None, disabled: Some(false) }).await.unwrap();
    assert_eq!(code(reader.me().await), "token_invalid", "for good");
});

on_every_database!(fifty_tokens_are_enough_for_anybody, async |backend| {
    let server = Server::start(backend).await;
    let ann = Person::register(&server, "ann").await;
    let wish = wish(&["prices:read"]);
    let outcomes = futures_util::future::join_all((0..60).map(|_| ann.rest.create_api_token(&wish))).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 50);
    for outcome in outcomes.into_iter().filter(Result::is_err) {
        assert_eq!(code(outcome), "too_many");
    }
    let first = ann.rest.api_tokens().await.unwrap().items.remove(0);
    ann.rest.revoke_api_token(first.id).await.unwrap();
    ann.rest.create_api_token(&wish).await.unwrap();
});

on_every_database!(tokens_are_run_from_the_command_line, async |backend| {
    let server = Server::start_with(backend, &[("RIALTO__REALTIME__SWEEP_INTERVAL_MS", "300")]).await;
    let command = async |arguments: &[&str]| {
        let (exit, stdout, stderr) = run(&server, arguments, "correct horse\n").await;
        (exit, if exit == Some(0) { stdout } else { stderr })
    };
    command(&["user", "create", "robot", "--email", "robot@example.org", "--password-stdin"]).await;
    let create = ["token", "create", "robot", "--name", "weather", "--expires-in-days", "7"];
    let scopes = ["--scope", "messages:read", "--scope", "messages:write"];
    let (exit, printed) = command(&[&create[..], &scopes[..]].concat()).await;
    assert_eq!(exit, Some(0), "{printed}");
    let token = printed.trim();
    assert!(token.starts_with("rlt_") && printed.lines().count() == 1, "{printed}");

    // Its user never signed in, and is in the lobby all the same.
    let robot = server.rest().with_token(token);
    robot.send(lobby(), &message("sunny")).await.unwrap();
    let mut socket = Socket::connect(&robot.socket_url()).await.unwrap();
    socket.auth(token, None).await.unwrap();

    let (_, listed) = command(&["token", "list", "robot", "--json"]).await;
    let listed: Value = serde_json::from_str(listed.trim()).unwrap();
    assert_eq!((&listed["name"], &listed["scopes"]), (&json!("weather"), &json!(["messages:read", "messages:write"])));
    assert!(listed["expires_at"].is_string());
    let id = listed["id"].as_str().unwrap();
    assert!(command(&["token", "list", "robot"]).await.1.contains(id));
    assert_eq!(command(&["token", "revoke", id]).await.0, Some(0));
    assert_eq!(code(robot.send(lobby(), &message("rain")).await), "token_invalid");
    assert_eq!(bye(&mut socket).await, 4403, "at the next sweep");
    for (arguments, exit, words) in [
        (&["token", "revoke", id][..], 1, "no token"),
        (&["token", "list", "nobody"][..], 1, "no user"),
        (&["token", "create", "robot", "--name", "x", "--scope", "nonsense"][..], 2, "messages:read"),
    ] {
        let (code, told) = command(arguments).await;
        assert!(code == Some(exit) && told.contains(words), "{arguments:?}: {code:?} {told}");
    }
});
