//! What becomes of the database of an earlier release.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::path::Path;

use chrono::DateTime;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use diesel_migrations::{FileBasedMigrations, MigrationHarness};
use rialto_adapter_sqlite::{
    SqliteDatabase, SqliteIdentityStore, SqliteMessagingStore, SqliteOptions, SqlitePortfolioStore, apply_migrations,
};
use rialto_identity::{IdentityStore, Sought};
use rialto_kernel::{ConversationId, Instant, MessageId, PageLimit, UserId};
use rialto_messaging::{
    Actor, Appended, LOBBY, Message, MessageSearch, MessagingStore, NewMessage, Nonce, SearchQuery,
};
use rialto_portfolio::{AssetId, WatchlistStore};
use rialto_testkit::{FakeIds, builders};
use uuid::Uuid;

const ANN: UserId = UserId::from_uuid(Uuid::from_u128(0xa));
const GUEST: UserId = UserId::from_uuid(Uuid::from_u128(0xb));
const GROUP: ConversationId = ConversationId::from_uuid(Uuid::from_u128(0xc));
const MESSAGES: u128 = 1_200;

fn now() -> Instant {
    DateTime::from_timestamp(1_700_000_000, 0).unwrap()
}

/// A database as the first release left it: two members in the lobby, one of them in a group in which much was said.
fn first_release(path: &Path) {
    let mut connection = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
    let all = FileBasedMigrations::from_path("../../migrations/sqlite").unwrap();
    for expected in ["00001", "00002"] {
        let version = MigrationHarness::<Sqlite>::run_next_migration(&mut connection, all.clone()).unwrap();
        assert_eq!(version.to_string(), expected);
    }
    let id = |id: Uuid| format!("x'{}'", id.simple());
    let (ann, guest, group, lobby) = (id(ANN.uuid()), id(GUEST.uuid()), id(GROUP.uuid()), id(LOBBY.uuid()));
    let mut rows = format!(
        "INSERT INTO users VALUES ({ann}, 'Ann', 'ann', NULL, NULL, 'Ann', '', NULL, 'member', 0);
        INSERT INTO users VALUES ({guest}, 'guest', 'guest', NULL, NULL, 'Guest', '', NULL, 'guest', 0);
        INSERT INTO conversations
            VALUES ({lobby}, 'channel', 'lobby', 'lobby', '', 'public', NULL, 0, 2, 0, 0, {lobby}),
            ({group}, 'group', 'friends', 'friends', '', 'private', NULL, 0, {last_seq}, {MESSAGES}, 0, {group});
        INSERT INTO members VALUES ({lobby}, {ann}, 'member', 0), ({lobby}, {guest}, 'member', 0),
            ({group}, {ann}, 'owner', 0);
        INSERT INTO events VALUES ({lobby}, 1, 'member.added', 0, NULL, {ann}, 'member'),
            ({lobby}, 2, 'member.added', 0, NULL, {guest}, 'member'),
            ({group}, 1, 'member.added', 0, NULL, {ann}, 'owner');",
        last_seq = MESSAGES + 1,
    );
    for ordinal in 1..=MESSAGES {
        let (message, seq) = (id(message_id(ordinal).uuid()), ordinal + 1);
        rows.push_str(&format!(
            "INSERT INTO events VALUES ({group}, {seq}, 'message.created', {ordinal}, {message}, NULL, NULL);
            INSERT INTO messages VALUES
                ({group}, {seq}, {message}, {ordinal}, {ann}, 'n{ordinal}', 'Old word{ordinal} 東京', NULL, {ordinal});"
        ));
    }
    connection.transaction(|connection| connection.batch_execute(&rows)).unwrap();
}

fn message_id(ordinal: u128) -> MessageId {
    Uuid::from_u128(0x1000 + ordinal).into()
}

