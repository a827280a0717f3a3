use chrono::{DateTime, TimeDelta};
use futures_util::FutureExt;
use proptest::prelude::*;
use rialto_kernel::{Decimal, Instant};

use super::*;
use crate::model::{AssetId, Currency, PricePoint, Quote, SIMULATED};
use crate::ports::{MockPriceFeed, MockWatchlistStore, ProviderError};
use crate::service::fake_points::FakePoints;
use crate::service::fixtures::{asset, quote_of};

struct Scene {
    points: Arc<FakePoints>,
    recorder: PriceRecorder,
}

fn scene_of(feed: MockPriceFeed, watchlists: MockWatchlistStore, settings: RecorderSettings) -> Scene {
    let points = Arc::new(FakePoints::default());
    let deps =
        RecorderDeps { feed: Arc::new(feed), points: points.clone(), watchlists: Arc::new(watchlists), settings };
    Scene { points, recorder: PriceRecorder::new(deps) }
}

impl Scene {
    fn new() -> Self {
        Self::with(RecorderSettings::default())
    }

    fn with(settings: RecorderSettings) -> Self {
        scene_of(MockPriceFeed::new(), MockWatchlistStore::new(), settings)
    }

    /// The store answers at once.
    fn flush(&self) -> Flushed {
        self.recorder.flush().now_or_never().unwrap().unwrap()
    }
}

fn start() -> Instant {
    Interval::Day.start_of(DateTime::from_timestamp(1_700_000_000, 0).unwrap())
}

/// A quote this many seconds into the day.
fn quote(second: i64, price: u32) -> Quote {
    let observed_at = start() + TimeDelta::seconds(second);
    Quote { observed_at, fetched_at: observed_at, price: Decimal::from(price), ..quote_of(&asset("bitcoin")) }
}

fn prices(points: &[PricePoint]) -> Vec<(i64, String)> {
    points.iter().map(|point| ((point.at - start()).num_seconds(), point.price.to_string())).collect()
}

fn words(list: &[(i64, &str)]) -> Vec<(i64, String)> {
    list.iter().map(|(second, price)| (*second, (*price).to_owned())).collect()
}

#[test]
fn the_last_quote_is_the_close_of_all_three_intervals_once_it_is_flushed() {
    let scene = Scene::new();
    scene.recorder.record(&[quote(290, 1), quote(299, 2), quote(300, 3), quote(3_600, 4)]);
    assert_eq!(scene.points.all(), []);
    assert_eq!(scene.flush(), Flushed { written: 6, given_up: 0 });
    let of = |interval| prices(&scene.points.of(interval));
    assert_eq!(of(Interval::FiveMinutes), words(&[(0, "2"), (300, "3"), (3_600, "4")]));
    assert_eq!(of(Interval::Hour), words(&[(0, "3"), (3_600, "4")]));
    assert_eq!(of(Interval::Day), words(&[(0, "4")]));
}

#[test]
fn only_what_changed_is_written_and_in_batches() {
    let scene = Scene::new();
    scene.recorder.record(&[quote(1, 1)]);
    scene.flush();
    scene.recorder.record(&[quote(1, 1), Quote { stale: true, ..quote(2, 9) }]);
    assert_eq!(scene.flush(), Flushed::default());
    let many: Vec<_> = (0..400).map(|n| Quote { asset_id: asset(&format!("coin-{n}")), ..quote(3, 1) }).collect();
    scene.recorder.record(&many);
    assert_eq!(scene.flush().written, 1_200);
    assert_eq!(scene.points.acts(), [3, 500, 500, 200]);
}

#[test]
fn a_made_up_quote_never_displaces_a_real_one_before_or_after_a_flush() {
    let made_up = |second| Quote { provider: SIMULATED, ..quote(second, 9) };
    let scene = Scene::new();
    for second in [0, 10] {
        scene.recorder.record(&[made_up(second), quote(second + 1, 1), made_up(second + 2)]);
        scene.flush();
        assert_eq!(prices(&scene.points.of(Interval::Day)), words(&[(0, "1")]));
    }
}

#[test]
fn what_the_store_did_not_take_is_written_by_the_next_flush() {
    let scene = Scene::new();
    scene.recorder.record(&[quote(1, 1)]);
    scene.points.fail(true);
    assert!(scene.recorder.flush().now_or_never().unwrap().is_err());
    scene.recorder.record(&[quote(2, 2), quote(301, 3)]);
    scene.points.fail(false);
    assert_eq!(scene.flush().written, 4);
    assert_eq!(prices(&scene.points.of(Interval::FiveMinutes)), words(&[(0, "2"), (300, "3")]));
}

