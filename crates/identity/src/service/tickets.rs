use rialto_kernel::StoreError;

use super::{Authenticated, IdentityService, delta};
use crate::model::{Credential, IssuedTicket, NewTicket, TicketHolder};

/// Why a ticket opens nothing.
#[derive(Debug, thiserror::Error)]
pub enum RedeemTicketError {
    /// It is unknown, used or too old, or its session has ended: the answer does not tell which.
    #[error("the ticket is not valid")]
    InvalidTicket,
    /// The board or the store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl IdentityService {
    /// Gives out a ticket that signs one socket in as this user on this device.
    ///
    /// # Errors
    /// When the board does not answer.
    pub async fn issue_ticket(&self, holder: TicketHolder) -> Result<IssuedTicket, StoreError> {
        let lifetime = self.deps.lifetimes.ticket;
        let ticket = self.deps.tokens.fresh_ticket();
        let digest = self.deps.tokens.ticket_digest(ticket.reveal());
        let expires_at = self.deps.clock.now() + delta(lifetime);
        self.deps.tickets.issue(NewTicket { digest, holder, expires_at }).await?;
        Ok(IssuedTicket { ticket, expires_at, lifetime })
    }

    /// Says who holds a ticket, once. What it opens is good for as long as an access token made now.
    ///
    /// # Errors
    /// See [`RedeemTicketError`].
    pub async fn redeem_ticket(&self, ticket: &str) -> Result<Authenticated, RedeemTicketError> {
        let now = self.deps.clock.now();
        let digest = self.deps.tokens.ticket_digest(ticket);
        let holder = self.deps.tickets.redeem(digest, now).await?.ok_or(RedeemTicketError::InvalidTicket)?;
        // Looked up now: the session may have ended since the ticket was given out.
        match self.deps.store.find_live_session(holder.session_id).await? {
            Some((session, user)) if user.id == holder.user_id => {
                let claims = self.new_claims(user.id, session.id, now);
                Ok(Authenticated { claims, user, credential: Credential::Session })
            }
            _ => Err(RedeemTicketError::InvalidTicket),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::model::TicketDigest;
    use crate::service::fixtures::{Mocks, claims, holder, now, session, user};

    #[tokio::test]
    async fn a_ticket_is_kept_as_its_digest_for_its_seconds() {
        let mut mocks = Mocks::default();
        let kept =
            NewTicket { digest: TicketDigest([8; 32]), holder: holder(), expires_at: now() + Duration::from_secs(30) };
        mocks.tickets.expect_issue().withf(move |ticket| *ticket == kept).once().returning(|_| Ok(()));
        let issued = mocks.service().issue_ticket(holder()).await.unwrap();
        assert_eq!((issued.ticket.reveal(), issued.expires_at), ("ticket", kept.expires_at));
    }

    #[tokio::test]
    async fn what_a_ticket_opens_is_good_as_long_as_a_token_made_now() {
        let mut mocks = Mocks::default();
        mocks.tickets.expect_redeem().returning(|_, _| Ok(Some(holder())));
        mocks.store.expect_find_live_session().returning(|_| Ok(Some((session(), user()))));
        let known = mocks.service().redeem_ticket("ticket").await.unwrap();
        assert_eq!(known, Authenticated { user: user(), claims: claims(), credential: Credential::Session });
    }

    #[tokio::test]
    async fn a_ticket_of_an_ended_session_opens_nothing() {
        let mut mocks = Mocks::default();
        mocks.tickets.expect_redeem().returning(|_, _| Ok(Some(holder())));
        mocks.store.expect_find_live_session().returning(|_| Ok(None));
        let refusal = mocks.service().redeem_ticket("ticket").await;
        assert!(matches!(refusal, Err(RedeemTicketError::InvalidTicket)));
    }

    #[tokio::test]
    async fn an_unknown_ticket_is_not_looked_up_any_further() {
        let mut mocks = Mocks::default();
        mocks.tickets.expect_redeem().returning(|_, _| Ok(None));
        mocks.store.expect_find_live_session().never();
        let refusal = mocks.service().redeem_ticket("ticket").await;
        assert!(matches!(refusal, Err(RedeemTicketError::InvalidTicket)));
    }
}
