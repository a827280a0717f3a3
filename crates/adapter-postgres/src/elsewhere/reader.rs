//! Batches of one snapshot: whatever is written there meanwhile is for the next time.

use std::time::Duration;

use rialto_identity::AccountThere;
use rialto_kernel::Instant;
use rialto_messaging::{KindThere, MemberRole};
use tokio_postgres::Client;

use super::layout::{ElsewhereError, FoundColumn, FoundTable, Layout, Tables};
use super::mappings::{Becomes, Field};
use super::{KnownServer, query, values};
use crate::server::Server;

/// How many rows one step reads.
const BATCH: usize = 500;

/// One zone and one style for all times, and all the time that a large table takes.
const BEGIN: &str = "
    SET TimeZone = 'UTC';
    SET DateStyle = 'ISO, YMD';
    SET statement_timeout = 0;
    SET idle_in_transaction_session_timeout = 0;
    BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

const COLUMNS: &str = "
    SELECT table_name::text, column_name::text, data_type::text FROM information_schema.columns
    WHERE table_schema = current_schema() ORDER BY table_name, ordinal_position";

/// The database of another server.
pub struct Elsewhere {
    client: Client,
    becomes: Option<Becomes>,
    users: Cursor,
    rooms: Option<Cursor>,
    members: Option<Cursor>,
    messages: Option<Cursor>,
    /// Members who were read and whose conversation has not come yet.
    waiting: Vec<WaitingMember>,
}

/// Rows that say of themselves that they are gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// Where.
    pub table: String,
    /// How many.
    pub rows: u64,
}

/// A conversation there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConversationRow {
    /// Its id.
    pub id: String,
    /// What it becomes.
    pub kind: KindThere,
    /// What it is called.
    pub name: Option<String>,
    /// What it is about.
    pub topic: Option<String>,
    /// When it was made.
    pub created_at: Option<Instant>,
    /// Who is in it.
    pub members: Vec<MemberRow>,
}

/// A member there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberRow {
    /// Their id, or their name.
    pub user: String,
    /// As what.
    pub role: MemberRole,
    /// Since when.
    pub joined_at: Option<Instant>,
}

/// A message there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageRow {
    /// Its id.
    pub id: String,
    /// The id of who says it, or their name.
    pub sender: String,
    /// Where.
    pub place: Place,
    /// What.
    pub content: String,
    /// When; `None` if that cannot be read.
    pub at: Option<Instant>,
}

/// Where a message is said.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// To everybody.
    Everybody,
    /// To one user, by id or name.
    User(String),
    /// In the conversation of this id.
    Conversation(String),
}

#[derive(Debug)]
struct WaitingMember {
    conversation: String,
    member: MemberRow,
}

impl Elsewhere {
    /// Opens a database and looks whether what `server` keeps is there.
    ///
    /// # Errors
    /// When there is no way in, or a table or column is missing.
    pub async fn open(url: &str, server: KnownServer) -> Result<Self, ElsewhereError> {
        let client = Server::new(url, Duration::from_secs(10))?.open_client().await?;
        client.batch_execute(BEGIN).await?;
        let mapping = server.mapping();
        let layout = Layout::find(mapping, &tables(&client).await?)?;
        let users = Cursor::open(&client, "rialto_users", layout.users, query::by_age).await?;
        let by_id: fn(&FoundTable) -> String = |table| query::by_text(table, Field::Id);
        let by_place: fn(&FoundTable) -> String = |table| query::by_text(table, Field::Place);
        Ok(Self {
            becomes: mapping.rooms.as_ref().map(|rooms| rooms.becomes),
            users,
            rooms: Cursor::open_if_there(&client, "rialto_rooms", layout.rooms, by_id).await?,
            members: Cursor::open_if_there(&client, "rialto_members", layout.members, by_place).await?,
            messages: Cursor::open_if_there(&client, "rialto_messages", layout.messages, query::messages).await?,
            waiting: Vec::new(),
            client,
        })
    }

