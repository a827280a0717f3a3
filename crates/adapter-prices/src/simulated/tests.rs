use chrono::TimeDelta;
use rialto_kernel::Decimal;
use rialto_portfolio::Interval;
use rialto_testkit::FakeClock;

use super::*;
use crate::catalogue::CATALOGUE;

fn feed(seed: u64) -> (SimulatedPriceProvider, Arc<FakeClock>) {
    let clock = Arc::new(FakeClock::new());
    (SimulatedPriceProvider::new(seed, clock.clone()), clock)
}

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

#[tokio::test]
async fn every_quote_says_that_it_is_simulated_and_has_all_its_parts() {
    let (feed, _) = feed(1);
    let quotes = feed.popular(250, &Currency::default()).await.unwrap();
    assert_eq!(quotes.len(), CATALOGUE.len());
    assert_eq!(quotes.iter().map(|quote| quote.asset_id.clone()).collect::<HashSet<_>>().len(), CATALOGUE.len());
    for quote in quotes {
        assert_eq!(quote.provider, "simulated");
        assert!(quote.price > Decimal::zero(), "{quote:?}");
        assert!(quote.volume_24h.unwrap() < quote.market_cap.unwrap(), "{}", quote.asset_id);
        assert!(quote.change_24h.is_some() && quote.change_percent_24h.is_some() && quote.rank.is_some());
    }
}

#[tokio::test]
async fn two_simulations_of_one_seed_agree_and_a_step_lasts_two_seconds() {
    let ((one, clock), (two, _)) = (feed(1), feed(1));
    let bitcoin = [AssetId::parse("bitcoin").unwrap()];
    let usd = Currency::default();
    let first = one.quotes(&bitcoin, &usd).await.unwrap();
    assert_eq!(first, two.quotes(&bitcoin, &usd).await.unwrap());

    clock.advance(TimeDelta::milliseconds(1_999));
    assert_eq!(one.quotes(&bitcoin, &usd).await.unwrap()[0].price, first[0].price);
    clock.advance(TimeDelta::milliseconds(1));
    let next = one.quotes(&bitcoin, &usd).await.unwrap();
    assert_ne!(next[0].price, first[0].price);
    assert_eq!(next[0].observed_at - first[0].observed_at, TimeDelta::seconds(2));
}

#[tokio::test]
async fn the_change_over_a_day_is_the_one_that_happened() {
    let (feed, clock) = feed(3);
    let yesterday = feed.popular(250, &Currency::default()).await.unwrap();
    clock.advance(TimeDelta::days(1));
    for today in feed.popular(250, &Currency::default()).await.unwrap() {
        let before = yesterday.iter().find(|quote| quote.asset_id == today.asset_id).unwrap();
        assert_eq!(today.change_24h.unwrap(), today.price.checked_sub(&before.price).unwrap());
    }
}

#[tokio::test]
async fn prices_stay_near_their_start_and_stable_coins_within_a_thousandth() {
    let (feed, clock) = feed(4);
    for _ in 0..60 {
        clock.advance(TimeDelta::minutes(157));
        for quote in feed.popular(250, &Currency::default()).await.unwrap() {
            let asset = feed.assets.iter().find(|asset| asset.id == quote.asset_id.as_str()).unwrap();
            let start = Decimal::from_scaled(asset.price.0, asset.price.1).unwrap();
            let part = quote.price.checked_div(&start).unwrap();
            let (low, high) = if asset.stable { ("0.999", "1.001") } else { ("0.93", "1.07") };
            assert!(part > decimal(low) && part < decimal(high), "{} {part}", asset.id);
        }
    }
}

