use std::fmt;
use std::time::Duration;

use rialto_wire::frame::{ByeData, EventFrame, ReadyData, SignalBody};
use rialto_wire::identity::TokensView;
use rialto_wire::problem::Problem;

/// What a connection tells its caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// How the connection is.
    State(State),
    /// A logged event: each once, and in order per stream.
    Event(Box<EventFrame>),
    /// Something that is told once and kept nowhere.
    Signal {
        /// A stream or a topic.
        stream: String,
        /// What.
        body: SignalBody,
    },
    /// Events of a stream were missed for good: read its state anew by REST. Later events follow.
    Behind {
        /// Which stream, or topic that could not be subscribed to again.
        stream: String,
        /// `too_far`, `epoch_changed`, `joined`, `no_events`, or the code of a refusal.
        reason: String,
    },
    /// The tokens were renewed: the ones before are spent, so store these.
    Tokens(TokensView),
    /// The last item: the connection is over.
    Ended(End),
}

/// How a connection is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// It is being made.
    Connecting,
    /// It is there. What streams there are, and how far they reached, is in here; events follow after
    /// that, or after what was seen before.
    Online(Box<ReadyData>),
    /// It broke or could not be made, and will be tried again.
    Offline {
        /// In how long.
        retry_in: Duration,
        /// Why, in one line for a person.
        reason: String,
    },
}

/// Why a connection is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// The server does not want this client back.
    Bye(ByeData),
    /// The tokens were refused: sign in again.
    Refused(Box<Problem>),
    /// The caller wanted it so.
    Closed,
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bye(bye) => write!(f, "the server closed the connection: {} ({})", bye.reason, bye.code),
            Self::Refused(problem) => write!(f, "{} ({})", problem.detail, problem.code),
            Self::Closed => f.write_str("closed"),
        }
    }
}