async fn search(store: &SqliteMessagingStore, text: &str) -> Vec<Message> {
    let query = SearchQuery::parse(text).unwrap();
    store.search_messages(ANN, query, None, PageLimit::default()).await.unwrap().items
}

fn open(path: &Path) -> SqliteMessagingStore {
    SqliteMessagingStore::new(SqliteDatabase::open(path, SqliteOptions::default()).unwrap())
}

#[tokio::test]
async fn what_was_said_before_the_upgrade_is_found() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("rialto.db");
    first_release(&path);
    let all = std::fs::read_dir("../../migrations/sqlite").unwrap().count();
    assert_eq!(apply_migrations(&path).unwrap().len(), all - 2);
    for _ in 0..2 {
        let store = open(&path);
        for ordinal in [1, 500, 501, MESSAGES] {
            let found = search(&store, &format!("\"old word{ordinal} 東 京\"")).await;
            assert_eq!(found.iter().map(|message| message.id).collect::<Vec<_>>(), [message_id(ordinal)], "{ordinal}");
        }
        assert_eq!(search(&store, "京").await.len(), PageLimit::default().as_usize());
        assert_eq!(store.list_events(GROUP.into(), 0, 10_000).await.unwrap().len(), 1_201);
    }
}

#[tokio::test]
async fn guests_go_on_writing_in_the_lobby() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("rialto.db");
    first_release(&path);
    let store = open(&path);
    let sender = Actor { id: GUEST, is_guest: true, is_admin: false };
    let new = NewMessage { sender, ..builders::message(&FakeIds::new(), LOBBY, GUEST, "still here", now()) };
    assert!(matches!(store.append_message(new).await.unwrap(), Appended::New(_)));
    assert_eq!(search(&store, "still").await.len(), 1);
}

#[tokio::test]
async fn what_was_said_before_anybody_kept_count_is_read() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("rialto.db");
    first_release(&path);
    let store = open(&path);
    let summary = store.find_summary(GROUP, ANN).await.unwrap().unwrap();
    let read = summary.read.unwrap();
    assert_eq!((u128::from(read.ordinal), read.unread, read.mentions), (MESSAGES, 0, 0));
    assert!(summary.conversation.settings.receipts, "people who know one another see receipts");
    let lobby = store.find_conversation(LOBBY).await.unwrap().unwrap();
    assert!(!lobby.settings.receipts);
}

#[tokio::test]
async fn a_message_sent_again_after_the_upgrade_is_the_one_from_before() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("rialto.db");
    first_release(&path);
    let again = NewMessage {
        nonce: Nonce::parse("n7").unwrap(),
        ..builders::message(&FakeIds::new(), GROUP, ANN, "Old word7 東京", now())
    };
    let outcome = open(&path).append_message(again).await.unwrap();
    assert!(matches!(&outcome, Appended::Duplicate(message) if message.id == message_id(7)), "{outcome:?}");
}

#[tokio::test]
async fn whoever_came_before_the_upgrade_is_found_by_their_display_name() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("rialto.db");
    first_release(&path);
    let store = SqliteIdentityStore::new(SqliteDatabase::open(&path, SqliteOptions::default()).unwrap());
    let by_name_alone = Sought { name_prefix: "nobody".to_owned(), words: vec!["an".to_owned()] };
    let found = store.list_users(&by_name_alone, None, PageLimit::default()).await.unwrap().items;
    assert_eq!(found.iter().map(|user| user.id).collect::<Vec<_>>(), [ANN], "guests are not listed");
}

#[tokio::test]
async fn whoever_came_before_the_upgrade_follows_assets_like_anybody() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("rialto.db");
    first_release(&path);
    let store = SqlitePortfolioStore::new(SqliteDatabase::open(&path, SqliteOptions::default()).unwrap());
    let bitcoin = AssetId::parse("bitcoin").unwrap();
    store.watch(ANN, &bitcoin, now(), 200).await.unwrap();
    assert_eq!(store.list_watched(ANN).await.unwrap(), [bitcoin]);
}
