use rialto_kernel::Timer;
use rialto_portfolio::Conversion;

use super::*;
use crate::testing::{currency, decimal, one, unavailable};

fn path(steps: &[Conversion]) -> Vec<String> {
    steps.iter().map(|step| format!("{}>{} {} {}", step.from, step.to, step.rate, step.provider)).collect()
}

fn binance(time: PausedTime) -> Arc<FakeProvider> {
    FakeProvider::new("binance", &["bitcoin usdt 60000", "solana usdt 150"], Arc::new(time))
}

#[tokio::test(start_paused = true)]
async fn a_price_in_a_stablecoin_comes_by_way_of_what_another_provider_says_the_coin_is_worth() {
    let time = PausedTime::start();
    let other = FakeProvider::new("coingecko", &["tether usd 0.998"], Arc::new(time));
    let feed = feed(time, &[&binance(time), &other]);
    let quote = one(&feed, "bitcoin", "usd").await.unwrap();
    assert_eq!((quote.price, quote.provider), (decimal("59880"), "binance"));
    assert_eq!(path(&quote.conversion), ["usdt>usd 0.998 coingecko"]);
    assert_eq!(quote.market_cap, Some(decimal("59880000")));
    assert_eq!(quote.volume_24h, Some(decimal("598800")));
    assert_eq!(quote.change_24h, Some(decimal("598.8")));
    assert_eq!(quote.change_percent_24h, Some(decimal("1")));
    assert_eq!(quote.currency, currency("usd"));
}

#[tokio::test(start_paused = true)]
async fn one_for_one_where_nobody_prices_the_stablecoin_and_it_says_so() {
    let time = PausedTime::start();
    let feed = feed(time, &[&binance(time)]);
    let quote = one(&feed, "solana", "usd").await.unwrap();
    assert_eq!(quote.price, decimal("150"));
    assert_eq!(path(&quote.conversion), ["usdt>usd 1 parity"]);
}

#[tokio::test(start_paused = true)]
async fn a_stablecoins_last_price_is_used_while_its_provider_fails() {
    let time = PausedTime::start();
    let other = FakeProvider::new("coingecko", &["tether usd 0.998"], Arc::new(time));
    let feed = feed(time, &[&binance(time), &other]);
    one(&feed, "bitcoin", "usd").await.unwrap();
    other.refuse(unavailable);
    time.sleep(MINUTE * 15).await;
    let quote = one(&feed, "bitcoin", "usd").await.unwrap();
    assert_eq!(path(&quote.conversion), ["usdt>usd 0.998 coingecko"]);
    assert!(!quote.stale);
    time.sleep(HOUR).await;
    assert!(one(&feed, "bitcoin", "usd").await.unwrap().stale, "in the end that is old too");
}

#[tokio::test(start_paused = true)]
async fn prices_in_a_coin_come_by_way_of_its_price_in_dollars() {
    let time = PausedTime::start();
    let fake = FakeProvider::new("coingecko", &["bitcoin usd 50000", "solana usd 150"], Arc::new(time));
    let feed = feed(time, &[&fake]);
    let quote = one(&feed, "solana", "btc").await.unwrap();
    assert_eq!((quote.price, quote.currency), (decimal("0.003"), currency("btc")));
    assert_eq!(path(&quote.conversion), ["usd>btc 0.00002 coingecko"]);
    assert_eq!(one(&feed, "bitcoin", "btc").await.unwrap().price, decimal("1"));
}

#[tokio::test(start_paused = true)]
async fn a_coin_is_one_of_itself_and_twice_its_price_is_two_whatever_its_price() {
    let time = PausedTime::start();
    let fake = FakeProvider::new("coingecko", &["bitcoin usd 67123.45", "twice usd 134246.9"], Arc::new(time));
    let feed = feed(time, &[&fake]);
    assert_eq!(one(&feed, "twice", "btc").await.unwrap().price, decimal("2"));
    let quote = one(&feed, "bitcoin", "btc").await.unwrap();
    assert_eq!((quote.price, quote.market_cap), (decimal("1"), Some(decimal("1000"))));
    assert_eq!(path(&quote.conversion), ["usd>btc 0.000014897923155023 coingecko"]);
}

#[tokio::test(start_paused = true)]
async fn how_a_price_changed_is_left_out_where_the_currencies_changed_against_each_other() {
    let time = PausedTime::start();
    let prices = ["bitcoin usd 50000", "bitcoin eur 45000", "solana usd 150"];
    let fake = FakeProvider::new("coingecko", &prices, Arc::new(time));
    let feed = feed(time, &[&FakeProvider::new("coinpaprika", &["tiny usd 2"], Arc::new(time)), &fake]);
    for (id, code) in [("tiny", "eur"), ("tiny", "btc"), ("solana", "btc")] {
        let quote = one(&feed, id, code).await.unwrap();
        assert!(!quote.conversion.is_empty());
        assert_eq!((quote.change_24h, quote.change_percent_24h), (None, None), "{id} in {code}");
    }
    let quote = one(&feed, "bitcoin", "eur").await.unwrap();
    assert_eq!((quote.change_24h, quote.change_percent_24h), (Some(decimal("450")), Some(decimal("1"))));
}

