//! Databases that an earlier release has written.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use rialto_adapter_postgres::{PgDatabase, PgIdentityStore, PgMessagingStore, PgOptions, PgPortfolioStore};
use rialto_identity::{IdentityStore, Sought};
use rialto_kernel::UserId;
use rialto_messaging::{MessageContent, MessageSearch, MessagingStore, SearchQuery};
use rialto_portfolio::{AssetId, WatchlistStore};
use rialto_testkit::postgres::TestDatabase;
use uuid::Uuid;

const ANN: &str = "00000000-0000-7000-8000-00000000000a";

/// More messages than one batch, said by Ann in a group of hers before there was search.
const ROWS: &str = "
    INSERT INTO users VALUES ('00000000-0000-7000-8000-00000000000a', 'ann', 'ann', NULL, NULL, 'Ann', '', NULL,
                              'member', now());
    INSERT INTO conversations VALUES ('00000000-0000-7000-8000-00000000000c', 'group', 'friends', 'friends', '',
                                      'private', NULL, now(), 1201, 1200, now(),
                                      '00000000-0000-7000-8000-00000000000e');
    INSERT INTO members VALUES ('00000000-0000-7000-8000-00000000000c', '00000000-0000-7000-8000-00000000000a',
                                'owner', now());
    INSERT INTO events VALUES ('00000000-0000-7000-8000-00000000000c', 1, 'member.added', now(), NULL,
                               '00000000-0000-7000-8000-00000000000a', 'owner');
    INSERT INTO messages
    SELECT '00000000-0000-7000-8000-00000000000c', n + 1, ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid,
           n, '00000000-0000-7000-8000-00000000000a', 'nonce-' || n, 'it''s number' || n, NULL, now()
    FROM generate_series(1, 1200) AS n;
    INSERT INTO events
    SELECT conversation_id, seq, 'message.created', created_at, id, NULL, NULL FROM messages;";

async fn written_before_search() -> TestDatabase {
    let database = TestDatabase::create().await;
    let client = database.client().await;
    for schema in [
        "CREATE TABLE __diesel_schema_migrations (version varchar(50) PRIMARY KEY, run_on timestamp NOT NULL DEFAULT now())",
        include_str!("../../../migrations/postgres/00001_identity/up.sql"),
        include_str!("../../../migrations/postgres/00002_messaging/up.sql"),
        "INSERT INTO __diesel_schema_migrations VALUES ('00001'), ('00002')",
        ROWS,
    ] {
        client.batch_execute(schema).await.unwrap();
    }
    database
}

async fn found(store: &PgMessagingStore, typed: &str) -> Vec<String> {
    let ann = UserId::from_uuid(ANN.parse::<Uuid>().unwrap());
    let query = SearchQuery::parse(typed).unwrap();
    let page = store.search_messages(ann, query, None, Default::default()).await.unwrap();
    page.items
        .iter()
        .filter_map(|message| message.content.as_ref())
        .map(MessageContent::as_str)
        .map(Into::into)
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_from_before_search_are_found_after_an_upgrade() {
    let before = written_before_search().await;
    let database = PgDatabase::connect(before.url(), PgOptions::default()).await.unwrap();
    let store = PgMessagingStore::new(database.clone());
    for number in [1, 500, 501, 1200] {
        assert_eq!(found(&store, &format!("\"number{number}\"")).await, [format!("it's number{number}")]);
    }
    let ann = UserId::from_uuid(ANN.parse::<Uuid>().unwrap());
    let followed = store.followed_streams(ann).await.unwrap();
    assert_eq!(followed.len(), 2, "a conversation and a log of her own");

    // A node of the earlier release writes one more beside us.
    let late = "INSERT INTO messages (conversation_id, seq, id, ordinal, sender_id, nonce, content, created_at)
                SELECT conversation_id, 2000, '00000000-0000-7000-8000-0000000000ff', 2000, sender_id, 'late', 'late', now()
                FROM messages LIMIT 1";
    before.client().await.batch_execute(late).await.unwrap();
    assert_eq!(database.apply_migrations().await.unwrap(), Vec::<String>::new());
    assert_eq!(found(&store, "late").await, ["late"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_came_before_an_upgrade_is_found_by_their_display_name() {
    let before = written_before_search().await;
    let database = PgDatabase::connect(before.url(), PgOptions::default()).await.unwrap();
    let store = PgIdentityStore::new(database.clone());
    let found = async |word: &str| {
        let by_name_alone = Sought { name_prefix: "nobody".to_owned(), words: vec![word.to_owned()] };
        store.list_users(&by_name_alone, None, Default::default()).await.unwrap().items.len()
    };
    assert_eq!((found("an").await, found("late").await), (1, 0));

    // A node of the earlier release takes somebody in beside us.
    let late = "INSERT INTO users (id, username, username_key, display_name, bio, role, created_at)
                VALUES ('00000000-0000-7000-8000-0000000000fe', 'late', 'late', 'Late Comer', '', 'member', now())";
    before.client().await.batch_execute(late).await.unwrap();
    database.apply_migrations().await.unwrap();
    assert_eq!(found("late").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_came_before_an_upgrade_follows_assets_like_anybody() {
    let before = written_before_search().await;
    let store = PgPortfolioStore::new(PgDatabase::connect(before.url(), PgOptions::default()).await.unwrap());
    let ann = UserId::from_uuid(ANN.parse::<Uuid>().unwrap());
    let bitcoin = AssetId::parse("bitcoin").unwrap();
    store.watch(ann, &bitcoin, chrono::DateTime::from_timestamp(1_700_000_000, 0).unwrap(), 200).await.unwrap();
    assert_eq!(store.list_watched(ann).await.unwrap(), [bitcoin]);
}
