//! What every [`TokenIssuer`] promises.

use std::collections::HashSet;
use std::sync::Arc;

use chrono::TimeDelta;
use rialto_identity::{AccessClaims, AccessTokenError, RetryKey, TokenAudience, TokenIssuer};
use rialto_kernel::{Clock, Instant};

use crate::{FakeClock, FakeIds};

/// Runs the rules of [`TokenIssuer`](rialto_identity::TokenIssuer) on an adapter. The constructor is the
/// absolute path of an `async fn() -> `[`Issuers`](crate::contract::token_issuer::Issuers).
#[macro_export]
macro_rules! token_issuer_contract {
    ($name:ident, $new:path) => {
        $crate::contract_tests! { $name, $new, token_issuer:
            an_access_token_says_what_was_signed,
            a_token_opens_the_way_in_that_it_is_for_and_no_other,
            an_access_token_expires_to_the_second,
            a_tampered_token_is_refused,
            a_token_of_another_key_is_refused,
            an_unsigned_token_is_refused,
            what_is_no_token_is_refused,
            an_expired_forgery_is_invalid,
            refresh_tokens_are_never_the_same,
            refresh_tokens_are_long_and_fit_a_header,
            digests_are_stable_and_distinct,
            a_refresh_token_is_no_access_token,
            tickets_are_never_the_same_and_fit_an_address,
            digests_of_tickets_are_stable_and_distinct,
            reset_tokens_are_never_the_same_and_fit_an_address,
            digests_of_reset_tokens_and_retry_keys_are_stable_and_distinct,
        }
    };
}

/// Two issuers with different keys.
pub struct Issuers {
    /// The one under test.
    pub issuer: Arc<dyn TokenIssuer>,
    /// One like it, with another key.
    pub other: Arc<dyn TokenIssuer>,
}

impl std::fmt::Debug for Issuers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Issuers").finish_non_exhaustive()
    }
}

fn now() -> Instant {
    FakeClock::new().now()
}

/// For fifteen minutes, whole seconds: tokens count in seconds.
fn claims() -> AccessClaims {
    let ids = FakeIds::new();
    AccessClaims {
        user_id: ids.next(),
        session_id: ids.next(),
        issued_at: now(),
        expires_at: now() + TimeDelta::minutes(15),
    }
}

fn refused(issuer: &dyn TokenIssuer, token: &str) {
    assert_eq!(issuer.verify_access(token, TokenAudience::Own, now()), Err(AccessTokenError::Invalid), "{token}");
}

/// Who, on which device, since when and until when.
pub async fn an_access_token_says_what_was_signed(Issuers { issuer, .. }: Issuers) {
    let token = issuer.sign_access(&claims(), TokenAudience::Own);
    for at in [now(), now() + TimeDelta::minutes(7), claims().expires_at - TimeDelta::seconds(1)] {
        assert_eq!(issuer.verify_access(token.reveal(), TokenAudience::Own, at), Ok(claims()));
    }
}

/// A surface's token is none of the server's own, nor of another surface, nor the other way round.
pub async fn a_token_opens_the_way_in_that_it_is_for_and_no_other(Issuers { issuer, .. }: Issuers) {
    let ways = [TokenAudience::Own, TokenAudience::Surface("one"), TokenAudience::Surface("two")];
    for way in ways {
        let token = issuer.sign_access(&claims(), way);
        for other in ways {
            let expected = if way == other { Ok(claims()) } else { Err(AccessTokenError::Invalid) };
            assert_eq!(issuer.verify_access(token.reveal(), other, now()), expected, "{way:?} at {other:?}");
        }
    }
}

/// Without a minute of grace, and told apart from a token that is not ours.
pub async fn an_access_token_expires_to_the_second(Issuers { issuer, .. }: Issuers) {
    let token = issuer.sign_access(&claims(), TokenAudience::Own);
    for late in [TimeDelta::seconds(1), TimeDelta::seconds(59), TimeDelta::days(400)] {
        let verified = issuer.verify_access(token.reveal(), TokenAudience::Own, claims().expires_at + late);
        assert_eq!(verified, Err(AccessTokenError::Expired), "{late} late");
    }
}

