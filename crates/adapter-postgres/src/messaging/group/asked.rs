//! What is asked about the senders of a batch.

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rialto_kernel::StoreError;
use rialto_messaging::{Member, NewMessage};
use uuid::Uuid;

use crate::error::StoreActError;
use crate::messaging::rows::{MemberRow, ProfileRow};
use crate::statement::Statement;

/// What is known of a message whose sender is a member.
#[derive(Clone)]
pub struct Asked {
    pub sender: Member,
    /// Whether the sender used the nonce before.
    pub is_nonce_used: bool,
    /// Whether anything is between the sender and anybody.
    pub has_blocks: bool,
}

/// One answer for each message, in their order; `None` where the sender is no member.
pub async fn ask(mut conn: &AsyncPgConnection, messages: &[NewMessage]) -> Result<Vec<Option<Asked>>, StoreActError> {
    let conversations: Vec<Uuid> = messages.iter().map(|new| new.conversation_id.uuid()).collect();
    let senders: Vec<Uuid> = messages.iter().map(|new| new.sender.id.uuid()).collect();
    let nonces: Vec<&str> = messages.iter().map(|new| new.nonce.as_str()).collect();
    let rows: Vec<AskedRow> = Statement::new(
        "SELECT place, users.id, username, display_name, avatar_url, members.role, joined_at,
                mutes.until AS muted_until,
                EXISTS (SELECT FROM messages WHERE sender_id = sender AND messages.nonce = asked.nonce) AS is_nonce_used,
                EXISTS (SELECT FROM blocks WHERE blocker_id = sender)
                    OR EXISTS (SELECT FROM blocks WHERE blocked_id = sender) AS has_blocks
         FROM unnest(?, ?, ?) WITH ORDINALITY AS asked (conversation, sender, nonce, place)
         JOIN members ON members.conversation_id = conversation AND members.user_id = sender
         JOIN users ON users.id = sender
         LEFT JOIN mutes ON mutes.conversation_id = conversation AND mutes.user_id = sender",
    )
    .bind::<Array<SqlUuid>, _>(conversations)
    .bind::<Array<SqlUuid>, _>(senders)
    .bind::<Array<Text>, _>(nonces)
    .load(&mut conn)
    .await?;
    let mut answers = vec![None; messages.len()];
    for AskedRow { place, is_nonce_used, has_blocks, user, member } in rows {
        // Places are counted from one.
        let answer = usize::try_from(place - 1).ok().and_then(|place| answers.get_mut(place));
        let answer = answer.ok_or_else(|| StoreError::corrupt("the place of an answer"))?;
        *answer = Some(Asked { sender: member.read(user)?, is_nonce_used, has_blocks });
    }
    Ok(answers)
}

#[derive(QueryableByName)]
struct AskedRow {
    #[diesel(sql_type = BigInt)]
    place: i64,
    #[diesel(sql_type = Bool)]
    is_nonce_used: bool,
    #[diesel(sql_type = Bool)]
    has_blocks: bool,
    #[diesel(embed)]
    user: ProfileRow,
    #[diesel(embed)]
    member: MemberRow,
}
