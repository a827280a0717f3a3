//! What can go wrong when talking to a server.

use rialto_wire::frame::{ByeData, ErrorData};
use rialto_wire::problem::Problem;

/// Why a call gave nothing.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The server refused, and says why.
    #[error("{} ({})", .0.detail, .0.code)]
    Problem(Box<Problem>),
    /// The server refused a command on the socket.
    #[error("{} ({})", .0.message, .0.code)]
    Refused(ErrorData),
    /// The server said goodbye on the socket.
    #[error("the server closed the connection: {}", .0.reason)]
    Bye(ByeData),
    /// The socket is closed.
    #[error("the connection is closed")]
    Closed,
    /// Nothing came in the time that was given.
    #[error("the server did not answer in time")]
    TimedOut,
    /// The server answered something this client does not understand.
    #[error("the server's answer cannot be read: {0}")]
    Unexpected(String),
    /// The command is longer than the server takes.
    #[error("{bytes} bytes are too long for one frame: the server takes {max}")]
    TooLong {
        /// Of the frame.
        bytes: usize,
        /// What the server takes.
        max: usize,
    },
    /// The request did not get through.
    #[error("the server cannot be reached")]
    Http(#[from] reqwest::Error),
    /// The socket did not get through or broke.
    #[error("the connection broke")]
    WebSocket(#[from] Box<tokio_tungstenite::tungstenite::Error>),
}

impl ClientError {
    /// Whether the server may have done what was asked, or may do it another time: no answer came, or one that says that
    /// something went wrong on its side.
    #[must_use]
    pub fn may_be_lost(&self) -> bool {
        match self {
            Self::Problem(problem) => problem.status >= 500 || problem.status == 408,
            Self::Http(_) | Self::TimedOut | Self::Unexpected(_) | Self::Closed | Self::WebSocket(_) => true,
            Self::Refused(_) | Self::Bye(_) | Self::TooLong { .. } => false,
        }
    }

    /// The stable code of a refusal, whichever way it came.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Problem(problem) => Some(&problem.code),
            Self::Refused(error) => Some(&error.code),
            Self::Bye(_)
            | Self::Closed
            | Self::TimedOut
            | Self::Unexpected(_)
            | Self::TooLong { .. }
            | Self::Http(_)
            | Self::WebSocket(_) => None,
        }
    }
}
