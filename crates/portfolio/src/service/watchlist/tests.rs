use chrono::DateTime;
use rialto_kernel::{Instant, StoreError, UserId};

use super::*;
use crate::model::{AssetId, Currency};
use crate::ports::{MockPriceFeed, MockWatchlistStore, ProviderError, QuoteError, WatchRefusal};
use crate::service::fixtures::{FakeTimer, asset, known, quote_of};

fn ann() -> UserId {
    "00000000-0000-7000-8000-00000000000a".parse().unwrap()
}

struct FakeClock;

impl Clock for FakeClock {
    fn now(&self) -> Instant {
        DateTime::from_timestamp(1_700_000_000, 0).unwrap()
    }
}

fn service(feed: MockPriceFeed, store: MockWatchlistStore) -> WatchlistService {
    WatchlistService::new(WatchlistDeps {
        store: Arc::new(store),
        feed: Arc::new(feed),
        clock: Arc::new(FakeClock),
        timer: Arc::new(FakeTimer),
        limits: WatchlistLimits::default(),
    })
}

/// A feed whose answer for every asset is this.
fn feed_of(answer: Result<(), QuoteError>) -> MockPriceFeed {
    let mut feed = MockPriceFeed::new();
    feed.expect_quotes().returning(move |assets, _| {
        let outcomes = assets.into_iter().map(|id| (id.clone(), answer.clone().map(|()| quote_of(&id))));
        Box::pin(futures_util::stream::iter(outcomes.collect::<Vec<_>>()))
    });
    feed
}

/// A store that takes what it is given and wants the usual bound, or refuses.
fn store_of(answer: fn() -> Result<(), WatchRefusal>) -> MockWatchlistStore {
    let mut store = MockWatchlistStore::new();
    store.expect_watch().times(1).returning(move |user, id, at, max| {
        assert_eq!((user, id, at, max), (ann(), &asset("bitcoin"), FakeClock.now(), 200));
        answer()
    });
    store
}

#[tokio::test]
async fn the_list_has_each_asset_with_its_price_or_the_reason_in_the_order_of_the_list() {
    let mut store = MockWatchlistStore::new();
    store.expect_list_watched().returning(|_| Ok(vec![asset("zcash"), asset("gone"), asset("aave")]));
    let mut feed = MockPriceFeed::new();
    feed.expect_quotes().returning(|assets: Vec<AssetId>, _| {
        let backwards = assets.into_iter().rev().collect();
        known(backwards, |id| (id.as_str() != "gone").then(|| quote_of(id)))
    });
    let list = service(feed, store).list(ann(), &Currency::default()).await.unwrap();
    let words: Vec<_> = list.iter().map(|(id, outcome)| (id.as_str(), outcome.is_ok())).collect();
    assert_eq!(words, [("zcash", true), ("gone", false), ("aave", true)]);
}

#[tokio::test(start_paused = true)]
async fn a_list_is_not_waited_for_for_ever_and_an_empty_one_asks_nobody() {
    let mut store = MockWatchlistStore::new();
    store.expect_list_watched().times(1).returning(|_| Ok(vec![asset("bitcoin")]));
    store.expect_list_watched().times(1).returning(|_| Ok(vec![]));
    let mut feed = MockPriceFeed::new();
    feed.expect_quotes().times(1).returning(|_, _| Box::pin(futures_util::stream::pending()));
    let service = service(feed, store);
    let list = service.list(ann(), &Currency::default()).await.unwrap();
    assert!(matches!(list[..], [(_, Err(QuoteError::TimedOut))]));
    assert!(service.list(ann(), &Currency::default()).await.unwrap().is_empty());
}

#[tokio::test]
async fn assets_are_listed_without_asking_for_prices() {
    let mut store = MockWatchlistStore::new();
    store.expect_list_watched().withf(|user| *user == ann()).returning(|_| Ok(vec![asset("zcash"), asset("aave")]));
    let assets = service(MockPriceFeed::new(), store).list_assets(ann()).await.unwrap();
    assert_eq!(assets, [asset("zcash"), asset("aave")]);
}

#[tokio::test]
async fn an_asset_is_added_if_it_is_known_or_nobody_can_tell() {
    let limited = || QuoteError::Provider(ProviderError::RateLimited { retry_after: None });
    for answer in [Ok(()), Err(limited()), Err(QuoteError::TimedOut)] {
        let outcome = service(feed_of(answer), store_of(|| Ok(()))).add(ann(), &asset("bitcoin")).await;
        assert!(outcome.is_ok(), "{outcome:?}");
    }
}

#[tokio::test]
async fn an_asset_nobody_knows_is_not_added() {
    let unknown = Err(QuoteError::UnknownAsset(asset("nocoin")));
    let outcome = service(feed_of(unknown), MockWatchlistStore::new()).add(ann(), &asset("nocoin")).await;
    assert!(matches!(outcome, Err(AddWatchedError::UnknownAsset(id)) if id == asset("nocoin")));
    let never = Err(ProviderError::Unsupported.into());
    let outcome = service(feed_of(never), MockWatchlistStore::new()).add(ann(), &asset("bitcoin")).await;
    assert!(matches!(outcome, Err(AddWatchedError::Provider(ProviderError::Unsupported))));
}

#[tokio::test]
async fn refusals_of_the_store_are_told() {
    let add = async |answer| service(feed_of(Ok(())), store_of(answer)).add(ann(), &asset("bitcoin")).await;
    assert!(matches!(add(|| Err(WatchRefusal::Full)).await, Err(AddWatchedError::Full { max: 200 })));
    assert!(matches!(add(|| Err(WatchRefusal::UnknownUser)).await, Err(AddWatchedError::UnknownUser)));
    let failing = || Err(WatchRefusal::Store(StoreError::unavailable("down")));
    assert!(matches!(add(failing).await, Err(AddWatchedError::Store(_))));
}

#[tokio::test]
async fn an_asset_is_taken_off() {
    let mut store = MockWatchlistStore::new();
    store
        .expect_unwatch()
        .withf(|user, id| *user == ann() && *id == asset("bitcoin"))
        .times(1)
        .returning(|_, _| Ok(()));
    service(MockPriceFeed::new(), store).remove(ann(), &asset("bitcoin")).await.unwrap();
}
