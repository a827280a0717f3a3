//! `rialto chat`, driven through pipes.

use std::process::{Output, Stdio};
use std::time::Duration;

use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout};

use crate::support::people::message;
use crate::support::server::command;
use crate::support::{Backend, Person, Server, lobby};

const PATIENCE: Duration = Duration::from_secs(30);

/// A running `rialto chat`.
struct Chat {
    child: Child,
    input: Option<ChildStdin>,
    output: Lines<BufReader<ChildStdout>>,
    _directory: TempDir,
}

impl Chat {
    fn start(url: &str, arguments: &[&str]) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let mut command = command(directory.path());
        command.args(["chat", "--url", url]).args(arguments).env("RIALTO_PASSWORD", "correct horse");
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (input, output) = (child.stdin.take(), child.stdout.take().unwrap());
        Self { child, input, output: BufReader::new(output).lines(), _directory: directory }
    }

    async fn types(&mut self, line: &str) {
        self.input.as_mut().unwrap().write_all(format!("{line}\n").as_bytes()).await.unwrap();
    }

    /// Waits for a line that has this in it; gives the line.
    async fn shows(&mut self, what: &str) -> String {
        let found = tokio::time::timeout(PATIENCE, async {
            loop {
                let line =
                    self.output.next_line().await.unwrap().unwrap_or_else(|| panic!("it ended without {what:?}"));
                if line.contains(what) {
                    return line;
                }
            }
        });
        found.await.unwrap_or_else(|_| panic!("{what:?} is not shown"))
    }

    /// Ends the input; gives the exit code and what else was shown.
    async fn ends(mut self) -> (Option<i32>, Vec<String>) {
        drop(self.input.take());
        let mut rest = Vec::new();
        while let Some(line) = tokio::time::timeout(PATIENCE, self.output.next_line()).await.unwrap().unwrap() {
            rest.push(line);
        }
        (self.child.wait().await.unwrap().code(), rest)
    }
}

/// Runs it with an input that is at its end.
async fn refused(arguments: &[&str], password: &str) -> (Option<i32>, String) {
    let directory = tempfile::tempdir().unwrap();
    let mut command = command(directory.path());
    command.arg("chat").args(arguments).env("RIALTO_PASSWORD", password);
    let Output { status, stderr, .. } = tokio::time::timeout(PATIENCE, command.output()).await.unwrap().unwrap();
    (status.code(), String::from_utf8(stderr).unwrap())
}

#[tokio::test]
async fn two_terminals_talk() {
    let server = Server::start(Backend::Sqlite).await;
    Person::register(&server, "bob").await;
    let mut ann = Chat::start(&server.url(""), &["--guest", "Ann"]);
    ann.shows("online as Ann").await;
    let mut bob = Chat::start(&server.url(""), &["--login", "bob"]);
    bob.shows("online as bob").await;
    ann.types("what news?").await;
    bob.shows(" Ann: what news?").await;
    bob.types("//none").await;
    let line = ann.shows(" bob: /none").await;
    let clock = line.split(' ').next().unwrap();
    assert!(clock.len() == 5 && clock.as_bytes()[2] == b':', "{line}");
    bob.types("/who").await;
    assert!(bob.shows("here: ").await.contains("Ann"));
    bob.types("/nonsense").await;
    bob.shows("there is no /nonsense").await;
    bob.types("/history 2").await;
    bob.shows(" Ann: what news?").await;
    assert_eq!(ann.ends().await.0, Some(0));
    bob.types("/quit").await;
    assert_eq!(bob.ends().await.0, Some(0));
}

