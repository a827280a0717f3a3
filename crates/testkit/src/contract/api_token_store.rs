//! What every [`ApiTokenStore`](rialto_identity::ApiTokenStore) promises, and what ends with an account.

use chrono::TimeDelta;
use rialto_identity::{AccountChange, ApiToken, InsertApiTokenError, NewApiToken};
use rialto_kernel::UserId;

use super::concurrency::at_once;
use crate::{Scene, Stores, builders};

/// Runs the rules of [`ApiTokenStore`](rialto_identity::ApiTokenStore) on an adapter. The constructor is the absolute
/// path of an `async fn() -> `[`Stores`](crate::Stores).
#[macro_export]
macro_rules! api_token_store_contract {
    ($name:ident, $new:path) => {
        $crate::contract_tests! { $name, $new, api_token_store:
            tokens_come_back_as_they_were_stored_the_newest_first,
            a_token_is_found_by_its_digest_with_its_user,
            a_token_works_until_the_instant_it_expires,
            a_token_that_is_ended_is_gone,
            nobody_ends_a_token_of_somebody_else,
            of_many_at_once_no_more_are_kept_than_may_be,
            what_has_expired_makes_room,
            use_is_noted_and_time_does_not_go_back,
            a_closed_account_loses_its_tokens_and_gets_none,
            who_runs_the_server_no_more_loses_their_tokens,
            a_new_password_ends_no_token,
            a_token_lives_among_sessions_until_it_ends,
        }
    };
}

const DISABLE: AccountChange = AccountChange { admin: None, disabled: Some(true) };

async fn keep(scene: &Scene, user: UserId) -> NewApiToken {
    let new = builders::api_token(&scene.ids, user, scene.later());
    scene.api_tokens.insert_api_token(new.clone(), 50).await.unwrap();
    new
}

async fn is_live(scene: &Scene, new: &NewApiToken) -> bool {
    scene.api_tokens.find_live_api_token(new.digest, scene.now()).await.unwrap().is_some()
}

/// Every field of them; those of others are not among them.
pub async fn tokens_come_back_as_they_were_stored_the_newest_first(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.account("ann").await.user.id, scene.account("bob").await.user.id);
    keep(&scene, bob).await;
    let first = keep(&scene, ann).await.token;
    let mut second = builders::api_token(&scene.ids, ann, scene.later());
    second.token.expires_at = Some(scene.now() + TimeDelta::microseconds(7));
    second.token.last_used_at = Some(scene.now());
    scene.api_tokens.insert_api_token(second.clone(), 50).await.unwrap();
    scene.later();
    assert_eq!(scene.api_tokens.list_api_tokens(ann).await.unwrap(), [second.token, first]);
    assert_eq!(scene.api_tokens.list_api_tokens(scene.ids.next()).await.unwrap(), []);
}

/// And by no other.
pub async fn a_token_is_found_by_its_digest_with_its_user(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.account("ann").await.user;
    let new = keep(&scene, ann.id).await;
    let found = scene.api_tokens.find_live_api_token(new.digest, scene.now()).await.unwrap();
    assert_eq!(found, Some((new.token, ann)));
    let unknown = scene.api_tokens.find_live_api_token(builders::secret(&scene.ids), scene.now()).await.unwrap();
    assert_eq!(unknown, None);
}

/// The instant itself is too late.
pub async fn a_token_works_until_the_instant_it_expires(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.account("ann").await.user;
    let mut new = builders::api_token(&scene.ids, ann.id, scene.later());
    let end = scene.now() + TimeDelta::hours(1);
    new.token.expires_at = Some(end);
    scene.api_tokens.insert_api_token(new.clone(), 50).await.unwrap();
    let at = |now| scene.api_tokens.find_live_api_token(new.digest, now);
    assert!(at(end - TimeDelta::microseconds(1)).await.unwrap().is_some());
    assert_eq!(at(end).await.unwrap(), None);
    assert_eq!(scene.api_tokens.list_api_tokens(ann.id).await.unwrap().len(), 1, "it is still listed");
}

/// Once, and it says whose it was.
pub async fn a_token_that_is_ended_is_gone(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.account("ann").await.user.id;
    let (first, second, third) = (keep(&scene, ann).await, keep(&scene, ann).await, keep(&scene, ann).await);
    for (new, of) in [(&first, Some(ann)), (&second, None)] {
        assert_eq!(scene.api_tokens.delete_api_token(new.token.id, of).await.unwrap(), Some(ann));
        assert_eq!(scene.api_tokens.delete_api_token(new.token.id, of).await.unwrap(), None);
        assert!(!is_live(&scene, new).await);
    }
    assert_eq!(scene.api_tokens.list_api_tokens(ann).await.unwrap(), [third.token]);
}

/// It is as if it did not exist.
pub async fn nobody_ends_a_token_of_somebody_else(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.account("ann").await.user.id, scene.account("bob").await.user.id);
    let new = keep(&scene, ann).await;
    assert_eq!(scene.api_tokens.delete_api_token(new.token.id, Some(bob)).await.unwrap(), None);
    assert!(is_live(&scene, &new).await);
}

