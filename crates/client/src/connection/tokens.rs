//! The pair of tokens in use, and its renewal.

use std::sync::Arc;
use std::time::Duration;

use rialto_wire::identity::TokensView;
use tokio::sync::{Mutex, watch};
use tokio::time::Instant;

use crate::error::ClientError;
use crate::rest::{Rest, retry_key};

/// Tokens are renewed when they are good for less than this.
const NEARLY_EXPIRED: Duration = Duration::from_secs(30);

/// How long a renewal may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Holds the tokens of a session. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Tokens {
    rest: Rest,
    held: Arc<watch::Sender<Held>>,
    /// A refresh token works once, and using it again ends the session: one renewal at a time. A renewal whose answer was
    /// lost is asked for again with the same key, however much later.
    renewing: Arc<Mutex<Renewal>>,
}

/// The key that goes with a refresh token.
#[derive(Debug, Default)]
struct Renewal {
    token: String,
    key: String,
}

impl Renewal {
    fn key_for(&mut self, token: &str) -> String {
        if self.token != token {
            *self = Self { token: token.to_owned(), key: retry_key() };
        }
        self.key.clone()
    }
}

/// The newest pair.
#[derive(Clone, Debug)]
pub struct Held {
    pub pair: TokensView,
    pub renew_at: Instant,
}

impl Tokens {
    pub fn new(rest: Rest, pair: TokensView) -> Self {
        let held = Arc::new(watch::Sender::new(Held::from(pair)));
        Self { rest, held, renewing: Arc::default() }
    }

    /// Told of every new pair.
    pub fn watch(&self) -> watch::Receiver<Held> {
        self.held.subscribe()
    }

    /// When the pair should be renewed.
    pub fn renew_at(&self) -> Instant {
        self.held.borrow().renew_at
    }

    /// An access token that is good for a while.
    ///
    /// # Errors
    /// When it must be renewed and cannot be.
    pub async fn fresh(&self) -> Result<String, ClientError> {
        let held = self.held.borrow().clone();
        if Instant::now() < held.renew_at {
            Ok(held.pair.access_token)
        } else {
            self.renew(held.pair.access_token).await
        }
    }

    /// An access token other than `used`, which is refused or nearly expired.
    ///
    /// # Errors
    /// When it cannot be renewed.
    pub async fn renew(&self, used: String) -> Result<String, ClientError> {
        let this = self.clone();
        // In a task of its own, as whoever waits may be gone before the answer, and the next pair is in it.
        let renewal = tokio::spawn(async move {
            let mut renewal = this.renewing.lock().await;
            let held = this.held.borrow().clone();
            if held.pair.access_token != used {
                return Ok(held.pair.access_token);
            }
            let token = held.pair.refresh_token;
            let key = renewal.key_for(&token);
            let asking = this.rest.refresh_with_key(&token, &key);
            let pair = tokio::time::timeout(PATIENCE, asking).await.map_err(|_| ClientError::TimedOut)??.tokens;
            let access = pair.access_token.clone();
            this.held.send_replace(Held::from(pair));
            Ok(access)
        });
        renewal.await.unwrap_or(Err(ClientError::Closed))
    }

    /// The REST API with a token that is good for a while.
    ///
    /// # Errors
    /// See [`Tokens::fresh`].
    pub async fn rest(&self) -> Result<Rest, ClientError> {
        Ok(self.rest.with_token(&self.fresh().await?))
    }
}

impl From<TokensView> for Held {
    fn from(pair: TokensView) -> Self {
        let lives = Duration::from_secs(pair.expires_in);
        let margin = NEARLY_EXPIRED.min(lives / 2);
        Self { renew_at: Instant::now() + (lives - margin).min(FAR), pair }
    }
}

/// Further than any token lives, and near enough for every clock.
const FAR: Duration = Duration::from_secs(365 * 24 * 60 * 60);