#[test]
fn while_the_store_fails_memory_is_bounded_and_days_outlast_minutes() {
    let scene = Scene::with(RecorderSettings { max_pending: 10, ..RecorderSettings::default() });
    for n in 0..100 {
        scene.recorder.record(&[quote(n * 300, 1)]);
        assert!(scene.recorder.pending().len() <= 10);
    }
    let flushed = scene.flush();
    assert_eq!(flushed.written, 10);
    // 100 of five minutes, nine hours, one day.
    assert_eq!(flushed.given_up, 100);
    assert_eq!((scene.points.of(Interval::Day).len(), scene.points.of(Interval::Hour).len()), (1, 9));
    assert_eq!(scene.flush(), Flushed::default());
}

#[test]
fn neither_the_future_nor_what_would_be_forgotten_at_once_is_recorded() {
    let scene = Scene::new();
    let fetched_at = start();
    let seen = |ago: TimeDelta| Quote { observed_at: fetched_at - ago, fetched_at, ..quote(0, 1) };
    scene.recorder.record(&[seen(TimeDelta::minutes(-2))]);
    assert_eq!(scene.flush().written, 0);
    scene.recorder.record(&[seen(TimeDelta::days(8))]);
    scene.recorder.record(&[seen(TimeDelta::days(100))]);
    scene.flush();
    let counts = Interval::ALL.map(|interval| scene.points.of(interval).len());
    assert_eq!(counts, [0, 1, 2]);
}

#[test]
fn points_are_forgotten_when_they_have_been_kept_long_enough() {
    let scene = Scene::with(RecorderSettings {
        retention: Retention { five_minutes: Some(Duration::from_secs(600)), ..Retention::default() },
        ..RecorderSettings::default()
    });
    scene.recorder.record(&[quote(0, 1), quote(300, 2), quote(600, 3)]);
    scene.flush();
    let tidy = |seconds| scene.recorder.tidy(start() + TimeDelta::seconds(seconds)).now_or_never().unwrap().unwrap();
    assert_eq!((tidy(600), tidy(900), tidy(900)), (0, 1, 0));
    assert_eq!(prices(&scene.points.of(Interval::FiveMinutes)), words(&[(300, "2"), (600, "3")]));
    assert_eq!(tidy(86_400 * 91), 3, "minutes and the hour, but never days");
    assert_eq!(prices(&scene.points.all()), words(&[(0, "3")]));
}

#[tokio::test]
async fn a_great_many_old_points_are_forgotten_in_one_go_and_others_have_their_turn() {
    let scene = Scene::new();
    let point = PricePoint::of(&quote(0, 1), Interval::FiveMinutes);
    let points = (0..52_500).map(|n| PricePoint { at: start() + TimeDelta::minutes(5) * n, ..point.clone() });
    scene.points.record(&points.collect::<Vec<_>>()).await.unwrap();
    let mut tidying = Box::pin(scene.recorder.tidy(start() + TimeDelta::days(1_000)));
    assert_eq!((&mut tidying).now_or_never().map(drop), None, "a step is not all of it");
    assert_eq!(tidying.await.unwrap(), 52_500);
    assert_eq!(scene.points.all(), []);
}

#[tokio::test]
async fn what_is_popular_comes_before_what_is_followed_and_handed_in_each_once_and_bounded() {
    let scene = |most: u32, popular: bool| {
        let (mut feed, mut watchlists) = (MockPriceFeed::new(), MockWatchlistStore::new());
        watchlists.expect_most_watched().returning(|_| Ok(vec![asset("aave"), asset("bitcoin")]));
        feed.expect_popular().returning(move |limit, _| match popular {
            true => Ok(["bitcoin", "ethereum"].iter().take(limit.into()).map(|id| quote_of(&asset(id))).collect()),
            false => Err(ProviderError::Unsupported),
        });
        scene_of(feed, watchlists, RecorderSettings { max_assets: most, ..RecorderSettings::default() }).recorder
    };
    let alerts = || vec![asset("zcash"), asset("aave")];
    let names = |ids: Vec<AssetId>| ids.iter().map(ToString::to_string).collect::<Vec<_>>();
    let wanted = names(scene(9, true).wanted_assets(2, alerts()).await.unwrap());
    assert_eq!(wanted, ["bitcoin", "ethereum", "aave", "zcash"]);
    assert_eq!(names(scene(2, true).wanted_assets(2, alerts()).await.unwrap()), ["bitcoin", "aave"]);
    assert_eq!(names(scene(9, false).wanted_assets(2, alerts()).await.unwrap()), ["aave", "bitcoin", "zcash"]);
}

