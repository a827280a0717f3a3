use async_trait::async_trait;
use diesel::prelude::*;
use rialto_kernel::{Instant, UserId};
use rialto_messaging::{Done, Notice, NoticeBoard, PostNoticeRefusal};

use super::super::personal;
use super::SqliteMessagingStore;
use crate::error::store_error;
use crate::schema::users;
use crate::value::DbId;

#[async_trait]
impl NoticeBoard for SqliteMessagingStore {
    async fn post_notice(&self, user_id: UserId, notice: Notice, at: Instant) -> Result<Done<bool>, PostNoticeRefusal> {
        self.database.write(move |c| post(c, user_id, notice, at)).await
    }
}

fn post(
    connection: &mut SqliteConnection,
    user_id: UserId,
    notice: Notice,
    at: Instant,
) -> Result<Done<bool>, PostNoticeRefusal> {
    let live = users::table.find(DbId::from(user_id)).filter(users::deleted_at.is_null());
    let found: Option<DbId> = live.select(users::id).first(connection).optional().map_err(store_error)?;
    found.ok_or(PostNoticeRefusal::UnknownUser)?;
    if let Some(known) = personal::find_notice(connection, user_id, DbId(notice.id))? {
        return Ok(Done { value: false, events: vec![known] });
    }
    Ok(Done { value: true, events: vec![personal::log_notice(connection, user_id, notice, at)?] })
}
