//! `GET /api/v1/chat/{channel}?token=`: one channel, as long as one is in it.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};
use futures_util::SinkExt;
use rialto_convert::identity::actor;
use rialto_identity::{Device, User};
use rialto_kernel::{ConversationId, Network, Numbered, RateClass};
use rialto_messaging::service::{AccessError, SendMessage};
use rialto_messaging::{ConversationKind, Event, EventBody};
use serde::Deserialize;
use serde_json::json;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

use super::answer::{fail, refuse};
use super::body::{MAX_BYTES, Said, parse};
use super::caller::{bearer, user_of};
use super::frames::Frames;
use crate::client::{device_of, network_of};
use crate::deps::CompatDeps;
use crate::limits;
use crate::send::{SendError, send};
use crate::socket::{NotASocket, Talk, Times, Upgrade, WebSocket, talk};

/// What is a little too large is refused in words; what is larger than this closes the socket.
const MAX_FRAME: usize = 8 * MAX_BYTES;

#[derive(Debug, Deserialize)]
pub(super) struct ConnectQuery {
    #[serde(default)]
    token: String,
}

pub(super) async fn connect(
    req: HttpRequest,
    channel: web::Path<String>,
    query: web::Query<ConnectQuery>,
    deps: web::Data<CompatDeps>,
    frames: web::Data<Frames>,
) -> HttpResponse {
    if !asks_for_a_socket(&req) {
        return upgrade_required();
    }
    let token = Some(query.token.as_str()).filter(|token| !token.is_empty()).or_else(|| bearer(req.headers()));
    let Some(token) = token else { return refuse(StatusCode::UNAUTHORIZED, "Token is required") };
    let user = match user_of(&deps, token).await {
        Ok(user) => user,
        Err(refusal) => return refusal,
    };
    let conversation = match find_channel(&deps, &channel, &user).await {
        Ok(conversation) => conversation,
        Err(refusal) => return refusal,
    };
    let newcomer = Newcomer {
        user,
        conversation,
        device: device_of(&req, &deps.settings),
        from: network_of(&req, &deps.settings),
    };
    let served = deps.clone();
    let serve = move |socket| serve(socket, served, frames, newcomer);
    match (Upgrade { req: &req, max_message: MAX_FRAME }).accept(&deps, serve) {
        Ok(response) => response,
        Err(NotASocket::NotAsked) => upgrade_required(),
        Err(NotASocket::Full) => refuse(StatusCode::SERVICE_UNAVAILABLE, "the server is full; try again later"),
    }
}

fn asks_for_a_socket(req: &HttpRequest) -> bool {
    let upgrade = req.headers().get(header::UPGRADE).map(HeaderValue::as_bytes).unwrap_or_default();
    upgrade.eq_ignore_ascii_case(b"websocket")
}

fn upgrade_required() -> HttpResponse {
    let mut refusal = refuse(StatusCode::UPGRADE_REQUIRED, "Upgrade Required");
    refusal.headers_mut().insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    refusal
}

/// The channel of this number, if the user is in it. Whether there is one at all, the refusal does not tell.
async fn find_channel(deps: &web::Data<CompatDeps>, number: &str, user: &User) -> Result<ConversationId, HttpResponse> {
    let stranger = || refuse(StatusCode::FORBIDDEN, "You are not a member of this channel");
    let number = number.parse().map_err(|_| stranger())?;
    let id = deps.numbers.id_of(Numbered::Conversation, number).await.map_err(|error| fail(&error))?;
    let id = ConversationId::from_uuid(id.ok_or_else(stranger)?);
    match deps.messaging.find_conversation(id, user.id).await {
        Ok(found) if found.role.is_some() && found.conversation.kind != ConversationKind::Direct => Ok(id),
        Ok(_) | Err(AccessError::NotFound | AccessError::NotAMember) => Err(stranger()),
        Err(AccessError::Store(error)) => Err(fail(&error)),
    }
}

/// Who is about to be let in.
struct Newcomer {
    user: User,
    conversation: ConversationId,
    device: Device,
    from: Network,
}

