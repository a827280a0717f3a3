//! The signing secret's file.
#![allow(clippy::unwrap_used, reason = "test code: a failure panics")]
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::thread;

use rialto_adapter_security::{JwtSettings, JwtTokenIssuer, SecretFile, SecretFileError, SigningKey};
use secrecy::ExposeSecret;

#[test]
fn the_secret_of_the_first_start_is_the_secret_of_every_start() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("jwt.secret");
    let first = SecretFile::load_or_create(&path).unwrap();
    let second = SecretFile::load_or_create(&path).unwrap();
    assert_eq!(first.expose_secret(), second.expose_secret());
    assert_eq!(first.expose_secret().len(), 128);
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no draft stays behind");
}

#[test]
fn a_generated_secret_signs() {
    let folder = tempfile::tempdir().unwrap();
    let secret = SecretFile::load_or_create(&folder.path().join("s")).unwrap();
    let settings = JwtSettings {
        issuer: "rialto".into(),
        audience: "rialto".into(),
        keys: vec![SigningKey::from_secret(secret)],
        leeway: std::time::Duration::ZERO,
    };
    assert!(JwtTokenIssuer::new(settings).is_ok());
}

#[test]
fn of_many_who_start_at_once_all_get_one_secret() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("jwt.secret");
    let starters: Vec<_> = (0..16)
        .map(|_| {
            let path = path.clone();
            thread::spawn(move || SecretFile::load_or_create(&path).unwrap().expose_secret().to_owned())
        })
        .collect();
    let mut secrets: Vec<String> = starters.into_iter().map(|starter| starter.join().unwrap()).collect();
    secrets.dedup();
    assert_eq!(secrets.len(), 1);
}

#[test]
fn a_secret_that_others_may_read_is_refused_with_the_cure() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s");
    SecretFile::load_or_create(&path).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    let refusal = SecretFile::load_or_create(&path).unwrap_err();
    assert!(matches!(refusal, SecretFileError::OpenToOthers { .. }));
    assert!(refusal.to_string().contains("chmod 600"), "{refusal}");
}

#[test]
fn an_empty_file_and_a_missing_folder_are_errors_that_name_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s");
    fs::write(&path, "\n").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    assert!(matches!(SecretFile::load_or_create(&path).unwrap_err(), SecretFileError::TooShort { .. }));

    let refusal = SecretFile::load_or_create(&folder.path().join("absent/s")).unwrap_err();
    assert!(refusal.to_string().contains("absent/s"), "{refusal}");
}
