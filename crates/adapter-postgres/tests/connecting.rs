//! Connecting: errors that say what to do, migrations under a lock, connections that outlive a worker.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use rialto_adapter_postgres::{ConnectError, PgDatabase, PgIdentityStore, PgOptions};
use rialto_identity::IdentityStore;
use rialto_kernel::UserId;
use rialto_testkit::postgres::TestDatabase;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

fn impatient() -> PgOptions {
    PgOptions { connect_timeout: Duration::from_millis(500), ..PgOptions::default() }
}

async fn refusal(url: &str) -> ConnectError {
    let begun = Instant::now();
    let error = PgDatabase::connect(url, impatient()).await.unwrap_err();
    assert!(begun.elapsed() < Duration::from_secs(3), "{error} took {:?}", begun.elapsed());
    assert!(!error.to_string().contains("secret"), "{error}");
    error
}

/// Speaks just enough of the protocol to ask for a password and answer with an error of this code.
async fn server_that_refuses_with(code: &'static str) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut buffer = [0; 1024];
        for answer in [b"N".to_vec(), b"R\0\0\0\x08\0\0\0\x03".to_vec(), error_response(code)] {
            let _ = socket.read(&mut buffer).await.unwrap();
            socket.write_all(&answer).await.unwrap();
        }
    });
    address
}

fn error_response(code: &str) -> Vec<u8> {
    let fields = format!("SFATAL\0VFATAL\0C{code}\0Mno\0\0");
    let length = u32::try_from(fields.len() + 4).unwrap();
    [b"E", length.to_be_bytes().as_slice(), fields.as_bytes()].concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_port_is_named() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let error = refusal(&format!("postgres://ann:secret@{address}/rialto")).await;
    assert!(matches!(error, ConnectError::Unreachable { .. }), "{error:?}");
    let text = error.to_string();
    assert!(text.contains(&address.to_string()) && text.contains("refused"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_host_is_named() {
    let error = refusal("postgres://ann:secret@nowhere.invalid/rialto").await;
    assert!(error.to_string().contains("nowhere.invalid:5432"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_never_answers_times_out() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let error = refusal(&format!("postgres://ann:secret@{}/rialto", silent.local_addr().unwrap())).await;
    assert!(matches!(error, ConnectError::TimedOut { .. }), "{error:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_is_told_from_a_full_server() {
    let address = server_that_refuses_with("28P01").await;
    let error = refusal(&format!("postgres://ann:secret@{address}/rialto")).await;
    assert!(matches!(error, ConnectError::LoginRefused { .. }), "{error:?}");
    let address = server_that_refuses_with("53300").await;
    let error = refusal(&format!("postgres://ann:secret@{address}/rialto")).await;
    assert!(matches!(error, ConnectError::TooManyConnections { .. }), "{error:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_user_is_refused() {
    let fresh = TestDatabase::create().await;
    let error = refusal(&fresh.url().replace("postgres@", "nobody:secret@")).await;
    assert!(matches!(error, ConnectError::LoginRefused { .. }), "{error:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_database_comes_with_the_command_that_makes_it() {
    let fresh = TestDatabase::create().await;
    let error = refusal(&fresh.url().replace(fresh.name(), "rialto_missing")).await;
    assert!(error.to_string().contains("createdb rialto_missing"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_tls_is_refused_where_tls_is_asked_for() {
    let fresh = TestDatabase::create().await;
    for mode in ["require", "verify-full"] {
        let error = refusal(&format!("{}?sslmode={mode}", fresh.url())).await;
        assert!(matches!(error, ConnectError::Tls { .. }), "{error:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nodes_that_start_at_once_all_find_the_schema() {
    let fresh = TestDatabase::create().await;
    let nodes = (0..6).map(|_| PgDatabase::connect(fresh.url(), PgOptions::default()));
    for node in join_all(nodes).await {
        let node = node.unwrap();
        assert_eq!(node.pending_migrations().await.unwrap(), Vec::<String>::new());
        let found = PgIdentityStore::new(node).find_user(UserId::from_uuid(uuid::Uuid::nil())).await;
        assert_eq!(found.unwrap(), None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn migrations_wait_to_be_asked_for() {
    let fresh = TestDatabase::create().await;
    let options = PgOptions { migrate: false, ..PgOptions::default() };
    let database = PgDatabase::connect(fresh.url(), options).await.unwrap();
    let pending = database.pending_migrations().await.unwrap();
    assert_eq!(pending.first().map(String::as_str), Some("00001"));
    assert_eq!(database.apply_migrations().await.unwrap(), pending);
    assert_eq!(database.apply_migrations().await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn a_current_thread_runtime_can_migrate_too() {
    let fresh = TestDatabase::create().await;
    PgDatabase::connect(fresh.url(), PgOptions::default()).await.unwrap().ping().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_outlives_the_worker_that_asked_for_it() {
    let fresh = TestDatabase::create().await;
    let options = PgOptions { max_connections: 1, ..PgOptions::default() };
    let database = PgDatabase::connect(fresh.url(), options).await.unwrap();
    for _ in 0..3 {
        let database = database.clone();
        let worker = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async { database.ping().await })
        });
        tokio::task::spawn_blocking(|| worker.join()).await.unwrap().unwrap().unwrap();
    }
    database.ping().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_that_the_server_ended_are_replaced() {
    let fresh = TestDatabase::create().await;
    let options = PgOptions { max_connections: 1, ..PgOptions::default() };
    let database = PgDatabase::connect(fresh.url(), options).await.unwrap();
    database.ping().await.unwrap();
    let beside = fresh.client().await;
    let end_others = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
                      WHERE datname = current_database() AND pid <> pg_backend_pid()";
    beside.batch_execute(end_others).await.unwrap();
    // The end has to travel from the socket to the pool; one act may meet it on the way.
    let _ = database.ping().await;
    database.ping().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn names_are_ordered_by_bytes_on_every_server() {
    let fresh = TestDatabase::create().await;
    PgDatabase::connect(fresh.url(), PgOptions::default()).await.unwrap();
    let keys = "SELECT count(*) FROM information_schema.columns
                WHERE column_name IN ('username_key', 'name_key') AND collation_name = 'C'";
    let count: i64 = fresh.client().await.query_one(keys, &[]).await.unwrap().get(0);
    assert_eq!(count, 2);
}
