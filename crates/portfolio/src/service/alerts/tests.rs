use std::sync::Mutex;

use mockall::predicate::eq;
use uuid::Uuid;

use super::*;
use crate::model::alert_fixtures::{above, at, decimal, moves, quote};
use crate::model::{
    Alert, AlertChanges, Cooldown, DeliveryTarget, DueDelivery, Interval, MoveDirection, NewAlert, PricePoint,
    SIMULATED,
};
use crate::ports::{CourierError, FireOutcome, MockAlertCourier, MockAlertStore, MockPricePointStore};
use rialto_kernel::{ConversationId, Instant};

#[derive(Clone)]
struct FakeNow(Arc<Mutex<Instant>>);

impl Clock for FakeNow {
    fn now(&self) -> Instant {
        *self.0.lock().unwrap()
    }
}

struct FakeIds;

impl IdSource for FakeIds {
    fn uuid(&self) -> Uuid {
        Uuid::from_u128(42)
    }
}

#[derive(Default)]
struct Mocks {
    store: MockAlertStore,
    courier: MockAlertCourier,
    points: MockPricePointStore,
}

impl Mocks {
    fn service(self) -> (AlertService, FakeNow) {
        let clock = FakeNow(Arc::new(Mutex::new(at(0))));
        let service = AlertService::new(AlertDeps {
            store: Arc::new(self.store),
            courier: Arc::new(self.courier),
            points: Arc::new(self.points),
            clock: Arc::new(clock.clone()),
            ids: Arc::new(FakeIds),
            limits: AlertLimits::default(),
        });
        (service, clock)
    }

    fn holding(alert: &Alert) -> Self {
        let mut mocks = Self::default();
        let (listed, fired) = (alert.clone(), alert.clone());
        mocks.store.expect_list_enabled().returning(move |_, _| Ok(vec![listed.clone()]));
        mocks
            .store
            .expect_fire()
            .returning(move |_, _, firing| Ok(FireOutcome::Fired(Box::new(fired.clone().after_firing(&firing)))));
        mocks
    }
}

fn new_alert(deliver_to: Option<ConversationId>) -> NewAlert {
    let Alert { rule, currency, repeat, cooldown, hysteresis, note, .. } = above("100");
    NewAlert { rule, currency, repeat, cooldown, hysteresis, deliver_to, note }
}

#[tokio::test]
async fn an_alert_for_a_conversation_that_is_closed_to_its_owner_is_refused() {
    for answer in [false, true] {
        let mut mocks = Mocks::default();
        let room = Uuid::from_u128(9).into();
        mocks
            .courier
            .expect_may_post()
            .with(eq(above("1").owner), eq(room))
            .returning(move |_, _| if answer { Err(CourierError::refused("not_a_member")) } else { Ok(false) });
        mocks.store.expect_create().never();
        let refusal = mocks.service().0.create(above("1").owner, new_alert(Some(room))).await.unwrap_err();
        assert!(matches!(refusal, CreateAlertError::MayNotPost));
    }
}

/// What is said to a user who makes this alert, and to one who makes it of another.
async fn refusals(wanted: Alert) -> [Option<UnfitAlert>; 2] {
    let mut mocks = Mocks::default();
    mocks.courier.expect_may_post().returning(|_, _| Ok(true));
    mocks.store.expect_create().returning(|_, _| Ok(()));
    mocks.store.expect_find().returning(|_, _| Ok(Some(above("1"))));
    mocks.store.expect_change().returning(|_, _, changes| Ok(Some(changes.applied_to(above("1")))));
    let (service, _) = mocks.service();
    let Alert { owner, id, rule, currency, repeat, cooldown, hysteresis, deliver_to, note, .. } = wanted;
    let changes = AlertChanges {
        rule: Some(rule.clone()),
        currency: Some(currency.clone()),
        repeat: Some(repeat),
        cooldown: Some(cooldown),
        deliver_to: Some(deliver_to),
        ..AlertChanges::default()
    };
    let off = AlertChanges { enabled: Some(false), ..changes.clone() };
    service.change(owner, id, off).await.expect("it can be switched off");
    let changed = match service.change(owner, id, changes).await {
        Err(ChangeAlertError::Unfit(unfit)) => Some(unfit),
        other => other.map(|_| None).unwrap(),
    };
    let new = NewAlert { rule, currency, repeat, cooldown, hysteresis, deliver_to, note };
    let made = match service.create(owner, new).await {
        Err(CreateAlertError::Unfit(unfit)) => Some(unfit),
        other => other.map(|_| None).unwrap(),
    };
    [made, changed]
}

