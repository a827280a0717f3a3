use std::sync::atomic::Ordering;

use futures_util::StreamExt;
use rialto_kernel::{Instant, Timer};

use super::*;
use crate::testing::{asset, currency, one};

/// The true time.
#[derive(Clone, Copy)]
struct RealTime(std::time::Instant);

impl Clock for RealTime {
    fn now(&self) -> Instant {
        chrono::DateTime::from_timestamp(1_700_000_000, 0).unwrap() + self.0.elapsed()
    }
}

#[async_trait]
impl Timer for RealTime {
    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

#[test]
fn thousands_who_ask_at_once_for_what_is_not_held_make_as_many_calls_as_the_batches_need() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_time().build().unwrap();
    runtime.block_on(async {
        let time = RealTime(std::time::Instant::now());
        let prices: Vec<String> = (0..250).map(|n| format!("coin-{n} usd {}", n + 1)).collect();
        let prices: Vec<&str> = prices.iter().map(String::as_str).collect();
        let fake = FakeProvider::new("coingecko", &prices, Arc::new(time));
        *fake.takes.lock().unwrap() = Duration::from_millis(50);
        let guard = crate::GuardedPriceProvider::new(
            fake.clone(),
            crate::GuardSettings::default(),
            Arc::<crate::testing::FakeBudgets>::default(),
            Arc::new(time),
            Arc::new(time),
        );
        let settings = FeedSettings { gather: Duration::from_millis(400), ..FeedSettings::default() };
        let source = PriceSource::new(Arc::new(guard));
        let feed = UnitedPriceFeed::new(vec![source], settings, Arc::new(time), Arc::new(time), Handle::current());
        let together = Arc::new(tokio::sync::Barrier::new(2_000));
        let requests: Vec<_> = (0..2_000_usize)
            .map(|n| {
                let (feed, together) = (feed.clone(), Arc::clone(&together));
                Handle::current().spawn(async move {
                    together.wait().await;
                    let ids = (0..5).map(|i| asset(&format!("coin-{}", (n + i * 50) % 250))).collect();
                    feed.quotes(ids, currency("usd")).filter(|(_, o)| std::future::ready(o.is_ok())).count().await
                })
            })
            .collect();
        for request in requests {
            assert_eq!(request.await.unwrap(), 5);
        }
        assert_eq!(fake.calls(), 5, "250 assets, 50 to a batch");
        assert_eq!(fake.calls.lock().unwrap().iter().map(Vec::len).sum::<usize>(), 250);
        assert!(fake.most_in_flight.load(Ordering::SeqCst) <= 5);
        assert_eq!(feed.core.gather.waiting(), 0);
    });
}

#[tokio::test(start_paused = true)]
async fn what_is_under_way_is_waited_for_rather_than_asked_again() {
    let time = PausedTime::start();
    let fake = FakeProvider::new("coingecko", &["bitcoin usd 60000", "solana usd 150"], Arc::new(time));
    *fake.takes.lock().unwrap() = SECOND;
    let feed = feed(time, &[&fake]);
    let early = feed.quotes(vec![asset("bitcoin")], currency("usd"));
    time.sleep(SECOND / 2).await;
    assert_eq!(words(&one(&feed, "bitcoin", "usd").await), "60000 coingecko");
    assert_eq!(early.count().await, 1);
    assert_eq!(fake.calls(), 1);
}

#[tokio::test(start_paused = true)]
async fn who_leaves_ends_the_fetch_for_nobody_and_what_it_brings_is_kept() {
    let time = PausedTime::start();
    let fake = FakeProvider::new("coingecko", &["bitcoin usd 60000"], Arc::new(time));
    let feed = feed(time, &[&fake]);
    drop(feed.quotes(vec![asset("bitcoin")], currency("usd")));
    time.sleep(SECOND).await;
    assert_eq!(fake.calls(), 1);
    assert_eq!(words(&one(&feed, "bitcoin", "usd").await), "60000 coingecko");
    assert_eq!(fake.calls(), 1);
}

#[test]
fn callers_on_runtimes_that_go_away_get_their_prices_and_leave_them_to_others() {
    let process = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_time().build().unwrap();
    let time = RealTime(std::time::Instant::now());
    let fake = FakeProvider::new("coingecko", &["bitcoin usd 60000"], Arc::new(time));
    let guard = crate::GuardedPriceProvider::new(
        fake.clone(),
        crate::GuardSettings::default(),
        Arc::<crate::testing::FakeBudgets>::default(),
        Arc::new(time),
        Arc::new(time),
    );
    let source = PriceSource::new(Arc::new(guard));
    let feed = UnitedPriceFeed::new(
        vec![source],
        FeedSettings::default(),
        Arc::new(time),
        Arc::new(time),
        process.handle().clone(),
    );
    for _ in 0..2 {
        let short_lived = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let said = short_lived.block_on(one(&feed, "bitcoin", "usd"));
        assert_eq!(words(&said), "60000 coingecko");
        let listed = short_lived.block_on(feed.popular(1, &currency("usd"))).unwrap();
        assert_eq!(listed.len(), 1);
    }
    assert_eq!(fake.calls(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_fetch_that_crashes_keeps_nobody_waiting() {
    let time = PausedTime::start();
    let fake = FakeProvider::new("coingecko", &["bitcoin usd 60000"], Arc::new(time));
    fake.refuse(|| panic!("as intended"));
    let feed = feed(time, &[&fake]);
    assert_eq!(words(&one(&feed, "bitcoin", "usd").await), "unavailable");
    assert_eq!(feed.core.gather.waiting(), 0);
}
