use rialto_kernel::Timer;

use super::*;
use crate::testing::one;

fn two(time: PausedTime) -> [Arc<FakeProvider>; 2] {
    ["coingecko", "coinpaprika"].map(|name| FakeProvider::new(name, &["bitcoin usd 60000"], Arc::new(time)))
}

/// Asks, gives the fetch time, and tells what is said then.
async fn settled(time: PausedTime, feed: &UnitedPriceFeed) -> String {
    let _ = one(feed, "bitcoin", "usd").await;
    time.sleep(SECOND).await;
    words(&one(feed, "bitcoin", "usd").await)
}

#[tokio::test(start_paused = true)]
async fn a_wild_price_is_not_given_and_the_next_provider_is_asked() {
    let time = PausedTime::start();
    let [first, second] = two(time);
    let feed = feed(time, &[&first, &second]);
    settled(time, &feed).await;
    for wild in ["bitcoin usd 6000000", "bitcoin usd 600"] {
        first.set(wild);
        second.set("bitcoin usd 61000");
        time.sleep(MINUTE * 5).await;
        assert_eq!(settled(time, &feed).await, "61000 coinpaprika");
    }
}

#[tokio::test(start_paused = true)]
async fn two_providers_that_agree_are_believed() {
    let time = PausedTime::start();
    let [first, second] = two(time);
    let feed = feed(time, &[&first, &second]);
    settled(time, &feed).await;
    first.set("bitcoin usd 600");
    second.set("bitcoin usd 650");
    time.sleep(MINUTE).await;
    assert_eq!(settled(time, &feed).await, "650 coinpaprika");
}

#[tokio::test(start_paused = true)]
async fn alone_it_is_believed_when_it_says_the_same_a_minute_later() {
    let time = PausedTime::start();
    let [first, _] = two(time);
    let feed = feed(time, &[&first]);
    settled(time, &feed).await;
    first.set("bitcoin usd 600");
    time.sleep(MINUTE).await;
    assert_eq!(settled(time, &feed).await, "60000 coingecko stale");
    time.sleep(SECOND * 30).await;
    assert_eq!(settled(time, &feed).await, "60000 coingecko stale");
    time.sleep(SECOND * 31).await;
    assert_eq!(settled(time, &feed).await, "600 coingecko");
}

#[tokio::test(start_paused = true)]
async fn a_slip_that_is_not_repeated_is_never_given() {
    let time = PausedTime::start();
    let [first, _] = two(time);
    let feed = feed(time, &[&first]);
    settled(time, &feed).await;
    for price in ["6000000", "600", "6000000", "60500"] {
        assert!(settled(time, &feed).await.starts_with("60000 coingecko"));
        first.set(&format!("bitcoin usd {price}"));
        time.sleep(MINUTE * 2).await;
    }
    assert_eq!(settled(time, &feed).await, "60500 coingecko");
}

#[tokio::test(start_paused = true)]
async fn a_move_that_can_be_is_believed_at_once() {
    let time = PausedTime::start();
    let [first, _] = two(time);
    let feed = feed(time, &[&first]);
    settled(time, &feed).await;
    for price in ["12000", "59000", "290000"] {
        first.set(&format!("bitcoin usd {price}"));
        time.sleep(MINUTE).await;
        assert_eq!(settled(time, &feed).await, format!("{price} coingecko"));
    }
}
