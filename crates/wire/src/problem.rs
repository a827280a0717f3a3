//! Errors as `application/problem+json` (RFC 9457).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::prices::AssetView;

/// The media type of a problem.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// What went wrong and what to do about it. Programs read `code`, people read `detail`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// Names the kind of problem: `/problems/` and the code.
    #[serde(rename = "type")]
    pub type_uri: String,
    /// The HTTP status in words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// One line that tells a person what to do.
    pub detail: String,
    /// Stable, `snake_case`.
    pub code: String,
    /// Which fields were refused and why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldProblem>,
    /// With the code `ambiguous_asset`: the assets that may be meant.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<AssetView>,
    /// Quote it when asking for help.
    pub request_id: String,
}

/// Why one field was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FieldProblem {
    /// The path of the field: `username`, `participant_ids[2]`.
    pub field: String,
    /// Stable, `snake_case`.
    pub code: String,
    /// What to do about it.
    pub message: String,
}
