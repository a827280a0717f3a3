//! Letters in the log.

use async_trait::async_trait;
use rialto_identity::{Mail, MailError, Mailer};

/// Prints each letter to the log, with its links: whoever reads the log could follow them. For those who try the server
/// out, and have no mail server at hand.
#[derive(Clone, Copy, Debug, Default)]
pub struct ConsoleMailer;

#[async_trait]
impl Mailer for ConsoleMailer {
    async fn send(&self, mail: Mail) -> Result<(), MailError> {
        let (to, subject, text) = (mail.to.as_str(), &mail.subject, &mail.text);
        tracing::info!(target: "rialto::mail", "a mail, as mail.transport is \"console\":\nTo: {to}\nSubject: {subject}\n\n{text}");
        Ok(())
    }
}
