//! PostgreSQL: one prepared statement per call that takes its rows as arrays, and commits by itself.

use std::error::Error;

use tokio_postgres::Statement;
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};
use uuid::Uuid;

use super::{RawDb, Row};
use crate::database::{Bare, Database};
use crate::error::Result;

const WRITE: &str = "
    WITH given AS (
        SELECT * FROM UNNEST($1::uuid[], $2::int8[], $3::uuid[], $4::uuid[], $5::text[], $6::text[])
            AS given (conversation, seq, message, sender, nonce, content)
    ), said AS (
        INSERT INTO messages (conversation_id, seq, id, ordinal, sender_id, nonce, content, created_at)
        SELECT conversation, seq, message, seq, sender, nonce, content, now() FROM given
    ), logged AS (
        INSERT INTO events (conversation_id, seq, kind, at, message_id)
        SELECT conversation, seq, 'message.created', now(), message FROM given
    )
    UPDATE conversations SET last_seq = last.seq, last_ordinal = last.seq, last_event_at = now()
    FROM (SELECT conversation, max(seq) AS seq FROM given GROUP BY conversation) AS last
    WHERE id = last.conversation";

const READ: &str = "
    SELECT e.seq, e.kind, m.id, m.ordinal, m.content, m.nonce, u.id, u.username, u.display_name, u.avatar_url
    FROM events e
    JOIN messages m ON m.conversation_id = e.conversation_id AND m.seq = e.seq
    JOIN users u ON u.id = m.sender_id
    WHERE e.conversation_id = $1 AND e.seq > $2
    ORDER BY e.seq";

pub struct Raw {
    bare: Bare,
    write: Statement,
    read: Statement,
}

impl Raw {
    pub fn connect(database: &Database) -> Result<Self> {
        let bare = database.postgres()?;
        let write = bare.run(bare.client.prepare(WRITE))?;
        let read = bare.run(bare.client.prepare(READ))?;
        Ok(Self { bare, write, read })
    }
}

impl RawDb for Raw {
    fn write(&mut self, rows: &[Row]) -> Result<()> {
        let conversations: Vec<_> = rows.iter().map(|row| Id(row.conversation)).collect();
        let seqs: Vec<_> = rows.iter().map(|row| row.seq).collect();
        let messages: Vec<_> = rows.iter().map(|row| Id(row.message)).collect();
        let senders: Vec<_> = rows.iter().map(|row| Id(row.sender)).collect();
        let nonces: Vec<_> = rows.iter().map(|row| row.nonce.as_str()).collect();
        let contents: Vec<_> = rows.iter().map(|row| row.content.as_str()).collect();
        let given: [&(dyn ToSql + Sync); 6] = [&conversations, &seqs, &messages, &senders, &nonces, &contents];
        self.bare.run(self.bare.client.execute(&self.write, &given))?;
        Ok(())
    }

    fn read(&mut self, conversation: Uuid, after: u64) -> Result<usize> {
        let after = i64::try_from(after).unwrap_or(i64::MAX);
        let rows = self.bare.run(self.bare.client.query(&self.read, &[&Id(conversation), &after]))?;
        // Taken out as a program would that uses them.
        for row in &rows {
            row.try_get::<_, i64>(0)?;
            row.try_get::<_, &str>(1)?;
            row.try_get::<_, Id>(2)?;
            row.try_get::<_, i64>(3)?;
            row.try_get::<_, String>(4)?;
            row.try_get::<_, String>(5)?;
            row.try_get::<_, Id>(6)?;
            row.try_get::<_, String>(7)?;
            row.try_get::<_, String>(8)?;
            row.try_get::<_, Option<String>>(9)?;
        }
        Ok(rows.len())
    }
}

/// A UUID as PostgreSQL sends it: sixteen bytes.
#[derive(Debug)]
struct Id(Uuid);

impl ToSql for Id {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> std::result::Result<IsNull, Box<dyn Error + Sync + Send>> {
        out.extend_from_slice(self.0.as_bytes());
        Ok(IsNull::No)
    }

    fn accepts(ty: &Type) -> bool {
        *ty == Type::UUID
    }

    to_sql_checked!();
}

impl FromSql<'_> for Id {
    fn from_sql(_: &Type, raw: &[u8]) -> std::result::Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(Uuid::from_slice(raw)?))
    }

    fn accepts(ty: &Type) -> bool {
        *ty == Type::UUID
    }
}
