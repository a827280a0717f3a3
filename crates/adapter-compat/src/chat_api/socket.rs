//! `GET /api/ws/connect`.

use std::collections::HashMap;
use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use rialto_identity::User;
use rialto_kernel::{ConversationId, Network};
use rialto_messaging::{Event, EventBody, Message};
use serde::Deserialize;
use serde_json::{Value, json};

use super::State;
use super::caller::Caller;
use super::place::Place;
use super::refusal::Refusal;
use super::say::{Saying, say};
use super::view::MessageView;
use crate::socket::{NotASocket, Talk, Upgrade, WebSocket, attend, turn_away};

/// A larger frame closes the socket.
const MAX_FRAME: usize = 512;

pub(super) async fn connect(
    req: HttpRequest,
    state: web::Data<State>,
    caller: Caller,
) -> Result<HttpResponse, Refusal> {
    let deps = state.deps.clone();
    let serve = move |socket| serve(socket, state, caller);
    (Upgrade { req: &req, max_message: MAX_FRAME }).accept(&deps, serve).map_err(|refusal| match refusal {
        NotASocket::NotAsked => Refusal::bad("Bad Request"),
        NotASocket::Full => Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "The server is full; try again later"),
    })
}

async fn serve(socket: WebSocket, state: web::Data<State>, caller: Caller) {
    let deps = state.deps.clone();
    let (user, session) = (caller.id(), caller.session());
    match deps.feed.subscribe(&deps.messaging, user, session).await {
        Ok(subscription) => {
            let _counted = state.connected.enter(user, caller.user().username.as_str());
            let Caller { proven, from } = caller;
            let mut chat = Chat { state, user: proven.user, from, places: HashMap::new() };
            attend(socket, subscription, &deps, (user, session), &mut chat).await;
        }
        Err(why) => turn_away(socket, error(Refusal::from(why).text())).await,
    }
}

/// One user's socket.
struct Chat {
    state: web::Data<State>,
    user: User,
    from: Network,
    /// Of conversations in which something was said while the socket is open.
    places: HashMap<ConversationId, Place>,
}

#[derive(Debug, Deserialize)]
struct Heard {
    #[serde(rename = "type")]
    kind: String,
}

impl Chat {
    async fn say(&self, text: &str) -> Vec<String> {
        let Ok(saying) = serde_json::from_str::<Saying>(text) else { return vec![error("Invalid message format")] };
        match say(&self.state, &self.user, self.from, saying).await {
            // It comes back with the feed, in the order in which all hear it.
            Ok(_) => Vec::new(),
            Err(refusal) => vec![error(refusal.text())],
        }
    }

    /// A message as this user is told of it; `None` if it is not told, or if the user is not there any more.
    async fn tell_of(&mut self, message: &Message) -> Option<String> {
        let id = message.conversation_id;
        if !self.places.contains_key(&id) {
            let place = Place::of_id(id, self.user.id, &self.state.deps.messaging).await.ok()?;
            self.places.insert(id, place);
        }
        let place = self.places.get(&id)?;
        let kind = if matches!(place, Place::Direct(_)) { "direct_message" } else { "message" };
        let view = MessageView::of(message, place)?;
        Some(json!({ "type": kind, "message": view }).to_string())
    }
}

impl Talk for Chat {
    async fn greet(&mut self) -> Vec<String> {
        let name = self.user.username.as_str();
        let greeting = json!({ "type": "connection", "status": "connected", "user_id": name, "username": name });
        vec![greeting.to_string()]
    }

    async fn hear(&mut self, text: &str) -> Vec<String> {
        let Ok(Heard { kind }) = serde_json::from_str(text) else { return vec![error("Invalid message format")] };
        match kind.as_str() {
            "ping" => vec![json!({ "type": "pong", "status": "ok" }).to_string()],
            "message" => self.say(text).await,
            other => vec![error(&format!("Unknown message type {}", Value::from(other)))],
        }
    }

    async fn tell(&mut self, event: &Arc<Event>) -> Vec<String> {
        match &event.body {
            EventBody::MessageCreated(message) => self.tell_of(message).await.into_iter().collect(),
            _ => Vec::new(),
        }
    }
}

fn error(why: &str) -> String {
    json!({ "type": "error", "error": why }).to_string()
}
