//! Tokens that are none: on every route that needs one they open nothing.

use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as B64;
use reqwest::Client;
use ring::hmac;
use serde_json::{Value, json};

use super::Role;
use super::stage::Stage;
use super::table::rows;
use crate::support::{Backend, Person, Server};

const SECRET: &str = "5c1f0b1e7a94d3826f5c1f0b1e7a94d3826f5c1f";
const OTHER_SECRET: &str = "e7a94d3826f5c1f0b15c1f0b1e7a94d3826f5c1f";

fn part(token: &str, n: usize) -> Value {
    serde_json::from_slice(&B64.decode(token.split('.').nth(n).unwrap()).unwrap()).unwrap()
}

fn sign(header: &Value, payload: &Value, secret: &str) -> String {
    let message = format!("{}.{}", B64.encode(header.to_string()), B64.encode(payload.to_string()));
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let signature = B64.encode(hmac::sign(&key, message.as_bytes()));
    format!("{message}.{signature}")
}

fn but(object: &Value, name: &str, value: Value) -> Value {
    let mut object = object.clone();
    object[name] = value;
    object
}

/// Made of a token that works, each wrong in one thing.
fn forgeries(good: &Person) -> Vec<(&'static str, String)> {
    let token = good.token();
    let (header, payload) = (part(token, 0), part(token, 1));
    #[expect(clippy::disallowed_methods, reason = "a test has no clock but this one")]
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let (message, signature) = token.rsplit_once('.').unwrap();
    let none = but(&header, "alg", json!("none"));
    let unsigned = format!("{}.{}.", B64.encode(none.to_string()), B64.encode(payload.to_string()));
    let other_user = but(&payload, "sub", json!(uuid::Uuid::from_u128(1)));
    let tampered = format!("{}.{}.{signature}", B64.encode(header.to_string()), B64.encode(other_user.to_string()));
    vec![
        ("expired", sign(&header, &but(&payload, "exp", json!(now - 10)), SECRET)),
        ("tampered with", tampered),
        ("without its signature", format!("{message}.")),
        ("of no algorithm", unsigned),
        ("of no algorithm, but signed", sign(&none, &payload, SECRET)),
        ("of another key", sign(&header, &payload, OTHER_SECRET)),
        ("of an unknown key", sign(&but(&header, "kid", json!("mine")), &payload, OTHER_SECRET)),
        ("of another kind", sign(&but(&header, "typ", json!("JWT")), &payload, SECRET)),
        ("for somebody else", sign(&header, &but(&payload, "aud", json!("other-api")), SECRET)),
        ("to refresh with", good.signed_in.tokens.refresh_token.clone()),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_route_that_needs_a_token_takes_a_false_one() {
    let server = Server::start_with(Backend::Sqlite, &[("JWT_SECRET", SECRET)]).await;
    let stage = Stage::set_up(&server).await;
    let ann = Person::register(&server, "ann").await;
    let (header, payload) = (part(ann.token(), 0), part(ann.token(), 1));
    let own = server.rest().with_token(&sign(&header, &payload, SECRET));
    assert!(own.me().await.is_ok(), "what the forger signs rightly works");
    let (client, mut wrong, mut asked) = (Client::new(), Vec::new(), 0);
    for row in rows().into_iter().filter(|row| row.expected[Role::Anonymous as usize] == 401) {
        for (what, token) in forgeries(&ann) {
            let response = stage.request(&client, &row).bearer_auth(token).send().await.unwrap();
            let (status, text) = (response.status().as_u16(), response.text().await.unwrap());
            asked += 1;
            if status != 401 {
                wrong.push(format!("{} {} with a token {what}: {status}: {text:.200}", row.method, row.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(asked >= 400, "{asked}");
    assert!(ann.rest.me().await.is_ok());
}
