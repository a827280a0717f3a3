//! Positions in lists that are ordered by time, then id.

use chrono::DateTime;
use rialto_kernel::{Cursor, Instant};
use uuid::Uuid;

pub fn time_cursor(at: Instant, id: Uuid) -> Cursor {
    Cursor::from_keys(&[&at.timestamp_micros(), &id])
}

/// `None` for what [`time_cursor`] did not write. Times before 1970 are among it: some of them are
/// beyond what PostgreSQL can read.
pub fn read_time_cursor(cursor: &Cursor) -> Option<(Instant, Uuid)> {
    let mut keys = cursor.keys();
    let (micros, id, end) = (keys.next()?.parse().ok()?, keys.next()?.parse().ok()?, keys.next());
    let at = DateTime::from_timestamp_micros(micros)?;
    (micros >= 0 && end.is_none()).then_some((at, id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_are_read_back_and_foreign_ones_are_not() {
        let at = DateTime::from_timestamp_micros(1_700_000_000_123_456).unwrap();
        let id = Uuid::from_u128(7);
        assert_eq!(read_time_cursor(&time_cursor(at, id)), Some((at, id)));
        let id = id.to_string();
        let foreign = ["x".into(), "1".into(), format!("-1~{id}"), format!("1~{id}~2"), format!("{}~{id}", i64::MAX)];
        for text in foreign {
            assert_eq!(read_time_cursor(&Cursor::parse(&text).unwrap()), None, "{text}");
        }
    }
}
