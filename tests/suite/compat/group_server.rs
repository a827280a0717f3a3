//! Chat in channels, with tokens that another service makes.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as B64;
use reqwest::{Method, StatusCode};
use rialto_client::wire::messaging::VisibilityWord;
use ring::hmac;
use serde_json::{Value, json};

use super::support::{At, Raw, at_both_places, json as answer, now};
use crate::support::{Person, direct, run};

const SECRET: &str = "5c1f0b1e7a94d3826f5c1f0b1e7a94d3826f";

const SETTINGS: &[(&str, &str)] =
    &[("GROUP_SERVER_JWT_SECRET", SECRET), ("RIALTO__REALTIME__SWEEP_INTERVAL_MS", "300")];

at_both_places! { "group-server":
    the_root_says_hello,
    the_list_of_users_is_public_and_shows_faces_alone,
    one_user_is_shown_by_number,
    whoever_has_a_token_changes_their_own_names,
    names_that_cannot_be_are_refused,
    a_token_that_is_missing_is_400_and_a_bad_one_401,
    tokens_that_nobody_signed_open_no_socket,
    only_members_are_let_in,
    what_is_said_reaches_every_member_who_is_connected,
    a_body_is_told_as_it_was_sent,
    a_file_keeps_all_its_fields_and_reads_well_elsewhere,
    what_is_said_by_other_ways_arrives_as_text,
    messages_of_one_arrive_in_the_order_they_were_sent,
    what_cannot_be_said_is_refused_in_words_and_the_socket_stays,
    a_body_may_have_10_240_bytes,
    whoever_is_removed_loses_the_sockets_of_that_channel_alone,
    a_closed_account_has_no_sockets_and_no_tokens,
    ten_requests_in_thirty_seconds_and_no_more_from_one_address,
    users_channels_members_and_tokens_are_made_on_the_command_line,
    without_a_secret_the_surface_is_off,
    listed_pages_may_ask,
}

/// A token as the other service would make it.
fn sign(header: &Value, payload: &Value, secret: &str) -> String {
    let message = format!("{}.{}", B64.encode(header.to_string()), B64.encode(payload.to_string()));
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    format!("{message}.{}", B64.encode(hmac::sign(&key, message.as_bytes())))
}

fn in_an_hour() -> i64 {
    now().timestamp() + 3_600
}

fn header() -> Value {
    json!({ "alg": "HS256", "typ": "JWT" })
}

fn token_of(number: u64) -> String {
    sign(&header(), &json!({ "user_id": number, "exp": in_an_hour() }), SECRET)
}

/// What somebody could try in the place of a token.
fn forgeries(number: u64) -> Vec<String> {
    let good = json!({ "user_id": number, "exp": in_an_hour() });
    let unsigned = sign(&json!({ "alg": "none" }), &good, SECRET);
    vec![
        "nonsense".to_owned(),
        "a.b.c".to_owned(),
        format!("{}.", unsigned.rsplit_once('.').unwrap().0),
        unsigned,
        sign(&json!({ "alg": "HS512" }), &good, SECRET),
        sign(&header(), &good, "another secret that has enough characters"),
        sign(&header(), &json!({ "user_id": number }), SECRET),
        sign(&header(), &json!({ "user_id": number.to_string(), "exp": in_an_hour() }), SECRET),
        sign(&header(), &json!({ "user_id": number, "exp": in_an_hour() - 7_200 }), SECRET),
        sign(&header(), &json!({ "user_id": 999_999, "exp": in_an_hour() }), SECRET),
        sign(&header(), &json!({ "exp": in_an_hour() }), SECRET),
    ]
}

async fn number_of(at: &At, name: &str) -> u64 {
    let (_, users) = at.get("/api/v1/users").await;
    let found = users["data"].as_array().unwrap().iter().find(|user| user["name"] == name);
    found.unwrap_or_else(|| panic!("no {name} in {users}"))["id"].as_u64().unwrap()
}

async fn done(at: &At, arguments: &[&str]) -> String {
    let (code, stdout, stderr) = run(&at.server, arguments, "correct horse\n").await;
    assert_eq!(code, Some(0), "{arguments:?}: {stderr}");
    stdout.trim().to_owned()
}