    /// The rows that are gone there, table by table.
    ///
    /// # Errors
    /// When the database answers no more.
    pub async fn left_out(&self) -> Result<Vec<LeftOut>, ElsewhereError> {
        let mut left_out = Vec::new();
        let tables = [Some(&self.users), self.rooms.as_ref(), self.members.as_ref(), self.messages.as_ref()];
        for table in tables.into_iter().flatten().map(|cursor| &cursor.table) {
            let Some(sql) = query::count_gone(table) else { continue };
            let gone: i64 = self.client.query_one(&sql, &[]).await?.try_get(0)?;
            if gone > 0 {
                left_out.push(LeftOut { table: table.name.clone(), rows: gone.unsigned_abs() });
            }
        }
        Ok(left_out)
    }

    /// The next users; none when all were read.
    ///
    /// # Errors
    /// When the database answers no more.
    pub async fn next_users(&mut self) -> Result<Vec<AccountThere>, ElsewhereError> {
        let rows = self.users.next(&self.client).await?;
        let account = |row: &Row| AccountThere {
            id: row.text(Field::Id),
            username: row.text(Field::Username),
            email: row.get(Field::Email),
            display_name: row.get(Field::DisplayName),
            avatar_url: row.get(Field::AvatarUrl),
            password_hash: row.get(Field::Password),
            created_at: row.instant(Field::CreatedAt),
            disabled: row.get(Field::Active).and_then(|active| values::truth(&active)) == Some(false),
        };
        Ok(rows.iter().map(account).collect())
    }

    /// The next conversations with their members; none when all were read. With them come the ids of conversations that
    /// have members and are not there.
    ///
    /// # Errors
    /// When the database answers no more.
    pub async fn next_conversations(&mut self) -> Result<(Vec<ConversationRow>, Vec<String>), ElsewhereError> {
        let (Some(cursor), Some(becomes)) = (&mut self.rooms, self.becomes) else {
            return Ok((Vec::new(), Vec::new()));
        };
        let rows = cursor.next(&self.client).await?;
        let (mut conversations, mut orphans) = (Vec::with_capacity(rows.len()), Vec::new());
        for row in &rows {
            let id = row.text(Field::Id);
            let mut members: Vec<MemberRow> = row.get(Field::Members).map(|list| listed(&list)).unwrap_or_default();
            members.extend(self.members_of(&id, &mut orphans).await?);
            conversations.push(conversation(row, id, becomes, members));
        }
        if rows.is_empty() {
            while self.fill().await? {
                orphans.extend(self.waiting.drain(..).map(|waiting| waiting.conversation));
            }
        }
        orphans.dedup();
        Ok((conversations, orphans))
    }

    /// Members and conversations come in the same order: what stands before this one is nobody's.
    async fn members_of(&mut self, id: &str, orphans: &mut Vec<String>) -> Result<Vec<MemberRow>, ElsewhereError> {
        let mut members = Vec::new();
        while self.fill().await? {
            let until = self.waiting.iter().position(|waiting| waiting.conversation.as_str() > id);
            let passed = until.unwrap_or(self.waiting.len());
            for waiting in self.waiting.drain(..passed) {
                if waiting.conversation == id {
                    members.push(waiting.member);
                } else {
                    orphans.push(waiting.conversation);
                }
            }
            if until.is_some() {
                break;
            }
        }
        Ok(members)
    }

    /// Whether a member waits, after reading on if none did.
    async fn fill(&mut self) -> Result<bool, ElsewhereError> {
        if self.waiting.is_empty()
            && let Some(cursor) = &mut self.members
        {
            let member = |row: &Row| WaitingMember {
                conversation: row.text(Field::Place),
                member: MemberRow {
                    user: row.text(Field::User),
                    role: values::role(row.get(Field::Role).as_deref()),
                    joined_at: row.instant(Field::CreatedAt),
                },
            };
            self.waiting = cursor.next(&self.client).await?.iter().map(member).collect();
        }
        Ok(!self.waiting.is_empty())
    }

    /// The next messages, those of one place together and in order; none when all were read.
    ///
    /// # Errors
    /// When the database answers no more.
    pub async fn next_messages(&mut self) -> Result<Vec<MessageRow>, ElsewhereError> {
        let Some(cursor) = &mut self.messages else { return Ok(Vec::new()) };
        let rows = cursor.next(&self.client).await?;
        let said = cursor.table.column(Field::Content);
        let is_body =
            said.is_some_and(|column| column.name.eq_ignore_ascii_case("body") || column.kind.starts_with("json"));
        let message = |row: &Row| MessageRow {
            id: row.text(Field::Id),
            sender: row.text(Field::Sender),
            place: place(row),
            content: values::content(&row.text(Field::Content), is_body),
            at: row.instant(Field::CreatedAt),
        };
        Ok(rows.iter().map(message).collect())
    }
}

