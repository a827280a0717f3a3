//! Somebody who uses the surface.

use reqwest::{Method, RequestBuilder, StatusCode};
use rialto_client::Rest;
use serde_json::{Value, json};

use crate::compat::support::{At, Raw, json as answer};

/// Everybody's password.
pub const PASSWORD: &str = "secret1";

/// Somebody who is signed in here, by a token.
pub struct User {
    pub name: String,
    pub id: String,
    pub token: String,
}

/// Makes an account and logs in.
pub async fn user(at: &At, name: &str) -> User {
    let (status, made) = answer(register(at, name)).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    let (status, opened) = log_in(at, name, PASSWORD).await;
    assert_eq!(status, StatusCode::OK, "{opened}");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    User { name: name.to_owned(), id: text(&made["id"]), token: text(&opened["token"]) }
}

pub fn register(at: &At, name: &str) -> RequestBuilder {
    let body = json!({ "username": name, "email": format!("{name}@example.org"), "password": PASSWORD });
    at.ask(Method::POST, "/api/auth/register").body(body.to_string())
}

pub async fn log_in(at: &At, name: &str, password: &str) -> (StatusCode, Value) {
    let body = json!({ "username": name, "password": password });
    answer(at.ask(Method::POST, "/api/auth/login").body(body.to_string())).await
}

impl User {
    /// A request in their name.
    pub fn ask(&self, at: &At, method: Method, path: &str) -> RequestBuilder {
        at.ask(method, path).bearer_auth(&self.token)
    }

    pub async fn get(&self, at: &At, path: &str) -> (StatusCode, Value) {
        answer(self.ask(at, Method::GET, path)).await
    }

    /// Sends JSON without saying that it is JSON, as `curl -d` does.
    pub async fn post(&self, at: &At, path: &str, body: Value) -> (StatusCode, Value) {
        answer(self.ask(at, Method::POST, path).body(body.to_string())).await
    }

    /// A socket that has been greeted.
    pub async fn connect(&self, at: &At) -> Raw {
        let bearer = format!("Bearer {}", self.token);
        let mut socket = at.try_socket("/api/ws/connect", &[("authorization", &bearer)]).await.unwrap();
        let greeting =
            json!({ "type": "connection", "status": "connected", "user_id": self.name, "username": self.name });
        assert_eq!(socket.next().await, greeting);
        socket
    }

    /// The same person on the server's own API.
    pub async fn rest(&self, at: &At) -> Rest {
        let rest = at.server.rest();
        let signed_in = rest.log_in(&self.name, PASSWORD).await.unwrap();
        rest.with_token(&signed_in.tokens.access_token)
    }

    /// Makes a room, and says which.
    pub async fn make_room(&self, at: &At, name: &str, members: &[&Self]) -> String {
        let members: Vec<&str> = members.iter().map(|member| member.id.as_str()).collect();
        let (status, room) = self.post(at, "/api/rooms", json!({ "name": name, "members": members })).await;
        assert_eq!(status, StatusCode::OK, "{room}");
        room["id"].as_str().unwrap().to_owned()
    }
}

/// What a refusal says: one line.
pub fn line(text: &str) -> Value {
    json!(format!("{text}\n"))
}

/// The texts of a list of messages.
pub fn contents(messages: &Value) -> Vec<&str> {
    messages.as_array().unwrap().iter().map(|message| message["content"].as_str().unwrap()).collect()
}

/// An id as the server's own API writes it.
pub fn uuid(hex: &str) -> uuid::Uuid {
    assert_eq!(hex.len(), 32, "{hex}");
    uuid::Uuid::parse_str(hex).unwrap()
}
