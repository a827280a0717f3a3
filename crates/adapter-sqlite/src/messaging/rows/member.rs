use diesel::dsl::auto_type;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use rialto_kernel::StoreError;
use rialto_messaging::{Member, MemberRole, Profile};

use crate::schema::{members, mutes, users};
use crate::value::{DbId, DbInstant};

#[derive(Queryable, Selectable)]
#[diesel(table_name = users, check_for_backend(Sqlite))]
pub struct ProfileRow {
    pub id: DbId,
    username: String,
    display_name: String,
    avatar_url: Option<String>,
}

impl From<ProfileRow> for Profile {
    fn from(row: ProfileRow) -> Self {
        Self { id: row.id.into(), username: row.username, display_name: row.display_name, avatar_url: row.avatar_url }
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = members, check_for_backend(Sqlite))]
pub struct MemberRow {
    #[diesel(embed)]
    user: ProfileRow,
    role: String,
    joined_at: DbInstant,
    #[diesel(select_expression = muted_until())]
    #[diesel(select_expression_type = muted_until)]
    muted_until: Option<DbInstant>,
}

/// Of a member; kept beside the membership, which it outlasts.
#[auto_type]
fn muted_until() -> _ {
    mutes::table
        .filter(mutes::conversation_id.eq(members::conversation_id))
        .filter(mutes::user_id.eq(members::user_id))
        .select(mutes::until)
        .single_value()
}

impl TryFrom<MemberRow> for Member {
    type Error = StoreError;

    fn try_from(row: MemberRow) -> Result<Self, StoreError> {
        Ok(Self {
            user: row.user.into(),
            role: member_role(&row.role)?,
            joined_at: row.joined_at.0,
            muted_until: row.muted_until.map(|at| at.0),
        })
    }
}

/// Reads the word of a member's role.
pub fn member_role(word: &str) -> Result<MemberRole, StoreError> {
    MemberRole::from_word(word).ok_or_else(|| StoreError::corrupt("a member's role"))
}
