//! The contract suite on both transports: the log, and a real mail server.

#![allow(clippy::unwrap_used, reason = "test code: a failure panics")]

use std::io;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use futures_util::FutureExt;
use rialto_adapter_mail::{ConsoleMailer, SmtpMailer, SmtpSettings, SmtpTls};
use rialto_testkit::contract::mailer::{Letter, Post};
use rialto_testkit::post::TestPost;

async fn by_smtp() -> Post {
    let server = TestPost::find();
    let settings = SmtpSettings {
        host: "localhost".into(),
        port: server.port("plain"),
        tls: SmtpTls::None,
        login: None,
        from: "Rialto <rialto@chat.example>".into(),
        connect_timeout: Duration::from_secs(10),
        timeout: Duration::from_secs(20),
        extra_roots: Vec::new(),
    };
    let letters = move |to: String| {
        let taken = server.letters(&to).into_iter();
        let letters = taken.map(|letter| Letter { subject: letter.subject, text: letter.text }).collect();
        async move { letters }.boxed()
    };
    Post { mailer: Arc::new(SmtpMailer::new(settings).unwrap()), letters: Box::new(letters) }
}

/// What was logged in this process.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

async fn by_console() -> Post {
    static LOG: OnceLock<Log> = OnceLock::new();
    let log = LOG.get_or_init(|| {
        let log = Log::default();
        let writer = log.clone();
        tracing_subscriber::fmt().json().with_writer(move || writer.clone()).init();
        log
    });
    let letters = move |to: String| {
        let logged = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
        let letters = logged.lines().filter_map(|line| letter_in(line, &to)).collect();
        async move { letters }.boxed()
    };
    Post { mailer: Arc::new(ConsoleMailer), letters: Box::new(letters) }
}

/// The letter of a line of the log, if it is to this address.
fn letter_in(line: &str, to: &str) -> Option<Letter> {
    let entry: serde_json::Value = serde_json::from_str(line).unwrap();
    let (_, letter) = entry["fields"]["message"].as_str()?.split_once(&format!("\nTo: {to}\nSubject: "))?;
    let (subject, text) = letter.split_once("\n\n")?;
    Some(Letter { subject: subject.to_owned(), text: text.to_owned() })
}

mod mailer {
    rialto_testkit::mailer_contract!(smtp, crate::by_smtp);
    rialto_testkit::mailer_contract!(console, crate::by_console);
}
