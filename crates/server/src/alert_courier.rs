//! How those who have alerts hear that one fired: in their personal stream, and in a conversation if they wish.

use std::net::{IpAddr, Ipv4Addr};

use async_trait::async_trait;
use rialto_convert::alerts::notice_of_firing;
use rialto_convert::codes;
use rialto_convert::identity::actor;
use rialto_edge::RateLimits;
use rialto_identity::{IdentityService, User};
use rialto_kernel::{ConversationId, Network, RateClass, UserId};
use rialto_messaging::service::{SendMessage, SendMessageError};
use rialto_messaging::{MessageContent, MessagingService, Nonce, PostNoticeRefusal, WriteRefusal};
use rialto_portfolio::{AlertCourier, CourierError, Firing};

/// An alert does not come from a client, but from no place that may do more than others.
const NOWHERE: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);

#[derive(Debug, thiserror::Error)]
#[error("the owner has sent as many messages as they may for now")]
struct TooMany;

/// Tells through messaging, as the owner of the alert. A firing's id is the id of its notice and the nonce of its message,
/// so that what is told again is the same.
pub struct MessagingCourier {
    pub identity: IdentityService,
    pub messaging: MessagingService,
    pub limits: RateLimits,
}

#[async_trait]
impl AlertCourier for MessagingCourier {
    async fn may_post(&self, owner: UserId, conversation: ConversationId) -> Result<bool, CourierError> {
        let owner = self.owner(owner).await?;
        self.messaging.may_write(actor(&owner), conversation).await.map_err(CourierError::unavailable)
    }

    async fn notify(&self, owner: UserId, firing: &Firing) -> Result<(), CourierError> {
        match self.messaging.tell_user(owner, notice_of_firing(firing)).await {
            Ok(_) => Ok(()),
            Err(PostNoticeRefusal::UnknownUser) => Err(CourierError::refused("user_not_found")),
            Err(PostNoticeRefusal::Store(error)) => Err(CourierError::unavailable(error)),
        }
    }

    async fn post(&self, owner: UserId, conversation: ConversationId, firing: &Firing) -> Result<(), CourierError> {
        let owner = self.owner(owner).await?;
        // Messages of alerts count as any other: nobody fills a conversation with them.
        let verdict = self.limits.take_from_user(RateClass::Send, owner.id, Network::of(NOWHERE)).await;
        if verdict.is_some_and(|verdict| !verdict.allowed) {
            return Err(CourierError::unavailable(TooMany));
        }
        let message = SendMessage {
            conversation_id: conversation,
            sender: actor(&owner),
            content: MessageContent::parse(&firing.sentence()).map_err(|error| CourierError::refused(error.code))?,
            nonce: Some(
                Nonce::parse(&format!("alert-{}", firing.id)).map_err(|error| CourierError::refused(error.code))?,
            ),
            reply_to: None,
            thread_root: None,
        };
        self.messaging.send_message(message).await.map(|_| ()).map_err(refusal)
    }
}

impl MessagingCourier {
    async fn owner(&self, owner: UserId) -> Result<User, CourierError> {
        let found = self.identity.find_user(owner).await.map_err(CourierError::unavailable)?;
        let owner = found.ok_or_else(|| CourierError::refused("user_not_found"))?;
        // Nobody speaks for an account that may not speak itself.
        if owner.disabled_at.is_some() { Err(CourierError::refused("account_disabled")) } else { Ok(owner) }
    }
}

fn refusal(error: SendMessageError) -> CourierError {
    // Who is muted or must wait may write another time.
    let passes =
        matches!(error, SendMessageError::SlowMode { .. } | SendMessageError::Write(WriteRefusal::Muted { .. }));
    match codes::of_send(&error) {
        Some(code) if !passes => CourierError::refused(code),
        _ => CourierError::unavailable(error),
    }
}
