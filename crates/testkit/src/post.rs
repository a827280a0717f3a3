//! The mail server for tests, and what it was given.

use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{env, fs};

use serde_json::Value;
use tokio::time::{Instant, sleep};

const VARIABLE: &str = "RIALTO_TEST_SMTP_DIR";

/// The mail server whose folder `RIALTO_TEST_SMTP_DIR` names; all tests share it, so each writes to addresses of its own.
#[derive(Clone, Debug)]
pub struct TestPost {
    folder: PathBuf,
}

/// A letter that the server took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakenLetter {
    /// From whom, on the envelope.
    pub from: String,
    /// To whom, on the envelope.
    pub to: Vec<String>,
    /// What stands above the text.
    pub headers: Vec<(String, String)>,
    /// What it is about, as a mail program shows it.
    pub subject: String,
    /// What it says, as a mail program shows it.
    pub text: String,
    /// Who the sender was to the mail server.
    pub login: Option<String>,
    /// Whether it came over TLS.
    pub tls: bool,
}

impl TestPost {
    /// The server that runs beside the tests.
    ///
    /// # Panics
    /// If there is none: tests of mail fail without it, they are never skipped.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "only tests need this variable; the server never reads it")]
    pub fn find() -> Self {
        let folder = env::var(VARIABLE).unwrap_or_else(|_| {
            panic!("{VARIABLE} is not set: scripts/test starts a mail server and sets it; so does scripts/services/smtp.sh cargo test")
        });
        Self { folder: folder.into() }
    }

    /// The port of a kind: `plain`, `starttls` (asks for a login) or `tls` (too).
    #[must_use]
    pub fn port(&self, kind: &str) -> u16 {
        let ports = fs::read_to_string(self.folder.join("ports")).unwrap();
        let found = ports.lines().filter_map(|line| line.split_once('=')).find(|(name, _)| *name == kind);
        found.unwrap_or_else(|| panic!("no port is {kind}")).1.parse().unwrap()
    }

    /// The certificate, as PEM, of who vouches for the server's name `localhost`.
    #[must_use]
    pub fn authority(&self) -> Vec<u8> {
        fs::read(self.folder.join("ca.pem")).unwrap()
    }

    /// What was taken for an address so far, oldest first.
    #[must_use]
    pub fn letters(&self, to: &str) -> Vec<TakenLetter> {
        let entries = fs::read_dir(self.folder.join("mails")).unwrap().map(|entry| entry.unwrap().path());
        let mut files: Vec<_> = entries.filter(|path| path.extension().is_some_and(|end| end == "json")).collect();
        files.sort();
        files.iter().map(|path| read(path)).filter(|letter| letter.to.iter().any(|taken| taken == to)).collect()
    }

    /// Waits until so many letters were taken for an address, and gives them.
    ///
    /// # Panics
    /// If they do not come.
    pub async fn wait_for(&self, to: &str, count: usize) -> Vec<TakenLetter> {
        let end = Instant::now() + Duration::from_secs(10);
        loop {
            let letters = self.letters(to);
            if letters.len() >= count {
                return letters;
            }
            assert!(Instant::now() < end, "{} of {count} letters came for {to}", letters.len());
            sleep(Duration::from_millis(20)).await;
        }
    }
}

fn read(path: &Path) -> TakenLetter {
    let json: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    TakenLetter {
        from: text(&json["from"]),
        to: json["to"].as_array().unwrap().iter().map(text).collect(),
        headers: json["headers"].as_array().unwrap().iter().map(|pair| (text(&pair[0]), text(&pair[1]))).collect(),
        subject: text(&json["subject"]),
        text: text(&json["text"]),
        login: json["login"].as_str().map(str::to_owned),
        tls: json["tls"].as_bool().unwrap(),
    }
}
