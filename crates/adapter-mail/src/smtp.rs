//! Letters by SMTP.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use lettre::message::Mailbox;
use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use rialto_identity::{Mail, MailError, Mailer};
use secrecy::{ExposeSecret, SecretString};
use tokio::time::timeout;

use crate::letter;

/// How the line to the mail server is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SmtpTls {
    /// Encrypted after the greeting; a server that cannot is refused.
    StartTls,
    /// Encrypted from the first byte.
    Tls,
    /// Not at all: for a mail server on the same machine.
    None,
}

/// Who the server is to the mail server.
#[derive(Clone, Debug)]
pub struct SmtpLogin {
    /// The name.
    pub user: String,
    /// What proves it.
    pub password: SecretString,
}

/// Where letters are handed over, and how.
#[derive(Clone, Debug)]
pub struct SmtpSettings {
    /// The mail server; its certificate must be for this name.
    pub host: String,
    /// Its port: 587 with `StartTls`, 465 with `Tls`, 25 with `None` are usual.
    pub port: u16,
    /// How the line is protected.
    pub tls: SmtpTls,
    /// `None` if the mail server asks nobody who they are.
    pub login: Option<SmtpLogin>,
    /// Whom letters are from: `rialto@example.org` or `Rialto <rialto@example.org>`.
    pub from: String,
    /// How long making the connection may take.
    pub connect_timeout: Duration,
    /// How long handing over one letter may take, the connection included.
    pub timeout: Duration,
    /// Certificates to trust besides those that the system trusts, as PEM.
    pub extra_roots: Vec<Vec<u8>>,
}

/// Why there is no mailer.
#[derive(Debug, thiserror::Error)]
pub enum SmtpSetupError {
    /// Nothing can be from there.
    #[error("{0:?} is no address that a mail can be from; write rialto@example.org or Rialto <rialto@example.org>")]
    From(String),
    /// TLS could not be set up.
    #[error("TLS for mail cannot be set up: {0}")]
    Tls(String),
}

/// Hands each letter to a mail server, over a connection of its own.
pub struct SmtpMailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    timeout: Duration,
}

impl SmtpMailer {
    /// A mailer; opens no connection yet.
    ///
    /// # Errors
    /// See [`SmtpSetupError`].
    pub fn new(settings: SmtpSettings) -> Result<Self, SmtpSetupError> {
        let from = settings.from.parse().map_err(|_| SmtpSetupError::From(settings.from.clone()))?;
        let tls = match settings.tls {
            SmtpTls::StartTls => Tls::Required(tls_parameters(&settings)?),
            SmtpTls::Tls => Tls::Wrapper(tls_parameters(&settings)?),
            SmtpTls::None => Tls::None,
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&settings.host)
            .port(settings.port)
            .tls(tls)
            // Of the connection alone: once that stands, the library waits for as long as it takes.
            .timeout(Some(settings.connect_timeout));
        if let Some(login) = settings.login {
            let password = login.password.expose_secret().to_owned();
            builder = builder.credentials(Credentials::new(login.user, password));
        }
        Ok(Self { transport: builder.build(), from, timeout: settings.timeout })
    }
}

impl fmt::Debug for SmtpMailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmtpMailer").field("from", &self.from).finish_non_exhaustive()
    }
}

fn tls_parameters(settings: &SmtpSettings) -> Result<TlsParameters, SmtpSetupError> {
    let failed = |error: SmtpError| SmtpSetupError::Tls(reason(&error));
    let mut builder = TlsParameters::builder(settings.host.clone());
    for pem in &settings.extra_roots {
        builder = builder.add_root_certificate(Certificate::from_pem(pem).map_err(failed)?);
    }
    builder.build().map_err(failed)
}

#[async_trait]
impl Mailer for SmtpMailer {
    async fn send(&self, mail: Mail) -> Result<(), MailError> {
        let letter = letter::write(&self.from, mail)?;
        match timeout(self.timeout, self.transport.send(letter)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(refusal(&error)),
            Err(_) => Err(MailError::Unavailable(format!("the mail server took longer than {:?}", self.timeout))),
        }
    }
}

/// Codes from 530 to 539 are about who we are, not about the letter.
fn refusal(error: &SmtpError) -> MailError {
    let code = error.status().map(u16::from);
    let is_about_login = code.is_some_and(|code| (530..540).contains(&code));
    if error.is_permanent() && !is_about_login {
        MailError::Refused(reason(error))
    } else {
        MailError::Unavailable(reason(error))
    }
}

/// With its causes: the outermost one says only that something failed.
fn reason(error: &SmtpError) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        let inner_text = inner.to_string();
        if !text.contains(&inner_text) {
            text = format!("{text}: {inner_text}");
        }
        cause = inner.source();
    }
    text
}
