//! `/api/rooms`: groups and channels, for those who are in them.

use actix_web::{HttpResponse, web};
use rialto_convert::identity::actor;
use rialto_kernel::{ConversationId, PageLimit, UserId};
use rialto_messaging::service::{AddMember, AddMemberError, CreateConversation, RequestedConversation};
use rialto_messaging::{Conversation, ConversationName, Topic};
use serde::Deserialize;
use serde_json::json;

use super::act::to_its_end;
use super::caller::Caller;
use super::listing;
use super::place::{Place, find_room, is_room, members_of};
use super::refusal::Refusal;
use super::view::RoomView;
use super::{State, id, users};
use crate::body::LooseJson;
use crate::pages::gather;

#[derive(Deserialize)]
struct RoomBody {
    #[serde(default)]
    name: String,
    description: Option<String>,
    members: Option<Vec<String>>,
}

/// `POST /api/rooms`: a group whose owner the caller is.
pub(super) async fn create(state: web::Data<State>, caller: Caller, body: LooseJson) -> Result<HttpResponse, Refusal> {
    let RoomBody { name, description, members } = body.read()?;
    if name.trim().is_empty() {
        return Err(Refusal::bad("Room name is required"));
    }
    let name = ConversationName::parse(&name).map_err(|why| Refusal::bad(format!("Room name {}", why.message)))?;
    let topic = Topic::parse(&description.unwrap_or_default())
        .map_err(|why| Refusal::bad(format!("Description {}", why.message)))?;
    let members = members.unwrap_or_default();
    let participants = members.iter().map(|member| id::parse(member).map(UserId::from));
    let participants = participants.collect::<Option<_>>().ok_or_else(Refusal::no_such_user)?;
    let what = RequestedConversation::Group { name, participants };
    let wanted = CreateConversation { creator: actor(caller.user()), what, topic };
    let messaging = state.deps.messaging.clone();
    let (room, _) = to_its_end(async move { messaging.create_conversation(wanted).await }).await?;
    Ok(HttpResponse::Ok().json(view_of(&state, &room, &caller).await?))
}

/// `GET /api/rooms/{id}`.
pub(super) async fn show(
    state: web::Data<State>,
    caller: Caller,
    path: web::Path<String>,
) -> Result<HttpResponse, Refusal> {
    let room = find_room(room_id(&path)?, caller.id(), &state.deps.messaging).await?;
    Ok(HttpResponse::Ok().json(view_of(&state, &room, &caller).await?))
}

/// `GET /api/rooms/{id}/messages`.
pub(super) async fn list_messages(
    state: web::Data<State>,
    caller: Caller,
    path: web::Path<String>,
) -> Result<HttpResponse, Refusal> {
    let messaging = &state.deps.messaging;
    let room = find_room(room_id(&path)?, caller.id(), messaging).await?;
    Ok(HttpResponse::Ok().json(listing::of_one(room.id, &Place::Room, caller.id(), messaging).await?))
}

/// `GET /api/users/{id}/rooms`: those of a user's rooms that the caller is in too.
pub(super) async fn list_of_user(
    state: web::Data<State>,
    caller: Caller,
    path: web::Path<String>,
) -> Result<HttpResponse, Refusal> {
    let user = users::find(&state, &path).await?;
    let messaging = &state.deps.messaging;
    let own = async |after| messaging.list_conversations(caller.id(), after, PageLimit::FULL).await;
    let mut rooms = Vec::new();
    for summary in gather(usize::MAX, own).await?.iter().filter(|summary| is_room(&summary.conversation)) {
        let room = &summary.conversation;
        let members = members_of(room.id, caller.id(), messaging).await?;
        if members.iter().any(|member| member.user.id == user.id) {
            rooms.push(RoomView::of(room, &members));
        }
    }
    Ok(HttpResponse::Ok().json(rooms))
}

/// `POST /api/rooms/{id}/members/{user}`: brings somebody in, or comes into a public channel.
pub(super) async fn add_member(
    state: web::Data<State>,
    caller: Caller,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Refusal> {
    let (conversation_id, user_id) = room_and_user(&state, &caller, path.into_inner()).await?;
    let (messaging, by) = (state.deps.messaging.clone(), caller.id());
    to_its_end(async move {
        if user_id == by {
            return messaging.join_channel(conversation_id, by).await.map_err(Refusal::from);
        }
        let added: Result<_, AddMemberError> = messaging.add_member(AddMember { conversation_id, by, user_id }).await;
        added.map_err(Refusal::from)
    })
    .await?;
    Ok(done())
}

/// `DELETE /api/rooms/{id}/members/{user}`: takes somebody out, or leaves.
pub(super) async fn remove_member(
    state: web::Data<State>,
    caller: Caller,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Refusal> {
    let (conversation_id, user_id) = room_and_user(&state, &caller, path.into_inner()).await?;
    let (messaging, by) = (state.deps.messaging.clone(), caller.id());
    to_its_end(async move {
        if user_id == by {
            return messaging.leave_conversation(conversation_id, by).await.map_err(Refusal::from);
        }
        messaging.remove_member(conversation_id, by, user_id).await.map_err(Refusal::from)
    })
    .await?;
    Ok(done())
}

fn room_id(text: &str) -> Result<ConversationId, Refusal> {
    id::parse(text).map(ConversationId::from).ok_or_else(Refusal::no_such_room)
}

/// The room and the user of a path. The lobby and direct conversations are no rooms; what the caller may do in one that is, the
/// services say.
async fn room_and_user(
    state: &State,
    caller: &Caller,
    (room, user): (String, String),
) -> Result<(ConversationId, UserId), Refusal> {
    let (id, user_id) = (room_id(&room)?, users::find(state, &user).await?.id);
    let summary = state.deps.messaging.find_conversation(id, caller.id()).await?;
    if is_room(&summary.conversation) { Ok((id, user_id)) } else { Err(Refusal::no_such_room()) }
}

async fn view_of(state: &State, room: &Conversation, caller: &Caller) -> Result<RoomView, Refusal> {
    Ok(RoomView::of(room, &members_of(room.id, caller.id(), &state.deps.messaging).await?))
}

fn done() -> HttpResponse {
    HttpResponse::Ok().json(json!({ "status": "success" }))
}
