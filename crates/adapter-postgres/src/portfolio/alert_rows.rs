//! What the tables of alerts hold, and how it becomes the domain's values.

use diesel::prelude::*;
use rialto_kernel::{ConversationId, Decimal, Instant, InvalidValue, StoreError};
use rialto_portfolio::{
    Alert, AlertNote, AlertRule, AlertState, Cooldown, Currency, Delivery, DeliveryState, Firing, Hysteresis, RuleParts,
};
use uuid::Uuid;

use crate::messaging::{bound, number};
use crate::schema::{alert_deliveries, alert_firings, alerts};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = alerts, check_for_backend(diesel::pg::Pg), treat_none_as_null = true)]
pub struct AlertRow {
    id: Uuid,
    user_id: Uuid,
    kind: String,
    asset_id: Option<String>,
    threshold: Option<String>,
    percent: Option<String>,
    direction: Option<String>,
    window_seconds: Option<i64>,
    currency: String,
    repeats: bool,
    cooldown_seconds: i64,
    hysteresis: String,
    conversation_id: Option<Uuid>,
    note: Option<String>,
    state: String,
    created_at: Instant,
    last_fired_at: Option<Instant>,
    judged_at: Option<Instant>,
    revision: i64,
}

impl From<&Alert> for AlertRow {
    fn from(alert: &Alert) -> Self {
        let rule = alert.rule.to_parts();
        Self {
            id: alert.id.uuid(),
            user_id: alert.owner.uuid(),
            kind: rule.kind,
            asset_id: rule.asset_id,
            threshold: rule.threshold,
            percent: rule.percent,
            direction: rule.direction,
            window_seconds: rule.window_seconds.map(bound),
            currency: alert.currency.to_string(),
            repeats: alert.repeat,
            cooldown_seconds: alert.cooldown.seconds().into(),
            hysteresis: alert.hysteresis.percent().to_string(),
            conversation_id: alert.deliver_to.map(ConversationId::uuid),
            note: alert.note.as_ref().map(ToString::to_string),
            state: alert.state.as_str().to_owned(),
            created_at: alert.created_at,
            last_fired_at: alert.last_fired_at,
            judged_at: alert.judged_at,
            revision: bound(alert.revision),
        }
    }
}

impl TryFrom<AlertRow> for Alert {
    type Error = StoreError;

    fn try_from(row: AlertRow) -> Result<Self, StoreError> {
        let rule = RuleParts {
            kind: row.kind,
            asset_id: row.asset_id,
            threshold: row.threshold,
            percent: row.percent,
            direction: row.direction,
            window_seconds: window(row.window_seconds)?,
        };
        let cooldown = number(row.cooldown_seconds)?;
        Ok(Self {
            id: row.id.into(),
            owner: row.user_id.into(),
            rule: AlertRule::from_parts(&rule).map_err(corrupt)?,
            currency: Currency::parse(&row.currency).map_err(corrupt)?,
            repeat: row.repeats,
            cooldown: Cooldown::from_seconds(cooldown).map_err(corrupt)?,
            hysteresis: Hysteresis::new(decimal(&row.hysteresis)?).map_err(corrupt)?,
            deliver_to: row.conversation_id.map(ConversationId::from),
            note: note(row.note)?,
            state: AlertState::parse(&row.state).map_err(corrupt)?,
            created_at: row.created_at,
            last_fired_at: row.last_fired_at,
            judged_at: row.judged_at,
            revision: number(row.revision)?,
        })
    }
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = alert_firings, check_for_backend(diesel::pg::Pg))]
pub struct FiringRow {
    pub id: Uuid,
    alert_id: Uuid,
    user_id: Uuid,
    kind: String,
    asset_id: Option<String>,
    threshold: Option<String>,
    percent: Option<String>,
    direction: Option<String>,
    window_seconds: Option<i64>,
    currency: String,
    price: String,
    base_price: Option<String>,
    provider: String,
    observed_at: Instant,
    fired_at: Instant,
    note: Option<String>,
}

impl From<&Firing> for FiringRow {
    fn from(firing: &Firing) -> Self {
        let rule = firing.rule.to_parts();
        Self {
            id: firing.id.uuid(),
            alert_id: firing.alert_id.uuid(),
            user_id: firing.owner.uuid(),
            kind: rule.kind,
            asset_id: rule.asset_id,
            threshold: rule.threshold,
            percent: rule.percent,
            direction: rule.direction,
            window_seconds: rule.window_seconds.map(bound),
            currency: firing.currency.to_string(),
            price: firing.price.to_string(),
            base_price: firing.base_price.as_ref().map(ToString::to_string),
            provider: firing.provider.clone(),
            observed_at: firing.observed_at,
            fired_at: firing.fired_at,
            note: firing.note.as_ref().map(ToString::to_string),
        }
    }
}

impl TryFrom<FiringRow> for Firing {
    type Error = StoreError;

    fn try_from(row: FiringRow) -> Result<Self, StoreError> {
        let rule = RuleParts {
            kind: row.kind,
            asset_id: row.asset_id,
            threshold: row.threshold,
            percent: row.percent,
            direction: row.direction,
            window_seconds: window(row.window_seconds)?,
        };
        Ok(Self {
            id: row.id.into(),
            alert_id: row.alert_id.into(),
            owner: row.user_id.into(),
            rule: AlertRule::from_parts(&rule).map_err(corrupt)?,
            currency: Currency::parse(&row.currency).map_err(corrupt)?,
            price: decimal(&row.price)?,
            base_price: row.base_price.as_deref().map(decimal).transpose()?,
            provider: row.provider,
            observed_at: row.observed_at,
            fired_at: row.fired_at,
            note: note(row.note)?,
        })
    }
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = alert_deliveries, check_for_backend(diesel::pg::Pg))]
pub struct DeliveryRow {
    pub firing_id: Uuid,
    pub target: String,
    state: String,
    pub attempts: i64,
    due_at: Option<Instant>,
    changed_at: Instant,
    error: Option<String>,
}

impl DeliveryRow {
    /// One that is due at once.
    pub fn due(firing: &Firing, target: String) -> Self {
        let at = firing.fired_at;
        let state = DeliveryState::Due(firing.fired_at).as_str().to_owned();
        Self { firing_id: firing.id.uuid(), target, state, attempts: 0, due_at: Some(at), changed_at: at, error: None }
    }
}

impl TryFrom<DeliveryRow> for Delivery {
    type Error = StoreError;

    fn try_from(row: DeliveryRow) -> Result<Self, StoreError> {
        let state = DeliveryState::read(&row.state, row.due_at);
        Ok(Self {
            target: row.target.parse().map_err(corrupt)?,
            state: state.ok_or_else(|| StoreError::corrupt("the state of a delivery"))?,
            attempts: attempts(row.attempts)?,
            changed_at: row.changed_at,
            error: row.error,
        })
    }
}

pub fn attempts(number: i64) -> Result<u32, StoreError> {
    u32::try_from(number).map_err(|_| StoreError::corrupt("a count of attempts"))
}

pub fn corrupt(error: InvalidValue) -> StoreError {
    StoreError::corrupt(format!("a value of an alert: {error}"))
}

fn window(seconds: Option<i64>) -> Result<Option<u64>, StoreError> {
    seconds.map(number).transpose()
}

fn decimal(text: &str) -> Result<Decimal, StoreError> {
    text.parse().map_err(|_| StoreError::corrupt("a decimal number of an alert"))
}

fn note(text: Option<String>) -> Result<Option<AlertNote>, StoreError> {
    text.map(|text| AlertNote::parse(&text).map_err(corrupt)).transpose()
}
