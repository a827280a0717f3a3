//! Alerts on prices, and what became of them. Decimals are strings.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::time::Timestamp;

/// Makes an alert.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateAlertRequest {
    /// `above`, `below` or `percent_move`.
    #[schema(example = "above")]
    pub kind: String,
    /// An asset id or well-known alias.
    #[schema(example = "bitcoin")]
    pub asset_id: String,
    /// A price for `above` and `below`; percent for `percent_move`, from 0.01 to 1000.
    #[schema(example = "70000")]
    pub threshold: String,
    /// Which way a `percent_move` goes: `up`, `down` or `either`, which it is unless told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub direction: Option<String>,
    /// Over how many seconds a `percent_move` is measured: 60 to 604800.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 60, maximum = 604_800)]
    pub window_s: Option<u64>,
    /// What the price is counted in; `usd` unless told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// Whether it may fire again once the price has gone back; `false` unless told.
    #[serde(default)]
    pub repeat: bool,
    /// How many seconds it is quiet at least once it fired: 0 to 2592000; 300 unless told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(maximum = 2_592_000)]
    pub cooldown_s: Option<u64>,
    /// How far, in percent of the threshold, the price must go back before it may fire again: 0 to 50; 1 unless told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "1")]
    pub hysteresis: Option<String>,
    /// Where it is said besides the personal stream, which always hears of it: at most one conversation.
    #[serde(default)]
    #[schema(max_items = 1)]
    pub deliver: Vec<DeliverTo>,
    /// What to show beside it: at most 280 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Changes an alert; what is left out stays. With another kind, asset, threshold, direction, window or currency it is
/// armed anew.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeAlertRequest {
    /// `above`, `below` or `percent_move`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// An asset id or well-known alias.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asset_id: Option<String>,
    /// A price, or percent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub threshold: Option<String>,
    /// `up`, `down` or `either`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub direction: Option<String>,
    /// Over how many seconds a move is measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window_s: Option<u64>,
    /// What the price is counted in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// Whether it may fire again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeat: Option<bool>,
    /// How many seconds it is quiet at least once it fired.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cooldown_s: Option<u64>,
    /// How far the price must go back, in percent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hysteresis: Option<String>,
    /// Where it is said besides the personal stream; an empty list for nowhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 1)]
    pub deliver: Option<Vec<DeliverTo>>,
    /// What to show beside it; an empty text for nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Switches it off, or arms it if it was off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
}

/// A place where a firing is said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum DeliverTo {
    /// As a message of the alert's owner, who must be allowed to write there.
    Conversation {
        /// Where.
        conversation_id: Uuid,
    },
}

/// An alert.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AlertView {
    /// Its id.
    pub id: Uuid,
    /// `above`, `below` or `percent_move`.
    pub kind: String,
    /// Whose price it looks at.
    pub asset_id: Option<String>,
    /// A price, or percent.
    pub threshold: Option<String>,
    /// Which way a move goes.
    pub direction: Option<String>,
    /// Over how many seconds a move is measured.
    pub window_s: Option<u64>,
    /// What the price is counted in.
    pub currency: String,
    /// Whether it may fire again.
    pub repeat: bool,
    /// How many seconds it is quiet at least once it fired.
    pub cooldown_s: u64,
    /// How far the price must go back before it may fire again, in percent.
    pub hysteresis: String,
    /// Where it is said besides the personal stream.
    pub deliver: Vec<DeliverTo>,
    /// What to show beside it.
    pub note: Option<String>,
    /// `armed`, `waiting` until it is armed again, or `disabled`.
    pub state: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it fired last.
    pub last_fired_at: Option<Timestamp>,
}

/// One time that an alert fired, with the log of who was told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FiringView {
    /// Its id; events and messages about it carry it.
    pub id: Uuid,
    /// Which rule was met, as it was then: `above`, `below` or `percent_move`.
    pub kind: String,
    /// Whose price it looked at.
    pub asset_id: Option<String>,
    /// A price, or percent.
    pub threshold: Option<String>,
    /// Which way a move was to go.
    pub direction: Option<String>,
    /// Over how many seconds a move was measured.
    pub window_s: Option<u64>,
    /// The price at the beginning of the window, of a move.
    pub base_price: Option<String>,
    /// The price that made it fire.
    pub price: String,
    /// What it is counted in.
    pub currency: String,
    /// Who said so.
    pub provider: String,
    /// When the provider saw the price.
    pub observed_at: Timestamp,
    /// When it fired.
    pub fired_at: Timestamp,
    /// What was written beside the alert.
    pub note: Option<String>,
    /// Who was told, or is still to be.
    pub deliveries: Vec<DeliveryView>,
}

/// How telling one target of a firing goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DeliveryView {
    /// `owner`, on all their devices, or `conversation`.
    pub to: String,
    /// Into which conversation.
    pub conversation_id: Option<Uuid>,
    /// `due`, `delivered` or `failed`.
    pub state: String,
    /// How often it was tried.
    pub attempts: u32,
    /// When it is tried next.
    pub due_at: Option<Timestamp>,
    /// When this was written down.
    pub changed_at: Timestamp,
    /// Why the last attempt failed.
    pub error: Option<String>,
}

/// A price alert fired.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AlertFired {
    /// Which alert.
    pub alert_id: Uuid,
    /// Which firing: the same one is told once.
    pub firing_id: Uuid,
    /// The asset whose price it looks at, if it looks at one's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "bitcoin")]
    pub asset_id: Option<String>,
    /// `above`, `below` or `percent_move`; others may come.
    #[schema(example = "above")]
    pub kind: String,
    /// The price that met the rule, in `currency`.
    #[schema(example = "70012.5")]
    pub price: String,
    /// What prices are counted in.
    #[schema(example = "usd")]
    pub currency: String,
    /// A price for `above` and `below`, percent for `percent_move`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub threshold: Option<String>,
    /// Which way: `up`, `down` or `either`, of `percent_move`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub direction: Option<String>,
    /// In how many seconds, of `percent_move`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window_s: Option<u64>,
    /// The price at the beginning of the window, of `percent_move`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_price: Option<String>,
    /// Who says so; `simulated` is no real price.
    pub provider: String,
    /// When the provider saw the price.
    pub observed_at: Timestamp,
    /// When the server found that the rule is met.
    pub fired_at: Timestamp,
    /// What was written beside the alert.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}
