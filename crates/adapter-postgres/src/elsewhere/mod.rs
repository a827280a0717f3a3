//! The databases of other servers, read once to bring over what is in them.
//!
//! | where | what |
//! |---|---|
//! | `mappings` | by which names each server's tables and columns may go: data, nothing else |
//! | `layout` | which of them are there, or a sentence about the first that is missing |
//! | `query` | the statement that reads a table in order |
//! | `values` | what the texts of a row mean |
//! | `reader` | [`Elsewhere`]: batches of one snapshot |
//!
//! To read another server: 1. a mapping; 2. a variant of [`KnownServer`].

mod layout;
mod mappings;
mod query;
mod reader;
mod values;

pub use layout::ElsewhereError;
pub use reader::{ConversationRow, Elsewhere, LeftOut, MemberRow, MessageRow, Place};

use mappings::Mapping;

/// A server whose database can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KnownServer {
    /// Users.
    PortfolioTracker,
    /// Users, messages to all and to one, rooms.
    ChatApi,
    /// Users, direct and group conversations.
    Gochat,
    /// Users, channels.
    GroupServer,
}

impl KnownServer {
    /// The name of its compatibility surface.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::PortfolioTracker => "portfolio-tracker",
            Self::ChatApi => "chat-api",
            Self::Gochat => "gochat",
            Self::GroupServer => "group-server",
        }
    }

    const fn mapping(self) -> &'static Mapping {
        match self {
            Self::PortfolioTracker => &mappings::PORTFOLIO_TRACKER,
            Self::ChatApi => &mappings::CHAT_API,
            Self::Gochat => &mappings::GOCHAT,
            Self::GroupServer => &mappings::GROUP_SERVER,
        }
    }
}
