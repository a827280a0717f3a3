use crate::model::{SecretDigest, SecretToken};

/// Makes words that nobody can guess, for links.
#[cfg_attr(any(test, feature = "mocks"), mockall::automock)]
pub trait SecretSource: Send + Sync {
    /// A word of 256 random bits, of characters that a URL holds as they are.
    fn fresh_secret(&self) -> SecretToken;

    /// The digest under which a word is kept.
    fn secret_digest(&self, secret: &str) -> SecretDigest;
}
