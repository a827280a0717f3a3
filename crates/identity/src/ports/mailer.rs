use async_trait::async_trait;

use crate::model::Mail;

/// Sends letters.
#[cfg_attr(any(test, feature = "mocks"), mockall::automock)]
#[async_trait]
pub trait Mailer: Send + Sync {
    /// Hands a letter over to whoever delivers it, within a bounded time.
    ///
    /// # Errors
    /// See [`MailError`]; what it says never holds the text of the letter, which may be a secret.
    async fn send(&self, mail: Mail) -> Result<(), MailError>;
}

/// Why a letter was not handed over.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// This letter will never be taken: the address does not exist, or is none.
    #[error("the mail was refused: {0}")]
    Refused(String),
    /// The mail server did not answer, or not well; another time it may.
    #[error("the mail could not be handed over: {0}")]
    Unavailable(String),
}