/// Every character of it counts.
pub async fn a_tampered_token_is_refused(Issuers { issuer, .. }: Issuers) {
    let token = issuer.sign_access(&claims(), TokenAudience::Own).reveal().to_owned();
    for (position, character) in token.char_indices() {
        // Characters of base64 whose difference lies in bits that every decoder reads.
        let replacement = if character.is_ascii_lowercase() { character.to_ascii_uppercase() } else { 'z' };
        let is_last_of_part = token[position + 1..].is_empty() || token[position + 1..].starts_with('.');
        if replacement != character && !is_last_of_part {
            let tampered = format!("{}{replacement}{}", &token[..position], &token[position + character.len_utf8()..]);
            refused(&*issuer, &tampered);
        }
    }
    refused(&*issuer, &token[..token.len() - 1]);
    refused(&*issuer, &format!("{token}A"));
}

/// Even if it is like ours in all else.
pub async fn a_token_of_another_key_is_refused(Issuers { issuer, other }: Issuers) {
    let token = other.sign_access(&claims(), TokenAudience::Own);
    assert_eq!(other.verify_access(token.reveal(), TokenAudience::Own, now()), Ok(claims()));
    refused(&*issuer, token.reveal());
}

/// `{"alg":"none"}` in four spellings, with our own claims, with and without our signature.
pub async fn an_unsigned_token_is_refused(Issuers { issuer, .. }: Issuers) {
    let token = issuer.sign_access(&claims(), TokenAudience::Own).reveal().to_owned();
    let mut parts = token.split('.');
    let (_, payload, signature) = (parts.next(), parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    for header in [
        "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0",
        "eyJhbGciOiJOb25lIiwidHlwIjoiSldUIn0",
        "eyJhbGciOiJuT25FIiwidHlwIjoiSldUIn0",
        "eyJhbGciOiJOT05FIiwidHlwIjoiSldUIn0",
    ] {
        refused(&*issuer, &format!("{header}.{payload}."));
        refused(&*issuer, &format!("{header}.{payload}"));
        refused(&*issuer, &format!("{header}.{payload}.{signature}"));
    }
}

/// Whatever a header may carry, without a panic.
pub async fn what_is_no_token_is_refused(Issuers { issuer, .. }: Issuers) {
    let token = issuer.sign_access(&claims(), TokenAudience::Own).reveal().to_owned();
    for text in ["", ".", "..", "...", "a.b.c", "Bearer", "null", "🦀.🦀.🦀", "e30.e30.e30", "\0", &"A".repeat(100_000)]
    {
        refused(&*issuer, text);
    }
    refused(&*issuer, &format!("{token}.{token}"));
    refused(&*issuer, &format!(" {token}"));
    refused(&*issuer, &token.replace('.', ""));
}

/// The signature is checked before the time, so that a forger learns nothing.
pub async fn an_expired_forgery_is_invalid(Issuers { issuer, other }: Issuers) {
    let token = other.sign_access(&claims(), TokenAudience::Own);
    let verified = issuer.verify_access(token.reveal(), TokenAudience::Own, claims().expires_at + TimeDelta::days(1));
    assert_eq!(verified, Err(AccessTokenError::Invalid));
}

/// A thousand of them.
pub async fn refresh_tokens_are_never_the_same(Issuers { issuer, other }: Issuers) {
    let tokens: HashSet<String> = (0..500)
        .flat_map(|_| [issuer.fresh_refresh_token(), other.fresh_refresh_token()])
        .map(|token| token.reveal().to_owned())
        .collect();
    assert_eq!(tokens.len(), 1_000);
}

/// 256 random bits take 43 characters of base64.
pub async fn refresh_tokens_are_long_and_fit_a_header(Issuers { issuer, .. }: Issuers) {
    let token = issuer.fresh_refresh_token();
    assert!(token.reveal().len() >= 43, "{} characters", token.reveal().len());
    assert!(token.reveal().len() <= 500);
    assert!(token.reveal().bytes().all(|byte| byte.is_ascii_graphic()));
}

/// The same in every process that has the same code: stored digests must be found again.
pub async fn digests_are_stable_and_distinct(Issuers { issuer, .. }: Issuers) {
    let tokens: Vec<_> = (0..100).map(|_| issuer.fresh_refresh_token()).collect();
    let digests: HashSet<_> = tokens.iter().map(|token| issuer.digest(token.reveal())).collect();
    assert_eq!(digests.len(), 100);
    for token in &tokens {
        assert!(digests.contains(&issuer.digest(token.reveal())));
    }
    assert_ne!(issuer.digest("a"), issuer.digest("A"));
    // SHA-256 of nothing, as the domain promises.
    assert_eq!(issuer.digest("").0[..4], [0xe3, 0xb0, 0xc4, 0x42]);
}

/// Nor the other way round.
pub async fn a_refresh_token_is_no_access_token(Issuers { issuer, .. }: Issuers) {
    refused(&*issuer, issuer.fresh_refresh_token().reveal());
    let access = issuer.sign_access(&claims(), TokenAudience::Own);
    assert_ne!(issuer.digest(access.reveal()), issuer.digest(issuer.fresh_refresh_token().reveal()));
}

/// 256 random bits in characters that need no escaping (RFC 3986, section 2.3).
pub async fn tickets_are_never_the_same_and_fit_an_address(Issuers { issuer, other }: Issuers) {
    let tickets: HashSet<String> = (0..500)
        .flat_map(|_| [issuer.fresh_ticket(), other.fresh_ticket()])
        .map(|ticket| ticket.reveal().to_owned())
        .collect();
    assert_eq!(tickets.len(), 1_000);
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '~');
    assert!(tickets.iter().all(|ticket| (43..=500).contains(&ticket.len()) && ticket.chars().all(plain)));
}

