//! Questions that anybody can make up cost the prices that are shown nothing.

use rialto_kernel::Clock;
use rialto_portfolio::{AssetQuery, Interval};

use super::*;
use crate::GuardSettings;
use crate::testing::{asset, currency, one};

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
