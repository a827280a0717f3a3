//! Who is there: a token or a ticket from the upgrade, a token from the first frame, or a guest's name.

use std::collections::BTreeMap;

use rialto_identity::service::{AuthenticateError, Authenticated, EnterAsGuest, RedeemTicketError};
use rialto_identity::{ApiToken, Credential, DisplayName, Scope, TokenPair, User};
use rialto_kernel::{Instant, RateClass, RateVerdict, SessionId};
use rialto_wire::frame::{AuthData, ClientFrame, ErrorData};
use tokio::time::{Instant as Moment, sleep_until};
use uuid::Uuid;

use super::reading::Heard;
use super::{Flow, Session};
use crate::bye::Bye;
use crate::errors;

/// A client whose user is known.
pub(super) struct SignedInClient {
    /// The number of the `auth` frame, if there was one.
    pub id: Option<u64>,
    pub user: User,
    pub session: SessionId,
    pub expires_at: Instant,
    /// What the socket is good for.
    pub credential: Credential,
    /// For a guest that just came in.
    pub tokens: Option<TokenPair>,
    /// What the client has seen.
    pub resume: BTreeMap<String, (Uuid, u64)>,
}

impl From<Authenticated> for SignedInClient {
    fn from(known: Authenticated) -> Self {
        let (session, expires_at) = (known.claims.session_id, known.claims.expires_at);
        let (user, credential) = (known.user, known.credential);
        Self { id: None, user, session, expires_at, credential, tokens: None, resume: BTreeMap::new() }
    }
}

/// What the upgrade said of who is there.
pub(super) enum Credentials {
    /// An access token in a header.
    Bearer(String),
    /// An access token in a cookie. Browsers send a cookie unasked, a stale one too: it may say who is there,
    /// but not that nobody is.
    Cookie(String),
    /// A ticket in the address.
    Ticket(String),
}

/// Why somebody is not let in.
enum Refusal {
    /// They may try again with another frame.
    Correctable(ErrorData),
    /// The socket closes.
    Final(ErrorData, Bye),
}

impl Session {
    /// Waits for the client to say who it is. Otherwise the socket is closing or gone.
    pub(super) async fn sign_in(&mut self, credentials: Option<Credentials>) -> Result<SignedInClient, Flow> {
        let outbox = self.outbox.clone();
        let deadline = Moment::now() + self.deps.settings.auth_timeout;
        if let Some(credentials) = credentials {
            let is_cookie = matches!(credentials, Credentials::Cookie(_));
            let known = match credentials {
                // Programs send headers. A cookie would be sent by whatever page a browser shows.
                Credentials::Cookie(token) if ApiToken::is_meant_by(&token) => {
                    let error = errors::of_authenticate(&AuthenticateError::InvalidToken);
                    Err(Refusal::Final(error, Bye::BadCredentials))
                }
                Credentials::Bearer(token) | Credentials::Cookie(token) => self.by_token(&token).await,
                Credentials::Ticket(ticket) => self.by_ticket(&ticket).await,
            };
            match known {
                Ok(client) => return Ok(client),
                Err(Refusal::Final(_, Bye::BadCredentials)) if is_cookie => {}
                Err(refusal) => self.turn_away(None, refusal),
            }
        }
        loop {
            if outbox.is_closing() {
                return Err(Flow::Closing);
            }
            if let Some(bye) = outbox.bye_wanted() {
                outbox.close(bye);
                return Err(Flow::Closing);
            }
            let heard = tokio::select! {
                biased;
                () = outbox.attention() => continue,
                () = sleep_until(deadline) => {
                    outbox.close(Bye::AuthTimeout);
                    return Err(Flow::Closing);
                }
                heard = self.hear() => heard,
            };
            let flow = match heard {
                Heard::Frame(frame) => match *frame {
                    ClientFrame::Auth { id, data } => match self.try_in(id, data).await {
                        Ok(client) => return Ok(client),
                        Err(refusal) => {
                            self.turn_away(id, refusal);
                            Flow::GoOn
                        }
                    },
                    other => self.strike(super::commands::id_of(&other), errors::not_authenticated()),
                },
                Heard::Unreadable { id, error } => self.strike(id, error),
                Heard::End(ended) => ended,
            };
            if flow != Flow::GoOn {
                return Err(flow);
            }
        }
    }

