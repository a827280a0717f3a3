//! A client whose answer was lost asks again with the same token and the same key.

use chrono::TimeDelta;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use rialto_identity::{NewAccount, Redeemed, Redemption, RefreshDigest, RetryKeyDigest};
use rialto_kernel::Instant;

use super::super::cases::cases;
use super::super::concurrency::at_once;
use crate::{Scene, Stores, builders};

const KEY: Option<RetryKeyDigest> = Some(RetryKeyDigest([0xfe; 32]));
const OTHER_KEY: Option<RetryKeyDigest> = Some(RetryKeyDigest([0; 32]));

/// Trades a token for the next one.
async fn redeem(scene: &Scene, digest: RefreshDigest, key: Option<RetryKeyDigest>) -> (Redeemed, RefreshDigest) {
    redeem_at(scene, digest, key, scene.later()).await
}

async fn redeem_at(
    scene: &Scene,
    digest: RefreshDigest,
    key: Option<RetryKeyDigest>,
    at: Instant,
) -> (Redeemed, RefreshDigest) {
    let replacement = builders::refresh_token(&scene.ids, at);
    let next = replacement.digest;
    let redemption = Redemption { retry_key: key, ..builders::redemption(digest, replacement, at) };
    (scene.identity.redeem_refresh_token(redemption).await.unwrap(), next)
}

async fn rotate(scene: &Scene, digest: RefreshDigest, key: Option<RetryKeyDigest>) -> RefreshDigest {
    let (redeemed, next) = redeem(scene, digest, key).await;
    assert!(matches!(redeemed, Redeemed::Rotated { .. }), "{redeemed:?}");
    next
}

fn reused(account: &NewAccount) -> Redeemed {
    Redeemed::Reused { session_id: account.session.id, user_id: account.user.id }
}

async fn is_live(scene: &Scene, account: &NewAccount) -> bool {
    scene.identity.find_live_session(account.session.id).await.unwrap().is_some()
}

/// As often as it takes; the session goes on with the last answer.
pub async fn a_lost_answer_is_asked_for_again_with_the_same_key(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.account("ann").await;
    let mut answer = ann.refresh_token.digest;
    for _ in 0..4 {
        answer = rotate(&scene, ann.refresh_token.digest, KEY).await;
    }
    let next = rotate(&scene, answer, KEY).await;
    rotate(&scene, next, None).await;
    assert!(is_live(&scene, &ann).await);
}

/// Whoever asks again then cannot be who used it.
pub async fn an_answer_that_was_used_is_not_given_again(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.account("ann").await;
    let answer = rotate(&scene, ann.refresh_token.digest, KEY).await;
    rotate(&scene, answer, OTHER_KEY).await;
    assert_eq!(redeem(&scene, ann.refresh_token.digest, KEY).await.0, reused(&ann));
    assert!(!is_live(&scene, &ann).await);
}

/// The key is what tells the client from a thief.
pub async fn another_key_or_none_is_reuse(stores: Stores) {
    let scene = Scene::new(stores);
    for (name, key) in [("ann", None), ("bob", OTHER_KEY)] {
        let account = scene.account(name).await;
        rotate(&scene, account.refresh_token.digest, KEY).await;
        assert_eq!(redeem(&scene, account.refresh_token.digest, key).await.0, reused(&account));
        assert!(!is_live(&scene, &account).await);
    }
}

/// No key is not a key that everybody knows.
pub async fn a_token_used_without_a_key_is_reuse_with_one(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.account("ann").await;
    rotate(&scene, ann.refresh_token.digest, None).await;
    assert_eq!(redeem(&scene, ann.refresh_token.digest, KEY).await.0, reused(&ann));
}

/// A thief who caught the lost answer ends the session with it, and gets nothing.
pub async fn what_a_retry_voids_counts_as_used(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.account("ann").await;
    let lost = rotate(&scene, ann.refresh_token.digest, KEY).await;
    let answer = rotate(&scene, ann.refresh_token.digest, KEY).await;
    assert_eq!(redeem(&scene, lost, KEY).await.0, reused(&ann));
    assert_eq!(redeem(&scene, answer, None).await.0, Redeemed::Unknown);
}

