//! Passwords, tokens and the secret that signs them: the technology behind the identity domain's
//! [`PasswordHasher`](rialto_identity::PasswordHasher) and [`TokenIssuer`](rialto_identity::TokenIssuer).
//!
//! | module | holds |
//! |---|---|
//! | [`password`] | [`BcryptPasswordHasher`]: bcrypt on blocking threads behind a bounded queue |
//! | [`jwt`] | [`JwtTokenIssuer`]: HS256 access tokens, opaque refresh tokens and tickets |
//! | [`jwt::crypto`] | [`install_crypto`]: HMAC-SHA-256 by ring, and no other algorithm |
//! | [`jwt::settings`] | [`JwtSettings`], [`SigningKey`]: refuses short and sample secrets |
//! | [`jwt::shared`] | [`SharedSecretTokens`]: HS256 tokens that another service signs too |
//! | [`codes`] | [`TimedCodes`]: secrets and codes of second factors |
//! | [`secrets`] | [`RandomSecrets`]: the words in links |
//! | [`secret_file`] | [`SecretFile`]: a signing secret that is made once and kept |
//!
//! To rotate the signing key: put the new [`SigningKey`] first and keep the old one behind it until the
//! last token it signed has expired.
//!
//! To add another hasher: 1. implement the port in a file of its own; 2. run the contract suite on it;
//! 3. keep verifying the hashes that are stored already.

pub mod codes;
pub mod jwt;
pub mod password;
pub mod secret_file;
pub mod secrets;

pub use codes::TimedCodes;
pub use jwt::{
    JwtSettings, JwtSetupError, JwtTokenIssuer, SharedSecretError, SharedSecretTokens, SigningKey, install_crypto,
};
pub use password::{BcryptPasswordHasher, BcryptSetupError};
pub use secret_file::{SecretFile, SecretFileError};
pub use secrets::RandomSecrets;
