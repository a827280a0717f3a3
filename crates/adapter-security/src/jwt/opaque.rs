//! Refresh tokens, reset tokens and tickets: opaque, random, and stored only as a digest.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ring::digest::{self, SHA256};

/// 256 random bits as 43 characters that fit a header, a cookie and a URL.
#[expect(clippy::expect_used, reason = "without randomness from the system every further token could be guessed")]
pub(crate) fn fresh() -> String {
    let mut bits = [0; 32];
    getrandom::fill(&mut bits).expect("the operating system gives random numbers");
    BASE64_URL_SAFE_NO_PAD.encode(bits)
}

/// SHA-256: a secret of 256 random bits needs no salt and no slow hash.
pub(crate) fn digest(secret: &str) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes.copy_from_slice(digest::digest(&SHA256, secret.as_bytes()).as_ref());
    bytes
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn secrets_never_repeat_and_need_no_escaping() {
        let secrets: HashSet<String> = (0..1_000).map(|_| fresh()).collect();
        assert_eq!(secrets.len(), 1_000);
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        assert!(secrets.iter().all(|secret| secret.len() == 43 && secret.chars().all(plain)));
    }

    #[test]
    fn the_digest_is_sha_256() {
        assert_eq!(digest("abc")[..4], [0xba, 0x78, 0x16, 0xbf]);
    }
}