/// The upgrade gave the session another token meanwhile: there would be two.
pub async fn an_upgrade_voids_what_could_be_asked_for_again(stores: Stores) {
    let scene = Scene::new(stores);
    let guest = scene.guest("guest-1").await;
    rotate(&scene, guest.refresh_token.digest, KEY).await;
    let upgrade = builders::upgrade(&scene.ids, guest.session.id, "ann", scene.later());
    scene.identity.upgrade_guest(upgrade).await.unwrap();
    assert_eq!(redeem(&scene, guest.refresh_token.digest, KEY).await.0, reused(&guest));
}

/// Like the first use of one.
pub async fn a_retry_of_an_expired_token_is_refused_and_ends_nothing(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.account("ann").await;
    let answer = rotate(&scene, ann.refresh_token.digest, KEY).await;
    let late = ann.refresh_token.expires_at;
    let never = builders::refresh_token(&scene.ids, late);
    let again = Redemption { retry_key: KEY, ..builders::redemption(ann.refresh_token.digest, never, late) };
    assert_eq!(scene.identity.redeem_refresh_token(again).await.unwrap(), Redeemed::Expired);
    rotate(&scene, answer, None).await;
}

/// The client gave it up and asked again; it is late, and no reuse. Without the key nobody can tell.
pub async fn a_request_that_is_overtaken_by_its_retry_changes_nothing(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.account("ann").await;
    let (first, begun) = (ann.refresh_token.digest, scene.later());
    let answer = rotate(&scene, first, KEY).await;
    let (late, never_stored) = redeem_at(&scene, first, KEY, begun).await;
    assert_eq!(late, Redeemed::Overtaken);
    assert_eq!(redeem(&scene, never_stored, None).await.0, Redeemed::Unknown);
    let next = rotate(&scene, answer, OTHER_KEY).await;
    assert_eq!(redeem_at(&scene, first, KEY, begun).await.0, Redeemed::Overtaken, "even once the answer was used");
    let next = rotate(&scene, next, None).await;
    assert_eq!(redeem_at(&scene, first, OTHER_KEY, begun).await.0, reused(&ann));
    assert_eq!(redeem(&scene, next, None).await.0, Redeemed::Unknown);
}

/// Each voids the one before, so of eight answers exactly one works, and the session lives.
pub async fn of_many_retries_at_once_the_last_answer_works(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.account("ann").await;
    let at = scene.later();
    let answers: Vec<_> = (0..8).map(|_| builders::refresh_token(&scene.ids, at)).collect();
    let outcomes = at_once(answers.iter().map(|answer| {
        let redemption =
            Redemption { retry_key: KEY, ..builders::redemption(ann.refresh_token.digest, answer.clone(), at) };
        let store = scene.identity.clone();
        async move { store.redeem_refresh_token(redemption).await.unwrap() }
    }))
    .await;
    assert!(outcomes.iter().all(|outcome| matches!(outcome, Redeemed::Rotated { .. })), "{outcomes:?}");
    // The session is listed because it has an unused token; presenting a voided one would end it, so they are not
    // tried: there is one chance in eight to name the right one.
    assert_eq!(scene.sessions.list_sessions(ann.user.id, at, 10).await.unwrap().len(), 1);
    assert!(is_live(&scene, &ann).await);
}

const COURSES: u64 = 48;

/// What somebody does with the tokens of one session.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// The client refreshes and hears the answer.
    Refresh,
    /// The client refreshes, and the answer is lost on the way back.
    LoseAnswer,
    /// The client's request is lost on the way there.
    LoseRequest,
    /// A request that the client gave up arrives after the one that was answered.
    Late,
    /// A thief presents one of the tokens there ever were, with a key of their own or none.
    Steal { which: usize, with_key: bool },
}

/// What the client that follows the rule remembers: its token, and the key it asks with until it hears an answer.
struct Client {
    token: RefreshDigest,
    key: u8,
}

impl Client {
    fn key(&self) -> Option<RetryKeyDigest> {
        Some(RetryKeyDigest([self.key; 32]))
    }
}

