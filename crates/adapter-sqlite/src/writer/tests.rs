use std::sync::mpsc as std_mpsc;
use std::time::Duration;

use diesel::sql_types::BigInt;
use tempfile::TempDir;

use super::*;
use crate::connection::{open_reading, open_writing};
use crate::error::store_error;

struct Fixture {
    writer: Writer,
    directory: TempDir,
}

impl Fixture {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let mut connection = open_writing(&directory.path().join("test.db"), Duration::from_millis(50)).unwrap();
        let tables = "CREATE TABLE parents (id INTEGER PRIMARY KEY);
             CREATE TABLE things (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES parents, body BLOB);";
        connection.batch_execute(tables).unwrap();
        Self { writer: Writer::start(connection, 16).unwrap(), directory }
    }

    async fn execute(&self, statements: &'static str) -> Result<(), StoreError> {
        self.writer.run(move |connection| connection.batch_execute(statements).map_err(store_error)).await
    }

    /// Hands these acts over while the writer is busy, so that they share a batch.
    async fn batch<A>(&self, acts: Vec<A>) -> Vec<Result<(), StoreError>>
    where
        A: FnOnce(&mut SqliteConnection) -> Result<(), StoreError> + Send + 'static,
    {
        let (begin, begun) = oneshot::channel();
        let (release, wait) = std_mpsc::channel::<()>();
        let first = self.writer.run(move |_| {
            let _ = begin.send(());
            wait.recv().map_err(StoreError::unavailable)
        });
        let all = async {
            begun.await.unwrap();
            // Polled in this order, so that all wait in the queue before the writer is let go.
            let outcomes = futures_util::future::join_all(acts.into_iter().map(|act| self.writer.run(act)));
            tokio::join!(outcomes, async { release.send(()).unwrap() }).0
        };
        let (first, outcomes) = tokio::join!(first, all);
        first.unwrap();
        outcomes
    }

    fn things(&self) -> i64 {
        let mut reader = open_reading(&self.directory.path().join("test.db"), Duration::ZERO).unwrap();
        diesel::dsl::sql::<BigInt>("SELECT count(*) FROM things").get_result(&mut reader).unwrap()
    }
}

fn insert(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    connection.batch_execute("INSERT INTO things DEFAULT VALUES").map_err(store_error)
}

fn insert_then_refuse(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    insert(connection)?;
    Err(StoreError::corrupt("a refusal"))
}

fn insert_then_panic(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    insert(connection)?;
    panic!("an act that panics on purpose");
}

/// What SQLite does by itself when the disk is full.
fn lose_the_transaction(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    connection.batch_execute("ROLLBACK").map_err(store_error)?;
    Err(StoreError::corrupt("the disk is full"))
}

/// Passes as a statement and fails at the commit.
fn break_the_commit(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    let orphan = "PRAGMA defer_foreign_keys = ON; INSERT INTO things (parent) VALUES (404)";
    connection.batch_execute(orphan).map_err(store_error)
}

type TestAct = fn(&mut SqliteConnection) -> Result<(), StoreError>;

#[tokio::test]
async fn acts_that_wait_commit_together() {
    let fixture = Fixture::new();
    let outcomes = fixture.batch(vec![insert as TestAct; 10]).await;
    assert!(outcomes.iter().all(Result::is_ok));
    assert_eq!(fixture.things(), 10);
    assert_eq!(fixture.writer.stats(), WriteStats { acts: 11, commits: 2 });
}

#[tokio::test]
async fn a_failing_or_panicking_act_does_not_harm_its_batch() {
    let fixture = Fixture::new();
    let acts: Vec<TestAct> = vec![insert, insert_then_refuse, insert, insert_then_panic, insert];
    let succeeded: Vec<bool> = fixture.batch(acts).await.iter().map(Result::is_ok).collect();
    assert_eq!(succeeded, [true, false, true, false, true]);
    assert_eq!(fixture.things(), 3);
    assert_eq!(fixture.writer.stats().commits, 2);
}

#[tokio::test]
async fn a_failed_commit_is_told_to_every_act_and_the_writer_goes_on() {
    let fixture = Fixture::new();
    let acts: Vec<TestAct> = vec![insert, break_the_commit, insert];
    for outcome in fixture.batch(acts).await {
        assert!(matches!(outcome, Err(StoreError::Unavailable { .. })));
    }
    assert_eq!(fixture.things(), 0);
    fixture.execute("INSERT INTO things DEFAULT VALUES").await.unwrap();
    assert_eq!(fixture.things(), 1);
}

#[tokio::test]
async fn nothing_of_a_transaction_that_sqlite_ended_is_acknowledged() {
    let fixture = Fixture::new();
    let acts: Vec<TestAct> = vec![insert, lose_the_transaction, insert];
    assert!(fixture.batch(acts).await.iter().all(Result::is_err));
    assert_eq!(fixture.things(), 0);
    fixture.execute("INSERT INTO things DEFAULT VALUES").await.unwrap();
    assert_eq!(fixture.things(), 1);
}

#[tokio::test]
async fn a_full_disk_is_an_error_until_there_is_room_again() {
    let fixture = Fixture::new();
    fixture.execute("PRAGMA max_page_count = 20").await.unwrap();
    let big = "INSERT INTO things (body) VALUES (zeroblob(1000000))";
    assert!(matches!(fixture.execute(big).await, Err(StoreError::Unavailable { .. })));
    assert_eq!(fixture.things(), 0);
    fixture.execute("PRAGMA max_page_count = 100000").await.unwrap();
    fixture.execute(big).await.unwrap();
    assert_eq!(fixture.things(), 1);
}

#[tokio::test]
async fn a_database_that_another_program_locks_is_unavailable_until_it_lets_go() {
    let fixture = Fixture::new();
    let mut other = open_writing(&fixture.directory.path().join("test.db"), Duration::ZERO).unwrap();
    other.batch_execute("BEGIN IMMEDIATE").unwrap();
    let outcome = fixture.execute("INSERT INTO things DEFAULT VALUES").await;
    assert!(matches!(outcome, Err(StoreError::Unavailable { .. })));
    other.batch_execute("COMMIT").unwrap();
    fixture.execute("INSERT INTO things DEFAULT VALUES").await.unwrap();
    assert_eq!(fixture.things(), 1);
}

#[tokio::test]
async fn dropping_the_writer_finishes_what_was_handed_over() {
    let Fixture { writer, directory } = Fixture::new();
    let path = directory.path().join("test.db");
    {
        let mut given_up = Box::pin(writer.run(|connection| {
            thread::sleep(Duration::from_millis(50));
            insert(connection)
        }));
        // Handed over, then no longer waited for.
        assert!(futures_util::poll!(given_up.as_mut()).is_pending());
    }
    drop(writer);
    let mut reader = open_reading(&path, Duration::ZERO).unwrap();
    let things: i64 = diesel::dsl::sql::<BigInt>("SELECT count(*) FROM things").get_result(&mut reader).unwrap();
    assert_eq!(things, 1);
}
