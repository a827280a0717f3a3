use std::fmt;

use super::token::secret_text;

secret_text! {
    /// An opaque word that lets whoever holds it do one thing, such as register by an invitation.
    SecretToken
}

/// SHA-256 of a [`SecretToken`]: a stolen database lets nobody in.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SecretDigest(pub [u8; 32]);

impl fmt::Debug for SecretDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretDigest(…)")
    }
}
