//! `GET /api/v1/chat/{channel}?token=`: one channel, as long as one is in it.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};
use rialto_convert::identity::actor;
use rialto_identity::{Device, User};
use rialto_kernel::{ConversationId, Network, Numbered, RateClass, SessionId, UserId};
use rialto_messaging::service::{AccessError, SendMessage};
use rialto_messaging::{ConversationKind, Event, EventBody};
use serde::Deserialize;
use serde_json::json;

use super::answer::{fail, refuse};
use super::body::{MAX_BYTES, Said, parse};
use super::caller::{bearer, user_of};
use super::frames::Frames;
use crate::client::{device_of, network_of};
use crate::deps::CompatDeps;
use crate::feed::Subscription;
use crate::limits;
use crate::send::{SendError, send};
use crate::socket::{NotASocket, Talk, Upgrade, attend};

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
    let (device, from) = (device_of(&req, &deps.settings), network_of(&req, &deps.settings));
    let (seat, session, subscription) = match Seat::take(&deps, user.id, device, conversation).await {
        Ok(taken) => taken,
        Err(refusal) => return refusal,
    };
    let served = deps.clone();
    let serve = async move |socket| {
        let who = (user.id, session);
        let mut chat = Chat { deps: served.clone(), frames, user, conversation, from, over: None };
        attend(socket, subscription, &served, who, &mut chat).await;
        seat.leave().await;
    };
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
    let stranger = || refuse(StatusCode::FORBIDDEN, NOT_IN_IT);
    let number = number.parse().map_err(|_| stranger())?;
    let id = deps.numbers.id_of(Numbered::Conversation, number).await.map_err(|error| fail(&error))?;
    let id = ConversationId::from_uuid(id.ok_or_else(stranger)?);
    match deps.messaging.find_conversation(id, user.id).await {
        Ok(found) if found.role.is_some() && found.conversation.kind != ConversationKind::Direct => Ok(id),
        Ok(_) | Err(AccessError::NotFound | AccessError::NotAMember) => Err(stranger()),
        Err(AccessError::Store(error)) => Err(fail(&error)),
    }
}

/// The session behind a socket, as behind any other: what signs the user out closes it. It ends with the socket, or
/// with the attempt to open one.
struct Seat {
    deps: web::Data<CompatDeps>,
    session: Option<(UserId, SessionId)>,
}

impl Seat {
    /// Taken before the upgrade is answered: whatever is said from then on is heard.
    async fn take(
        deps: &web::Data<CompatDeps>,
        user: UserId,
        device: Device,
        conversation: ConversationId,
    ) -> Result<(Self, SessionId, Subscription), HttpResponse> {
        let opened = deps.identity.open_session(user, device).await.map_err(|error| fail(&error))?;
        let Some((session, _)) = opened else {
            return Err(refuse(StatusCode::UNAUTHORIZED, "Invalid or expired JWT"));
        };
        let seat = Self { deps: deps.clone(), session: Some((user, session.id)) };
        let subscribed = deps.feed.subscribe(&deps.messaging, user, session.id).await;
        let subscription = subscribed.map_err(|error| fail(&error))?;
        // Looked at once more: whoever was removed before the feed knew of the socket would stay.
        match deps.messaging.find_conversation(conversation, user).await {
            Ok(found) if found.role.is_some() => Ok((seat, session.id, subscription)),
            Ok(_) | Err(AccessError::NotFound | AccessError::NotAMember) => {
                Err(refuse(StatusCode::FORBIDDEN, NOT_IN_IT))
            }
            Err(AccessError::Store(error)) => Err(fail(&error)),
        }
    }

    /// Returns when the session has ended.
    async fn leave(mut self) {
        if let Some((user, session)) = self.session.take() {
            end(&self.deps, user, session).await;
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        if let Some((user, session)) = self.session.take() {
            let deps = self.deps.clone();
            actix_web::rt::spawn(async move { end(&deps, user, session).await });
        }
    }
}

async fn end(deps: &CompatDeps, user: UserId, session: SessionId) {
    if let Err(error) = deps.identity.log_out(user, session).await {
        tracing::warn!(error = &error as &dyn std::error::Error, "somebody who left is not signed out yet");
    }
}

const UNKNOWN: &str = "the server cannot answer now; try again later";
const NOT_IN_IT: &str = "You are not a member of this channel";

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
