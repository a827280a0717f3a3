//! Alerts from the quote to the reader, over the store of this crate.

#![allow(clippy::unwrap_used, reason = "test code: a failure panics")]

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use chrono::TimeDelta;
use rialto_adapter_memory::MemoryStore;
use rialto_identity::IdentityStore;
use rialto_kernel::{Clock, ConversationId, FiringId, Instant, StoreError, UserId};
use rialto_portfolio::service::alerts::DeliveryRun;
use rialto_portfolio::{
    Alert, AlertCourier, AlertDeps, AlertLimits, AlertRule, AlertService, AlertState, Cooldown, CourierError, Currency,
    DeliveryState, DeliveryTarget, Firing, Hysteresis, Interval, NewAlert, PricePoint, PricePointStore, Quote, Series,
    Threshold,
};
use rialto_testkit::{FakeClock, FakeIds, builders};

/// Tells readers, or fails: before it told them, or after it did.
#[derive(Default)]
struct FakeCourier {
    told: Mutex<Vec<(DeliveryTarget, FiringId)>>,
    trouble: Mutex<Option<Trouble>>,
}

#[derive(Clone, Copy)]
enum Trouble {
    Before,
    After,
    Refuses,
}

impl FakeCourier {
    fn set(&self, trouble: Option<Trouble>) {
        *self.trouble.lock().unwrap() = trouble;
    }

    fn tell(&self, target: DeliveryTarget, firing: &Firing) -> Result<(), CourierError> {
        let trouble = *self.trouble.lock().unwrap();
        match trouble {
            Some(Trouble::Before) => return Err(CourierError::unavailable("away")),
            Some(Trouble::Refuses) => return Err(CourierError::refused("not_a_member")),
            Some(Trouble::After) | None => self.told.lock().unwrap().push((target, firing.id)),
        }
        trouble.map_or(Ok(()), |_| Err(CourierError::unavailable("hung up")))
    }

    /// What readers see: whoever is told twice knows a firing by its id.
    fn seen(&self) -> BTreeSet<(DeliveryTarget, FiringId)> {
        self.told.lock().unwrap().iter().copied().collect()
    }
}

#[async_trait]
impl AlertCourier for FakeCourier {
    async fn may_post(&self, _: UserId, _: ConversationId) -> Result<bool, CourierError> {
        Ok(true)
    }

    async fn notify(&self, _: UserId, firing: &Firing) -> Result<(), CourierError> {
        self.tell(DeliveryTarget::Owner, firing)
    }

    async fn post(&self, _: UserId, conversation: ConversationId, firing: &Firing) -> Result<(), CourierError> {
        self.tell(DeliveryTarget::Conversation(conversation), firing)
    }
}

struct NoPoints;

#[async_trait]
impl PricePointStore for NoPoints {
    async fn record(&self, _: &[PricePoint]) -> Result<(), StoreError> {
        Ok(())
    }

    async fn list_points(&self, _: &Series, _: Instant, _: Instant, _: u32) -> Result<Vec<PricePoint>, StoreError> {
        Ok(Vec::new())
    }

    async fn find_last(&self, _: &Series, _: Instant) -> Result<Option<PricePoint>, StoreError> {
        Ok(None)
    }

    async fn prune(&self, _: Interval, _: Instant, _: u32) -> Result<u64, StoreError> {
        Ok(0)
    }
}

struct World {
    store: Arc<MemoryStore>,
    courier: Arc<FakeCourier>,
    clock: Arc<FakeClock>,
    ids: Arc<FakeIds>,
    service: AlertService,
}

impl World {
    fn new() -> Self {
        let (store, courier) = (Arc::new(MemoryStore::new()), Arc::new(FakeCourier::default()));
        let (clock, ids) = (Arc::new(FakeClock::new()), Arc::new(FakeIds::new()));
        let service = service(&store, &courier, &clock, &ids);
        Self { store, courier, clock, ids, service }
    }

    /// The same database, and nothing in memory any more.
    fn restart(&mut self) {
        self.service = service(&self.store, &self.courier, &self.clock, &self.ids);
    }

