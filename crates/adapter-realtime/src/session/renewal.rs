//! A newer token on a socket whose user is known: the socket lives longer.

use rialto_convert::identity::actor;
use rialto_identity::service::AuthenticateError;
use rialto_wire::frame::{AuthData, OkData};

use super::{Account, Session};
use crate::errors;
use crate::frames::Frame;

impl Session {
    /// A second `auth`: the same as `refresh`.
    pub(super) async fn authenticate_again(&mut self, id: Option<u64>, data: AuthData, account: &mut Account) {
        match data.token.filter(|_| data.guest.is_none()) {
            Some(token) => self.refresh(id, &token, account).await,
            None => {
                let message = "this socket knows its user: only a newer token of the same user can follow";
                self.refuse(id, errors::refusal("already_authenticated", message));
            }
        }
    }

    /// Takes the token's end for the socket's, and its session too: a user may have signed in anew.
    pub(super) async fn refresh(&mut self, id: Option<u64>, token: &str, account: &mut Account) {
        let known = match self.deps.identity.authenticate(token).await {
            Ok(known) => known,
            Err(error) => return self.refuse(id, errors::of_authenticate(&error)),
        };
        if known.user.id != account.actor.id {
            return self.refuse(id, errors::refusal("wrong_user", "the token is another user's"));
        }
        // An API token lasts as long as it lasts: it renews nothing, and takes no socket over.
        if !known.credential.is_session() {
            return self.refuse(id, errors::of_authenticate(&AuthenticateError::InvalidToken));
        }
        let session = known.claims.session_id;
        if !self.deps.hub.change_session(self.connection, session) {
            return self.refuse(id, errors::of_authenticate(&AuthenticateError::InvalidToken));
        }
        account.session = session;
        account.credential = known.credential;
        // A guest may have become a member.
        account.actor = actor(&known.user);
        let expires_at = known.claims.expires_at;
        self.liveness.good_until(expires_at);
        self.outbox.push(Frame::ok(id, Some(OkData::Refreshed { expires_at: expires_at.into() })));
    }
}
