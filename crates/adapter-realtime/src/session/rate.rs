//! How many commands a client may give: so many a second over time, and a number at once after it was quiet.

use std::time::Duration;

use tokio::time::Instant;

use crate::settings::RealtimeSettings;

/// How much of the allowance something takes, in fifths of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cost {
    Command = 5,
    /// Pings and pongs: they cost little, and keeping a connection must not cost talking.
    Ping = 1,
}

/// What becomes of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Passes,
    /// It may come again after this long.
    Refused(Duration),
    /// The client does not slow down: the socket ends, and it may come back after this long.
    Flooding(Duration),
}

/// The allowance of one socket.
pub(super) struct CommandRate {
    /// The time in which a fifth of a command is earned.
    fifth: Duration,
    /// The time in which the whole allowance is earned.
    whole: Duration,
    /// When nothing of the allowance will be missing.
    full_at: Instant,
    /// How many were refused without a pause, and when the last was.
    refused: u32,
    refused_at: Instant,
    strikes: u32,
}

impl CommandRate {
    /// A client that refuses to be told is one that does not pause as long as this.
    const PAUSE: Duration = Duration::from_secs(1);

    pub fn new(settings: &RealtimeSettings) -> Self {
        let fifth = Duration::from_secs(1) / settings.commands_per_second.max(1) / Cost::Command as u32;
        let now = Instant::now();
        Self {
            fifth,
            whole: fifth * Cost::Command as u32 * settings.command_burst.max(1),
            full_at: now,
            refused: 0,
            refused_at: now,
            strikes: settings.rate_strikes,
        }
    }

    /// Takes the cost of something out of the allowance, if there is enough left.
    pub fn take(&mut self, cost: Cost) -> Verdict {
        let now = Instant::now();
        let full_at = self.full_at.max(now) + self.fifth * cost as u32;
        let missing = (full_at - now).saturating_sub(self.whole);
        if missing.is_zero() {
            self.full_at = full_at;
            return Verdict::Passes;
        }
        if now - self.refused_at >= Self::PAUSE {
            self.refused = 0;
        }
        self.refused_at = now;
        self.refused = self.refused.saturating_add(1);
        if self.refused > self.strikes { Verdict::Flooding(self.whole) } else { Verdict::Refused(missing) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate() -> CommandRate {
        CommandRate::new(&RealtimeSettings {
            commands_per_second: 20,
            command_burst: 60,
            rate_strikes: 3,
            ..Default::default()
        })
    }

    fn passing(rate: &mut CommandRate, cost: Cost) -> usize {
        (0..1_000).take_while(|_| rate.take(cost) == Verdict::Passes).count()
    }

    #[tokio::test(start_paused = true)]
    async fn a_burst_passes_and_then_what_the_rate_allows() {
        let mut rate = rate();
        assert_eq!(passing(&mut rate, Cost::Command), 60);
        assert_eq!(rate.take(Cost::Command), Verdict::Refused(Duration::from_millis(50)));
        tokio::time::advance(Duration::from_secs(1)).await;
        assert_eq!(passing(&mut rate, Cost::Command), 20);
        tokio::time::advance(Duration::from_secs(3_600)).await;
        assert_eq!(passing(&mut rate, Cost::Ping), 300, "a quiet hour earns one burst");
    }

    #[tokio::test(start_paused = true)]
    async fn only_who_never_pauses_is_sent_away() {
        let mut rate = rate();
        passing(&mut rate, Cost::Command);
        for _ in 0..10 {
            assert!(matches!(rate.take(Cost::Command), Verdict::Refused(_)));
            tokio::time::advance(CommandRate::PAUSE).await;
            passing(&mut rate, Cost::Command);
        }
        tokio::time::advance(CommandRate::PAUSE).await;
        passing(&mut rate, Cost::Command);
        rate.take(Cost::Command);
        rate.take(Cost::Command);
        assert_eq!(rate.take(Cost::Command), Verdict::Flooding(Duration::from_secs(3)));
    }
}
