//! What migrations leave to the program.

use diesel::prelude::*;
use diesel::sql_types::{Array, Text, Uuid as SqlUuid};
use uuid::Uuid;

use crate::messaging::terms;
use crate::migrate::Harness;

/// How many messages a statement rewrites: so few that nobody waits long for their rows.
const BATCH: i64 = 500;

/// Makes the messages findable that were written by a release without search. Messages that have terms stay as they
/// are, so it goes on where it was interrupted, and does nothing once all have them.
pub fn terms(conn: &mut Harness) -> QueryResult<()> {
    loop {
        let batch: Vec<Silent> = diesel::sql_query(
            "SELECT id, content FROM messages WHERE terms IS NULL AND deleted_at IS NULL ORDER BY id LIMIT $1",
        )
        .bind::<diesel::sql_types::BigInt, _>(BATCH)
        .load(conn)?;
        if batch.is_empty() {
            return Ok(());
        }
        let (ids, vectors): (Vec<Uuid>, Vec<String>) =
            batch.into_iter().map(|message| (message.id, terms::vector(&message.content))).unzip();
        tracing::info!(messages = ids.len(), "made messages findable");
        // Somebody may have said it differently meanwhile, or have taken it back.
        diesel::sql_query(
            "UPDATE messages SET terms = made.vector::tsvector FROM unnest($1, $2) AS made (id, vector)
             WHERE messages.id = made.id AND terms IS NULL AND deleted_at IS NULL",
        )
        .bind::<Array<SqlUuid>, _>(ids)
        .bind::<Array<Text>, _>(vectors)
        .execute(conn)?;
    }
}

/// A message that search does not find yet.
#[derive(QueryableByName)]
struct Silent {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    content: String,
}
