use std::net::{IpAddr, Ipv4Addr};

use rialto_kernel::{Instant, Network, RefreshTokenId, SessionId, UserId};

use super::{PasswordHash, RefreshDigest, SecretDigest, SecurityAct, SecurityEntry, User};

/// One signed-in device: a family of refresh tokens, of which at most one is unused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Named in every access token of the family.
    pub id: SessionId,
    /// Whose session it is.
    pub user_id: UserId,
    /// What signed in.
    pub device: Device,
    /// When it signed in.
    pub created_at: Instant,
}

impl Session {
    /// That its user did something in it.
    #[must_use]
    pub fn entry(&self, act: SecurityAct, at: Instant) -> SecurityEntry {
        SecurityEntry {
            session_id: Some(self.id),
            address: self.device.address.clone(),
            ..SecurityEntry::own(at, act, self.user_id)
        }
    }
}

/// A session as its owner takes it away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRecord {
    /// Its id.
    pub id: SessionId,
    /// What signed in.
    pub device: Device,
    /// When it signed in.
    pub created_at: Instant,
    /// When it ended, if it has.
    pub ended_at: Option<Instant>,
}

/// A session that lives, as its owner sees it in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionInUse {
    /// Which. Its address is the one that it was last used from.
    pub session: Session,
    /// When it was last used, to the minute or so.
    pub last_used_at: Instant,
}

/// What a client says of itself, kept so that its owner can tell sessions apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Device {
    /// The `User-Agent`, cut to 200 characters.
    pub user_agent: String,
    /// The network address it came from.
    pub address: Option<String>,
}

impl Device {
    /// Cuts what the client sent to what is kept.
    #[must_use]
    pub fn new(user_agent: &str, address: Option<String>) -> Self {
        Self { user_agent: user_agent.chars().filter(|c| !c.is_control()).take(200).collect(), address }
    }

    /// Where it is, as coarsely as attempts are counted; all of whom nobody knows where they are count together.
    #[must_use]
    pub fn network(&self) -> Network {
        Self::network_of(self.address.as_deref())
    }

    /// The same for an address that was kept.
    #[must_use]
    pub fn network_of(address: Option<&str>) -> Network {
        let address = address.and_then(|address| address.parse().ok());
        Network::of(address.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED)))
    }
}

/// A refresh token about to be stored: its digest, never the token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRefreshToken {
    /// Identifies the row.
    pub id: RefreshTokenId,
    /// What a presented token is looked up by.
    pub digest: RefreshDigest,
    /// When it stops working if unused.
    pub expires_at: Instant,
}

/// Everything a new account needs to exist and be signed in, stored as one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAccount {
    /// The account.
    pub user: User,
    /// `None` for guests.
    pub password_hash: Option<PasswordHash>,
    /// The device that made the account.
    pub session: Session,
    /// The first token of that session.
    pub refresh_token: NewRefreshToken,
    /// The invitation that is used up by it, if it takes one.
    pub invitation: Option<SecretDigest>,
}