#[tokio::test]
async fn moves_are_watched_in_the_currency_that_is_recorded_only() {
    let in_euros = |alert| Alert { currency: Currency::parse("eur").unwrap(), ..alert };
    let moves = || moves("5", MoveDirection::Up, 600);
    assert_eq!(refusals(in_euros(moves())).await, [Some(UnfitAlert::MoveCurrency); 2]);
    assert_eq!(refusals(moves()).await, [None; 2]);
    assert_eq!(refusals(in_euros(above("1"))).await, [None; 2]);
}

#[tokio::test]
async fn a_window_that_begins_before_what_is_remembered_is_refused() {
    let hours = |hours: u64| moves("5", MoveDirection::Up, hours * 3_600);
    let max = TimeDelta::hours(167);
    assert_eq!(refusals(hours(168)).await, [Some(UnfitAlert::WindowTooLong { max }); 2]);
    assert_eq!(refusals(hours(167)).await, [None; 2]);
}

#[tokio::test]
async fn an_alert_that_repeats_in_a_conversation_is_quiet_for_a_minute_at_least() {
    let room = Some(Uuid::from_u128(9).into());
    let quiet = |seconds| Alert { cooldown: Cooldown::from_seconds(seconds).unwrap(), repeat: true, ..above("1") };
    let posted = |seconds| Alert { deliver_to: room, ..quiet(seconds) };
    let min = TimeDelta::seconds(60);
    assert_eq!(refusals(posted(59)).await, [Some(UnfitAlert::CooldownTooShort { min }); 2]);
    assert_eq!(refusals(posted(60)).await, [None; 2]);
    assert_eq!(refusals(quiet(0)).await, [None; 2], "the owner alone hears of it");
    assert_eq!(refusals(Alert { repeat: false, ..posted(0) }).await, [None; 2], "it is said once");
}

#[tokio::test]
async fn a_new_alert_changes_the_generation() {
    let mut mocks = Mocks::default();
    mocks.store.expect_create().withf(|_, max| *max == 100).returning(|_, _| Ok(()));
    let (service, _) = mocks.service();
    let before = service.generation();
    service.create(above("1").owner, new_alert(None)).await.unwrap();
    assert_ne!(service.generation(), before);
}

#[tokio::test]
async fn a_one_shot_is_not_judged_again_once_it_fired() {
    let (service, _) = Mocks::holding(&above("100")).service();
    assert_eq!(service.evaluate(&quote("100", 0)).await.unwrap().len(), 1);
    assert_eq!(service.evaluate(&quote("101", 60)).await.unwrap(), []);
    assert_eq!(service.watched_assets(), []);
}