/// The same in every process that has the same code, for a board may be shared.
pub async fn digests_of_tickets_are_stable_and_distinct(Issuers { issuer, other }: Issuers) {
    let tickets: Vec<_> = (0..100).map(|_| issuer.fresh_ticket()).collect();
    let digests: HashSet<_> = tickets.iter().map(|ticket| issuer.ticket_digest(ticket.reveal())).collect();
    assert_eq!(digests.len(), 100);
    assert!(tickets.iter().all(|ticket| digests.contains(&other.ticket_digest(ticket.reveal()))));
    // SHA-256 of nothing, as the domain promises.
    assert_eq!(issuer.ticket_digest("").0[..4], [0xe3, 0xb0, 0xc4, 0x42]);
}

/// 256 bits, of characters that need no escaping behind the `#` of an address.
pub async fn reset_tokens_are_never_the_same_and_fit_an_address(Issuers { issuer, .. }: Issuers) {
    let tokens: HashSet<String> = (0..1_000).map(|_| issuer.fresh_reset_token().reveal().to_owned()).collect();
    assert_eq!(tokens.len(), 1_000);
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    assert!(tokens.iter().all(|token| token.len() >= 43 && token.chars().all(plain)));
}

/// What was stored before a restart, or by another node, is found.
pub async fn digests_of_reset_tokens_and_retry_keys_are_stable_and_distinct(Issuers { issuer, other }: Issuers) {
    let key = |text: &str| RetryKey::parse(text).unwrap();
    let (one, two) = (key("0123456789abcdef"), key("0123456789abcdeF"));
    assert_eq!(issuer.retry_key_digest(&one), other.retry_key_digest(&one));
    assert_ne!(issuer.retry_key_digest(&one), issuer.retry_key_digest(&two));
    assert_eq!(issuer.reset_digest("token"), other.reset_digest("token"));
    assert_ne!(issuer.reset_digest("token"), issuer.reset_digest("Token"));
}
