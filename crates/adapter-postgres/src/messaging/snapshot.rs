//! What a reader has seen: all that was committed at one instant.

use std::fmt;
use std::str::FromStr;

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use crate::statement::Statement;

/// How long one may be in a cursor, which has room for two of them and a position.
const MAX_BYTES: usize = 50;

/// The transactions whose changes somebody has seen: those with a number below this one, but for some that were
/// under way.
#[derive(Clone, Debug, Default, PartialEq, Eq, QueryableByName)]
pub struct Snapshot {
    #[diesel(sql_type = BigInt)]
    pub below: i64,
    #[diesel(sql_type = Array<BigInt>)]
    pub under_way: Vec<i64>,
}

impl Snapshot {
    /// What the statements of this transaction see.
    pub async fn current(mut conn: &AsyncPgConnection) -> QueryResult<Self> {
        let current = Statement::new(
            "SELECT pg_snapshot_xmax(now)::text::bigint AS below,
                    ARRAY(SELECT xid::text::bigint FROM pg_snapshot_xip(now) AS xid) AS under_way
             FROM pg_current_snapshot() AS now",
        );
        current.get_result(&mut conn).await
    }

    /// The lowest number that a transaction may have whose changes are not seen.
    pub fn first_unseen(&self) -> i64 {
        self.under_way.iter().copied().min().unwrap_or(self.below)
    }
}

/// `below`, then how far below it each is that was under way. Where that is too long, less counts as seen.
impl fmt::Display for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = self.below.to_string();
        for number in &self.under_way {
            text.push_str(&format!("-{}", self.below.saturating_sub(*number)));
        }
        if text.len() > MAX_BYTES { write!(f, "{}", self.first_unseen()) } else { f.write_str(&text) }
    }
}

impl FromStr for Snapshot {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut numbers = text.split('-').map(str::parse::<i64>);
        let below = numbers.next().and_then(Result::ok).ok_or(())?;
        let under_way = numbers.map(|distance| distance.map(|distance| below.saturating_sub(distance)));
        Ok(Self { below, under_way: under_way.collect::<Result<_, _>>().map_err(|_| ())? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snapshot_is_read_back() {
        for snapshot in [
            Snapshot::default(),
            Snapshot { below: 1_000, under_way: vec![998, 7] },
            Snapshot { below: i64::MAX, under_way: vec![i64::MAX - 1] },
        ] {
            assert_eq!(snapshot.to_string().parse(), Ok(snapshot));
        }
        for text in ["", "x", "-1", "7-", "7-x", "99999999999999999999"] {
            assert_eq!(text.parse::<Snapshot>(), Err(()), "{text:?}");
        }
    }

    #[test]
    fn too_many_under_way_leave_more_unseen() {
        let crowded = Snapshot { below: 2_000, under_way: (1_000..1_100).collect() };
        assert_eq!(crowded.to_string().parse(), Ok(Snapshot { below: 1_000, under_way: Vec::new() }));
    }
}
