//! Tokens that another service signs too, for the clients of one surface.

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode};
use rialto_identity::{AccessToken, AccessTokenError, SharedTokens};
use rialto_kernel::Instant;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use super::install_crypto;
use super::settings::{MIN_SECRET_BYTES, is_monotonous};

/// Those of the other service may say more than ours.
const MAX_TOKEN_BYTES: usize = 4_096;

/// JWT with one pinned algorithm, HS256, and one secret that both services know.
///
/// A token opens only if the secret signed it, `user_id` is a whole number and `exp` a whole number that lies ahead.
/// Whatever else it says is left aside; keys that it brings along are never looked at.
pub struct SharedSecretTokens {
    signing: EncodingKey,
    verifying: DecodingKey,
    validation: Validation,
}

/// Why a secret is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SharedSecretError {
    /// It can be found by trying.
    #[error("has {length} bytes; at least {min} are needed, such as `openssl rand -hex 32` prints", min = MIN_SECRET_BYTES)]
    TooShort {
        /// How many bytes it has.
        length: usize,
    },
    /// It is the same few characters again and again.
    #[error("is too easy to guess; take what `openssl rand -hex 32` prints")]
    Monotonous,
}

/// The payload. A number that is a text or a fraction, or one that is missing, does not deserialize.
#[derive(Serialize, Deserialize)]
struct Claims {
    user_id: u64,
    exp: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    nbf: Option<i64>,
}

impl SharedSecretTokens {
    /// Installs the cryptography ([`install_crypto`]).
    ///
    /// # Errors
    /// See [`SharedSecretError`].
    pub fn new(secret: &SecretString) -> Result<Self, SharedSecretError> {
        install_crypto();
        let secret = secret.expose_secret();
        if secret.len() < MIN_SECRET_BYTES {
            return Err(SharedSecretError::TooShort { length: secret.len() });
        }
        if is_monotonous(secret) {
            return Err(SharedSecretError::Monotonous);
        }
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_required_spec_claims(&["exp"]);
        validation.validate_aud = false;
        // The library would compare with the system's clock; here the caller's counts.
        validation.validate_exp = false;
        let (signing, verifying) =
            (EncodingKey::from_secret(secret.as_bytes()), DecodingKey::from_secret(secret.as_bytes()));
        Ok(Self { signing, verifying, validation })
    }

    fn read(&self, token: &str) -> Option<Claims> {
        if token.len() > MAX_TOKEN_BYTES {
            return None;
        }
        // Whoever does not understand what `crit` lists must refuse (RFC 7515, 4.1.11), and we list nothing.
        decode_header(token).ok().filter(|header| header.alg == Algorithm::HS256 && header.crit.is_none())?;
        decode::<Claims>(token, &self.verifying, &self.validation).ok().map(|read| read.claims)
    }
}

impl SharedTokens for SharedSecretTokens {
    fn verify(&self, token: &str, now: Instant) -> Result<u64, AccessTokenError> {
        let claims = self.read(token).ok_or(AccessTokenError::Invalid)?;
        let now = now.timestamp();
        if claims.nbf.is_some_and(|not_before| not_before > now) {
            return Err(AccessTokenError::Invalid);
        }
        if now >= claims.exp {
            return Err(AccessTokenError::Expired);
        }
        Ok(claims.user_id)
    }