/// Whoever is too late is told so; others have a count of their own.
pub async fn of_many_at_once_no_more_are_kept_than_may_be(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.account("ann").await.user.id, scene.account("bob").await.user.id);
    let at = scene.later();
    let outcomes = at_once((0..8).map(|_| {
        let (store, new) = (scene.api_tokens.clone(), builders::api_token(&scene.ids, ann, at));
        async move { store.insert_api_token(new, 3).await }
    }))
    .await;
    let refused = outcomes.iter().filter(|outcome| matches!(outcome, Err(InsertApiTokenError::TooMany))).count();
    assert_eq!((outcomes.iter().filter(|outcome| outcome.is_ok()).count(), refused), (3, 5), "{outcomes:?}");
    assert_eq!(scene.api_tokens.list_api_tokens(ann).await.unwrap().len(), 3);
    scene.api_tokens.insert_api_token(builders::api_token(&scene.ids, bob, at), 3).await.unwrap();
}

/// For the user's next ones, and is forgotten then; what others have stays.
pub async fn what_has_expired_makes_room(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.account("ann").await.user.id, scene.account("bob").await.user.id);
    let mut short = Vec::new();
    for user in [ann, bob] {
        let mut new = builders::api_token(&scene.ids, user, scene.later());
        new.token.expires_at = Some(scene.now() + TimeDelta::milliseconds(1));
        scene.api_tokens.insert_api_token(new.clone(), 1).await.unwrap();
        short.push(new.token);
    }
    let next = builders::api_token(&scene.ids, ann, scene.later());
    scene.api_tokens.insert_api_token(next.clone(), 1).await.unwrap();
    assert_eq!(scene.api_tokens.list_api_tokens(ann).await.unwrap(), [next.token]);
    assert_eq!(scene.api_tokens.list_api_tokens(bob).await.unwrap(), short[1..]);
}

/// A note that comes late changes nothing; one about nothing is no error.
pub async fn use_is_noted_and_time_does_not_go_back(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.account("ann").await.user.id;
    let new = keep(&scene, ann).await;
    let (early, late) = (scene.later(), scene.later());
    for at in [late, early] {
        scene.api_tokens.note_api_token_use(new.token.id, at).await.unwrap();
    }
    scene.api_tokens.note_api_token_use(scene.ids.next(), late).await.unwrap();
    let noted = ApiToken { last_used_at: Some(late), ..new.token };
    assert_eq!(scene.api_tokens.list_api_tokens(ann).await.unwrap(), [noted]);
}

/// For good: opening the account again brings none of them back.
pub async fn a_closed_account_loses_its_tokens_and_gets_none(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.account("ann").await;
    let new = keep(&scene, ann.user.id).await;
    let changed = scene.accounts.change_account(ann.user.id, DISABLE, scene.later()).await.unwrap();
    assert_eq!(changed.ended, [ann.session.id, new.token.id]);
    assert!(!is_live(&scene, &new).await);
    for user in [ann.user.id, scene.ids.next()] {
        let refused = scene.api_tokens.insert_api_token(builders::api_token(&scene.ids, user, scene.now()), 50).await;
        assert!(matches!(refused, Err(InsertApiTokenError::NoSuchUser)), "{refused:?}");
    }
    let enable = AccountChange { admin: None, disabled: Some(false) };
    scene.accounts.change_account(ann.user.id, enable, scene.later()).await.unwrap();
    assert!(!is_live(&scene, &new).await);
    assert_eq!(scene.api_tokens.list_api_tokens(ann.user.id).await.unwrap(), []);
}

/// As with their sessions: nothing goes on by a right that is gone.
pub async fn who_runs_the_server_no_more_loses_their_tokens(stores: Stores) {
    let scene = Scene::new(stores);
    let (root, _other) = (scene.admin("root").await, scene.admin("other").await);
    let new = keep(&scene, root.user.id).await;
    let demote = AccountChange { admin: Some(false), disabled: None };
    let changed = scene.accounts.change_account(root.user.id, demote, scene.later()).await.unwrap();
    assert_eq!(changed.ended, [root.session.id, new.token.id]);
    assert!(!is_live(&scene, &new).await);
}

/// Nor do the sessions that end with it take tokens along.
pub async fn a_new_password_ends_no_token(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.account("ann").await;
    let new = keep(&scene, ann.user.id).await;
    let hash = ann.password_hash.clone().unwrap();
    let ended = scene.accounts.replace_password(ann.user.id, hash, scene.later()).await.unwrap();
    assert_eq!(ended, [ann.session.id]);
    scene.identity.revoke_sessions_of(ann.user.id, scene.later()).await.unwrap();
    assert!(is_live(&scene, &new).await);
}

/// [`SessionWatch`](rialto_identity::SessionWatch) knows it by its id.
pub async fn a_token_lives_among_sessions_until_it_ends(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.account("ann").await, scene.account("bob").await);
    let (of_ann, of_bob) = (keep(&scene, ann.user.id).await.token.id, keep(&scene, bob.user.id).await.token.id);
    let gone = keep(&scene, bob.user.id).await.token.id;
    let all = [of_ann, ann.session.id, of_bob, gone];
    assert_eq!(scene.watch.find_ended(&all).await.unwrap(), []);
    scene.api_tokens.delete_api_token(gone, None).await.unwrap();
    scene.accounts.change_account(ann.user.id, DISABLE, scene.later()).await.unwrap();
    assert_eq!(scene.watch.find_ended(&all).await.unwrap(), [of_ann, ann.session.id, gone]);
}
