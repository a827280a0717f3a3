//! What acts cost in queries, and what they leave in the index.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::DateTime;
use diesel::connection::{InstrumentationEvent, SimpleConnection};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use rialto_kernel::{ConversationId, Instant, UserId};
use rialto_messaging::{
    Actor, Appended, ConversationKind, ConversationSettings, Created, Epoch, MemberRole, Message, NewConversation,
    NewConversationKind, NewMessage, Topic,
};
use rialto_testkit::{FakeIds, builders};
use tempfile::TempDir;

use super::{append, conversations, history, reads, settings};
use crate::connection::open_writing;
use crate::migrate::apply;

/// A connection to a database with one user in it.
struct Ground {
    connection: SqliteConnection,
    ids: FakeIds,
    user: UserId,
    _directory: TempDir,
}

fn now() -> Instant {
    DateTime::from_timestamp(1_700_000_000, 0).unwrap()
}

fn ground() -> Ground {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("test.db");
    let mut connection = open_writing(&path, Duration::from_secs(1)).unwrap();
    apply(Path::new("test.db"), &mut connection).unwrap();
    let ids = FakeIds::new();
    let user: UserId = ids.next();
    let columns = "id, username, username_key, display_name, bio, role, created_at";
    let row = format!("x'{}', 'ann', 'ann', 'Ann', '', 'member', 0", user.uuid().simple());
    connection.batch_execute(&format!("INSERT INTO users ({columns}) VALUES ({row})")).unwrap();
    Ground { connection, ids, user, _directory: directory }
}

impl Ground {
    fn group(&mut self) -> ConversationId {
        let new = NewConversation {
            id: self.ids.next(),
            kind: NewConversationKind::Group(builders::conversation_name("friends")),
            topic: Topic::default(),
            settings: ConversationSettings::of_new(ConversationKind::Group),
            members: vec![(self.user, MemberRole::Owner)],
            epoch: Epoch(self.ids.next()),
            at: now(),
        };
        match conversations::create_conversation(&mut self.connection, &new).unwrap() {
            Created::New(conversation, _) => conversation.id,
            Created::Existing(_) => panic!("groups are always new"),
        }
    }

    fn new_message(&self, group: ConversationId, text: &str) -> NewMessage {
        builders::message(&self.ids, group, self.user, text, now())
    }

    fn say(&mut self, group: ConversationId, text: &str) -> Message {
        let new = self.new_message(group, text);
        match append::append_message(&mut self.connection, new).unwrap() {
            Appended::New(message) | Appended::Duplicate(message) => message,
        }
    }

    /// The queries that `act` makes.
    fn queries<T>(&mut self, act: impl FnOnce(&mut SqliteConnection) -> T) -> Vec<String> {
        let queries = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&queries);
        self.connection.set_instrumentation(move |event: InstrumentationEvent<'_>| {
            if let InstrumentationEvent::StartQuery { query, .. } = event {
                seen.lock().unwrap().push(query.to_string());
            }
        });
        act(&mut self.connection);
        self.connection.set_instrumentation(|_: InstrumentationEvent<'_>| {});
        let queries = queries.lock().unwrap();
        queries.clone()
    }

    fn count(&mut self, query: &str) -> i64 {
        sql::<BigInt>(query).get_result(&mut self.connection).unwrap()
    }
}

#[test]
fn a_plain_message_is_appended_with_two_lookups() {
    let mut ground = ground();
    let group = ground.group();
    let new = ground.new_message(group, "hi");
    let queries = ground.queries(|connection| append::append_message(connection, new).unwrap());
    let lookups = queries.iter().filter(|query| query.starts_with("SELECT")).count();
    assert_eq!((lookups, queries.len()), (2, 8), "{queries:#?}");
}

#[test]
fn what_is_followed_takes_as_many_queries_for_twenty_conversations_as_for_one() {
    let mut ground = ground();
    let user = ground.user;
    for conversations in [1, 20] {
        while ground.count("SELECT count(*) FROM conversations") < conversations {
            let group = ground.group();
            ground.say(group, "hi");
        }
        let queries = ground.queries(|connection| {
            let followed = reads::followed_streams(connection, user).unwrap();
            assert_eq!(followed.len() as i64, conversations + 1);
        });
        assert_eq!(queries.len(), 2, "{queries:#?}");
    }
}

#[test]
fn a_page_of_events_takes_five_queries_and_one_without_messages_takes_one() {
    let mut ground = ground();
    let group = ground.group();
    let of_members = ground.queries(|connection| history::list_events(connection, group.into(), 0, 100).unwrap());
    assert_eq!(of_members.len(), 1, "{of_members:#?}");
    for messages in [1, 40] {
        (0..messages).for_each(|_| drop(ground.say(group, "hi")));
        let queries = ground.queries(|connection| history::list_events(connection, group.into(), 0, 100).unwrap());
        assert_eq!(queries.len(), 5, "{queries:#?}");
    }
}

#[test]
fn a_deleted_conversation_leaves_nothing_behind() {
    let mut ground = ground();
    let (kept, deleted) = (ground.group(), ground.group());
    let by = Actor { id: ground.user, is_guest: false, is_admin: false };
    for group in [kept, deleted, deleted] {
        ground.say(group, "the quick brown fox");
    }
    settings::delete_conversation(&mut ground.connection, deleted, by, now()).unwrap();
    for (table, rows) in [
        ("message_search WHERE message_search MATCH 'fox'", 1),
        ("message_search_docsize", 1),
        ("message_terms", 1),
        ("messages", 1),
        ("events", 2),
        ("members", 1),
        ("conversations", 1),
    ] {
        assert_eq!(ground.count(&format!("SELECT count(*) FROM {table}")), rows, "{table}");
    }
}
