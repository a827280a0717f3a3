//! Which tables and columns there are.

use std::collections::BTreeMap;

use super::mappings::{Field, Mapping, Table};
use crate::error::ConnectError;

/// Why a database cannot be brought over.
#[derive(Debug, thiserror::Error)]
pub enum ElsewhereError {
    /// There is no way in.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// A table is missing.
    #[error("the database has no table of {what} (looked for {looked_for}); {found}")]
    MissingTable {
        /// What it would hold.
        what: &'static str,
        /// Its possible names.
        looked_for: String,
        /// What is there.
        found: String,
    },
    /// A column is missing.
    #[error("the table {table} has no column for {what} (looked for {looked_for}); it has {found}")]
    MissingColumn {
        /// Whose column.
        table: String,
        /// What it would hold.
        what: &'static str,
        /// Its possible names.
        looked_for: String,
        /// Those that are there.
        found: String,
    },
    /// The database answered no more.
    #[error("the database could not be read: {source}")]
    Query {
        /// What it said.
        #[from]
        source: tokio_postgres::Error,
    },
}

/// A column that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundColumn {
    pub name: String,
    /// As `information_schema` calls it: `integer`, `ARRAY`, `jsonb`.
    pub kind: String,
}

/// All tables of a database with their columns.
pub type Tables = BTreeMap<String, Vec<FoundColumn>>;

/// A table that is there, with those of its columns that mean something.
#[derive(Clone, Debug)]
pub struct FoundTable {
    pub name: String,
    pub columns: Vec<(Field, FoundColumn)>,
}

impl FoundTable {
    pub fn column(&self, field: Field) -> Option<&FoundColumn> {
        self.columns.iter().find(|(known, _)| *known == field).map(|(_, column)| column)
    }
}

/// What is read of a database.
#[derive(Debug)]
pub struct Layout {
    pub users: FoundTable,
    pub rooms: Option<FoundTable>,
    /// Absent where the rooms name their members.
    pub members: Option<FoundTable>,
    pub messages: Option<FoundTable>,
}

impl Layout {
    pub fn find(mapping: &Mapping, tables: &Tables) -> Result<Self, ElsewhereError> {
        let users = find(&mapping.users, tables)?;
        let (mut rooms, mut members) = (None, None);
        if let Some(mapped) = &mapping.rooms {
            let found = find(&mapped.table, tables)?;
            let names_members = found.column(Field::Members).is_some();
            members = match find(&mapped.members, tables) {
                Ok(found) => Some(found),
                Err(ElsewhereError::MissingTable { .. }) if names_members => None,
                Err(missing) => return Err(missing),
            };
            rooms = Some(found);
        }
        let messages = mapping.messages.as_ref().map(|mapped| find(mapped, tables)).transpose()?;
        Ok(Self { users, rooms, members, messages })
    }
}

fn find(mapped: &Table, tables: &Tables) -> Result<FoundTable, ElsewhereError> {
    let named = |wanted: &&str| tables.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted));
    let Some((name, there)) = mapped.names.iter().find_map(named) else {
        let found = match tables.len() {
            0 => "it has no tables that this user may read".to_owned(),
            _ => format!("it has {}", tables.keys().cloned().collect::<Vec<_>>().join(", ")),
        };
        return Err(ElsewhereError::MissingTable { what: mapped.what, looked_for: mapped.names.join(", "), found });
    };
    let mut columns: Vec<(Field, FoundColumn)> = Vec::new();
    for wanted in mapped.columns {
        // What one field has taken is no other's: `name` is a username or the name people see, not both.
        let is_free = |column: &&FoundColumn| columns.iter().all(|(_, taken)| taken.name != column.name);
        let named = |name: &&str| there.iter().filter(is_free).find(|column| column.name.eq_ignore_ascii_case(name));
        match wanted.names.iter().find_map(named).cloned() {
            Some(column) => columns.push((wanted.field, column)),
            None if wanted.is_required => {
                return Err(ElsewhereError::MissingColumn {
                    table: name.clone(),
                    what: wanted.what,
                    looked_for: wanted.names.join(", "),
                    found: there.iter().map(|column| column.name.as_str()).collect::<Vec<_>>().join(", "),
                });
            }
            None => {}
        }
    }
    Ok(FoundTable { name: name.clone(), columns })
}