#[tokio::test(start_paused = true)]
async fn what_a_great_asset_is_worth_in_small_money_can_be_written() {
    let time = PausedTime::start();
    let fake = FakeProvider::new("coingecko", &["bitcoin usd 50000", "bitcoin idr 900000000"], Arc::new(time));
    let great = FakeProvider::new("coinpaprika", &["great usd 2000000000"], Arc::new(time));
    let feed = feed(time, &[&fake, &great]);
    assert_eq!(one(&feed, "great", "idr").await.unwrap().market_cap, Some(decimal("36000000000000000")));
}

#[tokio::test(start_paused = true)]
async fn prices_in_other_money_come_by_way_of_a_coin_that_one_provider_prices_in_both() {
    let time = PausedTime::start();
    let clock = Arc::new(time);
    let knows_euros = FakeProvider::new("coingecko", &["bitcoin usd 50000", "bitcoin eur 45000"], clock.clone());
    let knows_more = FakeProvider::new("coinpaprika", &["tiny usd 2"], clock);
    let feed = feed(time, &[&knows_euros, &knows_more, &binance(time)]);
    let quote = one(&feed, "tiny", "eur").await.unwrap();
    assert_eq!((quote.price, quote.provider), (decimal("1.8"), "coinpaprika"));
    assert_eq!(path(&quote.conversion), ["usd>eur 0.9 coingecko"]);
    let quote = one(&feed, "solana", "eur").await.unwrap();
    assert_eq!(quote.price, decimal("135"));
    assert_eq!(path(&quote.conversion), ["usdt>usd 1 parity", "usd>eur 0.9 coingecko"]);
    assert_eq!(one(&feed, "bitcoin", "eur").await.unwrap().conversion, [], "who knows it is asked itself");
}

#[tokio::test(start_paused = true)]
async fn a_currency_to_which_no_way_leads_is_unknown_and_soon_costs_no_calls() {
    let time = PausedTime::start();
    let fake = FakeProvider::new("coingecko", &["bitcoin usd 50000"], Arc::new(time));
    let feed = feed(time, &[&fake, &binance(time)]);
    assert_eq!(words(&one(&feed, "bitcoin", "zzz").await), "unknown_currency");
    let calls = fake.calls();
    for _ in 0..10 {
        assert_eq!(words(&one(&feed, "bitcoin", "zzz").await), "unknown_currency");
    }
    assert_eq!(fake.calls(), calls);
    assert!(matches!(feed.popular(3, &currency("zzz")).await, Err(ProviderError::UnknownCurrency(_))));
}

#[tokio::test(start_paused = true)]
async fn a_way_that_leads_there_at_another_time_is_told_as_such() {
    let time = PausedTime::start();
    let clock = Arc::new(time);
    let knows_euros = FakeProvider::new("coingecko", &["bitcoin usd 50000", "bitcoin eur 45000"], clock.clone());
    knows_euros.refuse(unavailable);
    let knows_more = FakeProvider::new("coinpaprika", &["tiny usd 2"], clock);
    let feed = feed(time, &[&knows_euros, &knows_more]);
    assert_eq!(words(&one(&feed, "tiny", "eur").await), "unavailable");
}

#[tokio::test(start_paused = true)]
async fn a_made_up_rate_makes_a_made_up_price() {
    let time = PausedTime::start();
    let clock = Arc::new(time);
    let real = FakeProvider::new("coinpaprika", &["tiny usd 2"], clock.clone());
    let simulated = FakeProvider::new("simulated", &["bitcoin usd 50000"], clock);
    let feed = feed(time, &[&real, &simulated]);
    let quote = one(&feed, "tiny", "btc").await.unwrap();
    assert_eq!(quote.price, decimal("0.00004"));
    assert!(quote.is_simulated());
}

#[tokio::test(start_paused = true)]
async fn live_prices_are_converted_judged_and_kept() {
    let time = PausedTime::start();
    let other = FakeProvider::new("coingecko", &["tether usd 0.998"], Arc::new(time));
    let binance = binance(time);
    let feed = feed(time, &[&binance, &other]);
    let quote = one(&feed, "bitcoin", "usd").await.unwrap();
    let tick =
        |price: &str| Quote { price: decimal(price), currency: currency("usdt"), conversion: vec![], ..quote.clone() };
    let ticks = vec![tick("61000"), tick("6100000"), Quote { provider: "stranger", ..tick("5") }, tick("61001")];
    let live: Vec<Quote> = feed.live(Box::pin(futures_util::stream::iter(ticks))).collect().await;
    let prices: Vec<String> = live.iter().map(|quote| quote.price.to_string()).collect();
    assert_eq!(prices, ["60878", "60878.998"]);
    let calls = binance.calls();
    assert_eq!(words(&one(&feed, "bitcoin", "usd").await), "60878.998 binance");
    assert_eq!(binance.calls(), calls);
}

use futures_util::StreamExt;