#[tokio::test]
async fn ranks_follow_market_capitalisation() {
    let (feed, _) = feed(5);
    let quotes = feed.popular(5, &Currency::default()).await.unwrap();
    assert_eq!(quotes[0].asset_id.as_str(), "bitcoin");
    assert_eq!(quotes.iter().map(|quote| quote.rank.unwrap()).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
    assert!(quotes.is_sorted_by(|a, b| a.market_cap >= b.market_cap));
}

#[tokio::test]
async fn an_unknown_currency_is_told_so_and_unknown_assets_are_left_out() {
    let (feed, _) = feed(6);
    let zzz = Currency::parse("zzz").unwrap();
    assert!(matches!(feed.popular(1, &zzz).await, Err(ProviderError::UnknownCurrency(c)) if c == zzz));
    let unknown = [AssetId::parse("nocoin").unwrap()];
    assert_eq!(feed.quotes(&unknown, &Currency::default()).await.unwrap(), []);
}

#[tokio::test]
async fn a_price_in_another_currency_is_the_dollar_price_at_a_rate_that_never_changes() {
    let (feed, _) = feed(7);
    let bitcoin = [AssetId::parse("bitcoin").unwrap()];
    let dollars = feed.quotes(&bitcoin, &Currency::default()).await.unwrap().remove(0);
    for code in ["eur", "gbp", "chf", "jpy", "cny", "rub", "inr", "brl"] {
        let currency = Currency::parse(code).unwrap();
        let quote = feed.quotes(&bitcoin, &currency).await.unwrap().remove(0);
        let rate = Decimal::from_scaled(rates::hundredths(&currency).unwrap(), 2).unwrap();
        let exact = dollars.price.checked_mul(&rate).unwrap();
        let error = quote.price.checked_sub(&exact).unwrap();
        let most = rate.checked_mul(&decimal("0.01")).unwrap().checked_add(&decimal("0.01")).unwrap();
        assert!(error < most && error > Decimal::zero().checked_sub(&most).unwrap(), "{code}: off by {error}");
        assert_eq!(quote.change_percent_24h.unwrap().round(1), dollars.change_percent_24h.clone().unwrap().round(1));
    }
}

#[tokio::test]
async fn the_close_of_an_interval_is_what_a_quote_said_in_its_last_instant() {
    let (feed, clock) = feed(8);
    let ethereum = AssetId::parse("ethereum").unwrap();
    let eur = Currency::parse("eur").unwrap();
    for interval in Interval::ALL {
        let start = interval.start_of(clock.now());
        let end = start + interval.length();
        clock.advance(end - clock.now() - TimeDelta::microseconds(1));
        let last = feed.quotes(std::slice::from_ref(&ethereum), &eur).await.unwrap().remove(0);
        let span = Span { from: start, to: end, interval };
        assert_eq!(feed.history(&ethereum, &eur, &span).await.unwrap(), [], "{interval} is not over");
        clock.advance(TimeDelta::microseconds(1));
        assert_eq!(feed.history(&ethereum, &eur, &span).await.unwrap(), [PricePoint::of(&last, interval)]);
    }
}

#[tokio::test]
async fn an_endless_history_is_cut_at_its_beginning() {
    let (feed, clock) = feed(9);
    let span = Span { from: DateTime::UNIX_EPOCH, to: clock.now(), interval: Interval::FiveMinutes };
    let points = feed.history(&AssetId::parse("bitcoin").unwrap(), &Currency::default(), &span).await.unwrap();
    assert_eq!(points.len(), 100_000);
    assert_eq!(points[99_999].at + TimeDelta::minutes(5), Interval::FiveMinutes.start_of(clock.now()));
}

#[tokio::test]
async fn made_up_assets_are_priced_ranked_and_found_like_others() {
    let clock = Arc::new(FakeClock::new());
    let feed = SimulatedPriceProvider::new(10, clock).with_made_up_assets(2_000);
    let usd = Currency::default();
    let quote = feed.quotes(&[AssetId::parse("sim-1999").unwrap()], &usd).await.unwrap().remove(0);
    assert!(quote.rank.unwrap() > 60 && quote.price > Decimal::zero());
    assert_eq!(feed.popular(3_000, &usd).await.unwrap().len(), CATALOGUE.len() + 2_000);
    let found = feed.search(&AssetQuery::parse("sim-0007").unwrap(), 5).await.unwrap();
    assert_eq!((found.len(), found[0].id.as_str()), (1, "sim-0007"));
}

#[tokio::test]
async fn everything_that_has_an_alias_is_simulated() {
    let (feed, _) = feed(11);
    for alias in [
        "ada", "atom", "avax", "bch", "bnb", "btc", "doge", "dot", "etc", "eth", "fil", "link", "ltc", "matic", "pol",
        "shib", "sol", "ton", "trx", "uni", "usdc", "usdt", "xlm", "xmr", "xrp",
    ] {
        let asset = rialto_portfolio::model::alias_of(alias).unwrap();
        assert_eq!(feed.quotes(&[asset], &Currency::default()).await.unwrap().len(), 1, "{alias}");
    }
}
