//! What every [`ProviderBudgets`](rialto_portfolio::ProviderBudgets) promises.

use chrono::DateTime;
use rialto_portfolio::{Month, Reservation};

use super::concurrency::at_once;
use crate::PriceStores;

/// Runs the rules of [`ProviderBudgets`](rialto_portfolio::ProviderBudgets) on an adapter. The constructor is the absolute
/// path of an `async fn() -> `[`PriceStores`](crate::PriceStores).
#[macro_export]
macro_rules! provider_budgets_contract {
    ($name:ident, $new:path) => {
        $crate::contract_tests! { $name, $new, provider_budgets:
            calls_are_granted_until_the_month_is_used_up,
            wanting_none_tells_what_is_used,
            months_and_providers_do_not_share,
            a_lower_limit_grants_nothing_and_takes_nothing_back,
            a_limit_may_be_endless,
            all_that_is_granted_at_once_never_exceeds_the_limit,
        }
    };
}

fn november() -> Month {
    Month::of(DateTime::from_timestamp(1_700_000_000, 0).unwrap())
}

fn december() -> Month {
    Month::of(november().end())
}

/// The last are given what is left.
pub async fn calls_are_granted_until_the_month_is_used_up(stores: PriceStores) {
    for (wanted, granted, used) in [(4, 4, 4), (4, 4, 8), (4, 2, 10), (4, 0, 10), (1, 0, 10)] {
        let reservation = stores.budgets.reserve("fake", november(), wanted, 10).await.unwrap();
        assert_eq!(reservation, Reservation { granted, used });
    }
}

/// Before anything was, too.
pub async fn wanting_none_tells_what_is_used(stores: PriceStores) {
    for used in [0, 3, 6] {
        let told = stores.budgets.reserve("fake", november(), 0, 10).await.unwrap();
        assert_eq!(told, Reservation { granted: 0, used });
        stores.budgets.reserve("fake", november(), 3, 10).await.unwrap();
    }
}

/// A new month begins with nothing used.
pub async fn months_and_providers_do_not_share(stores: PriceStores) {
    let all = [("fake", november()), ("fake", december()), ("other", november())];
    for (provider, month) in all {
        let reservation = stores.budgets.reserve(provider, month, 7, 10).await.unwrap();
        assert_eq!(reservation, Reservation { granted: 7, used: 7 });
    }
}

/// Whoever runs the server may change it in the middle of a month.
pub async fn a_lower_limit_grants_nothing_and_takes_nothing_back(stores: PriceStores) {
    stores.budgets.reserve("fake", november(), 8, 10).await.unwrap();
    let lower = stores.budgets.reserve("fake", november(), 1, 5).await.unwrap();
    assert_eq!(lower, Reservation { granted: 0, used: 8 });
    let higher = stores.budgets.reserve("fake", november(), 5, 12).await.unwrap();
    assert_eq!(higher, Reservation { granted: 4, used: 12 });
}

/// And what is wanted as much as there can be.
pub async fn a_limit_may_be_endless(stores: PriceStores) {
    for round in 1..=2 {
        let reservation = stores.budgets.reserve("fake", november(), u32::MAX, u64::MAX).await.unwrap();
        assert_eq!(reservation, Reservation { granted: u32::MAX, used: round * u64::from(u32::MAX) });
    }
}

/// Nor is anything left over that somebody wanted.
pub async fn all_that_is_granted_at_once_never_exceeds_the_limit(stores: PriceStores) {
    let acts = (0..50).map(|n| {
        let store = stores.budgets.clone();
        async move { store.reserve("fake", november(), 1 + n % 3, 60).await }
    });
    let granted: u64 = at_once(acts).await.into_iter().map(|outcome| u64::from(outcome.unwrap().granted)).sum();
    assert_eq!(granted, 60);
    let told = stores.budgets.reserve("fake", november(), 0, 60).await.unwrap();
    assert_eq!(told.used, 60);
}
