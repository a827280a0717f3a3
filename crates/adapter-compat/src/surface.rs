use std::fmt;
use std::str::FromStr;

/// One server whose clients are served as it served them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Surface {
    /// Prices and portfolios of crypto currencies.
    PortfolioTracker,
    /// Anonymous chat in one room.
    RealtimeChat,
    /// A chat API with live messages.
    ChatApi,
    /// Conversations of two and of groups.
    Gochat,
    /// Chat in channels, with tokens that another service makes.
    GroupServer,
}

impl Surface {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::PortfolioTracker, Self::RealtimeChat, Self::ChatApi, Self::Gochat, Self::GroupServer];

    /// Its name in paths, settings and tokens.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::PortfolioTracker => "portfolio-tracker",
            Self::RealtimeChat => "realtime-chat",
            Self::ChatApi => "chat-api",
            Self::Gochat => "gochat",
            Self::GroupServer => "group-server",
        }
    }

    /// Where it is on the server's own address.
    #[must_use]
    pub fn prefix(self) -> String {
        format!("{COMPAT}{}", self.name())
    }

    /// The port that its clients expect when nobody tells them another.
    #[must_use]
    pub const fn usual_port(self) -> u16 {
        match self {
            Self::PortfolioTracker => 8095,
            Self::RealtimeChat | Self::ChatApi | Self::Gochat => 8080,
            Self::GroupServer => 4000,
        }
    }
}

/// What the paths of all surfaces begin with.
pub const COMPAT: &str = "/compat/";

impl fmt::Display for Surface {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// There is no surface of this name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name:?} is no surface; there are {}", Surface::ALL.map(Surface::name).join(", "))]
pub struct UnknownSurface {
    name: String,
}

impl FromStr for Surface {
    type Err = UnknownSurface;

    fn from_str(name: &str) -> Result<Self, UnknownSurface> {
        let found = Self::ALL.into_iter().find(|surface| surface.name() == name);
        found.ok_or_else(|| UnknownSurface { name: name.to_owned() })
    }
}
