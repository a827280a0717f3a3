//! Words for links: opaque, random, and stored only as a digest.

use rialto_identity::{SecretDigest, SecretSource, SecretToken};

use crate::jwt::opaque;

/// [`SecretSource`] from the operating system's randomness and SHA-256. Needs no key.
#[derive(Clone, Copy, Debug, Default)]
pub struct RandomSecrets;

impl SecretSource for RandomSecrets {
    fn fresh_secret(&self) -> SecretToken {
        SecretToken::new(opaque::fresh())
    }

    fn secret_digest(&self, secret: &str) -> SecretDigest {
        SecretDigest(opaque::digest(secret))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_known_again_by_its_digest_and_never_shown() {
        let (one, other) = (RandomSecrets.fresh_secret(), RandomSecrets.fresh_secret());
        let digest = |secret: &SecretToken| RandomSecrets.secret_digest(secret.reveal());
        assert_eq!(digest(&one), digest(&one));
        assert_ne!(digest(&one), digest(&other));
        assert_eq!(format!("{one:?} {:?}", digest(&one)), "SecretToken(…) SecretDigest(…)");
    }
}
