use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::TimeDelta;
use rialto_kernel::Decimal;
use rialto_testkit::FakeClock;

use super::*;

/// A feed that takes a while, counts its calls, knows no `nocoin`, and fails when told.
struct FakeFeed {
    clock: Arc<FakeClock>,
    calls: Mutex<Vec<Vec<String>>>,
    price: AtomicU64,
    failure: Mutex<Option<PriceFeedError>>,
}

impl FakeFeed {
    fn calls(&self) -> Vec<Vec<String>> {
        self.calls.lock().unwrap().clone()
    }

    fn fail(&self, failure: Option<PriceFeedError>) {
        *self.failure.lock().unwrap() = failure;
    }

    async fn answer(&self, assets: Vec<AssetId>, currency: &Currency) -> Result<Vec<Quote>, PriceFeedError> {
        self.calls.lock().unwrap().push(assets.iter().map(ToString::to_string).collect());
        tokio::time::sleep(Duration::from_millis(10)).await;
        if let Some(failure) = self.failure.lock().unwrap().clone() {
            return Err(failure);
        }
        let price = u32::try_from(self.price.fetch_add(1, Ordering::SeqCst)).unwrap();
        let known = assets.into_iter().filter(|asset| asset.as_str() != "nocoin");
        Ok(known.map(|asset| quote(asset, currency, price, self.clock.now())).collect())
    }
}

#[async_trait]
impl PriceFeed for FakeFeed {
    async fn quotes(&self, assets: &[AssetId], currency: &Currency) -> Result<Vec<Quote>, PriceFeedError> {
        let mut assets = assets.to_vec();
        assets.sort();
        self.answer(assets, currency).await
    }

    async fn popular(&self, limit: u16, currency: &Currency) -> Result<Vec<Quote>, PriceFeedError> {
        self.answer((0..limit).map(|n| asset(&format!("coin-{n}"))).collect(), currency).await
    }

    fn max_batch(&self) -> usize {
        250
    }
}

fn quote(asset_id: AssetId, currency: &Currency, price: u32, at: Instant) -> Quote {
    Quote {
        symbol: asset_id.to_string(),
        name: asset_id.to_string(),
        asset_id,
        price: Decimal::from(price),
        currency: currency.clone(),
        change_24h: None,
        change_percent_24h: None,
        market_cap: None,
        volume_24h: None,
        rank: None,
        provider: "fake",
        observed_at: at,
        fetched_at: at,
        stale: false,
    }
}

fn asset(id: &str) -> AssetId {
    AssetId::parse(id).unwrap()
}

fn assets(ids: &[&str]) -> Vec<AssetId> {
    ids.iter().map(|id| asset(id)).collect()
}

fn unavailable() -> PriceFeedError {
    PriceFeedError::Unavailable { source: Arc::new(std::io::Error::other("down")) }
}

struct Bench {
    cached: CachedPriceFeed,
    feed: Arc<FakeFeed>,
    clock: Arc<FakeClock>,
}

impl Bench {
    fn new() -> Self {
        let clock = Arc::new(FakeClock::new());
        let feed = Arc::new(FakeFeed {
            clock: clock.clone(),
            calls: Mutex::default(),
            price: AtomicU64::new(1),
            failure: Mutex::default(),
        });
        let cached = CachedPriceFeed::new(feed.clone(), Duration::from_secs(60), 1_000, clock.clone());
        Self { cached, feed, clock }
    }

    async fn ask(&self, ids: &[&str]) -> Result<Vec<Quote>, PriceFeedError> {
        let mut quotes = self.cached.quotes(&assets(ids), &Currency::default()).await?;
        quotes.sort_by_key(|quote| quote.asset_id.clone());
        Ok(quotes)
    }

    /// What is answered, as `id=price`, with `~` in front of what is stale.
    async fn told(&self, ids: &[&str]) -> String {
        let quotes = self.ask(ids).await.unwrap();
        let words = quotes.iter().map(|q| format!("{}{}={}", if q.stale { "~" } else { "" }, q.asset_id, q.price));
        words.collect::<Vec<_>>().join(" ")
    }
}

#[tokio::test(start_paused = true)]
async fn a_quote_is_fetched_once_until_its_time_is_over() {
    let bench = Bench::new();
    assert_eq!(bench.told(&["bitcoin"]).await, "bitcoin=1");
    bench.clock.advance(TimeDelta::seconds(59));
    assert_eq!(bench.told(&["bitcoin"]).await, "bitcoin=1");
    bench.clock.advance(TimeDelta::seconds(1));
    assert_eq!(bench.told(&["bitcoin"]).await, "bitcoin=2");
    let stats = bench.cached.stats();
    assert_eq!((stats.hits, stats.misses, stats.calls, stats.entries), (1, 2, 2, 1));
}

#[tokio::test(start_paused = true)]
async fn all_that_one_request_misses_is_one_call() {
    let bench = Bench::new();
    bench.ask(&["a"]).await.unwrap();
    assert_eq!(bench.told(&["a", "b", "c", "b"]).await, "a=1 b=2 c=2");
    assert_eq!(bench.feed.calls(), [vec!["a"], vec!["b", "c"]]);
}

