use futures_util::future::join_all;
use rialto_kernel::Timer;
use rialto_portfolio::Interval;

use super::*;
use crate::testing::{asset, currency, one, unavailable};

fn two(time: PausedTime) -> [Arc<FakeProvider>; 2] {
    let prices = ["bitcoin usd 60000", "ethereum usd 3000", "solana usd 150"];
    ["coingecko", "coinpaprika"].map(|name| FakeProvider::new(name, &prices, Arc::new(time)))
}

fn ids(quotes: &[Quote]) -> Vec<&str> {
    quotes.iter().map(|quote| quote.asset_id.as_str()).collect()
}

#[tokio::test(start_paused = true)]
async fn many_who_ask_for_a_list_share_one_call_and_its_prices_are_kept() {
    let time = PausedTime::start();
    let [first, second] = two(time);
    let feed = feed(time, &[&first, &second]);
    let usd = currency("usd");
    let lists = join_all((0..100).map(|_| feed.popular(3, &usd))).await;
    assert!(lists.iter().all(|list| ids(list.as_ref().unwrap()) == ["bitcoin", "ethereum", "solana"]));
    for (limit, length) in [(2, 2), (5, 3), (50, 3)] {
        assert_eq!(feed.popular(limit, &usd).await.unwrap().len(), length, "lists of many lengths are one call");
    }
    one(&feed, "solana", "usd").await.unwrap();
    assert_eq!((first.calls(), second.calls()), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn a_list_is_another_providers_when_one_fails_and_an_old_one_when_all_do() {
    let time = PausedTime::start();
    let [first, second] = two(time);
    let feed = feed(time, &[&first, &second]);
    let usd = currency("usd");
    first.refuse(|| ProviderError::Unsupported);
    assert_eq!(feed.popular(3, &usd).await.unwrap()[0].provider, "coinpaprika");
    second.refuse(unavailable);
    time.sleep(HOUR).await;
    let old = feed.popular(3, &usd).await.unwrap();
    assert!(old.len() == 3 && old.iter().all(|quote| quote.stale));
    assert!(matches!(feed.popular(60, &usd).await, Err(ProviderError::Unavailable { .. })));
}

#[tokio::test(start_paused = true)]
async fn a_made_up_list_never_takes_the_place_of_a_real_one() {
    let time = PausedTime::start();
    let [first, _] = two(time);
    let simulated = FakeProvider::new("simulated", &["bitcoin usd 1"], Arc::new(time));
    let feed = feed(time, &[&first, &simulated]);
    let usd = currency("usd");
    first.refuse(unavailable);
    assert_eq!(feed.popular(3, &usd).await.unwrap()[0].provider, "simulated");
    first.answer();
    time.sleep(MINUTE).await;
    assert_eq!(feed.popular(3, &usd).await.unwrap()[0].provider, "coingecko");
    first.refuse(unavailable);
    time.sleep(HOUR).await;
    assert_eq!(feed.popular(3, &usd).await.unwrap()[0].provider, "coingecko");
}

#[tokio::test(start_paused = true)]
async fn a_wild_price_in_a_list_is_given_as_it_was_before() {
    let time = PausedTime::start();
    let [first, _] = two(time);
    let feed = feed(time, &[&first]);
    let usd = currency("usd");
    feed.popular(3, &usd).await.unwrap();
    first.set("ethereum usd 300000");
    time.sleep(MINUTE * 11).await;
    let list = feed.popular(3, &usd).await.unwrap();
    let ethereum = list.iter().find(|quote| quote.asset_id == asset("ethereum")).unwrap();
    assert_eq!((ethereum.price.to_string().as_str(), ethereum.stale), ("3000", true));
}

#[tokio::test(start_paused = true)]
async fn a_search_is_made_once_and_what_one_does_not_find_another_may() {
    let time = PausedTime::start();
    let [first, second] = two(time);
    second.set("dogecoin usd 1");
    let feed = feed(time, &[&first, &second]);
    let query = |text| AssetQuery::parse(text).unwrap();
    for _ in 0..3 {
        assert_eq!(feed.search(&query("dog"), 5).await.unwrap().assets[0].id, asset("dogecoin"));
        assert_eq!(feed.search(&query("zzz"), 5).await.unwrap().assets, []);
    }
    assert_eq!((first.calls(), second.calls()), (2, 2));
    first.refuse(unavailable);
    second.refuse(unavailable);
    assert!(feed.search(&query("sol"), 5).await.is_err());
    time.sleep(HOUR).await;
    assert_eq!(feed.search(&query("dog"), 5).await.unwrap().assets.len(), 1, "names change seldom");
}

#[tokio::test(start_paused = true)]
async fn what_another_finds_while_the_first_fails_says_that_there_may_be_more() {
    let time = PausedTime::start();
    let [first, second] = two(time);
    let feed = feed(time, &[&first, &second]);
    let query = AssetQuery::parse("solana").unwrap();
    first.refuse(unavailable);
    let found = feed.search(&query, 5).await.unwrap();
    assert_eq!(found.assets[0].id, asset("solana"));
    assert!(matches!(found.missed, Some(ProviderError::Unavailable { .. })));
    first.answer();
    time.sleep(MINUTE).await;
    assert!(feed.search(&query, 5).await.unwrap().missed.is_none());
}

#[tokio::test(start_paused = true)]
async fn who_stands_in_for_another_lists_nothing_by_ids_of_its_own() {
    let time = PausedTime::start();
    let [first, second] = two(time);
    second.set("sol-solana-twin usd 70000");
    let (usd, query) = (currency("usd"), AssetQuery::parse("sol").unwrap());
    let alone = feed(time, &[&second]);
    assert_eq!(ids(&alone.popular(1, &usd).await.unwrap()), ["sol-solana-twin"]);
    assert_eq!(alone.search(&query, 5).await.unwrap().assets.len(), 2);
    let fallback = feed(time, &[&first, &second]);
    first.refuse(unavailable);
    assert_eq!(ids(&fallback.popular(3, &usd).await.unwrap()), ["bitcoin", "ethereum", "solana"]);
    let found = fallback.search(&query, 5).await.unwrap().assets;
    assert_eq!(found.iter().map(|found| found.id.as_str()).collect::<Vec<_>>(), ["solana"]);
    first.answer();
    let query = AssetQuery::parse("twin").unwrap();
    assert_eq!(fallback.search(&query, 5).await.unwrap().assets, [], "nor if the other finds nothing");
}

#[tokio::test(start_paused = true)]
async fn a_list_that_only_another_has_is_its_own() {
    let time = PausedTime::start();
    let [first, second] = two(time);
    second.set("sol-solana-twin usd 70000");
    let feed = feed(time, &[&first, &second]);
    first.refuse(|| ProviderError::Unsupported);
    assert_eq!(ids(&feed.popular(1, &currency("usd")).await.unwrap()), ["sol-solana-twin"]);
}

#[tokio::test(start_paused = true)]
async fn a_history_is_of_the_first_provider_that_has_it() {
    let time = PausedTime::start();
    let [first, second] = two(time);
    let feed = feed(time, &[&first, &second]);
    let from = Interval::Day.start_of(time.now());
    let span = Span { from: from - HOUR * 48, to: from, interval: Interval::Day };
    let usd = currency("usd");
    let asked = (0..20).map(|_| async { feed.history(&asset("bitcoin"), &usd, &span).await });
    for points in join_all(asked).await {
        assert_eq!(points.unwrap()[0].provider, "coingecko");
    }
    assert_eq!((first.calls(), second.calls()), (1, 0));
    first.refuse(unavailable);
    assert_eq!(feed.history(&asset("bitcoin"), &usd, &span).await.unwrap()[0].provider, "coinpaprika");
    let unknown = feed.history(&asset("nocoin"), &usd, &span).await;
    assert!(matches!(unknown, Err(QuoteError::Provider(ProviderError::Unavailable { .. }))));
    first.answer();
    time.sleep(MINUTE).await;
    let unknown = feed.history(&asset("nocoin"), &usd, &span).await;
    assert!(matches!(unknown, Err(QuoteError::UnknownAsset(_))));
}
