//! What survives, and how few commits it takes.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::path::Path;
use std::sync::Arc;

use chrono::DateTime;
use rialto_adapter_sqlite::{SqliteDatabase, SqliteIdentityStore, SqliteMessagingStore, SqliteOptions};
use rialto_identity::IdentityStore;
use rialto_kernel::{ConversationId, Instant, UserId};
use rialto_messaging::{
    ConversationKind, ConversationSettings, Epoch, HistoryPart, HistorySlice, MemberRole, MessagingStore,
    NewConversation, NewConversationKind, Topic,
};
use rialto_testkit::{FakeIds, builders};

fn now() -> Instant {
    DateTime::from_timestamp(1_700_000_000, 0).unwrap()
}

struct Place {
    database: SqliteDatabase,
    messaging: Arc<SqliteMessagingStore>,
    ids: Arc<FakeIds>,
    user: UserId,
    group: ConversationId,
}

/// A new database with one user in one group.
async fn place(path: &Path) -> Place {
    let database = SqliteDatabase::open(path, SqliteOptions::default()).unwrap();
    let messaging = Arc::new(SqliteMessagingStore::new(database.clone()));
    let ids = Arc::new(FakeIds::new());
    let account = builders::account(&ids, builders::user(&ids, "ann", now()));
    let user = account.user.id;
    SqliteIdentityStore::new(database.clone()).insert_account(account).await.unwrap();
    let group: ConversationId = ids.next();
    let new = NewConversation {
        id: group,
        kind: NewConversationKind::Group(builders::conversation_name("friends")),
        topic: Topic::default(),
        settings: ConversationSettings::of_new(ConversationKind::Group),
        members: vec![(user, MemberRole::Owner)],
        epoch: Epoch(ids.next()),
        at: now(),
    };
    messaging.create_conversation(new).await.unwrap();
    Place { database, messaging, ids, user, group }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_appends_share_commits() {
    const APPENDS: u64 = 300;
    let directory = tempfile::tempdir().unwrap();
    let place = place(&directory.path().join("rialto.db")).await;
    let before = place.database.write_stats();
    let appends = (0..APPENDS).map(|number| {
        let new = builders::message(&place.ids, place.group, place.user, &format!("message {number}"), now());
        let messaging = Arc::clone(&place.messaging);
        tokio::spawn(async move { messaging.append_message(new).await.unwrap() })
    });
    let appends: Vec<_> = appends.collect();
    for append in appends {
        append.await.unwrap();
    }
    let after = place.database.write_stats();
    assert_eq!(after.acts - before.acts, APPENDS);
    let commits = after.commits - before.commits;
    assert!(commits < APPENDS / 4, "{APPENDS} appends took {commits} commits");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reopened_database_has_everything_that_was_acknowledged() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("rialto.db");
    let Place { database, messaging, ids, user, group } = place(&path).await;
    for number in 0..20 {
        let new = builders::message(&ids, group, user, &format!("message {number}"), now());
        messaging.append_message(new).await.unwrap();
    }
    let said = messaging.list_messages(group, HistoryPart::Main, HistorySlice::Latest, 100, user).await.unwrap();
    let log = messaging.list_events(group.into(), 0, 100).await.unwrap();
    drop((messaging, database));
    assert!(!directory.path().join("rialto.db-wal").exists(), "the log is folded into the file");

    let database = SqliteDatabase::open(&path, SqliteOptions::default()).unwrap();
    let messaging = SqliteMessagingStore::new(database.clone());
    assert_eq!(messaging.list_messages(group, HistoryPart::Main, HistorySlice::Latest, 100, user).await.unwrap(), said);
    assert_eq!(messaging.list_events(group.into(), 0, 100).await.unwrap(), log);
    assert_eq!(said.len(), 20);
    let found = SqliteIdentityStore::new(database).find_user(user).await.unwrap();
    assert_eq!(found.map(|user| user.id), Some(user));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_is_in_the_files_before_the_database_is_closed() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("rialto.db");
    let place = place(&path).await;
    let new = builders::message(&place.ids, place.group, place.user, "hi", now());
    place.messaging.append_message(new).await.unwrap();
    // What a killed process leaves behind: the file and its log, without a farewell.
    let left = tempfile::tempdir().unwrap();
    for file in ["rialto.db", "rialto.db-wal"] {
        std::fs::copy(directory.path().join(file), left.path().join(file)).unwrap();
    }
    let database = SqliteDatabase::open(&left.path().join("rialto.db"), SqliteOptions::default()).unwrap();
    let said = SqliteMessagingStore::new(database)
        .list_messages(place.group, HistoryPart::Main, HistorySlice::Latest, 10, place.user)
        .await;
    assert_eq!(said.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_append_whose_caller_gave_up_is_done_whole_or_not_at_all() {
    let directory = tempfile::tempdir().unwrap();
    let place = place(&directory.path().join("rialto.db")).await;
    for number in 0..50 {
        let new = builders::message(&place.ids, place.group, place.user, &format!("message {number}"), now());
        let messaging = Arc::clone(&place.messaging);
        let append = tokio::spawn(async move { messaging.append_message(new).await });
        if number % 3 == 0 {
            tokio::task::yield_now().await;
        }
        append.abort();
    }
    // Acts are done in order, so this one comes after all that were handed over.
    let last = builders::message(&place.ids, place.group, place.user, "last", now());
    place.messaging.append_message(last).await.unwrap();
    let said = place
        .messaging
        .list_messages(place.group, HistoryPart::Main, HistorySlice::After(0), 100, place.user)
        .await
        .unwrap();
    let log = place.messaging.list_events(place.group.into(), 0, 100).await.unwrap();
    assert_eq!(log.len(), said.len() + 1, "every message has its event");
    assert!(log.iter().map(|event| event.seq).eq(1..=log.len() as u64), "without holes");
    assert!(said.iter().map(|message| message.ordinal).eq(1..=said.len() as u64), "without holes");
}