#[tokio::test]
async fn an_older_quote_after_a_newer_one_never_fires() {
    let (service, _) = Mocks::holding(&above("100")).service();
    assert_eq!(service.evaluate(&quote("99", 60)).await.unwrap(), []);
    assert_eq!(service.evaluate(&quote("200", 59)).await.unwrap(), []);
    service.reload().await.unwrap();
    assert_eq!(service.evaluate(&quote("200", 59)).await.unwrap(), [], "loading anew forgets nothing");
    assert_eq!(service.evaluate(&quote("200", 61)).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_stale_quote_never_fires_and_is_no_base() {
    let mut mocks = Mocks::holding(&moves("10", MoveDirection::Either, 60));
    mocks.points.expect_find_last().returning(|_, _| Ok(None));
    let (service, clock) = mocks.service();
    let stale = |price, seconds| crate::model::Quote { stale: true, ..quote(price, seconds) };
    assert_eq!(service.evaluate(&stale("1", 0)).await.unwrap(), []);
    *clock.0.lock().unwrap() = at(90);
    assert_eq!(service.evaluate(&quote("100", 90)).await.unwrap(), []);
}

#[tokio::test]
async fn a_move_over_a_window_fires_by_the_prices_that_were_seen() {
    let mut mocks = Mocks::holding(&moves("10", MoveDirection::Up, 600));
    mocks.points.expect_find_last().returning(|_, _| Ok(None));
    let (service, clock) = mocks.service();
    for (price, seconds, fires) in [("100", 0, false), ("109", 300, false), ("112", 590, false), ("112", 610, true)] {
        *clock.0.lock().unwrap() = at(seconds);
        let fired = service.evaluate(&quote(price, seconds)).await.unwrap();
        assert_eq!(fired.len(), usize::from(fires), "after {seconds} s");
        assert!(fired.iter().all(|firing| firing.base_price == Some(decimal("100"))));
    }
}

/// A point of bitcoin whose interval began so many seconds after the start.
fn point(price: &str, seconds: i64, provider: &'static str) -> PricePoint {
    let seen = crate::model::Quote { provider, ..quote(price, seconds) };
    PricePoint { at: at(seconds), ..PricePoint::of(&seen, Interval::FiveMinutes) }
}

#[tokio::test]
async fn a_move_fires_after_a_restart_by_what_was_recorded() {
    // The start is 1 min 40 s before a whole five minutes.
    let cases = [
        (Some(point("100", -200, "fake")), 1),
        (None, 0),
        (Some(point("100", -700, "fake")), 0),
        (Some(point("100", -200, SIMULATED)), 0),
    ];
    for (recorded, fires) in cases {
        let mut mocks = Mocks::holding(&moves("10", MoveDirection::Up, 600));
        let found = recorded.clone();
        mocks.points.expect_find_last().times(1).returning(move |series, until| {
            assert_eq!(series.interval, Interval::FiveMinutes);
            assert!(until <= at(0));
            Ok(found.clone())
        });
        let (service, clock) = mocks.service();
        *clock.0.lock().unwrap() = at(600);
        let fired = service.evaluate(&quote("111", 600)).await.unwrap();
        assert_eq!(fired.len(), fires, "{recorded:?}");
    }
}

#[tokio::test]
async fn what_is_recorded_is_asked_for_once_in_five_minutes() {
    let mut mocks = Mocks::holding(&moves("10", MoveDirection::Up, 600));
    mocks.points.expect_find_last().times(1).returning(|_, _| Ok(None));
    let (service, clock) = mocks.service();
    for seconds in [600, 610, 620] {
        *clock.0.lock().unwrap() = at(seconds);
        assert_eq!(service.evaluate(&quote("111", seconds)).await.unwrap(), []);
    }
}

#[tokio::test]
async fn an_alert_that_changed_meanwhile_does_not_fire_and_is_read_anew() {
    let mut mocks = Mocks::default();
    mocks.store.expect_list_enabled().returning(|_, _| Ok(vec![above("100")]));
    mocks.store.expect_fire().returning(|_, _, _| Ok(FireOutcome::Superseded));
    let (service, _) = mocks.service();
    let before = service.generation();
    assert_eq!(service.evaluate(&quote("100", 0)).await.unwrap(), []);
    assert_ne!(service.generation(), before);
}

#[tokio::test]
async fn an_attempt_that_another_node_wrote_down_is_not_counted_again() {
    let mut mocks = Mocks::default();
    let firing = crate::model::Firing::of(Uuid::from_u128(7).into(), &above("1"), &quote("1", 0), None, at(0));
    let due = DueDelivery { firing, target: DeliveryTarget::Owner, attempts: 3 };
    mocks.store.expect_due_deliveries().returning(move |_, _| Ok(vec![due.clone()]));
    mocks.courier.expect_notify().returning(|_, _| Ok(()));
    mocks.store.expect_note_delivery().withf(|_, _, attempts, _| *attempts == 3).returning(|_, _, _, _| Ok(false));
    assert_eq!(mocks.service().0.deliver_due(at(0)).await.unwrap(), DeliveryRun::default());
}

#[tokio::test]
async fn assets_are_watched_by_currency_and_each_once() {
    let mut mocks = Mocks::default();
    let eur = Currency::parse("eur").unwrap();
    let other = Alert { currency: eur.clone(), id: Uuid::from_u128(5).into(), ..above("1") };
    let twin = Alert { id: Uuid::from_u128(6).into(), ..above("2") };
    mocks.store.expect_list_enabled().returning(move |_, _| Ok(vec![above("1"), other.clone(), twin.clone()]));
    let (service, _) = mocks.service();
    service.reload().await.unwrap();
    let watched = service.watched_assets();
    assert_eq!(watched.iter().map(|of| of.currency.clone()).collect::<Vec<_>>(), [eur, Currency::default()]);
    assert!(watched.iter().all(|of| of.assets.len() == 1));
}
