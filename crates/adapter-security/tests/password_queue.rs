//! How the hasher behaves under load, and which hashes of others it reads.
#![allow(clippy::unwrap_used, reason = "test code: a failure panics")]

use std::sync::Arc;
use std::time::Instant;

use futures_util::future::join_all;
use rialto_adapter_security::{BcryptPasswordHasher, BcryptSetupError};
use rialto_identity::{HashError, Password, PasswordHash, PasswordHasher};

fn password() -> Password {
    Password::parse("correct horse").unwrap()
}

#[test]
fn a_cost_that_bcrypt_does_not_know_is_refused() {
    for cost in [0, 3, 32] {
        assert_eq!(BcryptPasswordHasher::new(cost, 1, 1).err(), Some(BcryptSetupError::CostNotAllowed(cost)));
    }
}

#[tokio::test]
async fn one_more_than_may_run_and_wait_is_busy_at_once() {
    let hasher = BcryptPasswordHasher::new(4, 2, 1).unwrap();
    let outcomes = join_all((0..5).map(|_| hasher.hash(password()))).await;
    let busy = outcomes.iter().filter(|outcome| matches!(outcome, Err(HashError::Busy))).count();
    assert_eq!((outcomes.iter().filter(|outcome| outcome.is_ok()).count(), busy), (3, 2));
    assert!(hasher.hash(password()).await.is_ok(), "places come back");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_who_leaves_gives_its_place_back() {
    let hasher = Arc::new(BcryptPasswordHasher::new(6, 1, 1).unwrap());
    for _ in 0..20 {
        let hasher = Arc::clone(&hasher);
        let leaving = tokio::spawn(async move { hasher.hash(password()).await });
        tokio::task::yield_now().await;
        leaving.abort();
        let _ = leaving.await;
    }
    let mut outcome = hasher.hash(password()).await;
    while matches!(outcome, Err(HashError::Busy)) {
        tokio::task::yield_now().await;
        outcome = hasher.hash(password()).await;
    }
    assert!(outcome.is_ok());
}

#[tokio::test]
async fn hashes_made_elsewhere_verify() {
    let hasher = BcryptPasswordHasher::new(4, 8, 2).unwrap();
    // From the test vectors of Openwall's crypt_blowfish.
    let tail = "05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";
    for version in ["2a", "2b", "2y"] {
        let hash = PasswordHash::new(format!("${version}${tail}"));
        assert!(hasher.verify(Password::claimed("U*U"), hash.clone()).await.unwrap(), "{version}");
        assert!(!hasher.verify(Password::claimed("U*U*"), hash).await.unwrap(), "{version}");
    }
}

#[tokio::test]
async fn a_hash_that_is_not_of_bcrypt_is_an_error_rather_than_a_wrong_password() {
    let hasher = BcryptPasswordHasher::new(4, 8, 2).unwrap();
    let argon = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$Z2Vuc3RlYWQ";
    for text in
        ["", "hash", "$2b$", "$2b$04$short", "$2x$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", argon]
    {
        let outcome = hasher.verify(password(), PasswordHash::new(text.into())).await;
        assert!(matches!(outcome, Err(HashError::Failed(_))), "{text}");
    }
}

#[tokio::test]
async fn all_72_bytes_of_a_password_count() {
    let hasher = BcryptPasswordHasher::new(4, 8, 2).unwrap();
    let long = "x".repeat(71);
    let hash = hasher.hash(Password::parse(&format!("{long}a")).unwrap()).await.unwrap();
    assert!(hasher.verify(Password::claimed(&format!("{long}a")), hash.clone()).await.unwrap());
    assert!(!hasher.verify(Password::claimed(&format!("{long}b")), hash).await.unwrap());
}

#[tokio::test]
async fn comparing_with_the_decoy_costs_what_a_real_comparison_costs() {
    let hasher = BcryptPasswordHasher::new(10, 8, 1).unwrap();
    let real = hasher.hash(password()).await.unwrap();
    assert_eq!(real.as_str()[..7], hasher.decoy().as_str()[..7]);

    let mut fastest = [u128::MAX; 2];
    for _ in 0..5 {
        for (slot, hash) in [(0, real.clone()), (1, hasher.decoy())] {
            let started = Instant::now();
            assert!(!hasher.verify(Password::claimed("wrong password"), hash).await.unwrap());
            fastest[slot] = fastest[slot].min(started.elapsed().as_micros());
        }
    }
    let [real, decoy] = fastest;
    assert!(real < 2 * decoy && decoy < 2 * real, "real {real} µs, decoy {decoy} µs");
}
