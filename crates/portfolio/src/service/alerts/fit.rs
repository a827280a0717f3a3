use chrono::TimeDelta;

use super::AlertLimits;
use crate::model::{Alert, Currency};

/// What an alert may not ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnfitAlert {
    /// It looks at a move in another currency than [`Currency::default`]: what prices were in others is not known.
    #[error("a move can be watched in {} only", Currency::default())]
    MoveCurrency,
    /// Its window begins before what prices are remembered.
    #[error("a move can be watched over {} seconds at most", .max.num_seconds())]
    WindowTooLong {
        /// The longest window.
        max: TimeDelta,
    },
    /// It is said in a conversation over and over, and is not quiet long enough in between.
    #[error("an alert that repeats in a conversation needs a cool-down of {} seconds at least", .min.num_seconds())]
    CooldownTooShort {
        /// The shortest cool-down.
        min: TimeDelta,
    },
}

impl AlertLimits {
    /// Whether an alert may be as it is.
    pub(super) fn check(&self, alert: &Alert) -> Result<(), UnfitAlert> {
        if let Some(window) = alert.rule.window() {
            if alert.currency != Currency::default() {
                return Err(UnfitAlert::MoveCurrency);
            }
            if window.length() > self.max_window {
                return Err(UnfitAlert::WindowTooLong { max: self.max_window });
            }
        }
        if alert.repeat && alert.deliver_to.is_some() && alert.quiet_for() < self.min_posted_cooldown {
            return Err(UnfitAlert::CooldownTooShort { min: self.min_posted_cooldown });
        }
        Ok(())
    }
}
