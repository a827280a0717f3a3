use std::sync::atomic::{AtomicU32, Ordering};

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta};
use futures_util::{FutureExt, StreamExt};
use rialto_kernel::{Decimal, Instant};
use rialto_portfolio::{AssetQuery, Found, PricePoint, ProviderError, QuoteError, QuoteOutcomes, Span};

use super::*;

/// A feed whose every call raises all prices by one; it fails while `down` is not zero, and an asset named `slow`
/// takes a minute.
#[derive(Default)]
struct FakeFeed {
    round: AtomicU32,
    down: AtomicU32,
    calls: Mutex<Vec<Vec<String>>>,
}

#[async_trait]
impl PriceFeed for FakeFeed {
    fn quotes(&self, assets: Vec<AssetId>, _: Currency) -> QuoteOutcomes {
        let mut asked: Vec<String> = assets.iter().map(ToString::to_string).collect();
        asked.sort();
        self.calls.lock().unwrap().push(asked);
        let down = self.down.load(Ordering::SeqCst) != 0;
        let round = self.round.fetch_add(1, Ordering::SeqCst) + 1;
        let outcomes = assets.into_iter().map(move |asset| async move {
            if asset.as_str() == "slow" {
                tokio::time::sleep(Duration::from_secs(60)).await;
            }
            let refusal = QuoteError::Provider(ProviderError::RateLimited { retry_after: None });
            let outcome = if down { Err(refusal) } else { Ok((*quote(&asset, round, "fake")).clone()) };
            (asset, outcome)
        });
        let outcomes: Vec<_> = outcomes.collect();
        Box::pin(futures_util::stream::iter(outcomes).buffer_unordered(1_000))
    }

    fn at_hand(&self, _: &AssetId, _: &Currency) -> Option<Arc<Quote>> {
        None
    }

    async fn popular(&self, _: u16, _: &Currency) -> Result<Vec<Quote>, ProviderError> {
        Ok(vec![])
    }

    async fn search(&self, _: &AssetQuery, _: u16) -> Result<Found, ProviderError> {
        Ok(Found::default())
    }

    async fn history(&self, _: &AssetId, _: &Currency, _: &Span) -> Result<Vec<PricePoint>, QuoteError> {
        Ok(vec![])
    }
}

struct FakeTimer;

