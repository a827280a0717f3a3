//! What every [`WatchlistStore`](rialto_portfolio::WatchlistStore) promises.

use rialto_kernel::{Clock, UserId};
use rialto_portfolio::{AssetId, WatchRefusal};

use super::concurrency::at_once;
use crate::{PriceStores, builders};

/// Runs the rules of [`WatchlistStore`](rialto_portfolio::WatchlistStore) on an adapter. The constructor is the absolute
/// path of an `async fn() -> `[`PriceStores`](crate::PriceStores).
#[macro_export]
macro_rules! watchlist_store_contract {
    ($name:ident, $new:path) => {
        $crate::contract_tests! { $name, $new, watchlist_store:
            assets_are_listed_in_the_order_in_which_they_were_added,
            an_asset_that_is_there_stays_where_it_is,
            an_asset_that_was_taken_off_comes_back_at_the_end,
            lists_of_others_are_their_own,
            a_full_list_takes_no_more,
            of_many_added_at_once_no_more_are_kept_than_may_be,
            one_asset_added_many_times_at_once_is_there_once,
            who_is_not_there_follows_nothing,
            a_deleted_account_leaves_no_list,
            the_assets_that_most_follow_come_first,
        }
    };
}

async fn watch(stores: &PriceStores, user: UserId, asset: &str) {
    let at = stores.clock.now();
    stores.watchlists.watch(user, &builders::asset(asset), at, 200).await.unwrap();
}

async fn list(stores: &PriceStores, user: UserId) -> Vec<String> {
    names(stores.watchlists.list_watched(user).await.unwrap())
}

fn names(assets: Vec<AssetId>) -> Vec<String> {
    assets.iter().map(ToString::to_string).collect()
}

/// However many at one time, and whatever they are called.
pub async fn assets_are_listed_in_the_order_in_which_they_were_added(stores: PriceStores) {
    let ann = stores.user("ann").await;
    assert_eq!(list(&stores, ann).await, Vec::<String>::new());
    let assets = ["solana", "bitcoin", "a_b.c-9", "zcash", "aave"];
    for asset in assets {
        watch(&stores, ann, asset).await;
    }
    assert_eq!(list(&stores, ann).await, assets);
}

/// Even where the list is full.
pub async fn an_asset_that_is_there_stays_where_it_is(stores: PriceStores) {
    let ann = stores.user("ann").await;
    watch(&stores, ann, "bitcoin").await;
    watch(&stores, ann, "aave").await;
    let outcome = stores.watchlists.watch(ann, &builders::asset("bitcoin"), stores.clock.now(), 2).await;
    assert!(outcome.is_ok(), "{outcome:?}");
    assert_eq!(list(&stores, ann).await, ["bitcoin", "aave"]);
}

/// Taking off what is not there is no error.
pub async fn an_asset_that_was_taken_off_comes_back_at_the_end(stores: PriceStores) {
    let ann = stores.user("ann").await;
    for asset in ["bitcoin", "aave", "solana"] {
        watch(&stores, ann, asset).await;
    }
    for _ in 0..2 {
        stores.watchlists.unwatch(ann, &builders::asset("bitcoin")).await.unwrap();
        assert_eq!(list(&stores, ann).await, ["aave", "solana"]);
    }
    watch(&stores, ann, "bitcoin").await;
    assert_eq!(list(&stores, ann).await, ["aave", "solana", "bitcoin"]);
}

/// Nobody takes anything off another's.
pub async fn lists_of_others_are_their_own(stores: PriceStores) {
    let (ann, bob) = (stores.user("ann").await, stores.user("bob").await);
    watch(&stores, ann, "bitcoin").await;
    watch(&stores, bob, "bitcoin").await;
    watch(&stores, bob, "aave").await;
    stores.watchlists.unwatch(bob, &builders::asset("bitcoin")).await.unwrap();
    assert_eq!(list(&stores, ann).await, ["bitcoin"]);
    assert_eq!(list(&stores, bob).await, ["aave"]);
}