/// A member of a channel, with the channel's number and their own.
struct Scene {
    annie: Person,
    bobby: Person,
    annies: u64,
    bobbys: u64,
    channel: u64,
    conversation: uuid::Uuid,
}

impl Scene {
    async fn start(at: &At) -> Self {
        let (annie, bobby) = (Person::register(&at.server, "annie").await, Person::register(&at.server, "bobby").await);
        let channel = annie.start_channel("crew", VisibilityWord::Private).await;
        annie.rest.add_member(channel.id, bobby.id()).await.unwrap();
        let listed = done(at, &["conversation", "list", "annie"]).await;
        let line = listed.lines().find(|line| line.ends_with("crew")).unwrap();
        let number = line.split_whitespace().next().unwrap().parse().unwrap();
        let (annies, bobbys) = (number_of(at, "annie").await, number_of(at, "bobby").await);
        Self { annie, bobby, annies, bobbys, channel: number, conversation: channel.id }
    }

    async fn socket(&self, at: &At, number: u64) -> Raw {
        let path = format!("/api/v1/chat/{}?token={}", self.channel, token_of(number));
        at.socket(&path).await
    }
}

fn is_message(frame: &Value) -> bool {
    frame["body"].is_object()
}

fn envelope(status: &str, message: &str, data: &Value) -> Value {
    json!({ "status": status, "message": message, "data": data })
}

async fn edit(at: &At, token: Option<&str>, body: &Value) -> (StatusCode, Value) {
    // Whatever the type says, it is read as JSON.
    let request = at.ask(Method::PUT, "/api/v1/users/edit").body(body.to_string());
    answer(match token {
        Some(token) => request.bearer_auth(token),
        None => request,
    })
    .await
}

async fn the_root_says_hello(at: At) {
    let answer = at.ask(Method::GET, "/").send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert!(answer.headers()["content-type"].to_str().unwrap().starts_with("text/plain"));
    assert_eq!(answer.text().await.unwrap(), "Hello world");
    let (status, nothing) = at.get("/nope").await;
    assert_eq!((status, &nothing["status"], &nothing["data"]), (StatusCode::NOT_FOUND, &json!("error"), &Value::Null));
}

async fn the_list_of_users_is_public_and_shows_faces_alone(at: At) {
    assert_eq!(at.get("/api/v1/users").await, (StatusCode::OK, envelope("success", "users retrieved", &json!([]))));
    Person::register(&at.server, "annie").await;
    Person::register(&at.server, "bobby").await;
    Person::guest(&at.server, "Visitor").await;
    let (_, users) = at.get("/api/v1/users").await;
    let listed = users["data"].as_array().unwrap();
    assert_eq!(listed.iter().map(|user| user["name"].as_str().unwrap()).collect::<Vec<_>>(), ["annie", "bobby"]);
    for user in listed {
        assert!(user["id"].is_u64() && user["created_at"].as_str().unwrap().contains('T'), "{user}");
        assert_eq!((&user["username"], &user["email"], &user["avatar_url"]), (&json!(""), &json!(""), &json!("")));
        assert_eq!(user.as_object().unwrap().len(), 6);
    }
    assert!(!users.to_string().contains("example.org"));
}

