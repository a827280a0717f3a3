use chrono::TimeDelta;
use rialto_kernel::{AlertId, ConversationId, Instant, InvalidValue, UserId};

use super::{AlertNote, AlertRule, Cooldown, Currency, Firing, Hysteresis};

/// What a user wants to be told about a price.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    /// Its id.
    pub id: AlertId,
    /// Whose.
    pub owner: UserId,
    /// When it fires.
    pub rule: AlertRule,
    /// What prices are counted in.
    pub currency: Currency,
    /// Whether it may fire again, or is done once it fired.
    pub repeat: bool,
    /// How long it is quiet at least once it fired; see [`Alert::quiet_for`].
    pub cooldown: Cooldown,
    /// How far the price must have gone back before it may fire again.
    pub hysteresis: Hysteresis,
    /// Where it is also said, as a message of its owner.
    pub deliver_to: Option<ConversationId>,
    /// What its owner wrote beside it.
    pub note: Option<AlertNote>,
    /// Whether it may fire.
    pub state: AlertState,
    /// When it was made.
    pub created_at: Instant,
    /// When it fired last.
    pub last_fired_at: Option<Instant>,
    /// When the price was observed that it was last judged by; it looks at no older one.
    pub judged_at: Option<Instant>,
    /// Counts its changes, from 1: what was decided on an older one does not count any more.
    pub revision: u64,
}

/// Whether an alert may fire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AlertState {
    /// It fires as soon as its rule says so.
    Armed,
    /// It fired, and is armed again when it was quiet long enough and the price has gone back.
    Waiting,
    /// It is switched off, by its owner or because it fired the one time that it should.
    Disabled,
}

impl AlertState {
    /// Reads `armed`, `waiting` or `disabled`.
    ///
    /// # Errors
    /// `unknown_value`.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        [Self::Armed, Self::Waiting, Self::Disabled]
            .into_iter()
            .find(|state| state.as_str() == text)
            .ok_or_else(|| InvalidValue::new("unknown_value", "must be armed, waiting or disabled"))
    }

    /// `armed`, `waiting` or `disabled`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Armed => "armed",
            Self::Waiting => "waiting",
            Self::Disabled => "disabled",
        }
    }
}

impl Alert {
    /// Whether it must be judged at all.
    #[must_use]
    pub const fn is_enabled(&self) -> bool {
        !matches!(self.state, AlertState::Disabled)
    }

    /// How long it is quiet once it fired: the cool-down, but at least the window of a move, since the same move would
    /// be seen again.
    #[must_use]
    pub fn quiet_for(&self) -> TimeDelta {
        let window = self.rule.window().map_or_else(TimeDelta::zero, |window| window.length());
        self.cooldown.length().max(window)
    }

    /// The alert once it fired.
    #[must_use]
    pub fn after_firing(self, firing: &Firing) -> Self {
        Self {
            state: if self.repeat { AlertState::Waiting } else { AlertState::Disabled },
            last_fired_at: Some(firing.fired_at),
            judged_at: Some(firing.observed_at),
            revision: self.revision + 1,
            ..self
        }
    }

    /// The alert once it is armed again, by a price observed then.
    #[must_use]
    pub fn after_rearming(self, observed_at: Instant) -> Self {
        Self { state: AlertState::Armed, judged_at: Some(observed_at), revision: self.revision + 1, ..self }
    }
}

/// An alert that is to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAlert {
    /// When it fires.
    pub rule: AlertRule,
    /// What prices are counted in.
    pub currency: Currency,
    /// Whether it may fire again.
    pub repeat: bool,
    /// How long it is quiet at least.
    pub cooldown: Cooldown,
    /// How far the price must have gone back.
    pub hysteresis: Hysteresis,
    /// Where it is also said.
    pub deliver_to: Option<ConversationId>,
    /// What its owner writes beside it.
    pub note: Option<AlertNote>,
}

impl NewAlert {
    /// The alert, armed.
    #[must_use]
    pub fn made(self, id: AlertId, owner: UserId, at: Instant) -> Alert {
        let Self { rule, currency, repeat, cooldown, hysteresis, deliver_to, note } = self;
        Alert {
            id,
            owner,
            rule,
            currency,
            repeat,
            cooldown,
            hysteresis,
            deliver_to,
            note,
            state: AlertState::Armed,
            created_at: at,
            last_fired_at: None,
            judged_at: None,
            revision: 1,
        }
    }
}