/// Until something is taken off.
pub async fn a_full_list_takes_no_more(stores: PriceStores) {
    let ann = stores.user("ann").await;
    let add = async |asset: &str| stores.watchlists.watch(ann, &builders::asset(asset), stores.clock.now(), 2).await;
    add("bitcoin").await.unwrap();
    add("aave").await.unwrap();
    let outcome = add("solana").await;
    assert!(matches!(outcome, Err(WatchRefusal::Full)), "{outcome:?}");
    assert_eq!(list(&stores, ann).await, ["bitcoin", "aave"]);
    stores.watchlists.unwatch(ann, &builders::asset("aave")).await.unwrap();
    add("solana").await.unwrap();
    assert_eq!(list(&stores, ann).await, ["bitcoin", "solana"]);
}

/// The others are told that it is full.
pub async fn of_many_added_at_once_no_more_are_kept_than_may_be(stores: PriceStores) {
    let ann = stores.user("ann").await;
    let at = stores.clock.now();
    let acts = (0..24).map(|n| {
        let (store, asset) = (stores.watchlists.clone(), builders::asset(&format!("coin-{n}")));
        async move { store.watch(ann, &asset, at, 7).await }
    });
    let outcomes = at_once(acts).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 7);
    assert!(outcomes.iter().all(|outcome| matches!(outcome, Ok(()) | Err(WatchRefusal::Full))), "{outcomes:?}");
    assert_eq!(list(&stores, ann).await.len(), 7);
}

/// And nobody is refused.
pub async fn one_asset_added_many_times_at_once_is_there_once(stores: PriceStores) {
    let ann = stores.user("ann").await;
    let at = stores.clock.now();
    let acts = (0..16).map(|_| {
        let store = stores.watchlists.clone();
        async move { store.watch(ann, &builders::asset("bitcoin"), at, 1).await }
    });
    at_once(acts).await.into_iter().for_each(|outcome| outcome.unwrap());
    assert_eq!(list(&stores, ann).await, ["bitcoin"]);
}

/// Adding for them is refused; there is nothing to list or to take off.
pub async fn who_is_not_there_follows_nothing(stores: PriceStores) {
    let nobody: UserId = stores.ids.next();
    let outcome = stores.watchlists.watch(nobody, &builders::asset("bitcoin"), stores.clock.now(), 200).await;
    assert!(matches!(outcome, Err(WatchRefusal::UnknownUser)), "{outcome:?}");
    assert_eq!(list(&stores, nobody).await, Vec::<String>::new());
    stores.watchlists.unwatch(nobody, &builders::asset("bitcoin")).await.unwrap();
    assert_eq!(stores.watchlists.most_watched(9).await.unwrap(), []);
}

/// And gets no other.
pub async fn a_deleted_account_leaves_no_list(stores: PriceStores) {
    let (ann, bob) = (stores.user("ann").await, stores.user("bob").await);
    watch(&stores, ann, "bitcoin").await;
    watch(&stores, ann, "aave").await;
    watch(&stores, bob, "aave").await;
    let deletion = builders::deletion(&stores.ids, ann, stores.clock.now());
    stores.deletions.delete_account(deletion).await.unwrap();
    assert_eq!(list(&stores, ann).await, Vec::<String>::new());
    assert_eq!(list(&stores, bob).await, ["aave"]);
    assert_eq!(names(stores.watchlists.most_watched(9).await.unwrap()), ["aave"]);
    let outcome = stores.watchlists.watch(ann, &builders::asset("bitcoin"), stores.clock.now(), 200).await;
    assert!(matches!(outcome, Err(WatchRefusal::UnknownUser)), "{outcome:?}");
}

/// Of those that equally many follow, in order of id; no more than asked for.
pub async fn the_assets_that_most_follow_come_first(stores: PriceStores) {
    assert_eq!(stores.watchlists.most_watched(9).await.unwrap(), []);
    let users = [stores.user("ann").await, stores.user("bob").await, stores.user("cyd").await];
    for (user, assets) in
        users.into_iter().zip([&["zcash", "a_c", "bitcoin"][..], &["zcash", "bitcoin"], &["zcash", "a-b"]])
    {
        for asset in assets {
            watch(&stores, user, asset).await;
        }
    }
    let most = async |limit| names(stores.watchlists.most_watched(limit).await.unwrap());
    assert_eq!(most(9).await, ["zcash", "bitcoin", "a-b", "a_c"]);
    assert_eq!(most(2).await, ["zcash", "bitcoin"]);
    assert_eq!(most(0).await, Vec::<String>::new());
}
