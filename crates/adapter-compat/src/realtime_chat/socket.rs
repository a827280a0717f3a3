//! `GET /ws?username=NAME`.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use rialto_convert::identity::actor;
use rialto_identity::service::{AdmissionError, EnterAsGuest, RegisterError};
use rialto_identity::{Device, DisplayName, SignedIn};
use rialto_kernel::{InvalidValue, Network, RateClass};
use rialto_messaging::service::SendMessage;
use rialto_messaging::{Event, EventBody, LOBBY, MessageContent};
use serde::Deserialize;

use super::frame;
use super::pages::text;
use super::room::Room;
use crate::client::{device_of, network_of};
use crate::deps::CompatDeps;
use crate::feed::Mailbox;
use crate::limits;
use crate::send::{SendError, send};
use crate::socket::{NotASocket, Talk, Upgrade, WebSocket, attend, turn_away};

/// What the server that this surface stands in for left open.
const MAX_FRAME: usize = 64 * 1_024;

/// What a name may have been cut to.
const MAX_NAME: usize = 50;

#[derive(Debug, Deserialize)]
pub(super) struct ConnectQuery {
    username: Option<String>,
}

pub(super) async fn connect(
    req: HttpRequest,
    query: web::Query<ConnectQuery>,
    deps: web::Data<CompatDeps>,
    room: web::Data<Room>,
) -> HttpResponse {
    let Ok(name) = name_of(query.into_inner().username.as_deref()) else {
        return text(StatusCode::BAD_REQUEST, "This name cannot be shown".to_owned());
    };
    let guest = Newcomer { name, device: device_of(&req, &deps.settings), from: network_of(&req, &deps.settings) };
    if limits::take_from_address(&deps, &req, RateClass::SignIn).await.is_err() {
        return text(StatusCode::TOO_MANY_REQUESTS, "Too many connections; try again after a pause".to_owned());
    }
    let served = deps.clone();
    let serve = move |socket| serve(socket, served, room, guest);
    match (Upgrade { req: &req, max_message: MAX_FRAME }).accept(&deps, serve) {
        Ok(response) => response,
        Err(NotASocket::NotAsked) => text(StatusCode::BAD_REQUEST, "Bad Request".to_owned()),
        Err(NotASocket::Full) => {
            text(StatusCode::SERVICE_UNAVAILABLE, "The server is full; try again later".to_owned())
        }
    }
}

/// Names need not be unique; whoever has none that can be shown is anonymous.
fn name_of(given: Option<&str>) -> Result<DisplayName, InvalidValue> {
    let cut: String = given.unwrap_or_default().trim().chars().take(MAX_NAME).collect();
    DisplayName::parse(&cut).or_else(|_| DisplayName::parse("Anonymous"))
}

/// Serves the socket of a guest who is let in, and sees them out.
async fn serve(socket: WebSocket, deps: web::Data<CompatDeps>, room: web::Data<Room>, guest: Newcomer) {
    let Newcomer { name, device, from } = guest;
    let entered = match deps.identity.enter_as_guest(EnterAsGuest { name, device }).await {
        Ok(entered) => entered,
        Err(refusal) => return turn_away(socket, frame::error(&refusal_text(&refusal), deps.clock.now())).await,
    };
    let (user, session) = (entered.user.id, entered.session.id);
    match deps.feed.subscribe(&deps.messaging, user, session).await {
        Ok(subscription) => {
            let mut chat =
                Chat { deps: deps.clone(), room: room.clone(), entered, from, mailbox: subscription.mailbox() };
            attend(socket, subscription, &deps, (user, session), &mut chat).await;
            room.leave(user, deps.clock.now());
        }
        Err(_) => {
            turn_away(socket, frame::error("the server cannot answer now; try again later", deps.clock.now())).await;
        }
    }
    if let Err(error) = deps.identity.log_out(user, session).await {
        tracing::warn!(error = &error as &dyn std::error::Error, "a guest who left is not signed out yet");
    }
}

/// Who is about to be let in.
struct Newcomer {
    name: DisplayName,
    device: Device,
    from: Network,
}

fn refusal_text(refusal: &RegisterError) -> String {
    match refusal {
        RegisterError::Admission(AdmissionError::Store(_)) | RegisterError::Store(_) => {
            "the server cannot answer now; try again later".to_owned()
        }
        other => other.to_string(),
    }
}

/// One guest's socket.
struct Chat {
    deps: web::Data<CompatDeps>,
    room: web::Data<Room>,
    entered: SignedIn,
    from: Network,
    mailbox: Mailbox,
}

#[derive(Debug, Deserialize)]
struct Said {
    #[serde(default)]
    content: String,
}

impl Chat {
    fn refuse(&self, why: &str) -> Vec<String> {
        vec![frame::error(why, self.deps.clock.now())]
    }

    async fn say(&self, content: &str) -> Result<(), String> {
        let content = MessageContent::parse(content).map_err(|why| format!("content {}", why.message))?;
        let user = self.entered.user.id;
        limits::take_from_user(&self.deps, user, self.from, RateClass::Send)
            .await
            .map_err(|wait| format!("too many messages; try again in {} s", wait.as_secs().max(1)))?;
        let message = SendMessage {
            conversation_id: LOBBY,
            sender: actor(&self.entered.user),
            content,
            nonce: None,
            reply_to: None,
            thread_root: None,
        };
        send(&self.deps, message).await.map(drop).map_err(|refusal| match refusal {
            SendError::Refused(refusal) => refusal.to_string(),
            SendError::Unknown => "the server cannot answer now; try again later".to_owned(),
        })
    }
}

impl Talk for Chat {
    async fn greet(&mut self) -> Vec<String> {
        let (user, now) = (&self.entered.user, self.deps.clock.now());
        let name = user.display_name.as_str();
        let number = self.room.number_of(user.id);
        self.room.join(user.id, name, self.mailbox.clone(), now);
        vec![frame::of("welcome", number, name, "Welcome to the chat!", now)]
    }

    async fn hear(&mut self, text: &str) -> Vec<String> {
        let Ok(Said { content }) = serde_json::from_str(text) else {
            return self.refuse("a frame must be a JSON object with a content that is text");
        };
        match self.say(&content).await {
            Ok(()) => Vec::new(),
            Err(why) => self.refuse(&why),
        }
    }

    async fn tell(&mut self, event: &Arc<Event>) -> Vec<String> {
        match &event.body {
            EventBody::MessageCreated(message) if message.conversation_id == LOBBY => {
                let Some(content) = &message.content else { return Vec::new() };
                let number = self.room.number_of(message.sender.id);
                let name = message.sender.display_name.as_str();
                vec![frame::of("chat", number, name, content.as_str(), message.created_at)]
            }
            _ => Vec::new(),
        }
    }
}
