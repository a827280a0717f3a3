//! What a mail server may say, by a real one; and what one does that says nothing.

#![allow(clippy::unwrap_used, reason = "test code: a failure panics")]

use std::time::{Duration, Instant};

use rialto_adapter_mail::{SmtpLogin, SmtpMailer, SmtpSettings, SmtpSetupError, SmtpTls};
use rialto_identity::{Email, Mail, MailError, Mailer};
use rialto_testkit::post::TestPost;
use tokio::net::TcpListener;

fn settings(port: u16, tls: SmtpTls) -> SmtpSettings {
    SmtpSettings {
        host: "localhost".into(),
        port,
        tls,
        login: None,
        from: "Rialto <rialto@chat.example>".into(),
        connect_timeout: Duration::from_secs(10),
        timeout: Duration::from_secs(20),
        extra_roots: Vec::new(),
    }
}

/// As somebody whom the server knows by this password, trusting who vouches for it.
fn signed_in(server: &TestPost, kind: &str, tls: SmtpTls, password: &str) -> SmtpSettings {
    SmtpSettings {
        login: Some(SmtpLogin { user: "rialto".into(), password: password.into() }),
        extra_roots: vec![server.authority()],
        ..settings(server.port(kind), tls)
    }
}

async fn send(settings: SmtpSettings, to: &str) -> Result<(), MailError> {
    let mail = Mail::new(Email::parse(to).unwrap(), "Hi", "text\n".to_owned());
    SmtpMailer::new(settings).unwrap().send(mail).await
}

fn is_unavailable(outcome: &Result<(), MailError>) -> bool {
    matches!(outcome, Err(MailError::Unavailable(_)))
}

#[tokio::test]
async fn a_login_goes_over_tls_both_ways() {
    let server = TestPost::find();
    for (kind, tls) in [("starttls", SmtpTls::StartTls), ("tls", SmtpTls::Tls)] {
        let to = format!("login-{kind}@example.org");
        send(signed_in(&server, kind, tls, "correct horse"), &to).await.unwrap();
        let letters = server.letters(&to);
        assert_eq!(letters.len(), 1);
        assert_eq!((letters[0].login.as_deref(), letters[0].tls), (Some("rialto"), true), "{letters:?}");
        assert_eq!((letters[0].from.as_str(), &letters[0].to), ("rialto@chat.example", &vec![to]));
    }
}

#[tokio::test]
async fn a_wrong_password_is_not_the_fault_of_the_letter() {
    let server = TestPost::find();
    let outcome = send(signed_in(&server, "starttls", SmtpTls::StartTls, "hunter2 hunter2"), "a@example.org").await;
    assert!(matches!(&outcome, Err(MailError::Unavailable(reason)) if reason.contains("535")), "{outcome:?}");
    assert!(!format!("{outcome:?}").contains("hunter2"), "{outcome:?}");
    let unknown = SmtpSettings { login: None, ..signed_in(&server, "starttls", SmtpTls::StartTls, "") };
    let outcome = send(unknown, "a@example.org").await;
    assert!(matches!(&outcome, Err(MailError::Unavailable(reason)) if reason.contains("530")), "{outcome:?}");
}

#[tokio::test]
async fn a_server_whose_name_nobody_vouches_for_is_told_nothing() {
    let server = TestPost::find();
    for (kind, tls) in [("starttls", SmtpTls::StartTls), ("tls", SmtpTls::Tls)] {
        let unknown = SmtpSettings { extra_roots: Vec::new(), ..signed_in(&server, kind, tls, "correct horse") };
        let outcome = send(unknown, "unvouched@example.org").await;
        assert!(is_unavailable(&outcome), "{outcome:?}");
        let elsewhere = SmtpSettings { host: "127.0.0.1".into(), ..signed_in(&server, kind, tls, "correct horse") };
        assert!(is_unavailable(&send(elsewhere, "unvouched@example.org").await), "a certificate for another name");
    }
    assert!(server.letters("unvouched@example.org").is_empty());
}

#[tokio::test]
async fn a_server_without_starttls_gets_neither_password_nor_letter() {
    let server = TestPost::find();
    let outcome = send(signed_in(&server, "plain", SmtpTls::StartTls, "correct horse"), "bare@example.org").await;
    assert!(is_unavailable(&outcome), "{outcome:?}");
    assert!(server.letters("bare@example.org").is_empty());
}

#[tokio::test]
async fn a_refused_recipient_is_told_from_one_who_may_be_there_later() {
    let server = TestPost::find();
    let plain = || settings(server.port("plain"), SmtpTls::None);
    let outcome = send(plain(), "refused@example.org").await;
    assert!(matches!(&outcome, Err(MailError::Refused(reason)) if reason.contains("550")), "{outcome:?}");
    let outcome = send(plain(), "later@example.org").await;
    assert!(is_unavailable(&outcome), "{outcome:?}");
}

#[tokio::test]
async fn nobody_there_is_told_at_once() {
    let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let outcome = send(settings(port, SmtpTls::None), "a@example.org").await;
    assert!(is_unavailable(&outcome), "{outcome:?}");
}

#[tokio::test]
async fn silence_is_not_waited_for() {
    // The system completes the handshake; nobody ever greets.
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = TestPost::find();
    for (port, to) in
        [(silent.local_addr().unwrap().port(), "a@example.org"), (server.port("plain"), "slow@example.org")]
    {
        let started = Instant::now();
        let impatient = SmtpSettings { timeout: Duration::from_millis(300), ..settings(port, SmtpTls::None) };
        let outcome = send(impatient, to).await;
        assert!(is_unavailable(&outcome), "{outcome:?}");
        assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
    }
}

#[test]
fn a_sender_that_is_no_address_is_refused_at_the_start() {
    for from in ["", "rialto", "a@b, c@d", "Rialto <rialto@chat.example>\r\nBcc: eve@example.org"] {
        let outcome = SmtpMailer::new(SmtpSettings { from: from.into(), ..settings(25, SmtpTls::None) });
        assert!(matches!(outcome, Err(SmtpSetupError::From(_))), "{from:?}");
    }
    for from in ["Rialto <rialto@localhost>", "rialto@chat.example"] {
        assert!(SmtpMailer::new(SmtpSettings { from: from.into(), ..settings(25, SmtpTls::None) }).is_ok(), "{from:?}");
    }
}
