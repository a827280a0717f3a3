//! The values of this domain. Whatever has a `parse` is valid once it exists.

mod email;
mod name;
mod password;
mod session;
mod token;
mod user;

pub use email::Email;
pub use name::{DisplayName, Username};
pub use password::{Password, PasswordHash};
pub use session::{Device, NewAccount, NewRefreshToken, Session};
pub use token::{AccessClaims, AccessToken, RefreshDigest, RefreshToken, SignedIn, TokenPair};
pub use user::{Login, Role, User};
