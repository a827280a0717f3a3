use chrono::TimeDelta;
use rialto_kernel::Decimal;
use rialto_portfolio::{Interval, PricePoint, ProviderError, Span};

use super::Provider;

/// The last so many intervals until now, the one that is under way too.
fn last(it: &Provider, interval: Interval, count: i32) -> Span {
    let to = interval.start_of(it.now) + interval.length();
    Span { from: to - interval.length() * (count + 1), to, interval }
}

/// The history, or none if the provider rightly says that it has none.
async fn history(it: &Provider, span: &Span) -> Option<Vec<PricePoint>> {
    let told = it.provider.history(&it.known[0], it.currency(), span).await;
    match told {
        Err(ProviderError::Unsupported) if !it.supports.history.contains(&span.interval) => None,
        told if !it.supports.history.contains(&span.interval) => panic!("it claims to have none, and says {told:?}"),
        told => Some(told.unwrap()),
    }
}

/// Oldest first, each at the start of its interval.
pub async fn a_history_comes_in_order_and_each_interval_once(it: Provider) {
    for interval in Interval::ALL {
        let Some(points) = history(&it, &last(&it, interval, 5)).await else { continue };
        assert!(points.len() >= 3, "{interval}: {points:?}");
        assert!(points.is_sorted_by(|a, b| a.at < b.at), "{points:?}");
        for point in &points {
            assert_eq!(point.at, interval.start_of(point.at));
            assert_eq!((&point.asset_id, &point.currency, point.interval), (&it.known[0], it.currency(), interval));
            assert_eq!(point.provider, it.provider.name());
            assert!(point.price > Decimal::zero(), "{point:?}");
            assert!(point.observed_at >= point.at && point.observed_at <= it.now, "{point:?}");
        }
    }
}

/// Nothing from before it, nothing from its end on, and an interval that began before it is not of it.
pub async fn a_history_lies_within_its_span(it: Provider) {
    for interval in Interval::ALL {
        let all = last(&it, interval, 6);
        let Some(points) = history(&it, &all).await else { continue };
        let last = points.last().unwrap();
        let inner = Span { from: last.at - interval.length() * 2 + TimeDelta::seconds(1), to: last.at, interval };
        let within = history(&it, &inner).await.unwrap();
        let times: Vec<_> = within.iter().map(|point| point.at).collect();
        assert_eq!(times, [last.at - interval.length()], "{interval}");
    }
}

/// Its price is not its closing price yet.
pub async fn an_interval_that_is_not_over_is_left_out(it: Provider) {
    for interval in Interval::ALL {
        let start = interval.start_of(it.now);
        let Some(points) = history(&it, &last(&it, interval, 4)).await else { continue };
        assert!(points.iter().all(|point| point.at < start), "{interval}: {points:?}");
        let under_way = Span { from: start, to: start + interval.length() * 3, interval };
        assert_eq!(history(&it, &under_way).await.unwrap(), [], "{interval}");
    }
}

/// It is neither an error nor somebody else's history.
pub async fn the_history_of_an_unknown_asset_is_empty(it: Provider) {
    for interval in &it.supports.history {
        let span = last(&it, *interval, 4);
        assert_eq!(it.provider.history(&it.unknown, it.currency(), &span).await.unwrap(), [], "{interval}");
    }
}

/// As quotes are.
pub async fn a_history_in_an_unknown_currency_is_refused(it: Provider) {
    for interval in &it.supports.history {
        let told = it.provider.history(&it.known[0], &it.unknown_currency, &last(&it, *interval, 4)).await;
        let Err(ProviderError::UnknownCurrency(currency)) = &told else { panic!("{told:?}") };
        assert_eq!(*currency, it.unknown_currency);
    }
}

/// Also if it ends before it begins.
pub async fn an_empty_span_has_an_empty_history(it: Provider) {
    for interval in &it.supports.history {
        let Span { from, to, interval } = last(&it, *interval, 4);
        for empty in [Span { from, to: from, interval }, Span { from: to, to: from, interval }] {
            assert_eq!(history(&it, &empty).await.unwrap(), [], "{empty:?}");
        }
    }
}
