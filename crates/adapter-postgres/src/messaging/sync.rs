//! What changed for a reader since they last asked.

use diesel::dsl::max;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures_util::try_join;
use rialto_kernel::{ConversationId, Cursor, PageLimit, StoreError, UserId};
use rialto_messaging::Changes;
use uuid::Uuid;

use super::rows::bound;
use super::snapshot::Snapshot;
use super::{log, summaries};
use crate::error::StoreActError;
use crate::schema::{conversations, members, user_events};

/// Where a reader goes on.
///
/// A conversation holds the number of the transaction that last logged an event in it. Transactions do not commit in
/// the order of their numbers, so the greatest number that was seen says nothing about what is still to come. A
/// snapshot does: what it does not show is the work of transactions whose number is not below its end, or that were
/// under way. Whoever writes last in a conversation leaves their number, be it lower than the one before, and the
/// conversation changed after a snapshot if and only if that transaction is not among those it has seen. So a round
/// through the changes names what the first snapshot of the round before has not seen, and nothing is ever left out:
/// what moves while the pages of a round are read is not in the round's first snapshot, and the next round names it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Position {
    /// What was seen when this round began; what it does not hold is named.
    seen: Snapshot,
    /// What this round began with, for the next one; `None` between two rounds.
    next_seen: Option<Snapshot>,
    /// The number and id of the conversation that was named last; all are after the first position.
    number: i64,
    id: Uuid,
    /// The last event of the personal log that was looked at.
    personal: i64,
}

impl Position {
    /// The beginning of a round.
    fn after(seen: Snapshot, personal: i64) -> Self {
        Self { number: seen.first_unseen(), seen, next_seen: None, id: Uuid::nil(), personal }
    }

    fn read(cursor: &Cursor) -> Option<Self> {
        let mut keys = cursor.keys();
        let seen = keys.next()?.parse().ok()?;
        let next_seen = match keys.next()? {
            "" => None,
            next_seen => Some(next_seen.parse().ok()?),
        };
        let (number, id) = (keys.next()?.parse().ok()?, keys.next()?.parse().ok()?);
        let personal = keys.next()?.parse().ok()?;
        keys.next().is_none().then_some(Self { seen, next_seen, number, id, personal })
    }

    fn cursor(&self) -> Cursor {
        let next_seen = self.next_seen.as_ref().map(ToString::to_string).unwrap_or_default();
        Cursor::from_keys(&[&self.seen, &next_seen, &self.number, &self.id.simple(), &self.personal])
    }
}

/// Must be one snapshot.
pub async fn list_changes(
    conn: &AsyncPgConnection,
    reader: UserId,
    after: Option<Cursor>,
    limit: PageLimit,
) -> Result<Changes, StoreActError> {
    let current = Snapshot::current(conn).await?;
    let last_personal = last_personal(conn, reader).await?;
    // Numbers that no transaction had yet are from another server's life: its backup was restored here.
    let start = after.as_ref().and_then(Position::read).filter(|start| start.seen.below <= current.below);
    let start = start.unwrap_or_else(|| Position::after(Snapshot::default(), last_personal));
    let (mut changed, mut left) = try_join!(changed(conn, reader, &start, limit), left(conn, reader, &start, limit))?;
    let (more_changed, more_left) = (changed.len() > limit.as_usize(), left.len() > limit.as_usize());
    changed.truncate(limit.as_usize());
    left.truncate(limit.as_usize());
    let personal = match left.last() {
        Some((_, seq)) if more_left => *seq,
        _ => last_personal,
    };
    let next_seen = start.next_seen.unwrap_or(current);
    let position = match changed.last() {
        Some(&(number, id)) if more_changed => {
            Position { seen: start.seen, next_seen: Some(next_seen), number, id, personal }
        }
        _ => Position::after(next_seen, personal),
    };
    let ids = changed.into_iter().map(|(_, id)| id).collect();
    Ok(Changes {
        changed: summaries::of(conn, ids, reader).await?,
        left: left.into_iter().map(|(id, _)| id).collect(),
        next_cursor: position.cursor(),
        more: more_changed || more_left,
    })
}

async fn last_personal(conn: &AsyncPgConnection, reader: UserId) -> Result<i64, StoreActError> {
    let top = log::personal_tops(conn, vec![reader.uuid()]).await?.pop();
    Ok(top.map_or(0, |top| bound(top.last_seq)))
}

/// Up to `limit + 1` of the reader's conversations that are not seen and after the position, in order of number and id.
async fn changed(
    mut conn: &AsyncPgConnection,
    reader: UserId,
    start: &Position,
    limit: PageLimit,
) -> Result<Vec<(i64, Uuid)>, StoreActError> {
    let number = conversations::change_number;
    let rows = conversations::table
        .inner_join(members::table)
        .filter(members::user_id.eq(reader.uuid()))
        // Apart from the rest, so that an index serves it.
        .filter(number.ge(start.number))
        .filter(number.gt(start.number).or(conversations::id.gt(start.id)))
        .filter(number.ge(start.seen.below).or(number.eq_any(&start.seen.under_way)))
        .order((number, conversations::id))
        .limit(limit.overfull())
        .select((number, conversations::id))
        .load(&mut conn)
        .await?;
    Ok(rows)
}

/// Up to `limit + 1` conversations that the reader left after the position and is not in, each with the event that
/// says so last, in the order of those.
async fn left(
    mut conn: &AsyncPgConnection,
    reader: UserId,
    start: &Position,
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
        let seen = |below| Snapshot { below, under_way: vec![below - 2] };
        let between = Position::after(seen(9), 3);
        let within = Position { next_seen: Some(seen(12)), number: 10, id: Uuid::from_u128(5), ..between.clone() };
        for position in [between, within] {
            assert_eq!(Position::read(&position.cursor()), Some(position));
        }
        for text in ["x", "1", "1~2", "7~~1~00000000000000000000000000000000~3~4"] {
            assert_eq!(Position::read(&Cursor::parse(text).unwrap()), None, "{text}");
        }
    }

    #[test]
    fn the_longest_cursor_is_short_enough_to_come_back() {
        let seen = Snapshot { below: i64::MAX, under_way: (0..20).map(|distance| i64::MAX - distance).collect() };
        let id = Uuid::max();
        let position = Position { next_seen: Some(seen.clone()), seen, number: i64::MAX, id, personal: i64::MAX };
        assert!(Cursor::parse(position.cursor().as_str()).is_some());
    }
}
