//! Invitations, and how an account uses one up.

use diesel::dsl::exists;
use diesel::prelude::*;
use diesel::select;
use diesel::sqlite::Sqlite;
use rialto_identity::{Invitation, InvitationNote, InvitationStore, NewInvitation, SecretDigest};
use rialto_kernel::{Cursor, Instant, InvitationId, Page, PageLimit, StoreError};

use super::store::SqliteIdentityStore;
use crate::error::store_error;
use crate::schema::invitations;
use crate::value::{DbId, DbInstant, read_position};

#[async_trait::async_trait]
impl InvitationStore for SqliteIdentityStore {
    async fn insert_invitation(&self, new: NewInvitation) -> Result<(), StoreError> {
        self.database.write(move |c| insert(c, &new)).await
    }

    async fn list_invitations(&self, after: Option<Cursor>, limit: PageLimit) -> Result<Page<Invitation>, StoreError> {
        self.database.read(move |c| list(c, after.as_ref(), limit)).await
    }

    async fn delete_invitation(&self, id: InvitationId) -> Result<bool, StoreError> {
        let act = move |c: &mut SqliteConnection| diesel::delete(invitations::table.find(DbId::from(id))).execute(c);
        self.database.write(move |c| act(c).map(|deleted| deleted > 0).map_err(store_error)).await
    }

    async fn is_invited(&self, digest: SecretDigest, now: Instant) -> Result<bool, StoreError> {
        self.database.read(move |c| is_invited(c, digest, now)).await
    }
}

/// The invitation of a digest, if one more account can be made with it.
macro_rules! usable {
    ($digest:expr, $now:expr) => {
        invitations::table
            .filter(invitations::digest.eq($digest.0.to_vec()))
            .filter(invitations::expires_at.is_null().or(invitations::expires_at.assume_not_null().gt(DbInstant($now))))
            .filter(invitations::max_uses.is_null().or(invitations::max_uses.assume_not_null().gt(invitations::uses)))
    };
}

/// Whether the invitation was good for one more account, which it counts.
pub fn use_up(connection: &mut SqliteConnection, digest: SecretDigest, now: Instant) -> Result<bool, StoreError> {
    let used = diesel::update(usable!(digest, now)).set(invitations::uses.eq(invitations::uses + 1));
    Ok(used.execute(connection).map_err(store_error)? > 0)
}

fn is_invited(connection: &mut SqliteConnection, digest: SecretDigest, now: Instant) -> Result<bool, StoreError> {
    select(exists(usable!(digest, now))).get_result(connection).map_err(store_error)
}

fn insert(connection: &mut SqliteConnection, new: &NewInvitation) -> Result<(), StoreError> {
    let Invitation { id, note, created_by, created_at, expires_at, max_uses, uses } = &new.invitation;
    diesel::insert_into(invitations::table)
        .values((
            invitations::id.eq(DbId::from(*id)),
            invitations::digest.eq(new.digest.0.as_slice()),
            invitations::note.eq(note.as_str()),
            invitations::created_by.eq(created_by.map(DbId::from)),
            invitations::created_at.eq(DbInstant(*created_at)),
            invitations::expires_at.eq(expires_at.map(DbInstant)),
            invitations::max_uses.eq(max_uses.map(i64::from)),
            invitations::uses.eq(i64::from(*uses)),
        ))
        .execute(connection)
        .map_err(store_error)?;
    Ok(())
}

fn list(
    connection: &mut SqliteConnection,
    after: Option<&Cursor>,
    limit: PageLimit,
) -> Result<Page<Invitation>, StoreError> {
    let mut query = invitations::table
        .order((invitations::created_at.desc(), invitations::id.desc()))
        .limit(limit.overfull())
        .select(InvitationRow::as_select())
        .into_boxed::<Sqlite>();
    if let Some(cursor) = after {
        let Some((at, id)) = read_position(cursor) else {
            return Ok(Page { items: Vec::new(), next_cursor: None });
        };
        let earlier = invitations::created_at.lt(at);
        query = query.filter(earlier.or(invitations::created_at.eq(at).and(invitations::id.lt(id))));
    }
    let rows: Vec<InvitationRow> = query.load(connection).map_err(store_error)?;
    let found = rows.into_iter().map(Invitation::try_from).collect::<Result<Vec<_>, _>>()?;
    let position = |found: &Invitation| Cursor::from_keys(&[&found.created_at.timestamp_micros(), &found.id]);
    Ok(Page::from_overfull(found, limit, position))
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = invitations, check_for_backend(Sqlite))]
struct InvitationRow {
    id: DbId,
    note: String,
    created_by: Option<DbId>,
    created_at: DbInstant,
    expires_at: Option<DbInstant>,
    max_uses: Option<i64>,
    uses: i64,
}

impl TryFrom<InvitationRow> for Invitation {
    type Error = StoreError;

    fn try_from(row: InvitationRow) -> Result<Self, StoreError> {
        let uses = |number: i64| u32::try_from(number).map_err(|_| StoreError::corrupt("the uses of an invitation"));
        Ok(Self {
            id: row.id.into(),
            note: InvitationNote::parse(&row.note).map_err(|_| StoreError::corrupt("the note of an invitation"))?,
            created_by: row.created_by.map(Into::into),
            created_at: row.created_at.0,
            expires_at: row.expires_at.map(|at| at.0),
            max_uses: row.max_uses.map(uses).transpose()?,
            uses: uses(row.uses)?,
        })
    }
}
