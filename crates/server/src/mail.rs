//! Which transport letters take, and what they say of where this server is.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use rialto_adapter_mail::{ConsoleMailer, SmtpLogin, SmtpMailer, SmtpSettings, SmtpSetupError, SmtpTls};
use rialto_identity::{Mailer, ResetRules};

use crate::config::{Config, Environment, MailConfig, MailTransport, SmtpProtection};
use crate::start_error::StartError;

/// The mailer that the configuration names.
pub fn mailer(config: &Config) -> Result<Arc<dyn Mailer>, StartError> {
    match config.mail.transport {
        MailTransport::Console => Ok(Arc::new(ConsoleMailer)),
        MailTransport::Smtp => Ok(Arc::new(smtp(&config.mail)?)),
    }
}

/// Says what a server on a network should not be left with.
pub fn advise(config: &Config) {
    if config.environment != Environment::Production {
        return;
    }
    match config.mail.transport {
        MailTransport::Console => tracing::warn!(
            "mails are printed to this log and reach nobody, and whoever reads the log can follow the links in them: \
             set mail.transport to \"smtp\""
        ),
        MailTransport::Smtp if config.server.public_url.is_empty() => {
            tracing::warn!("links in mails are made from host and port: set server.public_url");
        }
        MailTransport::Smtp => {}
    }
}

fn smtp(config: &MailConfig) -> Result<SmtpMailer, StartError> {
    let tls = match config.smtp_tls {
        SmtpProtection::StartTls => SmtpTls::StartTls,
        SmtpProtection::Tls => SmtpTls::Tls,
        SmtpProtection::None => SmtpTls::None,
    };
    let login = SmtpLogin { user: config.smtp_user.clone(), password: config.smtp_password.clone() };
    let settings = SmtpSettings {
        host: config.smtp_host.trim().to_owned(),
        port: config.smtp_port,
        tls,
        login: (!config.smtp_user.is_empty()).then_some(login),
        from: config.from.clone(),
        connect_timeout: Duration::from_secs(10),
        timeout: Duration::from_secs(30),
        extra_roots: Vec::new(),
    };
    SmtpMailer::new(settings).map_err(|error| match error {
        SmtpSetupError::From(_) => StartError::Config(format!("mail.from: {error}")),
        SmtpSetupError::Tls(_) => StartError::Config(error.to_string()),
    })
}

/// How passwords are set anew: by a page of this server.
pub fn reset_rules(config: &Config, addr: SocketAddr) -> ResetRules {
    ResetRules {
        lifetime: Duration::from_secs(config.auth.reset_minutes * 60),
        page: format!("{}/reset-password", public_url(config, addr)),
    }
}

/// What browsers reach this server by.
fn public_url(config: &Config, addr: SocketAddr) -> String {
    let given = config.server.public_url.trim_end_matches('/');
    if !given.is_empty() {
        return given.to_owned();
    }
    // An address that means "all of them" is none that a browser can go to.
    if addr.ip().is_unspecified() { format!("http://localhost:{}", addr.port()) } else { format!("http://{addr}") }
}
