//! Starting, refusing to start, stopping.

use std::os::unix::fs::PermissionsExt;
use std::process::Output;

use rialto_client::wire::frame::ServerFrame;

use crate::support::server::command;
use crate::support::{Backend, Person, Server, lobby, on_every_database};

/// Runs the binary until it ends by itself.
async fn refused(settings: &[(&str, &str)], arguments: &[&str]) -> (Option<i32>, String) {
    let directory = tempfile::tempdir().unwrap();
    let mut command = command(directory.path());
    command.envs(settings.iter().copied()).args(arguments);
    let ended = tokio::time::timeout(std::time::Duration::from_secs(30), command.output()).await;
    let Output { status, stderr, .. } = ended.expect("it ends").unwrap();
    (status.code(), String::from_utf8(stderr).unwrap())
}

/// One line that names the trouble, and an exit code that is not zero.
fn assert_one_line((code, stderr): (Option<i32>, String), words: &[&str]) {
    assert!(matches!(code, Some(1 | 2)), "exit code {code:?}: {stderr}");
    assert_eq!(stderr.trim().lines().count(), 1, "{stderr}");
    assert!(stderr.starts_with("rialto: "), "{stderr}");
    for word in words {
        assert!(stderr.contains(word), "{word:?} in {stderr}");
    }
}

#[tokio::test]
async fn a_taken_port_is_named() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    assert_one_line(refused(&[("PORT", &port)], &[]).await, &[&port, "taken", "PORT"]);
}

#[tokio::test]
async fn a_data_directory_that_cannot_be_made_is_named() {
    // Not by permissions: they do not stop root, who runs the tests in a container.
    let outcome = refused(&[("DATA_DIR", "/dev/null/rialto")], &[]).await;
    assert_one_line(outcome, &["/dev/null/rialto", "DATA_DIR"]);
}

#[tokio::test]
async fn an_unreachable_database_is_named_without_its_password() {
    let url = "postgres://ann:hunter2@127.0.0.1:1/rialto";
    let (code, stderr) = refused(&[("DATABASE_URL", url)], &[]).await;
    assert!(!stderr.contains("hunter2"), "{stderr}");
    assert_one_line((code, stderr), &["PostgreSQL", "DATABASE_URL"]);
    assert_one_line(refused(&[("DATABASE_URL", "mysql://x")], &[]).await, &["postgres://"]);
}

#[tokio::test]
async fn a_bad_configuration_is_named() {
    assert_one_line(refused(&[("RIALTO__SERVER__PROT", "1")], &[]).await, &["server.prot", "server.port"]);
    assert_one_line(refused(&[("PORT", "eighty")], &[]).await, &["server.port"]);
    for (name, value) in
        [("SERVER__WORKERS", "99999"), ("AUTH__ACCESS_MINUTES", "999999999999"), ("AUTH__BCRYPT_COST", "3")]
    {
        assert_one_line(refused(&[(&format!("RIALTO__{name}"), value)], &[]).await, &["must be from", value]);
    }
    assert_one_line(refused(&[("CORS_ALLOWED_ORIGINS", "null")], &[]).await, &["server.allowed_origins", "null"]);
    assert_one_line(refused(&[], &["--config", "/nowhere.toml"]).await, &["/nowhere.toml"]);
    let production = [("APP_ENV", "production"), ("RIALTO__AUTH__BCRYPT_COST", "12")];
    assert_one_line(refused(&production, &[]).await, &["JWT_SECRET"]);
    assert_one_line(refused(&production[..1], &[]).await, &["auth.bcrypt_cost", "10"]);
    assert_one_line(refused(&[("JWT_SECRET", "short")], &[]).await, &["32"]);
    let sample = "change-me-change-me-change-me-change-me";
    assert_one_line(refused(&[("JWT_SECRET", sample)], &[]).await, &["sample"]);
    let good = ("JWT_SECRET", "5c1f0b1e7a94d3826f5c1f0b1e7a94d3826f5c1f");
    for (previous, word) in [("short", "32"), (sample, "sample"), (good.1, "both")] {
        let outcome = refused(&[good, ("RIALTO__AUTH__JWT_PREVIOUS_SECRETS", previous)], &[]).await;
        assert!(!outcome.1.contains(good.1), "{}", outcome.1);
        assert_one_line(outcome, &[word]);
    }
    assert_one_line(refused(&[("RIALTO__MAIL__TRANSPORT", "smtp")], &[]).await, &["mail.smtp_host"]);
    let nobody = [
        ("RIALTO__MAIL__TRANSPORT", "smtp"),
        ("RIALTO__MAIL__SMTP_HOST", "localhost"),
        ("RIALTO__MAIL__FROM", "Rialto <nobody>"),
    ];
    assert_one_line(refused(&nobody, &[]).await, &["mail.from", "nobody"]);
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("rialto.toml");
    std::fs::write(&file, "[realtime]\nmax_conections = 5\n").unwrap();
    let outcome = refused(&[], &["--config", file.to_str().unwrap()]).await;
    assert_one_line(outcome, &["max_conections", "max_connections", "rialto.toml"]);
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("rialto.db"), "not a database ".repeat(1_000)).unwrap();
    let output = command(directory.path()).output().await.unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_one_line((output.status.code(), stderr), &["rialto.db"]);
}

#[tokio::test]
async fn the_generated_secret_is_for_its_owner_alone_and_stays() {
    let mut server = Server::start(Backend::Sqlite).await;
    let ann = Person::register(&server, "ann").await;
    let secret = std::fs::metadata(server.directory().join("jwt-secret")).unwrap();
    assert_eq!(secret.permissions().mode() & 0o777, 0o600);
    server.crash_and_restart().await;
    assert!(server.rest().with_token(ann.token()).me().await.is_ok());
}

on_every_database!(two_servers_start_on_one_database_at_once, async |backend| {
    // SQLite belongs to one server; there the second start follows the first.
    let server = Server::start(backend).await;
    let second = server.start_beside().await;
    let ann = Person::register(&server, "ann").await;
    if let Some(second) = second {
        let known = second.rest().log_in("ann", "correct horse").await.unwrap();
        assert_eq!(known.user.id, ann.id());
    }
});

on_every_database!(stopping_says_goodbye_and_keeps_everything, async |backend| {
    let mut server = Server::start(backend).await;
    let ann = Person::register(&server, "ann").await;
    let (mut socket, _) = ann.connect().await;
    let said = ann.say(lobby(), "before").await;
    let waiting = tokio::spawn(async move {
        loop {
            match socket.next().await {
                Ok(ServerFrame::Bye { data }) => return data,
                Ok(_) => {}
                Err(error) => panic!("no goodbye: {error}"),
            }
        }
    });
    assert_eq!(server.stop().await, Some(0));
    let bye = waiting.await.unwrap();
    assert_eq!((bye.code, bye.resume), (4001, true));
    server.crash_and_restart().await;
    let rest = server.rest().with_token(ann.token());
    assert_eq!(rest.messages(lobby(), "").await.unwrap().items[0].id, said.id);
});

#[tokio::test]
async fn the_healthcheck_command_asks_the_running_server() {
    let mut server = Server::start(Backend::Sqlite).await;
    let port = server.url("").rsplit(':').next().unwrap().to_owned();
    let ask = || {
        let mut ask = command(server.directory());
        ask.env("PORT", &port).arg("healthcheck");
        ask
    };
    let mut well = ask();
    let mut later = ask();
    assert!(well.status().await.unwrap().success());
    server.kill().await;
    assert!(!later.status().await.unwrap().success());
}
