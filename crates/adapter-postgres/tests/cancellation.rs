//! Acts whose callers stop waiting.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

use std::sync::Arc;
use std::time::Duration;

use rialto_adapter_postgres::{PgDatabase, PgIdentityStore, PgMessagingStore, PgOptions};
use rialto_messaging::{HistoryPart, HistorySlice, MessagingStore};
use rialto_testkit::postgres::TestDatabase;
use rialto_testkit::{Scene, Stores};
use tokio_postgres::Client;

/// How many sessions of the store are in this state.
async fn sessions(beside: &Client, condition: &str) -> i64 {
    let query = format!(
        "SELECT count(*) FROM pg_stat_activity
         WHERE datname = current_database() AND application_name = 'rialto' AND {condition}"
    );
    beside.query_one(&query, &[]).await.unwrap().get(0)
}

async fn wait_for_sessions(beside: &Client, condition: &str, count: i64) {
    for _ in 0..500 {
        if sessions(beside, condition).await == count {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("never {count} sessions where {condition}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_caller_leaves_no_transaction_open() {
    let fresh = TestDatabase::create().await;
    let database = PgDatabase::connect(fresh.url(), PgOptions::default()).await.unwrap();
    let store = PgMessagingStore::new(database.clone());
    let scene = Scene::new(Stores::new(Arc::new(PgIdentityStore::new(database)), Arc::new(store.clone()), ()));
    let ann = scene.user("ann").await;
    let group = scene.group(&[&ann]).await;

    // Somebody holds the conversation, so that the append is caught in the middle of its transaction.
    let mut holder = fresh.client().await;
    let beside = fresh.client().await;
    let held = holder.transaction().await.unwrap();
    held.execute("SELECT 1 FROM conversations FOR UPDATE", &[]).await.unwrap();
    let new = scene.new_message(group, &ann, "still here");
    let caller = tokio::spawn({
        let store = store.clone();
        async move { store.append_message(new).await }
    });
    wait_for_sessions(&beside, "wait_event_type = 'Lock'", 1).await;
    caller.abort();
    assert!(caller.await.unwrap_err().is_cancelled());
    held.rollback().await.unwrap();

    wait_for_sessions(&beside, "state <> 'idle'", 0).await;
    assert_eq!(sessions(&beside, "state LIKE 'idle in transaction%'").await, 0);
    let messages = store.list_messages(group, HistoryPart::Main, HistorySlice::Latest, 10, ann.id).await.unwrap();
    assert_eq!(messages.len(), 1, "the act was done whole");
    assert_eq!(scene.say(group, &ann, "next").await.ordinal, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_busy_pool_refuses_in_time() {
    let fresh = TestDatabase::create().await;
    let options = PgOptions { max_connections: 1, wait_timeout: Duration::from_millis(200), ..PgOptions::default() };
    let database = PgDatabase::connect(fresh.url(), options).await.unwrap();
    let mut holder = fresh.client().await;
    let held = holder.transaction().await.unwrap();
    held.execute("LOCK TABLE conversations", &[]).await.unwrap();
    let store = PgMessagingStore::new(database.clone());
    let waiting = tokio::spawn(async move { store.list_channels(None, Default::default()).await });
    wait_for_sessions(&fresh.client().await, "wait_event_type = 'Lock'", 1).await;
    assert!(database.ping().await.is_err());
    held.rollback().await.unwrap();
    waiting.await.unwrap().unwrap();
    database.ping().await.unwrap();
}
