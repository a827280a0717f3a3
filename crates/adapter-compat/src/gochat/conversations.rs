//! `/api/v1/conversations`.

use actix_web::{HttpRequest, HttpResponse, web};
use rialto_convert::identity::actor;
use rialto_identity::User;
use rialto_kernel::{ConversationId, PageLimit, StoreError, UserId};
use rialto_messaging::service::{AccessError, CreateConversation, CreateConversationError, RequestedConversation};
use rialto_messaging::{ConversationName, ConversationSummary, MessagingService, Topic};
use serde::Deserialize;
use serde_json::json;

use super::State;
use super::auth::{caller, unreadable};
use super::people::People;
use super::refusal::Refusal;
use super::views::is_shown;
use crate::body::LooseJson;
use crate::pages::gather;

/// How many conversations are looked at, channels among them: those in which something happened last.
const MAX_LISTED: usize = 500;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct NewConversation {
    participant_id: Option<String>,
    name: Option<String>,
    participant_ids: Option<Vec<String>>,
}

/// `POST /api/v1/conversations`: with one other, or a group.
pub(super) async fn create(
    req: HttpRequest,
    body: LooseJson,
    state: web::Data<State>,
) -> Result<HttpResponse, Refusal> {
    let user = caller(&req, &state).await?.user;
    let what = wanted(body.read().map_err(unreadable)?)?;
    let is_direct = matches!(what, RequestedConversation::Direct { .. });
    let input = CreateConversation { creator: actor(&user), what, topic: Topic::default() };
    let messaging = state.deps.messaging.clone();
    let created = tokio::spawn(async move { messaging.create_conversation(input).await }).await;
    let created = created.map_err(|_| Refusal::broken_off())?;
    let (conversation, is_new) = created.map_err(|error| refused(error, is_direct))?;
    let view = People::seen_by(&user, &state).show(&conversation).await?;
    let view = if is_direct { view.that_is_new(is_new) } else { view };
    Ok(if is_new { HttpResponse::Created() } else { HttpResponse::Ok() }.json(view))
}

/// `GET /api/v1/conversations`: newest updated first.
pub(super) async fn list(req: HttpRequest, state: web::Data<State>) -> Result<HttpResponse, Refusal> {
    let user = caller(&req, &state).await?.user;
    let mut people = People::seen_by(&user, &state);
    let mut views = Vec::new();
    for summary in list_latest(&state.deps.messaging, &user, MAX_LISTED).await? {
        if !is_shown(summary.conversation.kind) {
            continue;
        }
        views.push(people.show(&summary.conversation).await?);
    }
    Ok(HttpResponse::Ok().json(json!({ "count": views.len(), "conversations": views })))
}

/// `GET /api/v1/conversations/{id}`.
pub(super) async fn show(
    req: HttpRequest,
    path: web::Path<String>,
    state: web::Data<State>,
) -> Result<HttpResponse, Refusal> {
    let user = caller(&req, &state).await?.user;
    let summary = open(&path, &user, &state).await?;
    Ok(HttpResponse::Ok().json(People::seen_by(&user, &state).show(&summary.conversation).await?))
}

/// A conversation that a user is in, by its id in a path.
pub(super) async fn open(id: &str, user: &User, state: &State) -> Result<ConversationSummary, Refusal> {
    let unknown = || Refusal::not_found("Conversation not found");
    let id: ConversationId = id.parse().map_err(|_| unknown())?;
    match state.deps.messaging.find_conversation(id, user.id).await {
        Ok(summary) if summary.role.is_some() && is_shown(summary.conversation.kind) => Ok(summary),
        Ok(_) => Err(unknown()),
        Err(AccessError::Store(error)) => Err(error.into()),
        Err(AccessError::NotFound | AccessError::NotAMember) => {
            let kind = state.deps.messaging.kind_of(id).await?;
            Err(if kind.is_some_and(is_shown) { Refusal::forbidden(STRANGER) } else { unknown() })
        }
    }
}

/// What strangers are told.
pub(super) const STRANGER: &str = "You are not a participant of this conversation";

/// The conversations that a user is in, of whatever kind, the liveliest first; at most about `most`.
pub(super) async fn list_latest(
    messaging: &MessagingService,
    user: &User,
    most: usize,
) -> Result<Vec<ConversationSummary>, StoreError> {
    gather(most, async |after| messaging.list_conversations(user.id, after, PageLimit::FULL).await).await
}

fn wanted(new: NewConversation) -> Result<RequestedConversation, Refusal> {
    if let Some(with) = new.participant_id.filter(|id| !id.is_empty()) {
        let with = with.parse().map_err(|_| Refusal::not_found("Participant not found"))?;
        return Ok(RequestedConversation::Direct { with });
    }
    if new.name.is_none() && new.participant_ids.is_none() {
        return Err(Refusal::bad("participant_id, or name and participant_ids, are required"));
    }
    let name = new.name.unwrap_or_default();
    if name.trim().is_empty() {
        return Err(Refusal::bad("Group name is required"));
    }
    let name = ConversationName::parse(&name).map_err(|why| Refusal::bad(format!("Group name {}", why.message)))?;
    let read = |id: String| id.parse::<UserId>().map_err(|_| nobody(&id));
    let participants = new.participant_ids.unwrap_or_default().into_iter().map(read).collect::<Result<_, _>>()?;
    Ok(RequestedConversation::Group { name, participants })
}

fn nobody(id: &dyn std::fmt::Display) -> Refusal {
    Refusal::not_found(format!("Participant not found: {id}"))
}

fn refused(error: CreateConversationError, is_direct: bool) -> Refusal {
    match error {
        CreateConversationError::UnknownUser(_) if is_direct => Refusal::not_found("Participant not found"),
        CreateConversationError::UnknownUser(id) => nobody(&id),
        CreateConversationError::GuestRefused
        | CreateConversationError::Blocked(_)
        | CreateConversationError::UnblockFirst => Refusal::forbidden(error.to_string()),
        CreateConversationError::WithOneself
        | CreateConversationError::TooManyParticipants
        | CreateConversationError::NameTaken => Refusal::bad(error.to_string()),
        CreateConversationError::Store(error) => error.into(),
    }
}
