//! Tokens of programs.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::time::Timestamp;

/// Makes a token for a program.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateApiTokenRequest {
    /// What one calls it.
    #[schema(example = "weather bot", min_length = 1, max_length = 50)]
    pub name: String,
    /// What it may do, at least one of `messages:read`, `messages:write`, `prices:read`, `profile:read`.
    #[schema(example = json!(["messages:read", "messages:write"]), min_items = 1)]
    pub scopes: Vec<String>,
    /// For how many days it works; for ever unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = 90, minimum = 1, maximum = 3650)]
    pub expires_in_days: Option<u32>,
}

/// A token of a program, without the token itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ApiTokenView {
    /// Its id.
    pub id: Uuid,
    /// What its user calls it.
    pub name: String,
    /// What it may do.
    #[schema(example = json!(["messages:read", "messages:write"]))]
    pub scopes: Vec<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it stops working; `null` is never.
    pub expires_at: Option<Timestamp>,
    /// When it was last used, to the minute or so.
    pub last_used_at: Option<Timestamp>,
}

/// A token that is new. It is told this once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct IssuedApiTokenView {
    /// Its id.
    pub id: Uuid,
    /// What its user calls it.
    pub name: String,
    /// What it may do.
    #[schema(example = json!(["messages:read", "messages:write"]))]
    pub scopes: Vec<String>,
    /// For `Authorization: Bearer`, and for the first frame of a socket.
    #[schema(example = "rlt_Zm9yIGV4YW1wbGUsIG5vdCBhIHJlYWwgdG9rZW4hIQ")]
    pub token: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it stops working; `null` is never.
    pub expires_at: Option<Timestamp>,
}
