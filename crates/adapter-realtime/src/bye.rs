//! Why the server closes a socket, and how it says so.

use std::time::Duration;

use rialto_wire::frame::{ByeData, ServerFrame};

use crate::frames::{Frame, millis};

/// Why the server closes a socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bye {
    /// The server stops; come back after this long.
    Draining { retry_after: Duration },
    /// The socket took too little for too long.
    Slow,
    /// Nothing was heard from the client.
    NoPong,
    /// The access token's time is over.
    TokenExpired,
    /// The client kept giving commands that were refused as too many; come back after this long.
    RateLimited { retry_after: Duration },
    /// The store did not answer while the client signed in.
    StoreUnavailable,
    /// The credentials are not good.
    BadCredentials,
    /// Nobody said who they are.
    AuthTimeout,
    /// The session ended.
    Revoked,
    /// The user has too many sockets.
    TooManyConnections,
    /// Too many frames that cannot be read.
    BadFrames,
}

impl Bye {
    pub const fn code(self) -> u16 {
        match self {
            Self::Draining { .. } => 4001,
            Self::Slow => 4002,
            Self::NoPong => 4003,
            Self::TokenExpired => 4004,
            Self::RateLimited { .. } => 4005,
            // The standard "try again later" (RFC 6455 registry): no credentials were judged.
            Self::StoreUnavailable => 1013,
            Self::BadCredentials | Self::AuthTimeout => 4401,
            Self::Revoked => 4403,
            Self::TooManyConnections => 4409,
            Self::BadFrames => 4422,
        }
    }

    pub const fn reason(self) -> &'static str {
        match self {
            Self::Draining { .. } => "draining",
            Self::Slow => "slow",
            Self::NoPong => "no_pong",
            Self::TokenExpired => "token_expired",
            Self::RateLimited { .. } => "rate_limited",
            Self::StoreUnavailable => "store_unavailable",
            Self::BadCredentials => "bad_credentials",
            Self::AuthTimeout => "auth_timeout",
            Self::Revoked => "revoked",
            Self::TooManyConnections => "too_many_connections",
            Self::BadFrames => "bad_frame",
        }
    }

    /// Whether the client should connect again and resume.
    const fn resumable(self) -> bool {
        match self {
            Self::Draining { .. }
            | Self::Slow
            | Self::NoPong
            | Self::TokenExpired
            | Self::RateLimited { .. }
            | Self::StoreUnavailable => true,
            Self::BadCredentials | Self::AuthTimeout | Self::Revoked | Self::TooManyConnections | Self::BadFrames => {
                false
            }
        }
    }

    /// Whether what waits for the socket is thrown away: it is too much, or no longer theirs.
    pub const fn discards_queue(self) -> bool {
        matches!(self, Self::Slow | Self::Revoked)
    }

    /// The `bye` frame and the close frame.
    pub fn frames(self) -> [Frame; 2] {
        let retry_after_ms = match self {
            Self::Draining { retry_after } | Self::RateLimited { retry_after } => Some(millis(retry_after)),
            Self::StoreUnavailable => Some(1_000),
            _ => None,
        };
        let data =
            ByeData { code: self.code(), reason: self.reason().to_owned(), resume: self.resumable(), retry_after_ms };
        [Frame::new(&ServerFrame::Bye { data }), Frame::close(Some(self.code()), self.reason())]
    }
}
