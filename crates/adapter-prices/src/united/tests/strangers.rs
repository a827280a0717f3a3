//! Questions that anybody can make up cost the prices that are shown nothing.

use futures_util::StreamExt;
use futures_util::future::join_all;
use rialto_kernel::Clock;
use rialto_portfolio::{AssetQuery, Interval, QuoteTicker};

use super::*;
use crate::testing::{asset, currency, one};
use crate::{GuardSettings, PolledQuoteTicker};

/// So many names that nobody has heard of.
fn made_up(by: &str, count: usize) -> Vec<AssetId> {
    (0..count).map(|n| asset(&format!("{by}-{n}"))).collect()
}

/// A provider that allows nine calls a minute, five of them at once.
fn scarce(time: PausedTime, fake: &Arc<FakeProvider>) -> UnitedPriceFeed {
    let settings = GuardSettings { calls_per_minute: 9, burst: 5, ..GuardSettings::default() };
    let source = PriceSource::new(fake.guarded_with(time, settings, Arc::default()));
    UnitedPriceFeed::new(vec![source], FeedSettings::default(), Arc::new(time), Arc::new(time), Handle::current())
}

#[tokio::test(start_paused = true)]
async fn a_flood_of_made_up_names_leaves_calls_for_prices_that_are_shown() {
    let time = PausedTime::start();
    let fake = FakeProvider::new("one", &["obscure-coin usd 5", "bitcoin usd 60000"], Arc::new(time));
    let feed = scarce(time, &fake);
    assert_eq!(words(&one(&feed, "obscure-coin", "usd").await), "5 one");
    for minute in 0..5 {
        tokio::time::sleep(MINUTE).await;
        for n in 0..300 {
            let _ = words(&one(&feed, &format!("made-up-{minute}-{n}"), "usd").await);
        }
        let before = fake.calls();
        // What is held is renewed at once, and what is well known is never taken for made up.
        let _ = words(&one(&feed, "obscure-coin", "usd").await);
        tokio::time::sleep(SECOND).await;
        assert_eq!(words(&one(&feed, "obscure-coin", "usd").await), "5 one", "minute {minute}");
        assert!(fake.calls() > before);
    }
    for n in 0..300 {
        let _ = words(&one(&feed, &format!("another-{n}"), "usd").await);
    }
    assert_eq!(words(&one(&feed, "bitcoin", "usd").await), "60000 one");
}

#[tokio::test(start_paused = true)]
async fn searches_and_the_past_leave_calls_too() {
    let time = PausedTime::start();
    let fake = FakeProvider::new("one", &["bitcoin usd 60000"], Arc::new(time));
    let feed = scarce(time, &fake);
    let now = time.now();
    for n in 0..50_u32 {
        let query = AssetQuery::parse(&format!("word {n}")).unwrap();
        let _ = feed.search(&query, 10).await;
        let span = Span { from: now - chrono::TimeDelta::days(2 + i64::from(n)), to: now, interval: Interval::Day };
        let _ = feed.history(&asset("bitcoin"), &Currency::default(), &span).await;
    }
    assert_eq!(words(&one(&feed, "bitcoin", "usd").await), "60000 one");
}

#[tokio::test(start_paused = true)]
async fn a_flood_of_made_up_currencies_leaves_calls_for_prices_that_are_shown() {
    let time = PausedTime::start();
    let prices = ["bitcoin usd 60000", "ethereum eur 2000", "bitcoin eur 50000", "obscure-coin eur 5"];
    let fake = FakeProvider::new("one", &prices, Arc::new(time));
    let feed = scarce(time, &fake);
    assert_eq!(words(&one(&feed, "obscure-coin", "eur").await), "5 one");
    for minute in 0..5 {
        tokio::time::sleep(MINUTE * 11).await;
        let before = fake.calls();
        for n in 0..60 {
            let made_up = format!("z{minute}y{n}");
            let _ = words(&one(&feed, "bitcoin", &made_up).await);
            let _ = feed.popular(10, &currency(&made_up)).await;
        }
        assert!(fake.calls() <= before + 3, "minute {minute}");
        // What is held is renewed, and so is what is well known in a currency in which there have been prices.
        for (id, code, said) in [("obscure-coin", "eur", "5 one"), ("bitcoin", "usd", "60000 one")] {
            assert_eq!(words(&one(&feed, id, code).await), said, "minute {minute}");
        }
    }
    tokio::time::sleep(MINUTE).await;
    for n in 0..60 {
        let _ = words(&one(&feed, "bitcoin", &format!("x{n}")).await);
    }
    assert_eq!(words(&one(&feed, "ethereum", "eur").await), "2000 one");
}

#[tokio::test(start_paused = true)]
async fn made_up_names_that_come_at_once_are_one_call_at_most_and_the_rest_is_refused() {
    let time = PausedTime::start();
    let fake = FakeProvider::new("one", &["obscure-coin usd 5", "bitcoin usd 60000"], Arc::new(time));
    let feed = scarce(time, &fake);
    assert_eq!(words(&one(&feed, "obscure-coin", "usd").await), "5 one");
    tokio::time::sleep(MINUTE * 11).await;
    let before = fake.calls();
    let bulks =
        (0..40).map(|n| feed.quotes(made_up(&format!("made-up-{n}"), 250), currency("usd")).collect::<Vec<_>>());
    let (bulks, held) = tokio::join!(join_all(bulks), one(&feed, "obscure-coin", "usd"));
    assert_eq!(words(&held), "5 one");
    assert_eq!(fake.calls() - before, 2, "that of what is held takes names along, and one is for names alone");
    let count = |said: &str| bulks.iter().flatten().filter(|(_, outcome)| words(outcome) == said).count();
    assert_eq!((count("unknown_asset"), count("rate_limited")), (99, 9_901));
}

#[tokio::test(start_paused = true)]
async fn made_up_names_that_are_watched_leave_calls_too() {
    let time = PausedTime::start();
    let fake = FakeProvider::new("one", &["bitcoin usd 60000"], Arc::new(time));
    let feed = scarce(time, &fake);
    let ticker = PolledQuoteTicker::new(Arc::new(feed.clone()), MINUTE * 5, None, Arc::new(time), Handle::current());
    let watched: Vec<_> = (0..40).map(|n| ticker.watch(made_up(&format!("made-up-{n}"), 250))).collect();
    tokio::time::sleep(SECOND).await;
    assert_eq!(fake.calls(), 1);
    assert_eq!(words(&one(&feed, "bitcoin", "usd").await), "60000 one");
    drop(watched);
}

#[tokio::test(start_paused = true)]
async fn made_up_names_take_no_more_than_half_of_the_places_in_which_prices_are_waited_for() {
    let time = PausedTime::start();
    let fake = FakeProvider::new("one", &["bitcoin usd 60000"], Arc::new(time));
    *fake.takes.lock().unwrap() = SECOND;
    let feed = feed_with(time, &[&fake], FeedSettings { max_waiting: 100, ..FeedSettings::default() });
    for round in 0..2 {
        let flood = feed.quotes(made_up(&format!("made-up-{round}"), 250), currency("usd")).collect::<Vec<_>>();
        let (flood, well_known) = tokio::join!(flood, one(&feed, "bitcoin", "usd"));
        let unknown = flood.iter().filter(|(_, outcome)| words(outcome) == "unknown_asset").count();
        assert_eq!((words(&well_known).as_str(), unknown), ("60000 one", 50));
    }
    assert_eq!(feed.core.gather.waiting(), 0);
}