    fn turn_away(&mut self, id: Option<u64>, refusal: Refusal) {
        match refusal {
            Refusal::Correctable(error) => {
                self.strike(id, error);
            }
            Refusal::Final(error, bye) => {
                self.refuse(id, error);
                self.outbox.close(bye);
            }
        }
    }

    /// Counted as a request that signs in is: a socket is no way around that limit.
    async fn try_in(&self, id: Option<u64>, data: AuthData) -> Result<SignedInClient, Refusal> {
        match self.deps.limits.take_from_address(RateClass::SignIn, self.network).await {
            Some(RateVerdict { allowed: false, retry_after, .. }) => {
                Err(Refusal::Final(errors::rate_limited(retry_after), Bye::RateLimited { retry_after }))
            }
            Some(_) | None => self.identify(id, data).await,
        }
    }

    async fn identify(&self, id: Option<u64>, data: AuthData) -> Result<SignedInClient, Refusal> {
        let resume = data.resume.unwrap_or_default();
        match (data.token, data.guest) {
            (Some(token), None) => Ok(SignedInClient { id, resume, ..self.by_token(&token).await? }),
            (None, Some(guest)) => {
                let name = DisplayName::parse(&guest.name)
                    .map_err(|why| Refusal::Correctable(errors::invalid_field("guest.name", &why)))?;
                let input = EnterAsGuest { name, device: self.device.clone() };
                let entered = self.deps.identity.enter_as_guest(input).await;
                let entered =
                    entered.map_err(|error| Refusal::Final(errors::of_guest(&error), Bye::StoreUnavailable))?;
                let expires_at = self.deps.clock.now() + entered.tokens.access_lifetime;
                let (user, session) = (entered.user, entered.session.id);
                let (credential, tokens) = (Credential::Session, Some(entered.tokens));
                Ok(SignedInClient { id, user, session, expires_at, credential, tokens, resume })
            }
            (Some(_), Some(_)) | (None, None) => {
                let error = errors::refusal("invalid_body", "auth takes a token or a guest, one of them");
                Err(Refusal::Correctable(error))
            }
        }
    }

    async fn by_token(&self, token: &str) -> Result<SignedInClient, Refusal> {
        let known = self.deps.identity.authenticate(token).await.map_err(|error| {
            let told = errors::of_authenticate(&error);
            match error {
                AuthenticateError::InvalidToken | AuthenticateError::ExpiredToken => {
                    Refusal::Final(told, Bye::BadCredentials)
                }
                AuthenticateError::Store(_) => Refusal::Final(told, Bye::StoreUnavailable),
            }
        })?;
        if !known.credential.allows(Scope::MessagesRead) {
            return Err(Refusal::Final(errors::scope_missing(Scope::MessagesRead), Bye::BadCredentials));
        }
        self.note_use(&known);
        Ok(known.into())
    }

    async fn by_ticket(&self, ticket: &str) -> Result<SignedInClient, Refusal> {
        let known = self.deps.identity.redeem_ticket(ticket).await.map_err(|error| {
            let told = errors::of_ticket(&error);
            match error {
                RedeemTicketError::InvalidTicket => Refusal::Final(told, Bye::BadCredentials),
                RedeemTicketError::Store(_) => Refusal::Final(told, Bye::StoreUnavailable),
            }
        })?;
        self.note_use(&known);
        Ok(known.into())
    }

    /// Without an address: the one of a socket may be that of a proxy.
    fn note_use(&self, known: &Authenticated) {
        self.deps.identity.note_use(known, || None);
    }
}
