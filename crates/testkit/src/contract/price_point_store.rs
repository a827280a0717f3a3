//! What every [`PricePointStore`](rialto_portfolio::PricePointStore) promises.

use chrono::TimeDelta;
use rialto_kernel::{Clock, Instant};
use rialto_portfolio::{Currency, Interval, PricePoint, SIMULATED, Series};

use super::concurrency::at_once;
use crate::{FakeClock, PriceStores, builders};

/// Runs the rules of [`PricePointStore`](rialto_portfolio::PricePointStore) on an adapter. The constructor is the absolute
/// path of an `async fn() -> `[`PriceStores`](crate::PriceStores).
#[macro_export]
macro_rules! price_point_store_contract {
    ($name:ident, $new:path) => {
        $crate::contract_tests! { $name, $new, price_point_store:
            points_come_back_as_they_were_recorded_in_order_of_time,
            every_digit_of_a_price_is_kept,
            series_do_not_mix,
            of_two_points_of_one_time_the_later_observation_stays,
            of_two_observed_at_once_the_first_stays,
            a_simulated_price_never_displaces_a_real_one,
            one_batch_may_name_a_time_twice,
            a_span_has_its_beginning_and_not_its_end,
            no_more_points_come_than_asked_for_the_earliest_first,
            the_last_point_is_the_one_at_or_before_an_instant,
            pruning_forgets_old_points_of_one_interval,
            pruning_is_bounded,
            points_recorded_at_once_from_both_ends_all_stay,
        }
    };
}

fn start() -> Instant {
    Interval::Day.start_of(FakeClock::new().now())
}

fn series(asset: &str, interval: Interval) -> Series {
    Series { asset_id: builders::asset(asset), currency: Currency::default(), interval }
}

/// The point of the `n`th interval, observed when it was half over.
fn point(of: &Series, n: i32, price: &str) -> PricePoint {
    let at = start() + of.interval.length() * n;
    PricePoint {
        asset_id: of.asset_id.clone(),
        currency: of.currency.clone(),
        interval: of.interval,
        at,
        price: price.parse().unwrap(),
        observed_at: at + of.interval.length() / 2,
        provider: "fake".to_owned(),
    }
}

async fn all(stores: &PriceStores, of: &Series) -> Vec<PricePoint> {
    let (from, to) = (start() - TimeDelta::days(3_650), start() + TimeDelta::days(3_650));
    stores.points.list_points(of, from, to, 10_000).await.unwrap()
}

/// Every field of them.
pub async fn points_come_back_as_they_were_recorded_in_order_of_time(stores: PriceStores) {
    let days = series("bitcoin", Interval::Day);
    assert_eq!(all(&stores, &days).await, []);
    stores.points.record(&[]).await.unwrap();
    let mut points: Vec<_> = (-3..4).map(|n| point(&days, n, "61234.5")).collect();
    points[2].observed_at += TimeDelta::microseconds(7);
    points[3].provider = "a “provider”; 世界".to_owned();
    let shuffled = [4, 0, 6, 2].map(|n| points[n].clone());
    stores.points.record(&shuffled).await.unwrap();
    let rest = [5, 1, 3].map(|n| points[n].clone());
    stores.points.record(&rest).await.unwrap();
    assert_eq!(all(&stores, &days).await, points);
}

/// The longest, the smallest, and those without a fraction.
pub async fn every_digit_of_a_price_is_kept(stores: PriceStores) {
    let days = series("bitcoin", Interval::Day);
    let prices = [
        "123456789012345.123456789012345678",
        "99999999999999999999.999999999999999999",
        "0.000000000000000001",
        "0.1",
        "100",
        "10000000000000000000",
    ];
    let points: Vec<_> = prices.iter().zip(0..).map(|(price, n)| point(&days, n, price)).collect();
    stores.points.record(&points).await.unwrap();
    let found: Vec<_> = all(&stores, &days).await.into_iter().map(|point| point.price.to_string()).collect();
    assert_eq!(found, prices);
    let last = stores.points.find_last(&days, points[0].at).await.unwrap().unwrap();
    assert_eq!(last.price, points[0].price);
}

