use rialto_kernel::{AlertId, Decimal, FiringId, Instant, UserId};

use super::{Alert, AlertNote, AlertRule, Currency, Quote, SIMULATED};

/// That an alert fired, with all that was so then: the alert may change or go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Firing {
    /// Its id: whoever is told twice knows it by this.
    pub id: FiringId,
    /// Which alert.
    pub alert_id: AlertId,
    /// Whose.
    pub owner: UserId,
    /// Which rule was met.
    pub rule: AlertRule,
    /// What prices are counted in.
    pub currency: Currency,
    /// The price that met it.
    pub price: Decimal,
    /// The price at the beginning of the window, for a move.
    pub base_price: Option<Decimal>,
    /// Who says so; `simulated` is no real price.
    pub provider: String,
    /// When the provider saw the price.
    pub observed_at: Instant,
    /// When this server found that the rule is met.
    pub fired_at: Instant,
    /// What was written beside the alert.
    pub note: Option<AlertNote>,
}

impl Firing {
    /// An alert that fires because of a quote.
    #[must_use]
    pub fn of(id: FiringId, alert: &Alert, quote: &Quote, base_price: Option<Decimal>, at: Instant) -> Self {
        Self {
            id,
            alert_id: alert.id,
            owner: alert.owner,
            rule: alert.rule.clone(),
            currency: alert.currency.clone(),
            price: quote.price.clone(),
            base_price,
            provider: if quote.is_simulated() { SIMULATED } else { quote.provider }.to_owned(),
            observed_at: quote.observed_at,
            fired_at: at,
            note: alert.note.clone(),
        }
    }

    /// The firing in words, always the same: what is posted into a conversation.
    #[must_use]
    pub fn sentence(&self) -> String {
        let Self { price, currency, provider, .. } = self;
        let what = match &self.rule {
            AlertRule::Above { asset_id, threshold } => {
                format!("{asset_id} is at {price} {currency}, above {}", threshold.price())
            }
            AlertRule::Below { asset_id, threshold } => {
                format!("{asset_id} is at {price} {currency}, below {}", threshold.price())
            }
            AlertRule::PercentMove { asset_id, percent, window, .. } => {
                let from = self.base_price.as_ref().map_or_else(String::new, |base| format!(" from {base}"));
                let minutes = window.seconds().div_ceil(60);
                format!(
                    "{asset_id} moved by {} % or more within {minutes} min:{from} to {price} {currency}",
                    percent.percent()
                )
            }
        };
        let note = self.note.as_ref().map_or_else(String::new, |note| format!("\n{note}"));
        let seen = self.observed_at.format("%Y-%m-%d %H:%M UTC");
        format!("Price alert: {what} ({provider}, {seen}){note}")
    }
}
