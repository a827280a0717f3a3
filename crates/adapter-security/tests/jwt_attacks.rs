//! What a forger may try on an access token, and what time does to an honest one.
#![allow(clippy::unwrap_used, reason = "test code: a failure panics")]

use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as B64;
use chrono::{DateTime, TimeDelta};
use rialto_adapter_security::{JwtSettings, JwtTokenIssuer, SigningKey};
use rialto_identity::AccessTokenError::{Expired, Invalid};
use rialto_identity::{AccessClaims, AccessTokenError, TokenAudience, TokenIssuer};
use rialto_kernel::{Instant, SessionId, UserId};
use ring::hmac;
use serde_json::{Value, json};
use uuid::Uuid;

const SECRET: &str = "5c1f0b1e7a94d3826f5c1f0b1e7a94d3826f5c1f0b1e7a94d3826f";
const OTHER_SECRET: &str = "e7a94d3826f5c1f0b15c1f0b1e7a94d3826f5c1f0b1e7a94d3826f";

fn key(kid: &str, secret: &str) -> SigningKey {
    SigningKey { kid: kid.into(), secret: secret.into() }
}

fn issuer_with(keys: Vec<SigningKey>, leeway_s: u64) -> JwtTokenIssuer {
    JwtTokenIssuer::new(JwtSettings {
        issuer: "rialto".into(),
        audience: "rialto".into(),
        keys,
        leeway: Duration::from_secs(leeway_s),
    })
    .unwrap()
}

fn issuer() -> JwtTokenIssuer {
    issuer_with(vec![key("k1", SECRET)], 0)
}

fn now() -> Instant {
    DateTime::from_timestamp(1_700_000_000, 0).unwrap()
}

fn claims() -> AccessClaims {
    AccessClaims {
        user_id: UserId::from_uuid(Uuid::from_u128(1)),
        session_id: SessionId::from_uuid(Uuid::from_u128(2)),
        issued_at: now(),
        expires_at: now() + TimeDelta::minutes(15),
    }
}

fn header() -> Value {
    json!({"typ": "at+jwt", "alg": "HS256", "kid": "k1"})
}

fn payload() -> Value {
    json!({
        "iss": "rialto", "aud": "rialto", "sub": Uuid::from_u128(1), "sid": Uuid::from_u128(2),
        "iat": 1_700_000_000, "exp": 1_700_000_900,
    })
}

/// The object with some members replaced; `null` removes one.
fn but(mut object: Value, changes: Value) -> Value {
    for (name, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => drop(object.as_object_mut().unwrap().remove(name)),
            other => object[name] = other.clone(),
        }
    }
    object
}

fn forge(header: &Value, payload: &Value, sign: impl Fn(&[u8]) -> Vec<u8>) -> String {
    let message = format!("{}.{}", B64.encode(header.to_string()), B64.encode(payload.to_string()));
    let signature = B64.encode(sign(message.as_bytes()));
    format!("{message}.{signature}")
}

fn hmac_by(algorithm: hmac::Algorithm, secret: &str) -> impl Fn(&[u8]) -> Vec<u8> {
    let key = hmac::Key::new(algorithm, secret.as_bytes());
    move |message| hmac::sign(&key, message).as_ref().to_vec()
}

fn signed(header: &Value, payload: &Value) -> String {
    forge(header, payload, hmac_by(hmac::HMAC_SHA256, SECRET))
}

fn verify(token: &str) -> Result<AccessClaims, AccessTokenError> {
    issuer().verify_access(token, TokenAudience::Own, now())
}

#[test]
fn the_forger_of_these_tests_makes_valid_tokens_when_it_has_the_key() {
    assert_eq!(verify(&signed(&header(), &payload())), Ok(claims()));
}

#[test]
fn the_algorithm_none_opens_nothing_in_any_spelling() {
    for none in ["none", "None", "NONE", "nOnE", ""] {
        let header = but(header(), json!({"alg": none}));
        let unsigned = forge(&header, &payload(), |_| vec![]);
        assert_eq!(verify(&unsigned), Err(Invalid), "{none}");
        assert_eq!(verify(unsigned.trim_end_matches('.')), Err(Invalid), "{none} without the last dot");
        assert_eq!(verify(&signed(&header, &payload())), Err(Invalid), "{none}, signed");
    }
}

#[test]
fn other_algorithms_open_nothing_even_with_the_right_secret() {
    for (name, algorithm) in [("HS384", hmac::HMAC_SHA384), ("HS512", hmac::HMAC_SHA512)] {
        let token = forge(&but(header(), json!({"alg": name})), &payload(), hmac_by(algorithm, SECRET));
        assert_eq!(verify(&token), Err(Invalid), "{name}");
    }
    for name in ["RS256", "ES256", "EdDSA", "hs256"] {
        assert_eq!(verify(&signed(&but(header(), json!({"alg": name})), &payload())), Err(Invalid), "{name}");
    }
}

#[test]
fn a_token_must_name_a_key_we_have() {
    for kid in [json!({"kid": null}), json!({"kid": "k2"}), json!({"kid": ""}), json!({"kid": "../../dev/null"})] {
        assert_eq!(verify(&signed(&but(header(), kid.clone()), &payload())), Err(Invalid), "{kid}");
    }
}

