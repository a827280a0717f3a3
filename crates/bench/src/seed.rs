//! Conversations, members and messages straight into a database: making thousands of them through the API
//! would take longer than measuring.

use uuid::Uuid;

/// How a database writes ids and instants.
#[derive(Clone, Copy, Debug)]
pub enum Dialect {
    Sqlite,
    Postgres,
}

/// A group that is to be there.
#[derive(Clone, Debug)]
pub struct Group {
    pub id: Uuid,
    pub members: Vec<Uuid>,
    /// How many messages its log holds; the first member has written them.
    pub messages: u64,
}

impl Group {
    /// The epoch of a group's log.
    pub fn epoch(id: Uuid) -> Uuid {
        Uuid::from_u128(id.as_u128() | 1 << 112)
    }
}

/// What is to be there.
#[derive(Clone, Debug, Default)]
pub struct Seed {
    pub groups: Vec<Group>,
}

/// How many rows one statement writes.
const ROWS: usize = 500;
/// Some instant of the past, in microseconds since 1970.
const AT: i64 = 1_790_000_000_000_000;

// The columns that are filled; what came later has its default.
const CONVERSATIONS: &str = "conversations (id, kind, name, name_key, topic, visibility, direct_key, created_at, \
    last_seq, last_ordinal, last_event_at, epoch)";
const MEMBERS: &str = "members (conversation_id, user_id, role, joined_at)";
const EVENTS: &str = "events (conversation_id, seq, kind, at, message_id, user_id, role)";
const MESSAGES: &str = "messages (conversation_id, seq, id, ordinal, sender_id, nonce, content, reply_to, created_at)";

/// The content of every message: 128 bytes.
pub fn content() -> String {
    "0123456789abcdef".repeat(8)
}

/// The id of the group with this number.
pub fn group_id(number: usize) -> Uuid {
    Uuid::from_u128(0x0000_0000_0001_7000_8000_0000_0000_0000 + number as u128)
}

/// The stream of the group with this number, as frames name it.
pub fn stream(number: usize) -> String {
    format!("c:{}", group_id(number))
}

/// The number of the group whose stream this is; `None` of one that was not made here.
pub fn number_of(stream: &[u8]) -> Option<usize> {
    let (head, number) = stream.split_at_checked(26)?;
    if head != b"c:00000000-0001-7000-8000-" {
        return None;
    }
    usize::from_str_radix(std::str::from_utf8(number).ok()?, 16).ok()
}

impl Seed {
    /// The statements that make it.
    pub fn statements(&self, dialect: Dialect) -> Vec<String> {
        let at = dialect.instant();
        let mut conversations = Vec::new();
        let mut members = Vec::new();
        let (mut events, mut messages) = (Vec::new(), Vec::new());
        let content = content();
        for group in &self.groups {
            let (id, last) = (dialect.id(group.id), group.messages);
            let epoch = dialect.id(Group::epoch(group.id));
            conversations.push(format!(
                "({id}, 'group', 'bench', NULL, '', 'private', NULL, {at}, {last}, {last}, {at}, {epoch})"
            ));
            members.extend(group.members.iter().map(|user| format!("({id}, {}, 'member', {at})", dialect.id(*user))));
            let Some(sender) = group.members.first().map(|user| dialect.id(*user)) else { continue };
            for seq in 1..=last {
                let number = Uuid::from_u128(group.id.as_u128() << 20 | u128::from(seq));
                let message = dialect.id(number);
                events.push(format!("({id}, {seq}, 'message.created', {at}, {message}, NULL, NULL)"));
                messages.push(format!(
                    "({id}, {seq}, {message}, {seq}, {sender}, 'seed-{number}', '{content}', NULL, {at})"
                ));
            }
        }
        [(CONVERSATIONS, conversations), (MEMBERS, members), (EVENTS, events), (MESSAGES, messages)]
            .into_iter()
            .flat_map(|(table, rows)| inserts(table, &rows))
            .collect()
    }
}

fn inserts(table: &str, rows: &[String]) -> Vec<String> {
    let statement = |rows: &[String]| format!("INSERT INTO {table} VALUES {};", rows.join(", "));
    rows.chunks(ROWS).map(statement).collect()
}

impl Dialect {
    fn id(self, id: Uuid) -> String {
        match self {
            Self::Postgres => format!("'{id}'"),
            Self::Sqlite => format!("x'{}'", id.simple()),
        }
    }

    fn instant(self) -> String {
        match self {
            Self::Sqlite => AT.to_string(),
            Self::Postgres => format!("to_timestamp({})", AT / 1_000_000),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_names_its_group() {
        assert_eq!(number_of(stream(4_711).as_bytes()), Some(4_711));
        assert_eq!(number_of(b"c:00000000-0000-7000-8000-000000000001"), None);
        assert_eq!(number_of(b"x:presence"), None);
    }
}
