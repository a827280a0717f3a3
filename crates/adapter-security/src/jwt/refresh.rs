//! Refresh tokens: opaque, random, and stored only as a digest.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use rialto_identity::{RefreshDigest, RefreshToken};
use ring::digest::{self, SHA256};

/// 256 random bits as 43 characters that fit a header, a cookie and a URL.
#[expect(clippy::expect_used, reason = "without randomness from the system every further token could be guessed")]
pub(super) fn fresh() -> RefreshToken {
    let mut bits = [0; 32];
    getrandom::fill(&mut bits).expect("the operating system gives random numbers");
    RefreshToken::new(BASE64_URL_SAFE_NO_PAD.encode(bits))
}

/// SHA-256: a token of 256 random bits needs no salt and no slow hash.
pub(super) fn digest(refresh_token: &str) -> RefreshDigest {
    let mut bytes = [0; 32];
    bytes.copy_from_slice(digest::digest(&SHA256, refresh_token.as_bytes()).as_ref());
    RefreshDigest(bytes)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn refresh_tokens_never_repeat_and_need_no_escaping() {
        let tokens: HashSet<String> = (0..1_000).map(|_| fresh().reveal().to_owned()).collect();
        assert_eq!(tokens.len(), 1_000);
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        assert!(tokens.iter().all(|token| token.len() == 43 && token.chars().all(plain)));
    }

    #[test]
    fn the_digest_is_sha_256() {
        assert_eq!(digest("abc").0[..4], [0xba, 0x78, 0x16, 0xbf]);
    }
}