async fn tables(client: &Client) -> Result<Tables, ElsewhereError> {
    let mut tables = Tables::new();
    for row in client.query(COLUMNS, &[]).await? {
        let column = FoundColumn { name: row.try_get(1)?, kind: row.try_get(2)? };
        tables.entry(row.try_get(0)?).or_default().push(column);
    }
    Ok(tables)
}

fn listed(list: &str) -> Vec<MemberRow> {
    let member = |user| MemberRow { user, role: MemberRole::Member, joined_at: None };
    values::ids(list).into_iter().map(member).collect()
}

fn conversation(row: &Row, id: String, becomes: Becomes, mut members: Vec<MemberRow>) -> ConversationRow {
    let (name, kind) = (row.get(Field::Name), row.get(Field::Kind));
    let is_group = row.get(Field::IsGroup);
    let kind = match becomes {
        Becomes::Groups => KindThere::Group,
        Becomes::Channels => {
            KindThere::Channel(values::visibility(row.get(Field::IsPrivate).as_deref(), kind.as_deref()))
        }
        Becomes::DirectsAndGroups
            if values::is_direct(kind.as_deref(), is_group.as_deref(), name.as_deref(), members.len()) =>
        {
            KindThere::Direct
        }
        Becomes::DirectsAndGroups => KindThere::Group,
    };
    let maker = row.get(Field::CreatedBy);
    for member in members.iter_mut().filter(|member| maker.as_ref() == Some(&member.user)) {
        member.role = MemberRole::Owner;
    }
    // Whoever made it owns it, whoever else has the word.
    members.sort_by_key(|member| maker.as_ref() != Some(&member.user));
    ConversationRow { id, kind, name, topic: row.get(Field::Topic), created_at: row.instant(Field::CreatedAt), members }
}

fn place(row: &Row) -> Place {
    let given = |field| row.get(field).filter(|id| !id.trim().is_empty());
    match (given(Field::Place), given(Field::Recipient)) {
        (Some(conversation), _) => Place::Conversation(conversation),
        (None, Some(user)) => Place::User(user),
        (None, None) => Place::Everybody,
    }
}

/// A table that is read step by step.
struct Cursor {
    name: &'static str,
    table: FoundTable,
}

impl Cursor {
    async fn open(
        client: &Client,
        name: &'static str,
        table: FoundTable,
        sql: impl Fn(&FoundTable) -> String,
    ) -> Result<Self, ElsewhereError> {
        client.batch_execute(&format!("DECLARE {name} NO SCROLL CURSOR FOR {}", sql(&table))).await?;
        Ok(Self { name, table })
    }

    async fn open_if_there(
        client: &Client,
        name: &'static str,
        table: Option<FoundTable>,
        sql: impl Fn(&FoundTable) -> String,
    ) -> Result<Option<Self>, ElsewhereError> {
        let Some(table) = table else { return Ok(None) };
        Self::open(client, name, table, sql).await.map(Some)
    }

    async fn next(&mut self, client: &Client) -> Result<Vec<Row>, ElsewhereError> {
        let fetched = client.query(&format!("FETCH {BATCH} FROM {}", self.name), &[]).await?;
        let mut rows = Vec::with_capacity(fetched.len());
        for row in fetched {
            let mut values = Vec::with_capacity(self.table.columns.len());
            for (index, (field, _)) in self.table.columns.iter().enumerate() {
                values.push((*field, row.try_get(index)?));
            }
            rows.push(Row { values });
        }
        Ok(rows)
    }
}

/// What a row says, field by field.
struct Row {
    values: Vec<(Field, Option<String>)>,
}

impl Row {
    fn get(&self, field: Field) -> Option<String> {
        self.values.iter().find(|(known, _)| *known == field).and_then(|(_, text)| text.clone())
    }

    /// Empty for what is not there.
    fn text(&self, field: Field) -> String {
        self.get(field).unwrap_or_default()
    }

    fn instant(&self, field: Field) -> Option<Instant> {
        self.get(field).as_deref().and_then(values::instant)
    }
}

#[cfg(test)]
mod tests;