    #[expect(clippy::expect_used, reason = "HMAC signs whatever it is given, and these claims are three numbers")]
    fn sign(&self, number: u64, expires_at: Instant) -> AccessToken {
        let claims = Claims { user_id: number, exp: expires_at.timestamp(), nbf: None };
        AccessToken::new(encode(&Header::new(Algorithm::HS256), &claims, &self.signing).expect("it is signed"))
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::prelude::BASE64_URL_SAFE_NO_PAD as B64;
    use chrono::{DateTime, TimeDelta};
    use ring::hmac;
    use serde_json::{Value, json};

    use super::*;

    const SECRET: &str = "5c1f0b1e7a94d3826f5c1f0b1e7a94d3826f";

    fn tokens(secret: &str) -> SharedSecretTokens {
        SharedSecretTokens::new(&secret.into()).unwrap()
    }

    fn now() -> Instant {
        DateTime::from_timestamp(1_700_000_000, 0).unwrap()
    }

    fn forge(header: &Value, payload: &Value) -> String {
        let message = format!("{}.{}", B64.encode(header.to_string()), B64.encode(payload.to_string()));
        let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
        format!("{message}.{}", B64.encode(hmac::sign(&key, message.as_bytes())))
    }

    fn verdict(header: &Value, payload: &Value) -> Result<u64, AccessTokenError> {
        tokens(SECRET).verify(&forge(header, payload), now())
    }

    #[test]
    fn what_either_service_signs_opens_until_it_ends() {
        let signed = tokens(SECRET).sign(7, now() + TimeDelta::seconds(5));
        assert_eq!(tokens(SECRET).verify(signed.reveal(), now()), Ok(7));
        let at_the_end = tokens(SECRET).verify(signed.reveal(), now() + TimeDelta::seconds(5));
        assert_eq!(at_the_end, Err(AccessTokenError::Expired));
        assert_eq!(tokens(&SECRET.replace('5', "6")).verify(signed.reveal(), now()), Err(AccessTokenError::Invalid));
        let theirs = json!({"user_id": 7, "exp": 1_700_000_005, "iat": 1_699_999_000, "aud": "chat", "role": "admin"});
        assert_eq!(verdict(&json!({"alg": "HS256", "typ": "JWT"}), &theirs), Ok(7));
        assert_eq!(verdict(&json!({"alg": "HS256"}), &theirs), Ok(7));
    }

    #[test]
    fn what_is_signed_but_says_something_else_opens_nothing() {
        let header = json!({"alg": "HS256", "typ": "JWT"});
        for payload in [
            json!({"user_id": 7}),
            json!({"user_id": "7", "exp": 1_700_000_005}),
            json!({"user_id": -7, "exp": 1_700_000_005}),
            json!({"user_id": 7.5, "exp": 1_700_000_005}),
            json!({"sub": "7", "exp": 1_700_000_005}),
            json!({"user_id": 7, "exp": "1700000005"}),
            json!({"user_id": 7, "exp": 1_700_000_005, "nbf": 1_700_000_001}),
            json!([7]),
        ] {
            assert_eq!(verdict(&header, &payload), Err(AccessTokenError::Invalid), "{payload}");
        }
        let payload = json!({"user_id": 7, "exp": 1_700_000_005});
        for header in [
            json!({"alg": "none"}),
            json!({"alg": "HS512"}),
            json!({"alg": "RS256"}),
            json!({"alg": "HS256", "crit": ["x"]}),
            json!({}),
        ] {
            assert_eq!(verdict(&header, &payload), Err(AccessTokenError::Invalid), "{header}");
        }
        let unsigned = forge(&json!({"alg": "none"}), &payload);
        let (message, _) = unsigned.rsplit_once('.').unwrap();
        for token in [format!("{message}."), message.to_owned(), String::new(), "x".repeat(5_000)] {
            assert_eq!(tokens(SECRET).verify(&token, now()), Err(AccessTokenError::Invalid));
        }
    }

    #[test]
    fn a_secret_that_can_be_guessed_is_refused_and_not_shown() {
        let refusal = |secret: &str| SharedSecretTokens::new(&secret.into()).err();
        assert_eq!(refusal("hunter2"), Some(SharedSecretError::TooShort { length: 7 }));
        assert_eq!(refusal(&"ab".repeat(30)), Some(SharedSecretError::Monotonous));
        assert!(!SharedSecretError::TooShort { length: 7 }.to_string().contains("hunter2"));
    }
}
