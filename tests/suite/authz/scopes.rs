//! Tokens of programs: on every route they are good for what their scopes say, and for nothing else.

use reqwest::{Client, Method};
use serde_json::Value;

use super::Role;
use super::stage::Stage;
use super::table::{Row, rows};
use crate::support::{Backend, Server};

const SCOPES: [&str; 4] = ["messages:read", "messages:write", "prices:read", "profile:read"];
const OPEN: [&str; 7] = ["register", "login", "guest", "refresh", "setup", "password/forgot", "password/reset"];
/// Whose word counts on order in a conversation, or on the conversation itself.
const ORDER: [&str; 5] = ["/report", "/mutes/", "/bans", "/audit", "/members/"];

/// What a route needs by the rules of the documentation: a scope, `session`, or nothing.
fn needed(row: &Row) -> Option<&'static str> {
    let path = row.path.strip_prefix("/api/v1/")?;
    let reads = row.method == Method::GET;
    if path.ends_with("api.json") || path.strip_prefix("auth/").is_some_and(|path| OPEN.contains(&path)) {
        return None;
    }
    Some(match path {
        "auth/me" | "users" | "users/{id}" | "users/{id}/avatar" | "presence" => "profile:read",
        _ if path.starts_with("users/me") => "session",
        "crypto/cache" => "session",
        _ if path.starts_with("crypto/") => "prices:read",
        _ if path.starts_with("watchlist") || path.starts_with("alerts") => "session",
        _ if path.starts_with("auth/") || path.starts_with("admin/") || path.starts_with("moderation/") => "session",
        _ if ORDER.iter().any(|part| path.contains(part)) => "session",
        "conversations/{id}" | "conversations/{id}/members" if !reads => "session",
        _ if reads => "messages:read",
        _ => "messages:write",
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_program_may_what_its_scopes_say_and_nothing_else() {
    let server = Server::start(Backend::Sqlite).await;
    let stage = Stage::set_up(&server).await;
    let document: Value = reqwest::get(server.url("/api/v1/openapi.json")).await.unwrap().json().await.unwrap();
    let everything = stage.api_token(Role::Owner, &SCOPES).await;
    let of_an_admin = stage.api_token(Role::ServerAdmin, &SCOPES).await;
    let mut alone = Vec::new();
    let mut without = Vec::new();
    for scope in SCOPES {
        alone.push(stage.api_token(Role::Owner, &[scope]).await);
        let others: Vec<_> = SCOPES.into_iter().filter(|other| *other != scope).collect();
        without.push(stage.api_token(Role::Owner, &others).await);
    }
    let client = Client::new();
    let ask = async |row: &Row, token: &str| {
        let answer = stage.request(&client, row).bearer_auth(token).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    let is_refused = |(status, body): &(u16, String), named: &str| {
        *status == 403 && body.contains("\"scope_missing\"") && body.contains(named)
    };
    for row in rows() {
        let (method, path) = (row.method.as_str(), row.path);
        let need = needed(&row);
        let told = document["paths"][path][method.to_lowercase()]["x-rialto-needs"].as_str();
        assert_eq!(told, need, "{method} {path}");
        match need {
            Some("session") => {
                for token in [&everything, &of_an_admin] {
                    let answer = ask(&row, token).await;
                    assert!(is_refused(&answer, "session"), "{method} {path}: {answer:?}");
                }
            }
            Some(scope) => {
                let number = SCOPES.iter().position(|known| *known == scope).unwrap();
                let answer = ask(&row, &without[number]).await;
                assert!(is_refused(&answer, scope), "{method} {path}: {answer:?}");
                let (status, body) = ask(&row, &alone[number]).await;
                assert!(status != 401 && !body.contains("scope_missing"), "{method} {path}: {status} {body}");
            }
            None => {
                let (_, body) = ask(&row, &everything).await;
                assert!(!body.contains("\"scope_missing\""), "{method} {path}: {body}");
            }
        }
    }
}