#[tokio::test]
async fn what_is_piped_in_is_said_before_it_ends() {
    let server = Server::start(Backend::Sqlite).await;
    let ann = Person::register(&server, "ann").await;
    for last in ["", "/quit"] {
        let mut chat = Chat::start(&server.url(""), &["--login", "ann"]);
        for n in 0..50 {
            chat.types(&format!("{n}{last}")).await;
        }
        chat.types(last).await;
        let (code, shown) = chat.ends().await;
        assert_eq!(code, Some(0));
        assert!(shown.iter().any(|line| line.ends_with(&format!("ann: 49{last}"))), "{shown:?}");
        let newest = ann.rest.messages(lobby(), "limit=50").await.unwrap().items;
        let said: Vec<_> = newest.iter().rev().filter_map(|message| message.content.clone()).collect();
        assert_eq!(said, (0..50).map(|n| format!("{n}{last}")).collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn a_terminal_outlives_the_server_and_says_once_what_was_typed_meanwhile() {
    let mut server = Server::start(Backend::Sqlite).await;
    let ann = Person::register(&server, "ann").await;
    let mut chat = Chat::start(&server.url(""), &["--login", "ann"]);
    chat.shows("online").await;
    server.kill().await;
    chat.shows("offline").await;
    chat.types("typed meanwhile").await;
    server.crash_and_restart_in_place().await;
    chat.shows("ann: typed meanwhile").await;
    let said = ann.rest.messages(lobby(), "").await.unwrap().items;
    assert_eq!(said.iter().filter(|message| message.content.as_deref() == Some("typed meanwhile")).count(), 1);
    assert_eq!(chat.ends().await.0, Some(0));
}

#[tokio::test]
async fn a_channel_is_joined_by_its_name_and_left_for_the_lobby() {
    let server = Server::start(Backend::Sqlite).await;
    let ann = Person::register(&server, "ann").await;
    let news = ann.start_channel("News", rialto_client::wire::messaging::VisibilityWord::Public).await;
    ann.say(news.id, "old news").await;
    let mut chat = Chat::start(&server.url(""), &["--guest", "Cid", "--conversation", "news"]);
    chat.shows("ann: old news").await;
    ann.say(news.id, "new news").await;
    chat.shows("ann: new news").await;
    chat.types("/leave").await;
    chat.shows("Lobby").await;
    ann.say(news.id, "not for Cid").await;
    ann.say(lobby(), "for all").await;
    chat.shows("ann: for all").await;
    chat.types("/join NEWS").await;
    chat.shows("ann: not for Cid").await;
    assert_eq!(chat.ends().await.0, Some(0));
}

#[tokio::test]
async fn programs_read_lines_of_json_without_tokens() {
    let server = Server::start(Backend::Sqlite).await;
    let ann = Person::register(&server, "ann").await;
    let mut chat = Chat::start(&server.url(""), &["--guest", "Bot", "--json"]);
    chat.shows(r#""state":"online""#).await;
    ann.rest.send(lobby(), &message("hi")).await.unwrap();
    let event: serde_json::Value = serde_json::from_str(&chat.shows(r#""message.created""#).await).unwrap();
    assert_eq!((&event["type"], &event["data"]["content"]), (&"event".into(), &"hi".into()));
    chat.types("hello").await;
    chat.shows(r#""type":"sent""#).await;
    let (code, shown) = chat.ends().await;
    assert_eq!(code, Some(0));
    for line in shown {
        assert!(serde_json::from_str::<serde_json::Value>(&line).is_ok() && !line.contains("token"), "{line}");
    }
}

#[tokio::test]
async fn nothing_that_others_write_commands_the_terminal() {
    let server = Server::start(Backend::Sqlite).await;
    let ann = Person::register(&server, "ann").await;
    let mut chat = Chat::start(&server.url(""), &["--guest", "Bob"]);
    chat.shows("online").await;
    ann.say(lobby(), "red \u{1b}[31malert\nsecond line").await;
    assert!(chat.shows("alert").await.contains("red \u{fffd}[31malert"));
    assert_eq!(chat.shows("second line").await, "      second line");
}

#[tokio::test]
async fn why_it_does_not_start_is_one_line_and_an_exit_code() {
    let server = Server::start(Backend::Sqlite).await;
    Person::register(&server, "ann").await;
    let url = server.url("");
    let nobody = "http://127.0.0.1:1";
    for (arguments, code, words) in [
        (&["--url", &url, "--login", "ann"][..], 1, "wrong_credentials"),
        (&["--url", &url, "--guest", ""], 1, "name"),
        (&["--url", &url, "--guest", "Ann", "--conversation", "nowhere"], 1, "nowhere"),
        (&["--url", nobody, "--guest", "Ann"], 2, nobody),
        (&["--url", "nonsense", "--guest", "Ann"], 2, "nonsense"),
    ] {
        let (exit, stderr) = refused(arguments, "wrong horse").await;
        assert_eq!(exit, Some(code), "{arguments:?}: {stderr}");
        assert_eq!(stderr.lines().count(), 1, "{stderr}");
        assert!(stderr.starts_with("rialto: ") && stderr.contains(words), "{stderr}");
    }
}
