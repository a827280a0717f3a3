//! A server that sends its mails to the mail server of the tests, and what they say.

use rialto_testkit::post::TestPost;

use super::{Backend, Server};

/// A server that hands mails over, with more settings.
pub async fn start_with_mail(backend: Backend, more: &[(&str, &str)]) -> (Server, TestPost) {
    let post = TestPost::find();
    let port = post.port("plain").to_string();
    let mut settings = vec![
        ("RIALTO__MAIL__TRANSPORT", "smtp"),
        ("RIALTO__MAIL__SMTP_HOST", "localhost"),
        ("RIALTO__MAIL__SMTP_PORT", &port),
        ("RIALTO__MAIL__SMTP_TLS", "none"),
        ("RIALTO__MAIL__FROM", "Rialto <rialto@chat.example>"),
    ];
    settings.extend(more);
    (Server::start_with(backend, &settings).await, post)
}

/// A name that no other test has: all share one mail server.
pub fn fresh_name(name: &str) -> String {
    format!("{name}-{}", &uuid::Uuid::from_u128(rand()).simple().to_string()[24..])
}

/// Different in every process and for every call: the address of a fresh value, and the time.
fn rand() -> u128 {
    use std::hash::{BuildHasher, RandomState};
    u128::from(RandomState::new().hash_one(0_u8))
}

/// The token of the link in a mail.
pub fn token_in(text: &str) -> String {
    let (_, rest) = text.split_once("#token=").unwrap_or_else(|| panic!("no link: {text}"));
    rest.split_whitespace().next().unwrap().to_owned()
}
