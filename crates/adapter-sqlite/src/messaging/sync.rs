//! What changed for a reader since a cursor: first a walk through all their conversations, then, in the order of the one
//! change counter, those in whose logs something was written. Whatever changes during the walk has a number above the
//! one that the counter had when it began, so that nothing is skipped.

use diesel::dsl::{max, sql};
use diesel::prelude::*;
use diesel::sql_types::{Binary, Bool};
use rialto_kernel::{ConversationId, Cursor, PageLimit, StoreError, UserId};
use rialto_messaging::{Changes, StreamTop};

use super::personal;
use super::rows::PersonalKind;
use super::summaries::summaries_of;
use crate::error::store_error;
use crate::prepared::one_of;
use crate::schema::{change_counter, conversations, members, user_events};
use crate::value::{DbId, bounded};

/// Everything up to these numbers was told: that of the change counter, and that of the reader's personal log.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Position {
    change: i64,
    personal: i64,
}

/// What a cursor says.
enum Reached {
    /// In the walk: the last conversation, and what was not yet told when the walk began.
    Walk(DbId, Position),
    /// Past the walk.
    Changes(Position),
}

impl Reached {
    fn read(cursor: &Cursor) -> Option<Self> {
        let keys: Vec<&str> = cursor.keys().collect();
        let position = |change: &str, personal: &str| {
            Some(Position { change: change.parse().ok()?, personal: personal.parse().ok()? })
        };
        match keys.as_slice() {
            ["walk", id, change, personal] => {
                let id: ConversationId = id.parse().ok()?;
                Some(Self::Walk(id.into(), position(change, personal)?))
            }
            ["changes", change, personal] => Some(Self::Changes(position(change, personal)?)),
            _ => None,
        }
    }

    fn cursor(self) -> Cursor {
        match self {
            Self::Walk(id, at) => Cursor::from_keys(&[&"walk", &ConversationId::from(id), &at.change, &at.personal]),
            Self::Changes(at) => Cursor::from_keys(&[&"changes", &at.change, &at.personal]),
        }
    }
}

pub fn list_changes(
    connection: &mut SqliteConnection,
    reader: UserId,
    after: Option<&Cursor>,
    limit: PageLimit,
) -> Result<Changes, StoreError> {
    let now = now(connection, reader)?;
    // Numbers that are yet to come are those of another history.
    let known = |at: &Position| (0..=now.change).contains(&at.change) && (0..=now.personal).contains(&at.personal);
    match after.and_then(Reached::read) {
        Some(Reached::Walk(id, began)) if known(&began) => walk(connection, reader, Some(id), began, now, limit),
        Some(Reached::Changes(told)) if known(&told) => changes(connection, reader, told, now, limit),
        Some(_) | None => walk(connection, reader, None, now, now, limit),
    }
}

fn now(connection: &mut SqliteConnection, reader: UserId) -> Result<Position, StoreError> {
    let change = change_counter::table.select(change_counter::value).first(connection).map_err(store_error)?;
    let StreamTop { last_seq, .. } = personal::top(connection, reader)?;
    Ok(Position { change, personal: bounded(last_seq) })
}

/// The reader's conversations in order of id.
fn walk(
    connection: &mut SqliteConnection,
    reader: UserId,
    after: Option<DbId>,
    began: Position,
    now: Position,
    limit: PageLimit,
) -> Result<Changes, StoreError> {
    let mut query = members::table
        .filter(members::user_id.eq(DbId::from(reader)))
        .order(members::conversation_id)
        .limit(limit.overfull())
        .select(members::conversation_id)
        .into_boxed();
    if let Some(id) = after {
        query = query.filter(members::conversation_id.gt(id));
    }
    let mut ids: Vec<DbId> = query.load(connection).map_err(store_error)?;
    let reached = match (cut(&mut ids, limit), ids.last()) {
        (true, Some(&last)) => Reached::Walk(last, began),
        _ => Reached::Changes(began),
    };
    // At its end too, if something happened on the way.
    let more = matches!(reached, Reached::Walk(..)) || now != began;
    let changed = summaries_of(connection, reader, &ids)?;
    Ok(Changes { changed, left: Vec::new(), next_cursor: reached.cursor(), more })
}

