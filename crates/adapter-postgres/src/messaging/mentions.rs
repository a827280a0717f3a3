//! Whom messages mention.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Integer, Nullable, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rialto_kernel::{MessageId, UserId};
use rialto_messaging::{Mention, Message, Standing, WantedMentions};
use uuid::Uuid;

use super::rows::bound;
use crate::error::ActError;
use crate::schema::{members, mentions, users};
use crate::statement::Statement;

/// Those of the wanted mentions that are to be.
#[derive(Default)]
pub struct Mentioned {
    /// By name, in the order of the text.
    named: Vec<(UserId, String)>,
    /// Those whom `@here` reaches and the text does not name.
    reached: Vec<UserId>,
    pub all: bool,
    pub here: bool,
}

impl Mentioned {
    /// Whom it names or reaches, one by one.
    pub fn users(&self) -> impl Iterator<Item = UserId> {
        self.named.iter().map(|(id, _)| *id).chain(self.reached.iter().copied())
    }

    /// What the message shows of it.
    pub fn shown(&self) -> Vec<Mention> {
        let named = self.named.iter().map(|(id, username)| Mention::User { id: *id, username: username.clone() });
        named.chain(self.all.then_some(Mention::All)).chain(self.here.then_some(Mention::Here)).collect()
    }
}

/// Finds the members that are mentioned, other than the sender, and the groups if the sender may mention them.
pub async fn resolve<R>(
    mut conn: &AsyncPgConnection,
    sender: &Standing<'_>,
    wanted: &WantedMentions,
) -> Result<Mentioned, ActError<R>> {
    let may_mention_everyone = sender.may_mention_everyone();
    let online = wanted.here.as_deref().filter(|_| may_mention_everyone);
    let mut mentioned =
        Mentioned { all: wanted.all && may_mention_everyone, here: online.is_some(), ..Mentioned::default() };
    let online: Vec<Uuid> = online.unwrap_or_default().iter().map(|id| id.uuid()).collect();
    if wanted.usernames.is_empty() && online.is_empty() {
        return Ok(mentioned);
    }
    let concerned: Vec<(Uuid, String, String)> = members::table
        .inner_join(users::table)
        .filter(members::conversation_id.eq(sender.conversation.id.uuid()))
        .filter(members::user_id.ne(sender.actor.id.uuid()))
        .filter(users::username_key.eq_any(&wanted.usernames).or(users::id.eq_any(online)))
        .order(users::id)
        .select((users::id, users::username, users::username_key))
        .load(&mut conn)
        .await?;
    let mut by_key: HashMap<String, (UserId, String)> = HashMap::new();
    let mut order = Vec::new();
    for (id, username, key) in concerned {
        order.push(key.clone());
        by_key.insert(key, (id.into(), username));
    }
    // Taken out as they are named, so that nobody is named twice.
    mentioned.named = wanted.usernames.iter().filter_map(|name| by_key.remove(name)).collect();
    mentioned.reached = order.iter().filter_map(|key| by_key.remove(key)).map(|(id, _)| id).collect();
    Ok(mentioned)
}

/// Stores the members whom a message mentions.
pub async fn store<R>(
    mut conn: &AsyncPgConnection,
    message: &Message,
    mentioned: &Mentioned,
) -> Result<(), ActError<R>> {
    let named = mentioned.named.iter().zip(0..).map(|((id, _), position)| (id.uuid(), Some(position)));
    let reached = mentioned.reached.iter().map(|id| (id.uuid(), None));
    let (ids, positions): (Vec<Uuid>, Vec<Option<i32>>) = named.chain(reached).unzip();
    if ids.is_empty() {
        return Ok(());
    }
    Statement::new(
        "INSERT INTO mentions (message_id, user_id, conversation_id, ordinal, thread_root, position)
         SELECT ?, who, ?, ?, ?, place FROM unnest(?, ?) AS mentioned (who, place)",
    )
    .bind::<SqlUuid, _>(message.id.uuid())
    .bind::<SqlUuid, _>(message.conversation_id.uuid())
    .bind::<BigInt, _>(bound(message.ordinal))
    .bind::<Nullable<SqlUuid>, _>(message.thread_root.map(MessageId::uuid))
    .bind::<Array<SqlUuid>, _>(ids)
    .bind::<Array<Nullable<Integer>>, _>(positions)
    .execute(&mut conn)
    .await?;
    Ok(())
}

/// Forgets the members whom a message mentions.
pub async fn forget<R>(mut conn: &AsyncPgConnection, id: MessageId) -> Result<(), ActError<R>> {
    diesel::delete(mentions::table.filter(mentions::message_id.eq(id.uuid()))).execute(&mut conn).await?;
    Ok(())
}
