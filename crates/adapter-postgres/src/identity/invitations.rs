//! Invitations, and how an account uses one up.

use async_trait::async_trait;
use chrono::DateTime;
use diesel::dsl::exists;
use diesel::prelude::*;
use diesel::select;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures_util::FutureExt;
use rialto_identity::{Invitation, InvitationNote, InvitationStore, NewInvitation, SecretDigest};
use rialto_kernel::{Cursor, Instant, InvitationId, Page, PageLimit, StoreError, UserId};
use uuid::Uuid;

use super::store::PgIdentityStore;
use crate::error::{ActError, StoreActError};
use crate::schema::invitations;

#[async_trait]
impl InvitationStore for PgIdentityStore {
    async fn insert_invitation(&self, new: NewInvitation) -> Result<(), StoreError> {
        self.database.write(move |conn| insert(conn, new).boxed()).await
    }

    async fn list_invitations(&self, after: Option<Cursor>, limit: PageLimit) -> Result<Page<Invitation>, StoreError> {
        let conn = self.database.connection().await?;
        Ok(list(&conn, after, limit).await?)
    }

    async fn delete_invitation(&self, id: InvitationId) -> Result<bool, StoreError> {
        self.database.write(move |conn| delete(conn, id).boxed()).await
    }

    async fn is_invited(&self, digest: SecretDigest, now: Instant) -> Result<bool, StoreError> {
        let conn = self.database.connection().await?;
        Ok(is_invited(&conn, digest, now).await?)
    }
}

/// The invitation of a digest, if one more account can be made with it.
macro_rules! usable {
    ($digest:expr, $now:expr) => {
        invitations::table
            .filter(invitations::digest.eq($digest.0.to_vec()))
            .filter(invitations::expires_at.is_null().or(invitations::expires_at.assume_not_null().gt($now)))
            .filter(invitations::max_uses.is_null().or(invitations::max_uses.assume_not_null().gt(invitations::uses)))
    };
}

/// Whether the invitation was good for one more account, which it counts. Of many at once each waits for the one
/// before, and then looks again.
pub async fn use_up<R>(mut conn: &AsyncPgConnection, digest: SecretDigest, now: Instant) -> Result<bool, ActError<R>> {
    let used = diesel::update(usable!(digest, now)).set(invitations::uses.eq(invitations::uses + 1));
    Ok(used.execute(&mut conn).await? > 0)
}

async fn is_invited(mut conn: &AsyncPgConnection, digest: SecretDigest, now: Instant) -> Result<bool, StoreActError> {
    Ok(select(exists(usable!(digest, now))).get_result(&mut conn).await?)
}

async fn insert(mut conn: &AsyncPgConnection, new: NewInvitation) -> Result<(), StoreActError> {
    let Invitation { id, note, created_by, created_at, expires_at, max_uses, uses } = &new.invitation;
    let row = (
        invitations::id.eq(id.uuid()),
        invitations::digest.eq(new.digest.0.as_slice()),
        invitations::note.eq(note.as_str()),
        invitations::created_by.eq(created_by.map(UserId::uuid)),
        invitations::created_at.eq(created_at),
        invitations::expires_at.eq(expires_at),
        invitations::max_uses.eq(max_uses.map(i64::from)),
        invitations::uses.eq(i64::from(*uses)),
    );
    diesel::insert_into(invitations::table).values(row).execute(&mut conn).await?;
    Ok(())
}

async fn delete(mut conn: &AsyncPgConnection, id: InvitationId) -> Result<bool, StoreActError> {
    Ok(diesel::delete(invitations::table.find(id.uuid())).execute(&mut conn).await? > 0)
}

async fn list(
    mut conn: &AsyncPgConnection,
    after: Option<Cursor>,
    limit: PageLimit,
) -> Result<Page<Invitation>, StoreActError> {
    let mut query = invitations::table
        .order((invitations::created_at.desc(), invitations::id.desc()))
        .limit(limit.overfull())
        .select(InvitationRow::as_select())
        .into_boxed();
    if let Some(cursor) = &after {
        let Some((at, id)) = read_position(cursor) else {
            return Ok(Page { items: Vec::new(), next_cursor: None });
        };
        let earlier = invitations::created_at.lt(at);
        query = query.filter(earlier.or(invitations::created_at.eq(at).and(invitations::id.lt(id))));
    }
    let rows: Vec<InvitationRow> = query.load(&mut conn).await?;
    let found = rows.into_iter().map(InvitationRow::read).collect::<Result<Vec<_>, _>>()?;
    let position = |found: &Invitation| Cursor::from_keys(&[&found.created_at.timestamp_micros(), &found.id]);
    Ok(Page::from_overfull(found, limit, position))
}

fn read_position(cursor: &Cursor) -> Option<(Instant, Uuid)> {
    let mut keys = cursor.keys();
    let at = DateTime::from_timestamp_micros(keys.next()?.parse().ok()?)?;
    let id = keys.next()?.parse().ok()?;
    keys.next().is_none().then_some((at, id))
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = invitations, check_for_backend(diesel::pg::Pg))]
struct InvitationRow {
    id: Uuid,
    note: String,
    created_by: Option<Uuid>,
    created_at: Instant,
    expires_at: Option<Instant>,
    max_uses: Option<i64>,
    uses: i64,
}

impl InvitationRow {
    fn read(self) -> Result<Invitation, StoreError> {
        let uses = |number: i64| u32::try_from(number).map_err(|_| StoreError::corrupt("the uses of an invitation"));
        Ok(Invitation {
            id: self.id.into(),
            note: InvitationNote::parse(&self.note).map_err(|_| StoreError::corrupt("invitations.note"))?,
            created_by: self.created_by.map(Into::into),
            created_at: self.created_at,
            expires_at: self.expires_at,
            max_uses: self.max_uses.map(uses).transpose()?,
            uses: uses(self.uses)?,
        })
    }
}
