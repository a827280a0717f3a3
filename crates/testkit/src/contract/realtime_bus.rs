//! What every [`RealtimeBus`] promises. It may lose, so a rule waits for what it published only while
//! nothing else is going on.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use rialto_kernel::{ConversationId, UserId};
use rialto_messaging::{
    Audience, BusItem, BusStream, Event, EventBody, Presence, Profile, RealtimeBus, Receipt, Signal, StreamId,
};
use tokio::time::timeout;

use crate::FakeIds;

/// Runs the rules of [`RealtimeBus`](rialto_messaging::RealtimeBus) on an adapter. The constructor is the
/// absolute path of an `async fn() -> `[`Bus`](crate::contract::realtime_bus::Bus).
#[macro_export]
macro_rules! realtime_bus_contract {
    ($name:ident, $new:path) => {
        $crate::contract_tests! { $name, $new, realtime_bus:
            a_publisher_hears_itself,
            every_subscriber_gets_everything,
            items_keep_their_order,
            signals_arrive_as_they_were_sent,
            publishing_to_nobody_is_no_error,
            a_subscriber_hears_nothing_from_before,
            a_dropped_subscriber_holds_up_nobody,
            a_slow_subscriber_is_told_how_much_it_lost,
        }
    };
}

/// A bus nobody else uses.
pub struct Bus {
    /// The bus.
    pub bus: Arc<dyn RealtimeBus>,
    /// More items than it keeps for a subscriber that does not read.
    pub overflow: u64,
}

impl std::fmt::Debug for Bus {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Bus").field("overflow", &self.overflow).finish_non_exhaustive()
    }
}

const PATIENCE: Duration = Duration::from_secs(10);

fn event(ids: &FakeIds, seq: u64) -> Arc<Event> {
    let user = Profile { id: ids.next(), username: "ann".into(), display_name: "Ann 🦀".into(), avatar_url: None };
    let at = chrono::DateTime::from_timestamp_micros(1_700_000_000_000_001).unwrap();
    Arc::new(Event { stream: StreamId::Conversation(ids.next()), seq, at, body: EventBody::MemberRemoved(user) })
}

async fn next(items: &mut BusStream) -> BusItem {
    timeout(PATIENCE, items.next()).await.expect("the bus delivers in time").expect("the bus stays open")
}

async fn next_event(items: &mut BusStream) -> Arc<Event> {
    match next(items).await {
        BusItem::Event(event) => event,
        other => panic!("{other:?} is no event"),
    }
}

/// The node where it happened gets the hint too.
pub async fn a_publisher_hears_itself(Bus { bus, .. }: Bus) {
    let mut items = bus.subscribe();
    let sent = event(&FakeIds::new(), 1);
    bus.publish_event(sent.clone()).await;
    assert_eq!(next_event(&mut items).await, sent);
}

/// Each its own copy.
pub async fn every_subscriber_gets_everything(Bus { bus, .. }: Bus) {
    let ids = FakeIds::new();
    let mut subscribers: Vec<_> = (0..5).map(|_| bus.subscribe()).collect();
    let sent = [event(&ids, 1), event(&ids, 2)];
    for event in &sent {
        bus.publish_event(event.clone()).await;
    }
    for items in &mut subscribers {
        for event in &sent {
            assert_eq!(&next_event(items).await, event);
        }
    }
}

/// What one publisher sends arrives in the order it was sent.
pub async fn items_keep_their_order(Bus { bus, .. }: Bus) {
    let ids = FakeIds::new();
    let mut items = bus.subscribe();
    for seq in 1..=200 {
        bus.publish_event(event(&ids, seq)).await;
        assert_eq!(next_event(&mut items).await.seq, seq);
    }
}

/// Typing, receipts and presence, online and away.
pub async fn signals_arrive_as_they_were_sent(Bus { bus, .. }: Bus) {
    let ids = FakeIds::new();
    let (conversation_id, user_id): (ConversationId, UserId) = (ids.next(), ids.next());
    let left_at = chrono::DateTime::from_timestamp_micros(1_700_000_000_000_001);
    let mut items = bus.subscribe();
    for sent in [
        Signal::Typing { conversation_id, user_id },
        Signal::Read { conversation_id, receipt: Receipt { user_id, ordinal: u64::MAX } },
        Signal::Presence(Presence { user_id, online: true, last_seen_at: None }, Audience::everybody()),
        Signal::Presence(
            Presence { user_id, online: false, last_seen_at: left_at },
            Audience::AllBut([ids.next(), ids.next()].into()),
        ),
        Signal::Presence(Presence::unseen(user_id), Audience::Only(ids.next())),
    ] {
        bus.publish_signal(sent.clone()).await;
        let received = next(&mut items).await;
        assert!(matches!(received, BusItem::Signal(ref signal) if *signal == sent), "{received:?}");
    }
}

/// Hints may be lost.
pub async fn publishing_to_nobody_is_no_error(Bus { bus, overflow }: Bus) {
    let ids = FakeIds::new();
    for seq in 1..=overflow {
        bus.publish_event(event(&ids, seq)).await;
    }
    let mut items = bus.subscribe();
    let sent = event(&ids, 0);
    bus.publish_event(sent.clone()).await;
    assert_eq!(next_event(&mut items).await, sent);
}

/// A subscription begins with the call, not with the first look at the stream.
pub async fn a_subscriber_hears_nothing_from_before(Bus { bus, .. }: Bus) {
    let ids = FakeIds::new();
    let _early = bus.subscribe();
    bus.publish_event(event(&ids, 1)).await;
    let mut items = bus.subscribe();
    bus.publish_event(event(&ids, 2)).await;
    assert_eq!(next_event(&mut items).await.seq, 2);
}

/// Who stops listening is forgotten.
pub async fn a_dropped_subscriber_holds_up_nobody(Bus { bus, overflow }: Bus) {
    let ids = FakeIds::new();
    let (mut items, dropped) = (bus.subscribe(), bus.subscribe());
    drop(dropped);
    for seq in 1..=overflow {
        bus.publish_event(event(&ids, seq)).await;
        assert_eq!(next_event(&mut items).await.seq, seq);
    }
}

/// Publishing goes on, and what was received and what was lost add up.
pub async fn a_slow_subscriber_is_told_how_much_it_lost(Bus { bus, overflow }: Bus) {
    let ids = FakeIds::new();
    let mut items = bus.subscribe();
    for seq in 1..=overflow {
        bus.publish_event(event(&ids, seq)).await;
    }
    let (mut received, mut lost, mut newest) = (0, 0, 0);
    while newest < overflow {
        match next(&mut items).await {
            BusItem::Event(event) => {
                assert!(event.seq > newest, "no item comes twice or out of order");
                newest = event.seq;
                received += 1;
            }
            BusItem::Lagged(count) => lost += count,
            BusItem::Signal(signal) => panic!("nobody sent {signal:?}"),
        }
    }
    assert!(lost > 0, "{overflow} items were to be more than the bus keeps");
    assert_eq!(received + lost, overflow);
}
