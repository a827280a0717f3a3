//! What other parts of the server tell users.

use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures_util::FutureExt;
use rialto_kernel::{Instant, StoreError, UserId};
use rialto_messaging::{Done, EventBody, Notice, NoticeBoard, PostNoticeRefusal};
use uuid::Uuid;

use super::{PgMessagingStore, personal};
use crate::error::ActError;
use crate::schema::users;

#[async_trait]
impl NoticeBoard for PgMessagingStore {
    async fn post_notice(&self, user_id: UserId, notice: Notice, at: Instant) -> Result<Done<bool>, PostNoticeRefusal> {
        self.database.write(move |conn| post(conn, user_id, notice, at).boxed()).await
    }
}

async fn post(
    mut conn: &AsyncPgConnection,
    user_id: UserId,
    notice: Notice,
    at: Instant,
) -> Result<Done<bool>, ActError<PostNoticeRefusal>> {
    let user = users::table.find(user_id.uuid()).filter(users::deleted_at.is_null()).select(users::id).for_key_share();
    let live: Option<Uuid> = user.first(&mut conn).await.optional()?;
    live.ok_or(ActError::Refused(PostNoticeRefusal::UnknownUser))?;
    // Of many at once each waits here for the one before, and then sees what it logged.
    personal::hold(conn, user_id).await?;
    if let Some(known) = personal::find_notice(conn, user_id, notice.id).await.map_err(StoreError::from)? {
        return Ok(Done { value: false, events: vec![known] });
    }
    let events = personal::record(conn, vec![user_id], at, &EventBody::Notified(notice)).await?;
    Ok(Done { value: true, events })
}