fn steps(thieves: bool) -> impl Strategy<Value = Vec<Step>> {
    let honest = prop_oneof![Just(Step::Refresh), Just(Step::LoseAnswer), Just(Step::LoseRequest), Just(Step::Late)];
    let theft = (any::<prop::sample::Index>(), any::<bool>())
        .prop_map(|(which, with_key)| Step::Steal { which: which.index(1_000), with_key });
    let step = if thieves { prop_oneof![4 => honest, 1 => theft].boxed() } else { honest.boxed() };
    prop::collection::vec(step, 1..14)
}

/// Random courses, the same in every run, as many as `RIALTO_PROPERTY_CASES` says: the client that follows the rule keeps its session while nobody else has its
/// tokens; and whatever anybody does, at most one token of the session is unused.
pub async fn no_order_of_refreshes_leaves_two_live_tokens(stores: Stores) {
    let scene = Scene::new(stores);
    let mut runner = TestRunner::deterministic();
    for course in 0..cases(COURSES) {
        let steps = steps(course % 2 == 1).new_tree(&mut runner).unwrap().current();
        let account = scene.account(&format!("ann{course}")).await;
        walk(&scene, &account, &steps).await;
    }
}

async fn walk(scene: &Scene, account: &NewAccount, steps: &[Step]) {
    let mut client = Client { token: account.refresh_token.digest, key: 1 };
    // Every token there ever was, with whether the model says that it is unused.
    let mut tokens = vec![(account.refresh_token.digest, true)];
    let mut stolen_from = false;
    // What the client asked with last, and when it might have begun.
    let mut given_up = None;
    for step in steps {
        let begun = scene.later();
        let mut at = scene.later();
        let (presented, key) = match *step {
            Step::LoseRequest => continue,
            Step::Late => match given_up {
                None => continue,
                Some((token, key, begun)) => {
                    at = begun;
                    (token, key)
                }
            },
            Step::Refresh | Step::LoseAnswer => {
                given_up = Some((client.token, client.key(), begun));
                (client.token, client.key())
            }
            Step::Steal { which, with_key } => {
                stolen_from = true;
                (tokens[which % tokens.len()].0, with_key.then_some(RetryKeyDigest([0xee; 32])))
            }
        };
        let (redeemed, next) = redeem_at(scene, presented, key, at).await;
        match redeemed {
            Redeemed::Overtaken => assert!(matches!(step, Step::Late), "{steps:?}"),
            Redeemed::Rotated { .. } => {
                // Whatever was unused is not any more: it was presented, or was the lost answer.
                tokens.iter_mut().for_each(|(_, unused)| *unused = false);
                tokens.push((next, true));
                if matches!(step, Step::Refresh) {
                    client = Client { token: next, key: client.key.wrapping_add(1) };
                }
            }
            Redeemed::Reused { .. } | Redeemed::Unknown => {
                assert!(stolen_from, "the client lost its session by {steps:?}");
                tokens.iter_mut().for_each(|(_, unused)| *unused = false);
            }
            Redeemed::Expired => panic!("nothing is old here"),
        }
    }
    let alive = is_live(scene, account).await;
    assert!(alive || stolen_from, "the client lost its session by {steps:?}");
    // The store agrees with the model: every token but the unused one ends the session, and that one works if it lives.
    let unused: Vec<_> = tokens.iter().filter(|(_, unused)| *unused).collect();
    assert_eq!(unused.len(), usize::from(alive), "{steps:?}");
    let listed = scene.sessions.list_sessions(account.user.id, scene.now(), 10).await.unwrap();
    assert_eq!(listed.len(), usize::from(alive), "{steps:?}");
    if let Some((digest, _)) = unused.first() {
        let next = rotate(scene, *digest, None).await;
        // Used up, so every older token is reuse, and then the newest opens nothing either.
        let (oldest, _) = tokens[0];
        assert_eq!(redeem(scene, oldest, None).await.0, reused(account), "{steps:?}");
        assert_eq!(redeem(scene, next, None).await.0, Redeemed::Unknown);
    }
    let late = scene.now() + TimeDelta::days(1);
    assert_eq!(scene.sessions.list_sessions(account.user.id, late, 10).await.unwrap(), []);
}
