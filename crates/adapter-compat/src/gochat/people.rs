//! Those who are in a conversation, with what the accounts tell of them.

use std::collections::HashMap;

use rialto_identity::User;
use rialto_kernel::{Instant, PageLimit, UserId};
use rialto_messaging::service::AccessError;
use rialto_messaging::{Conversation, Member};

use super::State;
use super::auth::sees_all;
use super::refusal::Refusal;
use super::views::{ConversationView, email_of};
use crate::pages::gather;

/// How many participants of a conversation are shown.
const MAX_SHOWN: usize = 1_000;

/// What the account of somebody tells.
#[derive(Clone, Debug)]
pub(super) struct Face {
    /// Empty but to themselves and to admins.
    pub email: String,
    pub is_active: bool,
    pub created_at: Instant,
}

/// Looks up each user once, for one who asks.
pub(super) struct People<'s> {
    state: &'s State,
    reader: &'s User,
    known: HashMap<UserId, Face>,
}

impl<'s> People<'s> {
    pub fn seen_by(reader: &'s User, state: &'s State) -> Self {
        Self { state, reader, known: HashMap::new() }
    }

    /// A conversation of the reader with those who are in it.
    pub async fn show(&mut self, conversation: &Conversation) -> Result<ConversationView, Refusal> {
        let mut shown = Vec::new();
        for member in self.members(conversation).await? {
            let face = self.face(&member).await?;
            shown.push((member, face));
        }
        Ok(ConversationView::of(conversation, shown))
    }

    async fn members(&self, conversation: &Conversation) -> Result<Vec<Member>, Refusal> {
        let (messaging, reader) = (&self.state.deps.messaging, self.reader.id);
        let page = async |after| messaging.list_members(conversation.id, reader, after, PageLimit::FULL).await;
        gather(MAX_SHOWN, page).await.map_err(|error| match error {
            AccessError::NotFound | AccessError::NotAMember => Refusal::not_found("Conversation not found"),
            AccessError::Store(error) => error.into(),
        })
    }

    async fn face(&mut self, member: &Member) -> Result<Face, Refusal> {
        let id = member.user.id;
        if let Some(face) = self.known.get(&id) {
            return Ok(face.clone());
        }
        let face = match self.state.identity.find_user(id).await? {
            Some(user) => {
                let shows_email = id == self.reader.id || sees_all(self.reader);
                let email = if shows_email { email_of(&user) } else { String::new() };
                Face { email, is_active: user.disabled_at.is_none(), created_at: user.created_at }
            }
            None => Face { email: String::new(), is_active: false, created_at: member.joined_at },
        };
        self.known.insert(id, face.clone());
        Ok(face)
    }
}
