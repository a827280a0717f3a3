use std::time::Duration;

use rialto_portfolio::ProviderError;
use serde::Deserialize;

/// An answer, whole.
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// The whole seconds of a `Retry-After`, as they were said.
    pub(crate) retry_after_s: Option<u64>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// The body as what it should be.
    pub(crate) fn read<'a, T: Deserialize<'a>>(&'a self) -> Result<T, ProviderError> {
        serde_json::from_slice(&self.body).map_err(|error| ProviderError::Malformed { what: error.to_string() })
    }

    /// Whether the body begins like a JSON value of this kind: `[` or `{`.
    pub(crate) fn begins_with(&self, byte: u8) -> bool {
        self.body.trim_ascii_start().first() == Some(&byte)
    }

    /// How long to wait, bent into `shortest` to `longest`; `None` if nothing was said.
    pub(crate) fn retry_after(&self, shortest: Duration, longest: Duration) -> Option<Duration> {
        self.retry_after_s.map(|seconds| Duration::from_secs(seconds).clamp(shortest, longest))
    }
}
