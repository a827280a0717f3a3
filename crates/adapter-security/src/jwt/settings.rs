//! Who signs, for whom, with which keys; and which secrets are no secrets.

use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ring::digest;
use secrecy::{ExposeSecret, SecretString};

/// What tokens say and which keys they are checked with.
#[derive(Clone, Debug)]
pub struct JwtSettings {
    /// Who signs: the `iss` of every token.
    pub issuer: String,
    /// For whom: the `aud` of every token.
    pub audience: String,
    /// The first key signs; all verify. At least one.
    pub keys: Vec<SigningKey>,
    /// How long past its end a token still opens, for nodes whose clocks differ; whole seconds count.
    pub leeway: Duration,
}

/// A secret that signs, and the name by which tokens refer to it.
#[derive(Clone, Debug)]
pub struct SigningKey {
    /// Goes into the header of every token as `kid`; not secret.
    pub kid: String,
    /// At least 32 bytes that nobody can guess.
    pub secret: SecretString,
}

impl SigningKey {
    /// A key that is named after a digest of its secret, so that a new secret never goes by an old name.
    #[must_use]
    pub fn from_secret(secret: SecretString) -> Self {
        let mut context = digest::Context::new(&digest::SHA256);
        context.update(b"rialto signing key id\0");
        context.update(secret.expose_secret().as_bytes());
        let kid = BASE64_URL_SAFE_NO_PAD.encode(&context.finish().as_ref()[..9]);
        Self { kid, secret }
    }
}

/// Why there is no issuer; each says what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JwtSetupError {
    /// No key was given.
    #[error("no signing key is configured; set JWT_SECRET to the output of `openssl rand -hex 64`")]
    NoKey,
    /// Two keys have one name.
    #[error("two signing keys are both called {0:?}; give each its own kid")]
    DuplicateKid(String),
    /// A secret can be found by trying.
    #[error(
        "the signing secret of key {kid:?} has {length} bytes; at least {min} are needed: \
         set JWT_SECRET to the output of `openssl rand -hex 64`",
        min = MIN_SECRET_BYTES
    )]
    SecretTooShort {
        /// The key's name.
        kid: String,
        /// How many bytes its secret has.
        length: usize,
    },
    /// A secret is one that documentation shows or a person would type.
    #[error(
        "the signing secret of key {kid:?} looks like a sample, not like a secret: \
         set JWT_SECRET to the output of `openssl rand -hex 64`"
    )]
    SampleSecret {
        /// The key's name.
        kid: String,
    },
    /// The cryptography does not sign what it verifies.
    #[error("tokens cannot be signed here: {0}")]
    Crypto(String),
}

/// RFC 7518, section 3.2: as many as the digest has.
pub(super) const MIN_SECRET_BYTES: usize = 32;

/// A secret made by a generator holds none of these words; it would by chance once in a million years.
const SAMPLE_WORDS: [&str; 14] = [
    "secret",
    "changeme",
    "change-me",
    "change_me",
    "change me",
    "password",
    "example",
    "sample",
    "default",
    "placeholder",
    "insecure",
    "qwerty",
    "0123456789",
    "1234567890",
];

/// Refuses key sets that would let somebody else sign.
pub(super) fn check_keys(keys: &[SigningKey]) -> Result<(), JwtSetupError> {
    if keys.is_empty() {
        return Err(JwtSetupError::NoKey);
    }
    for (position, key) in keys.iter().enumerate() {
        if keys[..position].iter().any(|earlier| earlier.kid == key.kid) {
            return Err(JwtSetupError::DuplicateKid(key.kid.clone()));
        }
        check_secret(key)?;
    }
    Ok(())
}

fn check_secret(key: &SigningKey) -> Result<(), JwtSetupError> {
    let secret = key.secret.expose_secret();
    if secret.len() < MIN_SECRET_BYTES {
        return Err(JwtSetupError::SecretTooShort { kid: key.kid.clone(), length: secret.len() });
    }
    let lower = secret.to_lowercase();
    if is_monotonous(&lower) || SAMPLE_WORDS.iter().any(|word| lower.contains(word)) {
        return Err(JwtSetupError::SampleSecret { kid: key.kid.clone() });
    }
    Ok(())
}

/// 32 random hexadecimal digits have fewer than 8 different ones about once in ten million.
pub(super) fn is_monotonous(secret: &str) -> bool {
    secret.bytes().collect::<std::collections::HashSet<_>>().len() < 8
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(secret: &str) -> Result<(), JwtSetupError> {
        check_keys(&[SigningKey { kid: "k".into(), secret: secret.into() }])
    }

    #[test]
    fn short_secrets_are_refused_with_what_to_do() {
        let refusal = check("9f86d081884c7d659a2feaa0c55ad01").unwrap_err();
        assert_eq!(refusal, JwtSetupError::SecretTooShort { kid: "k".into(), length: 31 });
        assert!(refusal.to_string().contains("openssl rand -hex 64"), "{refusal}");
        assert_eq!(check("9f86d081884c7d659a2feaa0c55ad015"), Ok(()));
    }

    #[test]
    fn sample_secrets_are_refused_however_long() {
        for sample in [
            "your-256-bit-SECRET-your-256-bit",
            "changeme-changeme-changeme-changeme",
            "this is a very long key, please change me",
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            "0123456789abcdef0123456789abcdef",
        ] {
            assert_eq!(check(sample), Err(JwtSetupError::SampleSecret { kid: "k".into() }), "{sample}");
        }
    }

    #[test]
    fn key_sets_without_a_first_key_or_with_one_name_twice_are_refused() {
        assert_eq!(check_keys(&[]), Err(JwtSetupError::NoKey));
        let key = SigningKey::from_secret("9f86d081884c7d659a2feaa0c55ad015".into());
        assert_eq!(check_keys(&[key.clone(), key.clone()]), Err(JwtSetupError::DuplicateKid(key.kid)));
    }

    #[test]
    fn a_key_is_named_after_its_secret_and_does_not_show_it() {
        let key = SigningKey::from_secret("9f86d081884c7d659a2feaa0c55ad015".into());
        let other = SigningKey::from_secret("9f86d081884c7d659a2feaa0c55ad016".into());
        assert_ne!(key.kid, other.kid);
        assert_eq!(key.kid, SigningKey::from_secret(key.secret.clone()).kid);
        assert!(!format!("{key:?}").contains("9f86"));
    }
}
