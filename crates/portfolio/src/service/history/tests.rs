use std::sync::Mutex;

use async_trait::async_trait;
use chrono::TimeDelta;

use super::*;
use crate::model::{AssetQuery, PricePoint, Quote, Span};
use crate::ports::{Found, ProviderError, QuoteOutcomes, Series};
use crate::service::fake_points::FakePoints;
use crate::service::fixtures::{asset, quote_of};

type Answer = Result<Vec<PricePoint>, QuoteError>;

/// Gives the histories it is told to give, each after a second, and notes what it was asked for.
#[derive(Default)]
struct FakeFeed {
    asked: Mutex<Vec<Span>>,
    answers: Mutex<Vec<Answer>>,
    quote: Mutex<Option<Result<Quote, QuoteError>>>,
}

impl FakeFeed {
    fn asked(&self) -> Vec<Span> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }

    fn answers(&self, answer: Answer) {
        self.answers.lock().unwrap().push(answer);
    }
}

#[async_trait]
impl PriceFeed for FakeFeed {
    fn quotes(&self, mut assets: Vec<AssetId>, _: Currency) -> QuoteOutcomes {
        let outcome = self.quote.lock().unwrap().clone().map(|outcome| (assets.remove(0), outcome));
        Box::pin(futures_util::stream::iter(outcome))
    }

    fn at_hand(&self, _: &AssetId, _: &Currency) -> Option<Arc<Quote>> {
        None
    }

    async fn popular(&self, _: u16, _: &Currency) -> Result<Vec<Quote>, ProviderError> {
        unreachable!("histories need no popular assets")
    }

    async fn search(&self, _: &AssetQuery, _: u16) -> Result<Found, ProviderError> {
        unreachable!("histories need no search")
    }

    async fn history(&self, _: &AssetId, _: &Currency, span: &Span) -> Answer {
        self.asked.lock().unwrap().push(*span);
        tokio::time::sleep(Duration::from_secs(1)).await;
        let mut answers = self.answers.lock().unwrap();
        if answers.is_empty() { Ok(vec![]) } else { answers.remove(0) }
    }
}

struct FakeClock(Mutex<Instant>);

impl Clock for FakeClock {
    fn now(&self) -> Instant {
        *self.0.lock().unwrap()
    }
}

struct Scene {
    feed: Arc<FakeFeed>,
    points: Arc<FakePoints>,
    clock: Arc<FakeClock>,
    service: HistoryService,
}

/// Noon of 28 November.
const NOON: &str = "2026-11-28T12:00:30Z";

impl Scene {
    fn new(points: impl IntoIterator<Item = PricePoint>) -> Self {
        Self::over(points, HistoryLimits { max_series: 3, ..HistoryLimits::default() })
    }

    fn limited(limits: HistoryLimits) -> Self {
        Self::over([], limits)
    }

    fn over(points: impl IntoIterator<Item = PricePoint>, limits: HistoryLimits) -> Self {
        let (feed, points) = (Arc::new(FakeFeed::default()), Arc::new(FakePoints::with(points)));
        let clock = Arc::new(FakeClock(Mutex::new(at(NOON))));
        let deps = HistoryDeps { feed: feed.clone(), points: points.clone(), clock: clock.clone(), limits };
        Self { feed, points, clock, service: HistoryService::new(deps) }
    }

    fn advance(&self, by: TimeDelta) {
        *self.clock.0.lock().unwrap() += by;
    }

    async fn history(&self, span: Span) -> Result<History, HistoryError> {
        self.service.history(&asset("bitcoin"), &Currency::default(), span).await
    }

    /// Beginnings and prices.
    async fn prices(&self, span: Span) -> Vec<(Instant, String)> {
        let history = self.history(span).await.unwrap();
        history.points.into_iter().map(|point| (point.at, point.price.to_string())).collect()
    }
}

fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

fn day(day: u32) -> Instant {
    at(&format!("2026-11-{day:02}T00:00:00Z"))
}

/// The days from the one to before the other.
fn days(from: u32, to: u32) -> Span {
    Span { from: day(from), to: day(to), interval: Interval::Day }
}

