//! What every [`Mailer`] promises.

use std::fmt;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use rialto_identity::{Mail, MailError, Mailer};

use super::concurrency::at_once;
use crate::builders::email;

/// Runs the rules of [`Mailer`](rialto_identity::Mailer) on an adapter. The constructor is the absolute path of an
/// `async fn() -> `[`Post`](crate::contract::mailer::Post).
#[macro_export]
macro_rules! mailer_contract {
    ($name:ident, $new:path) => {
        $crate::contract_tests! { $name, $new, mailer:
            a_letter_arrives_as_it_was_written,
            a_text_may_hold_what_ends_a_letter_elsewhere,
            a_subject_is_one_line,
            letters_sent_at_once_all_arrive,
        }
    };
}

/// What arrived for somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// What it is about.
    pub subject: String,
    /// What it says.
    pub text: String,
}

/// A mailer, and a look into anybody's letter box behind it.
pub struct Post {
    /// The one under test.
    pub mailer: Arc<dyn Mailer>,
    /// What arrived for an address so far.
    pub letters: Box<dyn Fn(String) -> BoxFuture<'static, Vec<Letter>> + Send + Sync>,
}

impl fmt::Debug for Post {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Post").finish_non_exhaustive()
    }
}

async fn send(post: &Post, to: &str, subject: &str, text: &str) -> Result<(), MailError> {
    post.mailer.send(Mail::new(email(to), subject, text.to_owned())).await
}

/// What arrived, as a reader sees it: lines end as they end here, and those that are empty at the end do not count.
async fn arrived(post: &Post, to: &str) -> Vec<Letter> {
    let letters = (post.letters)(to.to_owned()).await;
    let seen = |text: String| text.replace("\r\n", "\n").trim_end().to_owned();
    letters.into_iter().map(|letter| Letter { text: seen(letter.text), ..letter }).collect()
}

/// In every script, with its empty lines and its long ones; and a link stays whole.
pub async fn a_letter_arrives_as_it_was_written(post: Post) {
    let link = format!("https://chat.example/reset-password#token={}", "x".repeat(200));
    let text = format!("Ciao Anna 世界 🦀,\n\n{}\n\n{link}\n\n  indented = 100 %\n", "long ".repeat(400).trim_end());
    send(&post, "letter@example.org", "Grüße aus 東京", &text).await.unwrap();
    let letter = Letter { subject: "Grüße aus 東京".to_owned(), text: text.trim_end().to_owned() };
    assert_eq!(arrived(&post, "letter@example.org").await, [letter]);
    assert_eq!(arrived(&post, "nobody@example.org").await, []);
}

/// A line with a dot alone, lines that begin with one, and what looks like a header or a command.
pub async fn a_text_may_hold_what_ends_a_letter_elsewhere(post: Post) {
    let text = "one\n.\n..\n.two\nBcc: eve@example.org\nQUIT\nDATA\n";
    send(&post, "dots@example.org", "Dots", text).await.unwrap();
    let letter = Letter { subject: "Dots".to_owned(), text: text.trim_end().to_owned() };
    assert_eq!(arrived(&post, "dots@example.org").await, [letter]);
    assert_eq!(arrived(&post, "eve@example.org").await, []);
}

/// So that no header follows it.
pub async fn a_subject_is_one_line(post: Post) {
    send(&post, "lines@example.org", "Hi\r\nBcc: eve2@example.org\r\n\r\nHello", "text\n").await.unwrap();
    let letters = arrived(&post, "lines@example.org").await;
    assert_eq!(letters.len(), 1);
    assert!(letters[0].subject.starts_with("Hi  Bcc: eve2@example.org"), "{letters:?}");
    assert_eq!(letters[0].text, "text");
    assert_eq!(arrived(&post, "eve2@example.org").await, []);
}

/// Each whole, and for whom it is.
pub async fn letters_sent_at_once_all_arrive(post: Post) {
    let sent = at_once((0..16).map(|number| {
        let mailer = post.mailer.clone();
        let mail = Mail::new(email(&format!("many{number}@example.org")), &number.to_string(), format!("{number}\n"));
        async move { mailer.send(mail).await }
    }))
    .await;
    assert!(sent.iter().all(Result::is_ok), "{sent:?}");
    for number in 0..16 {
        let letter = Letter { subject: number.to_string(), text: number.to_string() };
        assert_eq!(arrived(&post, &format!("many{number}@example.org")).await, [letter]);
    }
}
