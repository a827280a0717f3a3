//! What opening a database promises, and what it says when it cannot.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs;
use std::path::Path;
use std::thread;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use rialto_adapter_sqlite::{OpenError, SqliteDatabase, SqliteOptions, apply_migrations, pending_migrations};

fn open(path: &Path) -> Result<SqliteDatabase, OpenError> {
    SqliteDatabase::open(path, SqliteOptions::default())
}

fn connect(path: &Path) -> SqliteConnection {
    SqliteConnection::establish(path.to_str().unwrap()).unwrap()
}

#[tokio::test]
async fn a_missing_file_is_made_with_its_directories() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("some/where/rialto.db");
    open(&path).unwrap().ping().await.unwrap();
    assert!(path.exists());
}

#[cfg(unix)]
#[test]
fn the_file_and_its_log_are_closed_to_other_users() {
    use std::os::unix::fs::PermissionsExt;
    let directory = tempfile::tempdir().unwrap();
    let _database = open(&directory.path().join("rialto.db")).unwrap();
    for file in ["rialto.db", "rialto.db-wal"] {
        let mode = fs::metadata(directory.path().join(file)).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{file} has mode {mode:o}");
    }
}

#[test]
fn an_unwritable_directory_is_named_with_what_to_do() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("a-file");
    fs::write(&file, "").unwrap();
    // A file where the directory should be: unwritable even for root, who may write anywhere else.
    for path in [file.join("rialto.db"), directory.path().to_owned()] {
        let error = open(&path).err().unwrap();
        assert!(matches!(error, OpenError::Unwritable { .. }), "{error:?}");
        let message = error.to_string();
        assert!(message.contains(path.to_str().unwrap()), "{message}");
        assert!(message.contains("choose another directory"), "{message}");
    }
}

#[test]
fn a_file_that_is_no_database_is_left_as_it_is() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("rialto.db");
    let text = "Dear diary, today I learnt that a database is a file. ".repeat(100);
    fs::write(&path, &text).unwrap();
    let error = open(&path).err().unwrap();
    assert!(matches!(error, OpenError::NotADatabase { .. }), "{error:?}");
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
}

#[test]
fn a_database_of_a_newer_release_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("rialto.db");
    drop(open(&path).unwrap());
    let newer = "INSERT INTO __diesel_schema_migrations (version) VALUES ('99999')";
    connect(&path).batch_execute(newer).unwrap();
    let error = open(&path).err().unwrap();
    assert!(matches!(&error, OpenError::NewerSchema { version, .. } if version == "99999"), "{error:?}");
}

#[test]
fn pending_migrations_are_named_and_applied_once() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("rialto.db");
    let all = pending_migrations(&path).unwrap();
    assert_eq!(all.first().map(String::as_str), Some("00001_identity"));
    assert!(!path.exists(), "asking changes nothing");

    let strict = SqliteOptions { migrate: false, ..SqliteOptions::default() };
    let error = SqliteDatabase::open(&path, strict).err().unwrap();
    assert!(matches!(&error, OpenError::MigrationsPending { pending, .. } if *pending == all), "{error:?}");

    assert_eq!(apply_migrations(&path).unwrap(), all);
    assert!(apply_migrations(&path).unwrap().is_empty());
    assert!(pending_migrations(&path).unwrap().is_empty());
    SqliteDatabase::open(&path, strict).unwrap();
}

#[test]
fn programs_that_open_at_once_migrate_once() {
    for _ in 0..5 {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("rialto.db");
        let all = pending_migrations(&path).unwrap().len();
        let opened: Vec<_> = thread::scope(|scope| {
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(|| open(&path))).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        for outcome in &opened {
            assert!(outcome.is_ok(), "{:?}", outcome.as_ref().err());
        }
        let applied: i64 = diesel::dsl::sql::<BigInt>("SELECT count(*) FROM __diesel_schema_migrations")
            .get_result(&mut connect(&path))
            .unwrap();
        assert_eq!(usize::try_from(applied).unwrap(), all);
    }
}
