//! Conversations and messages of another server.

use std::collections::HashSet;
use std::sync::Arc;

use futures_util::{StreamExt, TryStreamExt, stream};
use rialto_kernel::{Arrival, Clock, ConversationId, IdSource, Instant, MessageId, Origin, Remark, StoreError, UserId};

use super::lobby;
use crate::model::{
    Conversation, ConversationHere, ConversationKind, ConversationName, ConversationSettings, ConversationThere, Epoch,
    KindThere, MemberRole, MemberThere, MessageContent, MessageThere, NewConversation, NewConversationKind, NewMember,
    Nonce, PastMessage, Topic,
};
use crate::ports::{AddMemberRefusal, CreateConversationRefusal, Created, HistoryImport, MessagingStore, PastAppended};

/// How many members come in at once: a store may commit those that wait together, and each commit waits for the disk.
const AT_ONCE: usize = 8;

/// What an importer is made of.
#[derive(Clone)]
pub struct HistoryDeps {
    /// Keeps conversations.
    pub store: Arc<dyn MessagingStore>,
    /// Takes in what was said before.
    pub imports: Arc<dyn HistoryImport>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Gives ids.
    pub ids: Arc<dyn IdSource>,
}

/// Takes in the conversations and messages of one server.
pub struct HistoryImporter {
    deps: HistoryDeps,
    origin: Origin,
    dry_run: bool,
}

impl HistoryImporter {
    /// An importer from `origin`; with `dry_run` it looks at everything and stores nothing.
    #[must_use]
    pub fn new(deps: HistoryDeps, origin: Origin, dry_run: bool) -> Self {
        Self { deps, origin, dry_run }
    }

