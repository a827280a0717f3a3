//! Values whose form in the database is not Diesel's: ids and instants.

use chrono::DateTime;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{BigInt, Binary};
use diesel::sqlite::{Sqlite, SqliteValue};
use rialto_kernel::{
    AlertId, ConversationId, Cursor, FiringId, Instant, InvitationId, MessageId, RefreshTokenId, ReportId, SessionId,
    UserId,
};
use uuid::Uuid;

/// An id: the 16 bytes of its UUID, which sort as the UUID does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Binary)]
pub struct DbId(pub Uuid);

macro_rules! ids {
    ($($id:ident),+) => {$(
        impl From<$id> for DbId {
            fn from(id: $id) -> Self {
                Self(id.uuid())
            }
        }

        impl From<DbId> for $id {
            fn from(id: DbId) -> Self {
                Self::from_uuid(id.0)
            }
        }
    )+};
}

ids!(UserId, SessionId, RefreshTokenId, ConversationId, MessageId, ReportId, InvitationId);
ids!(AlertId, FiringId);

impl ToSql<Binary, Sqlite> for DbId {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.0.as_bytes().as_slice());
        Ok(IsNull::No)
    }
}

impl FromSql<Binary, Sqlite> for DbId {
    fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        Uuid::from_slice(value.read_blob()).map(Self).map_err(|_| "an id that has not 16 bytes".into())
    }
}

/// An instant: microseconds since 1970 UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = BigInt)]
pub struct DbInstant(pub Instant);

impl ToSql<BigInt, Sqlite> for DbInstant {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.0.timestamp_micros());
        Ok(IsNull::No)
    }
}

impl FromSql<BigInt, Sqlite> for DbInstant {
    fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        let micros = value.read_long();
        DateTime::from_timestamp_micros(micros).map(Self).ok_or_else(|| "an instant out of range".into())
    }
}

/// A number as the database counts; beyond its range there is nothing.
pub fn bounded(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// The position that a cursor of an instant's microseconds and an id names.
pub fn read_position(cursor: &Cursor) -> Option<(DbInstant, DbId)> {
    let mut keys = cursor.keys();
    let at = DateTime::from_timestamp_micros(keys.next()?.parse().ok()?)?;
    let id = keys.next()?.parse().ok()?;
    keys.next().is_none().then_some((DbInstant(at), DbId(id)))
}