/// A close, seen a second before the end.
fn point(interval: Interval, at: Instant, price: &str) -> PricePoint {
    PricePoint {
        asset_id: asset("bitcoin"),
        currency: Currency::default(),
        interval,
        at,
        price: price.parse().unwrap(),
        observed_at: at + interval.length() - TimeDelta::seconds(1),
        provider: "fake".to_owned(),
    }
}

fn close(of: u32, price: &str) -> PricePoint {
    point(Interval::Day, day(of), price)
}

fn shown(points: &[PricePoint]) -> Vec<(Instant, String)> {
    points.iter().map(|point| (point.at, point.price.to_string())).collect()
}

fn unavailable() -> QuoteError {
    ProviderError::Unavailable { source: Arc::new(std::io::Error::other("down")) }.into()
}

#[tokio::test(start_paused = true)]
async fn what_was_recorded_is_asked_of_nobody() {
    let points = [20, 21, 22].map(|of| close(of, "1.5"));
    let scene = Scene::new(points.clone());
    let history = scene.history(days(20, 23)).await.unwrap();
    assert_eq!((history.providers, history.missing), (vec!["fake".to_owned()], 0));
    assert!(history.points.iter().all(|point| point.closed));
    assert_eq!(scene.prices(days(20, 23)).await, shown(&points));
    assert_eq!(scene.feed.asked(), []);
}

#[tokio::test(start_paused = true)]
async fn holes_are_filled_in_one_call_and_recorded() {
    let points = [20, 21, 22, 23].map(|of| close(of, "1"));
    let scene = Scene::new([points[0].clone(), points[2].clone()]);
    scene.feed.answers(Ok(points.to_vec()));
    assert_eq!(scene.prices(days(20, 24)).await, shown(&points));
    assert_eq!(scene.feed.asked(), [days(21, 24)]);
    assert_eq!(scene.points.all(), points);
    assert_eq!(scene.prices(days(20, 24)).await, shown(&points));
    assert_eq!(scene.feed.asked(), []);
}

#[tokio::test(start_paused = true)]
async fn a_hole_that_nobody_fills_stays_a_hole_and_is_left_alone_for_ten_minutes() {
    let points = [close(20, "1"), close(22, "2")];
    let scene = Scene::new(points.clone());
    for _ in 0..3 {
        assert_eq!(scene.history(days(20, 23)).await.unwrap().missing, 1);
        assert_eq!(scene.prices(days(20, 23)).await, shown(&points));
    }
    assert_eq!(scene.feed.asked(), [days(21, 22)]);
    assert_eq!(scene.history(days(18, 23)).await.unwrap().missing, 3);
    assert_eq!(scene.feed.asked(), [days(18, 20)], "another hole is another matter");
    scene.advance(TimeDelta::minutes(10));
    scene.history(days(20, 23)).await.unwrap();
    assert_eq!(scene.feed.asked(), [days(21, 22)]);
}

