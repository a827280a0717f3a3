//! Price alerts. Decimals are strings.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::time::Timestamp;

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
    /// The threshold, of `above` and `below`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub threshold: Option<String>,
    /// By how many percent the price had to move, of `percent_move`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percent: Option<String>,
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