    /// Makes sure that the lobby exists.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn open_lobby(&self) -> Result<(), StoreError> {
        if self.dry_run {
            return Ok(());
        }
        lobby::open(&*self.deps.store, &*self.deps.clock, &*self.deps.ids).await
    }

    /// Takes a conversation in with its members, unless it is here; then those of its members come in who never were.
    /// Exactly one of them owns it.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn import_conversation(&self, there: ConversationThere) -> Result<ConversationHere, StoreError> {
        let id = ConversationId::from_uuid(self.origin.id("conversation", &there.id, there.created_at));
        let members = settle(&there);
        let mut remarks = Vec::new();
        let (id, arrival) = match self.deps.store.find_conversation(id).await? {
            Some(here) if is_kind(&here, there.kind) => (id, Arrival::Known),
            Some(_) => return Ok(refused("id", "belongs to a conversation of another kind here")),
            None => match self.create(id, &there, &members, &mut remarks).await? {
                Ok(made) => made,
                Err(remark) => return Ok(refused(remark.field, &remark.text)),
            },
        };
        if there.kind != KindThere::Direct && !self.dry_run {
            let there = &there;
            let mut came = stream::iter(members).map(|member| self.bring_in(id, there, member)).buffered(AT_ONCE);
            while let Some(remark) = came.try_next().await? {
                remarks.extend(remark);
            }
        }
        Ok(ConversationHere { id: Some(id), arrival, remarks })
    }

    async fn bring_in(
        &self,
        conversation_id: ConversationId,
        there: &ConversationThere,
        member: MemberThere,
    ) -> Result<Option<Remark>, StoreError> {
        let MemberThere { user_id, role, joined_at } = member;
        let at = joined_at.or(there.created_at).unwrap_or_else(|| self.deps.clock.now());
        // Who owns it is in it already, or somebody else owns it by now.
        let role = role.min(MemberRole::Admin);
        let new = NewMember { conversation_id, user_id, role, invited_by: None, at };
        match self.deps.imports.bring_in(new).await {
            Ok(_) => Ok(None),
            Err(AddMemberRefusal::Store(error)) => Err(error),
            Err(refusal) => Ok(Some(Remark::new("members", format!("{user_id} did not come in: {refusal}")))),
        }
    }

    /// Makes the conversation with its owner in it; a direct one with both.
    async fn create(
        &self,
        id: ConversationId,
        there: &ConversationThere,
        members: &[MemberThere],
        remarks: &mut Vec<Remark>,
    ) -> Result<Result<(ConversationId, Arrival), Remark>, StoreError> {
        let mut first: Vec<_> = members.iter().map(|member| (member.user_id, member.role)).collect();
        let kind = match there.kind {
            KindThere::Direct if first.len() == 2 => NewConversationKind::Direct,
            KindThere::Direct => {
                let text = format!("{} of them came over; a direct conversation has two", first.len());
                return Ok(Err(Remark::new("members", text)));
            }
            KindThere::Group if first.is_empty() => {
                return Ok(Err(Remark::new("members", "none of them came over: nobody would see it")));
            }
            KindThere::Group => NewConversationKind::Group(name_of(there, remarks)),
            KindThere::Channel(visibility) => NewConversationKind::Channel(name_of(there, remarks), visibility),
        };
        if self.dry_run {
            return Ok(Ok((id, Arrival::New)));
        }
        if there.kind != KindThere::Direct {
            first.retain(|(_, role)| *role == MemberRole::Owner);
        }
        let mut new = NewConversation {
            id,
            settings: ConversationSettings::of_new(kind.kind()),
            kind,
            topic: topic_of(there, remarks),
            members: first,
            epoch: Epoch(self.deps.ids.uuid()),
            at: there.created_at.unwrap_or_else(|| self.deps.clock.now()),
        };
        let mut outcome = self.deps.store.create_conversation(new.clone()).await;
        if let (Err(CreateConversationRefusal::NameTaken), KindThere::Channel(visibility)) = (&outcome, there.kind) {
            let name = marked(there);
            let text = format!("another channel has the name: it is {:?} now", name.as_str());
            remarks.push(Remark::new("name", text));
            new.kind = NewConversationKind::Channel(name, visibility);
            outcome = self.deps.store.create_conversation(new).await;
        }
        match outcome {
            Ok(Created::New(conversation, _)) => Ok(Ok((conversation.id, Arrival::New))),
            Ok(Created::Existing(conversation)) => Ok(Ok((conversation.id, Arrival::Known))),
            Err(CreateConversationRefusal::Store(error)) => Err(error),
            Err(refusal @ CreateConversationRefusal::NameTaken) => Ok(Err(Remark::new("name", refusal.to_string()))),
            Err(
                refusal @ (CreateConversationRefusal::UnknownUser(_)
                | CreateConversationRefusal::Blocked(_)
                | CreateConversationRefusal::UnblockFirst(_)),
            ) => Ok(Err(Remark::new("members", refusal.to_string()))),
        }
    }

    /// Appends messages of a conversation in this order, those that are not here yet; what became of each.
    ///
    /// # Errors
    /// When the store does not answer; none is appended then.
    pub async fn import_messages(
        &self,
        conversation_id: ConversationId,
        messages: Vec<MessageThere>,
    ) -> Result<Vec<Result<Arrival, Remark>>, StoreError> {
        let parsed: Vec<_> = messages.into_iter().map(|there| self.parse(there)).collect();
        let past: Vec<PastMessage> = parsed.iter().filter_map(|parsed| parsed.as_ref().ok().cloned()).collect();
        let mut outcomes = self.append(conversation_id, past).await?.into_iter();
        let outcomes = parsed.into_iter().map(|parsed| {
            parsed.and_then(|_| match outcomes.next() {
                Some(PastAppended::New) => Ok(Arrival::New),
                Some(PastAppended::Known) => Ok(Arrival::Known),
                Some(PastAppended::UnknownSender) => Err(Remark::new("sender", "has deleted their account here")),
                Some(PastAppended::UnknownConversation) | None => {
                    Err(Remark::new("conversation", "is not here any more"))
                }
            })
        });
        Ok(outcomes.collect())
    }

    async fn append(&self, id: ConversationId, past: Vec<PastMessage>) -> Result<Vec<PastAppended>, StoreError> {
        if !self.dry_run {
            return self.deps.imports.append_past(id, past).await;
        }
        let ids: Vec<MessageId> = past.iter().map(|message| message.id).collect();
        let known: HashSet<_> = self.deps.imports.known_messages(ids.clone()).await?.into_iter().collect();
        let judge = |id| if known.contains(id) { PastAppended::Known } else { PastAppended::New };
        Ok(ids.iter().map(judge).collect())
    }

    fn parse(&self, there: MessageThere) -> Result<PastMessage, Remark> {
        let content = MessageContent::parse(&there.content);
        Ok(PastMessage {
            id: MessageId::from_uuid(self.origin.id("message", &there.id, Some(there.at))),
            sender: there.sender,
            nonce: Nonce::from_id(self.deps.ids.next()),
            content: content.map_err(|refusal| Remark::new("content", refusal.to_string()))?,
            at: there.at,
        })
    }
}