#[tokio::test(start_paused = true)]
async fn requests_at_once_share_what_they_have_in_common() {
    let bench = Bench::new();
    let five_hundred = (0..500).map(|_| bench.ask(&["a"]));
    let (many, overlap) = tokio::join!(join_all(five_hundred), bench.ask(&["a", "b"]));
    assert!(many.into_iter().all(|outcome| outcome.unwrap()[0].price == Decimal::from(1)));
    assert_eq!(overlap.unwrap().len(), 2);
    assert_eq!(bench.feed.calls(), [vec!["a"], vec!["b"]]);
}

#[tokio::test(start_paused = true)]
async fn a_caller_who_leaves_does_not_take_the_answer_from_the_others() {
    let bench = Bench::new();
    let leaving = tokio::time::timeout(Duration::from_millis(5), bench.ask(&["a"]));
    let (left, stayed) = tokio::join!(leaving, bench.ask(&["a"]));
    assert!(left.is_err());
    assert_eq!(stayed.unwrap().len(), 1);
    assert_eq!(bench.feed.calls().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_unknown_asset_is_remembered_as_unknown() {
    let bench = Bench::new();
    assert_eq!(bench.told(&["nocoin"]).await, "");
    assert_eq!(bench.told(&["nocoin"]).await, "");
    assert_eq!(bench.feed.calls().len(), 1);
    bench.clock.advance(TimeDelta::seconds(60));
    bench.told(&["nocoin"]).await;
    assert_eq!(bench.feed.calls().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn an_unknown_currency_is_remembered_as_unknown() {
    let bench = Bench::new();
    let zzz = Currency::parse("zzz").unwrap();
    bench.feed.fail(Some(PriceFeedError::UnknownCurrency(zzz.clone())));
    for id in ["a", "b"] {
        let refusal = bench.cached.quotes(&assets(&[id]), &zzz).await;
        assert!(matches!(refusal, Err(PriceFeedError::UnknownCurrency(_))));
    }
    assert!(bench.cached.popular(5, &zzz).await.is_err());
    assert_eq!(bench.feed.calls().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn while_the_provider_fails_old_quotes_are_given_and_say_so() {
    let bench = Bench::new();
    bench.ask(&["a", "nocoin"]).await.unwrap();
    bench.clock.advance(TimeDelta::minutes(10));
    bench.feed.fail(Some(unavailable()));
    assert_eq!(bench.told(&["a", "nocoin"]).await, "~a=1");
    assert_eq!(bench.ask(&["a"]).await.unwrap()[0].age(bench.clock.now()), Duration::from_secs(600));
    let stats = bench.cached.stats();
    assert_eq!((stats.stale, stats.failed_calls), (3, 2));

    bench.feed.fail(None);
    assert_eq!(bench.told(&["a"]).await, "a=2");
}

#[tokio::test(start_paused = true)]
async fn a_failure_is_never_passed_off_as_an_unknown_asset() {
    let bench = Bench::new();
    bench.ask(&["a"]).await.unwrap();
    bench.clock.advance(TimeDelta::minutes(10));
    bench.feed.fail(Some(PriceFeedError::RateLimited { retry_after: None }));
    let outcome = bench.ask(&["a", "never-seen"]).await;
    assert!(matches!(outcome, Err(PriceFeedError::RateLimited { .. })));
}

#[tokio::test(start_paused = true)]
async fn a_longer_list_of_popular_assets_answers_for_a_shorter_one_and_for_its_members() {
    let bench = Bench::new();
    let usd = Currency::default();
    assert_eq!(bench.cached.popular(10, &usd).await.unwrap().len(), 10);
    assert_eq!(bench.cached.popular(3, &usd).await.unwrap().len(), 3);
    assert_eq!(bench.told(&["coin-9"]).await, "coin-9=1");
    assert_eq!(bench.feed.calls().len(), 1);
    assert_eq!(bench.cached.popular(11, &usd).await.unwrap().len(), 11);
    assert_eq!(bench.feed.calls().len(), 2);

    bench.clock.advance(TimeDelta::minutes(10));
    bench.feed.fail(Some(unavailable()));
    assert!(bench.cached.popular(11, &usd).await.unwrap().iter().all(|quote| quote.stale));
    assert!(bench.cached.popular(12, &usd).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_is_set_back_makes_nothing_fresh_for_ever() {
    let bench = Bench::new();
    bench.ask(&["a"]).await.unwrap();
    bench.clock.advance(TimeDelta::hours(-5));
    assert_eq!(bench.told(&["a"]).await, "a=2");
}

#[tokio::test(start_paused = true)]
async fn it_holds_no_more_than_it_may() {
    let bench = Bench::new();
    let small = CachedPriceFeed::new(bench.feed.clone(), Duration::from_secs(60), 10, bench.clock.clone());
    for n in 0..200 {
        let id = format!("coin-{n}");
        assert_eq!(small.quotes(&assets(&[&id]), &Currency::default()).await.unwrap().len(), 1);
    }
    assert!(small.stats().entries <= 10, "{:?}", small.stats());
}