#[test]
fn a_key_that_the_token_brings_along_is_not_used() {
    let jwk = json!({"kty": "oct", "k": B64.encode(OTHER_SECRET), "alg": "HS256"});
    for extra in [json!({"jwk": jwk}), json!({"jku": "http://127.0.0.1/keys"}), json!({"x5u": "http://127.0.0.1/x"})] {
        let token = forge(&but(header(), extra.clone()), &payload(), hmac_by(hmac::HMAC_SHA256, OTHER_SECRET));
        assert_eq!(verify(&token), Err(Invalid), "{extra}");
    }
}

#[test]
fn other_types_of_token_and_unknown_critical_headers_open_nothing() {
    for change in [json!({"typ": "JWT"}), json!({"typ": null}), json!({"crit": ["b64"]})] {
        assert_eq!(verify(&signed(&but(header(), change.clone()), &payload())), Err(Invalid), "{change}");
    }
}

#[test]
fn a_token_signed_with_another_key_opens_nothing() {
    let token = forge(&header(), &payload(), hmac_by(hmac::HMAC_SHA256, OTHER_SECRET));
    assert_eq!(verify(&token), Err(Invalid));
}

#[test]
fn no_byte_of_a_token_can_be_changed() {
    let token = issuer().sign_access(&claims(), TokenAudience::Own).reveal().to_owned();
    for position in 0..token.len() {
        let mut bytes = token.clone().into_bytes();
        bytes[position] = if bytes[position] == b'A' { b'B' } else { b'A' };
        assert!(verify(&String::from_utf8(bytes).unwrap()).is_err(), "byte {position}");
    }
}

#[test]
fn another_payload_under_the_same_signature_opens_nothing() {
    let honest = signed(&header(), &payload());
    let (head_and_body, signature) = honest.rsplit_once('.').unwrap();
    let head = head_and_body.split_once('.').unwrap().0;
    let body = B64.encode(but(payload(), json!({"sub": Uuid::from_u128(99)})).to_string());
    assert_eq!(verify(&format!("{head}.{body}.{signature}")), Err(Invalid));
}

#[test]
fn claims_that_are_missing_or_of_the_wrong_type_open_nothing() {
    for change in [
        json!({"exp": "1700000900"}),
        json!({"exp": null}),
        json!({"exp": 1_700_000_900.5}),
        json!({"exp": [1_700_000_900]}),
        json!({"exp": u64::MAX}),
        json!({"iat": "1700000000"}),
        json!({"nbf": "1600000000"}),
        json!({"nbf": 1_700_000_060}),
        json!({"iss": "other"}),
        json!({"iss": null}),
        json!({"iss": ["rialto"]}),
        json!({"aud": "other"}),
        json!({"aud": null}),
        json!({"aud": ["rialto", "other"]}),
        json!({"sub": "ann"}),
        json!({"sub": null}),
        json!({"sid": null}),
    ] {
        assert_eq!(verify(&signed(&header(), &but(payload(), change.clone()))), Err(Invalid), "{change}");
    }
}

#[test]
fn text_that_is_no_token_opens_nothing() {
    let long = format!("{}.{}.{}", "a".repeat(3_000), "b".repeat(3_000), "c".repeat(43));
    for text in ["", ".", "..", "...", "a.b", "a.b.c", "a.b.c.d", "🦀.🦀.🦀", "e30.e30.", long.as_str()] {
        assert_eq!(verify(text), Err(Invalid), "{text:.40}");
    }
}

#[test]
fn a_token_ends_on_its_second_by_the_clock_that_is_passed_in() {
    let token = signed(&header(), &payload());
    let last = now() + TimeDelta::seconds(899);
    assert!(issuer().verify_access(&token, TokenAudience::Own, last).is_ok());
    assert_eq!(issuer().verify_access(&token, TokenAudience::Own, last + TimeDelta::seconds(1)), Err(Expired));
}

#[test]
fn leeway_prolongs_a_token_by_exactly_that() {
    let token = signed(&header(), &payload());
    let issuer = issuer_with(vec![key("k1", SECRET)], 30);
    assert!(issuer.verify_access(&token, TokenAudience::Own, now() + TimeDelta::seconds(929)).is_ok());
    assert_eq!(issuer.verify_access(&token, TokenAudience::Own, now() + TimeDelta::seconds(930)), Err(Expired));
}

#[test]
fn a_forged_token_is_invalid_rather_than_expired() {
    let token = forge(&header(), &payload(), hmac_by(hmac::HMAC_SHA256, OTHER_SECRET));
    assert_eq!(issuer().verify_access(&token, TokenAudience::Own, now() + TimeDelta::days(1)), Err(Invalid));
}

#[test]
fn after_a_rotation_old_tokens_open_until_the_old_key_is_dropped() {
    let old = issuer().sign_access(&claims(), TokenAudience::Own);
    let rotated = issuer_with(vec![key("k2", OTHER_SECRET), key("k1", SECRET)], 0);
    let new = rotated.sign_access(&claims(), TokenAudience::Own);
    assert_eq!(rotated.verify_access(old.reveal(), TokenAudience::Own, now()), Ok(claims()));
    assert_eq!(rotated.verify_access(new.reveal(), TokenAudience::Own, now()), Ok(claims()));

    let dropped = issuer_with(vec![key("k2", OTHER_SECRET)], 0);
    assert_eq!(dropped.verify_access(old.reveal(), TokenAudience::Own, now()), Err(Invalid));
    assert_eq!(dropped.verify_access(new.reveal(), TokenAudience::Own, now()), Ok(claims()));
}
