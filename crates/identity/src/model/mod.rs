//! The values of this domain. Whatever has a `parse` is valid once it exists.

mod block;
mod deletion;
mod email;
mod name;
mod password;
mod picture;
mod profile;
mod security_entry;
mod session;
mod sought;
mod ticket;
mod token;
mod upgrade;
mod user;

pub use block::Block;
pub use deletion::{AccountDeletion, UnfinishedDeletion};
pub use email::Email;
pub use name::{DisplayName, Username};
pub use password::{Password, PasswordHash};
pub use picture::{Picture, PictureKind, PictureRefusal};
pub use profile::{AvatarChange, Bio, PresenceSetting, ProfileChanges, avatar_url};
pub use security_entry::{SecurityAct, SecurityEntry};
pub use session::{Device, NewAccount, NewRefreshToken, Session, SessionRecord};
pub use sought::Sought;
pub use ticket::{IssuedTicket, NewTicket, Ticket, TicketDigest, TicketHolder};
pub use token::{AccessClaims, AccessToken, RefreshDigest, RefreshToken, SignedIn, TokenPair};
pub use upgrade::GuestUpgrade;
pub use user::{Login, Role, User};
