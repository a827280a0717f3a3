//! What the tests of this crate share: short ids, a log that is a vector, a bus that is a channel.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use chrono::DateTime;
use futures_util::stream::unfold;
use rialto_kernel::{Clock, ConnectionId, ConversationId, Decimal, IdSource, Instant, UserId};
use rialto_messaging::ports::{MockMessagingStore, MockPresenceBoard, MockRealtimeBus};
use rialto_messaging::{
    Appended, BusItem, Epoch, Event, EventBody, Member, MemberRole, Message, MessageContent, MessagingDeps,
    MessagingService, Nonce, Profile, StreamTop,
};
use rialto_portfolio::{AssetId, Currency, Quote};
use serde_json::Value;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use uuid::Uuid;

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
    StreamTop { conversation_id: conversation_id(n), epoch: Epoch(Uuid::from_u128(7)), last_seq }
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

pub(crate) fn event(seq: u64) -> Arc<Event> {
    Arc::new(message_event(conversation_id(1), seq, user_id(1)))
}

pub(crate) fn message_event(conversation_id: ConversationId, seq: u64, sender: UserId) -> Event {
    let message = Message {
        id: Uuid::from_u128(9_000 + u128::from(seq)).into(),
        conversation_id,
        seq,
        ordinal: seq,
        sender: profile(sender),
        content: MessageContent::parse("hi").unwrap(),
        reply_to: None,
        created_at: now(),
        nonce: Nonce::parse(&seq.to_string()).unwrap(),
    };
    Event { conversation_id, seq, at: now(), body: EventBody::MessageCreated(message) }
}

pub(crate) fn added(conversation_id: ConversationId, seq: u64, user: UserId) -> Event {
    let member = Member { user: profile(user), role: MemberRole::Member, joined_at: now() };
    Event { conversation_id, seq, at: now(), body: EventBody::MemberAdded(member) }
}

pub(crate) fn removed(conversation_id: ConversationId, seq: u64, user: UserId) -> Event {
    Event { conversation_id, seq, at: now(), body: EventBody::MemberRemoved(profile(user)) }
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

/// Logs of conversations, and a bus that carries only what a test puts on it.
#[derive(Clone, Default)]
pub(crate) struct FakeLog {
    logs: Arc<Mutex<BTreeMap<ConversationId, Vec<Event>>>>,
    listeners: Arc<Mutex<Vec<UnboundedSender<BusItem>>>>,
}

impl FakeLog {
    /// Commits the next event of a conversation; nobody is told.
    pub fn append(&self, id: ConversationId, make: impl FnOnce(ConversationId, u64, UserId) -> Event, user: UserId) {
        let mut logs = self.logs.lock().unwrap();
        let log = logs.entry(id).or_default();
        let event = make(id, log.len() as u64 + 1, user);
        log.push(event);
    }

    pub fn event(&self, id: ConversationId, seq: u64) -> Option<Arc<Event>> {
        let index = usize::try_from(seq).unwrap().checked_sub(1)?;
        self.logs.lock().unwrap().get(&id)?.get(index).cloned().map(Arc::new)
    }

    pub fn top(&self, id: ConversationId) -> u64 {
        self.logs.lock().unwrap().get(&id).map_or(0, |log| log.len() as u64)
    }

    fn tell(&self, item: &BusItem) {
        self.listeners.lock().unwrap().retain(|listener| listener.send(item.clone()).is_ok());
    }

    fn members(log: &[Event]) -> Vec<UserId> {
        let mut members = Vec::new();
        for event in log {
            match &event.body {
                EventBody::MemberAdded(member) => members.push(member.user.id),
                EventBody::MemberRemoved(user) => members.retain(|id| *id != user.id),
                EventBody::MessageCreated(_) => {}
            }
        }
        members
    }

    pub fn tops_of(&self, user: UserId) -> Vec<StreamTop> {
        let logs = self.logs.lock().unwrap();
        let own = logs.iter().filter(|(_, log)| Self::members(log).contains(&user));
        own.map(|(id, log)| Self::top_of(*id, log)).collect()
    }

    fn top_of(conversation_id: ConversationId, log: &[Event]) -> StreamTop {
        StreamTop { conversation_id, epoch: Epoch(Uuid::from_u128(7)), last_seq: log.len() as u64 }
    }

    pub fn service(&self) -> MessagingService {
        let mut store = MockMessagingStore::new();
        let log = self.clone();
        store.expect_list_events().returning(move |id, after, limit| {
            let logs = log.logs.lock().unwrap();
            let events = logs.get(&id).into_iter().flatten().filter(|event| event.seq > after);
            Ok(events.take(usize::try_from(limit).unwrap()).cloned().collect())
        });
        let log = self.clone();
        store.expect_stream_tops_of().returning(move |user| Ok(log.tops_of(user)));
        let log = self.clone();
        store.expect_stream_tops().returning(move |ids| {
            let logs = log.logs.lock().unwrap();
            Ok(ids.iter().filter_map(|id| Some(Self::top_of(*id, logs.get(id)?))).collect())
        });
        let log = self.clone();
        store.expect_append_message().returning(move |new| {
            let saying = |id, seq, sender| {
                let mut event = message_event(id, seq, sender);
                if let EventBody::MessageCreated(message) = &mut event.body {
                    message.content = new.content.clone();
                }
                event
            };
            log.append(new.conversation_id, saying, new.sender_id);
            let event = log.event(new.conversation_id, log.top(new.conversation_id)).unwrap();
            match &event.body {
                EventBody::MessageCreated(message) => Ok(Appended::New(message.clone())),
                _ => unreachable!(),
            }
        });
        let log = self.clone();
        store.expect_find_member().returning(move |id, user| {
            let logs = log.logs.lock().unwrap();
            let inside = logs.get(&id).is_some_and(|log| Self::members(log).contains(&user));
            Ok(inside.then(|| Member { user: profile(user), role: MemberRole::Member, joined_at: now() }))
        });
        store.expect_find_conversation().returning(|_| Ok(None));

        let mut bus = MockRealtimeBus::new();
        let log = self.clone();
        bus.expect_publish_event().returning(move |event| log.tell(&BusItem::Event(event)));
        let log = self.clone();
        bus.expect_publish_signal().returning(move |signal| log.tell(&BusItem::Signal(signal)));
        let log = self.clone();
        bus.expect_subscribe().returning(move || {
            let (sender, receiver) = unbounded_channel();
            log.listeners.lock().unwrap().push(sender);
            Box::pin(unfold(receiver, |mut receiver| async { receiver.recv().await.map(|item| (item, receiver)) }))
        });
        let mut presence = MockPresenceBoard::new();
        presence.expect_connect().returning(|_, _| None);
        presence.expect_disconnect().returning(|_, _, _| None);
        MessagingService::new(MessagingDeps {
            store: Arc::new(store),
            bus: Arc::new(bus),
            presence: Arc::new(presence),
            clock: Arc::new(FakeNow),
            ids: Arc::new(FakeIds::default()),
        })
    }
}