#[async_trait]
impl Timer for FakeTimer {
    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

fn at(round: u32) -> Instant {
    DateTime::from_timestamp(1_700_000_000, 0).unwrap() + TimeDelta::seconds(i64::from(round))
}

fn quote(asset_id: &AssetId, round: u32, provider: &'static str) -> Arc<Quote> {
    Arc::new(Quote {
        asset_id: asset_id.clone(),
        symbol: "c".into(),
        name: "Coin".into(),
        price: Decimal::from(round),
        currency: Currency::default(),
        change_24h: None,
        change_percent_24h: None,
        market_cap: None,
        volume_24h: None,
        rank: None,
        provider,
        observed_at: at(round),
        fetched_at: at(round),
        stale: false,
        conversion: vec![],
    })
}

fn assets(ids: &[&str]) -> Vec<AssetId> {
    ids.iter().map(|id| AssetId::parse(id).unwrap()).collect()
}

fn ticker() -> (PolledQuoteTicker, Arc<FakeFeed>) {
    let feed = Arc::new(FakeFeed::default());
    let timer = Arc::new(FakeTimer);
    (PolledQuoteTicker::new(feed.clone(), Duration::from_secs(5), None, timer, Handle::current()), feed)
}

fn words(quote: &Quote) -> String {
    format!("{}={}", quote.asset_id, quote.price)
}

#[tokio::test(start_paused = true)]
async fn the_first_round_comes_at_once_and_the_next_after_the_interval() {
    let (ticker, _) = ticker();
    let started = tokio::time::Instant::now();
    let mut ticks = ticker.watch(assets(&["bitcoin"]));
    assert_eq!(words(&ticks.next().await.unwrap()), "bitcoin=1");
    assert_eq!(started.elapsed(), Duration::ZERO);
    assert_eq!(words(&ticks.next().await.unwrap()), "bitcoin=2");
    assert_eq!(started.elapsed().as_secs(), 5);
}

#[tokio::test(start_paused = true)]
async fn a_round_asks_once_for_what_many_watch() {
    let (ticker, feed) = ticker();
    let watchers: Vec<_> = (0..100).map(|_| ticker.watch(assets(&["a", "b", "a"]))).collect();
    let more = ticker.watch(assets(&["c", "d"]));
    tokio::time::sleep(Duration::from_secs(1)).await;
    feed.calls.lock().unwrap().clear();
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert_eq!(*feed.calls.lock().unwrap(), [["a", "b", "c", "d"]]);
    drop((watchers, more));
}

#[tokio::test(start_paused = true)]
async fn while_nobody_watches_nothing_is_asked() {
    let (ticker, feed) = ticker();
    let ticks = ticker.watch(assets(&["a"]));
    let nothing = ticker.watch(vec![]);
    tokio::time::sleep(Duration::from_secs(6)).await;
    drop(ticks);
    let calls = feed.calls.lock().unwrap().len();
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(feed.calls.lock().unwrap().len(), calls);
    assert!(!ticker.shared.topics().polling);

    let mut again = ticker.watch(assets(&["a"]));
    again.next().await.unwrap();
    again.next().await.unwrap();
    drop(nothing);
}

#[tokio::test(start_paused = true)]
async fn a_slow_watcher_misses_ticks_but_sees_none_late() {
    let (ticker, _) = ticker();
    let mut ticks = ticker.watch(assets(&["a", "b"]));
    tokio::time::sleep(Duration::from_secs(51)).await;
    let waiting: Vec<_> = std::iter::from_fn(|| ticks.next().now_or_never().flatten()).collect();
    assert_eq!(waiting.len(), 2, "one per asset");
    assert!(waiting.iter().all(|quote| quote.price == Decimal::from(11)), "{waiting:?}");
}

#[tokio::test(start_paused = true)]
async fn ticks_go_on_after_the_provider_failed() {
    let (ticker, feed) = ticker();
    feed.down.store(1, Ordering::SeqCst);
    let mut ticks = ticker.watch(assets(&["a"]));
    tokio::time::sleep(Duration::from_secs(12)).await;
    assert!(ticks.next().now_or_never().is_none());
    feed.down.store(0, Ordering::SeqCst);
    assert_eq!(words(&ticks.next().await.unwrap()), "a=4");
}

#[test]
fn ticks_come_to_watchers_on_threads_without_a_runtime_of_that_kind() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_time().build().unwrap();
    let feed = Arc::new(FakeFeed::default());
    let (interval, timer) = (Duration::from_millis(10), Arc::new(FakeTimer));
    let ticker = PolledQuoteTicker::new(feed, interval, None, timer, runtime.handle().clone());
    let mut ticks = ticker.watch(assets(&["a"]));
    assert_eq!(words(&futures_executor(ticks.next()).unwrap()), "a=1");
    assert_eq!(words(&futures_executor(ticks.next()).unwrap()), "a=2");
}

/// Polls on this thread alone.
fn futures_executor<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

#[test]
fn an_older_quote_never_follows_a_newer_one() {
    let mailbox = Mailbox::new(1);
    let take = || {
        let quote = futures_util::future::poll_fn(|context| mailbox.poll_take(context)).now_or_never();
        quote.map(|quote| words(&quote))
    };
    let [asset] = <[AssetId; 1]>::try_from(assets(&["a"])).unwrap();
    let _ = mailbox.put(0, &quote(&asset, 2, "one"));
    assert_eq!(take().as_deref(), Some("a=2"));
    let _ = mailbox.put(0, &quote(&asset, 1, "one"));
    assert_eq!(take(), None);
    let _ = mailbox.put(0, &quote(&asset, 3, "one"));
    let _ = mailbox.put(0, &quote(&asset, 2, "one"));
    assert_eq!(take().as_deref(), Some("a=3"));

    // Another provider observed earlier what reached us later.
    let late = Quote { observed_at: at(1), ..(*quote(&asset, 4, "two")).clone() };
    let _ = mailbox.put(0, &Arc::new(late));
    assert_eq!(take().as_deref(), Some("a=4"));
    let _ = mailbox.put(0, &quote(&asset, 3, "one"));
    assert_eq!(take(), None);
}

#[tokio::test(start_paused = true)]
async fn what_takes_long_holds_up_no_other_and_is_not_asked_for_twice() {
    let (ticker, feed) = ticker();
    let mut ticks = ticker.watch(assets(&["a", "slow"]));
    for round in 1..=11 {
        assert_eq!(words(&ticks.next().await.unwrap()), format!("a={round}"));
    }
    let asked = |calls: &Vec<Vec<String>>| calls.iter().filter(|call| call.contains(&"slow".to_owned())).count();
    assert_eq!(asked(&feed.calls.lock().unwrap()), 2, "the first round and one poll");
    let mut slow = 0;
    while slow < 2 {
        slow += usize::from(ticks.next().await.unwrap().asset_id.as_str() == "slow");
    }
}

