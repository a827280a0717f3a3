use std::fmt;
use std::time::Duration;

use rialto_kernel::{Instant, SessionId, UserId};

use super::token::secret_text;

secret_text! {
    /// An opaque, single-use word that signs one socket in. It stands in an address, so it works for
    /// seconds and once.
    Ticket
}

/// SHA-256 of a ticket: what a board shows opens no socket.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TicketDigest(pub [u8; 32]);

impl fmt::Debug for TicketDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TicketDigest(…)")
    }
}

/// Whom a ticket signs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TicketHolder {
    /// Who.
    pub user_id: UserId,
    /// On which device.
    pub session_id: SessionId,
}

/// A ticket about to be kept: its digest, never the ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewTicket {
    /// What a presented ticket is looked up by.
    pub digest: TicketDigest,
    /// Whom it signs in.
    pub holder: TicketHolder,
    /// When it stops working if unused.
    pub expires_at: Instant,
}

/// What a client gets to open a socket with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuedTicket {
    /// For the socket's address.
    pub ticket: Ticket,
    /// When it stops working if unused.
    pub expires_at: Instant,
    /// How long that is, from now.
    pub lifetime: Duration,
}