/// Serves the socket of a member, and sees them out. A session stands behind it as behind any other: what signs the
/// user out closes it.
async fn serve(socket: WebSocket, deps: web::Data<CompatDeps>, frames: web::Data<Frames>, newcomer: Newcomer) {
    let Newcomer { user, conversation, device, from } = newcomer;
    let (session, user) = match deps.identity.open_session(user.id, device).await {
        Ok(Some(opened)) => opened,
        Ok(None) => return turn_away(socket, "Invalid or expired JWT").await,
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "a session was not opened");
            return turn_away(socket, UNKNOWN).await;
        }
    };
    match deps.feed.subscribe(&deps.messaging, user.id, session.id).await {
        // Looked at once more: whoever was removed before the feed knew of the socket would stay.
        Ok(subscription)
            if deps.messaging.find_conversation(conversation, user.id).await.is_ok_and(|c| c.role.is_some()) =>
        {
            let connection = deps.ids.next();
            deps.messaging.device_connected(user.id, connection).await;
            let mut chat = Chat { deps: deps.clone(), frames, user: user.clone(), conversation, from, over: None };
            talk(socket, subscription, &deps.seats, Times::USUAL, &mut chat).await;
            deps.messaging.device_left(user.id, connection).await;
        }
        Ok(_) => turn_away(socket, NOT_IN_IT).await,
        Err(_) => turn_away(socket, UNKNOWN).await,
    }
    if let Err(error) = deps.identity.log_out(user.id, session.id).await {
        tracing::warn!(error = &error as &dyn std::error::Error, "somebody who left is not signed out yet");
    }
}

const UNKNOWN: &str = "the server cannot answer now; try again later";
const NOT_IN_IT: &str = "You are not a member of this channel";

async fn turn_away(mut socket: WebSocket, why: &'static str) {
    // Whoever is gone already does not hear it.
    let _ = timeout(Times::USUAL.write, async {
        socket.send(Message::text(refusal(why))).await?;
        socket.close(Some(CloseFrame { code: CloseCode::Policy, reason: why.into() })).await
    })
    .await;
}

fn refusal(why: &str) -> String {
    json!({ "success": false, "message": why }).to_string()
}

/// One member's socket.
struct Chat {
    deps: web::Data<CompatDeps>,
    frames: web::Data<Frames>,
    user: User,
    conversation: ConversationId,
    from: Network,
    over: Option<&'static str>,
}

impl Chat {
    async fn say(&self, text: &str) -> Result<(), String> {
        let Said { content, body, kind } = parse(text)?;
        limits::take_from_user(&self.deps, self.user.id, self.from, RateClass::Send)
            .await
            .map_err(|wait| format!("too many messages; try again in {} s", wait.as_secs().max(1)))?;
        let message = SendMessage {
            conversation_id: self.conversation,
            sender: actor(&self.user),
            content,
            nonce: self.frames.expect(body, kind, self.deps.ids.uuid()),
            reply_to: None,
            thread_root: None,
        };
        send(&self.deps, message).await.map(drop).map_err(|refusal| match refusal {
            SendError::Refused(refusal) => refusal.to_string(),
            SendError::Unknown => UNKNOWN.to_owned(),
        })
    }
}

impl Talk for Chat {
    async fn greet(&mut self) -> Vec<String> {
        Vec::new()
    }

    async fn hear(&mut self, text: &str) -> Vec<String> {
        vec![match self.say(text).await {
            Ok(()) => json!({ "success": true, "message": "Message sent successfully" }).to_string(),
            Err(why) => refusal(&why),
        }]
    }

    async fn tell(&mut self, event: &Arc<Event>) -> Vec<String> {
        if event.conversation_id() != Some(self.conversation) {
            return Vec::new();
        }
        match &event.body {
            EventBody::MessageCreated(message) => match self.frames.of(message).await {
                Ok(frame) => frame.into_iter().collect(),
                Err(error) => {
                    // Never a silent hole: whoever comes back knows that there may be one.
                    tracing::error!(error = &error as &dyn std::error::Error, "a message was not told");
                    self.over = Some(UNKNOWN);
                    Vec::new()
                }
            },
            EventBody::MemberRemoved(who) if who.id == self.user.id => {
                self.over = Some(NOT_IN_IT);
                vec![refusal(NOT_IN_IT)]
            }
            EventBody::ConversationDeleted => {
                self.over = Some(NOT_IN_IT);
                vec![refusal(NOT_IN_IT)]
            }
            _ => Vec::new(),
        }
    }

    fn is_over(&self) -> Option<&'static str> {
        self.over
    }
}