fn changes(
    connection: &mut SqliteConnection,
    reader: UserId,
    told: Position,
    now: Position,
    limit: PageLimit,
) -> Result<Changes, StoreError> {
    let mut changed = changed_since(connection, reader, told.change, limit)?;
    let more_changed = cut(&mut changed, limit);
    let mut moved = moved_since(connection, reader, told.personal, limit)?;
    let more_moved = cut(&mut moved, limit);
    let reached = Position {
        change: if more_changed { changed.last().map_or(told.change, |(_, number)| *number) } else { now.change },
        personal: if more_moved { moved.last().map_or(told.personal, |(_, seq)| *seq) } else { now.personal },
    };
    let ids: Vec<DbId> = changed.into_iter().map(|(id, _)| id).collect();
    Ok(Changes {
        changed: summaries_of(connection, reader, &ids)?,
        left: left_of(connection, reader, &moved)?,
        next_cursor: Reached::Changes(reached).cursor(),
        more: more_changed || more_moved,
    })
}

/// Whether there was one more than the page holds.
fn cut<T>(rows: &mut Vec<T>, limit: PageLimit) -> bool {
    let more = rows.len() > limit.as_usize();
    rows.truncate(limit.as_usize());
    more
}

/// The reader's conversations that have a change number above this.
fn changed_since(
    connection: &mut SqliteConnection,
    reader: UserId,
    change: i64,
    limit: PageLimit,
) -> Result<Vec<(DbId, i64)>, StoreError> {
    // Not a join, so that SQLite goes along the change numbers: what that costs is what changed.
    let is_in = sql::<Bool>("EXISTS (SELECT 1 FROM members WHERE members.conversation_id = conversations.id")
        .sql(" AND members.user_id = ")
        .bind::<Binary, _>(DbId::from(reader))
        .sql(")");
    conversations::table
        .filter(conversations::change_number.gt(change))
        .filter(is_in)
        .order(conversations::change_number)
        .limit(limit.overfull())
        .select((conversations::id, conversations::change_number))
        .load(connection)
        .map_err(store_error)
}

/// The conversations that the reader came into or left since, each with the last such event.
fn moved_since(
    connection: &mut SqliteConnection,
    reader: UserId,
    seq: i64,
    limit: PageLimit,
) -> Result<Vec<(Option<DbId>, i64)>, StoreError> {
    let rows: Vec<(Option<DbId>, Option<i64>)> = user_events::table
        .filter(user_events::user_id.eq(DbId::from(reader)))
        .filter(user_events::seq.gt(seq))
        .filter(user_events::kind.eq_any([PersonalKind::Entered.as_str(), PersonalKind::Left.as_str()]))
        .group_by(user_events::conversation_id)
        .order(max(user_events::seq))
        .limit(limit.overfull())
        .select((user_events::conversation_id, max(user_events::seq)))
        .load(connection)
        .map_err(store_error)?;
    Ok(rows.into_iter().filter_map(|(id, seq)| Some((id, seq?))).collect())
}

/// Those of them that the reader is not in now.
fn left_of(
    connection: &mut SqliteConnection,
    reader: UserId,
    moved: &[(Option<DbId>, i64)],
) -> Result<Vec<ConversationId>, StoreError> {
    let ids: Vec<DbId> = moved.iter().filter_map(|(id, _)| *id).collect();
    let still_in: Vec<DbId> = members::table
        .filter(members::user_id.eq(DbId::from(reader)))
        .filter(one_of(members::conversation_id, ids.iter().copied()))
        .select(members::conversation_id)
        .load(connection)
        .map_err(store_error)?;
    Ok(ids.into_iter().filter(|id| !still_in.contains(id)).map(ConversationId::from).collect())
}