#[tokio::test(start_paused = true)]
async fn live_quotes_are_passed_on_and_what_ticks_by_itself_is_not_polled() {
    let feed = Arc::new(FakeFeed::default());
    let (sender, receiver) = tokio::sync::mpsc::unbounded_channel();
    let live =
        futures_util::stream::unfold(receiver, |mut receiver: tokio::sync::mpsc::UnboundedReceiver<Quote>| async {
            receiver.recv().await.map(|quote| (quote, receiver))
        });
    let interval = Duration::from_secs(5);
    let ticker =
        PolledQuoteTicker::new(feed.clone(), interval, Some(Box::pin(live)), Arc::new(FakeTimer), Handle::current());
    let mut ticks = ticker.watch(assets(&["a", "b"]));
    ticks.next().await.unwrap();
    ticks.next().await.unwrap();
    let live = |asset: &str, round| sender.send((*quote(&assets(&[asset])[0], round, "live")).clone()).unwrap();
    for round in 100..110 {
        live("a", round);
        live("unwatched", round);
        assert_eq!(words(&ticks.next().await.unwrap()), format!("a={round}"));
    }
    tokio::time::sleep(interval + Duration::from_millis(100)).await;
    assert_eq!(feed.calls.lock().unwrap().last().unwrap(), &["b"]);
    tokio::time::sleep(interval).await;
    assert_eq!(feed.calls.lock().unwrap().last().unwrap(), &["a", "b"], "it went silent, and is polled again");
    drop(sender);
    tokio::time::sleep(interval).await;
    assert_eq!(feed.calls.lock().unwrap().last().unwrap(), &["a", "b"]);
}

#[tokio::test(start_paused = true)]
async fn who_watches_many_assets_is_woken_once_for_all_that_comes_together() {
    let (ticker, _) = ticker();
    let ids: Vec<String> = (0..500).map(|n| format!("coin-{n}")).collect();
    let mut ticks = ticker.watch(ids.iter().map(|id| AssetId::parse(id).unwrap()).collect());
    let first: Vec<_> = (&mut ticks).take(500).collect().await;
    assert_eq!(first.len(), 500);
    let woken = Arc::new(AtomicU32::new(0));
    let counter = Arc::clone(&woken);
    let waker = futures_util::task::waker(Arc::new(CountingWaker(counter)));
    assert!(ticks.poll_next_unpin(&mut Context::from_waker(&waker)).is_pending());
    tokio::time::sleep(Duration::from_secs(6)).await;
    assert_eq!(woken.load(Ordering::SeqCst), 1);
    let waiting: Vec<_> = std::iter::from_fn(|| ticks.next().now_or_never().flatten()).collect();
    assert_eq!(waiting.len(), 500);
}

struct CountingWaker(Arc<AtomicU32>);

impl futures_util::task::ArcWake for CountingWaker {
    fn wake_by_ref(waker: &Arc<Self>) {
        waker.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[tokio::test(start_paused = true)]
async fn names_that_never_had_a_price_are_asked_for_a_few_at_a_time() {
    const INTERVAL: Duration = Duration::from_secs(5);
    let (ticker, feed) = ticker();
    feed.down.store(1, Ordering::SeqCst);
    let made_up: Vec<AssetId> = (0..120).map(|n| AssetId::parse(&format!("made-up-{n}")).unwrap()).collect();
    let _strangers = ticker.watch(made_up.clone());
    tokio::time::sleep(Duration::from_millis(10)).await;
    feed.calls.lock().unwrap().clear();
    tokio::time::sleep(INTERVAL * 3).await;
    let calls = feed.calls.lock().unwrap().clone();
    assert!(
        calls.len() >= 3 && calls.iter().all(|call| call.len() <= 50),
        "{:?}",
        calls.iter().map(Vec::len).collect::<Vec<_>>()
    );
    let asked: std::collections::HashSet<_> = calls.iter().flatten().collect();
    assert_eq!(asked.len(), made_up.len(), "each has its turn");
    // Once they have prices, all of them tick.
    feed.down.store(0, Ordering::SeqCst);
    tokio::time::sleep(INTERVAL * 4).await;
    feed.calls.lock().unwrap().clear();
    tokio::time::sleep(INTERVAL).await;
    assert_eq!(feed.calls.lock().unwrap().iter().map(Vec::len).max(), Some(120));
}
