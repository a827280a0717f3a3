//! `GET /ws?token=<access>`.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use rialto_convert::identity::actor;
use rialto_identity::User;
use rialto_identity::service::Authenticated;
use rialto_kernel::{ConversationId, Instant, MessageId, Network, RateClass, StoreError};
use rialto_messaging::service::{SendMessage, SendMessageError};
use rialto_messaging::{Event, EventBody, FollowedStream, LOBBY, Message, MessageContent};
use serde::Deserialize;
use serde_json::json;

use super::State;
use super::auth::holder;
use super::conversations::{STRANGER, list_latest};
use super::refusal::Refusal;
use super::views::{MessageType, MessageView, is_shown};
use crate::client::network_of;
use crate::feed::Subscription;
use crate::limits;
use crate::send::{SendError, send};
use crate::socket::{NotASocket, Talk, Upgrade, attend};

/// The longest message, written as wastefully as JSON allows, with room to spare.
const MAX_FRAME: usize = 128 * 1_024;
/// How far back in the log of each conversation what waits is looked for.
const MAX_WAITING: u64 = 1_000;
/// Of how many conversations it is looked up at once whether they are of this surface.
const MAX_CONVERSATIONS: usize = 1_000;

#[derive(Debug, Deserialize)]
pub(super) struct ConnectQuery {
    token: Option<String>,
}

pub(super) async fn connect(
    req: HttpRequest,
    query: web::Query<ConnectQuery>,
    state: web::Data<State>,
) -> Result<HttpResponse, Refusal> {
    let token = query.into_inner().token.filter(|token| !token.is_empty());
    let who = holder(&token.ok_or_else(|| Refusal::unauthorized("Missing token"))?, &state).await?;
    let (user, session, from) = (who.user.id, who.claims.session_id, network_of(&req, &state.deps.settings));
    // Before the client is answered: nothing greets it, so whatever is said from then on must be heard.
    let (subscription, mut line) = Line::open(&state, who, from).await?;
    let served = state.clone();
    let serve = async move |socket| attend(socket, subscription, &served.deps, (user, session), &mut line).await;
    (Upgrade { req: &req, max_message: MAX_FRAME }).accept(&state.deps, serve).map_err(|why| match why {
        NotASocket::NotAsked => Refusal::new(StatusCode::UPGRADE_REQUIRED, "Upgrade Required"),
        NotASocket::Full => Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "Too many connections; try again later"),
    })
}

/// One socket of a user.
struct Line {
    state: web::Data<State>,
    user: User,
    from: Network,
    since: Instant,
    /// Which conversations are of this surface, as far as it was looked up.
    shown: HashMap<ConversationId, bool>,
    /// What was sent here, and is not told here.
    sent: HashSet<MessageId>,
    /// Up to which message the user has read elsewhere what was never told here.
    read: HashMap<ConversationId, u64>,
    /// Of what the user is told once what is being said is out.
    told: Vec<(ConversationId, u64)>,
}

#[derive(Debug, Deserialize)]
struct Said {
    conversation_id: Option<String>,
    content: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
}

impl Line {
    /// Subscribes from where the user was told last.
    async fn open(
        state: &web::Data<State>,
        who: Authenticated,
        from: Network,
    ) -> Result<(Subscription, Self), StoreError> {
        let since = state.deps.clock.now();
        let (user, messaging) = (who.user, &state.deps.messaging);
        let positions = state.courier.positions_of(user.id).await?;
        let mut shown = HashMap::from([(LOBBY, false)]);
        for summary in list_latest(messaging, &user, MAX_CONVERSATIONS).await? {
            shown.insert(summary.conversation.id, is_shown(summary.conversation.kind));
        }
        let mut read = HashMap::new();
        let start = |FollowedStream { top, read: pointer }: &FollowedStream| {
            let id = top.stream.conversation().filter(|id| shown.get(id) != Some(&false));
            let pointer = pointer.unwrap_or_default();
            let start = match id.map(|id| (id, positions.get(&id))) {
                Some((_, Some(position))) => *position,
                Some((id, None)) if pointer.unread > 0 => {
                    read.insert(id, pointer.ordinal);
                    // No event has a smaller number than the message that it made.
                    pointer.ordinal
                }
                Some((_, None)) | None => top.last_seq,
            };
            start.max(top.last_seq.saturating_sub(MAX_WAITING))
        };
        let subscription = state.deps.feed.subscribe_from(messaging, user.id, who.claims.session_id, start).await?;
        let (sent, told) = (HashSet::new(), Vec::new());
        Ok((subscription, Self { state: state.clone(), user, from, since, shown, sent, read, told }))
    }