fn refused(field: &'static str, text: &str) -> ConversationHere {
    ConversationHere { id: None, arrival: Arrival::Refused, remarks: vec![Remark::new(field, text)] }
}

fn is_kind(here: &Conversation, there: KindThere) -> bool {
    let kind = match there {
        KindThere::Direct => ConversationKind::Direct,
        KindThere::Group => ConversationKind::Group,
        KindThere::Channel(_) => ConversationKind::Channel,
    };
    here.kind == kind
}

/// Each member once, and one owner: the first there is, else the first admin, else who came first. In a direct
/// conversation both are members.
fn settle(there: &ConversationThere) -> Vec<MemberThere> {
    let mut seen: HashSet<UserId> = HashSet::new();
    let mut members: Vec<_> = there.members.iter().copied().filter(|member| seen.insert(member.user_id)).collect();
    if there.kind == KindThere::Direct {
        members.iter_mut().for_each(|member| member.role = MemberRole::Member);
        return members;
    }
    let first_of = |role| members.iter().position(|member| member.role >= role);
    let owner = first_of(MemberRole::Owner).or_else(|| first_of(MemberRole::Admin));
    let owner = owner.or_else(|| earliest(&members));
    for (index, member) in members.iter_mut().enumerate() {
        if Some(index) == owner {
            member.role = MemberRole::Owner;
        } else if member.role == MemberRole::Owner {
            member.role = MemberRole::Admin;
        }
    }
    members
}

fn earliest(members: &[MemberThere]) -> Option<usize> {
    let came = |index: &usize| members.get(*index).map(|member| member.joined_at.unwrap_or(Instant::MAX_UTC));
    (0..members.len()).min_by_key(came)
}

fn name_of(there: &ConversationThere, remarks: &mut Vec<Remark>) -> ConversationName {
    let name = there.name.as_deref().unwrap_or_default();
    ConversationName::parse(name).unwrap_or_else(|refusal| {
        let fitting = marked(there);
        remarks.push(Remark::new("name", format!("{refusal}: it is {:?} now", fitting.as_str())));
        fitting
    })
}

/// What is left of the name, and the end of the id.
fn marked(there: &ConversationThere) -> ConversationName {
    let name: String = there.name.iter().flat_map(|name| name.trim().chars()).filter(|c| !c.is_control()).collect();
    let start: String = name.chars().take(80).collect();
    let id: Vec<char> = there.id.chars().filter(char::is_ascii_alphanumeric).collect();
    let mark: String = id[id.len().saturating_sub(12)..].iter().collect();
    ConversationName::parse(&format!("{start} {mark}"))
        .or_else(|_| ConversationName::parse(&format!("conversation {mark}")))
        .unwrap_or_else(|_| ConversationName::unnamed())
}

fn topic_of(there: &ConversationThere, remarks: &mut Vec<Remark>) -> Topic {
    Topic::parse(there.topic.as_deref().unwrap_or_default()).unwrap_or_else(|refusal| {
        remarks.push(Remark::new("topic", format!("{refusal}: there is none here")));
        Topic::default()
    })
}

#[cfg(test)]
mod tests;