    async fn owner(&self) -> UserId {
        let account = builders::account(&self.ids, builders::user(&self.ids, "ann", self.clock.now()));
        self.store.insert_account(account.clone()).await.unwrap();
        account.user.id
    }

    /// Above 100, over and over, told to its owner and in a conversation.
    async fn alert(&self, owner: UserId, repeat: bool) -> Alert {
        let new = NewAlert {
            rule: AlertRule::Above {
                asset_id: builders::asset("bitcoin"),
                threshold: Threshold::new("100".parse().unwrap()).unwrap(),
            },
            currency: Currency::default(),
            repeat,
            cooldown: Cooldown::from_seconds(0).unwrap(),
            hysteresis: Hysteresis::new("1".parse().unwrap()).unwrap(),
            deliver_to: Some(self.ids.next()),
            note: None,
        };
        self.service.create(owner, new).await.unwrap()
    }

    /// A second later bitcoin has this price.
    async fn price(&self, price: &str) -> Vec<Firing> {
        self.service.evaluate(&self.quote(price)).await.unwrap()
    }

    fn quote(&self, price: &str) -> Quote {
        let at = self.clock.advance(TimeDelta::seconds(1));
        Quote {
            asset_id: builders::asset("bitcoin"),
            symbol: "btc".into(),
            name: "Bitcoin".into(),
            price: price.parse().unwrap(),
            currency: Currency::default(),
            change_24h: None,
            change_percent_24h: None,
            market_cap: None,
            volume_24h: None,
            rank: None,
            provider: "fake",
            observed_at: at,
            fetched_at: at,
            stale: false,
            conversion: Vec::new(),
        }
    }

    async fn deliver_after(&self, seconds: i64) -> DeliveryRun {
        let now = self.clock.advance(TimeDelta::seconds(seconds));
        self.service.deliver_due(now).await.unwrap()
    }

    async fn states(&self, alert: &Alert) -> Vec<(DeliveryState, u32)> {
        let page = self.service.firings(alert.owner, alert.id, None, builders::limit(10)).await.unwrap().unwrap();
        let deliveries = page.items.into_iter().flat_map(|logged| logged.deliveries);
        deliveries.map(|delivery| (delivery.state, delivery.attempts)).collect()
    }
}

fn service(
    store: &Arc<MemoryStore>,
    courier: &Arc<FakeCourier>,
    clock: &Arc<FakeClock>,
    ids: &Arc<FakeIds>,
) -> AlertService {
    AlertService::new(AlertDeps {
        store: store.clone(),
        courier: courier.clone(),
        points: Arc::new(NoPoints),
        clock: clock.clone(),
        ids: ids.clone(),
        limits: AlertLimits { min_posted_cooldown: TimeDelta::zero(), ..AlertLimits::default() },
    })
}

#[tokio::test]
async fn a_one_shot_fires_once_is_told_to_all_targets_and_is_kept() {
    let world = World::new();
    let owner = world.owner().await;
    let alert = world.alert(owner, false).await;
    assert_eq!(world.price("99").await, []);
    assert_eq!(world.price("100").await.len(), 1);
    assert_eq!(world.price("50").await, []);
    assert_eq!(world.price("101").await, []);
    assert_eq!(world.deliver_after(0).await, DeliveryRun { delivered: 2, ..DeliveryRun::default() });
    assert_eq!(world.deliver_after(10_000).await, DeliveryRun::default());
    assert_eq!(world.courier.seen().len(), 2);
    let kept = world.service.find(owner, alert.id).await.unwrap().unwrap();
    assert_eq!(kept.state, AlertState::Disabled);
}

#[tokio::test]
async fn a_repeating_alert_fires_at_each_crossing_across_restarts() {
    let mut world = World::new();
    let alert = world.alert(world.owner().await, true).await;
    let mut fired = 0;
    for price in ["101", "99.5", "101", "98", "101", "102", "90", "100"] {
        world.restart();
        fired += world.price(price).await.len();
    }
    assert_eq!(fired, 3);
    assert_eq!(world.states(&alert).await.len(), 6);
}

