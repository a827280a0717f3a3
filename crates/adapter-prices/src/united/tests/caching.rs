use futures_util::StreamExt;
use rialto_kernel::Timer;

use super::*;
use crate::testing::{asset, assets, currency, one, unavailable};

#[tokio::test(start_paused = true)]
async fn a_price_is_asked_for_once_in_its_time_to_live() {
    let time = PausedTime::start();
    let fake = FakeProvider::new("coingecko", &["bitcoin usd 60000"], Arc::new(time));
    let feed = feed(time, &[&fake]);
    for _ in 0..5 {
        assert_eq!(words(&one(&feed, "bitcoin", "usd").await), "60000 coingecko");
        time.sleep(SECOND * 11).await;
    }
    assert_eq!(fake.calls(), 1);
    let stats = feed.cache_stats();
    assert_eq!((stats.hits, stats.misses, stats.stale, stats.calls, stats.entries), (4, 1, 0, 1, 1));
}

#[tokio::test(start_paused = true)]
async fn what_is_fresh_is_at_hand_and_counts_as_given() {
    let time = PausedTime::start();
    let fake = FakeProvider::new("coingecko", &["bitcoin usd 60000"], Arc::new(time));
    let feed = feed(time, &[&fake]);
    let at_hand = |name| feed.at_hand(&asset(name), &currency("usd")).map(|quote| words(&Ok((*quote).clone())));
    assert_eq!(at_hand("bitcoin"), None);
    one(&feed, "bitcoin", "usd").await.unwrap();
    one(&feed, "nocoin", "usd").await.unwrap_err();
    assert_eq!(at_hand("bitcoin").as_deref(), Some("60000 coingecko"));
    assert_eq!(at_hand("nocoin"), None);
    assert_eq!(feed.at_hand(&asset("bitcoin"), &currency("eur")), None);
    time.sleep(MINUTE).await;
    assert_eq!(at_hand("bitcoin"), None, "it is stale");
    let stats = feed.cache_stats();
    assert_eq!((stats.hits, stats.misses, stats.stale), (1, 2, 0));
}