#[tokio::test]
async fn neither_alerts_nor_lists_push_the_others_out_of_what_is_recorded() {
    let many = |name: &'static str| (0..600).map(move |n| asset(&format!("{name}-{n}")));
    let wanted = |popular: u16, watched: usize, handed_in: usize| async move {
        let (mut feed, mut watchlists) = (MockPriceFeed::new(), MockWatchlistStore::new());
        watchlists.expect_most_watched().returning(move |_| Ok(many("watched").take(watched).collect()));
        feed.expect_popular()
            .returning(move |limit, _| Ok(many("popular").take(limit.into()).map(|id| quote_of(&id)).collect()));
        let recorder = scene_of(feed, watchlists, RecorderSettings::default()).recorder;
        let assets = recorder.wanted_assets(popular, many("alert").take(handed_in).collect()).await.unwrap();
        ["popular", "watched", "alert"].map(|name| assets.iter().filter(|id| id.as_str().starts_with(name)).count())
    };
    assert_eq!(wanted(100, 600, 600).await, [100, 233, 167]);
    assert_eq!(wanted(100, 20, 600).await, [100, 20, 380]);
    assert_eq!(wanted(600, 600, 600).await, [167, 167, 166]);
    assert_eq!(wanted(0, 600, 3).await, [0, 497, 3]);
}

/// When each quote was observed, all different, in any order; and where a flush comes between.
fn quotes() -> impl Strategy<Value = Vec<(i64, bool, bool)>> {
    let second = prop_oneof![0..900_i64, 0..8_000_i64, 80_000..180_000_i64];
    let times = prop::collection::hash_set(second, 1..60);
    times.prop_flat_map(|times| {
        let times: Vec<_> = times.into_iter().collect();
        let count = times.len();
        let with = (
            Just(times).prop_shuffle(),
            prop::collection::vec(any::<bool>(), count),
            prop::collection::vec(prop::bool::weighted(0.1), count),
        );
        with.prop_map(|(times, made_up, flushes)| {
            times.into_iter().zip(made_up).zip(flushes).map(|((time, made_up), flush)| (time, made_up, flush)).collect()
        })
    })
}

fn recorded(quotes: &[(i64, bool, bool)]) -> Arc<FakePoints> {
    let scene = Scene::new();
    for (second, made_up, flush) in quotes {
        let provider = if *made_up { SIMULATED } else { "fake" };
        let price = u32::try_from(*second).unwrap() + 1;
        scene.recorder.record(&[Quote { provider, ..quote(*second, price) }]);
        if *flush {
            scene.flush();
        }
    }
    scene.flush();
    scene.points
}

proptest! {
    #[test]
    fn quotes_recorded_in_any_order_give_the_points_of_those_sorted_by_time(quotes in quotes()) {
        let mut sorted = quotes.clone();
        sorted.sort_unstable();
        prop_assert_eq!(recorded(&quotes).all(), recorded(&sorted).all());
    }

    #[test]
    fn the_close_of_an_hour_or_a_day_is_that_of_its_last_five_minutes(quotes in quotes()) {
        // Real prices alone: a real one of earlier minutes stands for a longer interval before a made-up one.
        let quotes: Vec<_> = quotes.into_iter().map(|(second, _, flush)| (second, false, flush)).collect();
        let points = recorded(&quotes);
        let minutes = points.of(Interval::FiveMinutes);
        for interval in [Interval::Hour, Interval::Day] {
            let longer = points.of(interval);
            prop_assert!(!longer.is_empty());
            for point in longer {
                let last = minutes.iter().rfind(|minute| interval.start_of(minute.at) == point.at).unwrap();
                prop_assert_eq!((&point.price, point.observed_at), (&last.price, last.observed_at));
            }
        }
    }
}

#[test]
fn one_currency_is_not_another() {
    let scene = Scene::new();
    let euros = Quote { currency: Currency::parse("eur").unwrap(), ..quote(1, 2) };
    scene.recorder.record(&[quote(1, 1), euros]);
    assert_eq!(scene.flush().written, 6);
}