#[cfg(test)]
mod tests {
    use super::super::mappings::{CHAT_API, GOCHAT, GROUP_SERVER, PORTFOLIO_TRACKER};
    use super::*;

    fn tables(given: &[(&str, &str)]) -> Tables {
        let column = |name: &str| FoundColumn { name: name.to_owned(), kind: "text".to_owned() };
        given.iter().map(|(name, columns)| ((*name).to_owned(), columns.split(' ').map(column).collect())).collect()
    }

    fn named(table: &FoundTable, field: Field) -> Option<&str> {
        table.column(field).map(|column| column.name.as_str())
    }

    #[test]
    fn names_are_found_in_any_letter_case_the_likeliest_first() {
        let there = tables(&[("Users", "ID UserName email password password_hash Name")]);
        let users = Layout::find(&PORTFOLIO_TRACKER, &there).unwrap().users;
        assert_eq!((users.name.as_str(), named(&users, Field::Username)), ("Users", Some("UserName")));
        assert_eq!(named(&users, Field::Password), Some("password_hash"));
        assert_eq!((named(&users, Field::DisplayName), named(&users, Field::CreatedAt)), (Some("Name"), None));
    }

    #[test]
    fn one_column_is_not_two_things() {
        let there = tables(&[("users", "id name password")]);
        let users = Layout::find(&PORTFOLIO_TRACKER, &there).unwrap().users;
        assert_eq!((named(&users, Field::Username), named(&users, Field::DisplayName)), (Some("name"), None));
    }

    #[test]
    fn what_is_missing_is_named_with_what_there_is() {
        let said = |mapping, there: &[(&str, &str)]| Layout::find(mapping, &tables(there)).unwrap_err().to_string();
        assert_eq!(
            said(&PORTFOLIO_TRACKER, &[]),
            "the database has no table of users (looked for users, user, accounts); it has no tables that this user may read"
        );
        let users = ("users", "id username email password");
        let error = said(&GOCHAT, &[users, ("talks", "id")]);
        assert!(
            error.contains("no table of conversations (looked for") && error.ends_with("it has talks, users"),
            "{error}"
        );
        let error = said(&PORTFOLIO_TRACKER, &[("users", "id username secret")]);
        assert_eq!(
            error,
            "the table users has no column for the password hash (looked for password_hash, hashed_password, password, \
             password_digest, passwordhash); it has id, username, secret"
        );
    }

    #[test]
    fn rooms_may_name_their_members_themselves() {
        let messages = ("messages", "id sender recipient content timestamp room_id");
        let users = ("users", "id username email password");
        let own = tables(&[users, messages, ("rooms", "id name members")]);
        assert!(Layout::find(&CHAT_API, &own).unwrap().members.is_none());
        let error = Layout::find(&CHAT_API, &tables(&[users, messages, ("rooms", "id name")])).unwrap_err();
        assert!(error.to_string().contains("the members of rooms"), "{error}");
        let apart = tables(&[users, messages, ("rooms", "id name"), ("room_members", "room_id user_id")]);
        assert!(Layout::find(&CHAT_API, &apart).unwrap().members.is_some());
    }

    #[test]
    fn a_family_of_servers_may_keep_passwords_elsewhere() {
        let there = tables(&[
            ("users", "id name username email avatar_url created_at"),
            ("channels", "id name is_private"),
            ("memberships", "channel_id user_id role"),
            ("messages", "id channel_id user_id body created_at"),
        ]);
        let layout = Layout::find(&GROUP_SERVER, &there).unwrap();
        assert_eq!(named(&layout.users, Field::DisplayName), Some("name"));
        assert_eq!(layout.members.map(|table| table.name).as_deref(), Some("memberships"));
    }
}
