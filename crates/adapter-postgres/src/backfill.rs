//! What migrations leave to the program.

use diesel::prelude::*;
use diesel::sql_types::{Array, Text, Uuid as SqlUuid};
use uuid::Uuid;

use crate::identity::directory::index_of;
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

/// Makes those findable by their display names who came before display names were looked at, or through a node of an
/// earlier release. It names each user once, and does nothing to who has an entry.
pub fn names(conn: &mut Harness) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let mut after = Uuid::nil();
    loop {
        let batch: Vec<Nameless> = diesel::sql_query(
            "SELECT id, display_name FROM users
             WHERE id > $1 AND role <> 'guest' AND deleted_at IS NULL
                   AND NOT EXISTS (SELECT FROM user_words WHERE user_id = users.id)
             ORDER BY id LIMIT $2",
        )
        .bind::<SqlUuid, _>(after)
        .bind::<diesel::sql_types::BigInt, _>(BATCH)
        .load(conn)?;
        let Some(last) = batch.last() else { return Ok(()) };
        after = last.id;
        let (mut ids, mut words) = (Vec::new(), Vec::new());
        for user in &batch {
            for word in index_of(&user.display_name)? {
                ids.push(user.id);
                words.push(word);
            }
        }
        tracing::info!(users = batch.len(), "made users findable by their display names");
        diesel::sql_query("INSERT INTO user_words (user_id, word) SELECT * FROM unnest($1, $2) ON CONFLICT DO NOTHING")
            .bind::<Array<SqlUuid>, _>(ids)
            .bind::<Array<Text>, _>(words)
            .execute(conn)?;
    }
}

/// A user who is not found by their display name yet.
#[derive(QueryableByName)]
struct Nameless {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    display_name: String,
}

/// A message that search does not find yet.
#[derive(QueryableByName)]
struct Silent {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    content: String,
}
