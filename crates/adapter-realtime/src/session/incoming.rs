//! What one client sends, as it comes.

use actix_web::web;
use futures_util::StreamExt;

use crate::decoding::{Decoder, Fault, Received};

/// The receiving side of a connection.
pub(super) struct Incoming {
    payload: web::Payload,
    decoder: Decoder,
}

impl Incoming {
    /// Messages of at most `max` bytes.
    pub fn new(payload: web::Payload, max: usize) -> Self {
        Self { payload, decoder: Decoder::new(max) }
    }

    /// The next message; `None` when the client is gone. Reads no further while a message is there to be
    /// taken, and loses nothing when it is not waited for to the end.
    pub async fn next(&mut self) -> Option<Result<Received, Fault>> {
        loop {
            if let Some(message) = self.decoder.next().transpose() {
                return Some(message);
            }
            let bytes = self.payload.next().await?.ok()?;
            self.decoder.feed(&bytes);
        }
    }

    /// Returns when the client has closed its side. What it still sends is read and thrown away: closing a
    /// connection with unread bytes would make the network forget what the client has not read yet.
    pub async fn closed(&mut self) {
        loop {
            match self.next().await {
                None | Some(Ok(Received::Close(_))) => return,
                Some(Ok(_)) => {}
                Some(Err(_)) => break,
            }
        }
        while let Some(Ok(_)) = self.payload.next().await {}
    }
}