#[tokio::test(start_paused = true)]
async fn an_older_one_is_given_at_once_and_says_so_while_a_newer_one_is_fetched() {
    let time = PausedTime::start();
    let fake = FakeProvider::new("coingecko", &["bitcoin usd 60000"], Arc::new(time));
    let feed = feed(time, &[&fake]);
    one(&feed, "bitcoin", "usd").await.unwrap();
    time.sleep(MINUTE).await;
    fake.set("bitcoin usd 61000");
    *fake.takes.lock().unwrap() = SECOND;
    let before = time.now();
    for _ in 0..50 {
        let quote = one(&feed, "bitcoin", "usd").await;
        assert_eq!(words(&quote), "60000 coingecko stale");
        assert!(quote.unwrap().age(time.now()) >= MINUTE, "its age is the true one");
    }
    assert_eq!(time.now(), before);
    time.sleep(SECOND * 2).await;
    assert_eq!(words(&one(&feed, "bitcoin", "usd").await), "61000 coingecko");
    assert_eq!(fake.calls(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_still_older_one_is_given_only_when_a_newer_one_does_not_come_soon() {
    let time = PausedTime::start();
    let fake = FakeProvider::new("coingecko", &["bitcoin usd 60000"], Arc::new(time));
    let feed = feed(time, &[&fake]);
    one(&feed, "bitcoin", "usd").await.unwrap();
    time.sleep(HOUR).await;
    fake.set("bitcoin usd 61000");
    *fake.takes.lock().unwrap() = SECOND;
    assert_eq!(words(&one(&feed, "bitcoin", "usd").await), "61000 coingecko");

    time.sleep(HOUR).await;
    fake.set("bitcoin usd 62000");
    *fake.takes.lock().unwrap() = SECOND * 5;
    let before = time.now();
    assert_eq!(words(&one(&feed, "bitcoin", "usd").await), "61000 coingecko stale");
    assert_eq!((time.now() - before).num_seconds(), 2);
    time.sleep(SECOND * 4).await;
    assert_eq!(words(&one(&feed, "bitcoin", "usd").await), "62000 coingecko", "what was paid for is kept");
}

#[tokio::test(start_paused = true)]
async fn while_nothing_newer_is_to_be_had_a_price_is_given_for_a_day() {
    let time = PausedTime::start();
    let fake = FakeProvider::new("coingecko", &["bitcoin usd 60000"], Arc::new(time));
    let feed = feed(time, &[&fake]);
    one(&feed, "bitcoin", "usd").await.unwrap();
    fake.refuse(unavailable);
    for _ in 0..23 {
        time.sleep(HOUR).await;
        assert_eq!(words(&one(&feed, "bitcoin", "usd").await), "60000 coingecko stale");
    }
    time.sleep(HOUR).await;
    assert_eq!(words(&one(&feed, "bitcoin", "usd").await), "unavailable");
    fake.answer();
    time.sleep(HOUR).await;
    assert_eq!(words(&one(&feed, "bitcoin", "usd").await), "60000 coingecko");
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_fails_is_not_asked_with_every_request() {
    let time = PausedTime::start();
    let fake = FakeProvider::new("coingecko", &["bitcoin usd 60000"], Arc::new(time));
    let feed = feed(time, &[&fake]);
    one(&feed, "bitcoin", "usd").await.unwrap();
    fake.refuse(unavailable);
    time.sleep(MINUTE).await;
    for _ in 0..40 {
        one(&feed, "bitcoin", "usd").await.unwrap();
        time.sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(fake.calls(), 2);
}

#[tokio::test(start_paused = true)]
async fn made_up_names_cost_one_call_a_batch_and_no_memory_without_end() {
    let time = PausedTime::start();
    let fake = FakeProvider::new("coingecko", &["bitcoin usd 60000"], Arc::new(time));
    let settings = FeedSettings { max_unknown: 300, max_waiting: 1_000, ..FeedSettings::default() };
    let feed = feed_with(time, &[&fake], settings);
    assert_eq!(words(&one(&feed, "nocoin", "usd").await), "unknown_asset");
    assert_eq!(words(&one(&feed, "nocoin", "usd").await), "unknown_asset");
    assert_eq!(fake.calls(), 1);

    let made_up: Vec<AssetId> = (0..5_000).map(|n| asset(&format!("nocoin-{n}"))).collect();
    let outcomes: Vec<_> = feed.quotes(made_up, currency("usd")).collect().await;
    assert_eq!(outcomes.len(), 5_000);
    let refused = outcomes.iter().filter(|(_, outcome)| words(outcome) == "rate_limited").count();
    assert_eq!(refused, 4_500, "half of the places are for such");
    assert_eq!(fake.calls(), 11);
    assert!(feed.cache_stats().entries <= 300, "{:?}", feed.cache_stats());
    assert_eq!(feed.core.gather.waiting(), 0);
    assert_eq!(words(&one(&feed, "bitcoin", "usd").await), "60000 coingecko");

    time.sleep(MINUTE * 10).await;
    fake.set("nocoin-4 usd 2");
    assert_eq!(words(&one(&feed, "nocoin-4", "usd").await), "2 coingecko", "nothing is unknown for ever");
}

#[tokio::test(start_paused = true)]
async fn the_number_of_prices_that_are_held_has_a_bound_and_the_newest_always_has_a_place() {
    let time = PausedTime::start();
    let prices: Vec<String> = (0..200).map(|n| format!("coin-{n} usd {}", n + 1)).collect();
    let prices: Vec<&str> = prices.iter().map(String::as_str).collect();
    let fake = FakeProvider::new("coingecko", &prices, Arc::new(time));
    let feed = feed_with(time, &[&fake], FeedSettings { max_entries: 20, ..FeedSettings::default() });
    for n in 0..200 {
        one(&feed, &format!("coin-{n}"), "usd").await.unwrap();
        let calls = fake.calls();
        one(&feed, &format!("coin-{n}"), "usd").await.unwrap();
        assert_eq!(fake.calls(), calls);
    }
    assert!(feed.cache_stats().entries <= 20);
}

#[tokio::test(start_paused = true)]
async fn simulated_prices_are_not_kept() {
    let time = PausedTime::start();
    let fake = FakeProvider::new("simulated", &["bitcoin usd 60000"], Arc::new(time));
    let feed = feed(time, &[&fake]);
    assert_eq!(words(&one(&feed, "bitcoin", "usd").await), "60000 simulated");
    fake.set("bitcoin usd 60001");
    assert_eq!(words(&one(&feed, "bitcoin", "usd").await), "60001 simulated");
    assert_eq!(feed.cache_stats().entries, 0);
}

#[tokio::test(start_paused = true)]
async fn each_asset_has_one_outcome_and_what_is_held_comes_before_what_is_fetched() {
    let time = PausedTime::start();
    let fake = FakeProvider::new("coingecko", &["bitcoin usd 60000", "solana usd 150"], Arc::new(time));
    let feed = feed(time, &[&fake]);
    one(&feed, "solana", "usd").await.unwrap();
    let asked = assets(&["bitcoin", "solana", "nocoin", "bitcoin", "solana"]);
    let said: Vec<String> = feed.quotes(asked, currency("usd")).map(|(id, _)| id.to_string()).collect().await;
    assert_eq!(said, ["solana", "bitcoin", "nocoin"]);
    assert!(feed.quotes(vec![], currency("usd")).next().await.is_none());
}

#[tokio::test(start_paused = true)]
async fn what_is_held_can_be_forgotten() {
    let time = PausedTime::start();
    let fake = FakeProvider::new("coingecko", &["bitcoin usd 60000"], Arc::new(time));
    let feed = feed(time, &[&fake]);
    one(&feed, "bitcoin", "usd").await.unwrap();
    feed.popular(5, &currency("usd")).await.unwrap();
    feed.clear_cache();
    assert_eq!(feed.cache_stats().entries, 0);
    one(&feed, "bitcoin", "usd").await.unwrap();
    feed.popular(5, &currency("usd")).await.unwrap();
    assert_eq!(fake.calls(), 4);
}

#[tokio::test(start_paused = true)]
async fn a_quote_that_is_older_than_the_held_one_does_not_take_its_place() {
    let time = PausedTime::start();
    let fake = FakeProvider::new("coingecko", &["bitcoin usd 60000"], Arc::new(time));
    let feed = feed(time, &[&fake]);
    one(&feed, "bitcoin", "usd").await.unwrap();
    time.sleep(MINUTE).await;
    *fake.lag.lock().unwrap() = HOUR;
    fake.set("bitcoin usd 50000");
    one(&feed, "bitcoin", "usd").await.unwrap();
    time.sleep(SECOND).await;
    assert_eq!(words(&one(&feed, "bitcoin", "usd").await), "60000 coingecko stale");
    time.sleep(SECOND * 30).await;
    one(&feed, "bitcoin", "usd").await.unwrap();
    assert_eq!(fake.calls(), 2, "it is not asked again and again for what it has not got");
}
