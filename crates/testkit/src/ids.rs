//! Identifiers that are the same in every run.

use std::sync::atomic::{AtomicU64, Ordering};

use rialto_kernel::IdSource;
use uuid::{Builder, Uuid};

/// Counts up: well-formed UUIDv7 that sort in the order they were given.
#[derive(Debug, Default)]
pub struct FakeIds(AtomicU64);

impl FakeIds {
    /// A source whose first id ends in 1.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A fresh id of the kind the caller asks for.
    pub fn next<I: From<Uuid>>(&self) -> I {
        I::from(self.uuid())
    }
}

impl IdSource for FakeIds {
    fn uuid(&self) -> Uuid {
        let count = self.0.fetch_add(1, Ordering::Relaxed) + 1;
        let mut random = [0; 10];
        random[2..].copy_from_slice(&count.to_be_bytes());
        Builder::from_unix_timestamp_millis(1_700_000_000_000, &random).into_uuid()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_fresh_version_seven_and_ordered() {
        let ids = FakeIds::new();
        let given: Vec<Uuid> = (0..1_000).map(|_| ids.uuid()).collect();
        assert!(given.is_sorted_by(|a, b| a < b));
        assert!(given.iter().all(|id| id.get_version_num() == 7));
    }
}
