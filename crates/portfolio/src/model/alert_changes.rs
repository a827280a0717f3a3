use rialto_kernel::ConversationId;

use super::{Alert, AlertNote, AlertRule, AlertState, Cooldown, Currency, Hysteresis};

/// What is to become different about an alert; what is `None` stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AlertChanges {
    /// When it fires.
    pub rule: Option<AlertRule>,
    /// What prices are counted in.
    pub currency: Option<Currency>,
    /// Whether it may fire again.
    pub repeat: Option<bool>,
    /// How long it is quiet at least.
    pub cooldown: Option<Cooldown>,
    /// How far the price must have gone back.
    pub hysteresis: Option<Hysteresis>,
    /// Where it is also said; `Some(None)` for nowhere.
    pub deliver_to: Option<Option<ConversationId>>,
    /// What is written beside it; `Some(None)` for nothing.
    pub note: Option<Option<AlertNote>>,
    /// Switches it off, or arms it if it was off.
    pub enabled: Option<bool>,
}

impl AlertChanges {
    /// The alert with these changes. With another rule or currency it is a new question: it is armed, whatever it was
    /// before, and looks at any price.
    #[must_use]
    pub fn applied_to(self, alert: Alert) -> Alert {
        let before = alert.clone();
        let rule = self.rule.unwrap_or(alert.rule);
        let currency = self.currency.unwrap_or(alert.currency);
        let asks_anew = rule != before.rule || currency != before.currency;
        let state = match self.enabled {
            Some(false) => AlertState::Disabled,
            Some(true) if !before.is_enabled() => AlertState::Armed,
            _ if asks_anew => AlertState::Armed,
            _ => alert.state,
        };
        let after = Alert {
            rule,
            currency,
            repeat: self.repeat.unwrap_or(alert.repeat),
            cooldown: self.cooldown.unwrap_or(alert.cooldown),
            hysteresis: self.hysteresis.unwrap_or(alert.hysteresis),
            deliver_to: self.deliver_to.unwrap_or(alert.deliver_to),
            note: self.note.unwrap_or(alert.note),
            state,
            judged_at: if asks_anew { None } else { alert.judged_at },
            ..before.clone()
        };
        if after == before { after } else { Alert { revision: before.revision + 1, ..after } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::alert_fixtures::{above, at};

    #[test]
    fn another_rule_arms_an_alert_that_is_done() {
        let done = Alert { state: AlertState::Disabled, judged_at: Some(at(0)), ..above("100") };
        let changes = AlertChanges { rule: Some(above("200").rule), ..AlertChanges::default() };
        let changed = changes.applied_to(done.clone());
        assert_eq!((changed.state, changed.judged_at, changed.revision), (AlertState::Armed, None, done.revision + 1));
        let noted = AlertChanges { repeat: Some(true), ..AlertChanges::default() }.applied_to(done);
        assert_eq!(noted.state, AlertState::Disabled);
    }

    #[test]
    fn changing_nothing_is_no_change() {
        let alert = above("100");
        let same = AlertChanges { rule: Some(alert.rule.clone()), enabled: Some(true), ..AlertChanges::default() };
        assert_eq!(same.applied_to(alert.clone()), alert);
    }

    #[test]
    fn an_alert_is_switched_off_and_on() {
        let off = AlertChanges { enabled: Some(false), ..AlertChanges::default() }.applied_to(above("100"));
        assert_eq!(off.state, AlertState::Disabled);
        let on = AlertChanges { enabled: Some(true), ..AlertChanges::default() }.applied_to(off);
        assert_eq!(on.state, AlertState::Armed);
    }
}
