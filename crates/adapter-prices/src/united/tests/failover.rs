use rialto_kernel::Timer;

use super::*;
use crate::testing::{one, unavailable};

fn two(time: PausedTime) -> [Arc<FakeProvider>; 2] {
    let clock = Arc::new(time);
    let first = FakeProvider::new("coingecko", &["bitcoin usd 60000", "solana usd 150"], clock.clone());
    [first, FakeProvider::new("coinpaprika", &["bitcoin usd 60010", "tiny usd 0.01"], clock)]
}

#[tokio::test(start_paused = true)]
async fn what_one_leaves_out_is_asked_of_the_next_and_only_that() {
    let time = PausedTime::start();
    let [first, second] = two(time);
    let feed = feed(time, &[&first, &second]);
    let said = [one(&feed, "tiny", "usd").await, one(&feed, "bitcoin", "usd").await, one(&feed, "no", "usd").await];
    assert_eq!(said.each_ref().map(words), ["0.01 coinpaprika", "60000 coingecko", "unknown_asset"]);
    assert_eq!(*second.calls.lock().unwrap(), [["tiny"], ["no"]]);

    time.sleep(MINUTE * 5).await;
    one(&feed, "tiny", "usd").await.unwrap();
    time.sleep(SECOND).await;
    assert_eq!(first.calls(), 3, "what it does not know it is not asked again so soon");
    assert_eq!(second.calls(), 3);
}

#[tokio::test(start_paused = true)]
async fn when_one_fails_the_next_answers_and_an_asset_that_none_can_answer_for_is_not_called_unknown() {
    let time = PausedTime::start();
    let [first, second] = two(time);
    let feed = feed(time, &[&first, &second]);
    first.refuse(|| ProviderError::RateLimited { retry_after: Some(SECOND * 9) });
    assert_eq!(words(&one(&feed, "bitcoin", "usd").await), "60010 coinpaprika");
    assert_eq!(words(&one(&feed, "solana", "usd").await), "rate_limited");
    second.refuse(unavailable);
    assert_eq!(words(&one(&feed, "ethereum", "usd").await), "rate_limited", "the preferred one's reason");
}

#[tokio::test(start_paused = true)]
async fn a_made_up_price_never_takes_the_place_of_a_real_one() {
    let time = PausedTime::start();
    let [first, _] = two(time);
    let simulated = FakeProvider::new("simulated", &["bitcoin usd 1", "solana usd 2", "never usd 3"], Arc::new(time));
    let feed = feed(time, &[&first, &simulated]);
    one(&feed, "bitcoin", "usd").await.unwrap();
    first.refuse(unavailable);
    time.sleep(HOUR).await;
    assert_eq!(words(&one(&feed, "bitcoin", "usd").await), "60000 coingecko stale");
    assert_eq!(words(&one(&feed, "solana", "usd").await), "2 simulated", "where no real one is held");
    assert_eq!(words(&one(&feed, "nocoin", "usd").await), "unavailable");
    time.sleep(HOUR * 24).await;
    assert_eq!(words(&one(&feed, "bitcoin", "usd").await), "1 simulated", "nor is it held for ever");
    first.answer();
    time.sleep(HOUR).await;
    assert_eq!(words(&one(&feed, "bitcoin", "usd").await), "60000 coingecko");
}

#[tokio::test(start_paused = true)]
async fn zero_is_no_price() {
    let time = PausedTime::start();
    let [first, second] = two(time);
    first.set("bitcoin usd 0");
    first.set("solana usd -1");
    let feed = feed(time, &[&first, &second]);
    assert_eq!(words(&one(&feed, "bitcoin", "usd").await), "60010 coinpaprika");
    assert_eq!(words(&one(&feed, "solana", "usd").await), "malformed");
}

#[tokio::test(start_paused = true)]
async fn every_provider_is_reported_in_order() {
    let time = PausedTime::start();
    let [first, second] = two(time);
    let feed = feed(time, &[&first, &second]);
    first.refuse(unavailable);
    one(&feed, "bitcoin", "usd").await.unwrap();
    let reports = feed.providers();
    let figures: Vec<_> = reports.iter().map(|report| (report.name, report.calls, report.failed_calls)).collect();
    assert_eq!(figures, [("coingecko", 1, 1), ("coinpaprika", 1, 0)]);
    let stats = feed.cache_stats();
    assert_eq!((stats.calls, stats.failed_calls), (2, 1));
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_lags_behind_keeps_nobody_from_asking_the_preferred_one_again() {
    let time = PausedTime::start();
    let [first, second] = two(time);
    *second.lag.lock().unwrap() = MINUTE * 10;
    let feed = feed(time, &[&first, &second]);
    one(&feed, "bitcoin", "usd").await.unwrap();
    time.sleep(MINUTE).await;
    first.refuse(|| ProviderError::RateLimited { retry_after: Some(SECOND * 10) });
    for _ in 0..10 {
        assert_eq!(words(&one(&feed, "bitcoin", "usd").await), "60000 coingecko stale");
        time.sleep(SECOND).await;
    }
    assert_eq!((first.calls(), second.calls()), (2, 1), "it is not asked again for what it had not");
    first.answer();
    time.sleep(SECOND * 2).await;
    one(&feed, "bitcoin", "usd").await.unwrap();
    time.sleep(SECOND).await;
    assert_eq!(words(&one(&feed, "bitcoin", "usd").await), "60000 coingecko");
}