async fn one_user_is_shown_by_number(at: At) {
    Person::register(&at.server, "annie").await;
    let number = number_of(&at, "annie").await;
    let (status, one) = at.get(&format!("/api/v1/users/{number}")).await;
    let (_, all) = at.get("/api/v1/users").await;
    assert_eq!((status, one), (StatusCode::OK, envelope("success", "user retrieved", &all["data"][0])));
    for unknown in ["999", "0", "-1", "annie"] {
        let refused = at.get(&format!("/api/v1/users/{unknown}")).await;
        assert_eq!(refused, (StatusCode::NOT_FOUND, envelope("error", "user not found", &Value::Null)), "{unknown}");
    }
    let (status, _) = at.get(&format!("/api/v1/users/{number}/avatar")).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

async fn whoever_has_a_token_changes_their_own_names(at: At) {
    Person::register(&at.server, "annie").await;
    let number = number_of(&at, "annie").await;
    let wish = json!({ "name": "Annie Lee", "username": "annielee", "email": "lee@example.org" });
    let edited = edit(&at, Some(&token_of(number)), &wish).await;
    assert_eq!(edited, (StatusCode::OK, envelope("success", "user updated", &Value::Null)));
    assert_eq!(number_of(&at, "Annie Lee").await, number);
    let me = Person::sign_in(&at.server, "annielee").await.rest.me().await.unwrap();
    assert_eq!((me.display_name.as_str(), me.email.as_deref()), ("Annie Lee", Some("lee@example.org")));
    assert!(server_refuses(&at, "annie").await);
}

async fn server_refuses(at: &At, name: &str) -> bool {
    at.server.rest().log_in(name, "correct horse").await.is_err()
}

async fn names_that_cannot_be_are_refused(at: At) {
    Person::register(&at.server, "annie").await;
    Person::register(&at.server, "bobby").await;
    let token = token_of(number_of(&at, "annie").await);
    let good = json!({ "name": "Annie", "username": "annie", "email": "annie@example.org" });
    let long = "a".repeat(21);
    for (field, value, said) in [
        ("name", json!("Ann"), "name must have at least 5 characters"),
        ("username", json!("anna"), "username must have at least 5 characters"),
        ("username", json!(long), "username must have at most 20 characters"),
        ("username", json!("an nie"), "username may hold"),
        ("email", json!("a@b"), "email must have at least 5 characters"),
        ("email", json!("nobody"), "email must be an e-mail address"),
        ("email", json!(7), "invalid type"),
        ("email", Value::Null, "invalid type"),
    ] {
        let mut wish = good.clone();
        wish[field] = value;
        let (status, refusal) = edit(&at, Some(&token), &wish).await;
        assert_eq!(
            (status, &refusal["status"], &refusal["data"]),
            (StatusCode::BAD_REQUEST, &json!("error"), &Value::Null)
        );
        assert!(refusal["message"].as_str().unwrap().starts_with(said), "{refusal}");
    }
    for (field, value, said) in [
        ("username", "BOBBY", "a user with this username already exists"),
        ("email", "bobby@example.org", "a user with this email already exists"),
    ] {
        let mut wish = good.clone();
        wish[field] = json!(value);
        let refused = edit(&at, Some(&token), &wish).await;
        assert_eq!(refused, (StatusCode::CONFLICT, envelope("error", said, &Value::Null)));
    }
    assert_eq!(edit(&at, Some(&token), &good).await.0, StatusCode::OK);
}

async fn a_token_that_is_missing_is_400_and_a_bad_one_401(at: At) {
    let annie = Person::register(&at.server, "annie").await;
    let number = number_of(&at, "annie").await;
    let wish = json!({ "name": "Annie", "username": "annie", "email": "annie@example.org" });
    let missing = (StatusCode::BAD_REQUEST, envelope("error", "Missing or malformed JWT", &Value::Null));
    assert_eq!(edit(&at, None, &wish).await, missing);
    let basic = at.ask(Method::PUT, "/api/v1/users/edit").header("authorization", "Basic eDp5").body(wish.to_string());
    assert_eq!(answer(basic).await, missing);
    let invalid = (StatusCode::UNAUTHORIZED, envelope("error", "Invalid or expired JWT", &Value::Null));
    let own = annie.token().to_owned();
    for token in forgeries(number).into_iter().chain([own]) {
        assert_eq!(edit(&at, Some(&token), &wish).await, invalid, "{token}");
    }
    assert!(at.server.rest().with_token(&token_of(number)).me().await.is_err(), "it opens nothing else");
}

async fn tokens_that_nobody_signed_open_no_socket(at: At) {
    let scene = Scene::start(&at).await;
    for token in forgeries(scene.annies) {
        let refused = at.try_socket(&format!("/api/v1/chat/{}?token={token}", scene.channel), &[]).await;
        assert_eq!(refused.err(), Some(StatusCode::UNAUTHORIZED), "{token}");
    }
    let path = format!("/api/v1/chat/{}", scene.channel);
    assert_eq!(at.try_socket(&path, &[]).await.err(), Some(StatusCode::UNAUTHORIZED));
    let bearer = format!("Bearer {}", token_of(scene.annies));
    assert!(at.try_socket(&path, &[("authorization", &bearer)]).await.is_ok());
}

async fn only_members_are_let_in(at: At) {
    let scene = Scene::start(&at).await;
    let cora = Person::register(&at.server, "coralie").await;
    let coras = number_of(&at, "coralie").await;
    scene.annie.rest.create_conversation(&direct(cora.id())).await.unwrap();
    let listed = done(&at, &["conversation", "list", "annie"]).await;
    let direct = listed.lines().find(|line| line.contains("direct")).unwrap().split_whitespace().next().unwrap();
    for (channel, number) in [
        (scene.channel.to_string(), coras),
        ("999".to_owned(), scene.annies),
        ("crew".to_owned(), scene.annies),
        (direct.to_owned(), scene.annies),
    ] {
        let refused = at.try_socket(&format!("/api/v1/chat/{channel}?token={}", token_of(number)), &[]).await;
        assert_eq!(refused.err(), Some(StatusCode::FORBIDDEN), "{channel}");
    }
    for query in ["", "?token=x", &format!("?token={}", token_of(scene.annies))] {
        let plain = at.get(&format!("/api/v1/chat/{}{query}", scene.channel)).await;
        assert_eq!(plain, (StatusCode::UPGRADE_REQUIRED, envelope("error", "Upgrade Required", &Value::Null)));
    }
}

async fn what_is_said_reaches_every_member_who_is_connected(at: At) {
    let scene = Scene::start(&at).await;
    let (mut annie, mut bobby) = (scene.socket(&at, scene.annies).await, scene.socket(&at, scene.bobbys).await);
    annie.say(json!({ "type": "text", "content": "hi 🦀" })).await;
    let mut replies = [annie.next().await, annie.next().await];
    replies.sort_by_key(is_message);
    let [reply, heard] = replies;
    assert_eq!(reply, json!({ "success": true, "message": "Message sent successfully" }));
    assert!(heard["id"].is_u64() && heard["created_at"].as_str().unwrap().contains('T'), "{heard}");
    assert_eq!((&heard["user_id"], &heard["channel_id"]), (&json!(scene.annies), &json!(scene.channel)));
    assert_eq!(heard["body"], json!({ "type": "text", "content": "hi 🦀" }));
    assert_eq!(heard["user"], json!({ "id": scene.annies, "name": "annie", "avatar_url": "" }));
    assert_eq!(heard.as_object().unwrap().len(), 6);
    assert_eq!(bobby.next().await, heard);
    bobby.is_silent().await;
    let mut third = scene.socket(&at, scene.bobbys).await;
    annie.say(json!({ "type": "text", "content": "all devices" })).await;
    assert_eq!(bobby.next().await, third.next().await);
}

async fn a_body_is_told_as_it_was_sent(at: At) {
    let scene = Scene::start(&at).await;
    let (mut annie, mut bobby) = (scene.socket(&at, scene.annies).await, scene.socket(&at, scene.bobbys).await);
    let body = json!({ "type": "text", "content": "hi", "client_id": "7f", "reply": { "to": 12, "tags": [1, null] } });
    annie.say(&body).await;
    assert_eq!(bobby.next().await["body"], body);
}

async fn a_file_keeps_all_its_fields_and_reads_well_elsewhere(at: At) {
    let scene = Scene::start(&at).await;
    let (mut annie, mut bobby) = (scene.socket(&at, scene.annies).await, scene.socket(&at, scene.bobbys).await);
    let body = json!({
        "type": "file", "file_id": 9, "filename": "report.pdf", "mime_type": "application/pdf",
        "url": "https://files.example/9", "size_in_bytes": 1_234,
    });
    annie.say(&body).await;
    assert_eq!(bobby.next().await["body"], body);
    assert_eq!(annie.next_where(is_message).await["body"], body);
    let kept = scene.bobby.rest.messages(scene.conversation, "").await.unwrap().items;
    let link = "[report.pdf](<https://files.example/9> 'application/pdf, 1234 bytes, file 9')";
    assert_eq!(kept.last().unwrap().content.as_deref(), Some(link));
}

async fn what_is_said_by_other_ways_arrives_as_text(at: At) {
    let scene = Scene::start(&at).await;
    let mut annie = scene.socket(&at, scene.annies).await;
    for text in ["hello", "[a](<b> 'c, 1 bytes, file 9')"] {
        scene.bobby.say(scene.conversation, text).await;
        let heard = annie.next().await;
        assert_eq!(heard["body"], json!({ "type": "text", "content": text }));
        assert_eq!(heard["user_id"], scene.bobbys);
    }
    annie.say(json!({ "type": "text", "content": "and back" })).await;
    annie.next_where(is_message).await;
    let kept = scene.bobby.rest.messages(scene.conversation, "").await.unwrap().items;
    assert_eq!(kept.first().unwrap().content.as_deref(), Some("and back"));
}

async fn messages_of_one_arrive_in_the_order_they_were_sent(at: At) {
    let scene = Scene::start(&at).await;
    let (mut annie, mut bobby) = (scene.socket(&at, scene.annies).await, scene.socket(&at, scene.bobbys).await);
    for n in 0..30 {
        annie.say(json!({ "type": "text", "content": n.to_string() })).await;
    }
    let mut last = 0;
    for n in 0..30 {
        let heard = bobby.next().await;
        assert_eq!(heard["body"]["content"], n.to_string());
        assert!(heard["id"].as_u64().unwrap() > last);
        last = heard["id"].as_u64().unwrap();
    }
}

async fn what_cannot_be_said_is_refused_in_words_and_the_socket_stays(at: At) {
    let scene = Scene::start(&at).await;
    let (mut annie, mut bobby) = (scene.socket(&at, scene.annies).await, scene.socket(&at, scene.bobbys).await);
    let no_file = "file messages must have 'file_id', 'filename', 'mime_type', 'url' and 'size_in_bytes' fields";
    for (said, why) in [
        ("hello", "Invalid message body JSON"),
        ("[]", "Invalid message body JSON"),
        ("{}", "Message body must have a 'type' field"),
        (r#"{"type":"text"}"#, "text messages must have a non-empty 'content' field"),
        (r#"{"type":"text","content":""}"#, "text messages must have a non-empty 'content' field"),
        (r#"{"type":"file","filename":"a"}"#, no_file),
        (r#"{"type":"audio"}"#, "unsupported message type"),
    ] {
        annie.say(said).await;
        assert_eq!(annie.next().await, json!({ "success": false, "message": why }), "{said}");
    }
    bobby.is_silent().await;
    annie.say(json!({ "type": "text", "content": "still here" })).await;
    assert_eq!(bobby.next().await["body"]["content"], "still here");
}

async fn a_body_may_have_10_240_bytes(at: At) {
    let scene = Scene::start(&at).await;
    let (mut annie, mut bobby) = (scene.socket(&at, scene.annies).await, scene.socket(&at, scene.bobbys).await);
    let text = |length: usize| format!(r#"{{"type":"text","content":"{}"}}"#, "x".repeat(length));
    let around = text(0).len();
    annie.say(text(10_240 - around)).await;
    assert_eq!(bobby.next().await["body"]["content"].as_str().unwrap().len(), 10_240 - around);
    annie.next_where(is_message).await;
    // It is read back whole by every other way.
    let kept = scene.bobby.rest.messages(scene.conversation, "").await.unwrap().items;
    assert_eq!(kept.last().unwrap().content.as_ref().unwrap().len(), 10_240 - around);
    annie.say(text(10_241 - around)).await;
    let refused = annie.next_where(|frame| frame["success"] == false).await;
    assert_eq!(refused["message"], "Message size exceeds limit");
    annie.say(text(200_000)).await;
    assert_eq!(annie.closed().await, Some(1009));
}

async fn whoever_is_removed_loses_the_sockets_of_that_channel_alone(at: At) {
    let scene = Scene::start(&at).await;
    let other = scene.annie.start_channel("other", VisibilityWord::Private).await;
    scene.annie.rest.add_member(other.id, scene.bobby.id()).await.unwrap();
    let listed = done(&at, &["conversation", "list", "bobby"]).await;
    let other = listed.lines().find(|line| line.ends_with("other")).unwrap().split_whitespace().next().unwrap();
    let token = token_of(scene.bobbys);
    let mut annie = scene.socket(&at, scene.annies).await;
    let (mut gone, mut stays) =
        (scene.socket(&at, scene.bobbys).await, at.socket(&format!("/api/v1/chat/{other}?token={token}")).await);
    scene.annie.rest.remove_member(scene.conversation, scene.bobby.id()).await.unwrap();
    assert_eq!(gone.next().await, json!({ "success": false, "message": "You are not a member of this channel" }));
    assert_eq!(gone.closed().await, Some(1008));
    annie.say(json!({ "type": "text", "content": "among us" })).await;
    annie.next_where(is_message).await;
    stays.is_silent().await;
    stays.say(json!({ "type": "text", "content": "still here" })).await;
    stays.next_where(is_message).await;
    let again = at.try_socket(&format!("/api/v1/chat/{}?token={token}", scene.channel), &[]).await;
    assert_eq!(again.err(), Some(StatusCode::FORBIDDEN));
    // On the command line, too: the server finds it in the log.
    done(&at, &["conversation", "remove", other, "bobby", "--by", "annie"]).await;
    assert_eq!(stays.closed().await, Some(1008));
}

async fn a_closed_account_has_no_sockets_and_no_tokens(at: At) {
    let scene = Scene::start(&at).await;
    let (mut annie, mut bobby) = (scene.socket(&at, scene.annies).await, scene.socket(&at, scene.bobbys).await);
    done(&at, &["user", "disable", "bobby"]).await;
    assert_eq!(bobby.closed().await, Some(1008));
    let path = format!("/api/v1/chat/{}?token={}", scene.channel, token_of(scene.bobbys));
    assert_eq!(at.try_socket(&path, &[]).await.err(), Some(StatusCode::UNAUTHORIZED));
    let wish = json!({ "name": "Bobby", "username": "bobby", "email": "bobby@example.org" });
    assert_eq!(edit(&at, Some(&token_of(scene.bobbys)), &wish).await.0, StatusCode::UNAUTHORIZED);
    annie.is_silent().await;
    done(&at, &["user", "enable", "bobby"]).await;
    assert!(at.try_socket(&path, &[]).await.is_ok());
}

async fn ten_requests_in_thirty_seconds_and_no_more_from_one_address(mut at: At) {
    let scene = Scene::start(&at).await;
    let listener = "group-server=127.0.0.1:0";
    let strict = [
        ("RIALTO__LISTENERS", listener),
        ("GROUP_SERVER_JWT_SECRET", SECRET),
        ("RIALTO__LIMITS__LOOPBACK_FACTOR", "1"),
        ("RIALTO__SERVER__TRUSTED_PROXIES", "127.0.0.1"),
    ];
    at.server.restart_with(&strict).await;
    let place = at.server.places_of("group-server")[1].clone();
    let client = reqwest::Client::new();
    let from = |address: &str| client.get(format!("{place}/api/v1/users")).header("x-forwarded-for", address).send();
    for _ in 0..9 {
        assert_eq!(from("192.0.2.1").await.unwrap().status(), 200);
    }
    let socket =
        format!("{place}/api/v1/chat/{}?token={}", scene.channel, token_of(scene.annies)).replacen("http", "ws", 1);
    let upgrade = || {
        use tokio_tungstenite::tungstenite::client::IntoClientRequest;
        let mut request = socket.as_str().into_client_request().unwrap();
        request.headers_mut().insert("x-forwarded-for", "192.0.2.1".parse().unwrap());
        tokio_tungstenite::connect_async(request)
    };
    let (mut open, _) = upgrade().await.unwrap();
    let refused = from("192.0.2.1").await.unwrap();
    assert_eq!(refused.status(), 429);
    let wait: u64 = refused.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=30).contains(&wait), "{wait}");
    assert_eq!(refused.json::<Value>().await.unwrap(), json!({ "error": "Rate limit exceeded" }));
    assert!(upgrade().await.is_err(), "an upgrade is a request");
    assert_eq!(from("192.0.2.2").await.unwrap().status(), 200, "another address has an allowance of its own");
    for n in 0..20 {
        let said = json!({ "type": "text", "content": n.to_string() }).to_string();
        futures_util::SinkExt::send(&mut open, said.into()).await.unwrap();
    }
    let mut succeeded = 0;
    while succeeded < 20 {
        let frame = futures_util::StreamExt::next(&mut open).await.unwrap().unwrap();
        let frame: Value = serde_json::from_str(frame.to_text().unwrap()).unwrap();
        assert_ne!(frame["success"], false, "messages are no requests: {frame}");
        succeeded += usize::from(frame["success"] == true);
    }
}

async fn users_channels_members_and_tokens_are_made_on_the_command_line(at: At) {
    for name in ["annie", "bobby"] {
        let address = format!("{name}@example.org");
        done(&at, &["user", "create", name, "--email", &address, "--password-stdin"]).await;
    }
    let channel = done(&at, &["conversation", "create", "crew", "--owner", "annie"]).await;
    done(&at, &["conversation", "add", &channel, "bobby", "--by", "annie"]).await;
    let listed = done(&at, &["conversation", "list", "bobby"]).await;
    assert!(listed.lines().any(|line| line.starts_with(&channel) && line.ends_with("crew")), "{listed}");
    let (annies, bobbys) = (
        done(&at, &["token", "sign", "annie"]).await,
        done(&at, &["token", "sign", "bobby", "--expires-in-hours", "1"]).await,
    );
    let number = done(&at, &["user", "number", "bobby"]).await;
    assert_eq!(number, number_of(&at, "bobby").await.to_string());
    let mut annie = at.socket(&format!("/api/v1/chat/{channel}?token={annies}")).await;
    let mut bobby = at.socket(&format!("/api/v1/chat/{channel}?token={bobbys}")).await;
    bobby.say(json!({ "type": "text", "content": "hi" })).await;
    assert_eq!(annie.next().await["user_id"].to_string(), number);
    for (arguments, words) in [
        (vec!["conversation", "add", "999", "bobby", "--by", "annie"], "there is no conversation 999"),
        (vec!["conversation", "add", &channel, "nobody", "--by", "annie"], "there is no user \"nobody\""),
        (vec!["conversation", "remove", &channel, "annie", "--by", "bobby"], "role"),
        (vec!["conversation", "create", "CREW", "--owner", "bobby"], "another channel has this name"),
        (vec!["token", "sign", "bobby", "--surface", "realtime-chat"], "come from signing in there"),
    ] {
        let (code, _, stderr) = run(&at.server, &arguments, "").await;
        assert_ne!(code, Some(0), "{arguments:?}");
        assert!(stderr.contains(words), "{words:?} in {stderr}");
    }
}

async fn without_a_secret_the_surface_is_off(mut at: At) {
    at.server.restart_with(&[]).await;
    let place = at.server.places_of("group-server")[0].clone();
    let client = reqwest::Client::new();
    assert_eq!(client.get(format!("{place}/")).send().await.unwrap().status(), 200);
    for path in ["/api/v1/users", "/api/v1/users/1", "/api/v1/chat/1?token=x"] {
        let (status, refusal) = answer(client.get(format!("{place}{path}"))).await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
        assert!(refusal["message"].as_str().unwrap().contains("compat.group_server.shared_secret"), "{refusal}");
    }
    let (code, _, stderr) = run(&at.server, &["token", "sign", "annie"], "").await;
    assert_eq!(code, Some(2), "{stderr}");
    assert!(stderr.contains("shared_secret"), "{stderr}");
}

async fn listed_pages_may_ask(mut at: At) {
    let listed = [("GROUP_SERVER_JWT_SECRET", SECRET), ("ALLOWED_ORIGINS", "https://app.example, https://b.example")];
    at.server.restart_with(&listed).await;
    let place = at.server.places_of("group-server")[0].clone();
    let client = reqwest::Client::new();
    let ask = |method, origin| client.request(method, format!("{place}/api/v1/users")).header("origin", origin).send();
    for method in [Method::GET, Method::OPTIONS] {
        let answer = ask(method.clone(), "https://app.example").await.unwrap();
        assert!(answer.status().is_success());
        assert_eq!(answer.headers()["access-control-allow-origin"], "https://app.example");
        for foreign in ["https://app.example.evil.example", "null"] {
            let answer = ask(method.clone(), foreign).await.unwrap();
            assert!(!answer.headers().contains_key("access-control-allow-origin"), "{foreign}");
        }
    }
}