#[tokio::test]
async fn a_restart_between_firing_and_telling_neither_loses_nor_doubles() {
    let mut world = World::new();
    world.alert(world.owner().await, false).await;
    let fired = world.price("100").await;
    world.restart();
    assert_eq!(world.price("100").await, [], "what fired does not fire again");
    // Told, but the server ended before it wrote that down.
    world.courier.set(Some(Trouble::After));
    world.deliver_after(0).await;
    world.restart();
    world.courier.set(None);
    world.deliver_after(5).await;
    assert_eq!(world.deliver_after(100_000).await, DeliveryRun::default());
    let seen: Vec<_> = world.courier.seen().into_iter().map(|(_, firing)| firing).collect();
    assert_eq!(seen, [fired[0].id, fired[0].id], "each of two targets once");
    assert_eq!(world.courier.told.lock().unwrap().len(), 4, "although each was told twice");
}

#[tokio::test]
async fn telling_is_tried_again_after_longer_and_longer_and_then_given_up() {
    let world = World::new();
    let alert = world.alert(world.owner().await, false).await;
    world.price("100").await;
    world.courier.set(Some(Trouble::Before));
    let postponed = DeliveryRun { postponed: 2, ..DeliveryRun::default() };
    assert_eq!(world.deliver_after(0).await, postponed);
    for seconds in [5, 30, 120, 600] {
        assert_eq!(world.deliver_after(seconds - 1).await, DeliveryRun::default(), "{seconds}");
        assert_eq!(world.deliver_after(1).await, postponed, "{seconds}");
    }
    assert_eq!(world.deliver_after(3_600).await, DeliveryRun { failed: 2, ..DeliveryRun::default() });
    world.courier.set(None);
    assert_eq!(world.deliver_after(100_000).await, DeliveryRun::default());
    assert_eq!(world.states(&alert).await, [(DeliveryState::Failed, 6); 2]);
    assert!(world.courier.seen().is_empty());
}

#[tokio::test]
async fn what_is_refused_is_not_tried_again_and_the_log_says_why() {
    let world = World::new();
    let alert = world.alert(world.owner().await, false).await;
    world.price("100").await;
    world.courier.set(Some(Trouble::Refuses));
    assert_eq!(world.deliver_after(0).await, DeliveryRun { failed: 2, ..DeliveryRun::default() });
    let page = world.service.firings(alert.owner, alert.id, None, builders::limit(10)).await.unwrap().unwrap();
    let why: Vec<_> = page.items[0].deliveries.iter().map(|delivery| delivery.error.as_deref()).collect();
    assert_eq!(why, [Some("not_a_member"); 2]);
}

#[tokio::test]
async fn two_evaluators_fire_an_alert_once() {
    let world = World::new();
    let alert = world.alert(world.owner().await, true).await;
    let other = service(&world.store, &world.courier, &world.clock, &world.ids);
    let quote = world.quote("100");
    world.service.reload().await.unwrap();
    other.reload().await.unwrap();
    let before = other.generation();
    let fired = [world.service.evaluate(&quote).await.unwrap(), other.evaluate(&quote).await.unwrap()].concat();
    assert_eq!(fired.len(), 1);
    assert_ne!(other.generation(), before, "the slower one reads the alerts anew");
    other.reload().await.unwrap();
    assert_eq!(other.evaluate(&quote).await.unwrap(), []);
    assert_eq!(world.states(&alert).await.len(), 2);
}

#[tokio::test]
async fn an_alert_that_was_dropped_is_not_told_of() {
    let world = World::new();
    let alert = world.alert(world.owner().await, false).await;
    world.price("100").await;
    assert!(world.service.delete(alert.owner, alert.id).await.unwrap());
    assert_eq!(world.deliver_after(0).await, DeliveryRun::default());
}

#[tokio::test]
async fn firings_are_kept_for_ninety_days() {
    let world = World::new();
    world.alert(world.owner().await, false).await;
    world.price("100").await;
    world.clock.advance(TimeDelta::days(90));
    assert_eq!(world.service.prune(100).await.unwrap(), 0);
    world.clock.advance(TimeDelta::seconds(1));
    assert_eq!(world.service.prune(100).await.unwrap(), 1);
}