    /// Whether a conversation is of this surface; `None` if there is no such conversation.
    async fn shows(&mut self, id: ConversationId) -> Result<Option<bool>, StoreError> {
        if let Some(shown) = self.shown.get(&id) {
            return Ok(Some(*shown));
        }
        let Some(kind) = self.state.deps.messaging.kind_of(id).await? else { return Ok(None) };
        self.shown.insert(id, is_shown(kind));
        Ok(Some(is_shown(kind)))
    }

    async fn say(&mut self, text: &str) -> Result<(), String> {
        let said: Said = serde_json::from_str(text).map_err(|_| "Invalid message format")?;
        let id = said.conversation_id.filter(|id| !id.is_empty()).ok_or("conversation_id is required")?;
        let content = said.content.filter(|content| !content.is_empty()).ok_or("content is required")?;
        let word = said.kind.filter(|word| !word.is_empty());
        let kind = word.map_or(Some(MessageType::Text), |word| MessageType::from_word(&word));
        let kind = kind.ok_or("type must be text, image, file or audio")?;
        let id: ConversationId = id.parse().map_err(|_| UNKNOWN)?;
        let content = MessageContent::parse(&content).map_err(|why| format!("content {}", why.message))?;
        limits::take_from_user(&self.state.deps, self.user.id, self.from, RateClass::Send)
            .await
            .map_err(|wait| format!("Too many messages; try again in {} s", wait.as_secs().max(1)))?;
        if self.shows(id).await.map_err(|error| failed(&error))? != Some(true) {
            return Err(UNKNOWN.to_owned());
        }
        let message = SendMessage {
            conversation_id: id,
            sender: actor(&self.user),
            content,
            nonce: kind.mark(self.state.deps.ids.uuid()),
            reply_to: None,
            thread_root: None,
        };
        match send(&self.state.deps, message).await {
            Ok(sent) => {
                self.sent.insert(sent.message.id);
                Ok(())
            }
            // It is there, so the sender is not in it.
            Err(SendError::Refused(SendMessageError::NotFound)) => Err(STRANGER.to_owned()),
            Err(SendError::Refused(refusal)) => Err(refusal.to_string()),
            Err(SendError::Unknown) => Err("The server cannot answer now; try again later".to_owned()),
        }
    }

    /// Whether a message is news here.
    fn is_news(&mut self, message: &Message) -> bool {
        let was_sent_here = self.sent.remove(&message.id);
        let is_own = message.sender.id == self.user.id;
        let is_read = self.read.get(&message.conversation_id).is_some_and(|read| message.ordinal <= *read);
        // What one said oneself does not wait.
        let is_old = is_own && message.created_at < self.since;
        message.thread_root.is_none() && !was_sent_here && !is_old && !is_read
    }
}

const UNKNOWN: &str = "Conversation not found";

fn failed(error: &StoreError) -> String {
    tracing::error!(error = error as &dyn std::error::Error, "a frame was not served");
    "The server cannot answer now; try again later".to_owned()
}

impl Talk for Line {
    async fn greet(&mut self) -> Vec<String> {
        Vec::new()
    }

    async fn hear(&mut self, text: &str) -> Vec<String> {
        match self.say(text).await {
            Ok(()) => Vec::new(),
            Err(why) => vec![json!({ "error": true, "message": why }).to_string()],
        }
    }

    async fn tell(&mut self, event: &Arc<Event>) -> Vec<String> {
        let Some(id) = event.stream.conversation() else { return Vec::new() };
        // One that cannot be looked up is not told of, and not counted as told.
        if !matches!(self.shows(id).await, Ok(Some(true))) {
            return Vec::new();
        }
        self.told.push((id, event.seq));
        match &event.body {
            EventBody::MessageCreated(message) if self.is_news(message) => {
                let view = MessageView::on_socket(message).and_then(|view| serde_json::to_string(&view).ok());
                view.into_iter().collect()
            }
            _ => Vec::new(),
        }
    }

    fn said(&mut self) {
        if !self.told.is_empty() {
            self.state.courier.note(self.user.id, self.told.drain(..));
        }
    }
}