/// Neither those of other assets, nor of other currencies, nor of other intervals.
pub async fn series_do_not_mix(stores: PriceStores) {
    let days = series("bitcoin", Interval::Day);
    let euros = Series { currency: Currency::parse("eur").unwrap(), ..days.clone() };
    let all_series = [days, series("bitcoin-cash", Interval::Day), euros, series("bitcoin", Interval::Hour)];
    let points: Vec<_> = all_series.iter().zip(1..).map(|(of, n)| point(of, 0, &n.to_string())).collect();
    stores.points.record(&points).await.unwrap();
    for (of, point) in all_series.iter().zip(points) {
        assert_eq!(all(&stores, of).await, std::slice::from_ref(&point));
        assert_eq!(stores.points.find_last(of, point.at).await.unwrap(), Some(point));
    }
}

/// Whichever is recorded first.
pub async fn of_two_points_of_one_time_the_later_observation_stays(stores: PriceStores) {
    for (asset, later_first) in [("bitcoin", false), ("ethereum", true)] {
        let days = series(asset, Interval::Day);
        let earlier = point(&days, 0, "1");
        let later = PricePoint {
            price: "2".parse().unwrap(),
            provider: "other".to_owned(),
            observed_at: earlier.observed_at + TimeDelta::microseconds(1),
            ..earlier.clone()
        };
        let mut order = [earlier, later.clone()];
        if later_first {
            order.reverse();
        }
        for point in order {
            stores.points.record(&[point]).await.unwrap();
        }
        assert_eq!(all(&stores, &days).await, [later]);
    }
}

/// The one that was there.
pub async fn of_two_observed_at_once_the_first_stays(stores: PriceStores) {
    let days = series("bitcoin", Interval::Day);
    let first = point(&days, 0, "1");
    let second = PricePoint { price: "2".parse().unwrap(), provider: "other".to_owned(), ..first.clone() };
    stores.points.record(std::slice::from_ref(&first)).await.unwrap();
    stores.points.record(&[second]).await.unwrap();
    assert_eq!(all(&stores, &days).await, [first]);
}

/// Whenever it was observed; a real one takes the place of a simulated one, and simulated ones follow one another.
pub async fn a_simulated_price_never_displaces_a_real_one(stores: PriceStores) {
    let days = series("bitcoin", Interval::Day);
    let real = point(&days, 0, "1");
    let later = real.observed_at + TimeDelta::hours(1);
    let made_up = |price: &str, observed_at| PricePoint {
        price: price.parse().unwrap(),
        observed_at,
        provider: SIMULATED.to_owned(),
        ..real.clone()
    };
    for (recorded, expected) in [
        (made_up("3", later), made_up("3", later)),
        (made_up("2", real.observed_at), made_up("3", later)),
        (made_up("4", later + TimeDelta::hours(1)), made_up("4", later + TimeDelta::hours(1))),
        (real.clone(), real.clone()),
        (made_up("5", later + TimeDelta::hours(2)), real.clone()),
    ] {
        stores.points.record(&[recorded]).await.unwrap();
        assert_eq!(all(&stores, &days).await, [expected]);
    }
}

/// As if one had come after the other.
pub async fn one_batch_may_name_a_time_twice(stores: PriceStores) {
    let days = series("bitcoin", Interval::Day);
    let real = point(&days, 0, "1");
    let earlier =
        PricePoint { price: "2".parse().unwrap(), observed_at: real.observed_at - TimeDelta::hours(1), ..real.clone() };
    let at_once = PricePoint { price: "3".parse().unwrap(), ..real.clone() };
    let made_up = PricePoint {
        provider: SIMULATED.to_owned(),
        observed_at: real.observed_at + TimeDelta::hours(1),
        ..real.clone()
    };
    let other = point(&days, 1, "4");
    let batch = [made_up.clone(), earlier, other.clone(), real.clone(), at_once, made_up];
    stores.points.record(&batch).await.unwrap();
    assert_eq!(all(&stores, &days).await, [real, other]);
}

/// To the microsecond.
pub async fn a_span_has_its_beginning_and_not_its_end(stores: PriceStores) {
    let hours = series("bitcoin", Interval::Hour);
    let points: Vec<_> = (0..4).map(|n| point(&hours, n, "1")).collect();
    stores.points.record(&points).await.unwrap();
    let list = async |from, to| stores.points.list_points(&hours, from, to, 100).await.unwrap();
    assert_eq!(list(points[1].at, points[3].at).await, points[1..3]);
    let tick = TimeDelta::microseconds(1);
    assert_eq!(list(points[1].at + tick, points[3].at + tick).await, points[2..4]);
    assert_eq!(list(points[1].at, points[1].at).await, []);
    assert_eq!(list(points[3].at, points[1].at).await, []);
}

