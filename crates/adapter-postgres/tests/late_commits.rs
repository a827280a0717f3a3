//! Changes that commit in another order than their transactions began.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::sync::Arc;
use std::time::Duration;

use rialto_adapter_postgres::{PgDatabase, PgIdentityStore, PgMessagingStore, PgOptions};
use rialto_kernel::{ConversationId, Cursor};
use rialto_messaging::{Changes, MessagingStore, Profile};
use rialto_testkit::postgres::TestDatabase;
use rialto_testkit::{Scene, Stores};

async fn changes(store: &PgMessagingStore, reader: &Profile, after: Option<Cursor>) -> (Vec<ConversationId>, Cursor) {
    let Changes { changed, next_cursor, more, .. } =
        store.list_changes(reader.id, after, Default::default()).await.unwrap();
    assert!(!more);
    (changed.iter().map(|summary| summary.conversation.id).collect(), next_cursor)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_commits_after_a_later_one_was_read_is_not_skipped() {
    let fresh = TestDatabase::create().await;
    let database = PgDatabase::connect(fresh.url(), PgOptions::default()).await.unwrap();
    let store = PgMessagingStore::new(database.clone());
    let scene = Scene::new(Stores::new(Arc::new(PgIdentityStore::new(database)), Arc::new(store.clone()), ()));
    let ann = scene.user("ann").await;
    let (slow, quick) = (scene.group(&[&ann]).await, scene.group(&[&ann]).await);
    let (_, start) = changes(&store, &ann, None).await;

    // The slow group's message waits in the middle of its transaction, which has a number already.
    let mut holder = fresh.client().await;
    let held = holder.transaction().await.unwrap();
    held.execute("SELECT 1 FROM users FOR UPDATE", &[]).await.unwrap();
    let new = scene.new_message(slow, &ann, "begun first");
    let saying = tokio::spawn({
        let store = store.clone();
        async move { store.append_message(new).await }
    });
    let beside = fresh.client().await;
    let waiting =
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    while beside.query_one(waiting, &[]).await.unwrap().get::<_, i64>(0) == 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    // Logged beside the store: its users are held.
    let quickly = format!(
        "UPDATE conversations SET last_seq = last_seq + 1, change_number = pg_current_xact_id()::text::bigint
         WHERE id = '{quick}'"
    );
    beside.batch_execute(&quickly).await.unwrap();
    let (named, next) = changes(&store, &ann, Some(start)).await;
    assert!(named.contains(&quick), "{named:?}");

    held.rollback().await.unwrap();
    saying.await.unwrap().unwrap();
    let (named, _) = changes(&store, &ann, Some(next)).await;
    assert!(named.contains(&slow), "{named:?}");
}
