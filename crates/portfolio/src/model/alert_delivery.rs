use std::fmt;
use std::str::FromStr;

use chrono::TimeDelta;
use rialto_kernel::{ConversationId, Instant, InvalidValue};

use super::{Alert, Firing};

/// To whom a firing is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DeliveryTarget {
    /// To the alert's owner, on all their devices.
    Owner,
    /// Into a conversation, as a message of the owner.
    Conversation(ConversationId),
}

impl DeliveryTarget {
    /// To whom a firing of this alert is told.
    #[must_use]
    pub fn all_of(alert: &Alert) -> Vec<Self> {
        [Self::Owner].into_iter().chain(alert.deliver_to.map(Self::Conversation)).collect()
    }
}

impl fmt::Display for DeliveryTarget {
    /// `owner` or `conversation:<id>`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Owner => f.write_str("owner"),
            Self::Conversation(id) => write!(f, "conversation:{id}"),
        }
    }
}

impl FromStr for DeliveryTarget {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refusal = || InvalidValue::new("unknown_value", "must be owner or conversation:<id>");
        if text == "owner" {
            return Ok(Self::Owner);
        }
        let id = text.strip_prefix("conversation:").and_then(|id| id.parse().ok());
        id.map(Self::Conversation).ok_or_else(refusal)
    }
}

/// How telling one target of one firing goes: an entry of the delivery log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// To whom.
    pub target: DeliveryTarget,
    /// How it stands.
    pub state: DeliveryState,
    /// How often it was tried.
    pub attempts: u32,
    /// When this was written down.
    pub changed_at: Instant,
    /// Why the last attempt failed; `None` if none did, or it is delivered.
    pub error: Option<String>,
}

/// How a delivery stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryState {
    /// To be tried then.
    Due(Instant),
    /// Done.
    Delivered,
    /// Given up.
    Failed,
}

impl DeliveryState {
    /// `due`, `delivered` or `failed`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Due(_) => "due",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
        }
    }

    /// When it is to be tried, if it is.
    #[must_use]
    pub const fn due_at(self) -> Option<Instant> {
        match self {
            Self::Due(at) => Some(at),
            Self::Delivered | Self::Failed => None,
        }
    }

    /// Reads what [`as_str`](DeliveryState::as_str) and [`due_at`](DeliveryState::due_at) gave; `None` if they do not
    /// fit.
    #[must_use]
    pub fn read(word: &str, due_at: Option<Instant>) -> Option<Self> {
        match (word, due_at) {
            ("due", Some(at)) => Some(Self::Due(at)),
            ("delivered", None) => Some(Self::Delivered),
            ("failed", None) => Some(Self::Failed),
            _ => None,
        }
    }
}

/// A delivery that is to be tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueDelivery {
    /// Of what.
    pub firing: Firing,
    /// To whom.
    pub target: DeliveryTarget,
    /// How often it was tried before.
    pub attempts: u32,
}

/// What came of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryOutcome {
    /// How the delivery stands now.
    pub state: DeliveryState,
    /// When it was tried.
    pub at: Instant,
    /// What went wrong, if it did.
    pub error: Option<String>,
}

/// How long to wait after so many attempts that failed: 5 s, 30 s, 2 min, 10 min, 1 h; `None` when enough were made.
#[must_use]
pub fn wait_after(attempts: u32) -> Option<TimeDelta> {
    let seconds = match attempts {
        0 | 1 => 5,
        2 => 30,
        3 => 120,
        4 => 600,
        5 => 3_600,
        _ => return None,
    };
    Some(TimeDelta::seconds(seconds))
}

/// A firing with how telling of it went: a page of the delivery log holds these.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoggedFiring {
    /// What fired.
    pub firing: Firing,
    /// One per target, the owner first.
    pub deliveries: Vec<Delivery>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_read_back() {
        let conversation = DeliveryTarget::Conversation(uuid::Uuid::from_u128(7).into());
        for target in [DeliveryTarget::Owner, conversation] {
            assert_eq!(target.to_string().parse(), Ok(target));
        }
        assert!("conversation:x".parse::<DeliveryTarget>().is_err());
    }

    #[test]
    fn a_delivery_is_tried_six_times() {
        assert_eq!((1..).take_while(|attempts| wait_after(*attempts).is_some()).count() + 1, 6);
    }
}
