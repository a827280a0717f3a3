//! What the tests of this crate share: short ids, people, events; a log that is a vector, a bus that is a channel.

mod log;
mod services;

use std::sync::Arc;

use chrono::DateTime;
use rialto_kernel::{Clock, ConnectionId, ConversationId, Decimal, IdSource, Instant, UserId};
use rialto_messaging::{
    Epoch, Event, EventBody, Member, MemberRole, Message, MessageContent, Nonce, Profile, StreamTop,
};
use rialto_portfolio::{AssetId, Currency, Quote};
use serde_json::Value;
use uuid::Uuid;

pub(crate) use log::FakeLog;
pub(crate) use services::service;

use crate::metrics::Metrics;
use crate::outbox::Outbox;
use crate::settings::RealtimeSettings;

pub(crate) fn user_id(n: u128) -> UserId {
    Uuid::from_u128(n).into()
}

pub(crate) fn conversation_id(n: u128) -> ConversationId {
    Uuid::from_u128(1_000 + n).into()
}

pub(crate) fn connection(n: u128) -> ConnectionId {
    Uuid::from_u128(2_000 + n).into()
}

pub(crate) fn now() -> Instant {
    DateTime::from_timestamp(1_700_000_000, 0).unwrap()
}

pub(crate) fn top(n: u128, last_seq: u64) -> StreamTop {
    StreamTop { stream: conversation_id(n).into(), epoch: Epoch(Uuid::from_u128(7)), last_seq }
}

pub(crate) fn outbox() -> Arc<Outbox> {
    let settings = RealtimeSettings::default();
    Arc::new(Outbox::new(settings.queue_bytes, settings.queue_frames, Arc::new(Metrics::register())))
}

/// What waits in an outbox, read as a client would.
pub(crate) fn take_frames(outbox: &Outbox) -> Vec<Value> {
    outbox.take_all().iter().filter_map(|bytes| read_frame(bytes)).collect()
}

fn read_frame(bytes: &[u8]) -> Option<Value> {
    let header = match bytes[1] {
        126 => 4,
        127 => 10,
        _ => 2,
    };
    (bytes[0] == 0x81).then(|| serde_json::from_slice(&bytes[header..]).unwrap())
}

pub(crate) fn profile(user: UserId) -> Profile {
    Profile { id: user, username: format!("u{user}"), display_name: "Someone".into(), avatar_url: None }
}

pub(crate) fn message(conversation_id: ConversationId, seq: u64, sender: UserId) -> Message {
    Message {
        id: Uuid::from_u128(9_000 + u128::from(seq)).into(),
        conversation_id,
        seq,
        ordinal: seq,
        sender: profile(sender),
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
        nonce: Nonce::parse(&seq.to_string()).unwrap(),
    }
}

pub(crate) fn member(user: UserId) -> Member {
    Member { user: profile(user), role: MemberRole::Member, joined_at: now(), muted_until: None }
}

pub(crate) fn logged(conversation: ConversationId, seq: u64, body: EventBody) -> Event {
    Event { stream: conversation.into(), seq, at: now(), body }
}

pub(crate) fn message_event(conversation: ConversationId, seq: u64, sender: UserId) -> Event {
    logged(conversation, seq, EventBody::MessageCreated(message(conversation, seq, sender)))
}

pub(crate) fn added(conversation: ConversationId, seq: u64, user: UserId) -> Event {
    logged(conversation, seq, EventBody::MemberAdded(member(user)))
}

pub(crate) fn removed(conversation: ConversationId, seq: u64, user: UserId) -> Event {
    logged(conversation, seq, EventBody::MemberRemoved(profile(user)))
}

pub(crate) fn quote(asset: &AssetId) -> Quote {
    Quote {
        asset_id: asset.clone(),
        symbol: "c".into(),
        name: "Coin".into(),
        price: Decimal::from(1),
        currency: Currency::default(),
        change_24h: None,
        change_percent_24h: None,
        market_cap: None,
        volume_24h: None,
        rank: None,
        provider: "fake",
        observed_at: now(),
        fetched_at: now(),
        stale: false,
        conversion: vec![],
    }
}

pub(crate) struct FakeNow;

impl Clock for FakeNow {
    fn now(&self) -> Instant {
        now()
    }
}

/// Counts.
#[derive(Default)]
pub(crate) struct FakeIds(std::sync::atomic::AtomicU64);

impl IdSource for FakeIds {
    fn uuid(&self) -> Uuid {
        let n = self.0.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        Uuid::from_u128(1_000_000 + u128::from(n))
    }
}
