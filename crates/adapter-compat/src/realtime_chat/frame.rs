use rialto_kernel::Instant;
use serde::Serialize;

use crate::time::rfc3339;

/// The one form of frame there is, both ways.
#[derive(Debug, Serialize)]
pub(super) struct Frame<'f> {
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub username: &'f str,
    #[serde(rename = "userId", skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content: Option<&'f str>,
    pub timestamp: String,
}

impl Frame<'_> {
    /// The frame as it is sent.
    pub fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// A frame about or by somebody.
pub(super) fn of(kind: &'static str, number: u64, username: &str, content: &str, at: Instant) -> String {
    let (user_id, content) = (Some(number.to_string()), Some(content));
    Frame { kind, username, user_id, content, timestamp: rfc3339(at) }.text()
}

/// What the server says to one client about what that client sent.
pub(super) fn error(content: &str, at: Instant) -> String {
    let content = Some(content);
    Frame { kind: "error", username: "server", user_id: None, content, timestamp: rfc3339(at) }.text()
}
