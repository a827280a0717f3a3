//! What every [`PasswordHasher`] promises.

use std::sync::Arc;

use rialto_identity::{HashError, Password, PasswordHash, PasswordHasher};

use crate::builders::password;

/// Runs the rules of [`PasswordHasher`](rialto_identity::PasswordHasher) on an adapter. The constructor is
/// the absolute path of an `async fn() -> Arc<dyn PasswordHasher>`, at the least cost it allows.
#[macro_export]
macro_rules! password_hasher_contract {
    ($name:ident, $new:path) => {
        $crate::contract_tests! { $name, $new, password_hasher:
            the_right_password_is_told_from_a_wrong_one,
            hashes_are_salted,
            every_byte_of_a_long_password_counts,
            a_hash_does_not_hold_its_password,
            the_decoy_is_no_ones_hash,
            the_decoy_costs_what_a_hash_costs,
            a_hash_of_another_format_is_an_error,
            a_fresh_hash_is_not_outdated_and_one_of_others_is,
        }
    };
}

type Hasher = Arc<dyn PasswordHasher>;

/// Letter case and white space count.
pub async fn the_right_password_is_told_from_a_wrong_one(hasher: Hasher) {
    let hash = hasher.hash(password("correct horse 🦀")).await.unwrap();
    assert!(hasher.verify(password("correct horse 🦀"), hash.clone()).await.unwrap());
    for wrong in ["Correct horse 🦀", "correct horse 🦀 ", "correct horse", ""] {
        assert!(!hasher.verify(Password::claimed(wrong), hash.clone()).await.unwrap(), "{wrong:?}");
    }
}

/// The same password twice gives two hashes, and both verify.
pub async fn hashes_are_salted(hasher: Hasher) {
    let one = hasher.hash(password("correct horse")).await.unwrap();
    let other = hasher.hash(password("correct horse")).await.unwrap();
    assert_ne!(one.as_str(), other.as_str());
    for hash in [one, other] {
        assert!(hasher.verify(password("correct horse"), hash).await.unwrap());
    }
}

/// Up to the last of the bytes that a password may have.
pub async fn every_byte_of_a_long_password_counts(hasher: Hasher) {
    let longest = "x".repeat(Password::MAX_BYTES);
    let hash = hasher.hash(password(&longest)).await.unwrap();
    assert!(hasher.verify(password(&longest), hash.clone()).await.unwrap());
    let last_differs = format!("{}y", &longest[1..]);
    for wrong in [&last_differs, &longest[1..], &format!("{longest}x")] {
        assert!(!hasher.verify(Password::claimed(wrong), hash.clone()).await.unwrap());
    }
}

/// Nor does it look like one to a log.
pub async fn a_hash_does_not_hold_its_password(hasher: Hasher) {
    let hash = hasher.hash(password("correct horse")).await.unwrap();
    assert!(!hash.as_str().contains("correct"));
    assert!(!format!("{hash:?}").contains(hash.as_str()));
}

/// Whatever is claimed.
pub async fn the_decoy_is_no_ones_hash(hasher: Hasher) {
    for claimed in ["", "password", "decoy", "correct horse", "12345678"] {
        assert!(!hasher.verify(Password::claimed(claimed), hasher.decoy()).await.unwrap(), "{claimed:?}");
    }
}

/// Algorithm and cost, `$2b$12$` in the usual notation, are those of a real hash.
pub async fn the_decoy_costs_what_a_hash_costs(hasher: Hasher) {
    let cost = |hash: &PasswordHash| hash.as_str().rsplit_once('$').map(|(cost, _)| cost.to_owned());
    let real = hasher.hash(password("correct horse")).await.unwrap();
    assert!(cost(&real).is_some());
    assert_eq!(cost(&real), cost(&hasher.decoy()));
    assert_eq!(real.as_str().len(), hasher.decoy().as_str().len());
}

/// Not a wrong password: someone must look at the database.
pub async fn a_hash_of_another_format_is_an_error(hasher: Hasher) {
    for text in ["", "correct horse", "$2b$", "$2b$12$tooshort", "$argon2id$v=19$m=1,t=1,p=1$c2FsdA$aGFzaA"] {
        let outcome = hasher.verify(password("correct horse"), PasswordHash::new(text.to_owned())).await;
        assert!(matches!(outcome, Err(HashError::Failed(_))), "{text:?}: {outcome:?}");
    }
}

/// Another cost, or the spelling of another program. Those verify all the same.
pub async fn a_fresh_hash_is_not_outdated_and_one_of_others_is(hasher: Hasher) {
    let fresh = hasher.hash(password("correct horse")).await.unwrap();
    assert!(!hasher.is_outdated(&fresh));
    assert!(!hasher.is_outdated(&hasher.decoy()));
    let (algorithm, rest) = fresh.as_str().split_at(4);
    assert_eq!(algorithm, "$2b$");
    for spelling in ["$2a$", "$2y$"] {
        let foreign = PasswordHash::new(format!("{spelling}{rest}"));
        assert!(hasher.is_outdated(&foreign), "{spelling}");
        assert!(hasher.verify(password("correct horse"), foreign).await.unwrap(), "{spelling}");
    }
    for cost in ["05", "10", "31"] {
        assert!(hasher.is_outdated(&PasswordHash::new(format!("$2b${cost}${}", &rest[3..]))), "{cost}");
    }
}
