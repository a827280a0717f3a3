//! Access tokens as JWT, signed with HMAC-SHA-256.

mod claims;
pub mod crypto;
mod issuer;
pub(crate) mod opaque;
pub mod settings;
pub mod shared;

pub use crypto::install_crypto;
pub use issuer::JwtTokenIssuer;
pub use settings::{JwtSettings, JwtSetupError, SigningKey};
pub use shared::{SharedSecretError, SharedSecretTokens};
