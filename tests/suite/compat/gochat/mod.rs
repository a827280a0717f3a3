//! Conversations of two and of groups, for whose clients messages wait.

mod auth;
mod conversations;
mod pages;
mod sockets;
mod waiting;

use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

use super::support::{At, Raw, at_both_places, json as answer};

const SECRET: &str = "c3e3f619ae513a7bfe6eceb2c36052f9831b71e3797611f299ea659f3ac2caf8";
const SETTINGS: &[(&str, &str)] = &[("JWT_SECRET", SECRET)];

/// Somebody who is signed in by this way.
struct User {
    id: String,
    name: String,
    token: String,
    refresh: String,
}

impl User {
    async fn register(at: &At, name: &str) -> Self {
        let account = json!({ "email": format!("{name}@example.org"), "username": name, "password": "correct horse" });
        let (status, made) = post(at, "/api/v1/auth/register", &account).await;
        assert_eq!(status, StatusCode::CREATED, "{made}");
        Self::of(name, &made)
    }

    /// Signs in to an account that was made by whatever way.
    async fn log_in(at: &At, name: &str) -> Self {
        let login = json!({ "email": format!("{name}@example.org"), "password": "correct horse" });
        let (status, signed_in) = post(at, "/api/v1/auth/login", &login).await;
        assert_eq!(status, StatusCode::OK, "{signed_in}");
        Self::of(name, &signed_in)
    }

    fn of(name: &str, signed_in: &Value) -> Self {
        Self {
            id: text(&signed_in["user"]["id"]),
            name: name.to_owned(),
            token: text(&signed_in["tokens"]["access_token"]),
            refresh: text(&signed_in["tokens"]["refresh_token"]),
        }
    }

    fn ask(&self, at: &At, method: Method, path: &str) -> RequestBuilder {
        at.ask(method, path).bearer_auth(&self.token)
    }

    async fn get(&self, at: &At, path: &str) -> (StatusCode, Value) {
        answer(self.ask(at, Method::GET, path)).await
    }

    async fn post(&self, at: &At, path: &str, body: &Value) -> (StatusCode, Value) {
        answer(self.ask(at, Method::POST, path).json(body)).await
    }

    async fn connect(&self, at: &At) -> Raw {
        at.socket(&format!("/ws?token={}", self.token)).await
    }

    /// The conversation with one other.
    async fn direct(&self, at: &At, other: &Self) -> String {
        let (status, made) = self.post(at, "/api/v1/conversations", &json!({ "participant_id": other.id })).await;
        assert!(status.is_success(), "{made}");
        text(&made["conversation"]["id"])
    }

    async fn group(&self, at: &At, others: &[&Self]) -> String {
        let ids: Vec<_> = others.iter().map(|other| other.id.as_str()).collect();
        let body = json!({ "name": "crew", "participant_ids": ids });
        let (status, made) = self.post(at, "/api/v1/conversations", &body).await;
        assert_eq!(status, StatusCode::CREATED, "{made}");
        text(&made["conversation"]["id"])
    }

    async fn messages(&self, at: &At, conversation: &str, query: &str) -> Value {
        let (status, page) = self.get(at, &format!("/api/v1/conversations/{conversation}/messages{query}")).await;
        assert_eq!(status, StatusCode::OK, "{page}");
        page
    }
}

async fn post(at: &At, path: &str, body: &Value) -> (StatusCode, Value) {
    answer(at.ask(Method::POST, path).json(body)).await
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}

fn uuid(value: &Value) -> Uuid {
    text(value).parse().unwrap()
}

fn said(conversation: &str, content: &str) -> Value {
    json!({ "conversation_id": conversation, "content": content })
}

/// It is refused with this status and text, in the one form that refusals have.
fn assert_refused((status, body): (StatusCode, Value), expected: u16, why: &str) {
    assert_eq!(
        (status.as_u16(), body["error"].as_str(), body["success"].as_bool()),
        (expected, Some(why), Some(false))
    );
    assert_eq!(body["message"], body["error"]);
    uuid(&body["request_id"]);
    assert_eq!(body.as_object().unwrap().len(), 4, "{body}");
}

/// The contents of messages or frames.
fn contents(messages: &Value) -> Vec<&str> {
    messages.as_array().unwrap().iter().map(|message| message["content"].as_str().unwrap()).collect()
}
