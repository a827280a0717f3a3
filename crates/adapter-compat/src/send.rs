//! Messages are sent in a task of their own: a client that goes away drops the waiting, never the act, so that what was
//! committed is also told.

use actix_web::web;
use rialto_messaging::service::{SendMessage, SendMessageError, Sent};

use crate::deps::CompatDeps;

/// Why nothing is known to be sent.
#[derive(Debug)]
pub(crate) enum SendError {
    /// Nothing was.
    Refused(SendMessageError),
    /// It is not known.
    Unknown,
}

/// Sends, and waits until it is done.
pub(crate) async fn send(deps: &web::Data<CompatDeps>, message: SendMessage) -> Result<Sent, SendError> {
    let messaging = deps.messaging.clone();
    match tokio::spawn(async move { messaging.send_message(message).await }).await {
        Ok(Ok(sent)) => Ok(sent),
        Ok(Err(SendMessageError::Store(error))) => {
            tracing::error!(error = &error as &dyn std::error::Error, "a message was not sent");
            Err(SendError::Unknown)
        }
        Ok(Err(refusal)) => Err(SendError::Refused(refusal)),
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "a message was not sent");
            Err(SendError::Unknown)
        }
    }
}
