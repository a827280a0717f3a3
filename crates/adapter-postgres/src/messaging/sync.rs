//! What changed for a reader since they last asked.

use diesel::dsl::max;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures_util::try_join;
use rialto_kernel::{ConversationId, Cursor, PageLimit, StoreError, UserId};
use rialto_messaging::Changes;
use uuid::Uuid;

use super::rows::bound;
use super::{log, summaries};
use crate::error::StoreActError;
use crate::schema::{conversations, members, user_events};
use crate::statement::Statement;

/// Where a reader goes on.
///
/// A conversation holds the number of the transaction that last logged an event in it. Transactions do not commit in
/// the order of their numbers, so the greatest number that was seen says nothing about what is still to come. But
/// all that a snapshot does not show was done by transactions whose number is at least the snapshot's `xmin`, the
/// lowest number that was under way. So a round through the changes begins where the one before began to look: with
/// the numbers from the `xmin` of that round's first snapshot on. Whatever commits after that snapshot has such a
/// number, and whoever writes last in a conversation leaves theirs, be it lower than the one before. What was under
/// way may be named twice, and nothing is ever left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Position {
    /// The last conversation that was named: its number and id. At the beginning of a round, what it begins after.
    number: i64,
    id: Uuid,
    /// Where the next round begins; `None` between two rounds.
    next_round: Option<i64>,
    /// The last event of the personal log that was looked at.
    personal: i64,
}

impl Position {
    fn read(cursor: &Cursor) -> Option<Self> {
        let mut keys = cursor.keys();
        let (number, id) = (keys.next()?.parse().ok()?, keys.next()?.parse().ok()?);
        let next_round = match keys.next()? {
            "" => None,
            number => Some(number.parse().ok()?),
        };
        let personal = keys.next()?.parse().ok()?;
        keys.next().is_none().then_some(Self { number, id, next_round, personal })
    }

    fn cursor(self) -> Cursor {
        let next_round = self.next_round.map(|number| number.to_string()).unwrap_or_default();
        Cursor::from_keys(&[&self.number, &self.id, &next_round, &self.personal])
    }
}

/// Must be one snapshot.
pub async fn list_changes(
    conn: &AsyncPgConnection,
    reader: UserId,
    after: Option<Cursor>,
    limit: PageLimit,
) -> Result<Changes, StoreActError> {
    let (snapshot, last_personal) = try_join!(snapshot(conn), last_personal(conn, reader))?;
    // Numbers that no transaction had yet are from another server's life: its backup was restored here.
    let start = after.as_ref().and_then(Position::read).filter(|start| start.number <= snapshot.xmax);
    let start = start.unwrap_or(Position { number: 0, id: Uuid::nil(), next_round: None, personal: last_personal });
    let next_round = start.next_round.unwrap_or(snapshot.xmin);
    let (mut numbers, mut left) = try_join!(changed(conn, reader, start, limit), left(conn, reader, start, limit))?;
    let (more_changed, more_left) = (numbers.len() > limit.as_usize(), left.len() > limit.as_usize());
    numbers.truncate(limit.as_usize());
    left.truncate(limit.as_usize());
    let personal = match left.last() {
        Some((_, seq)) if more_left => *seq,
        _ => last_personal,
    };
    let position = match numbers.last() {
        Some(&(number, id)) if more_changed => Position { number, id, next_round: Some(next_round), personal },
        _ => Position { number: next_round, id: Uuid::nil(), next_round: None, personal },
    };
    let ids = numbers.iter().map(|(_, id)| *id).collect();
    Ok(Changes {
        changed: summaries::of(conn, ids, reader).await?,
        left: left.into_iter().map(|(id, _)| id).collect(),
        next_cursor: position.cursor(),
        more: more_changed || more_left,
    })
}

#[derive(QueryableByName)]
struct Snapshot {
    #[diesel(sql_type = BigInt)]
    xmin: i64,
    #[diesel(sql_type = BigInt)]
    xmax: i64,
}

async fn snapshot(mut conn: &AsyncPgConnection) -> Result<Snapshot, StoreActError> {
    let snapshot = Statement::new(
        "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS xmin,
                pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS xmax",
    );
    Ok(snapshot.get_result(&mut conn).await?)
}

async fn last_personal(conn: &AsyncPgConnection, reader: UserId) -> Result<i64, StoreActError> {
    let top = log::personal_tops(conn, vec![reader.uuid()]).await?.pop();
    Ok(top.map_or(0, |top| bound(top.last_seq)))
}

/// Up to `limit + 1` of the reader's conversations after the position, in order of number and id.
async fn changed(
    mut conn: &AsyncPgConnection,
    reader: UserId,
    start: Position,
    limit: PageLimit,
) -> Result<Vec<(i64, Uuid)>, StoreActError> {
    let beyond = conversations::change_number.gt(start.number).or(conversations::id.gt(start.id));
    let rows = conversations::table
        .inner_join(members::table)
        .filter(members::user_id.eq(reader.uuid()))
        // Apart from the rest, so that an index serves it.
        .filter(conversations::change_number.ge(start.number))
        .filter(beyond)
        .order((conversations::change_number, conversations::id))
        .limit(limit.overfull())
        .select((conversations::change_number, conversations::id))
        .load(&mut conn)
        .await?;
    Ok(rows)
}

/// Up to `limit + 1` conversations that the reader left after the position and is not in, each with the event that
/// says so last, in the order of those.
async fn left(
    mut conn: &AsyncPgConnection,
    reader: UserId,
    start: Position,
    limit: PageLimit,
) -> Result<Vec<(ConversationId, i64)>, StoreActError> {
    let membership = members::table
        .filter(members::conversation_id.nullable().eq(user_events::conversation_id))
        .filter(members::user_id.eq(user_events::user_id));
    let rows: Vec<(Option<Uuid>, Option<i64>)> = user_events::table
        .filter(user_events::user_id.eq(reader.uuid()))
        .filter(user_events::seq.gt(start.personal))
        .filter(user_events::kind.eq("conversation.left"))
        .filter(diesel::dsl::not(diesel::dsl::exists(membership)))
        .group_by(user_events::conversation_id)
        .order(max(user_events::seq))
        .limit(limit.overfull())
        .select((user_events::conversation_id, max(user_events::seq)))
        .load(&mut conn)
        .await?;
    let left = rows.into_iter().map(|row| match row {
        (Some(id), Some(seq)) => Ok((id.into(), seq)),
        _ => Err(StoreError::corrupt("user_events.conversation_id").into()),
    });
    left.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_read_back_and_foreign_cursors_are_not() {
        let between = Position { number: 7, id: Uuid::nil(), next_round: None, personal: 3 };
        let within = Position { number: 7, id: Uuid::from_u128(5), next_round: Some(6), personal: 3 };
        for position in [between, within] {
            assert_eq!(Position::read(&position.cursor()), Some(position));
        }
        for text in ["x", "1", "1~2", "7~00000000-0000-0000-0000-000000000000~~3~4"] {
            assert_eq!(Position::read(&Cursor::parse(text).unwrap()), None, "{text}");
        }
    }
}