/// A page, from which the next begins.
pub async fn no_more_points_come_than_asked_for_the_earliest_first(stores: PriceStores) {
    let minutes = series("bitcoin", Interval::FiveMinutes);
    let points: Vec<_> = (0..9).map(|n| point(&minutes, n, "1")).collect();
    stores.points.record(&points).await.unwrap();
    let end = points[8].at + TimeDelta::days(1);
    for limit in [0, 1, 8, 9, 10] {
        let found = stores.points.list_points(&minutes, points[0].at, end, limit).await.unwrap();
        assert_eq!(found, points[..points.len().min(limit as usize)]);
    }
}

/// Or none.
pub async fn the_last_point_is_the_one_at_or_before_an_instant(stores: PriceStores) {
    let hours = series("bitcoin", Interval::Hour);
    let points: Vec<_> = [0, 5].map(|n| point(&hours, n, "1")).into();
    stores.points.record(&points).await.unwrap();
    let last = async |at| stores.points.find_last(&hours, at).await.unwrap();
    let tick = TimeDelta::microseconds(1);
    assert_eq!(last(points[0].at - tick).await, None);
    assert_eq!(last(points[0].at).await, Some(points[0].clone()));
    assert_eq!(last(points[1].at - tick).await, Some(points[0].clone()));
    assert_eq!(last(points[1].at + TimeDelta::days(9)).await, Some(points[1].clone()));
}

/// Whatever the asset; a point of the instant itself stays.
pub async fn pruning_forgets_old_points_of_one_interval(stores: PriceStores) {
    let (minutes, others) = (series("bitcoin", Interval::FiveMinutes), series("ethereum", Interval::FiveMinutes));
    let hours = series("bitcoin", Interval::Hour);
    let points: Vec<_> = (0..4).map(|n| point(&minutes, n, "1")).collect();
    let kept = point(&hours, 0, "1");
    stores.points.record(&points).await.unwrap();
    stores.points.record(&[point(&others, 0, "1"), kept.clone()]).await.unwrap();
    assert_eq!(stores.points.prune(Interval::FiveMinutes, points[2].at, 100).await.unwrap(), 3);
    assert_eq!(stores.points.prune(Interval::FiveMinutes, points[2].at, 100).await.unwrap(), 0);
    assert_eq!(all(&stores, &minutes).await, points[2..]);
    assert_eq!(all(&stores, &others).await, []);
    assert_eq!(all(&stores, &hours).await, [kept]);
}

/// It goes on where it stopped.
pub async fn pruning_is_bounded(stores: PriceStores) {
    let minutes = series("bitcoin", Interval::FiveMinutes);
    let points: Vec<_> = (0..10).map(|n| point(&minutes, n, "1")).collect();
    stores.points.record(&points).await.unwrap();
    let before = points[9].at;
    for (pruned, left) in [(4, 6), (4, 2), (1, 1), (0, 1)] {
        assert_eq!(stores.points.prune(Interval::FiveMinutes, before, 4).await.unwrap(), pruned);
        assert_eq!(all(&stores, &minutes).await.len(), left);
    }
}

/// And nobody waits for another for ever.
pub async fn points_recorded_at_once_from_both_ends_all_stay(stores: PriceStores) {
    let hours = series("bitcoin", Interval::Hour);
    let points: Vec<_> = (0..100).map(|n| point(&hours, n, "1")).collect();
    let acts = (0..12).map(|n| {
        let (store, mut batch) = (stores.points.clone(), points.clone());
        if n % 2 == 1 {
            batch.reverse();
        }
        for point in &mut batch {
            point.price = n.to_string().parse().unwrap();
            point.observed_at += TimeDelta::seconds(n);
        }
        async move { store.record(&batch).await }
    });
    at_once(acts).await.into_iter().for_each(|outcome| outcome.unwrap());
    let found = all(&stores, &hours).await;
    assert_eq!(found.len(), 100);
    assert!(found.iter().all(|point| point.price.to_string() == "11"), "the latest observation stays");
}
