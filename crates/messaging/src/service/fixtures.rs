//! What the tests of the use cases share.

use std::sync::Arc;

use chrono::DateTime;
use rialto_kernel::{Clock, IdSource, Instant};
use uuid::Uuid;

use super::{MessagingDeps, MessagingService};
use crate::model::{
    Actor, Conversation, ConversationKind, ConversationName, ConversationSettings, Epoch, Event, EventBody, Member,
    MemberRole, Message, MessageContent, Nonce, Profile, Topic, Visibility,
};
use crate::ports::{
    MockDiscretion, MockMessageChanges, MockMessageSearch, MockMessagingFigures, MockMessagingStore,
    MockModerationStore, MockNoticeBoard, MockPresenceBoard, MockReadPointers, MockRealtimeBus, MockSocketGate,
    MockUserTraces,
};

#[derive(Default)]
pub struct Mocks {
    pub store: MockMessagingStore,
    pub changes: MockMessageChanges,
    pub reads: MockReadPointers,
    pub moderation: MockModerationStore,
    pub search: MockMessageSearch,
    pub discretion: MockDiscretion,
    pub traces: MockUserTraces,
    pub notices: MockNoticeBoard,
    pub figures: MockMessagingFigures,
    pub gate: MockSocketGate,
    pub bus: MockRealtimeBus,
    pub presence: MockPresenceBoard,
}

impl Mocks {
    pub fn service(self) -> MessagingService {
        MessagingService::new(MessagingDeps {
            store: Arc::new(self.store),
            changes: Arc::new(self.changes),
            reads: Arc::new(self.reads),
            moderation: Arc::new(self.moderation),
            search: Arc::new(self.search),
            discretion: Arc::new(self.discretion),
            traces: Arc::new(self.traces),
            notices: Arc::new(self.notices),
            figures: Arc::new(self.figures),
            gate: Arc::new(self.gate),
            bus: Arc::new(self.bus),
            presence: Arc::new(self.presence),
            clock: Arc::new(FakeNow),
            ids: Arc::new(FakeIds),
        })
    }
}

pub struct FakeNow;

impl Clock for FakeNow {
    fn now(&self) -> Instant {
        now()
    }
}

pub struct FakeIds;

impl IdSource for FakeIds {
    fn uuid(&self) -> Uuid {
        Uuid::from_u128(42)
    }
}

pub fn now() -> Instant {
    DateTime::from_timestamp(1_700_000_000, 0).unwrap()
}

fn profile(id: u128, name: &str) -> Profile {
    Profile {
        id: Uuid::from_u128(id).into(),
        username: name.to_lowercase(),
        display_name: name.to_owned(),
        avatar_url: None,
    }
}

pub fn ann() -> Profile {
    profile(1, "Ann")
}

pub fn bob() -> Profile {
    profile(2, "Bob")
}

pub fn member(user: Profile, role: MemberRole) -> Member {
    Member { user, role, joined_at: now(), muted_until: None }
}

pub fn actor(user: Profile) -> Actor {
    Actor { id: user.id, is_guest: false, is_admin: false }
}

/// An event of [`conversation`].
pub fn event(body: EventBody) -> Event {
    Event { stream: conversation().id.into(), seq: 3, at: now(), body }
}

/// A private group.
pub fn conversation() -> Conversation {
    Conversation {
        id: Uuid::from_u128(10).into(),
        kind: ConversationKind::Group,
        name: Some(ConversationName::parse("friends").unwrap()),
        topic: Topic::default(),
        visibility: Visibility::Private,
        created_at: now(),
        last_seq: 2,
        last_ordinal: 0,
        last_event_at: now(),
        epoch: Epoch(Uuid::from_u128(11)),
        archived_at: None,
        settings: ConversationSettings::of_new(ConversationKind::Group),
    }
}

pub fn message() -> Message {
    message_numbered(3)
}

pub fn message_numbered(seq: u64) -> Message {
    Message {
        id: Uuid::from_u128(100 + u128::from(seq)).into(),
        conversation_id: conversation().id,
        seq,
        ordinal: seq,
        sender: ann(),
        content: Some(MessageContent::parse("hi").unwrap()),
        reply_to: None,
        thread_root: None,
        thread: None,
        mentions: Vec::new(),
        reactions: Vec::new(),
        pinned_at: None,
        edited_at: None,
        deleted_at: None,
        created_at: now(),
        nonce: Nonce::parse("n1").unwrap(),
    }
}