#[tokio::test(start_paused = true)]
async fn of_many_who_see_the_same_hole_one_asks_and_all_are_answered() {
    let points = [20, 21].map(|of| close(of, "1"));
    let scene = Scene::new([]);
    scene.feed.answers(Ok(points.to_vec()));
    let all = (0..20).map(|_| scene.prices(days(20, 22)));
    for answer in futures_util::future::join_all(all).await {
        assert_eq!(answer, shown(&points));
    }
    assert_eq!(scene.feed.asked().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_made_up_close_gives_way_to_a_real_one_and_never_displaces_it() {
    let made_up = |of, price| PricePoint { provider: SIMULATED.to_owned(), ..close(of, price) };
    let scene = Scene::new([made_up(20, "7"), made_up(21, "8"), close(22, "3")]);
    scene.feed.answers(Ok(vec![close(20, "1"), made_up(21, "9"), made_up(22, "9")]));
    let history = scene.history(days(20, 23)).await.unwrap();
    assert!(history.is_simulated());
    assert_eq!(scene.feed.asked(), [days(20, 22)]);
    assert_eq!(scene.prices(days(20, 23)).await, shown(&[close(20, "1"), close(21, "8"), close(22, "3")]));
}

#[tokio::test(start_paused = true)]
async fn a_day_that_was_watched_until_noon_has_the_close_of_midnight() {
    let noon = PricePoint { observed_at: day(20) + TimeDelta::hours(12), ..close(20, "5") };
    let scene = Scene::new([noon.clone()]);
    assert_eq!(scene.prices(days(20, 21)).await, shown(&[noon]), "nobody knows better");
    scene.advance(TimeDelta::minutes(10));
    scene.feed.answers(Ok(vec![close(20, "6")]));
    assert_eq!(scene.prices(days(20, 21)).await, shown(&[close(20, "6")]));
}

#[tokio::test(start_paused = true)]
async fn hours_and_days_are_made_of_recorded_minutes() {
    let minutes = (0..288 * 2).map(|n| {
        let at = day(20) + TimeDelta::minutes(5) * n;
        point(Interval::FiveMinutes, at, &(n + 1).to_string())
    });
    let scene = Scene::new(minutes);
    let two_days = shown(&[close(20, "288"), close(21, "576")]);
    assert_eq!(scene.prices(days(20, 22)).await, two_days);
    let hours = Span { interval: Interval::Hour, ..days(20, 22) };
    let hours = scene.prices(hours).await;
    assert_eq!(hours.len(), 48);
    assert_eq!(hours[..2], [(day(20), "12".to_owned()), (day(20) + TimeDelta::hours(1), "24".to_owned())]);
    assert_eq!(scene.feed.asked(), []);
    scene.points.prune(Interval::FiveMinutes, day(28), 10_000).await.unwrap();
    assert_eq!(scene.prices(days(20, 22)).await, two_days, "they were recorded");
}

#[tokio::test(start_paused = true)]
async fn the_running_interval_comes_last_with_the_price_now_and_is_not_closed() {
    let scene = Scene::new([close(27, "1"), PricePoint { observed_at: day(28), ..close(28, "2") }]);
    let now = at(NOON);
    *scene.feed.quote.lock().unwrap() = Some(Ok(Quote { observed_at: now, ..quote_of(&asset("bitcoin")) }));
    let history = scene.history(days(27, 30)).await.unwrap();
    let words: Vec<_> = history.points.iter().map(|p| (p.at, p.price.to_string(), p.observed_at, p.closed)).collect();
    let yesterday = (day(27), "1".to_owned(), close(27, "1").observed_at, true);
    assert_eq!(words, [yesterday, (day(28), "1".to_owned(), now, false)]);
    assert_eq!((scene.feed.asked(), history.missing), (vec![], 0));
    assert_eq!(scene.points.acts(), Vec::<usize>::new(), "a price that still moves is not recorded as a close");

    *scene.feed.quote.lock().unwrap() = Some(Err(unavailable()));
    let history = scene.history(days(27, 30)).await.unwrap();
    assert_eq!(history.points[1].price.to_string(), "2", "what was recorded of today");
    assert!(history.unfilled.is_some());
}

#[tokio::test(start_paused = true)]
async fn a_price_of_yesterday_is_not_taken_for_the_one_of_today() {
    let scene = Scene::new([close(27, "3")]);
    let observed_at = day(28) - TimeDelta::microseconds(1);
    *scene.feed.quote.lock().unwrap() = Some(Ok(Quote { observed_at, ..quote_of(&asset("bitcoin")) }));
    assert_eq!(scene.prices(days(27, 29)).await, shown(&[close(27, "1")]), "it is the last one of yesterday");
    assert_eq!(scene.prices(days(28, 29)).await, []);
}

#[tokio::test(start_paused = true)]
async fn more_points_than_one_answer_holds_are_refused_before_anybody_is_asked() {
    let scene = Scene::new([]);
    let to = Interval::FiveMinutes.start_of(at(NOON));
    let span = |n| Span { from: to - TimeDelta::minutes(5) * n, to, interval: Interval::FiveMinutes };
    let refusal = scene.history(span(2_001)).await.unwrap_err();
    assert!(matches!(refusal, HistoryError::TooManyPoints { max: 2_000 }), "{refusal}");
    let endless = Span { from: Instant::MIN_UTC, to: Instant::MAX_UTC, interval: Interval::Day };
    assert!(matches!(scene.history(endless).await, Err(HistoryError::TooManyPoints { max: 2_000 })));
    assert_eq!(scene.feed.asked(), []);
    assert_eq!(scene.history(span(2_000)).await.unwrap().missing, 2_000);
}

#[tokio::test(start_paused = true)]
async fn the_future_and_an_empty_span_have_no_points() {
    let scene = Scene::new([close(20, "1")]);
    for span in [days(29, 30), days(21, 20), days(20, 20)] {
        assert_eq!(scene.prices(span).await, []);
    }
    assert_eq!(scene.feed.asked(), []);
}

#[tokio::test(start_paused = true)]
async fn an_asset_nobody_knows_is_refused_unless_something_was_recorded_of_it() {
    let unknown = || QuoteError::UnknownAsset(asset("bitcoin"));
    let scene = Scene::new([]);
    scene.feed.answers(Err(unknown()));
    for _ in 0..2 {
        let refusal = scene.history(days(20, 22)).await.unwrap_err();
        assert!(matches!(refusal, HistoryError::Quote(QuoteError::UnknownAsset(_))), "{refusal}");
    }
    assert_eq!(scene.feed.asked().len(), 1, "the second was told from memory");

    let scene = Scene::new([close(20, "1")]);
    scene.feed.answers(Err(unknown()));
    let history = scene.history(days(20, 22)).await.unwrap();
    assert_eq!(history.points.len(), 1);
    assert!(matches!(history.unfilled, Some(QuoteError::UnknownAsset(_))));
}

#[tokio::test(start_paused = true)]
async fn while_providers_fail_what_was_recorded_is_given_with_the_reason_and_they_are_asked_again_soon() {
    let scene = Scene::new([close(20, "1")]);
    scene.feed.answers(Err(unavailable()));
    for _ in 0..2 {
        let history = scene.history(days(20, 22)).await.unwrap();
        assert_eq!((history.points.len(), history.missing), (1, 1));
        assert!(matches!(history.unfilled, Some(QuoteError::Provider(ProviderError::Unavailable { .. }))));
    }
    assert_eq!(scene.feed.asked().len(), 1);
    scene.advance(TimeDelta::minutes(1));
    scene.feed.answers(Ok(vec![close(21, "2")]));
    let history = scene.history(days(20, 22)).await.unwrap();
    assert_eq!((history.points.len(), history.missing), (2, 0));
    assert!(history.unfilled.is_none());
}

#[tokio::test(start_paused = true)]
async fn what_was_not_asked_for_is_not_recorded() {
    let good = close(20, "1");
    let bad = [
        PricePoint { asset_id: asset("ethereum"), ..good.clone() },
        PricePoint { currency: Currency::parse("eur").unwrap(), ..good.clone() },
        PricePoint { interval: Interval::Hour, ..good.clone() },
        PricePoint { at: day(20) + TimeDelta::hours(1), ..good.clone() },
        PricePoint { price: Decimal::zero(), observed_at: day(21), ..good.clone() },
        close(19, "1"),
        close(21, "1"),
    ];
    let scene = Scene::new([]);
    scene.feed.answers(Ok([&bad[..], std::slice::from_ref(&good)].concat()));
    scene.prices(days(20, 21)).await;
    assert_eq!(scene.points.all(), [good]);
}

#[tokio::test(start_paused = true)]
async fn a_store_that_fails_is_no_empty_history() {
    let scene = Scene::new([]);
    scene.points.fail(true);
    assert!(matches!(scene.history(days(20, 21)).await, Err(HistoryError::Store(_))));
}

#[tokio::test(start_paused = true)]
async fn what_is_remembered_of_holes_is_bounded() {
    let scene = Scene::new([]);
    for n in 0..10 {
        let outcome = scene.service.history(&asset(&format!("coin-{n}")), &Currency::default(), days(20, 21)).await;
        assert_eq!(outcome.unwrap().missing, 1);
        scene.advance(TimeDelta::seconds(1));
    }
    assert_eq!((scene.feed.asked().len(), scene.service.fills.len()), (10, 3));
    let fills = Fills::new(HistoryLimits { max_series: 1, ..HistoryLimits::default() });
    let series = |id: &str| Series { asset_id: asset(id), currency: Currency::default(), interval: Interval::Day };
    let filled = fills.of(&series("bitcoin"), day(1));
    fills.of(&series("ethereum"), day(2));
    assert!(Arc::ptr_eq(&filled, &fills.of(&series("bitcoin"), day(3))), "what is being filled is not forgotten");
}

/// A quarter of an hour of eight days ago, and one of today.
fn quarters() -> (Vec<PricePoint>, Span, Span) {
    let quarter = |from: Instant| {
        let span = Span { from, to: from + TimeDelta::minutes(15), interval: Interval::FiveMinutes };
        let points = (0..3).map(move |n| point(Interval::FiveMinutes, from + TimeDelta::minutes(5) * n, "1"));
        (points, span)
    };
    let ((old, of_old), (young, of_young)) = (quarter(day(20)), quarter(day(28)));
    (old.chain(young).collect(), of_old, of_young)
}

#[tokio::test(start_paused = true)]
async fn what_would_be_forgotten_at_once_is_given_and_not_recorded() {
    let (points, old, young) = quarters();
    let scene = Scene::new([]);
    scene.feed.answers(Ok(points[..3].to_vec()));
    scene.feed.answers(Ok(points[3..].to_vec()));
    for _ in 0..3 {
        assert_eq!(scene.prices(old).await, shown(&points[..3]));
        assert_eq!(scene.prices(young).await, shown(&points[3..]));
    }
    assert_eq!(scene.points.all(), points[3..]);
    assert_eq!(scene.feed.asked(), [old, young], "it is held for ten minutes");
    scene.advance(TimeDelta::minutes(10));
    scene.prices(old).await;
    assert_eq!(scene.feed.asked(), [old]);
}

#[tokio::test(start_paused = true)]
async fn days_are_recorded_however_old_they_are() {
    let scene = Scene::new([]);
    let old = PricePoint { at: at("1999-01-01T00:00:00Z"), ..close(20, "1") };
    let old = PricePoint { observed_at: old.at + TimeDelta::hours(24), ..old };
    scene.feed.answers(Ok(vec![old.clone()]));
    scene.prices(Span { from: old.at, to: old.at + TimeDelta::days(1), interval: Interval::Day }).await;
    assert_eq!(scene.points.all(), [old]);
}

#[tokio::test(start_paused = true)]
async fn what_is_held_in_memory_is_bounded_and_asked_for_again_once_it_is_gone() {
    let (points, old, _) = quarters();
    let scene = Scene::limited(HistoryLimits { max_held: 5, ..HistoryLimits::default() });
    let next = Span { from: old.to, to: old.to + TimeDelta::minutes(15), ..old };
    let later = |point: &PricePoint| PricePoint { at: point.at + TimeDelta::minutes(15), ..point.clone() };
    scene.feed.answers(Ok(points[..3].to_vec()));
    scene.feed.answers(Ok(points[..3].iter().map(later).collect()));
    scene.prices(old).await;
    assert_eq!(scene.prices(next).await.len(), 3);
    assert_eq!(scene.service.fills.held(), 3);
    scene.feed.answers(Ok(points[..3].to_vec()));
    assert_eq!(scene.prices(old).await, shown(&points[..3]));
    assert_eq!(scene.feed.asked(), [old, next, old]);
}

#[tokio::test(start_paused = true)]
async fn what_could_not_be_recorded_is_given_all_the_same() {
    let points = [20, 21].map(|of| close(of, "1"));
    let scene = Scene::new([]);
    scene.points.refuse(true);
    scene.feed.answers(Ok(points.to_vec()));
    for _ in 0..2 {
        let history = scene.history(days(20, 22)).await.unwrap();
        assert_eq!((history.points.len(), history.missing), (2, 0));
    }
    assert_eq!((scene.feed.asked(), scene.points.all()), (vec![days(20, 22)], vec![]));
}
